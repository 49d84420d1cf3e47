"""SGD: find the mistake behind a run with a falling rate."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "rate never falls",
    "schedule one step ahead",
    "gradient of the start",
    "rate used twice",
    "wrong sign",
)

QUESTION = Question(
    chapter=7,
    section="A rate that falls",
    stub="sgd_diagnosis = (..., ...)  # (one of the options as a string, theta after four right steps)",
    reference=("schedule one step ahead", 0.2),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 1, of=lambda out: out[0], options=OPTIONS),
        Part("theta after four right steps", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("schedule one step ahead", 1 / 3),
            "The mistake is found. The number is the broken run's; the right run's is asked for.",
            1,
        ),
        Mistake(
            ("schedule one step ahead", 0.25),
            "The mistake is found. The number is theta after three right steps.",
            1,
        ),
        Mistake(
            ("schedule one step ahead", 1 / 6),
            "The mistake is found. The number is theta after five right steps.",
            1,
        ),
        Mistake(
            ("schedule one step ahead", 0.0625),
            "The mistake is found. The number belongs to a rate that never falls.",
            1,
        ),
        Mistake(
            ("rate never falls", 0.2),
            "The number is right. If the rate never fell, every step would take the same share of theta away.",
            1,
        ),
        Mistake(
            ("gradient of the start", 0.2),
            "The number is right. With the gradient of the start the run would go past zero.",
            1,
        ),
        Mistake(
            ("rate used twice", 0.2),
            "The number is right. With the square of the rate the first step would be shorter than it is.",
            1,
        ),
        Mistake(
            ("wrong sign", 0.2),
            "The number is right. With the wrong sign the run would leave the minimum.",
            1,
        ),
    ),
    alternatives=(["schedule one step ahead", 0.2], ("Schedule one step ahead ", 0.2000001)),
)
