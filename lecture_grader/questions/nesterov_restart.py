"""Nesterov momentum: a growing momentum parameter that starts again when the objective rises."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where


def nesterov_restart(values):
    """Return the momentum parameters of a schedule that grows, and starts again when the objective has risen.

    The schedule counts steps: with the count j, the momentum parameter is j / (j + 3). The count is 0 for the first
    value. For each later value it is one more than before, or 0 again if this value is larger than the one before it.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The objective before each step.

    Returns
    -------
    ndarray, shape (n,)
        The momentum parameter of each step.
    """
    raise NotImplementedError


def cases(rng):
    """Make runs with two rises, with one value that stays equal, and with values above an earlier best."""
    inputs = []
    for signs in ([-1, -1, -1, 3, -1, 0, -1, -1, 2, -1, -1], [-1, -1, 2, -1, -1, -1, 0, -1, -1, 3, -1, -1, -1]):
        changes = np.array(signs) * rng.uniform(0.3, 0.6, len(signs)).round(2)
        inputs.append(dict(values=np.round(10 + np.concatenate([[0], np.cumsum(changes)]), 2)))
    return inputs


def parameters(values, rises=None, after=0, first=0, grow=3, count=True):
    """Return the schedule, with the places where students go wrong as arguments."""
    rises = rises or (lambda k: values[k] > values[k - 1])
    j, out = first, [first / (first + grow)]
    for k in range(1, len(values)):
        j += 1
        if rises(k):
            if count:
                j = after
            out.append(after / (after + grow))
        else:
            out.append(j / (j + grow))
    return np.array(out)


def right_without_loop(values):
    steps = np.arange(len(values))
    restarts = np.concatenate([[True], np.diff(values) > 0])
    j = steps - np.maximum.accumulate(np.where(restarts, steps, 0))
    return j / (j + 3)


QUESTION = Question(
    chapter=9,
    section="The theorem",
    stub=nesterov_restart,
    cases=cases,
    reference=parameters,
    parts=(Part("the momentum parameters", 1, each="step"),),
    mistakes=(
        Mistake(
            lambda values: parameters(values, rises=lambda k: False),
            "Your schedule never starts again.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, rises=lambda k: values[k] < values[k - 1]),
            "Your schedule starts again when the objective falls. It is to do so when it rises.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, rises=lambda k: values[k] >= values[k - 1]),
            "Your schedule starts again when the value stays equal. Only a larger one counts.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, rises=lambda k: values[k] > values[:k].min()),
            "You compare with the best value so far. The one just before is meant.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, count=False),
            "At a rise you set the momentum parameter to 0 but let the count go on.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, after=1),
            "After a rise your count goes on from 1. It starts again at 0.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, first=1),
            "Your first count is 1. The first momentum parameter is 0.",
            0,
        ),
        Mistake(
            lambda values: parameters(values, rises=lambda k: k > 1 and values[k - 1] > values[k - 2]),
            "You notice a rise one step late.",
            0,
        ),
        Mistake(
            lambda values: parameters(values)[1:],
            "One momentum parameter is missing: there is one for the first value too.",
            0,
        ),
        Mistake(
            lambda values: parameters(values)[-1],
            "You return the last momentum parameter only. One for each value is asked for.",
            0,
        ),
        Mistake(
            lambda values: parameters(values) * 0,
            "All your momentum parameters are 0. Is there a // where a / belongs?",
            0,
        ),
        Mistake(
            lambda values: parameters(values, grow=2),
            "Your momentum parameter grows too fast: look at the denominator.",
            0,
        ),
    ),
    properties=(
        wrong_where("where the values never rise", lambda values: {"values": np.sort(values)[::-1].copy()}),
        right_where("as long as the values never rise", lambda values: {"values": np.sort(values)[::-1].copy()}),
    ),
    alternatives=(
        right_without_loop,
        lambda values: parameters(values).tolist(),
        lambda values: parameters(list(values)).astype(np.float32),
    ),
)
