"""Chapter 8: momentum on the digits with four values of alpha at equal speeds, a fixed and a falling rate, 24 runs.

One hidden layer of 32 tanh units, ten epochs of minibatches of 32. The speed is the learning rate over one minus
alpha. Each run has its own start, order and split.
"""

import numpy as np

from experiments.harness import decades
from lecture_optim import MOMENTUM, data
from lecture_optim.descent import linear_schedule, minibatch_gradient, sweep
from lecture_optim.networks import MLP

NAME = "08_digits"
NETWORK = MLP([64, 32, 10])
SPEEDS = 10 ** np.arange(-1, 1.26, 0.25)
MOMENTA, SCHEDULES = (0.0, 0.5, 0.9, 0.99), ("fixed", "falling")
GROUP = 8  # runs of one setting
MEASURED = {"loss": decades(0.5)}
SHARE = 0.9


def runs():
    """Return the settings."""
    return [{"alpha": a, "schedule": s, "group": g} for a in MOMENTA for s in SCHEDULES for g in range(3)]


def train(alpha, schedule, seeds, speeds=SPEEDS, epochs=10, m=32):
    """Return the training loss at the end, for each speed and run."""
    parts = data.splits(data.digits, seeds)
    starts = np.stack([NETWORK.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, parts.X_train, parts.y_train, m, orders)
    steps = epochs * -(-parts.X_train.shape[1] // m)
    share = linear_schedule(1.0, 0.01, tau=steps) if schedule == "falling" else lambda k: 1.0
    rates = (1 - alpha) * np.asarray(speeds)[:, np.newaxis]
    theta, _ = sweep(MOMENTUM, g, starts[:, np.newaxis], steps, epsilon=lambda k: share(k) * rates, alpha=alpha)
    with np.errstate(all="ignore"):  # the highest rates may overflow
        loss = NETWORK.value(theta, parts.X_train, parts.y_train)
    return np.where(np.isfinite(loss), loss, np.inf)


def run(alpha, schedule, group, members=range(GROUP), speeds=SPEEDS):
    """Return one row for each speed and run."""
    seeds = [GROUP * group + i for i in members]
    loss = train(alpha, schedule, seeds, speeds)
    return [
        {"speed": speed, "seed": seed, "loss": loss[i, j]}
        for i, speed in enumerate(speeds)
        for j, seed in enumerate(seeds)
    ]


def light(setting, rng):
    """Return a setting with two runs and three speeds."""
    few = sorted(rng.choice(len(SPEEDS), 3, replace=False))
    return {**setting, "members": sorted(rng.choice(GROUP, 2, replace=False)), "speeds": SPEEDS[few]}
