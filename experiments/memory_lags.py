"""Chapter 5: which starts learn to remember one bit over a lag? Share of wrong answers of each run.

A recurrent network of 16 tanh units, minibatches of 16 sequences, the gradient's norm clipped at 1. Each run has
a start, a stream of sequences and 500 test sequences of its own.
"""

import numpy as np

from experiments.harness import absolute
from lecture_optim import ADAM, MOMENTUM, SGD
from lecture_optim.clipping import clipped
from lecture_optim.recurrent import RNN

NAME = "05_memory"
MEASURED = {"error": absolute(0.1)}
NETWORK = RNN(inputs=2, hidden=16, outputs=2)
STARTS = {
    "orthogonal": dict(recurrent="orthogonal"),
    "Gaussian, gain 1": dict(recurrent="gaussian"),
    "Gaussian, gain 0.7": dict(recurrent="gaussian", gain=0.7),
}
METHODS = {  # algorithm, its hyperparameters, factor on the rates
    "SGD": (SGD, {}, 1.0),
    "Momentum": (MOMENTUM, {"alpha": 0.9}, 0.1),
    "Adam": (ADAM, {}, 0.02),
}
RATES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def memory(rngs, m, lag):
    """Return for each generator m sequences whose first input is to be remembered, and what it was."""
    y = np.stack([rng.integers(0, 2, m) for rng in rngs])
    X = np.zeros((*y.shape, lag + 1, 2))
    X[..., 0, 0] = 2 * y - 1
    X[..., 1] = 0.3 * np.stack([rng.standard_normal((m, lag + 1)) for rng in rngs])
    return X, y


def runs():
    """Return the settings: SGD from three starts at three lags, two other algorithms from the worst start."""
    settings = [dict(method="SGD", start=start, lag=lag) for lag in (40, 20, 10) for start in reversed(STARTS)]
    other = [("Momentum", 20), ("Momentum", 40), ("Adam", 20), ("Adam", 40)]
    return settings + [dict(method=method, start="Gaussian, gain 0.7", lag=lag) for method, lag in other]


def run(method, start, lag, rates=RATES, seeds=range(24), checks=None):
    """Return a row for each number of steps, rate and run."""
    if checks is None:  # three times the budget where the start seems to fail
        checks = (200, 600) if method == "SGD" and start == "Gaussian, gain 0.7" else (200,)
    algorithm, hyper, factor = METHODS[method]
    begin = [NETWORK.init(np.random.default_rng([seed, 1]), **STARTS[start]) for seed in seeds]
    theta = np.repeat(np.stack(begin, axis=-1)[:, np.newaxis], len(rates), axis=1)
    streams = [np.random.default_rng([seed, 2, lag]) for seed in seeds]
    test = memory([np.random.default_rng([seed, 3, lag]) for seed in seeds], 500, lag)
    g = clipped(lambda theta: NETWORK.gradient(theta, *memory(streams, 16, lag)), 1.0)
    hyper = algorithm.hyperparameters(epsilon=factor * np.array(rates)[:, np.newaxis], **hyper)
    state, rows = algorithm.start(theta), []
    for k in range(1, max(checks) + 1):
        theta, *state = algorithm.rule(theta, g(theta), *state, **hyper)
        if k in checks:
            error = NETWORK.error(theta, *test)
            rows += [
                dict(steps=k, rate=factor * rate, seed=seed, error=error[i, j])
                for i, rate in enumerate(rates)
                for j, seed in enumerate(seeds)
            ]
    return rows


def light(setting, rng):
    """Return three runs at one moderate rate, and the shorter budget."""
    seeds = rng.choice(24, size=3, replace=False).tolist()
    return dict(setting, rates=[float(rng.choice(RATES[:2]))], seeds=seeds, checks=(200,))
