"""Chapter 5: how a start with gain 0.7 learns a lag of 40 at a high rate, with W free, frozen, or its radius held.

As `memory_lags`, SGD with rate 3 and 200 steps. Held: after each step W is scaled back to a spectral radius of at
most 0.7. Each run has a start, a stream of sequences and 500 test sequences of its own.
"""

import numpy as np

from experiments import harness, memory_lags
from lecture_optim.clipping import clip_norm

NAME = "05_control"
MEASURED = {"error": harness.absolute(0.1), "radius_10": harness.relative(0.3), "radius": harness.relative(0.5)}
SHARE = 0.5  # of two recomputed runs, at a rate where runs are chaotic
NETWORK = memory_lags.NETWORK
SIZE = NETWORK.hidden**2  # W comes first among the parameters


def radius(theta):
    """Return the spectral radius of the recurrent matrix, shape (runs,)."""
    return np.abs(np.linalg.eigvals(NETWORK.matrices(theta)[0])).max(axis=-1)


def runs():
    """Return the settings: what W may do."""
    return [dict(matrix=matrix) for matrix in ("free", "frozen", "held")]


def run(matrix, seeds=range(24), lag=40, steps=200):
    """Return a row for each run."""
    how = memory_lags.STARTS["Gaussian, gain 0.7"]
    theta = np.stack([NETWORK.init(np.random.default_rng([seed, 1]), **how) for seed in seeds], axis=-1)
    streams = [np.random.default_rng([seed, 2, lag]) for seed in seeds]
    test = memory_lags.memory([np.random.default_rng([seed, 3, lag]) for seed in seeds], 500, lag)
    may_move = np.ones((NETWORK.size, 1))
    may_move[:SIZE] = matrix != "frozen"
    early = None
    for k in range(1, steps + 1):
        theta = theta - 3.0 * may_move * clip_norm(NETWORK.gradient(theta, *memory_lags.memory(streams, 16, lag)), 1.0)
        if matrix == "held":
            theta[:SIZE] *= np.minimum(1, 0.7 / radius(theta))
        if k == 10:
            early = radius(theta)
    found = dict(error=NETWORK.error(theta, *test), radius_10=early, radius=radius(theta))
    return [dict(seed=seed, **{name: values[i] for name, values in found.items()}) for i, seed in enumerate(seeds)]


def light(setting, rng):
    """Return two runs."""
    return dict(setting, seeds=rng.choice(24, size=2, replace=False).tolist())
