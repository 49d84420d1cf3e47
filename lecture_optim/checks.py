"""One clear sentence for bad input: the argument, what was given, what is expected."""

import functools
import inspect
import math

import numpy as np

_FLOAT = np.dtype(float)
_UNIT_INTERVAL = {"alpha", "rho", "rho1", "rho2"}

#: The most steps a loop may be asked for, and the most numbers an array may be asked for (800 MB).
MOST_STEPS = 10**7
MOST_NUMBERS = 10**8


def hyperparameter(name, value):
    """Return ``value`` as a Python float (or an array for a grid), checked for its range.

    Parameters
    ----------
    name : str
        ``epsilon`` (and ``epsilon_0``, …) must be positive; ``alpha``, ``rho``, ``rho1``, ``rho2`` lie in
        [0, 1); ``delta`` and ``decay`` are not negative.
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
        value = numbers(name, value)
    low, high = (value, value) if type(value) is float else (value.min(), value.max())
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


def given(value):
    """Return how a message shows ``value``: as Python writes it, or its kind if that is long."""
    if not isinstance(value, np.ndarray) or value.size < 100:
        text = repr(value)
        if len(text) <= 80 and "\n" not in text:
            return text
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"a long {type(value).__name__}"


def numbers(name, value):
    """Return ``value`` as a Python float or, if it has a shape, as a float array."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "iuf" or array.size == 0:
        raise ValueError(f"{name} must be a number or an array of numbers, got {given(value)}")
    return array.astype(float) if array.ndim else float(array)


def number(name, value, low=-math.inf, high=math.inf):
    """Return ``value`` as a float, or raise ``ValueError`` unless it is one finite number in [low, high]."""
    single = _single(name, value)
    if not (math.isfinite(single) and low <= single <= high):
        where = {-math.inf: "finite", 0: "finite and not negative"}[low] if math.isinf(high) else f"in [{low}, {high}]"
        raise ValueError(f"{name} must be {where}, got {given(value)}")
    return single


def positive(name, value):
    """Return ``value`` as a float, or raise ``ValueError`` unless it is one positive number, or infinity."""
    single = _single(name, value)
    if not single > 0:
        raise ValueError(f"{name} must be positive, got {given(value)}")
    return single


def _single(name, value):
    single = numbers(name, value)
    if not isinstance(single, float):
        raise ValueError(f"{name} must be a single number, got {given(value)}")
    return single


def array(name, value, *shape, kinds="biuf"):
    """Return ``value`` as an array, or raise ``ValueError`` unless it holds numbers and has the shape.

    Parameters
    ----------
    name : str
        Of the argument.
    value : array_like
        What was given.
    *shape : int, str or Ellipsis
        A length, the name of a length that is free but not 0, or ``...`` for any axes; nothing for any shape.
    kinds : str
        NumPy's letters of the kinds of numbers: ``"biuf"`` for real ones, ``"biufc"`` for complex ones too.

    Returns
    -------
    ndarray
        The value itself if it is an array.
    """
    if not shape and type(value) is np.ndarray and value.dtype.kind in kinds:
        return value  # the way of every step
    try:
        result = np.asarray(value)
    except ValueError:  # rows of different lengths
        result = np.empty(0, dtype=object)
    if result.dtype.kind not in kinds:
        real = "" if "c" in kinds else "real "
        raise ValueError(f"{name} must be an array of {real}numbers, got {given(value)}")
    if shape:
        lengths, expected = result.shape, shape
        if ... in shape:  # compare what stands before and after it
            before = shape.index(...)
            after = len(shape) - before - 1
            lengths = lengths if len(lengths) < before + after else lengths[:before] + lengths[len(lengths) - after :]
            expected = shape[:before] + shape[before + 1 :]
        if len(lengths) != len(expected) or not all(
            n > 0 if isinstance(one, str) else n == one for n, one in zip(lengths, expected, strict=True)
        ):
            text = ", ".join("..." if one is ... else str(one) for one in shape) + "," * (len(shape) == 1)
            empty = " with at least one of each" if 0 in result.shape else ""
            raise ValueError(f"{name} must have shape ({text}){empty}, got {result.shape}")
    return result


