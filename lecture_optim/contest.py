"""A fair contest: every algorithm on every problem, with the same budget, grid of rates and seeds.

The problems and the loop of the chapter "Choosing an algorithm". Every algorithm gets the same steps and a
wide grid of learning rates, each constant and each falling; for each seed all get the same start, the same
minibatches and the same split of the data. Of the hyperparameters the rate alone is tuned; the others stand
at what the lecture or their paper gives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_optim import ADADELTA, ALGORITHMS, checks, data, results
from lecture_optim.descent import minibatch_gradient, sweep
from lecture_optim.linear import LogisticRegression
from lecture_optim.networks import MLP
from lecture_optim.objectives import Quadratic, Rosenbrock
from lecture_optim.recurrent import RNN

#: The momentum parameter and the decay rates at which all take part.
TEXTBOOK = {"alpha": 0.9, "rho": 0.9, "rho1": 0.9, "rho2": 0.999}

#: What becomes of the rate during a run: nothing, or a straight fall that would reach 0 after the last step.
SCHEDULES = ("constant", "falling")

#: What is measured after the last step of a learning problem: three losses, and the test error.
MEASURES = ("train", "validation", "test", "error")


@dataclass(frozen=True)
class Problem:
    """A problem of the contest.

    Parameters
    ----------
    name : str
        What the reader calls it.
    draw : callable
        ``draw(seed) -> (theta, gradient, measure)``: a start of shape ``(n,)``, and two functions of
        ``theta`` of shape ``(n, runs)``. The gradient may draw minibatches; every call of ``draw`` with one
        seed gives the same ones in the same order. ``measure(theta)`` returns a dictionary with an array
        of shape ``(runs,)`` for each name in ``measures``.
    steps : int
        The budget: how many gradients an algorithm may ask for.
    measures : tuple of str
        :data:`MEASURES`, or ``("train",)`` for a surface, whose value counts as training loss.
    """

    name: str
    draw: Callable
    steps: int
    measures: tuple = ("train",)


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
        Its losses are mean cross-entropies, in nats.
    """
    return _learning("digits, network", data.digits, lambda parts: MLP([64, hidden, 10]), m, steps)


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
        Its losses are mean cross-entropies, in nats. All seeds start at zero.
    """

    def make(rng):
        key = str(rng.bit_generator.state)
        if key not in _DOCUMENTS:
            _DOCUMENTS[key] = data.documents(rng)
        return _DOCUMENTS[key]

    def model(parts):
        return LogisticRegression(parts.X_train.shape[1])

    return _learning("documents, logistic regression", make, model, m, steps)


_DOCUMENTS = {}  # a split of them takes a second


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
        Sequences to learn from, and as many in each of the other two parts.

    Returns
    -------
    Problem
        Its losses are mean cross-entropies, in nats.
    """

    def make(rng):
        X, y = data.memory_task(rng, 3 * examples, lag, symbols=4, noise=0.3)
        parts = [slice(i * examples, (i + 1) * examples) for i in range(3)]
        return data.Data(*[array[part] for part in parts for array in (X, y)])

    return _learning("memory task, recurrent network", make, lambda parts: RNN(4, hidden, 4), m, steps)


def tumours_network(steps=300, hidden=16, m=32):
    """Return the held-out problem: a 30-hidden-1 tanh network that calls tumours malignant or benign.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    hidden : int, default 16
        Units of the hidden layer.
    m : int, default 32
        Examples per minibatch.

    Returns
    -------
    Problem
        Its losses are mean cross-entropies, in nats, of scikit-learn's breast cancer data in parts of 341,
        114 and 114 examples; each feature has mean 0 and variance 1 over the training part.
    """

    def make(rng):
        from sklearn.datasets import load_breast_cancer  # slow to import, and needed here only

        X, y = load_breast_cancer(return_X_y=True)
        order = rng.permutation(len(X))
        parts = order[:341], order[341:455], order[455:]
        X = (X - X[parts[0]].mean(axis=0)) / X[parts[0]].std(axis=0)
        return data.Data(*[array[part] for part in parts for array in (X, y)])

    return _learning("tumours, network", make, lambda parts: MLP([30, hidden, 1]), m, steps)


def _learning(name, make, model_of, m, steps):
    def draw(seed):
        split, start, order = np.random.default_rng(seed).spawn(3)
        parts = make(split)
        model = model_of(parts)
        theta = model.init() if isinstance(model, LogisticRegression) else model.init(start)

        def measure(theta):
            return {
                "train": model.value(theta, parts.X_train, parts.y_train),
                "validation": model.value(theta, parts.X_validation, parts.y_validation),
                "test": model.value(theta, parts.X_test, parts.y_test),
                "error": model.error(theta, parts.X_test, parts.y_test),
            }

        return theta, minibatch_gradient(model.gradient, parts.X_train, parts.y_train, m, order), measure

    return Problem(name, draw, steps, MEASURES)


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
        return start, surface.gradient, lambda theta: {"train": surface.value(theta)}

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
    return _quadratic("rotated quadratic", steps, n, condition, rotated=True)


