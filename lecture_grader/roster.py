"""The list of a class: who there is, and which submission is whose."""

import re
from dataclasses import dataclass, field, replace

from lecture_grader import sheets
from lecture_grader.sheets import Refused

#: What the systems' own tables call the things that we know of a student.
COLUMNS = {
    "name": ("student", "full name", "name"),
    "first": ("first name", "firstname"),
    "last": ("last name", "surname", "lastname"),
    "id": ("id", "canvas id"),
    "sis": ("sis user id",),
    "login": ("sis login id", "username", "login"),
    "section": ("section", "sections"),
    "sid": ("sid", "id number", "student id"),
    "email": ("email address", "email"),
    "github": ("github_username", "github username", "github"),
    "identifier": ("identifier",),
}
UNIQUE = ("login", "sis", "id", "sid", "email", "github", "identifier")
KEYS = ("login", "sis", "sid", "email", "github", "id", "name")
NOT_STUDENTS = ("points possible", "student, test")  # rows of Canvas's table
EXERCISE = re.compile(r"Exercise (\d+)\b.*\(\d+\)")
MOODLE_LATE = re.compile(r"(?:(\d+) days? ?)?(?:\d+ (?:hours?|mins?|secs?) ?)* ?late")


@dataclass
class Person:
    """A student of the class.

    Attributes
    ----------
    key : str
        What tables and pages are made under: the login, or the first other name that there is.
    fields : dict of str to str
        By the names of :data:`COLUMNS`.
    identifiers : set of str
        Moodle's numbers; each assignment has its own.
    """

    key: str
    fields: dict
    identifiers: set = field(default_factory=set)


class Roster:
    """A class from one or more tables.

    Parameters
    ----------
    paths : list of Path
        Canvas's exported gradebook, Moodle's grading worksheets (one for each assignment) or its list of participants,
        GitHub Classroom's or Gradescope's roster, or a table of one's own with some of these columns.

    Attributes
    ----------
    people : list of Person
        In the order of the tables.
    headers : dict of int to str
        By chapter, what Canvas calls the column of its exercise, with the assignment's number.
    late : dict of str to int
        By Moodle's number, the days that a submission is late, as its worksheet says.

    Raises
    ------
    Refused
        If a table is none, or two of its rows are the same student.
    """

    def __init__(self, paths):
        self.people, self.headers, self.late = [], {}, {}
        for path in paths:
            self._add(path)
        found = {}
        for one in self.people:
            name = one.fields.get("name", "")
            ids = {(kind, one.fields[kind].lower()) for kind in UNIQUE if one.fields.get(kind) and kind != "identifier"}
            named = {("name", normal(name)), ("canvas", squeezed(name))} if normal(name) else set()
            anything = {("any", value) for kind, value in ids | named if kind != "canvas"}
            for item in ids | named | anything | {("identifier", number) for number in one.identifiers}:
                found.setdefault(item, []).append(one)
        # What two students share, such as a name, says nothing.
        self._index = {item: people[0] for item, people in found.items() if len(people) == 1}
        self._numbered = any(kind == "id" for kind, _ in found)
        self._github = sorted((one.fields["github"] for one in self.people if one.fields.get("github")), key=len)

    def _add(self, path):
        header, rows = sheets.rows(path)
        lower = [name.lower() for name in header]
        columns = {kind: next((n for n in names if n in lower), None) for kind, names in COLUMNS.items()}
        if not any(columns[kind] for kind in ("name", "last", *UNIQUE)):
            raise Refused(
                f"{path} has no column that names students. Its first line needs one of: Student, Full name, "
                f"SIS Login ID, Username, Email address, SID, github_username. It has: {', '.join(header)[:200]}."
            )
        for name in header:
            if match := EXERCISE.fullmatch(name):
                self.headers[int(match[1])] = name
        taken = {}
        for place, row in rows:
            found = {kind: row.get(name, "") if name else "" for kind, name in columns.items()}
            whole = " ".join(part for part in (found.pop("first"), found.pop("last")) if part)
            found["name"] = found["name"] or whole
            if found["name"].lower() in NOT_STUDENTS or not any(found.values()):
                continue
            number = found["identifier"].removeprefix("Participant").strip()
            for kind in UNIQUE:
                value = (kind, found[kind].lower())
                if found[kind] and taken.setdefault(value, place) != place:
                    raise Refused(f"{place}: {columns[kind]} {found[kind]!r} is also that of {taken[value]}.")
            person = self._same(found) or self._new(found, place)
            person.fields |= {kind: value for kind, value in found.items() if value and not person.fields.get(kind)}
            if number:
                person.identifiers.add(number)
                if match := MOODLE_LATE.search(row.get("status", "")):
                    self.late[number] = int(match[1] or 0) + bool(re.search(r"\d+ (hour|min|sec)", match[0]))

    def _same(self, found):
        """Return the person of an earlier table who shares an identity with this row."""
        for one in self.people:
            shared = [kind for kind in UNIQUE if kind != "identifier" and found[kind] and one.fields.get(kind)]
            if shared and all(found[kind].lower() == one.fields[kind].lower() for kind in shared):
                return one
        return None

    def _new(self, found, place):
        key = next((found[kind] for kind in KEYS if found[kind]), found["identifier"])
        if any(key == one.key for one in self.people):
            raise Refused(f"{place}: there is another student {key!r}, and nothing that tells the two apart.")
        self.people.append(Person(key, {}))
        return self.people[-1]

    def match(self, one):
        """Return the person who made a submission, or None."""
        known = dict(one.known)
        if "repository" in known:
            users = [user for user in self._github if known["repository"].lower().endswith(f"-{user.lower()}")]
            known |= {"github": users[-1]} if users else {}
        for kind in (*UNIQUE, "any"):
            if person := self._index.get((kind, known.get(kind, "").lower())):
                return person
        # Where Canvas's numbers are listed, an unlisted one is somebody else, whatever the name.
        if "id" in known and self._numbered:
            return None
        name = normal(known.get("name") or known.get("any", ""))
        return self._index.get(("name", name)) or self._index.get(("canvas", known.get("canvas", "")))

    def named(self, submissions):
        """Return the submissions under the keys of their students, and the names of those who are not in the class."""
        found, strangers, keys = [], set(), {person.key for person in self.people}
        for one in submissions:
            person = self.match(one)
            if person is None:
                strangers.add(one.student)
            beside = f"{one.student} (not in the class)" if one.student in keys else one.student
            found.append(replace(one, student=person.key if person else beside))
        return sorted(found, key=lambda one: (one.student, one.order)), sorted(strangers)

    def person(self, text):
        """Return the key of the student that an instructor means, or None."""
        text = sheets.clean(text)
        if any(one.key == text for one in self.people):
            return text
        found = self._index.get(("any", text.lower())) or self._index.get(("name", normal(text)))
        return found.key if found else None


def normal(name):
    """Return the words of a name, the first name first."""
    last, comma, first = name.lower().partition(",")
    return " ".join(re.findall(r"[^\W_]+", f"{first} {last}" if comma else last))


def squeezed(name):
    """Return a name as Canvas has it in a file's name: the last name first, and nothing between the letters."""
    if "," not in name and " " in name:
        first, _, last = name.rpartition(" ")
        name = f"{last} {first}"
    return re.sub(r"\W", "", name.lower())
