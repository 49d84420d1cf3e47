"""Small extracts of real data, as inputs for questions that train something.

They lie beside this file as plain numbers, so that the check needs NumPy alone and every reader has the same.
"""

import functools
import json
from importlib import resources

import numpy as np

#: What the columns of the tumours are, in the units of the measurement.
FEATURES = ("mean radius", "mean texture", "mean smoothness", "mean concavity")
#: What the columns of the documents are.
TERMS = ("array", "axes", "default", "figure", "length", "return", "shape", "value")


@functools.cache
def _stored():
    text = resources.files("lecture_grader").joinpath("samples.json").read_text(encoding="utf-8")
    return {name: (np.array(part["X"], float), np.array(part["y"])) for name, part in json.loads(text).items()}


def _some(X, y, rng, size):
    """Return copies of all examples, or of some that are drawn, half of each class."""
    if size is None:
        return X.copy(), y.copy()
    each = [rng.permutation(np.flatnonzero(y == c))[: (size + c) // 2] for c in (0, 1)]
    chosen = rng.permutation(np.concatenate(each))
    return X[chosen], y[chosen]


def digits(rng=None, size=None):
    """Return handwritten digits, threes (class 0) and eights (class 1).

    Parameters
    ----------
    rng : numpy.random.Generator, optional
        Draws some of the 100 examples; default all, in their order.
    size : int, optional
        How many to draw, half of each class.

    Returns
    -------
    X : ndarray, shape (m, 16)
        The means of 4 × 4 blocks of pixels row by row, from 0 (white) to 1 (black), to two decimals.
    y : ndarray of int, shape (m,)
        Classes.

    Notes
    -----
    Alpaydin and Kaynak (1998), *Optical Recognition of Handwritten Digits*, UCI, CC BY 4.0; made smaller.
    """
    X, y = _some(*_stored()["digits"], rng, size)
    return (X / 64).round(2), y


def measurements():
    """Return 100 tumours as they were measured: the columns are :data:`FEATURES`, and class 1 is malignant.

    Notes
    -----
    Wolberg, Mangasarian, Street and Street (1995), *Breast Cancer Wisconsin (Diagnostic)*, UCI, CC BY 4.0; an extract.
    """
    return _some(*_stored()["tumours"], None, None)


def tumours(rng=None, size=None):
    """Return tumours with standardised columns, to two decimals, like :func:`digits`; class 1 is malignant."""
    X, y = measurements()
    return _some(((X - X.mean(axis=0)) / X.std(axis=0)).round(2), y, rng, size)


def documents(rng=None, size=None):
    """Return docstrings of NumPy (class 0) and Matplotlib (class 1), like :func:`digits`.

    ``X`` is 1 where a document has a term of :data:`TERMS`, else 0. See :func:`lecture_optim.data.documents`.
    """
    return _some(*_stored()["documents"], rng, size)
