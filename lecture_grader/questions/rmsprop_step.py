"""RMSProp: one step of Algorithm 8.5."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
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


def with_accumulator(accumulate):
    """Return the step with another accumulator ``accumulate(g, r, rho)``."""

    def wrong(theta, g, r, epsilon, rho, delta):
        r = accumulate(g, r, rho)
        return theta - epsilon / np.sqrt(delta + r) * g, r

    return wrong


def with_update(update):
    """Return the step with another update ``update(g, r, epsilon, delta)`` of theta, where r is the new one."""

    def wrong(theta, g, r, epsilon, rho, delta):
        r = rho * r + (1 - rho) * g**2
        return theta + update(g, r, epsilon, delta), r

    return wrong


def in_place(theta, g, r, epsilon, rho, delta):
    r *= rho
    r += (1 - rho) * g**2
    theta -= epsilon / np.sqrt(delta + r) * g
    return theta, r


def right_by_loop(theta, g, r, epsilon, rho, delta):
    new_theta, new_r = theta.copy(), r.copy()
    for i in np.ndindex(theta.shape):
        new_r[i] = rho * r[i] + (1 - rho) * g[i] ** 2
        new_theta[i] = theta[i] - epsilon * g[i] / (delta + new_r[i]) ** 0.5
    return new_theta, new_r


def right_in_place_on_copies(theta, g, r, epsilon, rho, delta):
    return in_place(theta.copy(), g, r.copy(), epsilon, rho, delta)


def right_in_float32(theta, g, r, epsilon, rho, delta):
    theta, r = rmsprop(theta, g, r, epsilon, rho, delta)
    return theta.astype(np.float32), r.astype(np.float32).tolist()


QUESTION = Question(
    chapter=11,
    stub=rmsprop_step,
    cases=cases,
    reference=lambda theta, g, r, epsilon, rho, delta: rmsprop(theta, g, r, epsilon, rho, delta),
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new accumulator", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            with_accumulator(lambda g, r, rho: r + g**2),
            "Your accumulator is the sum of all squared gradients, as in AdaGrad. Line 3 of the box forgets.",
            0,
        ),
        Mistake(
            with_accumulator(lambda g, r, rho: rho * r + g**2),
            "The new squared gradient enters with the weight 1, so your accumulator is a decaying sum and not an average.",
            0,
        ),
        Mistake(
            with_accumulator(lambda g, r, rho: (1 - rho) * r + rho * g**2),
            "The weights of the old accumulator and of the new squared gradient have changed places.",
            0,
        ),
        Mistake(
            with_accumulator(lambda g, r, rho: rho * r + (1 - rho) * np.abs(g)),
            "You average the size of the gradient. The accumulator holds its square.",
            0,
        ),
        Mistake(
            with_accumulator(lambda g, r, rho: rho * r + (1 - rho) * np.sum(g**2)),
            "You add the squares of all coordinates up. Each coordinate has an accumulator of its own.",
            0,
        ),
        Mistake(
            with_update(lambda g, r, epsilon, delta: -epsilon / (delta + np.sqrt(r)) * g),
            "The accumulator is right. Your delta stands outside the root, as in AdaGrad's box.",
            2,
        ),
        Mistake(
            with_update(lambda g, r, epsilon, delta: -epsilon / (delta + r) * g),
            "The accumulator is right. You divide by it without taking the root.",
            2,
        ),
        Mistake(
            with_update(lambda g, r, epsilon, delta: -epsilon / np.sqrt(r) * g),
            "The accumulator is right. There is no delta in your step.",
            2,
        ),
        Mistake(
            with_update(lambda g, r, epsilon, delta: epsilon / np.sqrt(delta + r) * g),
            "The accumulator is right. Your step goes up the gradient: look at the sign.",
            2,
        ),
        Mistake(
            with_update(lambda g, r, epsilon, delta: -epsilon / np.sqrt(delta + r)),
            "The accumulator is right. You subtract the effective rate and have lost the gradient itself.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, rho, delta: (
                theta - epsilon / np.sqrt(delta + r) * g,
                rho * r + (1 - rho) * g**2,
            ),
            "The accumulator is right, but your step uses the old one. In the box line 3 comes before line 4.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, rho, delta: (
                theta - epsilon / np.sqrt(delta + (rho * r + (1 - rho) * g**2) / (1 - rho)) * g,
                rho * r + (1 - rho) * g**2,
            ),
            "The accumulator is right. Your step divides it by 1 - rho, a correction that Algorithm 8.5 does not have.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, rho, delta: (rmsprop(theta, g, r, epsilon, rho, delta)[0], r),
            "theta is right, but you return the old accumulator, so every step would start from it again.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, rho, delta: rmsprop(theta, g, r, epsilon, rho, delta)[0],
            "You return theta alone. The next step needs the accumulator too: return (theta, r).",
            0,
        ),
        Mistake(
            lambda theta, g, r, epsilon, rho, delta: rmsprop(theta, g, r, epsilon, rho, delta)[::-1],
            "You return (r, theta). The order asked for is (theta, r).",
            0,
        ),
        Mistake(
            in_place,
            "Right, but theta and r are changed in place, so the caller's arrays change too. "
            "Write r = rho * r + … and not r *= ….",
            2,
        ),
    ),
    alternatives=(right_by_loop, right_in_place_on_copies, right_in_float32),
)
