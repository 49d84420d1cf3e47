"""Adam: a first step with the small constant where Keras has it."""

from lecture_grader.model import Mistake, Part, Question

GRADIENT, CONSTANT, RHO1, RHO2 = 2e-6, 1e-7, 0.9, 0.999


def fraction(delta):
    """Return the length of Adam's first step as a part of the learning rate."""
    return GRADIENT / (GRADIENT + delta)


QUESTION = Question(
    chapter=12,
    section="δ, and the one that Keras has",
    stub="adam_first_step = ...  # a number: the length of the first step, divided by the learning rate",
    reference=fraction(CONSTANT / (1 - RHO2) ** 0.5),
    rtol=1e-3,
    parts=(Part("the first step", 1),),
    mistakes=(
        Mistake(
            fraction(CONSTANT),
            "That would be right if the constant were added to the corrected root, as in Adam's box.",
            0,
        ),
        Mistake(
            fraction(CONSTANT * (1 - RHO2) ** 0.5),
            "You convert the constant the wrong way round: before the correction the root is smaller than after it.",
            0,
        ),
        Mistake(
            fraction(CONSTANT / (1 - RHO2)),
            "You convert the constant with the correction of r. It is added to the root of r.",
            0,
        ),
        Mistake(
            fraction(CONSTANT / (1 - RHO1) ** 0.5),
            "You convert the constant with the first moment's decay rate.",
            0,
        ),
        Mistake(
            (1 - RHO1) * GRADIENT / ((1 - RHO2) ** 0.5 * GRADIENT + CONSTANT),
            "You leave out the bias corrections; Keras has them, in its rate.",
            0,
        ),
        Mistake(
            1.0,
            "That is so for a gradient of ordinary size. This one is not much larger than the constant.",
            0,
        ),
        Mistake(
            -fraction(CONSTANT / (1 - RHO2) ** 0.5),
            "The size is right, but a length has no sign.",
            0,
        ),
        Mistake(
            0.001 * fraction(CONSTANT / (1 - RHO2) ** 0.5),
            "That is the length of the step for a rate of 0.001. The part of the rate is asked for.",
            0,
        ),
    ),
    alternatives=(0.3874, lambda: 2 / (2 + 0.1 / 0.001**0.5)),
)
