"""Long-term dependencies: read real digits row by row, and train what is read off the last state."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where


def dependencies_training(X, y, W, U, epsilon, steps):
    """Train the weights that read the class off the last state of a recurrent network; the network itself is held still.

    A digit is read row by row: h_t = tanh(W h_{t-1} + U x_t), from the state 0. The log-odds of class 1 are z = v·h_T with
    the last state h_T. Gradient descent on the mean over the digits of ln(1 + exp(z)) - y z changes v alone, from 0.

    Parameters
    ----------
    X : ndarray, shape (m, T, d)
        Digits: T rows of d pixels.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    W : ndarray, shape (n, n)
        Recurrent weights.
    U : ndarray, shape (n, d)
        Weights of the inputs.
    epsilon : float
        Learning rate.
    steps : int
        How many steps to make.

    Returns
    -------
    ndarray, shape (n,)
        v at the end.
    """
    raise NotImplementedError


def cases(rng):
    """Digits of four rows; matrices that are not symmetric, with a spectral radius below and above 1."""
    inputs = []
    for size, n, radius in ((9, 3, 0.7), (8, 5, 1.3), (11, 2, 1.0)):
        X, y = samples.digits(rng, size)
        W = rng.uniform(-1, 1, (n, n))
        W = (radius * W / np.abs(np.linalg.eigvals(W)).max()).round(2)
        U = (rng.uniform(0.4, 1, (n, 4)) * rng.choice([-1, 1], (n, 4))).round(2)
        inputs.append(
            dict(
                X=X.reshape(size, 4, 4),
                y=y,
                W=W,
                U=U,
                epsilon=round(rng.uniform(1.1, 1.7), 2),
                steps=int(rng.integers(4, 8)),
            )
        )
    return inputs


def answer(
    order=slice(None),
    state=np.tanh,
    read=lambda states: states[-1],
    turned=False,
    sign=-1,
    mean=True,
    residual=lambda z, y: 1 / (1 + np.exp(-z)) - y,
    kept=False,
):
    """Return an answer with one thing wrong."""

    def dependencies_training(X, y, W, U, epsilon, steps):
        W, rows = (W.T if turned else W), X[:, order]
        h, features = np.zeros(len(W)), []
        for digit in rows:
            h, states = (h if kept else np.zeros(len(W))), []
            for row in digit:
                h = state(W @ h + U @ row)
                states.append(h)
            features.append(read(states))
        features, v = np.array(features), np.zeros(len(W))
        for _ in range(steps):
            v = v + sign * epsilon * features.T @ residual(features @ v, y) / (len(y) if mean else 1)
        return v

    return dependencies_training


def right_at_once(X, y, W, U, epsilon, steps):
    """Read all digits side by side."""
    h = np.zeros((len(X), len(W)))
    for t in range(X.shape[1]):
        h = np.tanh(h @ W.T + X[:, t] @ U.T)
    v = np.zeros(len(W))
    for _ in range(steps):
        v -= epsilon * np.mean((1 / (1 + np.exp(-h @ v)) - y)[:, None] * h, axis=0)
    return v.tolist()


QUESTION = Question(
    chapter=5,
    section="On real digits",
    stub=dependencies_training,
    cases=cases,
    reference=answer(),
    parts=(Part("the trained weights", 1, each="unit"),),
    mistakes=(
        Mistake(answer(order=slice(None, None, -1)), "You read the digits from the last row to the first.", 0),
        Mistake(
            answer(read=lambda states: states[0]),
            "You read the class off the first state, when a single row has been seen.",
            0,
        ),
        Mistake(
            answer(read=lambda states: np.mean(states, axis=0)),
            "You read the class off the mean of all states. Only the last one is asked for: does it remember the first row?",
            0,
        ),
        Mistake(answer(turned=True), "You multiply by the transpose of W: forward it is W h.", 0),
        Mistake(answer(state=lambda a: a), "Your units are linear. Where is tanh?", 0),
        Mistake(answer(state=lambda a: 1 / (1 + np.exp(-a))), "Your units are sigmoids. They are to be tanh.", 0),
        Mistake(
            answer(kept=True),
            "You carry the state over from one digit to the next. Each digit starts from the state 0.",
            0,
        ),
        Mistake(answer(sign=1), "You go up the cost: look at the sign of the step.", 0),
        Mistake(answer(mean=False), "Your gradient is summed over the digits. The cost is their mean.", 0),
        Mistake(
            answer(residual=lambda z, y: z - y),
            "That is the gradient of a squared error. The cost asked for is the cross-entropy: where is the sigmoid?",
            0,
        ),
        Mistake(
            lambda X, y, W, U, epsilon, steps: answer()(X, y, W, U, epsilon, 1),
            "You make a single step.",
            0,
        ),
    ),
    properties=(
        wrong_where("where W is 0, and only the last row counts", lambda W, **_: {"W": 0 * W}),
        right_where(
            "where W is 0, and only the last row counts; so look at what is carried on", lambda W, **_: {"W": 0 * W}
        ),
    ),
    alternatives=(right_at_once,),
)
