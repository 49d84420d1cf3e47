"""Chapter 12: Adam's parts switched off, with a constant rate, a falling one and a warm-up, 24 runs.

One hidden layer of 32 tanh units on the digits, 300 minibatches of 32. Each run has its own start, order and
split. The loss is the training loss at the end.
"""

import numpy as np

from experiments.harness import decades
from lecture_optim import data
from lecture_optim.algorithms import adadelta
from lecture_optim.descent import minibatch_gradient
from lecture_optim.networks import MLP

NAME = "12_parts"
NETWORK = MLP([64, 32, 10])
FACTORS = 10 ** (np.arange(-9, 1) / 3)
GROUP = 8  # runs of one setting
MEASURED = {"loss": decades(0.5)}
SHARE = 0.8


def parts(theta, g, s, r, t, epsilon, rho1=0.9, rho2=0.999, scale=True, correct=True):
    """Make one step of Adam, with its parts as switches."""
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g * g
    s_hat = s / (1 - rho1**t) if correct else s
    r_hat = r / (1 - rho2**t) if correct else r
    step = s_hat / (r_hat**0.5 + 1e-8) if scale else s_hat
    return theta - epsilon * step, s, r, t


VARIANTS = {  # rule, highest rate, hyperparameters
    "Adam": (parts, 1, {}),
    "without momentum": (parts, 1, dict(rho1=0.0)),
    "without scaling": (parts, 100, dict(scale=False)),
    "without bias correction": (parts, 1, dict(correct=False)),
    "RMSProp": (parts, 1, dict(rho1=0.0, correct=False)),
    "AdaDelta": (adadelta, 100, {}),
    "Adam, 0.99": (parts, 1, dict(rho2=0.99)),
    "Adam, 0.9999": (parts, 1, dict(rho2=0.9999)),
    "without bias correction, 0.99": (parts, 1, dict(rho2=0.99, correct=False)),
    "without bias correction, 0.9999": (parts, 1, dict(rho2=0.9999, correct=False)),
}
SCHEDULES = {
    "constant": lambda k, steps: 1.0,
    "falling": lambda k, steps: 1 - k / steps,
    "warm-up": lambda k, steps: min((k + 1) / 30, (steps - k) / (steps - 30)),
}


def runs():
    """Return the settings."""
    pairs = [(v, s) for v in VARIANTS for s in ("constant", "falling") if s == "constant" or "0.99" not in v]
    pairs += [(v, "warm-up") for v in ("Adam", "without bias correction")]
    return [{"variant": v, "schedule": s, "group": g} for v, s in pairs for g in range(3)]


def train(variant, schedule, seeds, rates, steps=300):
    """Return the training loss of each rate and run."""
    rule, _, hyper = VARIANTS[variant]
    rates = np.asarray(rates)[:, np.newaxis]
    digits = data.splits(data.digits, seeds)
    starts = np.stack([NETWORK.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    orders = [np.random.default_rng([seed, 2]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, digits.X_train, digits.y_train, 32, orders)
    theta = np.repeat(starts[:, np.newaxis], len(rates), axis=1)
    zeros = np.zeros_like(theta)
    state = (zeros, zeros) if rule is adadelta else (zeros, zeros, 0)
    with np.errstate(all="ignore"):  # the highest rates may overflow
        for k in range(steps):
            epsilon = rates * SCHEDULES[schedule](k, steps)
            theta, *state = rule(theta, g(theta), *state, epsilon=epsilon, **hyper)
        loss = NETWORK.value(theta, digits.X_train, digits.y_train)
    return np.where(np.isfinite(loss), loss, np.inf)


def run(variant, schedule, group, members=range(GROUP), factors=FACTORS):
    """Return one row for each rate and run."""
    seeds = [GROUP * group + i for i in members]
    rates = VARIANTS[variant][1] * np.asarray(factors)
    loss = train(variant, schedule, seeds, rates)
    return [
        {"rate": rate, "seed": seed, "loss": loss[i, j]}
        for i, rate in enumerate(rates)
        for j, seed in enumerate(seeds)
    ]


def light(setting, rng):
    """Return a setting with two runs and three rates."""
    few = sorted(rng.choice(len(FACTORS), 3, replace=False))
    return {**setting, "members": sorted(rng.choice(GROUP, 2, replace=False)), "factors": FACTORS[few]}
