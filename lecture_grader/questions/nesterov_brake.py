"""Nesterov momentum: the momentum parameter in effect in a steep direction."""

from lecture_grader.model import Mistake, Part, Question

ALPHA, EPSILON, CURVATURE = 0.9, 0.02, 30.0

QUESTION = Question(
    chapter=9,
    section="A brake for steep directions",
    stub="nesterov_brake = ...  # a number: the momentum parameter in effect",
    reference=ALPHA * (1 - EPSILON * CURVATURE),
    rtol=1e-3,
    parts=(Part("the momentum parameter in effect", 1),),
    mistakes=(
        Mistake(ALPHA, "That is the momentum parameter without the brake.", 0),
        Mistake(1 - EPSILON * CURVATURE, "That is the factor of plain gradient descent: alpha is missing.", 0),
        Mistake(ALPHA * EPSILON * CURVATURE, "That is what the brake takes away. What is left?", 0),
        Mistake(
            ALPHA - EPSILON * CURVATURE,
            "You take the whole of epsilon times curvature away. The look ahead is alpha * v, not v.",
            0,
        ),
        Mistake(
            ALPHA * (1 + EPSILON * CURVATURE),
            "With this sign the look ahead would speed the point up. Look at the sign of the gradient's term.",
            0,
        ),
        Mistake(ALPHA * (1 - EPSILON), "The curvature is missing: the brake is stronger in steep directions.", 0),
        Mistake(
            ALPHA * (1 - ALPHA * EPSILON * CURVATURE),
            "You look ahead twice: alpha is in the bracket once too often.",
            0,
        ),
    ),
    alternatives=(0.36, 0.3600001, lambda: 0.9 * (1 - 0.02 * 30)),
)