def aligned_quadratic(steps=300, n=20, condition=100.0):
    """Return the same quadratic with its principal axes along the coordinate axes: the control.

    Parameters
    ----------
    steps, n, condition
        As for :func:`rotated_quadratic`.

    Returns
    -------
    Problem
        As :func:`rotated_quadratic`; each seed starts as far along each principal axis as there.
    """
    return _quadratic("axis-aligned quadratic", steps, n, condition, rotated=False)


def _quadratic(name, steps, n, condition, rotated):
    def draw(seed):
        rng = np.random.default_rng(seed)
        rotation = np.linalg.qr(rng.standard_normal((n, n)))[0]
        start = rng.standard_normal(n)
        surface = Quadratic.with_eigenvalues(np.geomspace(1, condition, n), rotation if rotated else np.eye(n))
        start = start if rotated else rotation.T @ start
        return start, surface.gradient, lambda theta: {"train": surface.value(theta)}

    return Problem(name, draw, steps)


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


def schedule(name, rates, steps):
    """Return the learning rates of a schedule as a function of the step.

    Parameters
    ----------
    name : {"constant", "falling"}
        One of :data:`SCHEDULES`.
    rates : array_like
        First rates.
    steps : int
        The budget.

    Returns
    -------
    callable
        ``epsilon(k)`` for k = 0, 1, …: ``rates``, or ``rates * (1 - k / steps)``.

    Raises
    ------
    ValueError
        For another name.
    """
    if name not in SCHEDULES:
        raise ValueError(f"name must be one of {', '.join(SCHEDULES)}, got {name!r}")
    rates = np.asarray(rates, dtype=float)
    steps = checks.whole_number("steps", steps, least=1)
    return (lambda k: rates) if name == "constant" else (lambda k: rates * (1 - k / steps))


