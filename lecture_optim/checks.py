"""One clear sentence for bad input: the argument, what was given, what is expected."""

import math

import numpy as np

_UNIT_INTERVAL = {"alpha", "rho", "rho1", "rho2"}


def hyperparameter(name, value):
    """Return ``value`` as a Python float (or an array for a grid), checked for its range.

    Parameters
    ----------
    name : str
        ``epsilon`` must be positive; ``alpha``, ``rho``, ``rho1``, ``rho2`` lie in [0, 1);
        ``delta`` is not negative.
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
    try:
        value = float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}") from None
    low, high = (value, value) if isinstance(value, float) else (np.min(value), np.max(value))
    if name in _UNIT_INTERVAL:
        good, expected = 0 <= low and high < 1, "in [0, 1)"
    elif name == "epsilon":
        good, expected = 0 < low and high < math.inf, "a positive finite learning rate"
    else:
        good, expected = 0 <= low and high < math.inf, "finite and not negative"
    if not good:
        given = f"{value:g}" if isinstance(value, float) else f"values from {low:g} to {high:g}"
        raise ValueError(f"{name} must be {expected}, got {given}")
    return value


def same_shape(name, value, other_name, other):
    """Raise ``ValueError`` unless ``value`` has the shape of ``other``."""
    if np.shape(value) != np.shape(other):
        raise ValueError(
            f"{name} must have the shape of {other_name}, {np.shape(other)}, got {np.shape(value)}"
        )


def finite(name, value):
    """Raise ``FloatingPointError`` unless every element of ``value`` is finite."""
    good = np.isfinite(value)
    if not good.all():
        size = np.size(value)
        count = size - np.count_nonzero(good)
        raise FloatingPointError(
            f"{name} must be finite, got {count} of {size} elements infinite or not a number; "
            "the run has diverged: try a smaller learning rate epsilon"
        )


def whole_number(name, value, least):
    """Return ``value`` as an ``int``, or raise ``ValueError`` unless it is a whole number >= ``least``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)
