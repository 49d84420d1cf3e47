"""Local and global structure: the way of a training run on real tumours, and the straight line to its end."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where


def structure_training(X, y, theta, epsilon, steps):
    """Train by gradient descent, and compare the way that it went with the straight line.

    The cost is the mean over the examples of ln(1 + exp(z)) - y z with z = x·theta.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray of int, shape (m,)
        Classes, 0 or 1.
    theta : ndarray, shape (d,)
        Where the run starts.
    epsilon : float
        Learning rate.
    steps : int
        How many steps to make.

    Returns
    -------
    tuple
        (detour, middle): the length of the run's path divided by the distance between its two ends, and the cost in the
        middle of the straight line between its ends.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours; starts far out on the wrong side, from where the path is crooked."""
    inputs = []
    for size, steps in ((10, 5), (13, 8), (11, 11)):
        while True:
            X, y = samples.tumours(rng, size)
            theta = (rng.uniform(0.8, 2, 4) * rng.choice([-1, 1], 4)).round(2)
            case = dict(X=X, y=y, theta=theta, epsilon=round(rng.uniform(1.1, 2.5), 2), steps=steps)
            if 1.05 < reference(**case)[0] < 5:
                break
        inputs.append(case)
    return inputs


def cost(theta, X, y):
    z = X @ theta
    return float(np.mean(np.logaddexp(0, z) - y * z))


def path(X, y, theta, epsilon, steps, sign=-1, mean=True):
    """Return the points of the run, with its start."""
    points = [theta.astype(float)]
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ points[-1]))
        points.append(points[-1] + sign * epsilon * X.T @ (p - y) / (len(y) if mean else 1))
    return np.array(points)


def length(points):
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def distance(points):
    return float(np.linalg.norm(points[-1] - points[0]))


def answer(
    detour=lambda points: length(points) / distance(points),
    middle=lambda points: (points[0] + points[-1]) / 2,
    pair=lambda both: both,
    **more,
):
    """Return an answer with one thing wrong."""

    def structure_training(X, y, theta, epsilon, steps):
        points = path(X, y, theta, epsilon, steps, **more)
        return pair((detour(points), cost(middle(points), X, y)))

    return structure_training


reference = answer()


def right_by_loop(X, y, theta, epsilon, steps):
    start, way = theta.copy(), 0.0
    for _ in range(steps):
        move = -epsilon * np.mean((1 / (1 + np.exp(-X @ theta)) - y)[:, None] * X, axis=0)
        theta, way = theta + move, way + np.sqrt(move @ move)
    z = X @ (0.5 * start + 0.5 * theta)
    return [way / np.sqrt((theta - start) @ (theta - start)), np.log(1 + np.exp(z)).mean() - (y * z).mean()]


QUESTION = Question(
    chapter=6,
    section="The length of the way",
    stub=structure_training,
    cases=cases,
    reference=reference,
    parts=(
        Part("the detour", 0.5, of=lambda out: out[0]),
        Part("the cost in the middle", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(answer(sign=1), "You go up the cost: look at the sign of the step.", 0),
        Mistake(answer(mean=False), "Your gradient is summed over the examples. The cost is their mean.", 0),
        Mistake(
            answer(detour=lambda points: distance(points) / length(points)),
            "The middle is right. Your quotient is upside down: no way is shorter than the straight line.",
            0.5,
        ),
        Mistake(
            answer(detour=length),
            "The middle is right. You return the length of the path; divide it by the distance.",
            0.5,
        ),
        Mistake(
            answer(detour=lambda points: length(points[1:]) / distance(points)),
            "The middle is right. The first step is missing from your path.",
            0.5,
        ),
        Mistake(
            answer(detour=lambda points: float(np.abs(np.diff(points, axis=0)).sum()) / distance(points)),
            "The middle is right. You add up the coordinates' absolute values; the length of a step is a Euclidean norm.",
            0.5,
        ),
        Mistake(
            answer(detour=lambda points: float((np.diff(points, axis=0) ** 2).sum()) / distance(points)),
            "The middle is right. In the length of a step the root is missing.",
            0.5,
        ),
        Mistake(
            answer(detour=lambda points: length(points) / float(np.linalg.norm(points[-1]))),
            "The middle is right. You measure the distance from the origin and not from the start.",
            0.5,
        ),
        Mistake(
            answer(middle=lambda points: points[len(points) // 2]),
            "The detour is right. That is the cost half-way along the path; the middle of the straight line is asked for.",
            0.5,
        ),
        Mistake(
            answer(middle=lambda points: points.mean(axis=0)),
            "The detour is right. You take the mean of all points of the path; the line knows only its two ends.",
            0.5,
        ),
        Mistake(
            answer(middle=lambda points: points[-1]),
            "The detour is right. That is the cost at the end.",
            0.5,
        ),
        Mistake(
            answer(middle=lambda points: (points[-1] - points[0]) / 2),
            "The detour is right. Half of the difference of two points is not the point between them.",
            0.5,
        ),
        Mistake(
            answer(pair=lambda both: both[::-1]),
            "You return (middle, detour). The order asked for is (detour, middle).",
            0,
        ),
    ),
    properties=(right_where("for a single step, and goes wrong later", lambda **_: {"steps": 1}),),
    alternatives=(right_by_loop,),
)
