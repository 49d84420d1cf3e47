"""RMSProp: rates with which a run on real tumours comes to rest."""

import functools

import numpy as np

from lecture_grader import design, samples
from lecture_grader.model import Mistake, Part, Question
from lecture_optim.algorithms import rmsprop

STEPS, LAST, LEFT = 200, 20, 1e-5
RHO, DELTA = 0.9, 1e-6


def end(answer):
    """Say whether the run has come to rest, for any answer whatever."""
    answer = design.numbers(answer, 2)
    if answer is None or min(answer) < 0:
        return "not two numbers: first rate, last rate, both at least 0"
    left = remainder(*answer)
    return "it is at rest" if left < LEFT else f"up to {left:.2g} of the excess cost in the last {LAST} steps"


@functools.lru_cache(maxsize=64)
def remainder(first, last):
    """Return which part of the cost above the least one is left in the worst of the last steps."""
    X, y = samples.tumours()
    y = 2.0 * y - 1
    H, b = X.T @ X / len(y), X.T @ y / len(y)
    best, rates = np.linalg.solve(H, b), np.linspace(first, last, STEPS)
    theta, r, left = np.zeros(4), np.zeros(4), []
    with np.errstate(all="ignore"):
        for rate in rates:
            theta, r = rmsprop(theta, H @ theta - b, r, rate, RHO, DELTA)
            left.append((theta - best) @ H @ (theta - best) / (best @ H @ best))
    return float(max(left[-LAST:])) if np.isfinite(left).all() else np.inf


QUESTION = Question(
    chapter=11,
    section="The first step",
    stub="rmsprop_design = (..., ...)  # (first rate, last rate)",
    reference=(0.015, 0.0),
    rtol=1e-3,
    parts=(Part("the end of the run", 1, of=end),),
    mistakes=(
        Mistake(
            (0.001, 0.001),
            "0.001 is what many programs begin with. A step is about as long as the rate, and there are 200: how far is the way?",
            0,
        ),
        Mistake(
            (0.01, 0.01),
            "The rate is good for the way, and too large for the end: the run jumps to and fro about the minimum.",
            0,
        ),
        Mistake(
            (0.1, 0.1),
            "Near the minimum the steps stay about as long as the rate, however small the gradient. Yours never falls.",
            0,
        ),
        Mistake(
            (0.0, 0.015),
            "The schedule runs the wrong way: the rate is largest where the run should come to rest.",
            0,
        ),
    ),
    alternatives=((0.01, 0), [0.02, 0.0001], (0.01, 0.001)),
)
