"""A rule in two parts: what is worked out once a step, and what for each element.

What depends on hyperparameters and on the counter of steps alone, such as ``1 - rho1**t``, need not be worked out
again for every element; inside a loop it would cost several times the step. The rest is arithmetic on one element.
"""

import ast
import inspect

from lecture_optim.algorithms import interim
from lecture_optim.source import source


class Split(ast.NodeTransformer):
    """Split a function into ``prologue``, worked out once a step, and ``body``, lines for each element.

    The arguments named ``vectors`` hold an element; in the body they and what is computed from them have ``suffix``
    behind their names. What the prologue returns is called ``names`` there, and ``results`` are returned.
    """

    def __init__(self, function, vectors, prefix, suffix, ahead=None):
        self.name, self.vectors, self.prefix, self.suffix = function.__name__, {*vectors}, prefix, suffix
        self.names, self.before, self.body, self.known = [], [], [], {}
        tree = ast.parse(source(function)).body[0]
        for node in tree.body:
            match node:
                case ast.Assign(targets=[target], value=value) if self.of_elements(value):
                    value = ast.unparse(self.visit(value))
                    self.vectors |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
                    self.body.append(f"{ast.unparse(self.visit(target))} = {value}")
                case ast.Assign(targets=[target]) if not self.of_elements(target):
                    self.before.append(ast.unparse(node))
                    self.known = {}  # it may have changed what they are made of
                case ast.Return(value=ast.Tuple(elts=parts) | ast.Call(func=ast.Name(id="stack"), args=parts)):
                    self.counters = [ast.unparse(part) for part in parts if not self.of_elements(part)]
                    self.results = [ast.unparse(self.visit(part)) for part in parts if self.of_elements(part)]
                case _:
                    line = ast.unparse(node).splitlines()[0]
                    raise ValueError(f"{self.name} must be assignments and a return to compile, got `{line}`")
        if ahead:  # where the next gradient is wanted, theta and an offset, for the same pass
            point = ast.parse(source(interim)).body[0].body[-1].value
            for name in (n for n in ast.walk(point) if isinstance(n, ast.Name)):
                name.id = ahead.get(name.id, name.id)
            self.ahead = ast.unparse(self.visit(point))
            self.back = f"{ast.unparse(point.left)} - ({ast.unparse(point.right)})"  # theta again, given that point
        arguments = [a.arg for a in tree.args.args if a.arg not in vectors]
        values, counters = ("".join(f"{name}, " for name in names) for names in (self.names, self.counters))
        end = f"return ({values}), ({counters})"
        found = inspect.getclosurevars(inspect.unwrap(function))
        space = {**found.globals, **found.nonlocals}
        exec("\n    ".join([f"def prologue({', '.join(arguments)}):", *self.before, end]), space)
        self.prologue = space["prologue"]

    def of_elements(self, node):
        """Tell whether an expression differs from element to element."""
        return any(isinstance(n, ast.Name) and n.id in self.vectors for n in ast.walk(node))

    def visit(self, node):
        """Take an expression that is the same for all elements into the prologue."""
        if not isinstance(node, ast.expr) or self.of_elements(node):
            return super().visit(node)
        text = ast.unparse(node)
        if text not in self.known:
            self.known[text] = f"{self.prefix}{len(self.names)}"
            self.names.append(self.known[text])
            self.before.append(f"{self.known[text]} = {text}")
        return ast.Name(self.known[text])

    def visit_Name(self, node):
        """Put the suffix behind the name of an element."""
        return ast.Name(node.id + self.suffix)

    def visit_Call(self, node):
        """Leave the function's name alone, and refuse a function that is not one of numbers."""
        match node.func:
            case ast.Attribute(value=ast.Name(id="np" | "math")) | ast.Name(id="abs" | "max" | "min"):
                pass
            case _:
                raise ValueError(f"{self.name} must be plain arithmetic to compile, got `{ast.unparse(node)}`")
        named = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        return ast.Call(node.func, [self.visit(a) for a in node.args], named)

    def visit_BinOp(self, node):
        """Write ``x ** 0.5`` as a root, and two roots of AdaDelta as one."""
        match node:
            case ast.BinOp(ast.UnaryOp(ast.USub(), left), ast.Div(), right) if is_root(left) and is_root(right):
                merged = ast.BinOp(ast.BinOp(left.left, ast.Div(), right.left), ast.Pow(), ast.Constant(0.5))
                return ast.UnaryOp(ast.USub(), self.visit(merged))  # AdaDelta's two roots
            case ast.BinOp(base, ast.Pow(), ast.Constant() as exponent):
                base = self.visit(base)
                root = ast.Call(ast.Name("sqrt"), [base], [])
                return root if is_root(node) else ast.BinOp(base, ast.Pow(), exponent)
        return self.generic_visit(node)


def is_root(node):
    """Tell whether an expression is written ``… ** 0.5``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and getattr(node.right, "value", None) == 0.5
