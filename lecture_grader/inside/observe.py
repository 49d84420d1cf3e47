"""Call an answer on inputs and note what it did: its value, its exception, and its inputs afterwards."""

import contextlib
import io
import linecache
import traceback
import warnings

from lecture_grader.inside import values


def observe(answer, cases):
    """Call ``answer`` once per case, each time on fresh copies of the inputs.

    Parameters
    ----------
    answer : callable or object
        The answer; one that cannot be called stands for a function that returns it.
    cases : list of dict
        Encoded inputs by name, in the order of the arguments.

    Returns
    -------
    list of dict
        Per case ``{"value": …, "after": {name: …}}`` or ``{"error": {"kind", "text", "where"}}``, encoded.
    """
    return [_one(answer if callable(answer) else lambda *_: answer, case) for case in cases]


class Nowhere(io.TextIOBase):
    """A stream that keeps nothing, however much is written."""

    def write(self, text):
        """Take the text."""
        return len(text)


def _one(function, case):
    inputs = {name: values.decode(item, formulas=True) for name, item in case.items()}
    try:
        # What an answer prints or warns of is its own affair, and not a mistake.
        with contextlib.redirect_stdout(Nowhere()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(*inputs.values())
    except (Exception, SystemExit) as error:  # a student's error is a result here; Ctrl-C is not
        return {"error": describe(error)}
    return {
        "value": values.encode(value),
        "after": {name: values.encode(item) for name, item in inputs.items()},
    }


def describe(error):
    """Return an exception as data: its kind, its text, and the line of the answer it came from."""
    where, answers_file = "", None
    for frame, number in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if answers_file is None and code.co_filename not in (__file__, describe.grader):
            answers_file = code.co_filename
        line = linecache.getline(code.co_filename, number).strip()
        if code.co_filename == answers_file and line:
            inner = code.co_name != "<module>"
            place = f"line {number - code.co_firstlineno + 1} of {code.co_name}" if inner else "the line"
            where = f"{place}: {line}"
    try:
        text = str(error)[:300]
    except Exception as second:  # an exception's own text can fail
        text = f"(its text raised {type(second).__name__})"
    return {"kind": type(error).__name__[:80], "text": text, "where": where[:200]}


#: A second file whose lines are not the student's; the sandbox's side sets it.
describe.grader = None
