"""Local and global structure: how many random starts are enough."""

import math

from lecture_grader.model import Mistake, Part, Question


def structure_restarts(p, confidence):
    """Return the least number of independent random starts of which at least one arrives with this probability.

    Parameters
    ----------
    p : float
        Probability that one start arrives, between 0 and 1.
    confidence : float
        Probability wanted that at least one of them arrives, between 0 and 1.

    Returns
    -------
    int
        Number of starts.
    """
    raise NotImplementedError


def cases(rng):
    """Numbers whose unrounded value lies on either side of a half, and not near a whole number."""
    inputs = []
    for n, part in ((4, 0.3), (6, 0.7), (8, 0.65), (10, 0.35)):
        p = round(rng.uniform(0.25, 0.38), 2)
        inputs.append(dict(p=p, confidence=round(1 - (1 - p) ** (n + int(rng.integers(3)) - 1 + part), 5)))
    return inputs


def starts(p, confidence):
    return math.log(1 - confidence) / math.log(1 - p)


def right_by_trying(p, confidence):
    n = 1
    while 1 - (1 - p) ** n < confidence:
        n += 1
    return n


QUESTION = Question(
    chapter=6,
    section="Start somewhere better",
    stub=structure_restarts,
    cases=cases,
    reference=lambda p, confidence: math.ceil(starts(p, confidence)),
    parts=(Part("the number of starts", 1),),
    mistakes=(
        Mistake(
            lambda p, confidence: math.floor(starts(p, confidence)),
            "You round down. With so few starts the probability is still too small.",
            0,
        ),
        Mistake(
            lambda p, confidence: round(starts(p, confidence)),
            "You round to the nearest whole number. That is sometimes one start too few.",
            0,
        ),
        Mistake(
            starts,
            "The formula is right, but a number of starts is whole.",
            0,
        ),
        Mistake(
            lambda p, confidence: math.ceil(starts(p, confidence)) + 1,
            "One start too many.",
            0,
        ),
        Mistake(
            lambda p, confidence: math.ceil(math.log(1 - confidence) / math.log(p)),
            "You take the power of p: the probability that all of them arrive. Which event must be unlikely?",
            0,
        ),
        Mistake(
            lambda p, confidence: math.ceil(confidence / p),
            "You add the probabilities. Two starts may both arrive, so n * p counts twice.",
            0,
        ),
        Mistake(
            lambda p, confidence: math.ceil(math.log(confidence) / math.log(1 - p)),
            "You ask that all fail with the probability wanted for success.",
            0,
        ),
        Mistake(
            lambda p, confidence: math.ceil(-math.log(1 - confidence) / p),
            "You replace log(1 - p) by -p, which holds for small p only.",
            0,
        ),
    ),
    alternatives=(right_by_trying, lambda p, confidence: float(math.ceil(starts(p, confidence)))),
)
