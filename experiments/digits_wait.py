"""Chapter 5: digits read row by row and named after a wait, from three starts. Share of wrong digits of each run.

A recurrent network of 24 tanh units, minibatches of 32, SGD with the gradient's norm clipped at 1. Each run has
a start, an order and a split of its own.
"""

import numpy as np

from experiments.harness import absolute
from lecture_optim import SGD, data
from lecture_optim.clipping import clipped
from lecture_optim.descent import minibatch_gradient
from lecture_optim.recurrent import RNN

NAME = "05_digits_wait"
MEASURED = {"validation": absolute(0.06), "test": absolute(0.06)}
NETWORK = RNN(inputs=8, hidden=24, outputs=10)
STARTS = {
    "orthogonal": dict(recurrent="orthogonal"),
    "Gaussian, gain 1": dict(recurrent="gaussian"),
    "Gaussian, gain 0.7": dict(recurrent="gaussian", gain=0.7),
}
RATES = (0.03, 0.1, 0.3, 1.0)
WAITS, STEPS = (0, 10, 20), 250


def rows_of(X, wait):
    """Return digits as sequences of their 8 rows, followed by empty steps."""
    return np.concatenate([X.reshape(*X.shape[:-1], 8, 8), np.zeros((*X.shape[:-1], wait, 8))], axis=-2)


def runs():
    """Return the settings: three starts, three waits."""
    return [dict(start=start, wait=wait) for wait in reversed(WAITS) for start in STARTS]


def run(start, wait, rates=RATES, seeds=range(20)):
    """Return a row for each rate and run."""
    parts = data.splits(data.digits, seeds)
    begin = [NETWORK.init(np.random.default_rng([seed, 1]), **STARTS[start]) for seed in seeds]
    theta = np.repeat(np.stack(begin, axis=-1)[:, np.newaxis], len(rates), axis=1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = clipped(minibatch_gradient(NETWORK.gradient, rows_of(parts.X_train, wait), parts.y_train, 32, orders), 1.0)
    hyper = SGD.hyperparameters(epsilon=np.array(rates)[:, np.newaxis])
    for _ in range(STEPS):
        (theta,) = SGD.rule(theta, g(theta), **hyper)
    validation = NETWORK.error(theta, rows_of(parts.X_validation, wait), parts.y_validation)
    test = NETWORK.error(theta, rows_of(parts.X_test, wait), parts.y_test)
    return [
        dict(rate=rate, seed=seed, validation=validation[i, j], test=test[i, j])
        for i, rate in enumerate(rates)
        for j, seed in enumerate(seeds)
    ]


def light(setting, rng):
    """Return two runs at one moderate rate."""
    return dict(setting, rates=[float(rng.choice(RATES[:2]))], seeds=rng.choice(20, size=2, replace=False).tolist())
