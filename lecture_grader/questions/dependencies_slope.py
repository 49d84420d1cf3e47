"""Long-term dependencies: how fast a signal grows under the powers of a matrix."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import scales, unchanged_by


def dependencies_slope(W):
    """Return by how much the logarithm of the length of W^t v grows per step, in the long run.

    Parameters
    ----------
    W : ndarray, shape (n, n)
        Any real matrix; its eigenvalues may be complex. v is a random vector.

    Returns
    -------
    float
        The slope of ln |W^t v| against t for large t (natural logarithm).
    """
    raise NotImplementedError


def cases(rng):
    """A complex pair, a negative eigenvalue, and a positive one in the lead; eigenvectors not orthogonal."""
    inputs = []
    for kind, radius in (("pair", 1.3), ("negative", 0.8), ("pair", 0.6), ("positive", 1.6)):
        radius += rng.uniform(-0.08, 0.08)
        if kind == "pair":
            angle = rng.uniform(1.0, 1.3)
            block = radius * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        else:
            block = np.diag([radius if kind == "positive" else -radius, 0.55 * radius])
        core = np.zeros((3, 3))
        core[:2, :2], core[2, 2] = block, 0.4 * radius
        change = np.eye(3) + np.triu(rng.uniform(0.4, 0.9, (3, 3)), 1)
        inputs.append(dict(W=(change @ core @ np.linalg.inv(change)).round(2)))
    return inputs


TURN = np.array([[1.0, 0.5, -0.3], [0.0, 1.0, 0.8], [0.4, 0.0, 1.0]])


def eigenvalues(W):
    return np.linalg.eigvals(W)


def right_by_running(W):
    v, total = np.array([0.3, -0.5, 0.8]), 0.0
    for t in range(60_000):
        v = W @ v
        length = np.linalg.norm(v)
        v = v / length
        total += np.log(length) if t >= 100 else 0.0
    return total / (60_000 - 100)


QUESTION = Question(
    chapter=5,
    section="The growth rate is the spectral radius",
    stub=dependencies_slope,
    cases=cases,
    reference=lambda W: np.log(np.abs(eigenvalues(W)).max()),
    parts=(Part("the slope", 1),),
    rtol=1e-3,
    mistakes=(
        Mistake(
            lambda W: np.log(np.linalg.norm(W, 2)),
            "You use the largest singular value. It bounds a single step; the long run follows something else.",
            0,
        ),
        Mistake(
            lambda W: np.log(np.abs(eigenvalues(W).real).max()),
            "You drop the imaginary parts. A complex number's size has both parts in it.",
            0,
        ),
        Mistake(
            lambda W: np.abs(eigenvalues(W)).max(),
            "That is the factor per step. The slope of the logarithm is asked for.",
            0,
        ),
        Mistake(
            lambda W: np.log10(np.abs(eigenvalues(W)).max()),
            "You take the logarithm to base 10. The natural one is asked for.",
            0,
        ),
        Mistake(
            lambda W: np.log2(np.abs(eigenvalues(W)).max()),
            "You take the logarithm to base 2. The natural one is asked for.",
            0,
        ),
        Mistake(
            lambda W: np.log(np.abs(eigenvalues(W)).min()),
            "You take the smallest eigenvalue. Which share of the signal is left in the long run?",
            0,
        ),
        Mistake(
            lambda W: np.log(np.abs(eigenvalues(W)).mean()),
            "You take the mean size of the eigenvalues. In the long run one of them wins.",
            0,
        ),
        Mistake(
            lambda W: np.log(np.abs(np.linalg.det(W))),
            "The determinant is the product of all eigenvalues: how volumes grow, not lengths.",
            0,
        ),
        Mistake(
            lambda W: np.log(np.linalg.norm(W)),
            "That is the Frobenius norm, the size of all elements. The long run follows something else.",
            0,
        ),
        Mistake(
            lambda W: np.log(np.abs(np.linalg.eigvalsh(W)).max()),
            "`eigvalsh` is for symmetric matrices. These are not.",
            0,
        ),
        Mistake(
            lambda W: 2 * np.log(np.abs(eigenvalues(W)).max()),
            "That is the slope for the square of the length.",
            0,
        ),
        Mistake(
            lambda W: -np.log(np.abs(eigenvalues(W)).max()),
            "The sign is wrong: a signal that grows has a positive slope.",
            0,
        ),
    ),
    properties=(
        unchanged_by("when W is transposed", lambda W: {"W": W.T.copy()}),
        unchanged_by("when the coordinates are chosen otherwise", lambda W: {"W": np.linalg.solve(TURN, W @ TURN)}),
        scales("for W @ W, two steps in one, it is not twice as large", lambda W: {"W": W @ W}, 2),
    ),
    alternatives=(
        right_by_running,
        lambda W: float(np.max(np.log(np.abs(np.linalg.eigvals(W.T))))),
        lambda W: np.log(np.abs(np.linalg.eigvals(W.astype(np.float32))).max()),
    ),
)
