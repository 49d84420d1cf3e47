"""Sphinx extension: what the text says of the algorithms and is made from the module, so that it is never behind.

`{{ algorithms }}` is the table of all of them; `{{ beyond }}` are the calls of those that the lecture does not have.
"""

import ast
import inspect

from paths import ROOT

from lecture_optim.algorithms import ALGORITHMS, EVERY

FRAMEWORKS = ("torch", "optax", "keras")


def mappings():
    """Return the names of the functions of tools/conformance.py that are the same as an algorithm, in its order."""
    tree = ast.parse((ROOT / "tools" / "conformance.py").read_text(encoding="utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    wanted = {f"{framework}_{name.lower()}" for framework in FRAMEWORKS for name in EVERY}
    return [name for name in functions if name in wanted]


def table():
    """Return the table of the algorithms in MyST."""
    rows = ["| constant | algorithm | source | state | hyperparameters |", "|---|---|---|---|---|"]
    for name, one in EVERY.items():
        hyper = ", ".join(k if v is inspect.Parameter.empty else f"{k} = {v:g}" for k, v in one.defaults.items())
        rule = f"{{py:func}}`{one.name} <{one.rule.__module__}.{one.rule.__name__}>`"
        rows.append(f"| `{name}` | {rule} | {one.source} | {', '.join(one.state_names)} | {hyper} |")
    return "\n".join(rows)


def beyond():
    """Return a section in MyST for each algorithm that the lecture does not have, with its mappings."""
    text = ""
    for name, one in EVERY.items():
        if one not in ALGORITHMS:
            text += f"## {one.name}: {one.source}\n\n"
            for mapping in mappings():
                if mapping.partition("_")[2] == name.lower():
                    text += f"```{{literalinclude}} ../../tools/conformance.py\n:pyobject: {mapping}\n```\n"
            text += "\n"
    return text


def configure(app, config):
    config.myst_substitutions |= {"algorithms": table(), "beyond": beyond()}


def setup(app):
    app.connect("config-inited", configure, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
