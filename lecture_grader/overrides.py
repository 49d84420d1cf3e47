"""Marks that an instructor sets by hand, each with its reason."""

import math
from dataclasses import dataclass

from lecture_grader import bank, sheets
from lecture_grader.sheets import Refused

COLUMNS = ("student", "question", "points", "reason")


@dataclass(frozen=True)
class Override:
    """One mark: ``what`` is the name of a question, or the number of a chapter."""

    student: str
    what: str | int
    points: float
    reason: str


def read(path, person):
    """Return the marks of a table with the columns student, question, points and reason.

    Parameters
    ----------
    path : Path
        A CSV file. Under "question" stands the name of a question or the number of an exercise.
    person : callable
        ``person(text)`` returns the key of a student, or None.

    Returns
    -------
    list of Override
        One per row.

    Raises
    ------
    Refused
        If a row is not understood.
    """
    header, rows = sheets.rows(path)
    if missing := [name for name in COLUMNS if name not in map(str.lower, header)]:
        raise Refused(f"{path} has no column {missing[0]!r}; {', '.join(COLUMNS)} are expected.")
    found, taken = [], {}
    for place, row in rows:
        student, what, points, reason = (row.get(name, "") for name in COLUMNS)
        key = person(student)
        if key is None:
            raise Refused(f"{place}: there is no student {student!r} in the class.")
        number = what.lower().removeprefix("exercise").strip()
        if what in bank.names():
            possible = bank.load(what).points
        elif number in map(str, bank.CHAPTERS):
            what = int(number)
            possible = bank.CHAPTERS[what].points
        else:
            raise Refused(f"{place}: {what!r} is neither a question nor the number of an exercise.")
        try:
            value = float(points.replace(",", "."))
        except ValueError:
            value = math.nan
        if not 0 <= value <= possible:
            raise Refused(f"{place}: points is {points!r}; a number from 0 to {possible:g} is expected.")
        if not reason:
            raise Refused(f"{place}: the reason is missing; the student will read it.")
        if taken.setdefault((key, what), place) != place:
            raise Refused(f"{place}: {what} of {key} is set already, by {taken[key, what]}.")
        found.append(Override(key, what, value, reason))
    return found
