"""Empirical risk: descend the surrogate on real tumours, and watch both losses."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.networks import MLP


def risk_training(X, y, epsilon, steps):
    """Train logistic regression without a bias by gradient descent, and return what both losses do.

    The parameters start at 0. Every step uses the gradient of the mean cross-entropy over all examples.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row; the probability of class 1 is 1 / (1 + exp(-x·theta)).
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    epsilon : float
        Learning rate.
    steps : int
        How many steps to make.

    Returns
    -------
    tuple
        (surrogate, error), two arrays of length steps + 1, from the start to the end: the mean cross-entropy (natural
        logarithm), and the share of examples in the wrong class. Class 1 is chosen where x·theta > 0.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours; no example lies so near to the border that rounding decides its class, and the error moves."""
    inputs = []
    for size, steps in ((11, 4), (13, 6), (15, 5)):
        while True:
            X, y = samples.tumours(rng, size)
            epsilon = round(rng.uniform(1.1, 1.7), 2)
            thetas = run(X, y, epsilon, steps)[1:]
            error = np.mean((thetas @ X.T > 0) != y, axis=1)
            if (
                np.abs(thetas @ X.T).min() > 1e-3
                and len(set(error)) > 1
                and 0 < error[-1] < 0.5
                and y.sum() * 2 != size
            ):
                break
        inputs.append(dict(X=X, y=y, epsilon=epsilon, steps=steps))
    return inputs


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(X, y, epsilon, steps, gradient=lambda X, p, y: X.T @ (p - y) / len(y), start=0.0):
    """Return the parameters at all steps."""
    thetas = [np.full(X.shape[1], start)]
    for _ in range(steps):
        thetas.append(thetas[-1] - epsilon * gradient(X, sigmoid(X @ thetas[-1]), y))
    return np.array(thetas)


def reference(X, y, epsilon, steps):
    """Take the network without hidden layers, its bias held at 0; it is finite for any log-odds."""
    network, theta, values = MLP([X.shape[1], 1]), np.zeros(X.shape[1] + 1), []
    errors = []
    for k in range(steps + 1):
        value, gradient = network.value_and_gradient(theta, X, y)
        values.append(float(value))
        errors.append(float(np.mean((X @ theta[:-1] > 0) != y)))
        theta = theta - epsilon * np.append(gradient[:-1], 0.0) if k < steps else theta
    return np.array(values), np.array(errors)


def answer(
    value=lambda z, y: np.mean(np.logaddexp(0, z) - y * z),
    error=lambda z, y: np.mean((z > 0) != y),
    rows=slice(None),
    **more,
):
    """Return an answer with one thing wrong."""

    def risk_training(X, y, epsilon, steps):
        scores = run(X, y, epsilon, steps, **more) @ X.T
        both = np.array([value(z, y) for z in scores]), np.array([error(z, y) for z in scores])
        return tuple(one[rows] for one in both)

    return risk_training


def right_by_loop(X, y, epsilon, steps):
    theta, values, errors = [0.0] * X.shape[1], [], []
    for _ in range(steps + 1):
        value, wrong, gradient = 0.0, 0, [0.0] * len(theta)
        for x, c in zip(X.tolist(), y.tolist()):
            z = sum(a * t for a, t in zip(x, theta))
            value += np.log1p(np.exp(-z if c == 1 else z)) / len(y)  # log(1 - p) would be -inf from z = 37 on
            wrong += (z > 0) != (c == 1)
            gradient = [g + (1 / (1 + np.exp(-z)) - c) * a / len(y) for g, a in zip(gradient, x)]
        values, errors = [*values, float(value)], [*errors, wrong / len(y)]
        theta = [t - epsilon * g for t, g in zip(theta, gradient)]
    return values, errors


def one_row(**inputs):
    return {"steps": 0}


QUESTION = Question(
    chapter=1,
    section="A loss without a slope",
    stub=risk_training,
    cases=cases,
    reference=reference,
    rtol=1e-4,
    parts=(
        Part("the surrogate", 1, of=lambda out: out[0], each="step"),
        Part("the share in the wrong class", 1, of=lambda out: out[1], each="step"),
    ),
    mistakes=(
        Mistake(
            lambda X, y, epsilon, steps: reference(X, y, epsilon * len(y), steps),
            "Your gradient is summed over the examples. The empirical risk is a mean, and so is its gradient.",
            0,
        ),
        Mistake(
            answer(value=lambda z, y: np.sum(np.logaddexp(0, z) - y * z)),
            "The errors are right. The surrogate is summed over the examples and not averaged.",
            1,
        ),
        Mistake(
            answer(gradient=lambda X, p, y: X.T @ (y - p) / len(y)),
            "You go up the surrogate: look at the sign of the step.",
            0,
        ),
        Mistake(
            answer(gradient=lambda X, p, y: X.T @ ((p - y) * p * (1 - p)) / len(y)),
            "Your gradient has the slope of the sigmoid as an extra factor, as for the squared error.",
            0,
        ),
        Mistake(
            answer(gradient=lambda X, p, y: X.T @ p / len(y)),
            "In your gradient the classes are missing: every example is pushed the same way.",
            0,
        ),
        Mistake(
            answer(value=lambda z, y: -np.mean(y * np.log(sigmoid(z)))),
            "The errors are right. In the surrogate the examples of class 0 are missing.",
            1,
        ),
        Mistake(
            answer(value=lambda z, y: np.mean(np.logaddexp(0, z) - y * z) / np.log(2)),
            "The errors are right. The surrogate is in bits; the natural logarithm is wanted.",
            1,
        ),
        Mistake(
            answer(error=lambda z, y: np.sum((z > 0) != y)),
            "The surrogate is right. You count the wrong examples; the share of them is asked for.",
            1,
        ),
        Mistake(
            answer(error=lambda z, y: np.mean((z > 0) == y)),
            "The surrogate is right. You return the share in the right class.",
            1,
        ),
        Mistake(
            answer(error=lambda z, y: np.mean(np.abs(sigmoid(z) - y))),
            "The surrogate is right. The 0-1 loss does not ask how sure the model is, only which class it chooses.",
            1,
        ),
        Mistake(
            answer(error=lambda z, y: np.mean((sigmoid(z) > 0) != y)),
            "The surrogate is right. You compare the probability with 0, so class 1 is always chosen.",
            1,
        ),
        Mistake(
            answer(rows=slice(1, None)),
            "The start is missing: the arrays have one element more than there are steps.",
            0,
        ),
        Mistake(
            lambda X, y, epsilon, steps: reference(X, y, epsilon, steps)[::-1],
            "You return (error, surrogate). The order asked for is (surrogate, error).",
            0,
        ),
        Mistake(
            answer(start=1.0),
            "You start at ones. All parameters start at 0, where every probability is ½.",
            0,
        ),
    ),
    properties=(
        wrong_where("before the first step, where every probability is ½", one_row),
        right_where("before the first step, and goes wrong with the steps; so look at the gradient", one_row),
    ),
    alternatives=(
        right_by_loop,
        answer(),
        answer(value=lambda z, y: np.mean(np.log1p(np.exp(-(2 * y - 1) * z)))),
        lambda X, y, epsilon, steps: reference(X.astype(np.float32), y, epsilon, steps),
    ),
)
