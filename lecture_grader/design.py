"""What a question needs that is graded by running the design that it is given."""

import math

import numpy as np


def numbers(answer, count):
    """Return an answer as a tuple of plain numbers, or None if it is not so many of them.

    Parameters
    ----------
    answer : object
        Anything: it comes from a student, by way of the sandbox.
    count : int
        How many numbers are wanted.

    Returns
    -------
    tuple of float or None
        All of them finite.
    """
    if isinstance(answer, np.ndarray) and answer.ndim == 1:
        answer = list(answer)
    if not isinstance(answer, (tuple, list)) or len(answer) != count:
        return None
    found = [_number(item) for item in answer]
    return None if None in found else tuple(found)


def _number(item):
    if isinstance(item, (np.generic, np.ndarray)) and np.ndim(item) == 0 and np.asarray(item).dtype.kind in "iuf":
        item = item.item()
    if type(item) not in (int, float):  # True is no number here
        return None
    return float(item) if abs(item) < 1e12 and math.isfinite(item) else None
