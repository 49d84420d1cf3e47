"""Chapter 10: AdaGrad on a deep network, from an ordinary and a rough start, constant and falling rate, 24 runs.

Three hidden layers of 24 rectifiers on the digits, 1,000 minibatches of 32. Each run has its own start, order
and split. The loss is the training loss, mean over six looks in the last 200 steps. "AdaGrad, started again" has
its accumulator set back to zero after 100 steps.
"""

import numpy as np

from experiments.harness import decades
from lecture_optim import ADAGRAD, RMSPROP, SGD, data
from lecture_optim.descent import minibatch_gradient
from lecture_optim.networks import MLP

NAME = "10_deep"
NETWORK = MLP([64, 24, 24, 24, 10], activation="relu")
METHODS = {  # algorithm, middle of its rates with weights of the ordinary size and 3 times larger, reset
    "SGD": (SGD, {1: 0.2, 3: 0.05}, None),
    "AdaGrad": (ADAGRAD, {1: 0.07, 3: 0.1}, None),
    "RMSProp": (RMSPROP, {1: 0.004, 3: 0.004}, None),
    "AdaGrad, started again": (ADAGRAD, {1: 0.05, 3: 0.05}, 100),
}
SCHEDULES = ("constant", "falling")
FACTORS = 2.0 ** np.arange(-3, 4)
GROUP = 8  # runs of one setting
MEASURED = {"loss": decades(0.5)}
SHARE = 0.8


def runs():
    """Return the settings."""
    return [
        {"weights": w, "method": m, "schedule": s, "group": g}
        for w in (1, 3)
        for m in METHODS
        for s in SCHEDULES
        for g in range(3)
    ]


def train(method, schedule, weights, seeds, rates, steps=1_000):
    """Return the late training loss of each rate and run."""
    algorithm, _, forget = METHODS[method]
    rates = np.asarray(rates)[:, np.newaxis]
    parts = data.splits(data.digits, seeds)
    starts = np.stack([NETWORK.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    theta = np.repeat(weights * starts[:, np.newaxis], len(rates), axis=1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, parts.X_train, parts.y_train, 32, orders)
    state, late = algorithm.start(theta), []
    with np.errstate(all="ignore"):  # the highest rates may overflow
        for k in range(1, steps + 1):
            share = 1 - (k - 1) / steps if schedule == "falling" else 1.0
            theta, *state = algorithm.rule(theta, g(theta), *state, epsilon=share * rates)
            if k == forget:
                state = algorithm.start(theta)
            if k > steps - 200 and (steps - k) % 38 == 0:
                late.append(NETWORK.value(theta, parts.X_train, parts.y_train))
        loss = np.mean(late, axis=0)
    return np.where(np.isfinite(loss), loss, np.inf)


def run(weights, method, schedule, group, members=range(GROUP), factors=FACTORS):
    """Return one row for each rate and run."""
    seeds = [GROUP * group + i for i in members]
    rates = METHODS[method][1][weights] * np.asarray(factors)
    loss = train(method, schedule, weights, seeds, rates)
    return [
        {"rate": rate, "seed": seed, "loss": loss[i, j]}
        for i, rate in enumerate(rates)
        for j, seed in enumerate(seeds)
    ]


def light(setting, rng):
    """Return a setting with two runs and three rates."""
    few = sorted(rng.choice(len(FACTORS), 3, replace=False))
    return {**setting, "members": sorted(rng.choice(GROUP, 2, replace=False)), "factors": FACTORS[few]}
