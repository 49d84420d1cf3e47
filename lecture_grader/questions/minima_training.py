"""Local minima: train a tiny network on real tumours, and see what becomes of two units that start alike."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where


def minima_training(X, y, W, v, epsilon, steps):
    """Train a network with one hidden layer of tanh units by gradient descent.

    The log-odds of class 1 are z = tanh(X W) v, and the cost is the mean over the examples of ln(1 + exp(z)) - y z. Every
    step changes W and v, both by the gradient at the same point.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    W : ndarray, shape (d, n)
        Where the incoming weights start; the columns belong to the units.
    v : ndarray, shape (n,)
        Where the outgoing weights start.
    epsilon : float
        Learning rate.
    steps : int
        How many steps to make.

    Returns
    -------
    tuple
        (W, v) after the last step.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours; in the last case the first two units start alike."""
    inputs = []
    for size, units, steps in ((9, 2, 3), (11, 3, 5), (10, 3, 4)):
        X, y = samples.tumours(rng, size)
        W = (rng.uniform(0.2, 0.9, (4, units)) * rng.choice([-1, 1], (4, units))).round(2)
        v = (rng.uniform(0.3, 0.9, units) * rng.choice([-1, 1], units)).round(2)
        if steps == 4:
            W[:, 1], v[1] = W[:, 0], v[0]
        inputs.append(dict(X=X, y=y, W=W, v=v, epsilon=round(rng.uniform(0.4, 0.9), 2), steps=steps))
    return inputs


def answer(
    slope=lambda h: 1 - h**2,
    back=True,
    mean=True,
    sign=-1,
    later=False,
    hold="",
    residual=lambda z, y: 1 / (1 + np.exp(-z)) - y,
    back_to_front=False,
):
    """Return an answer with one thing wrong."""

    def minima_training(X, y, W, v, epsilon, steps):
        for _ in range(steps):
            h = np.tanh(X @ W)
            pushed = residual(h @ v, y) / (len(y) if mean else 1)
            to_v = h.T @ pushed
            way = v + sign * epsilon * to_v if later else v
            to_W = X.T @ (pushed[:, None] * (way if back else 1) * slope(h))
            W = W + sign * epsilon * to_W if hold != "W" else W
            v = v + sign * epsilon * to_v if hold != "v" else v
        return (v, W) if back_to_front else (W, v)

    return minima_training


def right_by_loop(X, y, W, v, epsilon, steps):
    W, v = W.copy(), v.copy()
    for _ in range(steps):
        to_W, to_v = np.zeros_like(W), np.zeros_like(v)
        for x, c in zip(X, y):
            h = np.tanh(x @ W)
            r = (1 / (1 + np.exp(-h @ v)) - c) / len(y)
            to_v += r * h
            to_W += np.outer(x, r * v * (1 - h**2))
        W -= epsilon * to_W
        v -= epsilon * to_v
    return [W, v]


QUESTION = Question(
    chapter=3,
    section="Minima that are copies",
    stub=minima_training,
    cases=cases,
    reference=answer(),
    rtol=1e-4,
    parts=(
        Part("the incoming weights", 0.5, of=lambda out: out[0], each="row"),
        Part("the outgoing weights", 0.5, of=lambda out: out[1], each="unit"),
    ),
    mistakes=(
        Mistake(answer(sign=1), "You go up the cost: look at the sign of the step.", 0),
        Mistake(answer(mean=False), "Your gradient is summed over the examples. The cost is their mean.", 0),
        Mistake(answer(slope=lambda h: 1), "The way back goes through tanh too: its slope is missing.", 0),
        Mistake(answer(slope=lambda h: h * (1 - h)), "That is the slope of the sigmoid. The hidden units are tanh.", 0),
        Mistake(
            answer(slope=lambda h: 1 - h),
            "The slope of tanh has a square in it.",
            0,
        ),
        Mistake(
            answer(back=False),
            "The outgoing weight of a unit is missing on the way back to its incoming ones.",
            0,
        ),
        Mistake(
            answer(later=True),
            "You change v first, and take the gradient of W with the new v. Both are taken at the same point.",
            0,
        ),
        Mistake(answer(hold="W"), "You train v alone. W is to learn as well.", 0),
        Mistake(answer(hold="v"), "You train W alone. v is to learn as well.", 0),
        Mistake(
            answer(residual=lambda z, y: z - y),
            "That is the gradient of a squared error. The cost asked for is the cross-entropy: where is the sigmoid?",
            0,
        ),
        Mistake(answer(back_to_front=True), "You return (v, W). The order asked for is (W, v).", 0),
        Mistake(
            lambda X, y, W, v, epsilon, steps: answer()(X, y, W, v, epsilon, 1),
            "You make a single step.",
            0,
        ),
    ),
    properties=(
        wrong_where("where no step is to be made", lambda **_: {"steps": 0}),
        right_where("after a single step, and goes wrong later", lambda **_: {"steps": 1}),
        right_where("where the outgoing weights start at 0, after one step", lambda v, **_: {"v": 0 * v, "steps": 1}),
    ),
    alternatives=(right_by_loop,),
)
