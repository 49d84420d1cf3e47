"""SGD: one pass over the data (Algorithm 8.1) for linear regression."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where


def sgd_pass(theta, X, y, order, m, epsilon):
    """Make one pass of SGD over the data, for the loss ½ (x·theta - y)² of an example.

    Parameters
    ----------
    theta : ndarray, shape (d,)
        Initial parameters. Leave them unchanged.
    X : ndarray, shape (N, d)
        Examples, one per row.
    y : ndarray, shape (N,)
        Targets.
    order : ndarray of int, shape (N,)
        The shuffled indices: the first minibatch is order[:m], the next order[m : 2 * m], and so on.
    m : int
        Examples in a minibatch; the last one may have fewer.
    epsilon : float
        Learning rate.

    Returns
    -------
    ndarray, shape (d,)
        The parameters after the pass.
    """
    raise NotImplementedError


def cases(rng):
    """Two data sets whose last minibatch is smaller, and one that divides evenly."""
    inputs = []
    for size, d, m in [(7, 2, 3), (11, 3, 4), (8, 3, 2)]:
        X = (rng.uniform(0.4, 1.4, (size, d)) * rng.choice([-1, 1], (size, d))).round(2)
        y = (rng.uniform(1, 3, size) * rng.choice([-1, 1], size)).round(2)
        order = np.roll(rng.permutation(size), 1)
        if np.array_equal(order, np.arange(size)):
            order = order[::-1].copy()
        theta = rng.uniform(0.5, 2, d).round(2)
        inputs.append(dict(theta=theta, X=X, y=y, order=order, m=m, epsilon=round(rng.uniform(0.1, 0.2), 2)))
    return inputs


def one_pass(theta, X, y, order, m, epsilon, count=len, sign=-1, last=True, start=False):
    """Make the pass, with the places where students go wrong as arguments."""
    first = theta
    for k in range(0, len(order), m):
        batch = order[k : k + m]
        if len(batch) < m and not last:
            break
        residual = X[batch] @ (first if start else theta) - y[batch]
        theta = theta + sign * epsilon * X[batch].T @ residual / count(batch)
    return theta


def in_place(theta, X, y, order, m, epsilon):
    for k in range(0, len(order), m):
        batch = order[k : k + m]
        theta -= epsilon * X[batch].T @ (X[batch] @ theta - y[batch]) / len(batch)
    return theta


def right_by_loops(theta, X, y, order, m, epsilon):
    theta = [float(t) for t in theta]
    for k in range(0, len(order), m):
        batch = order[k : k + m]
        g = [0.0] * len(theta)
        for i in batch:
            residual = sum(a * t for a, t in zip(X[i], theta, strict=True)) - y[i]
            g = [s + residual * a / len(batch) for s, a in zip(g, X[i], strict=True)]
        theta = [t - epsilon * s for t, s in zip(theta, g, strict=True)]
    return theta


def right_in_float32(theta, X, y, order, m, epsilon):
    X, y = X.astype(np.float32), y.astype(np.float32)
    return one_pass(theta.astype(np.float32), X, y, order, m, np.float32(epsilon))


def right_by_mean(theta, X, y, order, m, epsilon):
    theta = theta.copy()
    while len(order):
        batch, order = order[:m], order[m:]
        theta -= epsilon * np.mean((X[batch] @ theta - y[batch])[:, None] * X[batch], axis=0)
    return theta


QUESTION = Question(
    chapter=7,
    section="The algorithm",
    stub=sgd_pass,
    cases=cases,
    reference=one_pass,
    parts=(Part("theta after the pass", 1.5), Part("inputs left unchanged", 0.5, unchanged=True)),
    mistakes=(
        Mistake(
            lambda *a: one_pass(*a, count=lambda batch: 1),
            "You add the gradients of the minibatch up. The box takes their mean.",
            0,
        ),
        Mistake(
            lambda *a: one_pass(*a, count=lambda batch: a[4]),
            "You divide by m also in the last minibatch, which has fewer examples.",
            0,
        ),
        Mistake(
            lambda *a: one_pass(*a, count=lambda batch: len(a[2])),
            "You divide by the size of the whole data set and not by that of the minibatch.",
            0,
        ),
        Mistake(
            lambda *a: one_pass(*a, sign=1),
            "Your steps go up the gradient: look at the sign of the update.",
            0,
        ),
        Mistake(
            lambda *a: one_pass(*a, sign=-2),
            "Your gradient is twice too long. The loss has a factor ½.",
            0,
        ),
        Mistake(
            lambda *a: one_pass(*a, last=False),
            "You leave out the last minibatch, the one that is not full.",
            0,
        ),
        Mistake(
            lambda *a: one_pass(*a, start=True),
            "You take every gradient at the first theta. Each minibatch must see the theta that the one before left.",
            0,
        ),
        Mistake(
            lambda theta, X, y, order, m, epsilon: one_pass(theta, X, y, np.arange(len(y)), m, epsilon),
            "You go through the data in their own order. The minibatches are to be taken from `order`.",
            0,
        ),
        Mistake(
            lambda theta, X, y, order, m, epsilon: one_pass(theta, X, y, order, len(y), epsilon),
            "You make one step with all the data: that is gradient descent, not a pass of minibatches.",
            0,
        ),
        Mistake(
            lambda theta, X, y, order, m, epsilon: one_pass(theta, X, y, order, 1, epsilon),
            "You make a step after every single example. A step takes m of them.",
            0,
        ),
        Mistake(
            lambda theta, X, y, order, m, epsilon: one_pass(theta, X, y, order[:m], m, epsilon),
            "You stop after the first minibatch. A pass goes on until every example was seen.",
            0,
        ),
        Mistake(
            in_place,
            "Right, but theta is changed in place, so the caller's array changes too. "
            "Write theta = theta - … and not theta -= ….",
            1.5,
        ),
    ),
    properties=(
        right_where("after the first minibatch, and goes wrong later", lambda order, m, **_: {"order": order[:m]}),
        wrong_where("after the first minibatch", lambda order, m, **_: {"order": order[:m]}, last=True),
    ),
    alternatives=(right_by_loops, right_in_float32, right_by_mean),
    atol=1e-5,
)
