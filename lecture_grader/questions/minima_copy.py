"""Local minima: a copy of a network with its hidden units rearranged."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def minima_copy(W, b, V, order, signs):
    """Rearrange the hidden units of the network tanh(x @ W + b) @ V without changing its function.

    Parameters
    ----------
    W : ndarray, shape (d, n)
        Weights from d inputs into n hidden units. Leave all inputs unchanged.
    b : ndarray, shape (n,)
        Biases of the units.
    V : ndarray, shape (n, k)
        Weights from the units to k outputs.
    order : ndarray of int, shape (n,)
        Old unit order[i] becomes new unit i.
    signs : ndarray of int, shape (n,)
        New unit i has its sign turned if signs[i] is -1.

    Returns
    -------
    tuple
        (W, b, V) of the copy.
    """
    raise NotImplementedError


def cases(rng):
    """Shapes without equal sides, orders of one long cycle (none is its own inverse), mixed signs."""
    inputs = []
    for d, n, k in [(2, 3, 4), (3, 5, 2), (4, 6, 3)]:
        W, b, V = (rng.uniform(0.5, 2, shape).round(2) for shape in ((d, n), n, (n, k)))
        cycle = rng.permutation(n)
        order = np.empty(n, dtype=int)
        order[cycle] = np.roll(cycle, 1)
        signs = np.ones(n, dtype=int)
        signs[rng.integers(n)] = -1
        inputs.append(dict(W=W, b=b, V=V, order=order, signs=signs))
    return inputs


def right(W, b, V, order, signs):
    return W[:, order] * signs, b[order] * signs, V[order] * signs[:, np.newaxis]


def inverse_order(W, b, V, order, signs):
    return right(W, b, V, np.argsort(order), signs)


def signs_of_the_old_units(W, b, V, order, signs):
    return right(W, b, V, order, signs[order])


def in_place(W, b, V, order, signs):
    W[:] = W[:, order] * signs
    b[:] = b[order] * signs
    V[:] = V[order] * signs[:, np.newaxis]
    return W, b, V


def right_by_loop(W, b, V, order, signs):
    A, c, B = np.zeros(W.shape), np.zeros(b.shape), np.zeros(V.shape)
    for i, old in enumerate(order):
        A[:, i] = signs[i] * W[:, old]
        c[i] = signs[i] * b[old]
        B[i] = signs[i] * V[old]
    return A, c, B


def right_by_matrices(W, b, V, order, signs):
    turn = np.eye(len(b))[:, order] @ np.diag(signs)
    return [W @ turn, b @ turn, (turn.T @ V).tolist()]


QUESTION = Question(
    chapter=3,
    section="Minima that are copies",
    stub=minima_copy,
    cases=cases,
    reference=right,
    parts=(
        Part("the incoming weights", 0.5, of=lambda out: out[0]),
        Part("the biases", 0.5, of=lambda out: out[1]),
        Part("the outgoing weights", 1, of=lambda out: out[2]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            lambda W, b, V, order, signs: (W[:, order] * signs, b[order] * signs, V),
            "You move the incoming weights and leave the outgoing ones: another function. A unit takes both along.",
            2,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W[:, order] * signs, b[order] * signs, V[order]),
            "The outgoing weights are moved, but their signs are not turned: tanh(-a) = -tanh(a) must be undone.",
            2,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W[:, order] * signs, b[order] * signs, V * signs[:, np.newaxis]),
            "The outgoing weights have their signs, but not the new order.",
            2,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W[:, order] * signs, b, V[order] * signs[:, np.newaxis]),
            "The biases stay behind. They belong to the units, too.",
            2.5,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W[:, order] * signs, b[order], V[order] * signs[:, np.newaxis]),
            "The biases are moved, but their signs are not turned: the whole input of a unit changes its sign.",
            2.5,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W[:, order], b[order], V[order]),
            "The order is right. You forget the signs.",
            0,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W * signs, b * signs, V * signs[:, np.newaxis]),
            "The signs are there. You forget the order.",
            0,
        ),
        Mistake(
            inverse_order,
            "You use the order backwards: new unit i is old unit order[i], not the other way round.",
            0,
        ),
        Mistake(
            signs_of_the_old_units,
            "signs[i] belongs to the new unit i. You apply it before you move the units.",
            0,
        ),
        Mistake(
            lambda W, b, V, order, signs: (W[:, order] * signs, b[order] * signs),
            "You return two arrays. The outgoing weights are part of the copy.",
            0,
        ),
        Mistake(
            in_place,
            "Right, but you write into the arrays that came in, so the old network is lost. Return new arrays.",
            2,
        ),
    ),
    alternatives=(right_by_loop, right_by_matrices),
)
