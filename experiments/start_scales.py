"""Chapter 6: the training loss from a start that is scaled, at several rates, for each run.

One hidden layer of 32 tanh units on the digits, SGD with minibatches of 50. Each run has a start, an order and a
split of its own.
"""

import numpy as np

from experiments.harness import relative
from lecture_optim import SGD, data
from lecture_optim.descent import minibatch_gradient
from lecture_optim.networks import MLP

NAME = "06_scales"
MEASURED = {"loss": relative(0.3)}
NETWORK = MLP([64, 32, 10])
RATES = (0.1, 0.3, 1.0, 2.0, 4.0)
STEPS = 24  # of an epoch


def runs():
    """Return the settings: the factor on the usual start."""
    return [dict(scale=scale) for scale in (0.0, 0.1, 1.0, 10.0)]


def run(scale, rates=RATES, seeds=range(24), epochs=(15, 45)):
    """Return a row for each number of epochs, rate and run."""
    parts = data.splits(data.digits, seeds)
    starts = [scale * NETWORK.init(np.random.default_rng([seed, 1])) for seed in seeds]
    theta = np.repeat(np.stack(starts, axis=-1)[:, np.newaxis], len(rates), axis=1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, parts.X_train, parts.y_train, 50, orders)
    hyper, rows = SGD.hyperparameters(epsilon=np.array(rates)[:, np.newaxis]), []
    for k in range(1, max(epochs) * STEPS + 1):
        (theta,) = SGD.rule(theta, g(theta), **hyper)
        if k in [epoch * STEPS for epoch in epochs]:
            loss = NETWORK.value(theta, parts.X_train, parts.y_train)
            rows += [
                dict(epochs=k // STEPS, rate=rate, seed=seed, loss=loss[i, j])
                for i, rate in enumerate(rates)
                for j, seed in enumerate(seeds)
            ]
    return rows


def light(setting, rng):
    """Return two runs at a moderate rate, and the shorter budget."""
    seeds = rng.choice(24, size=2, replace=False).tolist()
    return dict(setting, rates=[float(rng.choice(RATES[:2]))], seeds=seeds, epochs=(15,))
