"""Empirical risk: how much too good a training cost is, measured on real tumours by leaving one out."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import unchanged_by


def risk_left_out(X, y):
    """Estimate the true risk of least squares without any further example: leave out one at a time.

    The loss of one example is ½ (x·theta - y)². For each example a model is fitted to all the others, and the loss of
    the one that was left out is taken.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row; any m - 1 of them determine theta.
    y : ndarray, shape (m,)
        Targets.

    Returns
    -------
    tuple
        (training_cost, left_out_cost): the mean loss of all m examples with the model fitted to all of them, and the mean
        of the m losses of examples left out.
    """
    raise NotImplementedError


def cases(rng):
    """Few tumours, so that the two costs are far apart; class 0 is -1."""
    inputs = []
    for size in (7, 8, 10):
        while True:
            X, y = samples.tumours(rng, size)
            low, high = reference(X, 2.0 * y - 1)
            if low > 0.02 and 1.3 * low < high < 4 * low:
                break
        inputs.append(dict(X=X, y=2.0 * y - 1))
    return inputs


def fit(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0]


def losses(theta, X, y):
    return 0.5 * (X @ theta - y) ** 2


def folds(X, y):
    """Yield, for each example, all others and itself."""
    for i in range(len(y)):
        others = np.arange(len(y)) != i
        yield X[others], y[others], X[i : i + 1], y[i : i + 1]


def training(X, y):
    return float(np.mean(losses(fit(X, y), X, y)))


def reference(X, y):
    return training(X, y), float(np.mean([losses(fit(A, b), x, c)[0] for A, b, x, c in folds(X, y)]))


def by_leverage(X, y):
    """Take the shortcut: a residual divided by what the fit does not depend on it."""
    hat = X @ np.linalg.solve(X.T @ X, X.T)
    residual = y - hat @ y
    return np.array([0.5 * np.mean(residual**2), 0.5 * np.mean((residual / (1 - np.diag(hat))) ** 2)])


QUESTION = Question(
    chapter=1,
    section="How optimistic?",
    stub=risk_left_out,
    cases=cases,
    reference=reference,
    rtol=1e-4,
    parts=(
        Part("the training cost", 0.5, of=lambda out: out[0]),
        Part("the cost of those left out", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda X, y: (training(X, y),) * 2,
            "The training cost is right. Those left out were in the fit: the model has seen what it is tested on.",
            0.5,
        ),
        Mistake(
            lambda X, y: reference(X, y)[::-1],
            "You return the costs in the wrong order. Which of them should be the smaller one?",
            0,
        ),
        Mistake(
            lambda X, y: tuple(2 * cost for cost in reference(X, y)),
            "You forget the ½ in the loss.",
            0,
        ),
        Mistake(
            lambda X, y: tuple(len(y) * cost for cost in reference(X, y)),
            "You sum the losses. Their means are asked for.",
            0,
        ),
        Mistake(
            lambda X, y: (training(X, y), float(np.mean([training(A, b) for A, b, _, _ in folds(X, y)]))),
            "The training cost is right. Then you test each model on the examples of its own fit, and not on the one left out.",
            0.5,
        ),
        Mistake(
            lambda X, y: (
                training(X, y),
                float(np.mean([np.mean(losses(fit(A, b), X, y)) for A, b, _, _ in folds(X, y)])),
            ),
            "The training cost is right. Then you test each model on all examples; all but one of them it has seen.",
            0.5,
        ),
        Mistake(
            lambda X, y: (
                training(X, y),
                float(np.mean([np.mean(losses(fit(x, c), A, b)) for A, b, x, c in folds(X, y)])),
            ),
            "The training cost is right. Then you fit to the one example and test on the others: it is the other way round.",
            0.5,
        ),
        Mistake(
            lambda X, y: (
                training(X, y),
                float(np.mean(losses(np.mean([fit(A, b) for A, b, _, _ in folds(X, y)], axis=0), X, y))),
            ),
            "The training cost is right. Then you average the models. The losses are to be averaged, each of its own model.",
            0.5,
        ),
        Mistake(
            lambda X, y: (training(X, y), reference(X, y)[1] - training(X, y)),
            "The training cost is right. The second number is the optimism; the cost itself is asked for.",
            0.5,
        ),
        Mistake(
            lambda X, y: reference(X, y)[1],
            "You return one number. The training cost is asked for as well.",
            0,
        ),
    ),
    properties=(
        unchanged_by(
            "when the examples come in another order", lambda X, y: {"X": X[::-1].copy(), "y": y[::-1].copy()}
        ),
    ),
    alternatives=(
        by_leverage,
        lambda X, y: [training(X, y), np.mean([losses(np.linalg.pinv(A) @ b, x, c) for A, b, x, c in folds(X, y)])],
    ),
)