def examples(name, value):
    """Return ``value`` as it is if it is a sparse array of SciPy's, else as :func:`array` does."""
    return value if hasattr(value, "tocsr") else array(name, value)


def floats(name, value, *shape):
    """Return ``value`` as :func:`array` does, in float64."""
    return np.asarray(array(name, value, *shape), dtype=float)


def arithmetic(function):
    """Decorate a function of plain arithmetic: where it fails, say which argument is wrong.

    Good input costs nothing; the source stays what it is.
    """

    @functools.wraps(function)
    def explained(*values, **named):
        try:
            return function(*values, **named)
        except (TypeError, ValueError, OverflowError):
            pass  # look for the reason below, so that the message stands alone
        arguments = inspect.signature(function).bind(*values, **named).arguments
        arrays = {name: array(name, value) for name, value in arguments.items()}
        broadcastable(arrays)
        return function(**arrays)

    return explained


def broadcastable(values):
    """Raise ``ValueError`` unless the values of a dict, by their names, broadcast against each other."""
    shapes = [np.shape(value) for value in values.values()]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        names = " and ".join(filter(None, [", ".join([*values][:-1]), [*values][-1]]))
        raise ValueError(f"{names} must broadcast against each other, got shapes {shapes}") from None


def same_shape(name, value, other_name, other):
    """Raise ``ValueError`` unless ``value`` has the shape of ``other``."""
    if type(value) is type(other) is np.ndarray and value.shape == other.shape:
        return  # the way of every step
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
    # A sum, or for many elements the faster sum of squares, is finite only if each element is, and is cheaper
    # than looking at each. It can overflow where all are finite: then, look.
    try:
        if type(value) is np.ndarray:
            few = value.dtype is _FLOAT and value.size <= 8 and value.ndim == 1
            total = sum(value.tolist()) if few else np.vdot(value, value)
        else:
            total = value if isinstance(value, float) else np.vdot(value, value)
        if math.isfinite(total):
            return
    except (TypeError, ValueError, OverflowError):
        array(name, value)
    size = np.size(value)
    count = size - np.count_nonzero(np.isfinite(value))
    if count:
        raise FloatingPointError(
            f"{name} must be finite, got {count} of {size} elements infinite or not a number{advice}"
        )


def whole_number(name, value, least, most=math.inf):
    """Return ``value`` as an ``int``, or raise ``ValueError`` unless it is a whole number in [least, most]."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {given(value)}")
    if value > most:
        raise ValueError(f"{name} must be a whole number of at most {most}, got {value}")
    return int(value)


def room(names, *lengths):
    """Raise ``ValueError`` unless an array of these lengths, which ``names`` ask for, is of a sane size."""
    if math.prod(lengths) > MOST_NUMBERS:
        raise ValueError(f"{names} must ask for at most {MOST_NUMBERS} numbers, got {math.prod(lengths)}")


def choice(name, value, choices):
    """Raise ``ValueError`` unless ``value`` is one of the strings ``choices``."""
    if not isinstance(value, str) or value not in choices:
        expected = " or ".join(f'"{one}"' for one in choices)
        raise ValueError(f"{name} must be {expected}, got {given(value)}")


def sequence(name, value):
    """Return ``value`` as a list, or raise ``ValueError`` unless it is a list, a tuple or an array."""
    if not isinstance(value, (list, tuple, range)) and not (isinstance(value, np.ndarray) and value.ndim):
        raise ValueError(f"{name} must be a list, got {given(value)}")
    return list(value)


def function(name, value):
    """Raise ``ValueError`` unless ``value`` can be called."""
    if not callable(value):
        raise ValueError(f"{name} must be a function, got {given(value)}")


def instance(name, value, kind, expected):
    """Raise ``ValueError`` unless ``value`` is a ``kind``, in words ``expected``."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be {expected}, got {given(value)}")


def generator(name, value):
    """Raise ``ValueError`` unless ``value`` is a random generator of NumPy."""
    instance(name, value, np.random.Generator, "a generator such as numpy.random.default_rng(0)")
