"""The data of the course: real digits, real documents, and three made tasks.

Nothing is fetched from a network. The digits come with scikit-learn; the documents are the
docstrings of the installed NumPy and Matplotlib, read from their source files without importing
anything; the spirals, the memory task and the honest feature are drawn from a generator that the caller
gives.
"""

import ast
import importlib.util
import inspect
import re
import warnings
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lecture_optim import checks


@dataclass(frozen=True)
class Data:
    """Examples and targets in three parts without an example in common.

    Attributes
    ----------
    X_train, X_validation, X_test : ndarray or scipy.sparse.csr_array, shape (m, d)
        Examples of each part.
    y_train, y_validation, y_test : ndarray of int, shape (m,)
        Their classes.
    """

    X_train: Any
    y_train: np.ndarray
    X_validation: Any
    y_validation: np.ndarray
    X_test: Any
    y_test: np.ndarray


@dataclass(frozen=True)
class Documents(Data):
    """A bag of words for each document, the terms, and the texts.

    Attributes
    ----------
    terms : tuple of str
        The term of each column of ``X``, in alphabetical order.
    document_frequency : ndarray of int, shape (d,)
        In how many training documents each term occurs.
    names : tuple of str
        The class names: class 0 is ``names[0]``.
    """

    terms: tuple[str, ...]
    document_frequency: np.ndarray
    names: tuple[str, ...]


def _check_split(rng, validation, test):
    """Look at what a split is asked for, before the time is spent on reading the data."""
    checks.generator("rng", rng)
    checks.whole_number("validation", validation, least=0)
    checks.whole_number("test", test, least=0)


def _split(size, validation, test, rng):
    if validation + test >= size:
        raise ValueError(
            f"validation and test must leave some of the {size} examples to train on, got {validation} and {test}"
        )
    order = rng.permutation(size)
    first = size - validation - test
    return order[:first], order[first : first + validation], order[first + validation :]


def splits(make, seeds):
    """Return several splits of a data set, one for each run.

    Parameters
    ----------
    make : callable
        ``make(rng) -> Data`` with dense arrays, such as :func:`digits`.
    seeds : sequence of int
        One for each run.

    Returns
    -------
    Data
        Each array has a first axis of runs.
    """
    checks.function("make", make)
    seeds = [checks.whole_number("seeds", seed, least=0) for seed in checks.sequence("seeds", seeds)]
    if not seeds:
        raise ValueError("seeds must hold at least one seed, got none")
    parts = [make(np.random.default_rng(seed)) for seed in seeds]
    return Data(*[np.stack([getattr(part, field.name) for part in parts]) for field in fields(Data)])


@cache  # unpacking takes longer than a split, and some experiments split 24 times
def _all_digits():
    from sklearn.datasets import load_digits  # slow to import, and needed here only

    return load_digits(return_X_y=True)


def digits(rng, validation=300, test=300):
    """Return scikit-learn's handwritten digits, split at random.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the split.
    validation, test : int, default 300
        Examples in these parts; the rest, 1197 by default, is for training.

    Returns
    -------
    Data
        ``X`` of shape (m, 64): the 8 × 8 pixels row by row, from 0 (white) to 1 (black); ``y`` of 0
        to 9.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    ValueError
        If nothing is left to train on.

    Notes
    -----
    Alpaydin and Kaynak (1998), *Optical Recognition of Handwritten Digits*, UCI: its test part,
    1797 digits of 13 writers. Several digits are of one hand, so a random split flatters the test
    error a little.
    """
    _check_split(rng, validation, test)
    X, y = _all_digits()
    parts = _split(len(X), validation, test, rng)
    return Data(*[array for part in parts for array in (X[part] / 16, y[part])])


#: The two libraries, in the order of their classes, and all words that are their names or the usual
#: short forms: these would tell the class outright, so they are not counted as terms.
LIBRARIES = ("numpy", "matplotlib")
NAMES = frozenset({"numpy", "np", "npt", "matplotlib", "mpl", "plt", "pyplot", "pylab"})


@cache  # each split of the documents reads the same texts
def _words(text):
    return frozenset(re.findall("[a-z]{2,}", text.lower())) - NAMES


