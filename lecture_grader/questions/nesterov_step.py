"""Nesterov momentum: one step of Algorithm 8.3."""

import numpy as np

from lecture_grader.inside.values import Formula
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where
from lecture_optim import NESTEROV


def nesterov_step(gradient, theta, v, epsilon, alpha):
    """Make one step of Nesterov momentum (Algorithm 8.3).

    Parameters
    ----------
    gradient : callable
        gradient(point) returns the gradient at this point, an array of the same shape.
    theta, v : ndarray, one shape
        Parameters and velocity. Leave them unchanged.
    epsilon, alpha : float
        Learning rate and momentum parameter.

    Returns
    -------
    tuple
        (theta, v), the new parameters and the new velocity.
    """
    raise NotImplementedError


def cases(rng):
    """Make quadratics and a quartic whose gradient differs much from point to point; no velocity is zero."""
    inputs = []
    for n in (2, 3, 4):
        H = rng.uniform(0.2, 0.8, (n, n)).round(2)
        H = H + H.T + np.diag(rng.uniform(2, 3, n).round(2))
        theta, v, b = rng.uniform(0.5, 2, (3, n)).round(2) * rng.choice([-1, 1], (3, n))
        expression = "H @ point - b" if n < 4 else "H @ point - b + point**3"
        epsilon, alpha = round(rng.uniform(0.05, 0.15), 2), round(rng.uniform(0.6, 0.85), 2)
        gradient = Formula(expression, arguments="point", H=H, b=b)
        inputs.append(dict(gradient=gradient, theta=theta, v=v, epsilon=epsilon, alpha=alpha))
    return inputs


def step(gradient, theta, v, epsilon, alpha):
    """Take the step from lecture_optim."""
    theta, (v,) = NESTEROV.step(gradient, theta, (v,), epsilon=epsilon, alpha=alpha)
    return theta, v


def variant(point="interim", moves="new", sign=-1, average=False, returns="both", in_place=False):
    """Return Nesterov momentum with one thing wrong, or several."""

    def step(gradient, theta, v, epsilon, alpha):
        ahead = {
            "interim": lambda: theta + alpha * v,
            "theta": lambda: theta,
            "whole": lambda: theta + v,
            "back": lambda: theta - alpha * v,
            "gradient": lambda: theta + alpha * v - epsilon * gradient(theta),
        }[point]()
        push = sign * epsilon * (1 - alpha if average else 1) * gradient(ahead)
        new = alpha * v + push
        way = {"new": new, "old": v, "twice": alpha * v + new, "next": alpha * new + new, "torch": alpha * new + push}[
            moves
        ]
        moved, kept = theta + way, v.copy() if returns == "old" else new
        if in_place:
            v[...], theta[...] = new, moved
        return {"both": (moved, kept), "old": (moved, kept), "theta": moved, "exchanged": (kept, moved)}[returns]

    return step


def with_torch(gradient, theta, v, epsilon, alpha):
    buffer = alpha * v + gradient(theta)
    return theta - epsilon * (gradient(theta) + alpha * buffer), buffer


def against(gradient, theta, v, epsilon, alpha):
    v = alpha * v + epsilon * gradient(theta - alpha * v)
    return theta - v, v


def interim_in_place(gradient, theta, v, epsilon, alpha):
    theta += alpha * v
    g = gradient(theta)
    return theta - epsilon * g, alpha * v - epsilon * g


def right_from_interim(gradient, theta, v, epsilon, alpha):
    interim = theta + alpha * v
    push = epsilon * gradient(interim)
    return interim - push, alpha * v - push


def right_as_lists(gradient, theta, v, epsilon, alpha):
    interim = np.array([t + alpha * w for t, w in zip(theta, v, strict=True)])
    g = gradient(interim)
    v = [alpha * w - epsilon * s for w, s in zip(v, g, strict=True)]
    return [t + w for t, w in zip(theta, v, strict=True)], v


