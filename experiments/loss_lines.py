"""Chapter 6: the loss on the straight line from start to end of training, and the length of the path, for each run.

Networks of 32 units in each hidden layer on the digits, minibatches of 50. Each run has a start, an order and a
split of its own. The line is looked at in 21 points.
"""

import numpy as np

from experiments.harness import absolute, relative
from lecture_optim import ADAM, SGD, data
from lecture_optim.descent import minibatch_gradient
from lecture_optim.networks import MLP

NAME = "06_lines"
MEASURED = {
    "end": relative(0.2),  # loss at the end
    "path": relative(0.1),  # length of the path over the straight line
    "rise": absolute(0.02),  # the largest rise above the lowest point so far on the line
    "where": absolute(1.0),  # where on the line, 0 if nowhere
    "half": absolute(0.11),  # where half of the fall is done
}
METHODS = {"SGD": (SGD, 0.5), "gradient descent": (SGD, 0.5), "Adam": (ADAM, 0.005)}
LINE = np.linspace(0, 1, 21)
STEPS = 24  # of an epoch


def runs():
    """Return the settings: one hidden layer or eight, tanh or rectifiers, and three methods."""
    settings = [(1, "tanh", "SGD"), (1, "tanh", "Adam"), (1, "relu", "Adam"), (8, "tanh", "Adam"), (8, "relu", "Adam")]
    settings.append((1, "tanh", "gradient descent"))
    return [dict(layers=layers, activation=activation, method=method) for layers, activation, method in settings]


def run(layers, activation, method, seeds=range(24), epochs=(15, 45)):
    """Return a row for each number of epochs and run."""
    algorithm, epsilon = METHODS[method]
    network = MLP([64] + [32] * layers + [10], activation=activation)
    parts = data.splits(data.digits, seeds)
    X, y = parts.X_train, parts.y_train
    if method == "gradient descent":
        g, epochs = (lambda theta: network.gradient(theta, X, y)), epochs[:1]
    else:
        g = minibatch_gradient(network.gradient, X, y, 50, [np.random.default_rng([seed, 2]) for seed in seeds])
    begin = np.stack([network.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    hyper = algorithm.hyperparameters(epsilon=epsilon)
    theta, state, way, rows = begin, algorithm.start(begin), 0.0, []
    for k in range(1, max(epochs) * STEPS + 1):
        before = theta
        theta, *state = algorithm.rule(theta, g(theta), *state, **hyper)
        way = way + np.linalg.norm(theta - before, axis=0)
        if k in [epoch * STEPS for epoch in epochs]:
            loss = np.array([network.value(begin + s * (theta - begin), X, y) for s in LINE])
            rise = loss - np.minimum.accumulate(loss, axis=0)
            done = (loss[0] - loss) / (loss[0] - loss[-1])
            rows += [
                dict(
                    epochs=k // STEPS,
                    seed=seed,
                    end=loss[-1, i],
                    path=way[i] / np.linalg.norm(theta[:, i] - begin[:, i]),
                    rise=rise[:, i].max(),
                    where=LINE[rise[:, i].argmax()],
                    half=LINE[np.argmax(done[:, i] > 0.5)],
                )
                for i, seed in enumerate(seeds)
            ]
    return rows


def light(setting, rng):
    """Return two runs and the shorter budget."""
    return dict(setting, seeds=rng.choice(24, size=2, replace=False).tolist(), epochs=(15,))
