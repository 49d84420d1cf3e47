"""Nesterov momentum: the learning rate below which a quadratic is stable."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import unchanged_by


def nesterov_largest_rate(alpha, eigenvalues):
    """Return the learning rate below which Nesterov momentum converges on a quadratic, and at which it does not.

    Parameters
    ----------
    alpha : float
        Momentum parameter, in [0, 1).
    eigenvalues : ndarray, shape (n,)
        The eigenvalues of the Hessian, all positive, in any order.

    Returns
    -------
    float
        The rate.
    """
    raise NotImplementedError


def cases(rng):
    """Make several spectra; neither the smallest nor the largest eigenvalue is first or last."""
    inputs = []
    for n in (4, 5, 6):
        eigenvalues = (np.arange(1, n + 1) + rng.uniform(0.1, 0.6, n)).round(2)
        eigenvalues = eigenvalues[[1, n - 1, 0, *range(2, n - 1)]]
        inputs.append(dict(alpha=round(rng.uniform(0.3, 0.9), 2), eigenvalues=eigenvalues))
    return inputs


def limit(alpha):
    """Return the boundary of epsilon times curvature."""
    return (2 + 2 * alpha) / (1 + 2 * alpha)


def right_by_trying(alpha, eigenvalues):
    low, high = 0.0, 100.0
    for _ in range(60):
        rate = (low + high) / 2
        kept = 1 - rate * eigenvalues
        steps = [np.array([[alpha * s, s - 1], [alpha * s, s]]) for s in kept]
        stable = all(np.abs(np.linalg.eigvals(step)).max() < 1 for step in steps)
        low, high = (rate, high) if stable else (low, rate)
    return low


QUESTION = Question(
    chapter=9,
    section="A brake for steep directions",
    stub=nesterov_largest_rate,
    cases=cases,
    reference=lambda alpha, eigenvalues: limit(alpha) / eigenvalues.max(),
    parts=(Part("the largest stable rate", 1),),
    mistakes=(
        Mistake(
            lambda alpha, eigenvalues: 2 * (1 + alpha) / eigenvalues.max(),
            "That is the limit of plain momentum. The look ahead changes it.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: 2 / eigenvalues.max(),
            "That is the limit of gradient descent: alpha must appear.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: 1 / eigenvalues.max(),
            "That is the safe rate of the theorem. The run converges a little beyond it.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) / eigenvalues.min(),
            "You use the smallest eigenvalue. The steepest direction is the first to become unstable.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) / eigenvalues.mean(),
            "You use the mean of the eigenvalues. One unstable direction is enough.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) / eigenvalues[0],
            "You take the first eigenvalue for the largest. They come in any order.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) / eigenvalues[-1],
            "You take the last eigenvalue for the largest. They come in any order.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) / eigenvalues,
            "You return one rate per direction. One rate must serve all of them.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) * eigenvalues.max(),
            "You multiply by the curvature. The steeper the valley, the smaller the rate must be.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: limit(alpha) / 2 / eigenvalues.max(),
            "That is half of it. Did you lose the 2 of the boundary at the eigenvalue -1?",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: 2 / (1 + 2 * alpha) / eigenvalues.max(),
            "The denominator is right; in the numerator an alpha is lost.",
            0,
        ),
        Mistake(
            lambda alpha, eigenvalues: 4 / 3 / eigenvalues.max(),
            "That is the limit for alpha close to 1. For smaller alpha more is possible.",
            0,
        ),
    ),
    properties=(
        unchanged_by(
            "when the eigenvalues come in another order", lambda eigenvalues, **_: {"eigenvalues": eigenvalues[::-1]}
        ),
        unchanged_by(
            "with the smallest eigenvalue, which is not the steepest",
            lambda eigenvalues, **_: {
                "eigenvalues": np.where(eigenvalues == eigenvalues.min(), 0.9 * eigenvalues, eigenvalues)
            },
        ),
    ),
    alternatives=(
        right_by_trying,
        lambda alpha, eigenvalues: (1 + 1 / (1 + 2 * alpha)) / max(eigenvalues.tolist()),
        lambda alpha, eigenvalues: np.float32(limit(alpha)) / np.float32(np.sort(eigenvalues)[-1]),
    ),
)
