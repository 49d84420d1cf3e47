"""Local and global structure: the values on the straight line between two points."""

import numpy as np

from lecture_grader.inside.values import Formula
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where


def structure_on_line(f, start, end, points):
    """Return the values of a function at evenly spaced points of a straight line.

    Parameters
    ----------
    f : callable
        f(theta) returns a number for theta of shape (n,).
    start, end : ndarray, shape (n,)
        First and last point of the line. Leave them unchanged.
    points : int
        Number of points, start and end among them.

    Returns
    -------
    ndarray, shape (points,)
        The values, from start to end.
    """
    raise NotImplementedError


def cases(rng):
    """A wavy function; real and whole-number ends."""
    inputs = []
    for n, points, whole in ((2, 5, False), (3, 8, False), (2, 6, True), (4, 4, False)):
        weights = rng.uniform(0.5, 2, n).round(2)
        start, end = rng.uniform(-3, -1, n).round(2), rng.uniform(1, 3, n).round(2)
        if whole:
            start, end = np.array([-3, 1]), np.array([4, -1])
        f = Formula("np.sum(weights * np.cos(theta) + 0.3 * theta)", weights=weights)
        inputs.append(dict(f=f, start=start, end=end, points=points))
    return inputs


def right(f, start, end, points):
    return np.array([f((1 - s) * start + s * end) for s in np.linspace(0, 1, points)])


def truncated(f, start, end, points):
    values = []
    for s in np.linspace(0, 1, points):
        theta = np.zeros_like(start)
        theta[:] = (1 - s) * start + s * end
        values.append(f(theta))
    return np.array(values)


def in_place(f, start, end, points):
    found = right(f, start, end, points)
    end -= start
    return found


def right_with_difference(f, start, end, points):
    way = end - start
    return [float(f(start + i / (points - 1) * way)) for i in range(points)]


def right_with_linspace(f, start, end, points):
    return np.apply_along_axis(f, 1, np.linspace(start, end, points))


QUESTION = Question(
    chapter=6,
    section="A straight line through the loss of a network",
    stub=structure_on_line,
    cases=cases,
    reference=right,
    parts=(
        Part("the values", 1, each="point", where=lambda start, **_: start.dtype.kind == "f"),
        Part(
            "the values between whole-number points",
            0.5,
            each="point",
            where=lambda start, **_: start.dtype.kind == "i",
        ),
        Part("inputs left unchanged", 0.5, unchanged=True),
    ),
    mistakes=(
        Mistake(
            lambda f, start, end, points: right(f, end, start, points),
            "You go from the end to the start.",
            0,
        ),
        Mistake(
            lambda f, start, end, points: np.linspace(f(start), f(end), points),
            "You draw a straight line between the two values. The function must be asked on the way.",
            0,
        ),
        Mistake(
            lambda f, start, end, points: np.array([f(start + s * end) for s in np.linspace(0, 1, points)]),
            "You add the end to the start. At the end of the line nothing of the start may be left.",
            0,
        ),
        Mistake(
            lambda f, start, end, points: np.array(
                [f((1 - s) * start + s * end) for s in np.linspace(0, 1, points, endpoint=False)]
            ),
            "Your line stops before the end.",
            0,
        ),
        Mistake(
            lambda f, start, end, points: right(f, start, end, points + 1),
            "You return one value too many: start and end are among the points.",
            0,
        ),
        Mistake(
            lambda f, start, end, points: right(f, start, end, points)[1:-1],
            "You leave out the two ends.",
            0,
        ),
        Mistake(
            lambda f, start, end, points: right(f, 0 * start, end - start, points),
            "Your line begins at the origin: the start must be added to the way.",
            0,
        ),
        Mistake(
            truncated,
            "Right for real numbers. For whole-number ends your points are truncated: "
            "an array made like start can hold whole numbers only.",
            1.5,
        ),
        Mistake(
            in_place,
            "Right, but the end point is changed in place. Write way = end - start and not end -= start.",
            1.5,
        ),
    ),
    properties=(right_where("for the two ends alone, and goes wrong between them", lambda **_: {"points": 2}),),
    alternatives=(right_with_difference, right_with_linspace),
)
