"""Chapter 6: the largest loss between two trained networks, on a straight line, after renumbering, and on a bent path.

Two networks of 32 tanh units are trained on one split of the digits by SGD, with a start and an order of their own.
The bent path is two straight pieces that meet in a trained point. Each pair has a split of its own.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from experiments.harness import relative
from lecture_optim import SGD, data
from lecture_optim.descent import minibatch_gradient, sweep
from lecture_optim.networks import MLP

NAME = "06_bent"
MEASURED = {column: relative(0.25) for column in ("end", "straight", "renumbered", "bent")}
NETWORK = MLP([64, 32, 10])
LINE = np.linspace(0, 1, 21)
STEPS = 24  # of an epoch


def runs():
    """Return the settings: how long the networks are trained, in epochs."""
    return [dict(epochs=15), dict(epochs=45)]


def renumbered(first, second):
    """Return the second networks with units numbered, and signs chosen, to be like those of the first."""
    (W1, b1), (V1, _) = NETWORK.layers(first)
    (W2, b2), (V2, c2) = (tuple(np.copy(array) for array in layer) for layer in NETWORK.layers(second))
    for i in range(len(W1)):
        one, two = (np.concatenate([W[i].T, b[i][:, None], V[i]], axis=1) for W, b, V in ((W1, b1, V1), (W2, b2, V2)))
        like = one @ two.T
        row, column = linear_sum_assignment(-np.abs(like))
        sign = np.sign(like[row, column])
        W2[i], b2[i], V2[i] = W2[i][:, column] * sign, b2[i][column] * sign, V2[i][column] * sign[:, np.newaxis]
    return NETWORK.pack([(W2, b2), (V2, c2)])


def bend(first, second, X, y, seeds, epochs):
    """Return the trained middle of a bent path: each step a minibatch at a random place of one of its two pieces."""
    places = [np.random.default_rng([seed, 5]) for seed in seeds]
    g = minibatch_gradient(NETWORK.gradient, X, y, 50, [np.random.default_rng([seed, 6]) for seed in seeds])

    def gradient(middle):
        t = np.array([rng.random() for rng in places])
        end = np.where([rng.random() < 0.5 for rng in places], first, second)
        return t * g(end + t * (middle - end))

    return sweep(SGD, gradient, (first + second) / 2, epochs * STEPS, epsilon=0.5)[0]


def run(epochs, seeds=range(24)):
    """Return a row for each pair; the middle is trained three times as long as the networks."""
    parts = data.splits(data.digits, seeds)
    X, y = parts.X_train, parts.y_train
    ends = []
    for which in (0, 1):
        begin = np.stack([NETWORK.init(np.random.default_rng([seed, 1, which])) for seed in seeds], axis=-1)
        orders = [np.random.default_rng([seed, 2, which]) for seed in seeds]
        g = minibatch_gradient(NETWORK.gradient, X, y, 50, orders)
        ends.append(sweep(SGD, g, begin, epochs * STEPS, epsilon=0.5)[0])
    first, second = ends

    def highest(a, b):
        return np.max([NETWORK.value(a + s * (b - a), X, y) for s in LINE], axis=0)

    middle = bend(first, second, X, y, seeds, 3 * epochs)
    found = dict(
        end=np.maximum(NETWORK.value(first, X, y), NETWORK.value(second, X, y)),
        straight=highest(first, second),
        renumbered=highest(first, renumbered(first, second)),
        bent=np.maximum(highest(first, middle), highest(middle, second)),
    )
    return [dict(pair=seed, **{name: losses[i] for name, losses in found.items()}) for i, seed in enumerate(seeds)]


def light(setting, rng):
    """Return two pairs."""
    return dict(setting, seeds=rng.choice(24, size=2, replace=False).tolist())
