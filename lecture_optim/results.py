"""What an experiment found: its stored runs, and numbers written for what they are worth.

A number that is the same on every machine is printed as it is. One that another processor may move, such as
the loss of a chaotic run, is printed with ≈ before it: the tests compare it within a tolerance.
"""

import csv
import math
from importlib.resources import files

import numpy as np


def about(x, digits=2):
    """Return a number as text, with ≈ before it.

    Parameters
    ----------
    x : float
        The number.
    digits : int, default 2
        Significant digits.

    Returns
    -------
    str
        For instance ``"≈ 0.024"``, ``"≈ 1200"`` or ``"≈ ∞"``.
    """
    if not math.isfinite(x):
        return "≈ " + ("?" if math.isnan(x) else "∞" if x > 0 else "-∞")
    x = float(f"{x:.{digits - 1}e}")
    if x == 0 or 1e-4 <= abs(x) < 1e7:
        places = max(digits - 1 - math.floor(math.log10(abs(x))), 0) if x else 0
        return f"≈ {x:.{places}f}"
    return f"≈ {x:.{digits - 1}e}"


def spread(values, digits=2):
    """Return the median of some runs and their range as text.

    Parameters
    ----------
    values : array_like
        One number for each run.
    digits : int, default 2
        Significant digits.

    Returns
    -------
    str
        ``"≈ median (≈ lowest to ≈ highest)"``.
    """
    low, high = about(np.min(values), digits), about(np.max(values), digits)
    return f"{about(np.median(values), digits)} ({low} to {high})"


def mean_se(values, digits=2):
    """Return the mean of some runs and its standard error as text.

    Parameters
    ----------
    values : array_like
        One number for each run.
    digits : int, default 2
        Significant digits of the mean; the error has one.

    Returns
    -------
    str
        ``"≈ mean ± ≈ standard error"``.
    """
    error = np.std(values, ddof=1) / np.size(values) ** 0.5
    return f"{about(np.mean(values), digits)} ± {about(error, 1)}"


def load(name):
    """Return the stored runs of an experiment.

    Parameters
    ----------
    name : str
        The experiment, for instance ``"13_choosing"``; `experiments/` holds its script.

    Returns
    -------
    dict of ndarray
        One array for each column, of numbers where every entry is one, otherwise of text. A run that
        diverged has ``inf``.
    """
    text = files("lecture_optim").joinpath("results", f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    return {key: _numbers(column) for key, column in columns.items()}


def _numbers(column):
    try:
        return np.array([float(entry) for entry in column])
    except ValueError:  # a column of words
        return np.array(column)
