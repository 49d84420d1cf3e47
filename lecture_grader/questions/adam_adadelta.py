"""AdaDelta: one step of the box."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where
from lecture_optim import algorithms


def adam_adadelta(theta, g, r, d, rho, delta):
    """Make one step of AdaDelta, without a learning rate and with delta inside both roots.

    Parameters
    ----------
    theta, g : ndarray, one shape
        Parameters and gradient.
    r, d : ndarray, the same shape
        The accumulators of squared gradients and of squared updates.
    rho, delta : float
        Decay rate of both accumulators, and the small constant.

    Returns
    -------
    tuple
        (theta, r, d), all of them new.
    """
    raise NotImplementedError


def cases(rng):
    """Both accumulators are under way, and delta is large enough to be seen."""
    inputs = []
    for shape in [(2,), (5,), (2, 3)]:
        theta, g = rng.uniform(0.5, 2, (2, *shape)).round(2) * rng.choice([-1, 1], (2, *shape))
        r, d = rng.uniform(0.3, 3, (2, *shape)).round(2)
        rho, delta = round(rng.uniform(0.6, 0.8), 2), round(rng.uniform(0.1, 0.3), 2)
        inputs.append(dict(theta=theta, g=g, r=r, d=d, rho=rho, delta=delta))
    return inputs


def variant(sign=-1, numerator=True, root=True, above=True, old_r=False, gather="square", outside=False):
    """Return AdaDelta with one thing wrong."""

    def step(theta, g, r, d, rho, delta):
        before = r
        r = rho * r + (1 - rho) * g * g
        top = d + delta if above else d
        below = (before if old_r else r) + delta
        if root:
            top, below = top**0.5, below**0.5
        if outside:
            top, below = d**0.5 + delta, r**0.5 + delta
        update = sign * (top if numerator else 1) / below * g
        new = {"square": update**2, "gradient": g * g, "plain": update, "sum": update**2 / (1 - rho)}
        d = d if gather == "none" else rho * d + (1 - rho) * new[gather]
        return theta + update, r, d

    return step


def right_by_loop(theta, g, r, d, rho, delta):
    theta, r, d = theta.copy(), r.copy(), d.copy()
    for i in np.ndindex(theta.shape):
        r[i] += (1 - rho) * (g[i] ** 2 - r[i])
        update = np.sqrt((d[i] + delta) / (r[i] + delta)) * g[i]
        theta[i] -= update
        d[i] += (1 - rho) * (update**2 - d[i])
    return [theta, r, d]


QUESTION = Question(
    chapter=12,
    section="An update has a unit",
    stub=adam_adadelta,
    cases=cases,
    reference=lambda theta, g, r, d, rho, delta: algorithms.adadelta(theta, g, r, d, 1.0, rho, delta),
    parts=(
        Part("the new parameters", 0.5, of=lambda out: out[0]),
        Part("the new accumulators", 0.5, of=lambda out: out[1:]),
    ),
    mistakes=(
        Mistake(
            variant(sign=1),
            "Your accumulators are right, but theta goes up the gradient: look at the sign of the update.",
            0.5,
        ),
        Mistake(
            variant(above=False),
            "There is no delta in your numerator. From d = 0 such a run would never start.",
            0,
        ),
        Mistake(
            variant(numerator=False),
            "You divide by the root mean square of the gradients, as RMSProp does, and forget that of the updates.",
            0,
        ),
        Mistake(
            variant(root=False),
            "Your two mean squares lack their roots.",
            0,
        ),
        Mistake(
            variant(outside=True),
            "You have delta outside the roots. In this algorithm it stands inside both.",
            0,
        ),
        Mistake(
            variant(old_r=True),
            "You divide by the old accumulator of gradients. The new gradient belongs into it first.",
            0,
        ),
        Mistake(
            variant(gather="gradient"),
            "theta is right, but your second accumulator gathers squared gradients; updates belong there.",
            0.5,
        ),
        Mistake(
            variant(gather="plain"),
            "theta is right, but your second accumulator gathers the updates without squaring them.",
            0.5,
        ),
        Mistake(
            variant(gather="sum"),
            "theta is right, but your second accumulator is a decaying sum. The new term needs a weight.",
            0.5,
        ),
        Mistake(
            variant(gather="none"),
            "theta is right, but you return the old accumulator of updates: the steps would never grow.",
            0.5,
        ),
    ),
    properties=(right_where("where delta is 0; so look at where delta stands", lambda **_: {"delta": 0.0}),),
    alternatives=(right_by_loop,),
)
