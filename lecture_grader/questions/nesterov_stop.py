"""Nesterov momentum: a step that lands on the minimum, and what each method does next."""

from lecture_grader.model import Mistake, Part, Question

ALPHA = 0.9

QUESTION = Question(
    chapter=9,
    section="A brake for steep directions",
    stub="nesterov_stop = (..., ...)  # (theta after two steps of momentum, of Nesterov momentum)",
    reference=(-3 * ALPHA, 0.0),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("momentum", 0.5, of=lambda out: out[0]),
        Part("Nesterov momentum", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            (0.0, 0.0),
            "Nesterov momentum is right. With momentum the gradient at the minimum is 0, but is the velocity?",
            0.5,
        ),
        Mistake(
            (-3 * ALPHA, -3 * ALPHA),
            "Momentum is right. Nesterov momentum asks for the gradient not at theta, but where the velocity would carry it.",
            0.5,
        ),
        Mistake(
            (0.0, -3 * ALPHA),
            "The other way round: which of the two learns of the minimum before it runs past?",
            0,
        ),
        Mistake(
            (3 * ALPHA, 0.0),
            "Nesterov momentum is right. Momentum goes on as it went, and it went down from 3.",
            0.5,
        ),
        Mistake(
            (-3.0, 0.0),
            "Nesterov momentum is right. Momentum loses a part of its velocity in each step.",
            0.5,
        ),
        Mistake(
            (-3 * ALPHA, -3 * ALPHA**2),
            "Momentum is right. For the second number you shorten the velocity once more; what is the gradient at the interim point?",
            0.5,
        ),
        Mistake(
            (-3 * (1 - ALPHA), 0.0),
            "Nesterov momentum is right. alpha is what is kept of a velocity, not what is lost.",
            0.5,
        ),
    ),
    alternatives=([-2.7, 0], (-2.7, 1e-16)),
)
