"""Local minima: the steps that gradient descent needs to leave a saddle."""

import math

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def minima_escape_steps(distance, epsilon, curvature):
    """Return the first step after which gradient descent is at least 1 away from a saddle's ridge.

    The function along this direction is -curvature * y² / 2; no other direction matters.

    Parameters
    ----------
    distance : float
        Distance from the ridge at the start, between 0 and 1.
    epsilon : float
        Learning rate.
    curvature : float
        Size of the negative eigenvalue of the Hessian, positive.

    Returns
    -------
    int
        Number of steps.
    """
    raise NotImplementedError


def cases(rng):
    """Steps whose unrounded number lies on either side of a half, and not near a whole number."""
    inputs = []
    for steps, part in ((5, 0.3), (9, 0.7), (17, 0.65), (30, 0.35)):
        epsilon, curvature = round(rng.uniform(0.05, 0.15), 2), round(rng.uniform(1.5, 3), 1)
        distance = (1 + epsilon * curvature) ** -(steps + int(rng.integers(4)) - 1 + part)
        inputs.append(dict(distance=float(f"{distance:.3g}"), epsilon=epsilon, curvature=curvature))
    return inputs


def steps(distance, epsilon, curvature):
    return math.log(1 / distance) / math.log(1 + epsilon * curvature)


def right_by_running(distance, epsilon, curvature):
    y, k = distance, 0
    while y < 1:
        y += epsilon * curvature * y
        k += 1
    return k


QUESTION = Question(
    chapter=3,
    section="How long does it take to leave a saddle?",
    stub=minima_escape_steps,
    cases=cases,
    reference=lambda distance, epsilon, curvature: math.ceil(steps(distance, epsilon, curvature)),
    parts=(Part("the number of steps", 1),),
    mistakes=(
        Mistake(
            lambda distance, epsilon, curvature: math.floor(steps(distance, epsilon, curvature)),
            "You round down. After that many steps the point is not yet 1 away.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: round(steps(distance, epsilon, curvature)),
            "You round to the nearest whole number. Half of the time that is one step too early.",
            0,
        ),
        Mistake(
            steps,
            "The formula is right, but a number of steps is whole: the first after which it holds.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: math.ceil(steps(distance, epsilon, curvature)) + 1,
            "One step too many: count the steps, not the points.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: math.ceil(math.log(1 / distance) / math.log(1 + epsilon)),
            "You forget the curvature: the gradient is -curvature * y.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: math.ceil(math.log(1 / distance) / (epsilon * curvature)),
            "You let the step become infinitely small: log(1 + a) is not a for a of this size.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: math.ceil(-math.log(1 / distance) / math.log(1 - epsilon * curvature)),
            "That is the law of a minimum, where each step multiplies by 1 - epsilon * curvature. "
            "Look at the sign of the gradient here.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: math.ceil((1 - distance) / (epsilon * curvature * distance)),
            "You let every step be as long as the first. The steps grow with the distance.",
            0,
        ),
        Mistake(
            lambda distance, epsilon, curvature: math.floor(math.log(distance) / math.log(1 + epsilon * curvature)),
            "Your number is negative: look at the logarithm of a distance below 1.",
            0,
        ),
    ),
    alternatives=(
        right_by_running,
        lambda distance, epsilon, curvature: float(np.ceil(-np.log(distance) / np.log1p(epsilon * curvature))),
    ),
)
