"""Choosing: train with every rate on real tumours, choose on validation data, and report on others."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question


def choosing_training(train, validation, test, rates, steps):
    """Train with each rate, choose one on the validation data, and say what it reaches on the test data.

    Gradient descent on the mean cross-entropy of logistic regression without a bias: ln(1 + exp(z)) - y z with z = x·theta,
    from theta = 0, on all training examples in every step.

    Parameters
    ----------
    train, validation, test : tuple
        (X, y): examples, one per row, and their classes, 0 or 1.
    rates : list of float
        Learning rates.
    steps : int
        How many steps to make with each.

    Returns
    -------
    tuple
        (rate, cost): the rate whose model has the lowest cost on the validation data, and this model's cost on the test data.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours; training, validation and test data each call another rate the best, and none of them by a hair."""
    inputs = []
    for steps, sizes in ((12, (9, 9, 8)), (20, (8, 10, 9)), (15, (10, 8, 10))):
        while True:
            X, y = samples.tumours(rng, sum(sizes))
            ends = np.cumsum(sizes)
            parts = [(X[end - size : end], y[end - size : end]) for size, end in zip(sizes, ends)]
            rates = [round(float(rng.uniform(0.03, 0.06)) * 4**k, 3) for k in range(6)]
            thetas = fits(*parts[0], rates, steps)
            costs = np.array([[cost(theta, *part) for part in parts] for theta in thetas])
            two = np.sort(costs, axis=0)[:2]
            best = costs.argmin(axis=0)
            if len(set(best)) == 3 and (two[1] > 1.02 * two[0]).all() and best[1] not in (0, 5) and best[0] != 5:
                break
        inputs.append(dict(train=parts[0], validation=parts[1], test=parts[2], rates=rates, steps=steps))
    return inputs


def fit(X, y, rate, steps, sign=-1, mean=True):
    theta = np.zeros(X.shape[1])
    for _ in range(steps):
        theta = theta + sign * rate * X.T @ (1 / (1 + np.exp(-X @ theta)) - y) / (len(y) if mean else 1)
    return theta


def fits(X, y, rates, steps):
    """Return the ends of all runs, made at once."""
    thetas = np.zeros((len(rates), X.shape[1]))
    for _ in range(steps):
        thetas = thetas - np.array(rates)[:, None] * ((1 / (1 + np.exp(-thetas @ X.T)) - y) @ X) / len(y)
    return thetas


def cost(theta, X, y):
    z = X @ theta
    return float(np.mean(np.logaddexp(0, z) - y * z))


def error(theta, X, y):
    return float(np.mean((X @ theta > 0) != y))


def answer(
    choose="validation",
    report="test",
    by=cost,
    says=cost,
    pick=np.argmin,
    on=("train",),
    pair=lambda rate, value, k: (rate, value),
    **more,
):
    """Return an answer with one thing wrong."""

    def choosing_training(train, validation, test, rates, steps):
        parts = dict(train=train, validation=validation, test=test)
        X, y = (np.concatenate([parts[name][i] for name in on]) for i in (0, 1))
        models = [fit(X, y, rate, steps, **more) for rate in rates]
        k = int(pick([by(theta, *parts[choose]) for theta in models]))
        return pair(rates[k], says(models[k], *parts[report]), k)

    return choosing_training


def right_by_lists(train, validation, test, rates, steps):
    found = []
    for rate in rates:
        theta = [0.0] * train[0].shape[1]
        for _ in range(steps):
            gradient = [0.0] * len(theta)
            for x, c in zip(train[0].tolist(), train[1].tolist()):
                p = 1 / (1 + np.exp(-sum(a * t for a, t in zip(x, theta))))
                gradient = [g + (p - c) * a / len(train[1]) for g, a in zip(gradient, x)]
            theta = [t - rate * g for t, g in zip(theta, gradient)]
        found.append(
            [
                np.mean([np.log1p(np.exp(-(2 * c - 1) * (x @ theta))) for x, c in zip(X, y)])
                for X, y in (validation, test)
            ]
            + [rate]
        )
    _, reported, rate = min(found)
    return [rate, reported]


QUESTION = Question(
    chapter=13,
    section="The rules of a fair contest",
    stub=choosing_training,
    cases=cases,
    reference=answer(),
    parts=(
        Part("the rate", 0.5, of=lambda out: out[0]),
        Part("the cost to report", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            answer(choose="train"),
            "You choose on the training data, which the models have seen. The validation data are there to choose.",
            0,
        ),
        Mistake(
            answer(choose="test"),
            "You choose on the test data. Then the lowest of several numbers is reported, and it promises too much.",
            0,
        ),
        Mistake(
            answer(report="validation"),
            "The rate is right. You report the cost by which it was chosen, the lowest of several; report that of the test data.",
            0.5,
        ),
        Mistake(answer(report="train"), "The rate is right. You report the training cost.", 0.5),
        Mistake(
            answer(says=error),
            "The rate is right. You report the share of wrong classes; the cost is asked for.",
            0.5,
        ),
        Mistake(
            answer(pick=lambda costs: 0),
            "You always take the first rate.",
            0,
        ),
        Mistake(answer(pick=lambda costs: len(costs) - 1), "You always take the last rate.", 0),
        Mistake(
            answer(pair=lambda rate, value, k: (k, value)),
            "The cost is right. You return the number of the rate and not the rate.",
            0.5,
        ),
        Mistake(
            answer(pair=lambda rate, value, k: (value, rate)),
            "You return (cost, rate). The order asked for is (rate, cost).",
            0,
        ),
        Mistake(answer(sign=1), "You go up the cost: look at the sign of the step.", 0),
        Mistake(answer(mean=False), "Your gradient is summed over the examples. The cost is their mean.", 0),
        Mistake(
            answer(on=("train", "validation")),
            "You train on the validation data as well, and choose on what the models have seen.",
            0,
        ),
    ),
    alternatives=(right_by_lists, lambda *a: [np.float64(one) for one in answer()(*a)]),
    follows=False,  # another rate may be the best where an input is changed
)
