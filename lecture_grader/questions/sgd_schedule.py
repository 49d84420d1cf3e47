"""SGD: the linear schedule of the learning rate."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import keeps
from lecture_optim.descent import linear_schedule


def sgd_schedule(steps, first, last, tau):
    """Return the learning rates of the linear schedule (Goodfellow et al., equation 8.14).

    Parameters
    ----------
    steps : int
        Number of steps; the first one is k = 0.
    first, last : float
        The rate of step 0, and the rate of step tau and of every step after it.
    tau : int
        Where the rate stops falling.

    Returns
    -------
    ndarray, shape (steps,)
        The rate of each step.
    """
    raise NotImplementedError


def cases(rng):
    """Make runs that end before, soon after and long after tau."""
    inputs = []
    for tau, steps in [(6, 5), (4, 7), (5, 13)]:
        first, last = round(rng.uniform(0.4, 0.9), 2), round(rng.uniform(0.05, 0.2), 2)
        inputs.append(dict(steps=steps, first=first, last=last, tau=tau))
    return inputs


def schedule(steps, first, last, tau):
    """Take the rates from lecture_optim."""
    epsilon = linear_schedule(first, last, tau)
    return np.array([epsilon(k) for k in range(steps)])


def mixed(a, first, last):
    return (1 - a) * first + a * last


def share(steps, tau, shift=0):
    return np.clip((np.arange(steps) + shift) / tau, 0, 1)


def falls_evenly(rates, steps, first, last, tau):
    """Say where the rates do not fall in a straight line."""
    falling = rates[: tau + 1]
    if rates.shape != (steps,) or np.allclose(np.diff(falling), falling[1] - falling[0]):
        return None
    return "before tau it does not fall by the same amount in every step"


QUESTION = Question(
    chapter=7,
    section="A rate that falls",
    stub=sgd_schedule,
    cases=cases,
    reference=schedule,
    parts=(Part("the rates", 1, each="step"),),
    mistakes=(
        Mistake(
            lambda steps, first, last, tau: mixed(np.arange(steps) / tau, first, last),
            "Your rate goes on falling after tau, and becomes negative in the end.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: mixed(share(steps, tau, 1), first, last),
            "You are one step ahead: the first step is k = 0, and its rate is `first`.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: mixed(share(steps, tau, -1), first, last),
            "You are one step late: step tau must already have the rate `last`.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: mixed(share(steps, tau - 1), first, last),
            "You arrive at `last` one step too early, in step tau - 1.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: mixed(share(steps, tau), last, first),
            "Your rate rises: `first` and `last` have changed places.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: mixed(np.minimum(np.arange(steps) // tau, 1), first, last),
            "You divide whole numbers by //, so the rate jumps and does not fall little by little.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: first * (last / first) ** share(steps, tau),
            "Your rate falls by the same factor in each step. The linear schedule falls by the same amount.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: (1 - share(steps, tau)) * first,
            "Your rate falls to zero: the term with `last` is missing.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: first / (1 + np.arange(steps) / tau),
            "That is the inverse schedule, which never stops falling.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: schedule(steps + 1, first, last, tau),
            "You return one rate too many. The steps are k = 0, …, steps - 1.",
            0,
        ),
        Mistake(
            lambda steps, first, last, tau: schedule(steps, first, last, tau)[-1],
            "You return the last rate only. One rate for each step is asked for.",
            0,
        ),
    ),
    properties=(keeps(falls_evenly),),
    alternatives=(
        lambda steps, first, last, tau: [first + min(k / tau, 1) * (last - first) for k in range(steps)],
        lambda steps, first, last, tau: np.maximum(first - (first - last) * np.arange(steps) / tau, last),
        lambda steps, first, last, tau: np.interp(np.arange(steps), [0, tau], [first, last]).astype(np.float32),
    ),
)
