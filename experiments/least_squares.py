"""Chapter 9: least squares on the digits with minibatches of 10, five methods, a fixed and a falling rate, 20 runs.

Ten outputs, linear in 64 pixels and a one, 400 and 1,200 steps. Each run has its own start, order and split. The
rates are in units of one over the largest curvature; the excess is over the least loss on the training set.
"""

import numpy as np

from experiments.harness import relative
from lecture_optim import MOMENTUM, NESTEROV, SGD, data
from lecture_optim.descent import linear_schedule, minibatches

NAME = "09_least_squares"
METHODS = {  # algorithm, alpha for each step
    "gradient descent": (SGD, None),
    "momentum, α = 0.9": (MOMENTUM, lambda k: 0.9),
    "momentum, growing α": (MOMENTUM, lambda k: k / (k + 3)),
    "Nesterov, α = 0.9": (NESTEROV, lambda k: 0.9),
    "Nesterov, growing α": (NESTEROV, lambda k: k / (k + 3)),
}
LIMITS = [2.0, 3.8, 4.0, 2.8 / 1.9, 4 / 3]  # the highest stable rate of each with the full gradient, times L
# The last factor but one is 0.93; the last lies above the limit, where only a falling rate can be of use.
RATES = {method: limit * 2.0 ** np.arange(-10.6, 0.7, 0.75) for method, limit in zip(METHODS, LIMITS, strict=True)}
SCHEDULES, STEPS = ("fixed", "falling"), (400, 1200)
GROUP = 10  # runs of one setting
PART = ("steps",)
MEASURED = {"excess": relative(0.05)}
SHARE = 0.95


def runs():
    """Return the settings."""
    return [
        {"method": method, "schedule": schedule, "steps": steps, "group": group}
        for method in METHODS
        for schedule in SCHEDULES
        for steps in STEPS
        for group in range(2)
    ]


def problem(seed):
    """Return inputs, targets, Hessian and best weights of the digits of a seed."""
    digits = data.digits(np.random.default_rng(seed), validation=397, test=400)
    X = np.column_stack([digits.X_train, np.ones(len(digits.X_train))])
    Y = np.eye(10)[digits.y_train]
    return X, Y, X.T @ X / len(X), np.linalg.lstsq(X, Y, rcond=None)[0]


def train(method, schedule, steps, seed, rates=None):
    """Return the excess loss at the end for each rate."""
    X, Y, H, best = problem(seed)
    algorithm, alpha = METHODS[method]
    rates = np.asarray(RATES[method] if rates is None else rates)
    epsilon = rates / np.linalg.eigvalsh(H)[-1]
    share = linear_schedule(1.0, 0.01, tau=steps) if schedule == "falling" else lambda k: 1.0
    W = np.random.default_rng([seed, 1]).normal(0, 0.05, (65, 1, 10)) + np.zeros((len(rates), 1))
    batches = minibatches(len(X), 10, np.random.default_rng([seed, 2]))
    state, columns = algorithm.start(W), len(rates) * 10
    with np.errstate(all="ignore"):  # the highest rates may overflow
        for k in range(steps):
            hyper = {} if alpha is None else {"alpha": alpha(k)}
            batch = next(batches)
            x, y = X[batch], Y[batch][:, np.newaxis]
            point = algorithm.gradient_point(W, state, **hyper)
            off = (x @ point.reshape(65, columns)).reshape(10, len(rates), 10) - y
            g = (x.T @ off.reshape(10, columns)).reshape(W.shape) / 10
            W, *state = algorithm.rule(W, g, *state, epsilon=(share(k) * epsilon)[:, np.newaxis], **hyper)
        off = W - best[:, np.newaxis]
        excess = 0.5 * np.sum(off * np.tensordot(H, off, 1), axis=(0, 2))
    return np.where(np.isfinite(excess), excess, np.inf)


def run(method, schedule, steps, group, members=range(GROUP), rates=None):
    """Return one row for each rate and run."""
    rates = RATES[method] if rates is None else rates
    rows = []
    for seed in (GROUP * group + i for i in members):
        excess = train(method, schedule, steps, seed, rates)
        rows += [{"rate": rate, "seed": seed, "excess": e} for rate, e in zip(rates, excess, strict=True)]
    return rows


def light(setting, rng):
    """Return a setting with two runs and all its rates."""
    return {**setting, "members": sorted(rng.choice(GROUP, 2, replace=False))}
