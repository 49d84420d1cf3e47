"""Local and global structure: how much longer a path is than the straight line."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, unchanged_by


def structure_detour(theta):
    """Return the length of a path divided by the distance between its ends.

    Parameters
    ----------
    theta : ndarray, shape (k + 1, n)
        The points of the path, one per row.

    Returns
    -------
    float
        At least 1.
    """
    raise NotImplementedError


def cases(rng):
    """Crooked paths away from the origin, with more points than coordinates."""
    inputs = []
    for k, n in ((4, 2), (6, 3), (8, 3)):
        inputs.append(dict(theta=(rng.uniform(-2, 2, (k, n)) + np.arange(k)[:, np.newaxis]).round(2)))
    return inputs


def length(theta):
    return np.linalg.norm(np.diff(theta, axis=0), axis=1).sum()


def straight(theta):
    return np.linalg.norm(theta[-1] - theta[0])


def right_by_loop(theta):
    total = 0.0
    for one, other in zip(theta[:-1], theta[1:]):
        total += sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5
    return total / sum((a - b) ** 2 for a, b in zip(theta[0], theta[-1])) ** 0.5


def rising_axis(theta):
    steps = np.diff(theta, axis=1)
    return np.linalg.norm(steps, axis=1).sum() / straight(theta)


QUESTION = Question(
    chapter=6,
    section="The length of the way",
    stub=structure_detour,
    cases=cases,
    reference=lambda theta: length(theta) / straight(theta),
    parts=(Part("the ratio", 1),),
    mistakes=(
        Mistake(
            lambda theta: straight(theta) / length(theta),
            "That is the ratio upside down. A path is never shorter than the straight line.",
            0,
        ),
        Mistake(
            rising_axis,
            "You take differences between the coordinates of one point. The steps go from row to row.",
            0,
        ),
        Mistake(
            lambda theta: np.linalg.norm(np.diff(theta, axis=0), axis=0).sum() / straight(theta),
            "You take the norm over the steps of each coordinate. Each step has a length of its own.",
            0,
        ),
        Mistake(
            lambda theta: np.linalg.norm(np.diff(theta, axis=0)) / straight(theta),
            "You take one norm of all steps together. Add up their lengths.",
            0,
        ),
        Mistake(
            lambda theta: np.sum(np.diff(theta, axis=0) ** 2) / straight(theta),
            "You add the squares of the lengths.",
            0,
        ),
        Mistake(
            lambda theta: np.abs(np.diff(theta, axis=0)).sum() / straight(theta),
            "You add the changes of the single coordinates. A step's length is the root of the sum of their squares.",
            0,
        ),
        Mistake(
            lambda theta: length(theta) / np.abs(theta[-1] - theta[0]).sum(),
            "The path is right. Your straight line goes along the axes.",
            0,
        ),
        Mistake(
            lambda theta: length(theta) / straight(theta) / (len(theta) - 1),
            "You take the mean of the steps' lengths instead of their sum.",
            0,
        ),
        Mistake(
            length,
            "That is the length of the path. Divide it by the distance between its ends.",
            0,
        ),
        Mistake(
            lambda theta: length(theta) / np.linalg.norm(theta[-1]),
            "You divide by the distance of the end from the origin. The path does not begin there.",
            0,
        ),
        Mistake(
            lambda theta: length(theta[:-1]) / straight(theta),
            "You lose the last step.",
            0,
        ),
    ),
    properties=(
        unchanged_by("when the whole path is shifted", lambda theta: {"theta": theta + 1.7}),
        unchanged_by("when the whole path is made larger", lambda theta: {"theta": 1.7 * theta}),
        right_where("where the path is straight", lambda theta: {"theta": np.outer(np.arange(1.0, 6.0), theta[-1])}),
    ),
    alternatives=(
        right_by_loop,
        lambda theta: np.sum(np.sqrt(np.sum((theta[1:] - theta[:-1]) ** 2, axis=-1))) / straight(theta),
        lambda theta: length(theta.astype(np.float32)) / straight(theta.astype(np.float32)),
    ),
)
