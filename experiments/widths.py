"""Chapter 3: how far apart do different starts end, for each width of a network? Training losses on the digits.

Networks with one hidden layer of tanh units, momentum 0.9, minibatches of 100. Each run has a start, an order and a
split of its own. The falling rate is that of the constant runs, falling linearly to 0 at the end of the budget.
"""

import numpy as np

from experiments.harness import relative
from lecture_optim import MOMENTUM, data
from lecture_optim.descent import minibatch_gradient
from lecture_optim.networks import MLP

NAME = "03_widths"
MEASURED = {"loss": relative(0.2), "gradient": relative(0.5)}
SHARE = 0.9
WIDTHS = (2, 4, 8, 16, 32)
EPOCHS = (25, 75, 225)
RATE, M = 0.1, 100


def runs():
    """Return the settings: five widths, a constant rate, and a falling one for each of two budgets."""
    plans = [("constant", EPOCHS), ("falling", (25,)), ("falling", (75,))]
    return [dict(width=width, schedule=name, last=last[-1]) for name, last in plans for width in reversed(WIDTHS)]


def run(width, schedule, last, seeds=range(24), checks=None):
    """Return a row for each number of epochs and run."""
    checks = checks or ([e for e in EPOCHS if e <= last] if schedule == "constant" else [last])
    network, parts = MLP([64, width, 10]), data.splits(data.digits, seeds)
    X, y = parts.X_train, parts.y_train
    theta = np.stack([network.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    g = minibatch_gradient(network.gradient, X, y, M, [np.random.default_rng([seed, 2]) for seed in seeds])
    epoch = -(-X.shape[1] // M)
    state, rows = MOMENTUM.start(theta), []
    for k in range(max(checks) * epoch):
        rate = RATE if schedule == "constant" else RATE * (1 - k / (last * epoch))
        theta, *state = MOMENTUM.rule(theta, g(theta), *state, epsilon=rate, alpha=0.9)
        if (k + 1) % epoch == 0 and (k + 1) // epoch in checks:
            loss, slope = network.value_and_gradient(theta, X, y)
            length = np.linalg.norm(slope, axis=0)
            rows += [
                dict(epochs=(k + 1) // epoch, seed=seed, loss=loss[i], gradient=length[i])
                for i, seed in enumerate(seeds)
            ]
    return rows


def light(setting, rng):
    """Return three runs after 25 epochs."""
    seeds = rng.choice(24, size=3, replace=False).tolist()
    return dict(setting, seeds=seeds, checks=[25] if setting["schedule"] == "constant" else None)
