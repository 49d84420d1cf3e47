"""AdaGrad: the accumulators after one pass over documents."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, unchanged_by, wrong_where
from lecture_optim.linear import LogisticRegression


def adagrad_accumulator(X, y, w):
    """Return AdaGrad's accumulators after one pass over the documents, one document at a time.

    The weights are held still, so that each gradient is taken at the same w. The model is logistic
    regression without a bias, its loss the cross-entropy, with no weight decay.

    Parameters
    ----------
    X : ndarray, shape (documents, terms)
        1 where the term is in the document, else 0.
    y : ndarray of int, shape (documents,)
        Classes, 0 or 1.
    w : ndarray, shape (terms,)
        Weights.

    Returns
    -------
    ndarray, shape (terms,)
        The accumulators; they start at 0.
    """
    raise NotImplementedError


def cases(rng):
    """More documents than terms; no term is in all documents or in none."""
    inputs = []
    for documents, terms in [(6, 3), (8, 4), (7, 5)]:
        X = (rng.random((documents, terms)) < 0.5).astype(float)
        X[0], X[1] = 1, 0
        X[1, 0] = 1
        X[2, 0] = 0
        y = rng.permutation(np.arange(documents) % 2)
        inputs.append(dict(X=X, y=y, w=rng.uniform(-1.5, 1.5, terms).round(2)))
    return inputs


def residuals(X, y, w):
    return 1 / (1 + np.exp(-(X @ w))) - y


def squared_gradients(X, y, w):
    """Add up the squares of the gradients that lecture_optim gives for each document."""
    model, theta = LogisticRegression(len(w)), np.append(w, 0.0)
    return sum(model.gradient(theta, X[[i]], y[[i]])[:-1] ** 2 for i in range(len(y)))


def right_by_loop(X, y, w):
    r = [0.0] * len(w)
    for x, label in zip(X, y, strict=True):
        z = sum(a * b for a, b in zip(x, w, strict=True))
        residual = 1 / (1 + np.exp(-z)) - label
        for j, present in enumerate(x):
            r[j] += (residual * present) ** 2
    return r


QUESTION = Question(
    chapter=10,
    section="A learning rate for each parameter",
    stub=adagrad_accumulator,
    cases=cases,
    reference=squared_gradients,
    parts=(Part("the accumulators", 1, each="term"),),
    mistakes=(
        Mistake(
            lambda X, y, w: (X.T @ residuals(X, y, w)) ** 2,
            "You square the sum of the gradients. AdaGrad squares each one and then adds.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ residuals(X, y, w),
            "You add the gradients without squaring them.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ abs(residuals(X, y, w)),
            "You add the sizes of the gradients. The accumulator holds squares.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ residuals(X, y, w) ** 2 / len(y),
            "You take the mean over the documents. AdaGrad's accumulator is a sum.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ residuals(X, y, w) ** 2 / X.sum(axis=0),
            "You divide by the term's frequency. It is the very thing that makes rare terms differ.",
            0,
        ),
        Mistake(
            lambda X, y, w: (X.T @ residuals(X, y, w) ** 2) ** 0.5,
            "You return the root, by which the rate is divided. The accumulator itself is asked for.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.sum(axis=0),
            "You count the documents with the term. Each counts with its squared residual.",
            0,
        ),
        Mistake(
            lambda X, y, w: np.full(len(w), np.sum(residuals(X, y, w) ** 2)),
            "You add the squared residuals of all documents. A term that is not in a document has no gradient there.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.sum(axis=1) * residuals(X, y, w) ** 2,
            "You return one number per document: you sum over the wrong axis. One per term is asked for.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ (X @ w - y) ** 2,
            "Your residual lacks the logistic function: it is that of least squares.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ (1 / (1 + np.exp(X @ w)) - y) ** 2,
            "The sign in your logistic function is wrong: it must rise with x·w.",
            0,
        ),
        Mistake(
            lambda X, y, w: X.T @ (1 / (1 + np.exp(-(X @ w)))) ** 2,
            "You square the probabilities. The gradient holds the residual: the class has to be subtracted.",
            0,
        ),
        Mistake(
            lambda X, y, w: X[-1] * residuals(X, y, w)[-1] ** 2,
            "You keep the last document's square only.",
            0,
        ),
    ),
    properties=(
        unchanged_by("when the two classes change places and w its sign", lambda y, w, **_: {"y": 1 - y, "w": -w}),
        wrong_where("at w = 0, where every probability is ½", lambda w, **_: {"w": 0 * w}),
        right_where(
            "at w = 0, where every probability is ½; so look at the probabilities", lambda w, **_: {"w": 0 * w}
        ),
    ),
    alternatives=(
        right_by_loop,
        lambda X, y, w: X.T @ residuals(X, y, w) ** 2,
        lambda X, y, w: ((X * residuals(X, y, w)[:, None]).astype(np.float32) ** 2).sum(axis=0),
    ),
)
