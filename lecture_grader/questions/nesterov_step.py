"""Nesterov momentum: one step of Algorithm 8.3."""

import numpy as np

from lecture_grader.inside.values import Formula
from lecture_grader.model import Mistake, Part, Question
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


def step_at(point, gradient, theta, v, epsilon, alpha):
    """Make the step with the gradient at another point."""
    v = alpha * v - epsilon * gradient(point)
    return theta + v, v


def in_place(gradient, theta, v, epsilon, alpha):
    g = gradient(theta + alpha * v)
    v *= alpha
    v -= epsilon * g
    theta += v
    return theta, v


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
    stub=nesterov_step,
    cases=cases,
    reference=step,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new velocity", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: step_at(theta, gradient, theta, v, epsilon, alpha),
            "You take the gradient at theta: that is plain momentum. Where does Algorithm 8.3 take it?",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: step_at(theta + v, gradient, theta, v, epsilon, alpha),
            "You look ahead by the whole velocity. The interim point is reached by a part of it.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: step_at(theta - alpha * v, gradient, theta, v, epsilon, alpha),
            "You look back and not ahead: a sign is wrong in the interim point.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: step_at(
                theta + alpha * v - epsilon * gradient(theta), gradient, theta, v, epsilon, alpha
            ),
            "Your interim point has a gradient step in it. It is reached by the velocity alone.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: (
                theta + 2 * alpha * v - epsilon * gradient(theta + alpha * v),
                alpha * v - epsilon * gradient(theta + alpha * v),
            ),
            "The velocity is right, but you add it to the interim point, so alpha * v is in theta twice. "
            "The interim point is only for the gradient.",
            2,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: (
                theta + alpha * v + epsilon * gradient(theta + alpha * v),
                alpha * v + epsilon * gradient(theta + alpha * v),
            ),
            "Your velocity goes up the gradient: look at the sign of the gradient's term.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: (
                theta + alpha * v - (1 - alpha) * epsilon * gradient(theta + alpha * v),
                alpha * v - (1 - alpha) * epsilon * gradient(theta + alpha * v),
            ),
            "You weight the gradient with 1 - alpha, as a moving average does. Algorithm 8.3 is a decaying sum.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: step(gradient, theta, v, epsilon, alpha)[0],
            "You return theta alone. The next step needs the velocity too: return (theta, v).",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: step(gradient, theta, v, epsilon, alpha)[::-1],
            "You return (v, theta). The order asked for is (theta, v).",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: (step(gradient, theta, v, epsilon, alpha)[0], v),
            "theta is right, but you return the old velocity, so every step would start from it again.",
            2,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: (
                theta + v,
                step(gradient, theta, v, epsilon, alpha)[1],
            ),
            "The velocity is right, but theta moves by the old one.",
            2,
        ),
        Mistake(
            lambda gradient, theta, v, epsilon, alpha: (
                theta + (1 + alpha) * alpha * v - (1 + alpha) * epsilon * gradient(theta + alpha * v),
                alpha * v - epsilon * gradient(theta + alpha * v),
            ),
            "The velocity is right. Your theta is the interim point of the *next* step, which libraries call "
            "the parameter. Algorithm 8.3 returns theta itself.",
            2,
        ),
        Mistake(
            in_place,
            "Right, but theta and v are changed in place, so the caller's arrays change too. "
            "Write v = alpha * v - … and not v *= ….",
            2,
        ),
        Mistake(
            interim_in_place,
            "Right, but theta is moved to the interim point in place, so the caller's theta changes too. "
            "Give the interim point a name of its own.",
            2,
        ),
    ),
    alternatives=(right_from_interim, right_as_lists, right_in_float32),
)
