"""Momentum: the constants that are best for a quadratic (Polyak's heavy ball)."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import scales, unchanged_by


def momentum_best_constants(smallest, largest):
    """Return the constants with which momentum converges fastest on a quadratic.

    Parameters
    ----------
    smallest, largest : float
        Smallest and largest eigenvalue of the Hessian, both positive.

    Returns
    -------
    tuple
        (epsilon, alpha), learning rate and momentum parameter.
    """
    raise NotImplementedError


def cases(rng):
    """Spectra that do not begin at 1, with condition numbers from 5 to about 1000."""
    inputs = []
    for kappa in (5, 40, 1000):
        smallest = round(rng.uniform(0.3, 0.8), 2)
        inputs.append(dict(smallest=smallest, largest=round(smallest * kappa * rng.uniform(1, 1.3), 2)))
    return inputs


def best(smallest, largest):
    """Polyak (1964): epsilon = (2 / (√L + √l))², alpha = ((√L - √l) / (√L + √l))²."""
    low, high = smallest**0.5, largest**0.5
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


def without_roots(smallest, largest):
    return (2 / (largest + smallest)) ** 2, ((largest - smallest) / (largest + smallest)) ** 2


def right_by_condition_number(smallest, largest):
    root = np.sqrt(largest / smallest)
    return np.array([4 / (smallest * (1 + root) ** 2), ((root - 1) / (root + 1)) ** 2])


def right_with_helper(smallest, largest):
    def rate(alpha):
        return (1 + alpha**0.5) ** 2 / largest

    alpha = ((largest**0.5 - smallest**0.5) / (largest**0.5 + smallest**0.5)) ** 2
    return [rate(alpha), alpha]


QUESTION = Question(
    chapter=8,
    section="How much does it gain?",
    stub=momentum_best_constants,
    cases=cases,
    reference=best,
    parts=(
        Part("the best epsilon", 0.5, of=lambda out: out[0]),
        Part("the best alpha", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda smallest, largest: best(smallest, largest)[::-1],
            "You return (alpha, epsilon). The order asked for is (epsilon, alpha).",
            0,
        ),
        Mistake(
            without_roots,
            "You use the eigenvalues where their square roots belong.",
            0,
        ),
        Mistake(
            lambda smallest, largest: (best(smallest, largest)[0], best(smallest, largest)[1] ** 0.5),
            "epsilon is right. Your alpha is the rate of convergence; alpha itself is its square.",
            0.5,
        ),
        Mistake(
            lambda smallest, largest: (best(smallest, largest)[0] ** 0.5, best(smallest, largest)[1]),
            "alpha is right. For epsilon you forget to square.",
            0.5,
        ),
        Mistake(
            lambda smallest, largest: tuple(x**0.5 for x in best(smallest, largest)),
            "You forget to square, in both.",
            0,
        ),
        Mistake(
            lambda smallest, largest: (
                2 / (smallest + largest),
                (largest - smallest) / (largest + smallest),
            ),
            "These are the best rate of plain gradient descent, and its contraction per step.",
            0,
        ),
        Mistake(
            lambda smallest, largest: (2 / (smallest + largest), best(smallest, largest)[1]),
            "alpha is right. Your epsilon is the best one of plain gradient descent.",
            0.5,
        ),
        Mistake(
            lambda smallest, largest: (1 / largest, best(smallest, largest)[1]),
            "alpha is right. Your epsilon is the safe choice 1 / largest, which momentum can exceed.",
            0.5,
        ),
        Mistake(
            lambda smallest, largest: best(1.0, largest / smallest),
            "alpha is right, and it depends on the condition number alone. epsilon does not: "
            "it needs the eigenvalues themselves.",
            0.5,
        ),
        Mistake(
            lambda smallest, largest: (best(smallest, largest)[0], 0.9),
            "epsilon is right. 0.9 is a common alpha, not the best for these eigenvalues.",
            0.5,
        ),
        Mistake(
            lambda smallest, largest: (best(smallest, largest)[0], -(best(smallest, largest)[1] ** 0.5)),
            "epsilon is right. Your alpha is negative: you have taken smallest minus largest, and not squared it.",
            0.5,
        ),
    ),
    properties=(
        unchanged_by(
            "when both eigenvalues are doubled",
            lambda smallest, largest: {"smallest": 2 * smallest, "largest": 2 * largest},
            part="the best alpha",
        ),
        scales(
            "when both eigenvalues are doubled, it is not halved",
            lambda smallest, largest: {"smallest": 2 * smallest, "largest": 2 * largest},
            0.5,
            part="the best epsilon",
        ),
    ),
    alternatives=(right_by_condition_number, right_with_helper),
)
