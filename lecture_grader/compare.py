"""Say how a student's value differs from the right one, without saying what the right one is."""

import numpy as np


def difference(value, expected, rtol, atol):
    """Return None if ``value`` is right, else what is wrong with it in a few words.

    Parameters
    ----------
    value : object
        What the answer gave, decoded.
    expected : object
        What the reference gave, decoded.
    rtol, atol : float
        Tolerances, as in ``numpy.isclose``.

    Returns
    -------
    str or None
        For instance ``"has shape (3, 1) where (3,) is wanted"``. Never the expected value.
    """
    if value is Ellipsis:
        return "is not answered yet"
    if value is None and expected is not None:
        return "is None: is a return missing?"
    if isinstance(expected, str):
        if not isinstance(value, str):
            return f"is {_a(value)} where a string is wanted"
        return None if value.strip().lower() == expected.strip().lower() else "is not right"
    if isinstance(expected, (tuple, list)):
        if isinstance(value, np.ndarray) and value.ndim:
            value = list(value)
        if not isinstance(value, (tuple, list)):
            return f"is {_a(value)} where {len(expected)} values are wanted"
        if len(value) != len(expected):
            return f"holds {len(value)} values where {len(expected)} are wanted"
        for number, (one, other) in enumerate(zip(value, expected, strict=True), 1):
            if found := difference(one, other, rtol, atol):
                return f"{found} (value {number})"
        return None
    if isinstance(expected, dict):
        if not isinstance(value, dict) or set(value) != set(expected):
            return f"does not have the keys {', '.join(sorted(expected))}"
        for key in expected:
            if found := difference(value[key], expected[key], rtol, atol):
                return f"{found} (key {key!r})"
        return None
    if expected is None:
        return None if value is None else f"is {_a(value)} where None is wanted"
    return _numeric_difference(value, np.asarray(expected), rtol, atol)


def _numeric_difference(value, expected, rtol, atol):
    if not isinstance(value, (bool, int, float, list, tuple, np.ndarray, np.generic)):
        return f"is {_a(value)} where {'an array' if expected.ndim else 'a number'} is wanted"
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        return "is a list whose rows differ in length"
    if array.dtype.kind not in "biuf":
        return f"is {_a(value)} that does not hold numbers"
    if (array.dtype == bool) != (expected.dtype == bool):
        wanted = "true or false" if expected.dtype == bool else "a number"
        return f"is {_a(value)} of {array.dtype.name} where {wanted} is wanted"
    if array.shape != expected.shape:
        return f"has shape {array.shape} where {expected.shape} is wanted"
    if np.isnan(array).any() and not np.isnan(expected).any():
        return "is not a number (NaN)"
    if np.isinf(array).any() and not np.isinf(expected).any():
        return "is infinite"
    if expected.dtype == bool:
        return None if np.array_equal(array, expected) else "is not right"
    close = np.isclose(array.astype(float), expected.astype(float), rtol, atol, equal_nan=True)
    return None if close.all() else "is not right"


def _a(value):
    name = type(value).__name__
    if name == "Other":
        return repr(value)
    name = {"ndarray": "array", "str": "string"}.get(name, name)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def near_enough(rtol, atol):
    """Return a sentence that says how near a number must be, or "" where only rounding is allowed for."""
    if max(rtol, atol) < 5e-4:
        return ""
    wide = [f"{100 * rtol:g} %"] if rtol >= 5e-4 else []
    wide += [f"{atol:g}"] if atol >= 5e-4 else []
    return f"Near enough is within {' or '.join(wide)}."