def docstrings(library):
    """Return the docstrings of an installed library, read from its source files.

    Modules, classes and functions are parsed, not imported, so nothing of the library runs. NumPy
    keeps the docstrings of its compiled functions in calls of ``add_newdoc``; these count too.
    Files below a folder ``tests`` or ``testing`` are left out.

    Parameters
    ----------
    library : str
        Its import name.

    Returns
    -------
    list of str
        In the order of the paths and of the lines; each text once.

    Raises
    ------
    ImportError
        If the library is not installed.
    """
    checks.instance("library", library, str, "the name of an installed package")
    spec = importlib.util.find_spec(library) if library.isidentifier() else None
    if spec is None or not spec.has_location or not spec.submodule_search_locations:  # a package, not a module
        raise ImportError(f"library must be the name of an installed package, got {library!r}")
    return list(_texts(Path(spec.origin).parent))


@cache  # reading a library takes a second, and each split of the documents reads two
def _texts(root):
    """Return the docstrings below a folder, each once."""
    found = []
    for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).parts):
        if not {"tests", "testing"} & set(path.relative_to(root).parts):
            with warnings.catch_warnings():
                # Newer Pythons warn of odd escapes in others' sources; the texts are the same.
                warnings.simplefilter("ignore", SyntaxWarning)
                warnings.simplefilter("ignore", DeprecationWarning)
                found += _docstrings(ast.parse(path.read_text(encoding="utf-8")))
    return tuple(dict.fromkeys(found))


def _statements(node):
    """Yield a node and the statements inside it; expressions, the bulk of a tree, are passed by."""
    yield node
    for field in ("body", "handlers", "orelse", "finalbody"):
        for inner in getattr(node, field, ()):
            yield from _statements(inner)


