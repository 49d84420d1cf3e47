"""One clear sentence for bad input: the argument, what was given, what is expected."""

import math

import numpy as np

_UNIT_INTERVAL = {"alpha", "rho", "rho1", "rho2"}


def hyperparameter(name, value):
    """Return ``value`` as a Python float (or an array for a grid), checked for its range.

    Parameters
    ----------
    name : str
        ``epsilon`` (and ``epsilon_0``, …) must be positive; ``alpha``, ``rho``, ``rho1``, ``rho2`` lie in
        [0, 1); ``delta`` is not negative.
    value : float or ndarray
        A NumPy scalar becomes a Python float, so that it does not turn float32 parameters into float64.

    Returns
    -------
    float or ndarray
        The value.

    Raises
    ------
    ValueError
        Out of range, not finite, or not a number.
    """
    if type(value) is not float:
        value = _number(name, value)
    low, high = (value, value) if type(value) is float else (np.min(value), np.max(value))
    if name in _UNIT_INTERVAL:
        good, expected = 0 <= low and high < 1, "in [0, 1)"
    elif name.startswith("epsilon"):
        good, expected = 0 < low and high < math.inf, "a positive finite learning rate"
    else:
        good, expected = 0 <= low and high < math.inf, "finite and not negative"
    if not good:
        given = f"{value:g}" if type(value) is float else f"values from {low:g} to {high:g}"
        raise ValueError(f"{name} must be {expected}, got {given}")
    return value


def _number(name, value):
    """Return ``value`` as a Python float or, if it has a shape, as a float array."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "iuf" or array.size == 0:
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}")
    return array.astype(float) if array.ndim else float(array)


def same_shape(name, value, other_name, other):
    """Raise ``ValueError`` unless ``value`` has the shape of ``other``."""
    if np.shape(value) != np.shape(other):
        raise ValueError(
            f"{name} must have the shape of {other_name}, {np.shape(other)}, got {np.shape(value)}"
        )


def broadcasts(name, value, other_name, other):
    """Raise ``ValueError`` unless ``value`` broadcasts to the shape of ``other``."""
    try:
        good = np.broadcast_shapes(np.shape(value), np.shape(other)) == np.shape(other)
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            f"{name} must broadcast to the shape of {other_name}, {np.shape(other)}, got {np.shape(value)}"
        )


def fit_runs(given, runs):
    """Tell whether the axes of runs of some data broadcast to those of the parameters."""
    return not given or (
        len(given) <= len(runs) and all(a in (1, b) for a, b in zip(given[::-1], runs[::-1], strict=False))
    )


def axes_of_runs(name, given, runs):
    """Raise ``ValueError`` unless the axes of runs of ``name`` broadcast to those of ``theta``."""
    if not fit_runs(given, runs):
        raise ValueError(f"{name} must have the axes of runs of theta, {runs}, or none, got {given}")


def finite(name, value, advice="; the run has diverged: try a smaller learning rate epsilon"):
    """Raise ``FloatingPointError`` with ``advice`` unless every element of ``value`` is finite."""
    # A sum of squares is finite only if each element is, and is cheaper than looking at each. It can
    # overflow where all are finite: then, look.
    if math.isfinite(np.vdot(value, value)):
        return
    size = np.size(value)
    count = size - np.count_nonzero(np.isfinite(value))
    if count:
        raise FloatingPointError(
            f"{name} must be finite, got {count} of {size} elements infinite or not a number{advice}"
        )


def whole_number(name, value, least):
    """Return ``value`` as an ``int``, or raise ``ValueError`` unless it is a whole number >= ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)
