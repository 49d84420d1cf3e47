"""Ill-conditioning: how many steps a condition number costs."""

import math

from lecture_grader.model import Mistake, Part, Question

KAPPA, SHARE = 200, 1e-6


def steps(factor):
    return math.log(SHARE) / math.log(factor)


QUESTION = Question(
    chapter=2,
    section="The condition number",
    stub="conditioning_steps = ...  # a number of steps",
    reference=math.ceil(steps((KAPPA - 1) / (KAPPA + 1))),
    rtol=2e-3,
    parts=(Part("the number of steps", 1),),
    mistakes=(
        Mistake(
            math.ceil(steps((KAPPA - 1) / (KAPPA + 1)) / 2),
            "That is when the *cost* is a millionth, and the error a thousandth. The error is to be a millionth.",
            0,
        ),
        Mistake(
            math.ceil(steps(1 - 1 / KAPPA)),
            "That is the rate 1 / largest eigenvalue, which is not the best one.",
            0,
        ),
        Mistake(
            math.ceil(steps((KAPPA**0.5 - 1) / (KAPPA**0.5 + 1))),
            "You have taken the root of the condition number. That is what momentum promises.",
            0,
        ),
        Mistake(
            math.ceil(6 / math.log((KAPPA + 1) / (KAPPA - 1))),
            "You mix logarithms: to the base 10 above and the natural one below.",
            0,
        ),
        Mistake(
            KAPPA,
            "That is the condition number itself. The steps are proportional to it, with a factor.",
            0,
        ),
        Mistake(
            math.ceil(steps((KAPPA - 1) / (KAPPA + 1))) * 2,
            "That is twice as many: did you count the two coordinates one after the other?",
            0,
        ),
    ),
    alternatives=(1382, 1381.5, lambda: 1382),
)
