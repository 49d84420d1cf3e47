"""Chapter 11: five algorithms on the digits, with a constant and with a falling rate, 24 runs.

Three hidden layers of 32 tanh units, ten epochs of minibatches of 32. Each run has its own start, order and
split. A row holds the training loss, the validation loss and the share of wrong test digits at the end.
"""

import numpy as np

from experiments.harness import absolute, decades
from lecture_optim import ADAGRAD, MOMENTUM, RMSPROP, RMSPROP_NESTEROV, SGD, data
from lecture_optim.descent import minibatch_gradient, sweep
from lecture_optim.networks import MLP

NAME = "11_digits"
NETWORK = MLP([64, 32, 32, 32, 10])
METHODS = {  # algorithm, its hyperparameters, middle of its rates
    "SGD": (SGD, {}, 0.5),
    "Momentum": (MOMENTUM, {"alpha": 0.9}, 0.07),
    "AdaGrad": (ADAGRAD, {}, 0.04),
    "RMSProp": (RMSPROP, {}, 0.005),
    "RMSProp with Nesterov momentum": (RMSPROP_NESTEROV, {"alpha": 0.9}, 0.0015),
}
SCHEDULES = ("constant", "falling")
FACTORS = 10 ** np.arange(-1, 1.01, 0.25)
GROUP = 8  # runs of one setting
MEASURED = {"loss": decades(0.5), "validation": decades(0.5), "wrong": absolute(0.03)}
SHARE = 0.8


def runs():
    """Return the settings."""
    return [{"method": m, "schedule": s, "group": g} for m in METHODS for s in SCHEDULES for g in range(3)]


def train(method, schedule, seeds, rates, epochs=10):
    """Return training loss, validation loss and test error of each rate and run."""
    algorithm, hyper, _ = METHODS[method]
    rates = np.asarray(rates)[:, np.newaxis]
    parts = data.splits(data.digits, seeds)
    starts = np.stack([NETWORK.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, parts.X_train, parts.y_train, 32, orders)
    steps = epochs * -(-parts.X_train.shape[1] // 32)

    def epsilon(k):
        return rates * (1 - k / steps if schedule == "falling" else 1.0)

    theta, _ = sweep(algorithm, g, starts[:, np.newaxis], steps, epsilon=epsilon, **hyper)
    with np.errstate(all="ignore"):  # the highest rates may overflow
        losses = [
            NETWORK.value(theta, parts.X_train, parts.y_train),
            NETWORK.value(theta, parts.X_validation, parts.y_validation),
        ]
        wrong = NETWORK.error(theta, parts.X_test, parts.y_test)
    return *[np.where(np.isfinite(loss), loss, np.inf) for loss in losses], wrong


def run(method, schedule, group, members=range(GROUP), factors=FACTORS):
    """Return one row for each rate and run."""
    seeds = [GROUP * group + i for i in members]
    rates = METHODS[method][2] * np.asarray(factors)
    loss, validation, wrong = train(method, schedule, seeds, rates)
    return [
        {"rate": rate, "seed": seed, "loss": loss[i, j], "validation": validation[i, j], "wrong": wrong[i, j]}
        for i, rate in enumerate(rates)
        for j, seed in enumerate(seeds)
    ]


def light(setting, rng):
    """Return a setting with two runs and three rates."""
    few = sorted(rng.choice(len(FACTORS), 3, replace=False))
    return {**setting, "members": sorted(rng.choice(GROUP, 2, replace=False)), "factors": FACTORS[few]}
