"""Long-term dependencies: what is wrong with a network that does not remember, and what helps."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "clip the norm",
    "lower the learning rate",
    "scale the recurrent matrix",
    "use larger minibatches",
)

QUESTION = Question(
    chapter=5,
    section="A memory task",
    stub="dependencies_diagnosis = (..., ...)  # (one of the options as a string, the factor on the recurrent matrix)",
    reference=("scale the recurrent matrix", 1.25),
    rtol=0,
    atol=5e-3,
    parts=(
        Part("what helps", 0.5, of=lambda out: out[0], options=OPTIONS),
        Part("the factor", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("scale the recurrent matrix", 0.8),
            "The remedy is right. The number is the factor per step that was measured; which one makes up for it?",
            0.5,
        ),
        Mistake(
            ("scale the recurrent matrix", 9.313),
            "The remedy is right. The number makes up for ten steps at once. The matrix is used at every one of them.",
            0.5,
        ),
        Mistake(
            ("scale the recurrent matrix", 0.223),
            "The remedy is right. The number is a slope of the logarithm, not a factor.",
            0.5,
        ),
        Mistake(
            ("scale the recurrent matrix", 1.562),
            "The remedy is right. You have squared the factor, or read the lags in twos.",
            0.5,
        ),
        Mistake(
            ("clip the norm", 1.25),
            "The number is right. Clipping shortens long gradients; here they are too short.",
            0.5,
        ),
        Mistake(
            ("lower the learning rate", 1.25),
            "The number is right. A lower rate shrinks the steps from all lags alike; the far ones are drowned as before.",
            0.5,
        ),
        Mistake(
            ("use larger minibatches", 1.25),
            "The number is right. Larger minibatches have less noise, but the mean itself is almost zero here.",
            0.5,
        ),
    ),
    alternatives=(["scale the recurrent matrix", 1.25], ("Scale the recurrent matrix ", 1.2499)),
)
