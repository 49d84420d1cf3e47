"""The text of a rule, to stand beside its box in the book."""

import ast
import inspect
import textwrap


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
    """
    text = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(text).body[0]
    lines = text.splitlines()
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines)
