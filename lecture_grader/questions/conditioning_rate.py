"""Ill-conditioning: the fixed rate that is best for a quadratic, and what it achieves."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import unchanged_by


def conditioning_rate(eigenvalues):
    """Return the fixed learning rate with which gradient descent on a quadratic converges fastest.

    Parameters
    ----------
    eigenvalues : ndarray, shape (n,)
        The eigenvalues of the Hessian, all positive, in any order.

    Returns
    -------
    tuple
        (epsilon, contraction): the rate, and the factor by which the error shrinks per step
        in the slowest direction, between 0 and 1.
    """
    raise NotImplementedError


def cases(rng):
    """Several spectra; neither the smallest nor the largest eigenvalue is first or last."""
    inputs = []
    for n in (4, 5, 6):
        eigenvalues = (np.arange(1, n + 1) ** 1.5 * 0.4 + rng.uniform(0.05, 0.3, n)).round(2)
        inputs.append(dict(eigenvalues=eigenvalues[[1, n - 1, 0, *range(2, n - 1)]]))
    return inputs


def best(eigenvalues):
    """Balance the two ends: 1 - ε·smallest = ε·largest - 1."""
    low, high = eigenvalues.min(), eigenvalues.max()
    return 2 / (low + high), (high - low) / (high + low)


def with_rate(rate):
    """Return an answer with another rate and the contraction that belongs to it."""
    return lambda eigenvalues: (rate(eigenvalues), np.abs(1 - rate(eigenvalues) * eigenvalues).max())


def right_by_trying(eigenvalues):
    def worst(rate):
        return float(np.abs(1 - rate * eigenvalues).max())

    low, high = 0.0, 2 / float(eigenvalues.max())
    for _ in range(100):
        third = (high - low) / 3
        low, high = (low, high - third) if worst(low + third) < worst(high - third) else (low + third, high)
    return low, worst(low)


QUESTION = Question(
    chapter=2,
    section="The condition number",
    stub=conditioning_rate,
    cases=cases,
    reference=best,
    rtol=1e-4,
    parts=(
        Part("the best rate", 0.5, of=lambda out: out[0]),
        Part("the contraction", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda eigenvalues: best(eigenvalues)[::-1],
            "You return (contraction, epsilon). The order asked for is (epsilon, contraction).",
            0,
        ),
        Mistake(
            with_rate(lambda eigenvalues: 1 / eigenvalues.max()),
            "You take the rate that is best for the steepest direction. The flattest one then waits.",
            0,
        ),
        Mistake(
            lambda eigenvalues: (1 / eigenvalues.max(), best(eigenvalues)[1]),
            "The contraction is right. The rate is the one that is best for the steepest direction alone.",
            0.5,
        ),
        Mistake(
            lambda eigenvalues: (2 / eigenvalues.max(), best(eigenvalues)[1]),
            "The contraction is right. At your rate the steepest direction does not converge any more.",
            0.5,
        ),
        Mistake(
            with_rate(lambda eigenvalues: 1 / eigenvalues.mean()),
            "You use the mean of all eigenvalues. Only the two ends of the spectrum decide.",
            0,
        ),
        Mistake(
            with_rate(lambda eigenvalues: 2 / (eigenvalues[0] + eigenvalues[-1])),
            "You take the first and the last eigenvalue for the ends of the spectrum. They come in any order.",
            0,
        ),
        Mistake(
            lambda eigenvalues: (1 / (eigenvalues.min() + eigenvalues.max()), best(eigenvalues)[1]),
            "The contraction is right. The rate is half of what it should be: the steepest direction may overshoot.",
            0.5,
        ),
        Mistake(
            lambda eigenvalues: (best(eigenvalues)[0], 1 - eigenvalues.min() / eigenvalues.max()),
            "The rate is right. The contraction belongs to the rate 1 / largest.",
            0.5,
        ),
        Mistake(
            lambda eigenvalues: (best(eigenvalues)[0], best(eigenvalues)[1] ** 2),
            "The rate is right. That is how the cost shrinks; the error is its root.",
            0.5,
        ),
        Mistake(
            lambda eigenvalues: (best(eigenvalues)[0], -best(eigenvalues)[1]),
            "The rate is right. The contraction has a sign: its size is asked for.",
            0.5,
        ),
        Mistake(
            lambda eigenvalues: (best(eigenvalues)[0], eigenvalues.max() / eigenvalues.min()),
            "The rate is right. In place of the contraction you return the condition number.",
            0.5,
        ),
        Mistake(
            lambda eigenvalues: (best(eigenvalues)[0], best(eigenvalues**0.5)[1]),
            "The rate is right. The root of the condition number belongs to momentum, not to gradient descent.",
            0.5,
        ),
    ),
    properties=(
        unchanged_by(
            "when the eigenvalues come in another order", lambda eigenvalues, **_: {"eigenvalues": eigenvalues[::-1]}
        ),
    ),
    alternatives=(
        right_by_trying,
        lambda eigenvalues: list(best(np.sort(eigenvalues))),
        lambda eigenvalues: np.array(best(eigenvalues), dtype=np.float32),
    ),
)
