"""The capstone's problems: a seed makes them, and the runs' numbers make starts, turns, splits and minibatches."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_optim.descent import minibatches

M = 32  # examples in a minibatch


@dataclass(frozen=True)
class Problem:
    """Some runs of a problem.

    Parameters
    ----------
    name : str
        One of :data:`NAMES`.
    theta : ndarray, shape (runs, n, 1)
        Where each run starts.
    gradient : callable
        ``gradient(theta)`` for ``theta`` of shape (runs, n, rates). One call is one step of all; the minibatch is
        the next one.
    loss : callable
        ``loss(theta)``, shape (runs, rates): what is to be low.
    """

    name: str
    theta: np.ndarray
    gradient: Callable
    loss: Callable


def _generators(seed, name, runs):
    """Return the generator of what all runs share, and one for each run."""
    tag = NAMES.index(name)
    return np.random.default_rng([seed, tag]), [np.random.default_rng([seed, tag, 1 + run]) for run in runs]


def quadratic(seed, runs, n=8):
    """Return a quadratic of ``n`` coordinates; the seed makes its spectrum, each run turns it and starts elsewhere."""
    common, own = _generators(seed, "quadratic", runs)
    condition, largest = 10 ** common.uniform(1.5, 2.5), 10 ** common.uniform(-0.5, 1)
    spectrum = largest * condition ** -np.r_[0, np.sort(common.uniform(0, 1, n - 2)), 1]
    turns = np.array([np.linalg.qr(rng.standard_normal((n, n)))[0] for rng in own])
    H = (turns * spectrum) @ turns.swapaxes(1, 2)
    start = np.array([rng.standard_normal(n) for rng in own])[..., np.newaxis]

    def gradient(theta):
        return H @ theta

    return Problem("quadratic", start, gradient, lambda theta: np.sum(theta * (H @ theta), axis=1) / 2)


def valley(seed, runs):
    """Return a valley curved like Rosenbrock's; the seed makes its steepness and the length of both coordinates."""
    common, own = _generators(seed, "valley", runs)
    steep, scale = 10 ** common.uniform(1, 2), 10 ** common.uniform(-0.5, 0.5, (2, 1))
    start = np.array([[-1.2, 1.0] + 0.2 * rng.standard_normal(2) for rng in own])[..., np.newaxis] * scale

    def gradient(theta):
        x, y = np.moveaxis(theta / scale, 1, 0)
        rise = y - x * x
        return np.stack([2 * (x - 1) - 4 * steep * x * rise, 2 * steep * rise], axis=1) / scale

    def loss(theta):
        x, y = np.moveaxis(theta / scale, 1, 0)
        return (1 - x) ** 2 + steep * (y - x * x) ** 2

    return Problem("valley", start, gradient, loss)


def tumours(seed, runs, examples=380):
    """Return logistic regression on scikit-learn's tumours with minibatches; each run has another split.

    The loss is the mean cross-entropy over all examples of the run, in nats.
    """
    from sklearn.datasets import load_breast_cancer  # slow to import, and needed here only

    X, y = load_breast_cancer(return_X_y=True)
    _, own = _generators(seed, "tumours", runs)
    chosen = np.array([rng.permutation(len(X))[:examples] for rng in own])
    X, y = _standard(X[chosen]), y[chosen][..., np.newaxis].astype(float)

    def slope(z, y):
        return 1 / (1 + np.exp(-z)) - y

    def loss(theta):
        z = X @ theta
        return np.mean(np.logaddexp(0, z) - y * z, axis=1)

    return Problem("tumours", np.zeros((len(own), X.shape[2], 1)), _minibatched(X, y, slope, own), loss)


def diabetes(seed, runs, examples=340):
    """Return least squares on scikit-learn's diabetes data with minibatches; the seed makes the unit of every feature.

    The loss is half the mean squared error over all examples of the run, above the lowest one that there is.
    """
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    common, own = _generators(seed, "diabetes", runs)
    units = np.r_[10 ** common.uniform(-0.75, 0.5, X.shape[1]), 1]
    chosen = np.array([rng.permutation(len(X))[:examples] for rng in own])
    X, y = _standard(X[chosen]) * units, ((y - y.mean()) / y.std())[chosen][..., np.newaxis]
    best = np.array([np.linalg.lstsq(a, b, rcond=None)[0] for a, b in zip(X, y, strict=True)])

    def loss(theta):
        # The minimum's residuals are orthogonal to the features: the rest is a quadratic, without a difference.
        return np.mean((X @ (theta - best)) ** 2, axis=1) / 2

    return Problem("diabetes", np.zeros_like(best), _minibatched(X, y, lambda z, y: z - y, own), loss)


def _standard(X):
    """Return examples whose features have mean 0 and variance 1 in every run, with a 1 at their end."""
    X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    return np.concatenate([X, np.ones((*X.shape[:2], 1))], axis=2)


def _minibatched(X, y, slope, rngs):
    """Return the gradient of a linear model on the next minibatch of each run."""
    batches = zip(*[minibatches(X.shape[1], M, rng) for rng in rngs], strict=True)
    runs = np.arange(len(rngs))[:, np.newaxis]

    def gradient(theta):
        batch = (runs, np.stack(next(batches)))
        part = X[batch]
        return part.swapaxes(1, 2) @ slope(part @ theta, y[batch]) / part.shape[1]

    return gradient


#: The problems by their names.
PROBLEMS = {"quadratic": quadratic, "valley": valley, "tumours": tumours, "diabetes": diabetes}
NAMES = list(PROBLEMS)
