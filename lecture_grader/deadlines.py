"""What a late exercise costs.

The rule: every started day after the deadline is a late day. A student has some late days free, in all exercises
together; they are used up in the order of the exercises. Every further late day takes a percentage of what the exercise
has earned, but a stated percentage of it is always left.
"""

import datetime
import math
import tomllib

from lecture_grader import bank
from lecture_grader.sheets import Refused

SETTINGS = {"free_days": 0, "percent_per_day": 10, "at_least": 0}
DAY = datetime.timedelta(days=1)


class Deadlines:
    """The deadlines of a class, from a TOML file, and the rule.

    Parameters
    ----------
    path : Path
        The file; ``book/back/instructors.md`` has an example.
    person : callable
        ``person(text)`` returns the key of a student, or None.

    Raises
    ------
    Refused
        If the file says something that is not understood.
    """

    def __init__(self, path, person):
        try:
            given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}.") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refused(f"{path} is not TOML: {error}.") from None
        if unknown := sorted(given.keys() - {*SETTINGS, "due", "late"}):
            raise Refused(f"{path}: {unknown[0]!r} is none of {', '.join(SETTINGS)}, due, late.")
        for name, default in SETTINGS.items():
            value = given.get(name, default)
            most = math.inf if name == "free_days" else 100
            if type(value) not in (int, float) or not 0 <= value <= most:
                raise Refused(f"{path}: {name} is {value!r}; a number from 0 to {most:g} is expected.")
            setattr(self, name, value)
        self._due, self._late = {}, {}
        for text, when in _table(path, given, "due"):
            if not isinstance(when, datetime.datetime) or when.tzinfo is None:
                raise Refused(
                    f"{path}: the deadline of exercise {text} is {when}; "
                    "a date, a time and a time zone are expected, such as 2026-11-20T23:59:00+01:00."
                )
            self._due[_chapter(path, text)] = when
        for student, exercises in _table(path, given, "late"):
            key = person(student)
            if key is None or not isinstance(exercises, dict):
                raise Refused(f"{path}: there is no student {student!r} in the class.")
            for text, days in exercises.items():
                if type(days) is not int or days < 0:
                    raise Refused(f"{path}: {student} is late by {days!r} in exercise {text}; whole days are expected.")
                self._late[key, _chapter(path, text)] = days

    def days(self, one, chapter, late):
        """Return by how many days a submission is late.

        Parameters
        ----------
        one : Submission
            The submission.
        chapter : int
            The exercise.
        late : dict of str to int
            Late days by Moodle's number.
        """
        if (one.student, chapter) in self._late:
            return self._late[one.student, chapter]
        if one.when is not None and chapter in self._due:
            return max(0, math.ceil((one.when - self._due[chapter]) / DAY))
        if one.known.get("identifier") in late:
            return late[one.known["identifier"]]
        return int(one.late)  # Canvas's mark does not say by how much

    def cut(self, days):
        """Return the share that so many late days take, none of them free."""
        return min(days * self.percent_per_day, 100 - self.at_least) / 100

    def spend(self, late):
        """Return how many of each exercise's late days are free.

        Parameters
        ----------
        late : dict of int to int
            Late days by chapter.
        """
        left, free = math.floor(self.free_days), {}
        for chapter, days in sorted(late.items()):
            free[chapter] = min(days, left)
            left -= free[chapter]
        return free


def _table(path, given, name):
    table = given.get(name, {})
    if not isinstance(table, dict):
        raise Refused(f"{path}: {name} is {table!r}; a table [{name}] is expected.")
    return table.items()


def _chapter(path, text):
    if text not in map(str, bank.CHAPTERS):
        raise Refused(f"{path}: there is no exercise {text!r}; they are 1 to {max(bank.CHAPTERS)}.")
    return int(text)
