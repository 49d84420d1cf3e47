"""The runs of the contest: what an algorithm takes part with, on which rates, and what is measured."""

import inspect

import numpy as np

from lecture_optim import checks
from lecture_optim.contest.problems import SURFACES
from lecture_optim.descent import sweep
from lecture_optim.schedules import constant_schedule, cosine_schedule, linear_schedule, stable_decay_schedule

#: The momentum parameter and the decay rates at which all take part.
TEXTBOOK = {"alpha": 0.9, "rho": 0.9, "rho1": 0.9, "rho2": 0.999}

#: What becomes of the rate during a run: nothing, or a straight fall that would reach 0 after the last step.
SCHEDULES = ("constant", "falling")

#: Two more, not of the lecture: a cosine to 0, and a tenth of warm-up and a fifth of decay around a constant rate.
LATER = ("cosine", "stable")

#: The lowest rate of each algorithm, in quarters of a decade (-8 is 0.01), on surfaces and in learning.
LOWEST = {
    "SGD": (-16, -8),
    "Momentum": (-18, -11),
    "Nesterov momentum": (-18, -11),
    "AdaGrad": (-6, -10),
    "RMSProp": (-14, -14),
    "RMSProp with Nesterov momentum": (-18, -17),
    "AdaDelta": (-4, -4),
    "Adam": (-10, -14),
}

#: How many rates each has, on surfaces and in learning.
COUNT = (22, 18)


def quarters(algorithm, problem):
    """Return an algorithm's grid of rates, in quarters of a decade.

    Parameters
    ----------
    algorithm : str
        Its name.
    problem : str
        The short name of a problem, one of ``PROBLEMS``.

    Returns
    -------
    range
        The chapter's, of which each best rate lies strictly inside; for an algorithm that is not in
        :data:`LOWEST` from the lowest rate of all to the highest.
    """
    learning = problem not in SURFACES
    lowest = [each[learning] for each in LOWEST.values()]
    first, last = (2 * [LOWEST[algorithm][learning]]) if algorithm in LOWEST else (min(lowest), max(lowest))
    return range(first, last + COUNT[learning])


def hyperparameters(algorithm):
    """Return what an algorithm takes part with beside its rate.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``, or another.

    Returns
    -------
    dict
        Those of :data:`TEXTBOOK` that it has. A default of its own stands: for AdaDelta its paper's ``rho``
        of 0.95.
    """
    own, none = algorithm.defaults, inspect.Parameter.empty
    return {name: value for name, value in TEXTBOOK.items() if name in own and own[name] in (none, value)}


def schedule(name, rates, steps):
    """Return the learning rates of a schedule as a function of the step.

    Parameters
    ----------
    name : {"constant", "falling", "cosine", "stable"}
        One of :data:`SCHEDULES` or :data:`LATER`.
    rates : array_like
        First rates; for "stable" those in the middle.
    steps : int
        The budget.

    Returns
    -------
    callable
        ``epsilon(k)`` for k = 0, 1, …: ``rates``, ``rates * (1 - k / steps)``, or what
        :mod:`lecture_optim.schedules` has.

    Raises
    ------
    ValueError
        For another name.
    """
    if name not in (*SCHEDULES, *LATER):
        raise ValueError(f"name must be one of {', '.join((*SCHEDULES, *LATER))}, got {name!r}")
    rates = np.asarray(rates, dtype=float)
    steps = checks.whole_number("steps", steps, least=1)
    if name == "constant":
        return constant_schedule(rates)
    if name == "stable":
        return stable_decay_schedule(rates, steps, decay=-(-steps // 5), warm_up=-(-steps // 10))
    return (linear_schedule if name == "falling" else cosine_schedule)(rates, 0, steps)


def measured(algorithm, problem, rates, seeds, schedules=SCHEDULES, **hyper):
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
    schedules : sequence of str
        What becomes of the rates, default :data:`SCHEDULES`.
    **hyper : float
        Hyperparameters that stand elsewhere than in :func:`hyperparameters`.

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
    hyper = hyperparameters(algorithm) | hyper
    each = [schedule(name, rates, problem.steps) for name in schedules]
    found = {name: [] for name in problem.measures}
    for seed in seeds:
        theta, gradient, measure = problem.draw(seed)
        theta, _ = sweep(
            algorithm, gradient, theta[:, np.newaxis], problem.steps,
            epsilon=lambda k: np.concatenate([epsilon(k) for epsilon in each]), **hyper,
        )  # fmt: skip
        with np.errstate(all="ignore"):  # of a run that diverged
            numbers = measure(theta)
        diverged = ~np.all([np.isfinite(numbers[name]) for name in problem.measures], axis=0)
        for name in problem.measures:
            found[name].append(np.where(diverged, np.inf, numbers[name]).reshape(len(schedules), -1))
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
