"""A fair contest: every algorithm on every problem, with the same budget, rates and seeds.

The problems and the loop of the chapter "Choosing an algorithm". Every algorithm gets the same steps, the
same grid of learning rates, and for each seed the same start and the same minibatches. Of its
hyperparameters the rate alone is tuned; the others stand at what the lecture or their paper gives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_optim import ADADELTA, data
from lecture_optim.descent import minibatch_gradient, sweep
from lecture_optim.linear import LogisticRegression
from lecture_optim.networks import MLP
from lecture_optim.objectives import Quadratic, Rosenbrock
from lecture_optim.recurrent import RNN

#: The momentum parameter and the decay rates at which all take part.
TEXTBOOK = {"alpha": 0.9, "rho": 0.9, "rho1": 0.9, "rho2": 0.999}


@dataclass(frozen=True)
class Problem:
    """A problem of the contest.

    Parameters
    ----------
    name : str
        What the reader calls it.
    draw : callable
        ``draw(seed) -> (theta, gradient, value)``: a start of shape (n,), and two functions of ``theta``
        of shape ``(n, runs)``. The gradient may draw minibatches; every call of ``draw`` with one seed
        gives the same ones in the same order. The value is the loss that counts, shape ``(runs,)``.
    steps : int
        The budget: how many gradients an algorithm may ask for.
    """

    name: str
    draw: Callable
    steps: int


def digits_network(steps=300, hidden=32, m=32):
    """Return the problem of training a 64-hidden-10 tanh network on the digits.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    hidden : int, default 32
        Units of the hidden layer.
    m : int, default 32
        Examples per minibatch.

    Returns
    -------
    Problem
        Its loss is the mean cross-entropy of the training part, in nats.
    """
    parts = data.digits(np.random.default_rng(0))
    return _learning("digits, network", MLP([64, hidden, 10]), parts.X_train, parts.y_train, m, steps)


def documents_regression(steps=300, m=32):
    """Return the problem of telling the documents of two libraries apart by logistic regression.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    m : int, default 32
        Documents per minibatch.

    Returns
    -------
    Problem
        Its loss is the mean cross-entropy of the training part, in nats. All seeds start at zero.
    """
    parts = data.documents(np.random.default_rng(0))
    model = LogisticRegression(parts.X_train.shape[1])
    return _learning("documents, logistic regression", model, parts.X_train, parts.y_train, m, steps)


def memory_network(steps=300, hidden=12, lag=10, m=32, examples=256):
    """Return the problem of training a recurrent tanh network on the memory task with four symbols.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    hidden : int, default 12
        Units of the network.
    lag : int, default 10
        Steps between the symbol and the end of a sequence.
    m : int, default 32
        Sequences per minibatch.
    examples : int, default 256
        Sequences to learn from.

    Returns
    -------
    Problem
        Its loss is the mean cross-entropy over all sequences, in nats.
    """
    X, y = data.memory_task(np.random.default_rng(0), examples, lag, symbols=4, noise=0.3)
    return _learning("memory task, recurrent network", RNN(4, hidden, 4), X, y, m, steps)


def _learning(name, model, X, y, m, steps):
    def draw(seed):
        rng = np.random.default_rng(seed)
        theta = model.init() if isinstance(model, LogisticRegression) else model.init(rng)
        return theta, minibatch_gradient(model.gradient, X, y, m, rng), lambda theta: model.value(theta, X, y)

    return Problem(name, draw, steps)


def curved_valley(steps=300):
    """Return Rosenbrock's valley, from starts around (-1.2, 1).

    Parameters
    ----------
    steps : int, default 300
        The budget.

    Returns
    -------
    Problem
        Its loss is the value, 0 at the minimum.
    """
    surface = Rosenbrock()

    def draw(seed):
        start = np.array([-1.2, 1.0]) + 0.2 * np.random.default_rng(seed).standard_normal(2)
        return start, surface.gradient, surface.value

    return Problem("Rosenbrock's valley", draw, steps)


def rotated_quadratic(steps=300, n=20, condition=100.0):
    """Return a quadratic whose principal axes lie at random angles to the coordinate axes.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    n : int, default 20
        Dimensions.
    condition : float, default 100
        Condition number; the eigenvalues run from 1 to it, evenly spaced in the logarithm.

    Returns
    -------
    Problem
        Its loss is the value, 0 at the minimum; start and axes are drawn with the seed.
    """

    def draw(seed):
        rng = np.random.default_rng(seed)
        rotation = np.linalg.qr(rng.standard_normal((n, n)))[0]
        surface = Quadratic.with_eigenvalues(np.geomspace(1, condition, n), rotation)
        return rng.standard_normal(n), surface.gradient, surface.value

    return Problem("rotated quadratic", draw, steps)


def hyperparameters(algorithm):
    """Return what an algorithm takes part with beside its rate.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``.

    Returns
    -------
    dict
        Those of :data:`TEXTBOOK` that it has; for AdaDelta nothing, so its paper's ``rho`` of 0.95 stands.
    """
    own = {} if algorithm is ADADELTA else TEXTBOOK
    return {name: value for name, value in own.items() if name in algorithm.defaults}


def losses(algorithm, problem, rates, seeds):
    """Return the loss after the budget, for each rate and seed.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``; what it has beside its rate is in :func:`hyperparameters`.
    problem : Problem
        What is to be minimised.
    rates : array_like, shape (rates,)
        The grid of learning rates.
    seeds : sequence of int
        One run of the whole grid for each.

    Returns
    -------
    ndarray, shape (seeds, rates)
        Losses; ``inf`` for a run that diverged.

    Raises
    ------
    ValueError
        For bad input.
    """
    rates = np.asarray(rates, dtype=float)
    if rates.ndim != 1 or rates.size == 0:
        raise ValueError(f"rates must be a list of learning rates, got shape {rates.shape}")
    if len(seeds) == 0:
        raise ValueError("seeds must hold at least one seed, got none")
    hyper = hyperparameters(algorithm)
    rows = []
    for seed in seeds:
        theta, gradient, value = problem.draw(seed)
        theta, _ = sweep(algorithm, gradient, theta[:, np.newaxis], problem.steps, epsilon=rates, **hyper)
        with np.errstate(all="ignore"):  # of a run that diverged
            rows.append(value(theta))
    rows = np.array(rows)
    return np.where(np.isfinite(rows), rows, np.inf)


def best_rates(losses):
    """Return the place in the grid of each algorithm's best rate: the lowest median over the seeds.

    Parameters
    ----------
    losses : array_like, shape (algorithms, seeds, rates)
        As :func:`losses` returns them for each algorithm.

    Returns
    -------
    ndarray of int, shape (algorithms,)
        Indices of rates. One at either end of the grid says that the grid is too short.

    Raises
    ------
    ValueError
        If ``losses`` has another shape.
    """
    losses = np.asarray(losses)
    if losses.ndim != 3 or 0 in losses.shape:
        raise ValueError(f"losses must have shape (algorithms, seeds, rates), got {losses.shape}")
    return np.median(losses, axis=1).argmin(axis=1)


def tuned(losses):
    """Return the losses at each algorithm's best rate.

    Parameters
    ----------
    losses : array_like, shape (algorithms, seeds, rates)
        As for :func:`best_rates`.

    Returns
    -------
    ndarray, shape (algorithms, seeds)
        One loss a seed.
    """
    losses = np.asarray(losses)
    return losses[np.arange(len(losses)), :, best_rates(losses)]


def ranks(tuned):
    """Return the rank of each algorithm on each seed.

    Parameters
    ----------
    tuned : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them.

    Returns
    -------
    ndarray of int, shape (algorithms, seeds)
        1 for the lowest loss of the seed; equal losses share a rank.
    """
    tuned = np.asarray(tuned)
    return 1 + np.sum(tuned[np.newaxis] < tuned[:, np.newaxis], axis=1)


def places(tuned):
    """Return the place of each algorithm, where only what holds on every seed counts as better.

    Parameters
    ----------
    tuned : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them.

    Returns
    -------
    ndarray of int, shape (algorithms,)
        1 plus the number of algorithms that have the lower loss on *every* seed. Algorithms of which
        now one and now the other is better do not push each other down.
    """
    tuned = np.asarray(tuned)
    return 1 + np.sum(np.all(tuned[np.newaxis] < tuned[:, np.newaxis], axis=2), axis=1)
