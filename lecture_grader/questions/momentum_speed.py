"""Momentum: the length of a step where the gradient turns round every time."""

from lecture_grader.model import Mistake, Part, Question

GRADIENT, EPSILON, ALPHA = 3.8, 0.1, 0.9

QUESTION = Question(
    chapter=8,
    section="How fast does it go?",
    stub="momentum_speed = ...  # a number: the length of one step, after very many steps",
    reference=EPSILON * GRADIENT / (1 + ALPHA),
    rtol=1e-3,
    parts=(Part("the terminal speed", 1),),
    mistakes=(
        Mistake(
            EPSILON * GRADIENT,
            "That is the first step, from rest, and a step of gradient descent. The later ones add what is left of all before.",
            0,
        ),
        Mistake(
            EPSILON * GRADIENT / (1 - ALPHA),
            "That is the speed along an even slope, where all pushes point the same way. Here they take turns.",
            0,
        ),
        Mistake(
            -EPSILON * GRADIENT / (1 + ALPHA),
            "The size is right, but a speed has no sign: the length of a step is asked for.",
            0,
        ),
        Mistake(
            0.0,
            "Two pushes in turn cancel only if both count alike. The newer one always counts more.",
            0,
        ),
        Mistake(
            EPSILON * GRADIENT * (1 - ALPHA),
            "That is the second step: one push, and what is left of the one before. Go on with the series.",
            0,
        ),
        Mistake(
            ALPHA * EPSILON * GRADIENT / (1 + ALPHA),
            "You start the series at alpha: the newest gradient is not yet damped.",
            0,
        ),
        Mistake(
            GRADIENT / (1 + ALPHA),
            "You forget the learning rate.",
            0,
        ),
        Mistake(
            1 / (1 + ALPHA),
            "That is how many times as fast as gradient descent it is. The speed itself is asked for.",
            0,
        ),
    ),
    alternatives=(0.2, 0.2000001, lambda: 0.1 * 3.8 / (1 + 0.9)),
)
