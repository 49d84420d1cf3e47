"""Cliffs: find the mistake in somebody's clipping."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "each element clipped",
    "every gradient rescaled",
    "divided by the squared norm",
    "long gradients dropped",
)

QUESTION = Question(
    chapter=4,
    section="The cure: clip the norm",
    stub="cliffs_diagnosis = (..., ...)  # (one of the options as a string, the right norm of the second gradient)",
    reference=("every gradient rescaled", 0.5),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 0.5, of=lambda out: out[0], options=OPTIONS),
        Part("the right norm", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("every gradient rescaled", 1.0),
            "The mistake is found. The number is the norm that the broken program used.",
            0.5,
        ),
        Mistake(
            ("every gradient rescaled", 0.25),
            "The mistake is found. The number is the square of a norm.",
            0.5,
        ),
        Mistake(
            ("every gradient rescaled", 0.7),
            "The mistake is found. The number is a sum of absolute values, not a Euclidean norm.",
            0.5,
        ),
        Mistake(
            ("each element clipped", 0.5),
            "The number is right. Clipping each element would have left the second gradient as it was.",
            0.5,
        ),
        Mistake(
            ("divided by the squared norm", 0.5),
            "The number is right. With the squared norm the first gradient would have come out shorter.",
            0.5,
        ),
        Mistake(
            ("long gradients dropped", 0.5),
            "The number is right. No gradient was dropped: none of the three that were used is zero.",
            0.5,
        ),
    ),
    alternatives=(["every gradient rescaled", 0.5], ("Every gradient rescaled ", 0.4999999)),
)
