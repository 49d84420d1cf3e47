"""Adam: train on real tumours, as they are and with turned axes."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.algorithms import adam


def adam_training(X, y, Q, epsilon, steps):
    """Train by Adam twice: on the examples as they are, and on the same ones with turned axes.

    The model is logistic regression without a bias, the cost the mean cross-entropy over all examples, and the weights
    start at 0. Adam has rho1 = 0.9, rho2 = 0.999, delta = 1e-8 and bias correction.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    Q : ndarray, shape (d, d)
        An orthogonal matrix. With turned axes the example x becomes Q x.
    epsilon : float
        Learning rate.
    steps : int
        How many steps to make.

    Returns
    -------
    tuple
        (as_it_is, turned): the cost at the end of each run.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours, turned in two planes by angles whose sine and cosine have two decimals."""
    inputs = []
    for size, steps in ((10, 4), (13, 7), (12, 10)):
        while True:
            X, y = samples.tumours(rng, size)
            Q = turn(*rng.permutation(4)[:2], *rng.permutation([0.6, 0.8])) @ turn(
                *rng.permutation(4)[:2], *rng.permutation([0.28, 0.96])
            )
            case = dict(X=X, y=y, Q=Q.round(4), epsilon=round(rng.uniform(0.15, 0.4), 2), steps=steps)
            one, other, back = *answer()(**case), answer()(X, y, Q.T, case["epsilon"], steps)[1]
            if min(abs(one - other), abs(one - back), abs(other - back)) > 0.01 * one:
                break
        inputs.append(case)
    return inputs


def turn(i, j, cosine, sine):
    """Return a rotation in the plane of two coordinates."""
    Q = np.eye(4)
    Q[i, i], Q[i, j], Q[j, i], Q[j, j] = cosine, -sine, sine, cosine
    return Q


def cost(w, X, y):
    z = X @ w
    return float(np.mean(np.logaddexp(0, z) - y * z))


def run(
    X,
    y,
    epsilon,
    steps,
    corrected=(True, True),
    root=0.5,
    sign=-1,
    rho1=0.9,
    rho2=0.999,
    late=False,
    kept=True,
    scale=1.0,
):
    """Return the weights at the end of a run with one thing wrong."""
    w, s, r = np.zeros(X.shape[1]), np.zeros(X.shape[1]), np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        g = scale * X.T @ (1 / (1 + np.exp(-X @ w)) - y) / len(y)
        s, r = rho1 * s + (1 - rho1) * g, rho2 * r + (1 - rho2) * g * g
        k = t if kept else 1
        s_hat = s / (1 - rho1**k) if corrected[0] else s
        r_hat = r / (1 - rho2**k) if corrected[1] else r
        w = w + sign * epsilon * s_hat / (r_hat**root + 1e-8)
    return w


def answer(of=lambda X, Q: X @ Q.T, at=None, pair=lambda both: both, factor=1.0, **more):
    """Return an answer with one thing wrong."""

    def adam_training(X, y, Q, epsilon, steps):
        new = of(X, Q)
        w, turned = run(X, y, epsilon, steps, **more), run(new, y, epsilon, steps, **more)
        return pair((factor * cost(w, X, y), factor * cost(turned, X if at == "old" else new, y)))

    return adam_training


def reference(X, y, Q, epsilon, steps):
    """Take the lecture's Adam, the second time as a run on the old examples in turned coordinates."""
    costs = []
    for A in (X, X @ Q.T):
        w = s = r = np.zeros(A.shape[1])
        t = 0
        for _ in range(steps):
            w, s, r, t = adam(w, A.T @ (1 / (1 + np.exp(-A @ w)) - y) / len(y), s, r, t, epsilon)
        costs.append(cost(w, A, y))
    return tuple(costs)


def right_by_turning_gradients(X, y, Q, epsilon, steps):
    """Leave the examples, and turn the gradient."""
    costs = []
    for A in (np.eye(len(Q)), Q):
        w, s, r = np.zeros(len(Q)), np.zeros(len(Q)), np.zeros(len(Q))
        for t in range(1, steps + 1):
            g = A @ (X.T @ (1 / (1 + np.exp(-X @ (A.T @ w))) - y)) / len(y)
            s, r = 0.9 * s + 0.1 * g, 0.999 * r + 0.001 * g**2
            w -= epsilon * (s / (1 - 0.9**t)) / (np.sqrt(r / (1 - 0.999**t)) + 1e-8)
        costs.append(cost(A.T @ w, X, y))
    return costs


QUESTION = Question(
    chapter=12,
    section="Turn the axes",
    stub=adam_training,
    cases=cases,
    reference=reference,
    rtol=1e-4,
    parts=(
        Part("the cost as it is", 0.5, of=lambda out: out[0]),
        Part("the cost with turned axes", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(answer(corrected=(False, False)), "The bias corrections are missing.", 0),
        Mistake(answer(corrected=(False, True)), "The first moment is not corrected.", 0),
        Mistake(answer(corrected=(True, False)), "The second moment is not corrected.", 0),
        Mistake(answer(kept=False), "Your correction is that of the first step in all steps: t has to count.", 0),
        Mistake(answer(root=1.0), "You divide by the second moment: its root is missing.", 0),
        Mistake(answer(sign=1), "You go up the cost: look at the sign of the step.", 0),
        Mistake(answer(rho1=0.0), "Your first moment is the gradient itself: rho1 is missing.", 0),
        Mistake(answer(rho1=0.999, rho2=0.9), "You have the two decay rates the wrong way round.", 0),
        Mistake(
            answer(of=lambda X, Q: X @ Q),
            "The run as it is is right. In the other you turn the rows by Q's transpose: the example x becomes Q x.",
            0.5,
        ),
        Mistake(
            answer(at="old"),
            "The run as it is is right. The weights of the other belong to turned axes; you take its cost on the examples as they were.",
            0.5,
        ),
        Mistake(
            answer(of=lambda X, Q: X),
            "The run as it is is right. The other is to be run on turned examples: Adam is not indifferent to the axes.",
            0.5,
        ),
        Mistake(answer(pair=lambda both: both[::-1]), "You return the two costs in the wrong order.", 0),
        Mistake(
            answer(factor=1 / np.log(2)),
            "The runs are right. The costs are in bits; the natural logarithm is wanted.",
            0,
        ),
    ),
    properties=(
        wrong_where("after a single step", lambda **_: {"steps": 1}),
        right_where("after a single step, and goes wrong later; so look at the moments", lambda **_: {"steps": 1}),
    ),
    alternatives=(right_by_turning_gradients, answer()),
)
