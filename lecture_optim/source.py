"""The text of a rule, to stand beside its box in the book."""

import ast
import inspect
import textwrap

from lecture_optim import checks


def source(function):
    """Return the source of a function without its docstring.

    Parameters
    ----------
    function : callable
        A function written in Python, for instance :func:`lecture_optim.algorithms.momentum`.

    Returns
    -------
    str
        The lines as they stand in the file.

    Raises
    ------
    ValueError
        If there is no source in Python.
    """
    try:
        text = textwrap.dedent(inspect.getsource(function))
        node = ast.parse(text).body[0]
    except (TypeError, OSError, SyntaxError):
        node = None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        raise ValueError(f"function must be one written in Python with def, got {checks.given(function)}")
    lines = text.splitlines()
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines)
