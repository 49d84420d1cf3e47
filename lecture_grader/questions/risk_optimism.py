"""Empirical risk: how far the training cost of least squares lies below the true risk."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where


def risk_optimism(sigma, d, m):
    """Return the mean of (true risk - empirical risk) at the minimiser of the empirical risk.

    Parameters
    ----------
    sigma : float
        Standard deviation of the noise in the targets.
    d : int
        Number of parameters; the inputs are standard Gaussians in d dimensions.
    m : int
        Number of examples, larger than d + 1. The loss of one example is ½ (x·theta - y)².

    Returns
    -------
    float
        The optimism; exact, not for large m only.
    """
    raise NotImplementedError


def cases(rng):
    """Few examples, so that approximations show; sigma is not 1."""
    inputs = []
    for d in (3, 5, 8):
        m = d + int(rng.integers(4, 12))
        inputs.append(dict(sigma=round(rng.uniform(1.3, 2.4), 2), d=d, m=m))
    return inputs


def low(sigma, d, m):
    return 0.5 * sigma**2 * (1 - d / m)


def high(sigma, d, m):
    return 0.5 * sigma**2 * (1 + d / (m - d - 1))


def optimism(sigma, d, m):
    """Take the difference of the two means (chapter 1, the formulas of the optimism)."""
    return high(sigma, d, m) - low(sigma, d, m)


QUESTION = Question(
    chapter=1,
    section="How optimistic?",
    stub=risk_optimism,
    cases=cases,
    reference=optimism,
    parts=(Part("the optimism", 1),),
    mistakes=(
        Mistake(
            lambda sigma, d, m: low(sigma, d, m) - high(sigma, d, m),
            "The sign is wrong: the training cost promises too little, and the difference asked for is positive.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: sigma**2 * d / m,
            "That is the limit for many examples. Here there are few, and the exact mean is asked for.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: high(sigma, d, m) - 0.5 * sigma**2,
            "That is how far the true risk lies above that of the true parameters. "
            "The training cost lies below it by something, too.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: 0.5 * sigma**2 - low(sigma, d, m),
            "That is how far the training cost lies below the risk of the true parameters. "
            "The fitted parameters have a larger risk than those.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: 2 * optimism(sigma, d, m),
            "You forget the ½ in the loss.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: optimism(sigma, d, m) / sigma,
            "You forget to square sigma: it is a standard deviation.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: optimism(sigma, d, m) / sigma**2,
            "sigma is missing. Twice the noise means a larger optimism.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: 0.5 * sigma**2 * (d / (m - d) + d / m),
            "Nearly: the expected trace of the inverse of X'X has one less in its denominator.",
            0,
        ),
        Mistake(
            lambda sigma, d, m: high(sigma, d, m),
            "That is the true risk. How far is the training cost below it?",
            0,
        ),
        Mistake(
            lambda sigma, d, m: low(sigma, d, m),
            "That is the training cost. How far is the true risk above it?",
            0,
        ),
        Mistake(
            lambda sigma, d, m: high(sigma, d, m) + low(sigma, d, m),
            "You add the two means. Their difference is asked for.",
            0,
        ),
    ),
    properties=(right_where("for very many examples, and not for few", lambda **_: {"m": 10**9}),),
    alternatives=(
        lambda sigma, d, m: 0.5 * sigma**2 * d * (1 / m + 1 / (m - d - 1)),
        lambda sigma, d, m: np.float32(sigma) ** 2 * d * (2 * m - d - 1) / (2 * m * (m - d - 1)),
    ),
)
