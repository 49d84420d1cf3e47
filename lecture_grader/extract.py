"""Take the answers out of a notebook without running it.

An answer is what a name was last bound to at the top level of the code cells, with the statements it needs:
functions, classes, imports and assignments whose names it uses, and theirs. Nothing else of the
notebook counts, so an endless loop or a syntax error in another cell costs nothing.
"""

import ast
import json
import re
import symtable
import sys
from dataclasses import dataclass

LARGEST_NOTEBOOK = 32 * 2**20  # bytes
LARGEST_CELL = 2**18  # characters
COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}


class NotANotebook(ValueError):
    """The file cannot be read as a notebook; the text says why."""


class NoAnswer(ValueError):
    """The notebook has no readable answer of this name; the text says why."""


@dataclass(frozen=True)
class Statement:
    """One top-level statement: its text, the names it binds, changes, needs at once, and needs when called."""

    text: str
    binds: frozenset
    changes: frozenset
    needs: frozenset
    needs_later: frozenset
    defines: bool


def code_cells(content):
    """Return the source of every code cell.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    list of str
        Sources.

    Raises
    ------
    NotANotebook
        With the reason.
    """
    if len(content) > LARGEST_NOTEBOOK:
        raise NotANotebook(f"the file is larger than {LARGEST_NOTEBOOK // 2**20} MB")
    if not content.strip():
        raise NotANotebook("the file is empty")
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError):
        raise NotANotebook("the file is not a notebook, or is damaged: it is not JSON") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise NotANotebook("the file is not a notebook: it has no cells")
    sources = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            lines = source if isinstance(source, list) else [source]
            if all(isinstance(line, str) for line in lines):
                sources.append("".join(lines))
    return sources


class Answers:
    """The answers in the code cells of one notebook.

    Parameters
    ----------
    sources : list of str
        Sources of the code cells, in order.
    """

    def __init__(self, sources):
        self._statements, self._unreadable = [], []
        for source in sources:
            try:
                self._statements += _statements(_python(source))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self._unreadable.append((source, getattr(error, "msg", None) or str(error)))

    def names(self):
        """Return every name that the notebook binds or tries to."""
        bound = set().union(*(statement.binds for statement in self._statements))
        for source, _ in self._unreadable:
            bound.update(re.findall(r"^(?:def\s+)?(\w+)\s*(?:=|\()", source, re.MULTILINE))
        return bound

    def source(self, name):
        """Return Python that defines an answer and all it needs.

        Parameters
        ----------
        name : str
            The question's name.

        Returns
        -------
        str
            Statements in the order of the notebook.

        Raises
        ------
        NoAnswer
            With the reason.
        """
        end = len(self._statements)
        chosen, wanted, seen = set(), [(name, end)], set()
        while wanted:
            item = wanted.pop()
            if item in seen:
                continue
            seen.add(item)
            found = list(self._binding(*item))
            if item == (name, end) and not any(name in self._statements[k].binds for k in found):
                raise NoAnswer(self._why_missing(name))
            for k in found:
                chosen.add(k)
                wanted += [(needed, k) for needed in self._statements[k].needs]
                wanted += [(needed, end) for needed in self._statements[k].needs_later]
        return "\n".join(self._statements[k].text for k in sorted(chosen)) + "\n"

    def _binding(self, name, end):
        """Yield the statements that make ``name`` what it is before statement ``end``, from the last one back."""
        for k in reversed(range(end)):
            statement = self._statements[k]
            if name in statement.changes or "*" in statement.binds:
                yield k
            elif name in statement.binds:
                yield k
                if statement.defines or name not in statement.needs:
                    return

    def _why_missing(self, name):
        pattern = re.compile(rf"^\s*(?:def\s+{name}\s*\(|{name}\s*=)", re.MULTILINE)
        for source, reason in self._unreadable:
            if pattern.search(source):
                return f"The cell that defines {name} is not valid Python: {reason}."
        return f"There is no {name} in the notebook. Has its cell been deleted, or the name changed?"


def _python(source):
    """Return a cell without IPython's own lines."""
    if len(source) > LARGEST_CELL:
        raise ValueError("the cell is too long")
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        lines[0] = ""
    return "\n".join("" if line.lstrip()[:1] in ("%", "!", "?") else line for line in lines)


def _statements(source):
    lines = source.split("\n")
    tree = ast.parse(source)
    occupied = [n for node in tree.body for n in range(_first(node), node.end_lineno + 1)]
    for node in tree.body:
        own = range(_first(node), node.end_lineno + 1)
        alone = all(occupied.count(n) == 1 for n in (own[0], own[-1]))
        text = "\n".join(lines[own[0] - 1 : own[-1]]) if alone else ast.unparse(node)
        yield _statement(node, text)


def _first(node):
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _statement(node, text):
    table = symtable.symtable(text, "<cell>", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    needs = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    later = set()
    _globals(table, needs, later)
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        root = (node.module or "").split(".")[0]
        binds = {"*"} if root == "numpy" or root in sys.stdlib_module_names else set()
    changes = set()
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets if isinstance(node, (ast.Assign, ast.AugAssign)) else []:
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
            if isinstance(target, ast.Name):
                changes.add(target.id)
    if isinstance(node, ast.AugAssign):
        needs |= binds
    defines = isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))
    return Statement(text, *map(frozenset, (binds, changes, needs, later)), defines)


def _globals(table, now, later):
    """Add the global names used in inner scopes: those of a comprehension or class are needed at once."""
    for child in table.get_children():
        at_once = child.get_type() == "class" or child.get_name() in COMPREHENSIONS
        names = {s.get_name() for s in child.get_symbols() if s.is_global() and s.is_referenced()}
        (now if at_once else later).update(names)
        _globals(child, now if at_once else later, later)
