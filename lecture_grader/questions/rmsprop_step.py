"""RMSProp: one step of Algorithm 8.5."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where
from lecture_optim.algorithms import rmsprop


def rmsprop_step(theta, g, r, epsilon, rho, delta):
    """Make one step of RMSProp (Algorithm 8.5).

    Parameters
    ----------
    theta, g, r : ndarray, one shape
        Parameters, gradient and accumulator. Leave them unchanged.
    epsilon, rho : float
        Learning rate and decay rate.
    delta : float
        Small constant, inside the root.

    Returns
    -------
    tuple
        (theta, r), the new parameters and the new accumulator.
    """
    raise NotImplementedError


def cases(rng):
    """Make vectors and a matrix; delta is as large as r, so that its place shows."""
    inputs = []
    for shape in ((3,), (4,), (2, 3)):
        theta, g = rng.uniform(0.4, 2, (2, *shape)).round(2) * rng.choice([-1, 1], (2, *shape))
        r = rng.uniform(0.2, 1.8, shape).round(2)
        epsilon, rho, delta = rng.uniform([0.1, 0.6, 0.2], [0.4, 0.85, 0.6]).round(2).tolist()
        inputs.append(dict(theta=theta, g=g, r=r, epsilon=epsilon, rho=rho, delta=delta))
    return inputs


def variant(adds="average", below="inside", sign=-1, gradient=True, uses="new", returns="both", in_place=False):
    """Return RMSProp with one thing wrong, or several."""

    def step(theta, g, r, epsilon, rho, delta):
        new = {
            "average": rho * r + (1 - rho) * g**2,
            "sum": r + g**2,
            "decaying sum": rho * r + g**2,
            "exchanged": (1 - rho) * r + rho * g**2,
            "size": rho * r + (1 - rho) * np.abs(g),
            "all": rho * r + (1 - rho) * np.sum(g**2),
        }[adds]
        used = r if uses == "old" else new
        root = {
            "inside": np.sqrt(delta + used),
            "outside": delta + np.sqrt(used),
            "no root": delta + used,
            "nothing": np.sqrt(used),
            "corrected": np.sqrt(delta + used / (1 - rho)),
        }[below]
        moved, kept = theta + sign * epsilon / root * (g if gradient else 1), r.copy() if returns == "old" else new
        if in_place:
            theta[...], r[...] = moved, new
        return {"both": (moved, kept), "old": (moved, kept), "theta": moved, "exchanged": (kept, moved)}[returns]

    return step


def right_by_loop(theta, g, r, epsilon, rho, delta):
    new_theta, new_r = theta.copy(), r.copy()
    for i in np.ndindex(theta.shape):
        new_r[i] = rho * r[i] + (1 - rho) * g[i] ** 2
        new_theta[i] = theta[i] - epsilon * g[i] / (delta + new_r[i]) ** 0.5
    return new_theta, new_r


def right_in_place_on_copies(theta, g, r, epsilon, rho, delta):
    theta, r = theta.copy(), r.copy()
    r *= rho
    r += (1 - rho) * g**2
    theta -= epsilon / np.sqrt(delta + r) * g
    return theta, r


def right_in_float32(theta, g, r, epsilon, rho, delta):
    theta, r = rmsprop(theta, g, r, epsilon, rho, delta)
    return theta.astype(np.float32), r.astype(np.float32).tolist()


QUESTION = Question(
    chapter=11,
    section="Forget the old gradients",
    stub=rmsprop_step,
    cases=cases,
    reference=lambda theta, g, r, epsilon, rho, delta: rmsprop(theta, g, r, epsilon, rho, delta),
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new accumulator", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake.switched(
            variant,
            "Your accumulator is the sum of all squared gradients, as in AdaGrad. Line 3 of the box forgets.",
            0,
            "the accumulator is a sum, as in AdaGrad",
            adds="sum",
        ),
        Mistake.switched(
            variant,
            "The new squared gradient enters with the weight 1, so your accumulator is a decaying sum and not an "
            "average.",
            0,
            "the accumulator is a decaying sum and not an average",
            adds="decaying sum",
        ),
        Mistake.switched(
            variant,
            "The weights of the old accumulator and of the new squared gradient have changed places.",
            0,
            "the weights of the accumulator have changed places",
            adds="exchanged",
        ),
        Mistake.switched(
            variant,
            "You average the size of the gradient. The accumulator holds its square.",
            0,
            "the size of the gradient is averaged and not its square",
            adds="size",
        ),
        Mistake.switched(
            variant,
            "You add the squares of all coordinates up. Each coordinate has an accumulator of its own.",
            0,
            "the squares of all coordinates are added up",
            adds="all",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. Your delta stands outside the root: that is the convention of AdaGrad's "
            "box and of PyTorch. Algorithm 8.5 and Keras have it inside.",
            2,
            "delta stands outside the root, as in PyTorch",
            below="outside",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. You divide by it without taking the root.",
            2,
            "the root is missing",
            below="no root",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. There is no delta in your step.",
            2,
            "delta is missing",
            below="nothing",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. Your step goes up the gradient: look at the sign.",
            2,
            "the step goes up the gradient",
            sign=1,
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. You subtract the effective rate and have lost the gradient itself.",
            2,
            "the gradient is missing in the update",
            gradient=False,
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but your step uses the old one. In the box line 3 comes before line 4.",
            2,
            "the step uses the old accumulator",
            uses="old",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. Your step divides it by 1 - rho, a correction that Algorithm 8.5 does not have.",
            2,
            "the accumulator is divided by 1 - rho",
            below="corrected",
        ),
        Mistake.switched(
            variant,
            "theta is right, but you return the old accumulator, so every step would start from it again.",
            2,
            "the old accumulator is returned",
            returns="old",
        ),
        Mistake.switched(
            variant,
            "You return theta alone. The next step needs the accumulator too: return (theta, r).",
            0,
            "theta is returned alone",
            returns="theta",
        ),
        Mistake.switched(
            variant,
            "You return (r, theta). The order asked for is (theta, r).",
            0,
            "the results are in the wrong order",
            returns="exchanged",
        ),
        Mistake.switched(
            variant,
            "Right, but theta and r are changed in place, so the caller's arrays change too. Write r = rho * r + "
            "… and not r *= ….",
            2,
            "theta and r are changed in place",
            in_place=True,
        ),
    ),
    properties=(right_where("where delta is 0; so look at where delta stands", lambda **_: {"delta": 0.0}),),
    alternatives=(right_by_loop, right_in_place_on_copies, right_in_float32),
)
