"""Ill-conditioning: the forecast of every step of a training run on real digits, and what came of it."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where


def conditioning_forecast(X, y, epsilon, steps):
    """Train by gradient descent, and forecast the change of the cost before each step, to the second order.

    The cost is the mean cross-entropy of logistic regression without a bias: of one example ln(1 + exp(z)) - y z with
    z = x·theta. The parameters start at 0.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    epsilon : float
        Learning rate.
    steps : int
        How many steps to make.

    Returns
    -------
    tuple
        (forecast, change), two arrays of length steps: for each step the change of the cost that the second-order expansion
        at its start predicts, and the change that came.
    """
    raise NotImplementedError


def cases(rng):
    """Digits; rates that are small, large, and so large that the first step climbs."""
    inputs = []
    for size, steps, share in ((9, 4, 0.7), (11, 3, 1.5), (10, 5, 1.15)):
        X, y = samples.digits(rng, size)
        g, H, _ = local(np.zeros(16), X, y)
        inputs.append(dict(X=X, y=y, epsilon=round(float(share * 2 * g @ g / (g @ H @ g)), 2), steps=steps))
    return inputs


def local(theta, X, y):
    """Return gradient, Hessian and cost."""
    z = X @ theta
    p = 1 / (1 + np.exp(-z))
    return X.T @ (p - y) / len(y), (X.T * (p * (1 - p))) @ X / len(y), np.mean(np.logaddexp(0, z) - y * z)


def answer(first=1.0, second=0.5, power=2, bend=lambda g, H: g @ H @ g, change=1, sign=-1, start=False, late=False):
    """Return an answer with one thing wrong."""

    def conditioning_forecast(X, y, epsilon, steps):
        theta, forecast, changes = np.zeros(X.shape[1]), [], []
        begin = None
        for _ in range(steps):
            g, H, cost = local(theta, X, y)
            begin = begin or (g, H)
            theta = theta + sign * epsilon * g
            after = local(theta, X, y)
            at = begin if start else after[:2] if late else (g, H)
            forecast.append(-first * epsilon * (at[0] @ at[0]) + second * epsilon**power * bend(*at))
            changes.append(change * (after[2] - cost))
        return np.array(forecast), np.array(changes)

    return conditioning_forecast


right = answer()


def by_two_gradients(X, y, epsilon, steps):
    """Find the curvature without a Hessian."""
    theta, found = np.zeros(X.shape[1]), []
    for _ in range(steps):
        g, _, cost = local(theta, X, y)
        Hg = (local(theta + 1e-4 * g, X, y)[0] - local(theta - 1e-4 * g, X, y)[0]) / 2e-4
        theta = theta - epsilon * g
        found.append([-epsilon * g @ g + epsilon**2 / 2 * g @ Hg, local(theta, X, y)[2] - cost])
    return np.array(found).T


QUESTION = Question(
    chapter=2,
    section="What a step will do",
    stub=conditioning_forecast,
    cases=cases,
    reference=right,
    rtol=1e-3,
    parts=(
        Part("the forecast", 1, of=lambda out: out[0], each="step"),
        Part("the change that came", 1, of=lambda out: out[1], each="step"),
    ),
    mistakes=(
        Mistake(
            answer(second=0.0),
            "The changes are right. Your forecast is that of the slope alone; the curvature takes something back.",
            1,
        ),
        Mistake(
            answer(second=1.0),
            "The changes are right. In your forecast the ½ of the second-order term is missing.",
            1,
        ),
        Mistake(
            answer(second=-0.5),
            "The changes are right. In your forecast the curvature helps; along a step uphill-curved it takes something back.",
            1,
        ),
        Mistake(
            answer(power=1),
            "The changes are right. In your forecast the second-order term does not grow with the square of the rate.",
            1,
        ),
        Mistake(
            answer(first=-1.0),
            "The changes are right. Your forecast has the sign of a step up the gradient.",
            1,
        ),
        Mistake(
            answer(bend=lambda g, H: np.linalg.eigvalsh(H)[-1] * (g @ g)),
            "The changes are right. Your forecast takes the largest curvature there is, not that along the gradient.",
            1,
        ),
        Mistake(
            answer(bend=lambda g, H: np.trace(H) * (g @ g)),
            "The changes are right. The trace adds the curvatures of all directions; the step goes in one.",
            1,
        ),
        Mistake(
            answer(start=True),
            "The changes are right. You forecast every step from the start: gradient and curvature are those of where you are.",
            1,
        ),
        Mistake(
            answer(late=True),
            "The changes are right. You forecast a step with gradient and curvature from behind it, when it is made.",
            1,
        ),
        Mistake(
            answer(change=-1),
            "The forecast is right. You return how much was gained; a change is the cost after minus the cost before.",
            1,
        ),
        Mistake(
            lambda X, y, epsilon, steps: right(X, y, epsilon, steps)[::-1],
            "You return (change, forecast). The order asked for is (forecast, change).",
            0,
        ),
        Mistake(
            lambda X, y, epsilon, steps: (right(X, y, epsilon, steps)[0],) * 2,
            "The forecast is right, and you return it twice. The cost is no parabola: compute what came.",
            1,
        ),
        Mistake(
            lambda X, y, epsilon, steps: (right(X, y, epsilon, steps)[0], np.cumsum(right(X, y, epsilon, steps)[1])),
            "The forecast is right. Your changes count from the start; the change of each step alone is asked for.",
            1,
        ),
    ),
    properties=(
        right_where(
            "for a very small rate; so look at the second-order term",
            lambda **_: {"epsilon": 1e-6, "steps": 1},
            part="the forecast",
        ),
        right_where("for the first step, and goes wrong later", lambda **_: {"steps": 1}),
    ),
    alternatives=(by_two_gradients, lambda *a: [one.tolist() for one in right(*a)]),
)
