"""AdaGrad: the learning rate that covers a distance in a budget of steps."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where


def adagrad_rate_for_budget(distance, steps):
    """Return the learning rate with which AdaGrad travels a distance under a constant gradient.

    Parameters
    ----------
    distance : float
        How far one parameter has to go.
    steps : int
        After exactly so many steps it has to be there. The accumulator starts at 0, and delta is 0.

    Returns
    -------
    float
        The learning rate epsilon, exact and not by the approximate law.
    """
    raise NotImplementedError


def cases(rng):
    """Few steps and many, so that the approximate law is not enough."""
    return [dict(distance=round(rng.uniform(2, 9), 2), steps=int(steps)) for steps in rng.integers(3, 60, 4)]


def series(steps, power=-0.5, first=1):
    return np.sum(np.arange(first, first + steps, dtype=float) ** power)


def right_by_running(distance, steps):
    theta, r = 0.0, 0.0
    for _ in range(steps):
        r += 4.0
        theta += 2.0 / r**0.5
    return distance / theta


QUESTION = Question(
    chapter=10,
    section="The rate dies",
    stub=adagrad_rate_for_budget,
    cases=cases,
    reference=lambda distance, steps: distance / series(steps),
    parts=(Part("the learning rate", 1),),
    mistakes=(
        Mistake(
            lambda distance, steps: distance / (2 * steps**0.5),
            "That is the law for very many steps. The exact sum over the steps is asked for.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / steps,
            "That is the rate of SGD on a slope of 1. AdaGrad's steps get shorter and shorter.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / steps**0.5,
            "You divide by the root of the number of steps. Sum the lengths of all steps.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance * steps**0.5,
            "That is the rate whose last step alone would be as long as the distance.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / series(steps, power=-1.0),
            "Your steps fall like 1/k, without the root.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / series(steps, power=0.5),
            "Your steps grow with k: the root of the accumulator stands in the denominator.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / series(steps - 1),
            "You sum one step too few: the steps are 1, …, `steps`.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / series(steps + 1),
            "You sum one step too many: the steps are 1, …, `steps`.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance / series(steps, first=2),
            "Your first step is divided by the root of 2. In the first step the accumulator holds one square.",
            0,
        ),
        Mistake(
            lambda distance, steps: distance * series(steps),
            "You multiply by the sum. The distance is epsilon times the sum: solve for epsilon.",
            0,
        ),
        Mistake(
            lambda distance, steps: series(steps) / distance,
            "Upside down: the longer the way, the larger the rate has to be.",
            0,
        ),
        Mistake(
            lambda distance, steps: series(steps),
            "That is how far the rate 1 travels. The rate for the given distance is asked for.",
            0,
        ),
    ),
    properties=(
        wrong_where("for a single step", lambda **_: {"steps": 1}),
        right_where("for a single step, and goes wrong later", lambda **_: {"steps": 1}),
    ),
    alternatives=(
        right_by_running,
        lambda distance, steps: distance / sum(1 / (k + 1) ** 0.5 for k in range(steps)),
        lambda distance, steps: np.float32(distance) / np.sum(1 / np.sqrt(np.arange(1, steps + 1))),
    ),
)
