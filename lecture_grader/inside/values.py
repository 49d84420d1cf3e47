"""Inputs and outputs as plain JSON, so that nothing but data passes between an answer and its grader."""

import numpy as np

#: More than any question asks for; a larger answer is refused, not sent.
MOST_ELEMENTS = 20_000
DEEPEST = 8
_DTYPES = {"bool", "int32", "int64", "float32", "float64"}
_PLAIN = (bool, int, float, str, type(None))


class Formula:
    """A function as data: one expression of NumPy, its arguments, and its constants.

    Parameters
    ----------
    expression : str
        For instance ``"H @ (theta - c)"``. It may use ``np``, the arguments and the constants.
    arguments : str, default "theta"
        Names of the arguments, separated by commas.
    **constants
        Numbers or arrays by name.

    Examples
    --------
    >>> gradient = Formula("a * theta", a=3.0)
    >>> gradient(2.0)
    6.0
    """

    def __init__(self, expression, arguments="theta", **constants):
        self.expression, self.arguments, self.constants = expression, arguments, constants
        # Only a question's own text comes here: `decode` is asked for formulas by its caller.
        self._call = eval(f"lambda {arguments}: {expression}", {"np": np, **constants})

    def __call__(self, *arguments):
        """Return the value of the expression."""
        return self._call(*arguments)

    def __repr__(self):
        """Return Python that makes the same function."""
        constants = "".join(f", {name}={source(value)}" for name, value in self.constants.items())
        return f"lambda {self.arguments}{constants}: {self.expression}"


def source(value):
    """Return Python that makes ``value``, to show an input as a call the reader can try."""
    if isinstance(value, np.ndarray):
        plain = value.dtype.name in ("float64", "int64", "bool")
        return f"np.array({value.tolist()!r}{'' if plain else f', dtype=np.{value.dtype.name}'})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(source(item) for item in value)
        if isinstance(value, tuple):
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        return f"[{inner}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {source(item)}" for key, item in value.items()) + "}"
    return repr(value.item() if isinstance(value, np.generic) else value)


def encode(value):
    """Return ``value`` as JSON-able data.

    Parameters
    ----------
    value : object
        Numbers, strings, None, Ellipsis, arrays, :class:`Formula`, and lists, tuples and dicts of them.

    Returns
    -------
    object
        Anything else, or anything too large, becomes ``{"other": "what it is"}``, and is never an answer.
    """
    room = [MOST_ELEMENTS]
    data = _encode(value, room, 0)
    return data if room[0] >= 0 else {"other": f"{type(value).__name__} of too many values"}


def _encode(value, room, depth):
    kind = type(value)
    room[0] -= 1
    if room[0] < 0:
        return None  # encode sees it
    if kind in _PLAIN:
        if kind is int and not -(2**63) <= value < 2**63:
            return {"other": "int that is too large"}
        return {"other": "str that is too long"} if kind is str and len(value) > 1000 else value
    if value is Ellipsis:
        return {"blank": True}
    if depth >= DEEPEST:
        return {"other": f"{kind.__name__}, nested too deeply"}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.size > MOST_ELEMENTS:
            return {"other": f"array of {array.size} elements"}
        if array.dtype.name not in _DTYPES:
            return {"other": f"array of {array.dtype.name}"}
        room[0] -= array.size
        flat = array.ravel().tolist() if room[0] >= 0 else []
        return {"array": flat, "shape": list(array.shape), "dtype": array.dtype.name}
    if isinstance(value, (list, tuple)):
        if len(value) > MOST_ELEMENTS:
            return {"other": f"{kind.__name__} of {len(value)} elements"}
        name = "tuple" if isinstance(value, tuple) else "list"
        return {name: [_encode(item, room, depth + 1) for item in value]}
    if isinstance(value, dict):
        if len(value) > MOST_ELEMENTS:
            return {"other": f"dict of {len(value)} elements"}
        return {"dict": [[str(key), _encode(item, room, depth + 1)] for key, item in value.items()]}
    if isinstance(value, Formula):
        constants = {name: _encode(item, room, depth + 1) for name, item in value.constants.items()}
        return {"formula": value.expression, "arguments": value.arguments, "constants": constants}
    return {"other": kind.__name__}


class Other:
    """Stands for a value that no question asks for."""

    def __init__(self, name):
        self.name = "".join(c if c.isprintable() else " " for c in str(name)[:80])

    def __repr__(self):
        """Return a description."""
        return f"<{self.name}>"


def decode(data, formulas=False, depth=0):
    """Return the value that :func:`encode` wrote, distrusting every byte of it.

    Parameters
    ----------
    data : object
        What ``json.loads`` returned.
    formulas : bool, default False
        Whether to make functions of formulas: only for inputs, which come from the question.

    Returns
    -------
    object
        The value.

    Raises
    ------
    ValueError
        For anything that :func:`encode` does not write.
    """
    if type(data) in _PLAIN:
        return data
    if type(data) is not dict or depth > DEEPEST + 1:
        raise ValueError("the reply is not in the grader's format")
    if formulas and "formula" in data:
        constants = {k: decode(v, True, depth + 1) for k, v in data["constants"].items()}
        return Formula(data["formula"], data["arguments"], **constants)
    if set(data) == {"array", "shape", "dtype"}:
        flat, shape, dtype = data["array"], data["shape"], data["dtype"]
        good = type(flat) is list and type(shape) is list and type(dtype) is str and dtype in _DTYPES
        good = good and len(flat) <= MOST_ELEMENTS and len(shape) <= 32
        good = good and all(type(n) is int and 0 <= n <= MOST_ELEMENTS for n in shape)
        if not good or not all(type(x) in (bool, int, float) for x in flat):
            raise ValueError("the reply holds an array that is not in the grader's format")
        try:
            return np.array(flat, dtype=dtype).reshape(shape)
        except (OverflowError, ValueError) as error:
            raise ValueError(f"the reply holds an array that cannot be: {error}") from None
    if set(data) == {"formula", "arguments", "constants"}:
        return Other("function")  # described, never made
    if len(data) == 1:
        ((kind, inner),) = data.items()
        if kind == "blank":
            return Ellipsis
        if kind == "other":
            return Other(inner)
        if kind in ("list", "tuple") and type(inner) is list and len(inner) <= MOST_ELEMENTS:
            items = [decode(item, formulas, depth + 1) for item in inner]
            return tuple(items) if kind == "tuple" else items
        if kind == "dict" and type(inner) is list and len(inner) <= MOST_ELEMENTS:
            if all(type(pair) is list and len(pair) == 2 and type(pair[0]) is str for pair in inner):
                return {key: decode(item, formulas, depth + 1) for key, item in inner}
    raise ValueError("the reply is not in the grader's format")