def measured(algorithm, problem, rates, seeds):
    """Return all that is measured after the budget, for each schedule, seed and rate.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``; what it has beside its rate is in :func:`hyperparameters`.
    problem : Problem
        What is to be minimised.
    rates : array_like, shape (rates,)
        The grid of first learning rates.
    seeds : sequence of int
        One run of the whole grid for each.

    Returns
    -------
    dict
        For each of the problem's measures an array of shape (schedules, seeds, rates); ``inf`` for a run
        that diverged.

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
    both = [schedule(name, rates, problem.steps) for name in SCHEDULES]
    found = {name: [] for name in problem.measures}
    for seed in seeds:
        theta, gradient, measure = problem.draw(seed)
        theta, _ = sweep(
            algorithm, gradient, theta[:, np.newaxis], problem.steps,
            epsilon=lambda k: np.concatenate([epsilon(k) for epsilon in both]), **hyper,
        )  # fmt: skip
        with np.errstate(all="ignore"):  # of a run that diverged
            numbers = measure(theta)
        diverged = ~np.all([np.isfinite(numbers[name]) for name in problem.measures], axis=0)
        for name in problem.measures:
            found[name].append(np.where(diverged, np.inf, numbers[name]).reshape(len(SCHEDULES), -1))
    return {name: np.stack(rows, axis=1) for name, rows in found.items()}


def losses(algorithm, problem, rates, seeds, schedule="constant", measure="train"):
    """Return one measure under one schedule; see :func:`measured`.

    Parameters
    ----------
    algorithm, problem, rates, seeds
        As for :func:`measured`.
    schedule : {"constant", "falling"}
        What becomes of the rate.
    measure : str, default "train"
        One of the problem's measures.

    Returns
    -------
    ndarray, shape (seeds, rates)
        Losses; ``inf`` for a run that diverged.
    """
    if schedule not in SCHEDULES:
        raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, got {schedule!r}")
    if measure not in problem.measures:
        raise ValueError(f"measure must be one of {', '.join(problem.measures)}, got {measure!r}")
    return measured(algorithm, problem, rates, seeds)[measure][SCHEDULES.index(schedule)]


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


def tuned(losses, by=None):
    """Return the losses at each algorithm's best rate.

    Parameters
    ----------
    losses : array_like, shape (algorithms, seeds, rates)
        As for :func:`best_rates`.
    by : array_like of the same shape, optional
        What the rate is chosen by, for instance validation losses where ``losses`` holds test losses;
        default ``losses`` itself.

    Returns
    -------
    ndarray, shape (algorithms, seeds)
        One loss a seed.
    """
    losses = np.asarray(losses)
    by = losses if by is None else np.asarray(by)
    if by.shape != losses.shape:
        raise ValueError(f"by must have the shape of losses, {losses.shape}, got {by.shape}")
    return losses[np.arange(len(losses)), :, best_rates(by)]


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


def places(tuned, share=1.0):
    """Return the place of each algorithm, where only what holds on enough seeds counts as better.

    Parameters
    ----------
    tuned : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them.
    share : float, default 1
        On which share of the seeds, over ½ and up to 1, the better algorithm has the lower loss.

    Returns
    -------
    ndarray of int, shape (algorithms,)
        1 plus the number of algorithms that are better. Algorithms of which now one and now the other is
        ahead do not push each other down.

    Raises
    ------
    ValueError
        For another share.
    """
    tuned = np.asarray(tuned)
    if not 0.5 < share <= 1:
        raise ValueError(f"share must be over 0.5 and at most 1, got {share!r}")
    better = np.mean(tuned[np.newaxis] < tuned[:, np.newaxis], axis=2) >= share
    return 1 + np.sum(better, axis=1)


def turned(first, second):
    """Return how many pairs of algorithms stand in another order in a second contest.

    Parameters
    ----------
    first, second : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them, of the same algorithms; the numbers of seeds may differ.

    Returns
    -------
    int
        Pairs of which one has the lower median in the first contest and the other in the second; of eight
        algorithms there are 28 pairs. Equal medians have no order.
    """
    signs = []
    for losses in (first, second):
        medians = np.median(losses, axis=1)
        signs.append((medians[:, np.newaxis] > medians).astype(int) - (medians[:, np.newaxis] < medians))
    if signs[0].shape != signs[1].shape:
        raise ValueError(f"both contests must have the same algorithms, got {len(signs[0])} and {len(signs[1])}")
    return int(np.sum(signs[0] * signs[1] < 0)) // 2


def profile(losses, factors):
    """Return the share of problems on which each algorithm is within a factor of the best.

    Parameters
    ----------
    losses : array_like, shape (problems, algorithms)
        One loss, at least 0, for each; ``inf`` where it diverged.
    factors : array_like, shape (factors,)
        How many times the lowest loss of the problem still counts, at least 1.

    Returns
    -------
    ndarray, shape (factors, algorithms)
        Shares, from 0 to 1.

    Notes
    -----
    Dolan and Moré (2002), with the loss after a budget in place of the time to a target.
    """
    losses, factors = np.asarray(losses, dtype=float), np.asarray(factors, dtype=float)
    if losses.ndim != 2 or 0 in losses.shape:
        raise ValueError(f"losses must have shape (problems, algorithms), got {losses.shape}")
    if np.any(factors < 1):
        raise ValueError(f"factors must be at least 1, got {factors.min():g}")
    best = losses.min(axis=1, keepdims=True)
    within = (losses <= factors[:, np.newaxis, np.newaxis] * best) & np.isfinite(losses)
    return within.mean(axis=1)


#: Seeds of the stored contest by its budget, ten in a file.
STORED = {300: 20, 900: 10}


def stored(problem, steps=300):
    """Return the stored contest of `experiments/choosing.py` on one problem.

    Parameters
    ----------
    problem : str
        Its short name there: "digits", "documents", "memory", "rosenbrock", "rotated", "aligned" or
        "tumours".
    steps : {300, 900}
        The budget.

    Returns
    -------
    rates : ndarray, shape (algorithms, rates)
        Each algorithm's grid of first rates.
    measured : dict
        For each measure an array of shape (schedules, algorithms, seeds, rates), ``inf`` where a run
        diverged.
    """
    if steps not in STORED:
        raise ValueError(f"steps must be one of {', '.join(map(str, STORED))}, got {steps!r}")
    files = [results.load(f"13_choosing_{problem}_{steps}_{block}") for block in range(STORED[steps] // 10)]
    columns = {name: np.concatenate([file[name] for file in files]) for name in files[0]}
    shape = (len(SCHEDULES), len(ALGORITHMS), STORED[steps], -1)
    names = [algorithm.name for algorithm in ALGORITHMS]
    order = np.lexsort([
        columns["rate"], columns["seed"], [names.index(a) for a in columns["algorithm"]],
        [SCHEDULES.index(s) for s in columns["schedule"]],
    ])  # fmt: skip
    tables = {name: columns[name][order].reshape(shape) for name in ("rate", *MEASURES) if name in columns}
    return tables.pop("rate")[0, :, 0], tables
