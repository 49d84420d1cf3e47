"""Momentum: one step of Algorithm 8.2."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_optim import algorithms


def momentum_step(theta, g, v, epsilon, alpha):
    """Make one step of momentum (Algorithm 8.2).

    Parameters
    ----------
    theta, g, v : ndarray, one shape
        Parameters, the gradient at theta, and the velocity. Leave them unchanged.
    epsilon, alpha : float
        Learning rate and momentum parameter.

    Returns
    -------
    tuple
        (theta, v), the new parameters and the new velocity.
    """
    raise NotImplementedError


def cases(rng):
    """Vectors and a matrix, none of them with a velocity of zero."""
    inputs = []
    for shape in [(2,), (4,), (2, 3), (1,)]:
        theta, g, v = rng.uniform(0.5, 2, (3, *shape)).round(2) * rng.choice([-1, 1], (3, *shape))
        epsilon, alpha = rng.uniform(0.1, 0.4, 2).round(2)
        inputs.append(dict(theta=theta, g=g, v=v, epsilon=float(epsilon), alpha=round(float(alpha) + 0.5, 2)))
    return inputs


def variant(
    sign=-1, weighs="old", average=False, rate="gradient", moves="new", against=False, returns="both", in_place=""
):  # fmt: skip
    """Return momentum with one thing wrong, or several."""

    def step(theta, g, v, epsilon, alpha):
        push = sign * (1 if rate == "step" else epsilon) * (1 - alpha if average else 1) * g
        new = {"old": alpha * v + push, "gradient": v + alpha * push, "all": alpha * (v + push), "nothing": push}[
            weighs
        ]
        way = {"new": new, "old": v, "twice": new + push, "ahead": alpha * new + push}[moves]
        moved = theta + (-1 if against else 1) * (epsilon if rate == "step" else 1) * way
        kept = v.copy() if returns == "old" else new
        if in_place:
            v[...] = new
            theta[...] = moved if in_place == "both" else theta
        return {"both": (moved, kept), "old": (moved, kept), "theta": moved, "exchanged": (kept, moved)}[returns]

    return step


def right_by_loop(theta, g, v, epsilon, alpha):
    new_theta, new_v = np.zeros(theta.shape), np.zeros(v.shape)
    for i in np.ndindex(theta.shape):
        new_v[i] = alpha * v[i] - epsilon * g[i]
        new_theta[i] = theta[i] + new_v[i]
    return new_theta, new_v


def right_on_copies(theta, g, v, epsilon, alpha):
    theta, v = theta.astype(float), v.astype(float)
    v *= alpha
    v -= epsilon * g
    theta += v
    return [theta.tolist(), v.tolist()]


def right_in_float32(theta, g, v, epsilon, alpha):
    v = np.float32(alpha) * v.astype(np.float32) - np.float32(epsilon) * g.astype(np.float32)
    return theta.astype(np.float32) + v, v


QUESTION = Question(
    chapter=8,
    section="Give the point a mass",
    stub=momentum_step,
    cases=cases,
    reference=algorithms.momentum,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new velocity", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake.switched(
            variant,
            "Your velocity goes up the gradient: look at the sign of the gradient's term.",
            0,
            "the velocity goes up the gradient",
            sign=1,
        ),
        Mistake.switched(
            variant,
            "Your velocity is right, but theta moves against it: look at the sign in the last line of the box.",
            2,
            "theta moves against its velocity",
            against=True,
        ),
        Mistake.switched(
            variant,
            "You multiply the gradient's term by alpha. In the box, alpha stands with the old velocity.",
            0,
            "alpha stands with the gradient and not with the old velocity",
            weighs="gradient",
        ),
        Mistake.switched(
            variant,
            "You multiply the whole new velocity by alpha. In the box, alpha stands with the old velocity only.",
            0,
            "the whole new velocity is multiplied by alpha",
            weighs="all",
        ),
        Mistake.switched(
            variant,
            "You weight the gradient with 1 - alpha, as a moving average does. Algorithm 8.2 is a decaying sum.",
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
            "theta is right, but you return the old velocity, so every step would start from it again.",
            2,
            "the old velocity is returned",
            returns="old",
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
            "theta moves by the old velocity. Compute the new velocity first, and move by that.",
            2,
            "theta moves by the old velocity",
            moves="old",
        ),
        Mistake.switched(
            variant,
            "You subtract epsilon * g twice: it is in the velocity, so theta needs only + v.",
            2,
            "the gradient enters theta twice",
            moves="twice",
        ),
        Mistake.switched(
            variant,
            "You forget the old velocity: this is a step of plain gradient descent.",
            0,
            "the old velocity is forgotten",
            weighs="nothing",
        ),
        Mistake.switched(
            variant,
            "You look ahead with the new velocity, as Nesterov's form in PyTorch does. This is Algorithm 8.2.",
            2,
            "theta looks ahead with the new velocity, as Nesterov's form in PyTorch does",
            moves="ahead",
        ),
        Mistake.switched(
            variant,
            "You put epsilon on theta's line. In the box it stands with the gradient, inside the velocity.",
            0,
            "epsilon stands on theta's line",
            rate="step",
        ),
        Mistake.switched(
            variant,
            "Right, but theta and v are changed in place, so the caller's arrays change too. Write v = alpha * v "
            "- … and not v *= ….",
            2,
            "theta and v are changed in place",
            in_place="both",
        ),
        Mistake.switched(
            variant,
            "Right, but v is changed in place, so the caller's velocity changes too. Write v = alpha * v - … and "
            "not v *= ….",
            2,
            "v is changed in place",
            in_place="v",
        ),
        Mistake(
            variant(sign=1, rate="step", against=True),
            "That is PyTorch's convention: its buffer adds up gradients, without the rate and with the other sign, and the "
            "rate stands on theta's line. The box's velocity is a step.",
            0,
        ),
        Mistake(
            variant(sign=1, against=True),
            "That is the convention in which the velocity adds up steps *up* the gradient and theta subtracts it. The "
            "box's velocity points where theta goes.",
            0,
        ),
        Mistake(
            variant(sign=1, rate="step", against=True, average=True),
            "That is momentum as a moving average of gradients, PyTorch's with dampening = alpha. The box's velocity is a "
            "decaying sum of steps.",
            0,
        ),
    ),
    alternatives=(right_by_loop, right_on_copies, right_in_float32),
)