def _docstrings(tree):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = []
    for node in _statements(tree):
        if isinstance(node, documented):
            found.append(ast.get_docstring(node))
        elif isinstance(node, ast.Expr) and _is_newdoc(node.value):
            # The last argument is the text, or (method, text), or a list of these.
            found += [
                inspect.cleandoc(part.value)
                for part in ast.walk(node.value.args[-1])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
    return [text for text in found if text]


def _is_newdoc(value):
    return isinstance(value, ast.Call) and getattr(value.func, "id", None) == "add_newdoc"


def documents(rng, validation=600, test=600, least_words=10, least_documents=3):
    """Return the docstrings of the installed NumPy and Matplotlib as bags of words, in three parts.

    Which library does a document belong to? A term is a run of at least two letters, in lower case.
    The libraries' own names and short forms (``NAMES``) are not counted as terms, as they would
    tell the class outright; words that only one library uses, such as ``ndarray`` or ``axes``, are
    kept, as in any classification by topic. A document is a docstring with at least ``least_words``
    different words; those with the same words count once. The counts depend on the versions of the
    two libraries.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the split.
    validation, test : int, default 600
        Documents in these parts; the rest is for training.
    least_words : int, default 10
        Different words a document has at least.
    least_documents : int, default 3
        Training documents a term occurs in at least. Terms are chosen by the training part alone.

    Returns
    -------
    Documents
        ``X`` is a sparse array of floats: 1 where the term occurs in the document, else 0. ``y``
        is 0 for NumPy and 1 for Matplotlib.

    Raises
    ------
    ImportError
        If NumPy's or Matplotlib's sources or SciPy are not installed.
    ValueError
        If nothing is left to train on.

    Notes
    -----
    For the lecture's second slide "AdaGrad", "in document classification, rare terms …".
    """
    from scipy.sparse import csr_array  # comes with scikit-learn, and is needed here only

    _check_split(rng, validation, test)
    least_words = checks.whole_number("least_words", least_words, least=1)
    least_documents = checks.whole_number("least_documents", least_documents, least=1)
    bags, classes = [], []
    for label, library in enumerate(LIBRARIES):
        for words in dict.fromkeys(map(_words, docstrings(library))):  # each bag once, in order
            if len(words) >= least_words:
                bags.append(words)
                classes.append(label)
    y = np.array(classes)
    if len(bags) <= validation + test:
        raise ValueError(
            f"validation, test and least_words must leave some documents to train on: "
            f"{len(bags)} have {least_words} words, got {validation} and {test}"
        )
    parts = _split(len(bags), validation, test, rng)

    counts = {}
    for i in parts[0]:
        for word in bags[i]:
            counts[word] = counts.get(word, 0) + 1
    terms = tuple(sorted(word for word, count in counts.items() if count >= least_documents))
    column = {term: j for j, term in enumerate(terms)}

    def rows(part):
        found = [sorted(column[word] for word in bags[i] if word in column) for i in part]
        indices = np.array([j for row in found for j in row], dtype=np.int32)
        ends = np.cumsum([0, *map(len, found)], dtype=np.int32)
        return csr_array((np.ones(len(indices)), indices, ends), shape=(len(found), len(terms)))

    return Documents(
        *[array for part in parts for array in (rows(part), y[part])],
        terms=terms,
        document_frequency=np.array([counts[term] for term in terms]),
        names=LIBRARIES,
    )


def spirals(rng, m, noise=0.05, turns=1.5):
    """Draw points on two spirals, one inside the other.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the draw.
    m : int
        Number of points.
    noise : float, default 0.05
        Standard deviation of the points about their spiral; its outer end has radius 1.
    turns : float, default 1.5
        How often each spiral goes round.

    Returns
    -------
    X : ndarray, shape (m, 2)
        Points.
    y : ndarray of int, shape (m,)
        Which spiral, 0 or 1; half of the points each, in random order.

    Raises
    ------
    ValueError
        If ``m`` is not a whole number of at least 2, or ``noise`` is negative.

    Notes
    -----
    Lang and Witbrock (1988), "Learning to tell two spirals apart".
    """
    checks.generator("rng", rng)
    m = checks.whole_number("m", m, least=2)
    checks.room("m", m, 2)
    noise = checks.number("noise", noise, 0)
    turns = checks.number("turns", turns)
    y = rng.permutation(m) % 2
    radius = np.sqrt(rng.random(m))  # the root spreads the points evenly along the arc
    angle = 2 * np.pi * turns * radius + np.pi * y
    X = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return X + noise * rng.standard_normal((m, 2)), y


def memory_task(rng, m, lag, symbols=2, noise=0.1):
    """Draw sequences whose first symbol is to be named after a lag.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the draw.
    m : int
        Number of sequences.
    lag : int
        Steps between the symbol and the end: 0 asks for it at once.
    symbols : int, default 2
        Number of symbols, at least 2.
    noise : float, default 0.1
        Standard deviation of the inputs after the first step, which say nothing of the symbol.

    Returns
    -------
    X : ndarray, shape (m, lag + 1, symbols)
        The first step holds a 1 in the symbol's place and 0 elsewhere; all later ones hold noise.
    y : ndarray of int, shape (m,)
        The symbols.

    Raises
    ------
    ValueError
        For a number out of range.

    Notes
    -----
    A "latching" task after Bengio, Simard and Frasconi (1994); Goodfellow et al. (2016), section
    10.7.
    """
    checks.generator("rng", rng)
    m = checks.whole_number("m", m, least=1)
    lag = checks.whole_number("lag", lag, least=0)
    symbols = checks.whole_number("symbols", symbols, least=2)
    checks.room("m, lag and symbols", max(m, symbols), lag + 1, symbols)
    noise = checks.number("noise", noise, 0)
    y = rng.integers(symbols, size=m)
    X = noise * rng.standard_normal((m, lag + 1, symbols))
    X[:, 0] = np.eye(symbols)[y]
    return X, y


def one_honest_feature(rng, m, positive=0.6):
    """Draw examples of two classes of which one feature tells the class, and many more seem to.

    Feature 0 is the class. Features 1 and 2 are 1 in every example. All others belong to one example only:
    a positive example has one such feature of its own, a negative one has five.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the draw.
    m : int
        Number of examples.
    positive : float, default 0.6
        Probability of the class +1, between 0 and 1.

    Returns
    -------
    X : ndarray, shape (m, 3 + 5 m)
        Features: 0 or 1, and -1 or +1 in the first column.
    y : ndarray, shape (m,)
        Classes, -1.0 or +1.0.

    Raises
    ------
    ValueError
        For a number out of range.

    Notes
    -----
    Wilson et al. (2017), section 3.3. A new example has features of its own that no training example had, so
    only the first three columns matter to it.
    """
    checks.generator("rng", rng)
    m = checks.whole_number("m", m, least=1)
    checks.room("m", m, 3 + 5 * m)
    positive = checks.number("positive", positive, 0, 1)
    y = np.where(rng.random(m) < positive, 1.0, -1.0)
    X = np.zeros((m, 3 + 5 * m))
    X[:, 0] = y
    X[:, 1:3] = 1
    for i in range(m):
        own = 3 + 5 * i
        X[i, own : own + (1 if y[i] > 0 else 5)] = 1
    return X, y
