"""Long-term dependencies: the gradient's way back through the steps of a recurrent network."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import scales


def dependencies_backward(g, h, W):
    """Carry a gradient back through the steps of a recurrent network h_t = tanh(W h_{t-1} + ...).

    Parameters
    ----------
    g : ndarray, shape (n,)
        Derivative of the loss with respect to the last state h_T. Leave all inputs unchanged.
    h : ndarray, shape (T, n)
        The states h_1, ..., h_T, one in each row.
    W : ndarray, shape (n, n)
        The recurrent matrix.

    Returns
    -------
    ndarray, shape (T, n)
        Row t is the derivative of the loss with respect to the state in row t of h; the last row is g.
    """
    raise NotImplementedError


def cases(rng):
    """Matrices that are not symmetric, states well away from 0 and from 1."""
    inputs = []
    for T, n in ((4, 2), (5, 3), (3, 4)):
        inputs.append(
            dict(
                g=rng.uniform(0.5, 2, n).round(2) * rng.choice([-1, 1], n),
                h=rng.uniform(0.25, 0.75, (T, n)).round(2) * rng.choice([-1, 1], (T, n)),
                W=rng.uniform(0.3, 1.2, (n, n)).round(2) * rng.choice([-1, 1], (n, n)),
            )
        )
    return inputs


def walk(back, last=lambda g, h, W: g):
    """Return an answer that goes back with `back(gradient, state, state before, W)`."""

    def answer(g, h, W):
        rows = [last(g, h, W)]
        for t in range(len(h) - 1, 0, -1):
            rows.append(back(rows[-1], h[t], h[t - 1], W))
        return np.array(rows[::-1])

    return answer


right = walk(lambda g, h, before, W: W.T @ ((1 - h**2) * g))


def right_by_loop(g, h, W):
    T, n = h.shape
    out = [[0.0] * n for _ in range(T)]
    out[T - 1] = [float(x) for x in g]
    for t in range(T - 1, 0, -1):
        for j in range(n):
            out[t - 1][j] = sum(out[t][i] * (1 - h[t, i] ** 2) * W[i, j] for i in range(n))
    return out


def right_in_float32(g, h, W):
    return right(g.astype(np.float32), h.astype(np.float32), W.astype(np.float32))


def right_with_rows(g, h, W):
    out = np.empty_like(h)
    out[-1] = g
    for t in reversed(range(1, len(h))):
        out[t - 1] = (out[t] * (1 - h[t] * h[t])) @ W
    return out


def in_place(g, h, W):
    out = np.empty_like(h)
    out[-1] = g
    for t in range(len(h) - 1, 0, -1):
        g *= 1 - h[t] ** 2
        g[:] = W.T @ g
        out[t - 1] = g
    return out


def into_the_states(g, h, W):
    rows = right(g, h, W)
    h[:] = rows
    return h


def same_array_in_every_row(g, h, W):
    return np.broadcast_to(right(g, h, W)[0], h.shape).copy()


QUESTION = Question(
    chapter=5,
    section="Gradients go the same way back",
    stub=dependencies_backward,
    cases=cases,
    reference=right,
    rtol=1e-4,
    atol=1e-5,
    parts=(
        Part("the gradients at all steps", 2, each="row"),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            walk(lambda g, h, before, W: W @ ((1 - h**2) * g)),
            "You multiply by the matrix as on the way forward. Backwards it is another one.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: W.T @ g),
            "You forget the slope of tanh.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: W.T @ ((1 - h) * g)),
            "The slope of tanh, in terms of its value, has a square that you have lost.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: W.T @ (h * (1 - h) * g)),
            "That is the slope of a sigmoid. The units are tanh.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: W.T @ ((1 - before**2) * g)),
            "You take the slope of tanh one step too early: at the state you arrive at, not at the one you come from.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: (1 - h**2) * (W.T @ g)),
            "You apply the slope after the matrix. On the way forward tanh comes last; on the way back it comes first.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: (1 - before**2) * (W.T @ g)),
            "You apply the slope after the matrix, at the state you arrive at. That is the gradient before tanh.",
            0,
        ),
        Mistake(
            walk(lambda g, h, before, W: W.T @ ((1 - np.tanh(h) ** 2) * g)),
            "You apply tanh to the states once more. They are values of tanh already.",
            0,
        ),
        Mistake(
            lambda g, h, W: right(g, h, W)[::-1],
            "Your rows run backwards in time. Row 0 belongs to the first state.",
            0,
        ),
        Mistake(
            walk(
                lambda g, h, before, W: W.T @ ((1 - h**2) * g),
                last=lambda g, h, W: W.T @ ((1 - h[-1] ** 2) * g),
            ),
            "You take one step too many: the last row is g itself.",
            0,
        ),
        Mistake(
            lambda g, h, W: np.linalg.norm(right(g, h, W), axis=1),
            "You return the norms. The gradients themselves are asked for.",
            0,
        ),
        Mistake(
            lambda g, h, W: right(g, h, W)[0],
            "You return the gradient at the first step alone.",
            0,
        ),
        Mistake(
            same_array_in_every_row,
            "All your rows are equal to the first: you have stored the same array every time. Store a copy.",
            0,
        ),
        Mistake(
            lambda g, h, W: np.cumsum(right(g, h, W)[::-1], axis=0)[::-1],
            "You add the gradients of the later steps. The loss sees the last state only.",
            0,
        ),
        Mistake(
            in_place,
            "Right, but g is changed in place, so the caller's gradient changes too.",
            2,
        ),
        Mistake(
            into_the_states,
            "Right, but you write the gradients into h, so the caller's states are lost.",
            2,
        ),
    ),
    properties=(scales("when g is doubled, it is not doubled", lambda g, **_: {"g": 2 * g}, 2),),
    alternatives=(right_by_loop, right_in_float32, right_with_rows),
)
