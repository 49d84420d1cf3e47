"""Momentum: constants for a hundred steps on real digits, where gradient descent does not arrive with any rate."""

import functools

import numpy as np

from lecture_grader import design, samples
from lecture_grader.model import Mistake, Part, Question
from lecture_optim.algorithms import momentum

STEPS, LEFT = 100, 1e-3


def end(answer):
    """Say whether the run arrives, for any answer whatever."""
    answer = design.numbers(answer, 2)
    if answer is None or min(answer) < 0:
        return "not two numbers: epsilon, alpha, both at least 0"
    left = remainder(*answer)
    return "it arrives" if left < LEFT else f"{left:.2g} of the excess cost is left"


@functools.lru_cache(maxsize=64)
def remainder(epsilon, alpha):
    """Return which part of the cost above the least one is left."""
    X, y = samples.digits()
    y = 2.0 * y - 1
    H, b = X.T @ X / len(y), X.T @ y / len(y)
    best = np.linalg.solve(H, b)
    theta = v = np.zeros(16)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            theta, v = momentum(theta, H @ theta - b, v, epsilon, alpha)
        left = (theta - best) @ H @ (theta - best) / (best @ H @ best)
    return float(left) if np.isfinite(left) else np.inf


def best_constants():
    """Return the constants that the chapter calls best, for the smallest and largest eigenvalue of these digits."""
    X, _ = samples.digits()
    roots = np.linalg.eigvalsh(X.T @ X / len(X))[[0, -1]] ** 0.5
    return float((2 / roots.sum()) ** 2), float(((roots[1] - roots[0]) / roots.sum()) ** 2)


QUESTION = Question(
    chapter=8,
    section="How much does it gain?",
    stub="momentum_design = (..., ...)  # (epsilon, alpha)",
    reference=(1.0, 0.9),
    rtol=0.01,
    atol=0,
    parts=(Part("the end of the run", 1, of=end),),
    mistakes=(
        Mistake(
            best_constants(),
            "These constants are the best for a long run: they make the slowest direction as fast as can be, and hold all others "
            "to its pace. A hundred steps are not a long run here.",
            0,
        ),
        Mistake(
            (0.7, 0.0),
            "That is gradient descent, with nearly its largest rate. It does not arrive with any.",
            0,
        ),
        Mistake(
            (0.01, 0.9),
            "0.01 and 0.9 are what many programs begin with. Here the rate may be much larger.",
            0,
        ),
        Mistake(
            (1.0, 0.99),
            "With this alpha a push is felt for a hundred steps: the run swings about the minimum to the end.",
            0,
        ),
        Mistake(
            (1.5, 0.9),
            "The rate is above what the steepest direction stands, momentum or not.",
            0,
        ),
    ),
    alternatives=((1.2, 0.9), [0.9, 0.9], (1.0, 0.92)),
)
