"""Nesterov momentum: find the mistake behind a run."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "gradient at theta",
    "looks ahead by all of v",
    "looks back",
    "interim point kept",
    "velocity not kept",
)

QUESTION = Question(
    chapter=9,
    section="Look where you will be",
    stub="nesterov_diagnosis = (..., ...)  # (one of the options as a string, theta after three right steps)",
    reference=("interim point kept", 0.352),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 0.5, of=lambda out: out[0], options=OPTIONS),
        Part("theta after three right steps", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("interim point kept", 0.152),
            "The mistake is found. The number is the broken run's; the right run's is asked for.",
            0.5,
        ),
        Mistake(
            ("interim point kept", 0.56),
            "The mistake is found. The number is theta after two steps, not three.",
            0.5,
        ),
        Mistake(
            ("interim point kept", 0.302),
            "The mistake is found. The number is that of plain momentum: the gradient is taken at theta.",
            0.5,
        ),
        Mistake(
            ("interim point kept", -0.208),
            "The mistake is found. The number is the velocity after three steps; theta is asked for.",
            0.5,
        ),
        Mistake(
            ("interim point kept", 0.512),
            "The mistake is found. The number is that of gradient descent without momentum.",
            0.5,
        ),
        Mistake(
            ("gradient at theta", 0.352),
            "The number is right. The gradient at theta makes plain momentum; compare its second step.",
            0.5,
        ),
        Mistake(
            ("looks ahead by all of v", 0.352),
            "The number is right. Looking too far ahead brakes more; this run goes faster than the right one.",
            0.5,
        ),
        Mistake(
            ("looks back", 0.352),
            "The number is right. Looking back goes too fast as well; compare the size of the second step.",
            0.5,
        ),
        Mistake(
            ("velocity not kept", 0.352),
            "The number is right. Without the velocity the run would be slower than the right one.",
            0.5,
        ),
    ),
    alternatives=(["interim point kept", 0.352], ("Interim point kept ", 0.3520001)),
)
