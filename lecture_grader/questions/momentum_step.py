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


def in_place(theta, g, v, epsilon, alpha):
    v *= alpha
    v -= epsilon * g
    theta += v
    return theta, v


def velocity_in_place(theta, g, v, epsilon, alpha):
    v *= alpha
    v -= epsilon * g
    return theta + v, v


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
    stub=momentum_step,
    cases=cases,
    reference=algorithms.momentum,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new velocity", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + alpha * v + epsilon * g,
                alpha * v + epsilon * g,
            ),
            "Your velocity goes up the gradient: look at the sign of the gradient's term.",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta - (alpha * v - epsilon * g),
                alpha * v - epsilon * g,
            ),
            "Your velocity is right, but theta moves against it: look at the sign in the last line of the box.",
            2,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + v - alpha * epsilon * g,
                v - alpha * epsilon * g,
            ),
            "You multiply the gradient's term by alpha. In the box, alpha stands with the old velocity.",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + alpha * (v - epsilon * g),
                alpha * (v - epsilon * g),
            ),
            "You multiply the whole new velocity by alpha. In the box, alpha stands with the old velocity only.",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + alpha * v - (1 - alpha) * epsilon * g,
                alpha * v - (1 - alpha) * epsilon * g,
            ),
            "You weight the gradient with 1 - alpha, as a moving average does. Algorithm 8.2 is a decaying sum.",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: theta + alpha * v - epsilon * g,
            "You return theta alone. The next step needs the velocity too: return (theta, v).",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (theta + alpha * v - epsilon * g, v),
            "theta is right, but you return the old velocity, so every step would start from it again.",
            2,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (alpha * v - epsilon * g, theta + alpha * v - epsilon * g),
            "You return (v, theta). The order asked for is (theta, v).",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (theta + v, alpha * v - epsilon * g),
            "theta moves by the old velocity. Compute the new velocity first, and move by that.",
            2,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + alpha * v - 2 * epsilon * g,
                alpha * v - epsilon * g,
            ),
            "You subtract epsilon * g twice: it is in the velocity, so theta needs only + v.",
            2,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (theta - epsilon * g, -epsilon * g),
            "You forget the old velocity: this is a step of plain gradient descent.",
            0,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + alpha * (alpha * v - epsilon * g) - epsilon * g,
                alpha * v - epsilon * g,
            ),
            "You look ahead with the new velocity, as Nesterov's form in PyTorch does. This is Algorithm 8.2.",
            2,
        ),
        Mistake(
            lambda theta, g, v, epsilon, alpha: (
                theta + epsilon * (alpha * v - g),
                alpha * v - g,
            ),
            "You put epsilon on theta's line. In the box it stands with the gradient, inside the velocity.",
            0,
        ),
        Mistake(
            in_place,
            "Right, but theta and v are changed in place, so the caller's arrays change too. "
            "Write v = alpha * v - … and not v *= ….",
            2,
        ),
        Mistake(
            velocity_in_place,
            "Right, but v is changed in place, so the caller's velocity changes too. "
            "Write v = alpha * v - … and not v *= ….",
            2,
        ),
    ),
    alternatives=(right_by_loop, right_on_copies, right_in_float32),
)
