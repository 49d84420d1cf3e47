"""AdaGrad: one pass over real documents, and the rates that it leaves to their terms."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.algorithms import adagrad


def adagrad_training(X, y, epsilon, delta):
    """Make one pass of AdaGrad over documents, one at a time in their order.

    The probability of class 1 is 1 / (1 + exp(-x·w)), the loss the cross-entropy of the one document. Weights and
    accumulator start at 0; delta is added to the root, as in Algorithm 8.4.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Documents, one per row: 1 where the document has the term, else 0.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    epsilon, delta : float
        Global learning rate and small constant.

    Returns
    -------
    tuple
        (w, rates), two arrays of shape (d,): the weights after the pass, and the effective rates epsilon / (delta + √r) that
        the terms have left.
    """
    raise NotImplementedError


def cases(rng):
    """Documents; a large delta, to see where it stands."""
    inputs = []
    for size in (9, 12, 15):
        while True:
            X, y = samples.documents(rng, size)
            if X.sum(axis=0).min() >= 1 and len(set(X.sum(axis=0))) > 3:
                break
        inputs.append(dict(X=X, y=y, epsilon=round(rng.uniform(0.3, 0.9), 2), delta=round(rng.uniform(0.05, 0.2), 2)))
    return inputs


def reference(X, y, epsilon, delta):
    """Take Algorithm 8.4."""
    w = r = np.zeros(X.shape[1])
    for x, c in zip(X, y):
        w, r = adagrad(w, (1 / (1 + np.exp(-x @ w)) - c) * x, r, epsilon, delta)
    return w, epsilon / (delta + r**0.5)


def answer(
    power=0.5,
    late=False,
    sign=-1,
    square=lambda g: g**2,
    keep=1.0,
    inside=False,
    of=lambda residual, x: residual * x,
    rates=None,
    still=False,
):
    """Return an answer with one thing wrong."""

    def rate(r, epsilon, delta):
        return epsilon / ((delta + r) ** power if inside else delta + r**power)

    def adagrad_training(X, y, epsilon, delta):
        w, r = np.zeros(X.shape[1]), np.zeros(X.shape[1])
        for x, c in zip(X, y):
            g = of((0.5 if still else 1 / (1 + np.exp(-x @ w))) - c, x)
            before, r = r, keep * r + square(g)
            w = w + sign * rate(before if late else r, epsilon, delta) * g
        return w, (rates or rate)(r, epsilon, delta)

    return adagrad_training


def all_at_once(X, y, epsilon, delta):
    g = X.T @ (0.5 - y) / len(y)
    return -epsilon / (delta + np.abs(g)) * g, epsilon / (delta + np.abs(g))


def plain(X, y, epsilon, delta):
    w = np.zeros(X.shape[1])
    for x, c in zip(X, y):
        w = w - epsilon * (1 / (1 + np.exp(-x @ w)) - c) * x
    return w, np.full(len(w), epsilon)


def right_by_lists(X, y, epsilon, delta):
    w, r = [0.0] * X.shape[1], [0.0] * X.shape[1]
    for x, c in zip(X.tolist(), y.tolist()):
        residual = 1 / (1 + np.exp(-sum(a * b for a, b in zip(x, w)))) - c
        for j, there in enumerate(x):
            if there:
                r[j] += residual**2
                w[j] -= epsilon / (delta + r[j] ** 0.5) * residual
    return w, [epsilon / (delta + one**0.5) for one in r]


QUESTION = Question(
    chapter=10,
    section="Rare terms",
    stub=adagrad_training,
    cases=cases,
    reference=reference,
    parts=(
        Part("the weights", 0.5, of=lambda out: out[0], each="term"),
        Part("the effective rates", 0.5, of=lambda out: out[1], each="term"),
    ),
    mistakes=(
        Mistake(plain, "That is plain gradient descent, document by document: all terms keep the same rate.", 0),
        Mistake(all_at_once, "You make a single step with all documents. Each document has a step of its own.", 0),
        Mistake(answer(sign=1), "You go up the loss: look at the sign of the step.", 0),
        Mistake(answer(power=1), "The rate is divided by r: the root is missing.", 0),
        Mistake(
            answer(inside=True),
            "Your delta stands inside the root, as in Keras. In Algorithm 8.4 it is added to the root.",
            0,
        ),
        Mistake(
            answer(late=True), "You divide by the accumulator from before the document. Add its gradient first.", 0
        ),
        Mistake(answer(square=np.abs), "You add up the sizes of the gradients and not their squares.", 0),
        Mistake(answer(keep=0.0), "Your accumulator keeps the last document alone.", 0),
        Mistake(answer(keep=0.9), "Your accumulator forgets, as RMSProp's does. AdaGrad's is a sum.", 0),
        Mistake(
            answer(of=lambda residual, x: np.full(len(x), residual)),
            "Your gradient is the same for all terms. A term that is not in the document has none.",
            0,
        ),
        Mistake(
            answer(still=True),
            "You take every probability for ½. The weights change on the way, and the probabilities with them.",
            0,
        ),
        Mistake(
            answer(rates=lambda r, epsilon, delta: r),
            "The weights are right. You return the accumulators; the rates are asked for.",
            0.5,
        ),
        Mistake(
            answer(rates=lambda r, epsilon, delta: 1 / (delta + r**0.5)),
            "The weights are right. In the rates the global one is missing.",
            0.5,
        ),
        Mistake(
            lambda X, y, epsilon, delta: reference(X, y, epsilon, delta)[::-1],
            "You return (rates, w). The order asked for is (w, rates).",
            0,
        ),
    ),
    properties=(
        wrong_where("for the first document alone", lambda X, y, **_: {"X": X[:1], "y": y[:1]}),
        right_where("for the first document, and goes wrong later", lambda X, y, **_: {"X": X[:1], "y": y[:1]}),
    ),
    alternatives=(right_by_lists, answer()),
)
