"""Call an answer on inputs and note what it did: its value, its exception, and its inputs afterwards."""

import contextlib
import io
import linecache
import traceback
import warnings

from lecture_grader.inside import values


def observe(function, cases):
    """Call ``function`` once per case, each time on fresh copies of the inputs.

    Parameters
    ----------
    function : callable
        The answer.
    cases : list of dict
        Encoded inputs by name, in the order of the arguments.

    Returns
    -------
    list of dict
        Per case ``{"value": …, "after": {name: …}}`` or ``{"error": {"kind", "text", "where"}}``, encoded.
    """
    return [_one(function, case) for case in cases]


def _one(function, case):
    inputs = {name: values.decode(item, formulas=True) for name, item in case.items()}
    try:
        # What an answer prints or warns of is its own affair, and not a mistake.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(*inputs.values())
    except (Exception, SystemExit) as error:  # a student's error is a result here; Ctrl-C is not
        return {"error": describe(error, function)}
    return {
        "value": values.encode(value),
        "after": {name: values.encode(item) for name, item in inputs.items()},
    }


def describe(error, function=None):
    """Return an exception as data: its kind, its text, and the line of the answer it came from."""
    code = getattr(function, "__code__", None)
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if code is None or frame.filename == code.co_filename:
            line = linecache.getline(frame.filename, frame.lineno or 0).strip()
            first = code.co_firstlineno if code and frame.name == code.co_name else 1
            if line and code is not None:
                where = f"line {frame.lineno - first + 1} of {frame.name}: {line}"
    try:
        text = str(error)[:300]
    except Exception as second:  # an exception's own text can fail
        text = f"(its text raised {type(second).__name__})"
    return {"kind": type(error).__name__[:80], "text": text, "where": where[:200]}
