"""Momentum: the terminal speed under a constant gradient."""

from lecture_grader.model import Mistake, Part, Question

GRADIENT, EPSILON, ALPHA = 0.4, 0.05, 0.9

QUESTION = Question(
    chapter=8,
    section="How fast does it go?",
    stub="momentum_speed = ...  # a number: the length of one step, after very many steps",
    reference=EPSILON * GRADIENT / (1 - ALPHA),
    rtol=1e-3,
    parts=(Part("the terminal speed", 1),),
    mistakes=(
        Mistake(
            EPSILON * GRADIENT,
            "That is the first step, from rest. The later ones add what is left of all the steps before.",
            0,
        ),
        Mistake(
            -EPSILON * GRADIENT / (1 - ALPHA),
            "The size is right, but a speed has no sign: the length of a step is asked for.",
            0,
        ),
        Mistake(
            EPSILON * GRADIENT / ALPHA,
            "You divide by alpha. Sum the series 1 + alpha + alpha² + … once more.",
            0,
        ),
        Mistake(
            EPSILON * GRADIENT / (1 + ALPHA),
            "You divide by 1 + alpha: that is the sum of a series whose signs alternate. "
            "A constant gradient always pushes the same way.",
            0,
        ),
        Mistake(
            ALPHA * EPSILON * GRADIENT / (1 - ALPHA),
            "You start the series at alpha: the newest gradient is not yet damped.",
            0,
        ),
        Mistake(
            GRADIENT / (1 - ALPHA),
            "You forget the learning rate.",
            0,
        ),
        Mistake(
            EPSILON / (1 - ALPHA),
            "You forget the length of the gradient.",
            0,
        ),
        Mistake(
            1 / (1 - ALPHA),
            "That is how many times faster than gradient descent it becomes. The speed itself is asked for.",
            0,
        ),
        Mistake(
            EPSILON * GRADIENT / (1 - ALPHA) ** 2,
            "You divide by 1 - alpha twice.",
            0,
        ),
        Mistake(
            EPSILON * GRADIENT * (1 - ALPHA),
            "You multiply by 1 - alpha, as for a moving average. Algorithm 8.2 sums: the speed grows.",
            0,
        ),
    ),
    alternatives=(0.2, 0.2000001, lambda: 0.05 * 0.4 / (1 - 0.9)),
)
