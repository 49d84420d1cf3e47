"""A step of a handful of parameters on Python's floats: NumPy's call costs twenty times the arithmetic there.

The rule's own operations in their order, so the results are those of NumPy to the last bit. What NumPy would warn of
or refuse, such as an overflow or a division by zero, is left to NumPy.
"""

import ast
import functools
import inspect
import math
import types

import numpy as np

#: Up to so many parameters it pays for every rule.
MOST = 4


def step(rule, state_names, theta, g, state, hyper):
    """Return ``rule(theta, g, *state, **hyper)``, or None where that is to be asked of NumPy.

    Everything in a result is finite, ``g`` as well, and of the shape of ``theta``.
    """
    if type(theta) is not np.ndarray or theta.ndim != 1 or not 0 < theta.size <= MOST:
        return None
    loop = _unrolled(rule, tuple(state_names), theta.size)
    try:
        return loop and loop(theta, g, *state, **hyper)
    except (TypeError, ValueError, ArithmeticError):
        return None


def _is_its_source(rule):
    """Tell whether the source found for a rule is plain, and what it was made from: its file may have changed since."""
    found = [one for one in compile(inspect.getsource(rule), "", "exec").co_consts if isinstance(one, types.CodeType)]
    same = [(one.co_code, one.co_consts, one.co_varnames) for one in (*found, rule.__code__)]
    return len(same) == 2 and same[0] == same[1] and not rule.__code__.co_names + rule.__code__.co_freevars


@functools.cache
def _unrolled(rule, state_names, size):
    """Return a rule as a function that takes one float after another, or None if it is more than plain arithmetic."""
    from lecture_optim.split import Split, is_root  # which needs the algorithms, which need this module

    class Plain(Split):
        def visit_BinOp(self, node):
            # NumPy's root is rounded correctly, which the power 0.5 of a float is not always.
            if is_root(node):
                return ast.Call(ast.Name("sqrt"), [self.visit(node.left)], [])
            return self.generic_visit(node)

        def generic_visit(self, node):
            match node:
                case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()) | ast.UnaryOp(op=ast.USub()):
                    return super().generic_visit(node)
                case ast.expr():
                    raise ValueError(f"NumPy may differ in `{ast.unparse(node)}`")
            return node

        visit_Call = generic_visit

    places = range(size)
    try:
        if not _is_its_source(rule):
            return None
        theta, g, *more = inspect.signature(rule).parameters
        arrays = [theta, g, *(own for own, name in zip(more, state_names, strict=False) if name != "t")]
        splits = [Plain(rule, arrays, "_h", f"__{i}") for i in places]
    except (AttributeError, TypeError, ValueError, OSError, SyntaxError):
        return None
    new, counters = [f"_new_{name}" for name in arrays if name != g], splits[0].counters
    if len(new) != len(splits[0].results) or len(counters) != state_names.count("t"):
        return None
    returned = [counters[0] if name == "t" else f"_new_{own}" for own, name in zip(more, state_names, strict=False)]
    total = " + ".join(f"{name}__{i}" for name in [g, *new] for i in places)
    lines = [
        f"def unrolled({', '.join([theta, g, *more])}):",
        f"    if not ({' is '.join(f'type({name})' for name in arrays)} is ndarray",
        f"            and {' is '.join(f'{name}.dtype' for name in arrays)} is float64",
        f"            and type({' + '.join(name for name in more if name not in arrays)}) is float):",
        "        return None  # such as a grid of rates",
        *(f"    {line}" for line in splits[0].before),
        *(f"    {''.join(f'{name}__{i}, ' for i in places)}= {name}.tolist()" for name in arrays),
        *(f"    {line}" for one in splits for line in one.body),
        *(f"    {name}__{i} = {one.results[k]}" for i, one in enumerate(splits) for k, name in enumerate(new)),
        f"    if ({total}) * 0.0 != 0.0:",
        "        return None  # not all finite",
        *(f"    {name} = empty({size})" for name in new),
        *(f"    {name}[{i}] = {name}__{i}" for i in places for name in new),
        f"    return {', '.join([new[0], *returned])},",
    ]
    space = {"sqrt": math.sqrt, "empty": np.empty, "ndarray": np.ndarray, "float64": np.dtype(float)}
    exec("\n".join(lines), space)
    return space["unrolled"]
