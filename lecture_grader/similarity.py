"""Which submissions are alike, whatever their names, comments and order: winnowing (Schleimer, Wilkerson, Aiken 2003).

An answer becomes a row of tokens without names of its own; every run of ``RUN`` tokens is hashed, and of every
``WINDOW`` hashes in a row the smallest is kept. So two answers share a fingerprint wherever ``RUN + WINDOW - 1`` tokens
are alike.
"""

import ast
import builtins
import hashlib
import io
import itertools
import keyword
import tokenize
import warnings
from collections import Counter
from pathlib import Path

from lecture_grader import bank
from lecture_grader.extract import Answers, NoAnswer, NotANotebook, code_cells

RUN, WINDOW = 6, 5
FEWEST = 12  # fingerprints in common; fewer are chance
COMMON, MANY = 1 / 3, 4  # what a larger part of the class has, and more students, says nothing of two of them
SOLUTIONS = Path(__file__).parent.parent / "exercises" / "solutions"
STATEMENT = """\
What this can say: these answers have rare passages in common, whatever their names, comments and layout, and whatever
the order of the passages. The question's stub, the public solution and what a third of the class has do not count.
What it cannot say: why. Two can share a teacher, a book or an assistant that writes programs, and a right answer can be
written in few ways. Nor does it clear anybody: who rewrites an answer is not found, nor are answers of one line, nor is
what more than a third of the class copied from each other. Read both answers before you ask."""


def tokens(source):
    """Return a source as tokens: its own names are all alike; keywords, built-ins, attributes and signs are kept."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            texts = [isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in body]
            node.body = [one for one, text in zip(body, texts, strict=True) if not text] or [ast.Pass()]
    found, before = [], ""
    for kind, text, *_ in tokenize.generate_tokens(io.StringIO(ast.unparse(tree)).readline):
        own = kind == tokenize.NAME and before != "." and not keyword.iskeyword(text) and not hasattr(builtins, text)
        before = text
        if text.strip():
            found.append("name" if own else text)
    return found


def fingerprints(source):
    """Return the fingerprints of a source; of one that is shorter than a window, all its hashes."""
    row = tokens(source)
    runs = [hashlib.blake2b(repr(row[k : k + RUN]).encode(), digest_size=8).digest() for k in range(len(row) - RUN + 1)]
    return {min(runs[k : k + WINDOW]) for k in range(max(1, len(runs) - WINDOW + 1)) if runs[k : k + WINDOW]}


def _answers(content):
    """Return the fingerprints of every answer in a notebook, by question."""
    found = {}
    try:
        answers = Answers(code_cells(content))
    except NotANotebook:
        return found
    for name in answers.names() & set(bank.names()):
        try:
            found[name] = fingerprints(answers.source(name))
        except (NoAnswer, SyntaxError, ValueError, RecursionError):
            continue
    return found


def groups(submissions, least):
    """Return the groups of students whose answers are alike.

    Parameters
    ----------
    submissions : list of Submission
        Of the class.
    least : float
        How large a share of the smaller one's fingerprints must be in the other, once what is common is taken away.

    Returns
    -------
    list of list of tuple
        By group, its pairs: share, fingerprints in common, one student, the other, and the questions where they are.
    """
    of = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in submissions:
            for content in one.notebooks().values():
                for name, prints in _answers(content).items():
                    of.setdefault(one.student, {}).setdefault(name, set()).update(prints)
        known = {name: set(fingerprints(bank.load(name).stub_source)) for name in bank.names()}
        for path in SOLUTIONS.glob("*.ipynb"):
            for name, prints in _answers(path.read_bytes()).items():
                known[name] |= prints
    handed_in = Counter(name for answers in of.values() for name in answers)
    had = Counter((name, p) for answers in of.values() for name, prints in answers.items() for p in prints)
    rare = {
        student: {
            (name, p)
            for name, prints in answers.items()
            for p in prints - known[name]
            if had[name, p] <= max(MANY, COMMON * handed_in[name])
        }
        for student, answers in of.items()
    }
    pairs = []
    for one, other in itertools.combinations(sorted(rare), 2):
        both = rare[one] & rare[other]
        share = len(both) / max(1, min(len(rare[one]), len(rare[other])))
        if len(both) >= FEWEST and share >= least:
            pairs.append((share, len(both), one, other, sorted({name for name, _ in both})))
    return _joined(pairs)


def _joined(pairs):
    found = []
    for pair in sorted(pairs, key=lambda pair: (-pair[0], pair[2:4])):
        touching = [group for group in found if any({*pair[2:4]} & {*other[2:4]} for other in group)]
        found = [group for group in found if group not in touching]
        found.append([*itertools.chain(*touching), pair])
    return sorted(found, key=lambda group: -group[0][0])


def lines(submissions, least):
    """Return what to print of :func:`groups`, and what it means."""
    found = groups(submissions, least)
    for number, group in enumerate(found, 1):
        students = sorted({name for pair in group for name in pair[2:4]})
        yield f"Group {number}: {', '.join(students)}"
        for share, count, one, other, where in group:
            yield f"  {one} and {other}: {share:.0%} alike, {count} rare fingerprints in common, in {', '.join(where)}"
    yield f"{len(found)} groups of at least {least:.0%}." if len(found) != 1 else f"1 group of at least {least:.0%}."
    yield from STATEMENT.splitlines()
