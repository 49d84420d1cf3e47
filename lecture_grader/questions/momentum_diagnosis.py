"""Momentum: find the mistake behind a run."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "velocity not kept",
    "old velocity used",
    "wrong sign",
    "alpha on the gradient",
    "gradient added twice",
)

QUESTION = Question(
    chapter=8,
    section="Give the point a mass",
    stub="momentum_diagnosis = (..., ...)  # (one of the options as a string, theta after three right steps)",
    reference=("old velocity used", 0.486),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 1, of=lambda out: out[0], options=OPTIONS),
        Part("theta after three right steps", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("old velocity used", 0.71),
            "The mistake is found. The number is the broken run's; the right run's is asked for.",
            1,
        ),
        Mistake(
            ("old velocity used", 0.72),
            "The mistake is found. The number is theta after two steps, not three.",
            1,
        ),
        Mistake(
            ("old velocity used", 0.729),
            "The mistake is found. The number is that of plain gradient descent: the velocity is not kept.",
            1,
        ),
        Mistake(
            ("velocity not kept", 0.486),
            "The number is right. Without the velocity the very first step would move; in this run it does not.",
            1,
        ),
        Mistake(
            ("wrong sign", 0.486),
            "The number is right. With the wrong sign the run would leave the minimum; this one approaches it.",
            1,
        ),
        Mistake(
            ("alpha on the gradient", 0.486),
            "The number is right. Compare the first step of the run with what that mistake would make of it.",
            1,
        ),
        Mistake(
            ("gradient added twice", 0.486),
            "The number is right. A gradient added twice makes the first step longer; here it has no length.",
            1,
        ),
        Mistake(
            ("old velocity used", -0.234),
            "The mistake is found. The number is the velocity after three steps; theta is asked for.",
            1,
        ),
    ),
    alternatives=(["old velocity used", 0.486], ("Old velocity used ", 0.4860001)),
)
