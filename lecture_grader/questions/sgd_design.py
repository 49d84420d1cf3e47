"""Stochastic gradient descent: a minibatch and a schedule for a budget, on real tumours."""

import functools

import numpy as np

from lecture_grader import design, samples
from lecture_grader.model import Mistake, Part, Question

BUDGET, ABOVE, RUNS = 2000, 0.0075, 10


def end(answer):
    """Say whether the runs end near enough to the least cost, for any answer whatever."""
    answer = design.numbers(answer, 3)
    if answer is None or min(answer) < 0:
        return "not three numbers: m, first rate, last rate, all at least 0"
    m, first, last = answer
    if m != int(m) or not 10 <= m <= 100:
        return "m is not a whole number from 10 to 100"
    above = excess(int(m), first, last)
    return "it arrives" if above < ABOVE else f"the cost ends {100 * above:.2g} % above the least"


@functools.lru_cache(maxsize=64)
def excess(m, first, last):
    """Return by which part the mean cost of the runs ends above the least cost; all runs are made at once."""
    X, y = samples.tumours()
    y = 2.0 * y - 1
    steps, rng = BUDGET // m, np.random.default_rng(0)
    theta = np.zeros((RUNS, 4))
    with np.errstate(all="ignore"):
        for rate in np.linspace(first, last, steps):
            batch = rng.integers(100, size=(RUNS, m))
            residual = np.einsum("rmj,rj->rm", X[batch], theta) - y[batch]
            theta = theta - rate * np.einsum("rm,rmj->rj", residual, X[batch]) / m
        cost = np.mean(0.5 * (theta @ X.T - y) ** 2)
    least = np.mean(0.5 * (X @ np.linalg.lstsq(X, y, rcond=None)[0] - y) ** 2)
    return float(cost / least - 1) if np.isfinite(cost) else np.inf


QUESTION = Question(
    chapter=7,
    section="A rate that falls",
    stub="sgd_design = (..., ..., ...)  # (examples in a minibatch, first rate, last rate)",
    reference=(20, 0.3, 0.0),
    rtol=1e-3,
    parts=(Part("the end of the runs", 1, of=end),),
    mistakes=(
        Mistake(
            (100, 0.01, 0.01),
            "Nearly exact gradients, twenty of them, and a small rate: the runs have not come far.",
            0,
        ),
        Mistake(
            (10, 0.5, 0.5),
            "Small minibatches and a large rate that never falls: the runs arrive at once, and then end on a high floor of noise.",
            0,
        ),
        Mistake(
            (20, 0.0, 0.3),
            "The schedule runs the wrong way: the rate is largest where the noise should die down.",
            0,
        ),
        Mistake(
            (100, 2.0, 0.0),
            "The rate begins above what the steepest direction stands, and there are not many steps to mend it.",
            0,
        ),
    ),
    alternatives=((50, 0.6, 0), [50, 0.5, 0.01], (20, 0.25, 0.01)),
)
