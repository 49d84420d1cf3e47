"""Python arithmetic to JavaScript, so that a moving picture runs the very lines the reader sees.

Understood: functions and methods made of assignments (also of tuples), ``for … in range(…)``, ``return``,
arithmetic, comparisons, ``a if c else b``, numbers, the functions of ``FUNCTIONS`` (bare or as an attribute
of ``np`` or ``math``), ``self.parameter``, ``theta[0]``, tuples, lists, and calls of other such functions.
A name from outside the function stands for its number. Anything else is refused by name and line.
"""

import ast
import inspect
import math
import numbers
import textwrap

#: The translated functions by their Python name. Arrays are JavaScript arrays of numbers.
FUNCTIONS = {
    **{f: f"Math.{f}" for f in ("exp", "log", "log10", "log1p", "expm1", "sqrt", "sign", "hypot", "floor")},
    **{f: f"Math.{f}" for f in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "abs", "max", "min")},
    **{"maximum": "Math.max", "minimum": "Math.min", "arctan": "Math.atan"},
    **dict.fromkeys(("float", "array", "asarray"), ""),
}
_OPERATORS = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"},
    **{ast.USub: "-", ast.UAdd: "+", ast.Not: "!", ast.And: "&&", ast.Or: "||"},
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!=="},
}


class NotTranslatableError(ValueError):
    """A construct that has no translation; the message names it, its function and its line."""


def translate(function):
    """Return ``function`` as the source of a JavaScript arrow function of the same arguments.

    Parameters
    ----------
    function : callable
        A function or method written with ``def`` in the subset this module describes.

    Returns
    -------
    str
        Tuples and arrays become JavaScript arrays. ``x**0.5`` becomes a square root and ``x**2`` a product,
        as in NumPy, so that both sides round alike.

    Raises
    ------
    NotTranslatableError
        For any other construct.

    Examples
    --------
    >>> from lecture_optim.algorithms import sgd
    >>> translate(sgd)
    '(theta, g, epsilon) => { theta = (theta - (epsilon * g)); return [theta]; }'
    """
    return _Translator(function).source()


class _Translator:
    def __init__(self, function):
        self.name = getattr(function, "__name__", repr(function))
        try:
            self.tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        except (TypeError, OSError, SyntaxError):
            self.tree = None
        if not isinstance(self.tree, ast.FunctionDef):
            raise NotTranslatableError(f"{self.name} must be a function written with def, got {function!r}")
        names = (n for n in ast.walk(self.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        self.parameters = [a.arg for a in self.tree.args.args]
        self.variables = sorted({n.id for n in names} - set(self.parameters))
        found = inspect.getclosurevars(inspect.unwrap(function))
        self.outside = {**found.builtins, **found.globals, **found.nonlocals}
        self.helpers = {}

    def source(self):
        defaults = self.tree.args.defaults
        plain = self.parameters[: len(self.parameters) - len(defaults)]
        named = zip(self.parameters[len(plain) :], map(self.expression, defaults), strict=True)
        arguments = ", ".join(plain + [f"{name} = {value}" for name, value in named])
        body = [self.statement(s) for s in self.tree.body]
        head = [f"let {', '.join(self.variables)};"] if self.variables else []
        head += [f"const {name} = {source};" for name, source in self.helpers.items()]
        return f"({arguments}) => {{ {' '.join(filter(None, head + body))} }}"

    def refuse(self, node, what=None):
        what = what or type(node).__name__
        raise NotTranslatableError(
            f"{self.name} cannot be translated for the page: {what} in line {node.lineno} of its source, "
            f"`{ast.unparse(node).splitlines()[0]}`"
        )

    def statement(self, node):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                return ""  # a docstring
            case ast.Return(value=value) if value is not None:
                return f"return {self.expression(value)};"
            case ast.Assign(targets=[target], value=value):
                return f"{self.expression(target)} = {self.expression(value)};"
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                plain = ast.copy_location(ast.BinOp(ast.Name(target.id, ast.Load()), op, value), node)
                return f"{target.id} = {self.expression(ast.fix_missing_locations(plain))};"
            case ast.For(target=ast.Name(id=i), iter=ast.Call(func=ast.Name(id="range"), args=[*ends]), orelse=[]) if (
                len(ends) in (1, 2)
            ):
                first, last = ["0"] * (2 - len(ends)) + [self.expression(e) for e in ends]
                body = " ".join(self.statement(s) for s in node.body)
                return f"for ({i} = {first}; {i} < {last}; {i}++) {{ {body} }}"
        self.refuse(node)

    def expression(self, node):
        match node:
            case ast.Constant(value=bool() as value):
                return str(value).lower()
            case ast.Constant(value=int() | float() as value):
                return repr(value)
            case ast.Name(id=name):
                return name if name in self.parameters or name in self.variables else self.outer(node, name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self.parameters:
                return f"{name}.{attribute}"
            case ast.Attribute(value=ast.Name(id="np" | "math"), attr=("pi" | "e") as constant):
                return repr(getattr(math, constant))
            case ast.Subscript(value=ast.Name() as array, slice=ast.Constant(value=int(i))) if i >= 0:
                return f"{self.expression(array)}[{i}]"
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return f"[{', '.join(map(self.expression, items))}]"
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self.power(left, right)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return f"({self.expression(left)} {_OPERATORS[type(op)]} {self.expression(right)})"
            case ast.UnaryOp(op=op, operand=value) if type(op) in _OPERATORS:
                return f"({_OPERATORS[type(op)]}{self.expression(value)})"
            case ast.BoolOp(op=op, values=values):
                return f"({f' {_OPERATORS[type(op)]} '.join(map(self.expression, values))})"
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return f"({self.expression(left)} {_OPERATORS[type(op)]} {self.expression(right)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"({self.expression(test)} ? {self.expression(body)} : {self.expression(orelse)})"
            case ast.Call(func=ast.Name(id="stack"), args=args, keywords=[]):
                return f"[{', '.join(map(self.expression, args))}]"
            case ast.Call(func=function, args=args, keywords=[]):
                return f"{self.called(function)}({', '.join(map(self.expression, args))})"
        self.refuse(node)

    def power(self, base, exponent):
        value = self.expression(base)
        match exponent:
            case ast.Constant(value=0.5):
                return f"Math.sqrt({value})"
            case ast.Constant(value=2) if isinstance(base, ast.Name):
                return f"({value} * {value})"
            case ast.Constant(value=2):
                return f"((x) => x * x)({value})"
        return f"Math.pow({value}, {self.expression(exponent)})"

    def called(self, node):
        """Return what to call: a function of ``Math`` or a translated helper."""
        match node:
            case ast.Attribute(value=ast.Name(id="np" | "math"), attr=name) if name in FUNCTIONS:
                return FUNCTIONS[name]
            case ast.Name(id=name) if inspect.isfunction(self.outside.get(name)):
                self.helpers[name] = translate(self.outside[name])
                return name
            case ast.Name(id=name) if name in FUNCTIONS:
                return FUNCTIONS[name]
        self.refuse(node, f"a call of {ast.unparse(node)}")

    def outer(self, node, name):
        value = self.outside.get(name)
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            self.refuse(node, f"the name {name}, which is not a number,")
        return repr(float(value))
