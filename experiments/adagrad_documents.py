"""Chapter 10: SGD, AdaGrad and AdaGrad with one accumulator for all parameters on the documents, 24 runs.

Logistic regression from zero, minibatches of 32, one or ten passes, with a constant rate and with one that falls
linearly to zero. Each run has its own split and order. A row holds the validation loss, the test loss, the share
of wrong test documents, the mean size of the weights of terms in 3 and in 100 to 299 documents, and the median
frequency of the 100 terms with the largest weights.
"""


import numpy as np

from experiments.harness import absolute, relative
from lecture_optim import ADAGRAD, SGD, data
from lecture_optim.algorithms import Algorithm
from lecture_optim.descent import minibatch_gradient
from lecture_optim.linear import LogisticRegression

NAME = "10_documents"
RATES = 10 ** np.arange(-2, 1.6, 0.25)
MEASURED = {
    "validation": relative(0.02),
    "loss": relative(0.02),
    "wrong": absolute(0.005),
    "rare": relative(0.02),
    "frequent": relative(0.02),
    "largest": relative(0.2),
}


def shared(theta, g, r, epsilon, delta=1e-7):
    """One step of AdaGrad with one accumulator for all parameters."""
    r = r + (g * g).sum(axis=0)
    return theta - epsilon / (delta + r**0.5) * g, r


METHODS = {
    "SGD": SGD,
    "one accumulator": Algorithm("one accumulator", "control", shared, ("r",)),
    "AdaGrad": ADAGRAD,
}


def runs():
    """Return the settings."""
    return [{"seed": seed} for seed in range(24)]


def train(algorithm, docs, seed, rates, epochs, falling):
    """Return the parameters of each rate after each epoch."""
    model = LogisticRegression(len(docs.terms))
    theta = model.init(len(rates))
    state, after = algorithm.start(theta), []
    g = minibatch_gradient(model.gradient, docs.X_train, docs.y_train, 32, np.random.default_rng([seed, 2]))
    steps = epochs * -(-len(docs.y_train) // 32)
    for k in range(steps):
        share = 1 - k / steps if falling else 1.0
        theta, state = algorithm.step(g, theta, state, epsilon=share * rates)
        if (k + 1) % (steps // epochs) == 0:
            after.append(theta)
    return after


def run(seed, methods=tuple(METHODS), rates=RATES):
    """Return one row for each method, schedule, number of epochs and rate."""
    docs, rows = data.documents(np.random.default_rng(seed)), []
    model = LogisticRegression(len(docs.terms))
    for method in methods:
        after = train(METHODS[method], docs, seed, rates, 10, falling=False)
        ends = {("constant", 1): after[0], ("constant", 10): after[9]}
        for epochs in (1, 10):
            ends["falling", epochs] = train(METHODS[method], docs, seed, rates, epochs, falling=True)[-1]
        for (schedule, epochs), theta in ends.items():
            validation = model.value(theta, docs.X_validation, docs.y_validation)
            loss = model.value(theta, docs.X_test, docs.y_test)
            wrong = model.error(theta, docs.X_test, docs.y_test)
            sizes, frequency = np.abs(theta[:-1]), docs.document_frequency
            rare = sizes[frequency == 3].mean(axis=0)
            frequent = sizes[(frequency >= 100) & (frequency < 300)].mean(axis=0)
            largest = np.median(frequency[np.argsort(-sizes, axis=0)[:100]], axis=0)
            rows += [
                {"method": method, "schedule": schedule, "epochs": epochs, "rate": rate}
                | {"validation": validation[i], "loss": loss[i], "wrong": wrong[i]}
                | {"rare": rare[i], "frequent": frequent[i], "largest": largest[i]}
                for i, rate in enumerate(rates)
            ]
    return rows


def light(setting, rng):
    """Return a setting with one method and three rates."""
    few = sorted(rng.choice(len(RATES), 3, replace=False))
    return {**setting, "methods": [str(rng.choice(list(METHODS)))], "rates": RATES[few]}
