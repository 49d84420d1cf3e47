"""RMSProp: the learning rate below which it settles at the minimum of a quadratic."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import unchanged_by


def rmsprop_largest_rate(delta, eigenvalues):
    """Return the learning rate below which RMSProp settles at the minimum, and above which it jumps for ever.

    Parameters
    ----------
    delta : float
        Small constant inside the root, as in Algorithm 8.5.
    eigenvalues : ndarray, shape (n,)
        Curvatures of a quadratic along the coordinate axes, all positive, in any order.

    Returns
    -------
    float
        The rate.
    """
    raise NotImplementedError


def cases(rng):
    """Several spectra; neither the smallest nor the largest eigenvalue is first or last."""
    inputs = []
    for n in (4, 5, 6):
        eigenvalues = (np.arange(1, n + 1) + rng.uniform(0.1, 0.6, n)).round(2)
        eigenvalues = eigenvalues[[1, n - 1, 0, *range(2, n - 1)]]
        inputs.append(dict(delta=round(rng.uniform(0.002, 0.2), 4), eigenvalues=eigenvalues))
    return inputs


QUESTION = Question(
    chapter=11,
    section="When does it settle?",
    stub=rmsprop_largest_rate,
    cases=cases,
    reference=lambda delta, eigenvalues: 2 * delta**0.5 / eigenvalues.max(),
    parts=(Part("the largest rate that settles", 1),),
    mistakes=(
        Mistake(
            lambda delta, eigenvalues: 2 / eigenvalues.max(),
            "That is the limit of plain gradient descent. What does RMSProp divide by when all gradients are tiny?",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta / eigenvalues.max(),
            "That is the limit with delta outside the root. In Algorithm 8.5 it stands inside.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: delta**0.5 / eigenvalues.max(),
            "That is half of it: up to there no step passes the minimum. It may pass, if it comes nearer each time.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5 / eigenvalues.min(),
            "You use the smallest curvature. The steepest direction is the first to jump.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5 / eigenvalues.mean(),
            "You use the mean of the curvatures. One direction that jumps is enough.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5 / eigenvalues[-1],
            "You take the last eigenvalue for the largest. They come in any order.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5 / eigenvalues[0],
            "You take the first eigenvalue for the largest. They come in any order.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 / (delta**0.5 * eigenvalues.max()),
            "You divide by the root of delta. A smaller delta makes the effective rate larger, so less is allowed.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5 * eigenvalues.max(),
            "You multiply by the curvature. The steeper the bowl, the smaller the rate must be.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5 / eigenvalues,
            "You return one rate per direction. One rate must serve all of them.",
            0,
        ),
        Mistake(
            lambda delta, eigenvalues: 2 * delta**0.5,
            "The curvature is missing. The steeper the bowl, the smaller the rate must be.",
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
        lambda delta, eigenvalues: 2 * np.sqrt(delta) / max(eigenvalues.tolist()),
        lambda delta, eigenvalues: np.float32(2 * delta**0.5) / np.float32(np.sort(eigenvalues)[-1]),
    ),
)
