"""The contest's problems: four of learning, three surfaces."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_optim import data
from lecture_optim.descent import minibatch_gradient
from lecture_optim.linear import LogisticRegression
from lecture_optim.networks import MLP
from lecture_optim.objectives import Quadratic, Rosenbrock
from lecture_optim.recurrent import RNN

#: What is measured after the last step of a learning problem: three losses, and the test error.
MEASURES = ("train", "validation", "test", "error")


@dataclass(frozen=True)
class Problem:
    """A problem of the contest.

    Parameters
    ----------
    name : str
        What the reader calls it.
    draw : callable
        ``draw(seed) -> (theta, gradient, measure)``: a start of shape ``(n,)``, and two functions of
        ``theta`` of shape ``(n, runs)``. The gradient may draw minibatches; every call of ``draw`` with one
        seed gives the same ones in the same order. ``measure(theta)`` returns a dictionary with an array
        of shape ``(runs,)`` for each name in ``measures``.
    steps : int
        The budget: how many gradients an algorithm may ask for.
    measures : tuple of str
        :data:`MEASURES`, or ``("train",)`` for a surface, whose value counts as training loss.
    """

    name: str
    draw: Callable
    steps: int
    measures: tuple = ("train",)


def digits_network(steps=300, hidden=32, m=32):
    """Return the problem of training a 64-hidden-10 tanh network on the digits.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    hidden : int, default 32
        Units of the hidden layer.
    m : int, default 32
        Examples per minibatch.

    Returns
    -------
    Problem
        Its losses are mean cross-entropies, in nats.
    """
    return _learning("digits, network", data.digits, lambda parts: MLP([64, hidden, 10]), m, steps)


def documents_regression(steps=300, m=32):
    """Return the problem of telling the documents of two libraries apart by logistic regression.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    m : int, default 32
        Documents per minibatch.

    Returns
    -------
    Problem
        Its losses are mean cross-entropies, in nats. All seeds start at zero.
    """

    def make(rng):
        key = str(rng.bit_generator.state)
        if key not in _DOCUMENTS:
            _DOCUMENTS[key] = data.documents(rng)
        return _DOCUMENTS[key]

    def model(parts):
        return LogisticRegression(parts.X_train.shape[1])

    return _learning("documents, logistic regression", make, model, m, steps)


_DOCUMENTS = {}  # a split of them takes a second


def memory_network(steps=300, hidden=12, lag=10, m=32, examples=256):
    """Return the problem of training a recurrent tanh network on the memory task with four symbols.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    hidden : int, default 12
        Units of the network.
    lag : int, default 10
        Steps between the symbol and the end of a sequence.
    m : int, default 32
        Sequences per minibatch.
    examples : int, default 256
        Sequences to learn from, and as many in each of the other two parts.

    Returns
    -------
    Problem
        Its losses are mean cross-entropies, in nats.
    """

    def make(rng):
        X, y = data.memory_task(rng, 3 * examples, lag, symbols=4, noise=0.3)
        parts = [slice(i * examples, (i + 1) * examples) for i in range(3)]
        return data.Data(*[array[part] for part in parts for array in (X, y)])

    return _learning("memory task, recurrent network", make, lambda parts: RNN(4, hidden, 4), m, steps)


def tumours_network(steps=300, hidden=16, m=32):
    """Return the held-out problem: a 30-hidden-1 tanh network that calls tumours malignant or benign.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    hidden : int, default 16
        Units of the hidden layer.
    m : int, default 32
        Examples per minibatch.

    Returns
    -------
    Problem
        Its losses are mean cross-entropies, in nats, of scikit-learn's breast cancer data in parts of 341,
        114 and 114 examples; each feature has mean 0 and variance 1 over the training part.
    """

    def make(rng):
        from sklearn.datasets import load_breast_cancer  # slow to import, and needed here only

        X, y = load_breast_cancer(return_X_y=True)
        order = rng.permutation(len(X))
        parts = order[:341], order[341:455], order[455:]
        X = (X - X[parts[0]].mean(axis=0)) / X[parts[0]].std(axis=0)
        return data.Data(*[array[part] for part in parts for array in (X, y)])

    return _learning("tumours, network", make, lambda parts: MLP([30, hidden, 1]), m, steps)


def _learning(name, make, model_of, m, steps):
    def draw(seed):
        split, start, order = np.random.default_rng(seed).spawn(3)
        parts = make(split)
        model = model_of(parts)
        theta = model.init() if isinstance(model, LogisticRegression) else model.init(start)

        def measure(theta):
            return {
                "train": model.value(theta, parts.X_train, parts.y_train),
                "validation": model.value(theta, parts.X_validation, parts.y_validation),
                "test": model.value(theta, parts.X_test, parts.y_test),
                "error": model.error(theta, parts.X_test, parts.y_test),
            }

        return theta, minibatch_gradient(model.gradient, parts.X_train, parts.y_train, m, order), measure

    return Problem(name, draw, steps, MEASURES)


def curved_valley(steps=300):
    """Return Rosenbrock's valley, from starts around (-1.2, 1).

    Parameters
    ----------
    steps : int, default 300
        The budget.

    Returns
    -------
    Problem
        Its loss is the value, 0 at the minimum.
    """
    surface = Rosenbrock()

    def draw(seed):
        start = np.array([-1.2, 1.0]) + 0.2 * np.random.default_rng(seed).standard_normal(2)
        return start, surface.gradient, lambda theta: {"train": surface.value(theta)}

    return Problem("Rosenbrock's valley", draw, steps)


def rotated_quadratic(steps=300, n=20, condition=100.0):
    """Return a quadratic whose principal axes lie at random angles to the coordinate axes.

    Parameters
    ----------
    steps : int, default 300
        The budget.
    n : int, default 20
        Dimensions.
    condition : float, default 100
        Condition number; the eigenvalues run from 1 to it, evenly spaced in the logarithm.

    Returns
    -------
    Problem
        Its loss is the value, 0 at the minimum; start and axes are drawn with the seed.
    """
    return _quadratic("rotated quadratic", steps, n, condition, rotated=True)


def aligned_quadratic(steps=300, n=20, condition=100.0):
    """Return the same quadratic with its principal axes along the coordinate axes: the control.

    Parameters
    ----------
    steps, n, condition
        As for :func:`rotated_quadratic`.

    Returns
    -------
    Problem
        As :func:`rotated_quadratic`; each seed starts as far along each principal axis as there.
    """
    return _quadratic("axis-aligned quadratic", steps, n, condition, rotated=False)


def _quadratic(name, steps, n, condition, rotated):
    def draw(seed):
        rng = np.random.default_rng(seed)
        rotation = np.linalg.qr(rng.standard_normal((n, n)))[0]
        start = rng.standard_normal(n)
        surface = Quadratic.with_eigenvalues(np.geomspace(1, condition, n), rotation if rotated else np.eye(n))
        start = start if rotated else rotation.T @ start
        return start, surface.gradient, lambda theta: {"train": surface.value(theta)}

    return Problem(name, draw, steps)


#: The problems by their short names; the tumours are held out: no rate of the chapter was chosen on them.
PROBLEMS = {
    "digits": digits_network,
    "documents": documents_regression,
    "memory": memory_network,
    "rosenbrock": curved_valley,
    "rotated": rotated_quadratic,
    "aligned": aligned_quadratic,
    "tumours": tumours_network,
}

#: Those that are surfaces.
SURFACES = ("rosenbrock", "rotated", "aligned")
