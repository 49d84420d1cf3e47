"""Ill-conditioning: find out why a run climbs."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "ill-conditioned",
    "rate above the critical one",
    "wrong sign",
    "negative curvature",
    "gradient of the start",
)
RATE = 0.5  # 2 over the curvature, which is 4 in both directions

QUESTION = Question(
    chapter=2,
    section="Two different things",
    stub="conditioning_diagnosis = (..., ...)  # (one of the options as a string, the largest rate that does not climb)",
    reference=("rate above the critical one", RATE),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the cause", 1, of=lambda out: out[0], options=OPTIONS),
        Part("the rate", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("rate above the critical one", RATE / 2),
            "The cause is found. The number is the best rate; up to a larger one the run does not climb.",
            1,
        ),
        Mistake(
            ("rate above the critical one", 0.525),
            "The cause is found. The number is the rate of the broken run.",
            1,
        ),
        Mistake(
            ("rate above the critical one", 4.0),
            "The cause is found. The number is the curvature, not a rate.",
            1,
        ),
        Mistake(
            ("rate above the critical one", 2.0),
            "The cause is found. The number would be right for curvature 1.",
            1,
        ),
        Mistake(
            ("ill-conditioned", RATE),
            "The number is right. Compare the curvatures of the two directions: both multiply by the same factor.",
            1,
        ),
        Mistake(
            ("wrong sign", RATE),
            "The number is right. With the wrong sign theta would not jump over the minimum at each step.",
            1,
        ),
        Mistake(
            ("negative curvature", RATE),
            "The number is right. With negative curvature theta would leave to one side, without alternating.",
            1,
        ),
        Mistake(
            ("gradient of the start", RATE),
            "The number is right. With the gradient of the start all steps would be alike.",
            1,
        ),
    ),
    alternatives=(["rate above the critical one", 0.5], ("Rate above the critical one ", 0.5000001)),
)
