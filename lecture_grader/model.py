"""A question as data: what is asked, how it is marked, and what students get wrong."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A part of a question, with the points it earns when it is right in every case.

    Parameters
    ----------
    name : str
        What is right, as the student reads it: "the new velocity".
    points : float
        Points.
    of : callable, optional
        ``of(value)`` picks from what the answer returned; default all of it.
    where : callable, optional
        ``where(**inputs)`` picks the cases that count; default all.
    options : tuple of str, optional
        For a choice: what may be chosen.
    unchanged : bool, default False
        The part is that the inputs are not changed. It is earned only beside another part.
    each : str, default "value"
        What the first axis of an array counts, as a message names it: "step", "row", "state".
    """

    name: str
    points: float
    of: Callable | None = None
    where: Callable | None = None
    options: tuple[str, ...] = ()
    unchanged: bool = False
    each: str = "value"


@dataclass(frozen=True)
class Mistake:
    """A known mistake: it is recognised by what it does, not by how it is written.

    Parameters
    ----------
    wrong : callable or constant
        The wrong answer.
    message : str
        What the student reads: one or two sentences that name the mistake and do not give the answer.
    marks : float
        The points it earns, which follow from the question's parts; a test compares.
    clause : str, default ""
        The mistake in some words without a full stop, for when it comes together with another one.
    variant : callable, optional
        ``variant(**switches)`` makes the wrong answer: what :meth:`switched` was given.
    switches : dict
        What ``variant`` was called with.
    """

    wrong: object
    message: str
    marks: float
    clause: str = ""
    variant: Callable | None = None
    switches: dict = field(default_factory=dict)

    @classmethod
    def switched(cls, variant, message, marks, clause, **switches):
        """Return a mistake that is one change of a right answer, and can come together with another such change."""
        return cls(variant(**switches), message, marks, clause, variant, switches)

    def together_with(self, other):
        """Return the answer that makes both mistakes, or None where they are the same thing done in two wrong ways."""
        if self.variant is not other.variant or self.switches.keys() & other.switches.keys():
            return None
        return self.variant(**self.switches, **other.switches)


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    chapter : int
        Number of the chapter.
    stub : callable or str
        What the student finds: a function with its docstring that raises NotImplementedError,
        or the text ``"name = ...  # what is wanted"`` for a question whose answer is a constant.
    reference : callable or constant
        The right answer.
    parts : tuple of Part
        How it is marked.
    mistakes : tuple of Mistake
        What students get wrong.
    cases : callable, optional
        ``cases(rng) -> list of dict``: the inputs, by name in the order of the arguments. A constant has none.
    alternatives : tuple, optional
        Other right answers, which must earn full marks.
    rtol, atol : float, defaults 1e-5 and 1e-7
        How near to the reference a number must be, as in ``numpy.isclose``; float32 arithmetic passes.
    section : str
        A heading of the chapter that treats it.
    properties : tuple of Property
        What the right answer does, beyond what ``lecture_grader.properties`` looks for in every question.
    follows : bool, default True
        Whether an answer is also run with each number among the inputs changed a little, to say which ones it does not
        follow. Switch it off where a run takes long.
    """

    chapter: int
    stub: Callable | str
    reference: object
    parts: tuple[Part, ...]
    mistakes: tuple[Mistake, ...]
    cases: Callable = field(default=lambda rng: [{}])
    alternatives: tuple = ()
    rtol: float = 1e-5
    atol: float = 1e-7
    section: str = ""
    properties: tuple = ()
    follows: bool = True

    @property
    def name(self):
        """str: The name the student defines, which is also the name of the question's file."""
        if callable(self.stub):
            return self.stub.__name__
        return ast.parse(self.stub).body[0].targets[0].id

    @property
    def points(self):
        """float: Points in all."""
        return sum(part.points for part in self.parts)

    @property
    def stub_source(self):
        """str: The stub as it stands in the student's notebook."""
        return (inspect.getsource(self.stub) if callable(self.stub) else self.stub).rstrip()
