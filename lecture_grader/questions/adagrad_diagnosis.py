"""AdaGrad: find the mistake behind a run."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "accumulator not kept",
    "root missing",
    "gradient not squared",
    "accumulator averaged",
    "rate reused",
)

QUESTION = Question(
    chapter=10,
    section="A learning rate for each parameter",
    stub="adagrad_diagnosis = (..., ...)  # (one of the options as a string, theta after three right steps)",
    reference=("rate reused", 0.409),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 1, of=lambda out: out[0], options=OPTIONS),
        Part("theta after three right steps", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("rate reused", 0.650),
            "The mistake is found. The number is the broken run's; the right run's is asked for.",
            1,
        ),
        Mistake(
            ("rate reused", 0.528),
            "The mistake is found. The number is theta after two steps, not three.",
            1,
        ),
        Mistake(
            ("rate reused", 0.321),
            "The mistake is found. The number is theta after four steps, not three.",
            1,
        ),
        Mistake(
            ("rate reused", 0.315),
            "The mistake is found. The number supposes a constant gradient; here it falls with theta.",
            1,
        ),
        Mistake(
            ("rate reused", -0.008),
            "The mistake is found. The number is that of plain gradient descent.",
            1,
        ),
        Mistake(
            ("accumulator not kept", 0.409),
            "The number is right. Without its memory every step of the run would have one length, epsilon.",
            1,
        ),
        Mistake(
            ("root missing", 0.409),
            "The number is right. Compare the first step of the run with what that mistake would make of it.",
            1,
        ),
        Mistake(
            ("gradient not squared", 0.409),
            "The number is right. That mistake would make the first step longer than epsilon; here it is right.",
            1,
        ),
        Mistake(
            ("accumulator averaged", 0.409),
            "The number is right. An average would keep the rate up; in this run it dies much too fast.",
            1,
        ),
    ),
    alternatives=(["rate reused", 0.409], ("Rate reused ", 0.4089)),
)