def right_in_float32(gradient, theta, v, epsilon, alpha):
    theta, v = step(gradient, theta, v, epsilon, alpha)
    return theta.astype(np.float32), v.astype(np.float32)


QUESTION = Question(
    chapter=9,
    section="Look where you will be",
    stub=nesterov_step,
    cases=cases,
    reference=step,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new velocity", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake.switched(
            variant,
            "You take the gradient at theta: that is plain momentum. Where does Algorithm 8.3 take it?",
            0,
            "the gradient is taken at theta",
            point="theta",
        ),
        Mistake.switched(
            variant,
            "You look ahead by the whole velocity. The interim point is reached by a part of it.",
            0,
            "the look ahead goes by the whole velocity",
            point="whole",
        ),
        Mistake.switched(
            variant,
            "You look back and not ahead: a sign is wrong in the interim point.",
            0,
            "you look back and not ahead",
            point="back",
        ),
        Mistake.switched(
            variant,
            "Your interim point has a gradient step in it. It is reached by the velocity alone.",
            0,
            "the interim point has a gradient step in it",
            point="gradient",
        ),
        Mistake.switched(
            variant,
            "The velocity is right, but you add it to the interim point, so alpha * v is in theta twice. The "
            "interim point is only for the gradient.",
            2,
            "the velocity is added to the interim point",
            moves="twice",
        ),
        Mistake.switched(
            variant,
            "Your velocity goes up the gradient: look at the sign of the gradient's term.",
            0,
            "the velocity goes up the gradient",
            sign=1,
        ),
        Mistake.switched(
            variant,
            "You weight the gradient with 1 - alpha, as a moving average does. Algorithm 8.3 is a decaying sum.",
            0,
            "the gradient is weighted with 1 - alpha, as in a moving average",
            average=True,
        ),
        Mistake.switched(
            variant,
            "You return theta alone. The next step needs the velocity too: return (theta, v).",
            0,
            "theta is returned alone",
            returns="theta",
        ),
        Mistake.switched(
            variant,
            "You return (v, theta). The order asked for is (theta, v).",
            0,
            "the results are in the wrong order",
            returns="exchanged",
        ),
        Mistake.switched(
            variant,
            "theta is right, but you return the old velocity, so every step would start from it again.",
            2,
            "the old velocity is returned",
            returns="old",
        ),
        Mistake.switched(
            variant,
            "The velocity is right, but theta moves by the old one.",
            2,
            "theta moves by the old velocity",
            moves="old",
        ),
        Mistake.switched(
            variant,
            "The velocity is right. Your theta is the interim point of the *next* step, which libraries call the "
            "parameter. Algorithm 8.3 returns theta itself.",
            2,
            "theta is the interim point of the next step, as in libraries",
            moves="next",
        ),
        Mistake.switched(
            variant,
            "Right, but theta and v are changed in place, so the caller's arrays change too. Write v = alpha * v "
            "- … and not v *= ….",
            2,
            "theta and v are changed in place",
            in_place=True,
        ),
        Mistake(
            interim_in_place,
            "Right, but theta is moved to the interim point in place, so the caller's theta changes too. "
            "Give the interim point a name of its own.",
            2,
        ),
        Mistake(
            with_torch,
            "That is PyTorch's convention: its parameter is the box's interim point, and its buffer adds up gradients without "
            "the rate. The box's velocity is a step, and theta is theta.",
            0,
        ),
        Mistake(
            variant(point="theta", moves="torch"),
            "That is the convention of Keras: the step looks ahead and the gradient is taken where the parameter is, because "
            "its parameter is the box's interim point.",
            0,
        ),
        Mistake(
            against,
            "That is the convention in which the velocity adds up steps *up* the gradient and theta subtracts it. The "
            "box's velocity points where theta goes.",
            0,
        ),
    ),
    properties=(
        right_where(
            "where the gradient is the same everywhere; so look at the point where you take it",
            lambda theta, **_: {"gradient": Formula("b + 0 * point", arguments="point", b=theta)},
        ),
    ),
    alternatives=(right_from_interim, right_as_lists, right_in_float32),
)
