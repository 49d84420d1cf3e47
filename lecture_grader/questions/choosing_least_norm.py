"""Choosing: the solution that gradient descent finds among many."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import keeps


def choosing_least_norm(X, y):
    """Return where gradient descent from 0 ends on the squared error of X @ w against y.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row, linearly independent; m < d.
    y : ndarray, shape (m,)
        Targets.

    Returns
    -------
    ndarray, shape (d,)
        Of all w with X @ w = y, the one that is a combination of the examples.
    """
    raise NotImplementedError


def cases(rng):
    """Draw examples that are far from orthogonal; more features than examples."""
    inputs = []
    for m, d in ((2, 3), (3, 5), (4, 7)):
        X = (rng.uniform(0.3, 1.2, (m, d)) * rng.choice([-1, 1], (m, d))).round(2)
        X[:, :m] += 2 * np.eye(m)
        X[:, -1] = rng.uniform(1, 2, m).round(2)
        y = (rng.uniform(0.6, 1.8, m) * rng.choice([-1, 1], m)).round(2)
        inputs.append(dict(X=X.round(2), y=y))
    return inputs


def least_norm(X, y):
    """Return Xᵀ (X Xᵀ)⁻¹ y."""
    return X.T @ np.linalg.solve(X @ X.T, y)


def basic(X, y):
    w = np.zeros(X.shape[1])
    w[: len(y)] = np.linalg.solve(X[:, : len(y)], y)
    return w


def fits(w, X, y):
    """Say which of the two conditions on w does not hold."""
    if w.shape != (X.shape[1],):
        return None
    combines = np.allclose(X.T @ np.linalg.lstsq(X.T, w, rcond=None)[0], w, rtol=1e-4, atol=1e-5)
    if np.allclose(X @ w, y, rtol=1e-4, atol=1e-5):
        return None if combines else "it fits the targets, and is not a combination of the examples"
    return f"it does not fit the targets, and is {'' if combines else 'not '}a combination of the examples"


def right_by_pinv(X, y):
    return np.linalg.pinv(X) @ y


def right_by_descent(X, y):
    w = np.zeros(X.shape[1])
    rate = 1 / np.linalg.eigvalsh(X @ X.T)[-1]
    for _ in range(20_000):
        w = w - rate * X.T @ (X @ w - y)
    return w


QUESTION = Question(
    chapter=13,
    section="Equal training loss, unequal test error",
    stub=choosing_least_norm,
    cases=cases,
    reference=least_norm,
    rtol=1e-4,
    atol=1e-5,
    parts=(Part("the solution", 1),),
    mistakes=(
        Mistake(
            lambda X, y: np.sign(X.T @ y),
            "That is the direction of the adaptive algorithms, sign(Xᵀ y). It is not a combination of the examples.",
            0,
        ),
        Mistake(
            lambda X, y: X.T @ y,
            "That is the direction of the first step alone. It does not fit the targets yet.",
            0,
        ),
        Mistake(
            lambda X, y: X.T @ y / len(y),
            "That is one step of gradient descent with the rate 1. It does not fit the targets yet.",
            0,
        ),
        Mistake(
            lambda X, y: np.linalg.solve(X @ X.T, y),
            "These are the factors of the examples. Combine the examples with them.",
            0,
        ),
        Mistake(
            basic,
            "This w fits the targets with the first features alone. It is one of many that fit, "
            "and not a combination of the examples.",
            0,
        ),
        Mistake(
            lambda X, y: X.T @ (y / np.sum(X * X, axis=1)),
            "You treat the examples as if they were orthogonal to each other.",
            0,
        ),
        Mistake(
            lambda X, y: -least_norm(X, y),
            "The sign is wrong: X @ w is -y.",
            0,
        ),
        Mistake(
            lambda X, y: X.T @ np.linalg.solve(X @ X.T + np.eye(len(y)), y),
            "You have added a penalty on the norm (ridge regression); then X @ w is not y.",
            0,
        ),
    ),
    properties=(keeps(fits),),
    alternatives=(right_by_pinv, right_by_descent, lambda X, y: list(least_norm(X, y))),
)
