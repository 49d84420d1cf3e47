"""A step of a student's rule in the sandbox: numbers go in and numbers come out.

Every step is a fork of its own, so nothing that a rule remembers beside its state is there at the next one. Whoever
asks for the step has the objective; here there are only parameters and gradients, in an order that tells nothing.
"""

import base64
import inspect
import linecache

import numpy as np

from lecture_grader.inside import observe, serve, values

LONGEST_TEXT = 20_000  # of a docstring


class Refused(Exception):
    """A rule does not keep its promise; one sentence says which."""


def state_of(rule, name):
    """Return the names of a rule's state and its other arguments with their defaults.

    Parameters
    ----------
    rule : callable
        ``rule(theta, g, state …, epsilon, other hyperparameters …)``.
    name : str
        How messages call it.

    Returns
    -------
    state : list of str
        The names between ``g`` and ``epsilon``.
    hyper : dict
        From ``epsilon`` on; None where there is no default.

    Raises
    ------
    Refused
        If it takes its arguments in another order or way.
    """
    if not inspect.isfunction(rule):
        raise Refused(f"{name} must be a function, got {type(rule).__name__}")
    parameters = list(inspect.signature(rule).parameters.values())
    names = [p.name for p in parameters]
    plain = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
    if not plain or names[:2] != ["theta", "g"] or "epsilon" not in names:
        given = ", ".join(map(str, parameters))
        raise Refused(f"{name} must take (theta, g, its state, epsilon, other hyperparameters), got ({given})")
    cut = names.index("epsilon")
    hyper = {}
    for p in parameters[cut:]:
        value = None if p.default is p.empty else p.default
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float, np.number))):
            raise Refused(f"the default of {p.name} must be a number, got {type(value).__name__}")
        hyper[p.name] = value if value is None else float(value)
    return names[2:cut], hyper


def take(rule, name, state_names, theta, g, state, hyper):
    """Take one step, and refuse what is not one.

    Parameters
    ----------
    rule : callable
        The rule.
    name : str
        How messages call it.
    state_names : list of str
        Names of the state; one named ``t`` is the number of steps taken, an int.
    theta, g : ndarray of float
        Of one shape.
    state : list
        Arrays of that shape, and the int.
    hyper : dict
        Hyperparameters by name.

    Returns
    -------
    list
        The new ``theta`` and state: arrays of float64, and the int.

    Raises
    ------
    Refused
        With what is wrong.
    """
    given = {"theta": theta, "g": g, **dict(zip(state_names, state, strict=True)), "epsilon": hyper["epsilon"]}
    before = {key: np.copy(value) for key, value in given.items()}
    with np.errstate(all="ignore"):  # a run may diverge
        found = rule(theta, g, *state, **hyper)
    for key, value in given.items():
        if not np.array_equal(value, before[key], equal_nan=True):
            raise Refused(f"{name} changes {key} in place; write {key} = {key} + … and not {key} += …")
    names = ["theta", *state_names]
    if not isinstance(found, tuple) or len(found) != len(names):
        what = f"{len(found)} values" if isinstance(found, tuple) else type(found).__name__
        comma = "," if len(names) == 1 else ""
        raise Refused(f"{name} must return a tuple ({', '.join(names)}{comma}), got {what}")
    return [_part(name, key, value, given) for key, value in zip(names, found, strict=True)]


def _part(name, key, value, given):
    if key == "t":
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value != given["t"] + 1:
            raise Refused(f"{name} must return t + 1 for t, the number of steps taken, got {str(value)[:40]}")
        return int(value)
    shape = given["theta"].shape
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "iuf":
        kind = type(value).__name__ if array.dtype.kind in "OUS" else f"{array.dtype.name} numbers"
        raise Refused(f"{name} must return real numbers for {key}, got {kind}")
    if array.shape != shape:
        raise Refused(f"{name} must return {key} of the shape of theta, {shape}, got {array.shape}")
    return array.astype(float)


def packed(array):
    """Return an array as text, to the bit."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode("ascii")


def unpacked(text, size):
    """Return the array that :func:`packed` made a text of.

    Raises
    ------
    ValueError
        If it is not an array of so many numbers.
    """
    if not isinstance(text, str) or len(text) > 12 * size + 8:
        raise ValueError("this is not an array of the size that was asked for")
    content = base64.b64decode(text, validate=True)
    if len(content) != 8 * size:
        raise ValueError("this is not an array of the size that was asked for")
    return np.frombuffer(content, dtype="<f8").astype(float)


def answer(job):
    """Do one job: tell a rule's arguments, tell a value, or take a step.

    Parameters
    ----------
    job : dict
        ``source``, ``name`` and ``what``: "rule", "value" or "step".

    Returns
    -------
    dict
        What was asked for; ``{"refused": …}`` or ``{"failed": …}``.
    """
    source, name = job["source"], job["name"]
    linecache.cache["<answer>"] = (len(source), None, source.splitlines(True), "<answer>")
    observe.describe.grader = __file__
    scope = {"__name__": "__main__", "np": np}
    try:
        exec(compile(source, "<answer>", "exec"), scope)
        if job["what"] == "value":
            return {"value": values.encode(scope[name])}
        rule = scope[name]
        if job["what"] == "rule":
            state, hyper = state_of(rule, name)
            return {"state": state, "hyper": hyper, "doc": (rule.__doc__ or "")[:LONGEST_TEXT]}
        theta, g, epsilon, *state = [unpacked(text, job["size"]) for text in job["arrays"]]
        names = job["state"]
        if "t" in names:
            state.insert(names.index("t"), job["t"])
        new = take(rule, name, names, theta, g, state, {"epsilon": epsilon, **job["hyper"]})
        return {"arrays": [packed(part) for part in new if not isinstance(part, int)]}
    except Refused as error:
        return {"refused": str(error)}
    except BaseException as error:  # whatever it is, it is this answer's result
        return {"failed": observe.describe(error)}


def main():
    """Attend to jobs until there are no more."""
    serve.main(answer)
