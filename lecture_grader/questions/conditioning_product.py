"""Ill-conditioning: a Hessian times a vector, from two gradients."""

import numpy as np

from lecture_grader.inside.values import Formula
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where


def conditioning_product(gradient, theta, v, h):
    """Return the Hessian at theta times v, by the central difference of gradients with the step h.

    Parameters
    ----------
    gradient : callable
        gradient(point) returns the gradient at this point, an array of the same shape.
    theta, v : ndarray, shape (n,)
        Where, and the direction. Leave them unchanged; v is not of length 1.
    h : float
        The two gradients are taken h * v before and h * v behind theta.

    Returns
    -------
    ndarray, shape (n,)
        H v, as near as this h allows.
    """
    raise NotImplementedError


def cases(rng):
    """Cubic gradients and steps that are not tiny, so that one-sided differences and another h show."""
    inputs = []
    for n in (2, 3, 4):
        A = rng.uniform(0.3, 0.9, (n, n)).round(2)
        theta, v, b = (rng.uniform(0.7, 1.9, (3, n)) * rng.choice([-1, 1], (3, n))).round(2)
        gradient = Formula("H @ point + b + c * point**3", arguments="point", H=A + A.T, b=b, c=1.3)
        inputs.append(dict(gradient=gradient, theta=theta, v=v, h=round(rng.uniform(0.1, 0.3), 2)))
    return inputs


def product(gradient, theta, v, h):
    """Take the central difference; lecture_optim.curvature.hvp does, with a step of its own."""
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h)


def with_linear_gradient(gradient, **_):
    """Return the gradient of a quadratic, where every difference is exact."""
    held = {name: gradient.constants[name] for name in ("H", "b")}
    return {"gradient": Formula("H @ point + b", arguments="point", **held)}


def in_place(gradient, theta, v, h):
    theta += h * v
    ahead = gradient(theta)
    theta -= 2 * h * v
    return (ahead - gradient(theta)) / (2 * h)


def unit(v):
    return v / np.linalg.norm(v)


def right_by_columns(gradient, theta, v, h):
    ahead = gradient(np.array([t + h * s for t, s in zip(theta, v)]))
    behind = gradient(np.array([t - h * s for t, s in zip(theta, v)]))
    return [(a - b) / h / 2 for a, b in zip(ahead, behind)]


QUESTION = Question(
    chapter=2,
    section="A real network from its first step",
    stub=conditioning_product,
    cases=cases,
    reference=product,
    rtol=1e-4,
    parts=(Part("the product", 1.5), Part("the inputs stay unchanged", 0.5, unchanged=True)),
    mistakes=(
        Mistake(
            lambda gradient, theta, v, h: (gradient(theta + h * v) - gradient(theta)) / h,
            "Your difference looks ahead only. Its error is of first order in h; the central one was asked for.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: (gradient(theta) - gradient(theta - h * v)) / h,
            "Your difference looks behind only. Its error is of first order in h; the central one was asked for.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: product(gradient, theta, v, 1e-5),
            "Your difference is central, but h has no effect on it: it is nearer to Hv than the difference with this h.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: 2 * product(gradient, theta, v, h),
            "Your result is too long: how far apart are the two points?",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: 2 * h * product(gradient, theta, v, h),
            "That is the difference of the two gradients. It is not yet divided by anything.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: -product(gradient, theta, v, h),
            "The sign is wrong: you subtract the gradient ahead from the one behind.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: product(gradient, theta, unit(v), h),
            "You divide v by its length and do not multiply by it again.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: (gradient(theta + h) - gradient(theta - h)) / (2 * h),
            "v is missing: you move all parameters by the same h.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: v * product(gradient, theta, v, h),
            "You multiply by v once more; the difference along v holds it already.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: v @ product(gradient, theta, v, h),
            "That is vᵀHv, a number. The vector Hv is asked for.",
            0,
        ),
        Mistake(
            lambda gradient, theta, v, h: (gradient(theta + h * v) + gradient(theta - h * v)) / (2 * h),
            "You add the two gradients. What counts is how they differ.",
            0,
        ),
        Mistake(
            in_place,
            "The product is right. But theta itself is changed: it has moved when you are done.",
            1.5,
        ),
        Mistake(
            lambda gradient, theta, v, h: gradient(v),
            "You take the gradient at v. That would be Hv on a quadratic whose minimum is the origin, and only there.",
            0,
        ),
    ),
    properties=(
        right_where("where the gradient is linear; so look at the two points where you take it", with_linear_gradient),
    ),
    alternatives=(
        right_by_columns,
        lambda gradient, theta, v, h: (gradient(theta.copy() + h * v) - gradient(theta - h * v)) * 0.5 / h,
        lambda gradient, theta, v, h: product(gradient, theta, v, h).astype(np.float32),
    ),
)
