"""Nesterov momentum: train on real tumours, and tell the two points apart that a library may report."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.algorithms import interim, momentum


def nesterov_training(X, y, epsilon, alpha, steps):
    """Train by Algorithm 8.3, and return the cost at the parameters and at the next interim point.

    The cost is the mean over the examples of ½ (x·theta - y)². The parameters and the velocity start at 0.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray, shape (m,)
        Targets.
    epsilon, alpha : float
        Learning rate and momentum parameter.
    steps : int
        How many steps to make.

    Returns
    -------
    tuple
        (at_theta, at_interim): after the last step, the cost at theta, and at the interim point where the next step would
        ask for its gradient.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours, and runs in full swing, so that the two costs differ."""
    inputs = []
    for size, steps in ((10, 3), (12, 5), (14, 8)):
        while True:
            X, y = samples.tumours(rng, size)
            case = dict(
                X=X,
                y=2.0 * y - 1,
                epsilon=round(rng.uniform(0.1, 0.25), 2),
                alpha=round(rng.uniform(0.6, 0.85), 2),
                steps=steps,
            )
            one, other = answer()(**case)
            if abs(one - other) > 0.02 * one:
                break
        inputs.append(case)
    return inputs


def cost(theta, X, y):
    return float(np.mean(0.5 * (X @ theta - y) ** 2))


def answer(
    ahead=1.0,
    add="theta",
    scale=1.0,
    sign=-1,
    both=lambda theta, v, alpha: (theta, theta + alpha * v),
    out=lambda costs: costs,
    half=1.0,
    rest=False,
):
    """Return an answer with one thing wrong."""

    def nesterov_training(X, y, epsilon, alpha, steps):
        theta = v = np.zeros(X.shape[1])
        for _ in range(steps):
            point = theta + ahead * alpha * v
            g = scale * X.T @ (X @ point - y) / len(y)
            v = (0 if rest else alpha) * v + sign * epsilon * g
            theta = (point if add == "interim" else theta) + v
        return out(tuple(half * cost(point, X, y) for point in both(theta, v, alpha)))

    return nesterov_training


def reference(X, y, epsilon, alpha, steps):
    """Take Algorithm 8.3."""
    theta = v = np.zeros(X.shape[1])
    for _ in range(steps):
        g = X.T @ (X @ interim(theta, v, alpha) - y) / len(y)
        theta, v = momentum(theta, g, v, epsilon, alpha)
    return cost(theta, X, y), cost(interim(theta, v, alpha), X, y)


def as_libraries_do(X, y, epsilon, alpha, steps):
    """Keep the interim point, and go back to theta at the end."""
    phi = buffer = np.zeros(X.shape[1])
    for _ in range(steps):
        g = X.T @ (X @ phi - y) / len(y)
        buffer = alpha * buffer + g
        phi = phi - epsilon * (g + alpha * buffer)
    return [cost(phi + epsilon * alpha * buffer, X, y), cost(phi, X, y)]


def one_step(**_):
    return {"steps": 1}


QUESTION = Question(
    chapter=9,
    section="What libraries call Nesterov momentum",
    stub=nesterov_training,
    cases=cases,
    reference=reference,
    parts=(
        Part("the cost at theta", 0.5, of=lambda out: out[0]),
        Part("the cost at the interim point", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            answer(ahead=0.0),
            "Your gradient is taken at theta: that is plain momentum.",
            0,
        ),
        Mistake(
            answer(add="interim"),
            "You add the new velocity to the interim point. It is a place to look from, and theta stays where it was.",
            0,
        ),
        Mistake(
            answer(ahead=-1.0),
            "You look back: the interim point lies ahead, where the velocity points.",
            0,
        ),
        Mistake(
            answer(sign=1),
            "You go up the cost: look at the sign of the gradient's term.",
            0,
        ),
        Mistake(
            answer(rest=True),
            "You forget the old velocity when you make the new one.",
            0,
        ),
        Mistake(
            answer(scale=2.0),
            "The ½ of the loss takes away the 2 that comes down from the square.",
            0,
        ),
        Mistake(
            answer(half=2.0),
            "The runs are right. In the costs the ½ is missing.",
            0,
        ),
        Mistake(
            answer(out=lambda costs: costs[::-1]),
            "You return the two costs in the wrong order.",
            0,
        ),
        Mistake(
            answer(both=lambda theta, v, alpha: (theta, theta)),
            "The cost at theta is right, and you return it twice.",
            0.5,
        ),
        Mistake(
            answer(both=lambda theta, v, alpha: (theta, theta + v)),
            "The cost at theta is right. For the interim point you look ahead by all of v.",
            0.5,
        ),
        Mistake(
            answer(both=lambda theta, v, alpha: (theta, theta - v + alpha * v)),
            "The cost at theta is right. Your interim point starts from the theta before the last step.",
            0.5,
        ),
        Mistake(
            answer(both=lambda theta, v, alpha: (theta + alpha * v,) * 2),
            "The cost at the interim point is right, and you return it for theta too, as a library does that keeps only this point.",
            0.5,
        ),
    ),
    properties=(
        wrong_where("after a single step", one_step),
        right_where("after a single step, and goes wrong later; so look at the velocity", one_step),
    ),
    alternatives=(as_libraries_do, answer()),
)
