"""The questions of the course, found in lecture_grader/questions, and the chapters' points."""

import functools
import importlib
import pkgutil
from dataclasses import dataclass

from lecture_grader import questions


@dataclass(frozen=True)
class Chapter:
    """A chapter: the first word of its questions' names, its notebook, its title, and its points."""

    word: str
    notebook: str
    title: str
    points: int


#: Every chapter with the points of its exercise, 100 in all.
CHAPTERS = {
    1: Chapter("risk", "01_empirical_risk", "Empirical risk", 8),
    2: Chapter("conditioning", "02_ill_conditioning", "Ill-conditioning", 8),
    3: Chapter("minima", "03_local_minima", "Local minima", 8),
    4: Chapter("cliffs", "04_cliffs", "Cliffs and exploding gradients", 7),
    5: Chapter("dependencies", "05_long_term_dependencies", "Long-term dependencies", 7),
    6: Chapter("structure", "06_local_and_global_structure", "Local and global structure", 7),
    7: Chapter("sgd", "07_sgd", "Stochastic gradient descent", 8),
    8: Chapter("momentum", "08_momentum", "Momentum", 8),
    9: Chapter("nesterov", "09_nesterov", "Nesterov momentum", 8),
    10: Chapter("adagrad", "10_adagrad", "AdaGrad", 8),
    11: Chapter("rmsprop", "11_rmsprop", "RMSProp", 8),
    12: Chapter("adam", "12_adadelta_adam", "AdaDelta and Adam", 8),
    13: Chapter("choosing", "13_choosing", "Choosing an algorithm", 7),
}


@functools.cache
def names():
    """Return the names of all questions, sorted."""
    found = pkgutil.iter_modules(questions.__path__)
    return tuple(sorted(module.name for module in found))


@functools.cache
def load(name):
    """Return the question of this name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in names():
        raise ValueError(f"there is no question named {name!r}")
    return importlib.import_module(f"lecture_grader.questions.{name}").QUESTION


def of_chapter(chapter):
    """Return the names of a chapter's questions, sorted."""
    word = CHAPTERS[chapter].word
    return tuple(name for name in names() if name.startswith(f"{word}_"))
