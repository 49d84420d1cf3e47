"""Empirical risk: the surrogate of the 0-1 loss, and its gradient."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.networks import MLP


def risk_surrogate(theta, X, y):
    """Return the empirical risk of logistic regression without a bias, and its gradient.

    Parameters
    ----------
    theta : ndarray, shape (d,)
        Parameters; the probability of class 1 is 1 / (1 + exp(-x·theta)).
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.

    Returns
    -------
    tuple
        (value, gradient): the mean cross-entropy over the m examples, with the natural logarithm,
        and its gradient, shape (d,).
    """
    raise NotImplementedError


def cases(rng):
    """Examples of both classes, never as many of them as coordinates; the last ones are whole numbers."""
    inputs = []
    for m, d in [(5, 2), (7, 3), (6, 4)]:
        X = (rng.uniform(0.3, 1.6, (m, d)) * rng.choice([-1, 1], (m, d))).round(2)
        y = np.arange(m) % 3 % 2
        theta = (rng.uniform(0.4, 1.2, d) * rng.choice([-1, 1], d)).round(2)
        inputs.append(dict(theta=theta, X=X if d < 4 else np.where(X > 0, 2, -1) + np.arange(d), y=y))
    return inputs


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def reference(theta, X, y):
    """Take the network without hidden layers; its last parameter is the bias. It is finite for any log-odds."""
    value, gradient = MLP([len(theta), 1]).value_and_gradient(np.append(theta, 0.0), X, y)
    return float(value), gradient[:-1]


def answer(theta, X, y, value=lambda right, p, y: right, gradient=lambda right, X, p, y: right):
    """Return the right pair, or what ``value`` and ``gradient`` make of it."""
    right, slope = reference(theta, X, y)
    p = sigmoid(X @ theta)
    return value(right, p, y), gradient(slope, X, p, y)


def right_by_loop(theta, X, y):
    value, gradient = 0.0, [0.0] * len(theta)
    for x, c in zip(X.tolist(), y.tolist()):
        z = sum(a * t for a, t in zip(x, theta.tolist()))
        p = 1 / (1 + np.exp(-z))
        value += np.log1p(np.exp(-z if c == 1 else z)) / len(y)  # log(1 - p) would be -inf from z = 37 on
        gradient = [g + (p - c) * a / len(y) for g, a in zip(gradient, x)]
    return float(value), gradient


def right_with_signs(theta, X, y):
    s = 2 * y - 1
    margins = s * (X @ theta)
    return np.mean(np.log1p(np.exp(-margins))), -(s / (1 + np.exp(margins))) @ X / len(y)


QUESTION = Question(
    chapter=1,
    section="A loss without a slope",
    stub=risk_surrogate,
    cases=cases,
    reference=reference,
    rtol=1e-4,
    parts=(
        Part("the empirical risk", 1, of=lambda out: out[0]),
        Part("its gradient", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda theta, X, y: tuple(len(y) * np.array(q) for q in reference(theta, X, y)),
            "You sum over the examples. The empirical risk is their mean.",
            0,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, gradient=lambda right, X, p, y: len(y) * right),
            "The value is right. The gradient is summed over the examples and not averaged.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, value=lambda right, p, y: len(y) * right),
            "The gradient is right. The value is summed over the examples and not averaged.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, gradient=lambda right, X, p, y: -right),
            "The value is right. The gradient has the wrong sign: a step against it would go up.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, value=lambda right, p, y: -right),
            "The gradient is right. The value is negative: a probability's logarithm is, its cross-entropy is not.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, value=lambda right, p, y: right / np.log(2)),
            "The gradient is right. The value is in bits; the natural logarithm is wanted.",
            1,
        ),
        Mistake(
            lambda theta, X, y: reference(theta, X, y)[::-1],
            "You return (gradient, value). The order asked for is (value, gradient).",
            0,
        ),
        Mistake(
            lambda theta, X, y: reference(theta, X, 1 - y),
            "You have the classes the wrong way round: the probability belongs to class 1.",
            0,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, value=lambda right, p, y: -np.mean(y * np.log(p))),
            "The gradient is right. In the value the examples of class 0 are missing.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, gradient=lambda right, X, p, y: X.T @ p / len(y)),
            "The value is right. In the gradient the classes are missing: every example is pushed the same way.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, gradient=lambda right, X, p, y: (p - y) / len(y)),
            "The value is right. Your gradient is the one by the log-odds, one per example; carry it on to theta.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(
                theta, X, y, gradient=lambda right, X, p, y: X.T @ ((p - y) * p * (1 - p)) / len(y)
            ),
            "The value is right. The gradient has the slope of the sigmoid as an extra factor, "
            "as for the squared error.",
            1,
        ),
        Mistake(
            lambda theta, X, y: answer(theta, X, y, value=lambda right, p, y: np.mean((p > 0.5) != y)),
            "The gradient is right. The value is the 0-1 loss, which has no useful gradient; the surrogate is wanted.",
            1,
        ),
    ),
    properties=(
        wrong_where("at theta = 0, where every probability is ½", lambda theta, **_: {"theta": 0 * theta}),
        right_where(
            "at theta = 0, where every probability is ½; so look at the probabilities",
            lambda theta, **_: {"theta": 0 * theta},
        ),
    ),
    alternatives=(
        right_by_loop,
        right_with_signs,
        lambda theta, X, y: reference(theta.astype(np.float32), X.astype(np.float32), y),
    ),
)
