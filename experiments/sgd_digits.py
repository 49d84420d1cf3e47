"""Chapter 7: SGD on the digits with four minibatch sizes, five passes, a fixed and a falling rate, 24 runs.

One hidden layer of 32 tanh units, 1,000 training digits. Each run has its own start, order and split.
"""

import numpy as np

from experiments.harness import decades
from lecture_optim import SGD, data
from lecture_optim.descent import linear_schedule, minibatch_gradient, sweep
from lecture_optim.networks import MLP

NAME = "07_digits"
NETWORK = MLP([64, 32, 10])
RATES = 10 ** np.arange(-1.25, 1.01, 0.25)
SIZES, SCHEDULES = (10, 50, 200, 1000), ("fixed", "falling")
GROUP = 8  # runs of one setting
MEASURED = {"loss": decades(0.5)}
SHARE = 0.9


def runs():
    """Return the settings."""
    return [{"m": m, "schedule": s, "group": g} for m in SIZES for s in SCHEDULES for g in range(3)]


def train(m, schedule, seeds, rates=RATES, passes=5):
    """Return the training loss at the end, for each rate and run."""
    parts = data.splits(lambda rng: data.digits(rng, validation=397, test=400), seeds)
    starts = np.stack([NETWORK.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, parts.X_train, parts.y_train, m, orders)
    steps = passes * parts.X_train.shape[1] // m
    share = linear_schedule(1.0, 0.01, tau=steps) if schedule == "falling" else lambda k: 1.0
    rates = np.asarray(rates)[:, np.newaxis]
    theta, _ = sweep(SGD, g, starts[:, np.newaxis], steps, epsilon=lambda k: share(k) * rates)
    with np.errstate(all="ignore"):  # the highest rates may overflow
        loss = NETWORK.value(theta, parts.X_train, parts.y_train)
    return np.where(np.isfinite(loss), loss, np.inf)


def run(m, schedule, group, members=range(GROUP), rates=RATES):
    """Return one row for each rate and run."""
    seeds = [GROUP * group + i for i in members]
    loss = train(m, schedule, seeds, rates)
    return [
        {"rate": rate, "seed": seed, "loss": loss[i, j]}
        for i, rate in enumerate(rates)
        for j, seed in enumerate(seeds)
    ]


def light(setting, rng):
    """Return a setting with two runs and three rates."""
    few = sorted(rng.choice(len(RATES), 3, replace=False))
    return {**setting, "members": sorted(rng.choice(GROUP, 2, replace=False)), "rates": RATES[few]}
