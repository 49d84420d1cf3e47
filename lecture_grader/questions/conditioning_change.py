"""Ill-conditioning: what a gradient step will do, by the second-order expansion."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import order_of_difference
from lecture_optim import curvature


def conditioning_change(epsilon, g, H):
    """Return the predicted change of the cost in one gradient step, and the rate at which it is zero.

    Parameters
    ----------
    epsilon : float
        Learning rate.
    g : ndarray, shape (n,)
        Gradient at the present point.
    H : ndarray, shape (n, n)
        Hessian there, symmetric; the curvature along g is positive.

    Returns
    -------
    tuple
        (change, critical): the cost after the step minus the cost before, to second order, and the
        positive learning rate at which this prediction is zero.
    """
    raise NotImplementedError


def cases(rng):
    """Full Hessians, gradients that are not of length 1, and one of whole numbers."""
    inputs = []
    for n in (2, 3, 4):
        A = rng.uniform(0.3, 0.9, (n, n)).round(2)
        H = (A + A.T + np.diag(rng.uniform(2, 5, n))).round(2)
        g = rng.uniform(0.8, 2.4, n).round(2)
        inputs.append(dict(epsilon=round(rng.uniform(0.1, 0.3), 2), g=g, H=H))
    inputs[-1]["g"] = np.array([1, 3, 2, 4])
    return inputs


def change(epsilon, g, H):
    """Take both from lecture_optim."""
    gg, gHg = float(g @ g), float(g @ H @ g)
    return curvature.predicted_change(epsilon, gg, gHg), float(curvature.critical_rate(gg, gHg))


def first(wrong):
    """Return an answer with a wrong change beside the right rate."""
    return lambda epsilon, g, H: (wrong(epsilon, g @ g, g @ H @ g), change(epsilon, g, H)[1])


def second(wrong):
    """Return an answer with a wrong rate beside the right change."""
    return lambda epsilon, g, H: (change(epsilon, g, H)[0], wrong(g, H))


def right_by_loops(epsilon, g, H):
    g, H, n = g.tolist(), H.tolist(), len(g)
    slope = sum(x * x for x in g)
    bend = sum(g[i] * H[i][j] * g[j] for i in range(n) for j in range(n))
    return [-epsilon * slope + epsilon * epsilon * bend / 2, slope / bend * 2]


QUESTION = Question(
    chapter=2,
    section="What a step will do",
    stub=conditioning_change,
    cases=cases,
    reference=change,
    rtol=1e-4,
    parts=(
        Part("the predicted change", 1, of=lambda out: out[0]),
        Part("the critical rate", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda epsilon, g, H: change(epsilon, g, H)[::-1],
            "You return (critical, change). The order asked for is (change, critical).",
            0,
        ),
        Mistake(
            first(lambda epsilon, gg, gHg: epsilon * gg + 0.5 * epsilon**2 * gHg),
            "The rate is right. The sign of the slope's term is lost, as on the slide: a short step must go down.",
            1,
        ),
        Mistake(
            first(lambda epsilon, gg, gHg: -epsilon * gg - 0.5 * epsilon**2 * gHg),
            "The rate is right. The sign of the curvature's term is wrong: positive curvature takes some of the "
            "descent back.",
            1,
        ),
        Mistake(
            first(lambda epsilon, gg, gHg: -epsilon * gg + epsilon**2 * gHg),
            "The rate is right. In the change the factor of the second-order term is missing.",
            1,
        ),
        Mistake(
            first(lambda epsilon, gg, gHg: -epsilon * gg + 0.5 * epsilon * gHg),
            "The rate is right. The curvature's term grows with another power of the learning rate.",
            1,
        ),
        Mistake(
            first(lambda epsilon, gg, gHg: -epsilon * gg),
            "The rate is right. The change is to first order only.",
            1,
        ),
        Mistake(
            first(lambda epsilon, gg, gHg: -epsilon * gg**0.5 + 0.5 * epsilon**2 * gHg),
            "The rate is right. In the change you take the length of the gradient where its square belongs.",
            1,
        ),
        Mistake(
            lambda epsilon, g, H: (
                -epsilon * (g @ g) + 0.5 * epsilon**2 * (g @ (np.diag(H) * g)),
                2 * (g @ g) / (g @ (np.diag(H) * g)),
            ),
            "You use the diagonal of the Hessian only.",
            0,
        ),
        Mistake(
            second(lambda g, H: (g @ g) / (g @ H @ g)),
            "The change is right. Your rate is that of the lowest prediction; at another one the prediction is zero.",
            1,
        ),
        Mistake(
            second(lambda g, H: (g @ H @ g) / (2 * (g @ g))),
            "The change is right. Your rate is upside down: the more curvature, the smaller it must be.",
            1,
        ),
        Mistake(
            second(lambda g, H: 2 / np.linalg.eigvalsh(H).max()),
            "The change is right. Your rate is the safe one for all directions; along this gradient it may be larger.",
            1,
        ),
        Mistake(
            second(lambda g, H: 2 / (g @ H @ g)),
            "The change is right. In the rate the gradient's own length is missing.",
            1,
        ),
        Mistake(
            second(lambda g, H: 2 * np.sqrt(g @ g) / (g @ H @ g)),
            "The change is right. In the rate you take the length of the gradient where its square belongs.",
            1,
        ),
    ),
    properties=(order_of_difference("epsilon", part="the predicted change"),),
    alternatives=(
        right_by_loops,
        lambda epsilon, g, H: np.array(change(epsilon, g, H)),
        lambda epsilon, g, H: change(epsilon, g.astype(np.float32), H.astype(np.float32)),
    ),
)
