"""How the learning rate depends on the step: functions that return a schedule ``epsilon(k)``, k = 0, 1, ….

Each goes into ``epsilon=`` of :func:`lecture_optim.descent.descend` and :func:`lecture_optim.descent.sweep`. A first
rate may be an array, for a grid. A rate of 0 is allowed at the very end only: the loops take no step with it.
"""

import numpy as np

from lecture_optim import checks


def _last(value):
    return 0.0 if type(value) in (int, float) and value == 0 else checks.hyperparameter("epsilon_tau", value)


def constant_schedule(epsilon_0):
    """Return the schedule that stays at ``epsilon_0``.

    Parameters
    ----------
    epsilon_0 : float or ndarray
        Learning rate.

    Returns
    -------
    callable
        ``epsilon(k) = epsilon_0``.

    Notes
    -----
    Lecture, Algorithm 8.1, with a fixed rate.
    """
    epsilon_0 = checks.hyperparameter("epsilon_0", epsilon_0)
    return lambda k: epsilon_0


def linear_schedule(epsilon_0, epsilon_tau, tau):
    """Return the schedule that goes linearly from ``epsilon_0`` to ``epsilon_tau``, then stays.

    Parameters
    ----------
    epsilon_0, epsilon_tau : float or ndarray
        First and last learning rate. The last may be 0: then ``tau`` is the number of steps.
    tau : int
        Step from which the rate is constant.

    Returns
    -------
    callable
        ``epsilon(k) = (1 - a) epsilon_0 + a epsilon_tau`` with ``a = min(k / tau, 1)``.

    Notes
    -----
    Goodfellow et al. (2016), equation 8.14.
    """
    epsilon_0 = checks.hyperparameter("epsilon_0", epsilon_0)
    epsilon_tau = _last(epsilon_tau)
    tau = checks.whole_number("tau", tau, least=1)

    def epsilon(k):
        a = min(k / tau, 1.0)
        return (1 - a) * epsilon_0 + a * epsilon_tau

    return epsilon


def inverse_schedule(epsilon_0, tau):
    """Return the schedule ``epsilon_0 / (1 + k / tau)``, which meets both conditions of Robbins and Monro.

    Parameters
    ----------
    epsilon_0 : float or ndarray
        First learning rate.
    tau : float
        Number of steps after which the rate has halved.

    Returns
    -------
    callable
        ``epsilon(k)``; the sum of the rates diverges and the sum of their squares converges.

    Notes
    -----
    Robbins and Monro (1951); Goodfellow et al. (2016), equations 8.12 and 8.13.
    """
    epsilon_0 = checks.hyperparameter("epsilon_0", epsilon_0)
    tau = checks.positive("tau", tau)
    return lambda k: epsilon_0 / (1 + k / tau)


def step_schedule(epsilon_0, drops, factor=0.1):
    """Return the schedule that multiplies the rate by ``factor`` at given steps.

    Parameters
    ----------
    epsilon_0 : float or ndarray
        First learning rate.
    drops : sequence of int
        Steps from which on the rate is one more ``factor`` lower.
    factor : float, default 0.1
        Positive.

    Returns
    -------
    callable
        ``epsilon(k) = epsilon_0 factor**n``, n being the number of drops up to and with k.

    Notes
    -----
    Not in the lecture. Goyal et al. (2017), for instance, divide the rate by 10 three times.
    """
    epsilon_0 = checks.hyperparameter("epsilon_0", epsilon_0)
    drops = [checks.whole_number("drops", drop, least=0) for drop in checks.sequence("drops", drops)]
    factor = checks.positive("factor", factor)
    return lambda k: epsilon_0 * factor ** sum(drop <= k for drop in drops)


def cosine_schedule(epsilon_0, epsilon_tau, tau):
    """Return the schedule that falls from ``epsilon_0`` to ``epsilon_tau`` as half a wave of the cosine, then stays.

    Parameters
    ----------
    epsilon_0, epsilon_tau : float or ndarray
        First and last learning rate. The last may be 0: then ``tau`` is the number of steps.
    tau : int
        Step from which the rate is constant.

    Returns
    -------
    callable
        ``epsilon(k) = epsilon_tau + (epsilon_0 - epsilon_tau) (1 + cos(π a)) / 2`` with ``a = min(k / tau, 1)``.

    Notes
    -----
    Not in the lecture. Loshchilov and Hutter (2017), equation 5, without its restarts.
    """
    epsilon_0 = checks.hyperparameter("epsilon_0", epsilon_0)
    epsilon_tau = _last(epsilon_tau)
    tau = checks.whole_number("tau", tau, least=1)
    return lambda k: epsilon_tau + (epsilon_0 - epsilon_tau) * (1 + np.cos(np.pi * min(k / tau, 1.0))) / 2


def warm_up_schedule(schedule, steps):
    """Return a schedule with a warm-up in front: its first rates are raised linearly.

    Parameters
    ----------
    schedule : callable
        ``schedule(k)`` as the other functions return it.
    steps : int
        The step with the number ``steps`` is the first to get its whole rate, counted from 1.

    Returns
    -------
    callable
        ``epsilon(k) = min(1, (k + 1) / steps) schedule(k)``.

    Notes
    -----
    Not in the lecture. Goyal et al. (2017), section 2.2: gradual warm-up.
    """
    checks.function("schedule", schedule)
    steps = checks.whole_number("steps", steps, least=1)
    return lambda k: min(1.0, (k + 1) / steps) * schedule(k)


def stable_decay_schedule(epsilon_0, steps, decay, warm_up=1):
    """Return the schedule warm-up, stable, decay: up, constant, and linearly to 0 after the last step.

    Parameters
    ----------
    epsilon_0 : float or ndarray
        The constant rate.
    steps : int
        Number of steps of the run.
    decay : int
        How many of the last ones decay.
    warm_up : int, default 1
        How many of the first ones rise; 1 for none.

    Returns
    -------
    callable
        ``epsilon(k) = min(1, (k + 1) / warm_up, (steps - k) / decay) epsilon_0``, 0 from k = steps on.

    Notes
    -----
    Not in the lecture. Hägele et al. (2024), section 2, with a linear decay.
    """
    epsilon_0 = checks.hyperparameter("epsilon_0", epsilon_0)
    steps = checks.whole_number("steps", steps, least=1)
    decay = checks.whole_number("decay", decay, least=1)
    warm_up = checks.whole_number("warm_up", warm_up, least=1)
    if max(decay, warm_up) > steps:
        raise ValueError(f"decay and warm_up must be at most steps, {steps}, got {decay} and {warm_up}")
    return lambda k: min(1.0, (k + 1) / warm_up, max(steps - k, 0) / decay) * epsilon_0
