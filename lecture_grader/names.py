"""Find the submissions in a folder, as the learning systems name them.

==============  ==============================================================
plain           ``ada.ipynb``, or ``ada/`` with several notebooks
Canvas          ``lovelaceada_LATE_12345_67890_08_momentum-2.ipynb``: Canvas's numbers of the student and of the file
Moodle          ``Ada Lovelace_1234567_assignsubmission_file_/``, or the same as the beginning of a file's name
GitHub          ``momentum-submissions/momentum-ada/``, as the command ``gh classroom clone student-repos`` makes it
Gradescope      ``submission_123456/`` beside ``submission_metadata.yml``
==============  ==============================================================

What a student chooses, such as the rest of a file's name, never decides whose it is.
"""

import datetime
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from lecture_grader.extract import LARGEST_NOTEBOOK
from lecture_grader.sheets import Refused, clean

METADATA = "submission_metadata.yml"
LARGEST_METADATA = 2**25  # bytes
# Canvas takes _12_ out of names, so the first such number is its own.
CANVAS = re.compile(
    r"(?:(?P<name>(?:(?!_\d+_)\w)+?)(?:_(?P<late>LATE))?_(?P<id>\d+)|(?P<late_too>LATE_)?(?P<anonymous>anon_[0-9A-Za-z]+))"
    r"_(?P<file>\d{1,30})_(?P<rest>.+)",
    re.DOTALL,
)
MOODLE = r"(?P<name>.+{lazy})_(?P<id>\d+)_assignsubmission_file{end}"
MOODLE_FILE = re.compile(MOODLE.format(lazy="?", end="_(?P<rest>.+)"), re.DOTALL)
MOODLE_FOLDER = re.compile(MOODLE.format(lazy="", end="_?"), re.DOTALL)


@dataclass(frozen=True)
class Submission:
    """What one student handed in at one time.

    Attributes
    ----------
    student : str
        From the name of the notebook, or of the folder that holds several.
    paths : tuple of Path
        The notebooks.
    folder : Path
        Where the submissions are.
    known : dict
        What the learning system calls the student: "id" and "canvas" (Canvas's number and name), "identifier"
        (Moodle's number), "github", "sid", "email", "name". A plain name is "any" of them.
    order : tuple
        Later attempts of a student have a larger one.
    late : bool
        Whether the name says that it was late.
    when : datetime or None
        When it was handed in, if the system says so.
    label : str
        Different for every submission; the student's name where that is enough.
    """

    student: str
    paths: tuple
    folder: Path
    known: dict
    order: tuple = (0, 0)
    late: bool = False
    when: datetime.datetime | None = None
    label: str = ""

    def notebooks(self):
        """Return file names and contents; of a file that is too large only so much that it is known to be."""
        return {str(path.relative_to(self.folder)): _read(path) for path in self.paths}


def find(*folders):
    """Return the submissions in folders, sorted by student and attempt.

    A notebook directly in a folder is a student's whole submission; a folder in it holds the notebooks of one
    student. Names of the learning systems are recognised. Links are not followed, and hidden names are left out.

    Parameters
    ----------
    *folders : Path
        Where the submissions are; of one student's submissions, those in later folders are later.

    Returns
    -------
    list of Submission
        At least one per student.
    """
    found = []
    for index, folder in enumerate(folders):
        here = list(_gradescope(folder) if _is_file(folder / METADATA) else _listed(folder))
        found += [replace(one, order=(*one.order, index)) for one in _apart(here)]
    found.sort(key=lambda one: (one.student, one.order))
    times, labelled = Counter(one.student for one in found), []
    seen = Counter()
    for one in found:
        seen[one.student] += 1
        several = times[one.student] > 1
        labelled.append(replace(one, label=f"{one.student} #{seen[one.student]}" if several else one.student))
    return labelled


def _apart(found):
    """Tell students apart who have one name and several numbers in one folder; a list of the class can know better."""
    numbers = {}
    for one in found:
        numbers.setdefault(one.student, set()).add(_number(one))
    for one in found:
        if len(numbers[one.student]) > 1 and _number(one):
            one = replace(one, student=f"{one.student} ({_number(one)})")
        yield one


def _number(one):
    return next((one.known[kind] for kind in ("id", "identifier", "sid", "email") if kind in one.known), None)


def _listed(folder):
    plain = {}
    prefix = folder.resolve().name.removesuffix("submissions")
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            inside = tuple(p for p in sorted(path.rglob("*.ipynb")) if _is_notebook(p, path))
            if match := MOODLE_FOLDER.fullmatch(path.name):
                yield _moodle(match, inside, folder)
            elif len(prefix) > 1 and prefix.endswith("-") and path.name.startswith(prefix):
                user = path.name.removeprefix(prefix)
                yield Submission(user, inside, folder, {"github": user})
            elif "_assignsubmission_" not in path.name:  # texts that were typed into Moodle's page hold no notebook
                plain.setdefault(path.name, []).extend(inside)
        elif _is_notebook(path, folder):
            if match := CANVAS.fullmatch(path.name):
                yield _canvas(match, path, folder)
            elif match := MOODLE_FILE.fullmatch(path.name):
                yield _moodle(match, (path,), folder)
            else:
                plain.setdefault(path.stem, []).append(path)
    for name, paths in sorted(plain.items()):
        known = {"any": name} | ({"repository": name} if (folder / name / ".git").exists() else {})
        yield Submission(name, tuple(paths), folder, known)


def _canvas(match, path, folder):
    # An anonymous submission has no name, and a number that is good for this assignment only.
    number, late = match["id"] or match["anonymous"], bool(match["late"] or match["late_too"])
    known = {"id": number} | ({"canvas": match["name"]} if match["name"] else {})
    return Submission(match["name"] or number, (path,), folder, known, (int(match["file"]),), late)


def _moodle(match, paths, folder):
    name = clean(match["name"]) or match["id"]
    return Submission(name, paths, folder, {"identifier": match["id"], "name": name}, (0,))


def _gradescope(folder):
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """Reads Ruby's kinds of mappings and lists as what they are made of."""

    def plainly(loader, tag, node):
        make = {"mapping": loader.construct_mapping, "sequence": loader.construct_sequence}
        return make.get(node.id, loader.construct_scalar)(node)

    Loader.add_multi_constructor("!ruby/", plainly)
    path = folder / METADATA
    with open(path, "rb") as file:
        content = file.read(LARGEST_METADATA + 1)
    try:
        entries = yaml.load(content, Loader) if len(content) <= LARGEST_METADATA else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused(f"{path} is not Gradescope's: {clean(str(error))}") from None
    if not isinstance(entries, dict):
        raise Refused(f"{path} is not Gradescope's: it does not list submissions.")
    for key, entry in sorted(entries.items(), key=lambda item: str(item[0])):
        here = folder / str(key)
        people = entry.get(":submitters") if isinstance(entry, dict) else None
        if here.parent != folder or here.name in ("", ".", "..") or here.is_symlink() or not isinstance(people, list):
            raise Refused(f"{path} is not Gradescope's: {clean(str(key))!r} is no submission.")
        inside = tuple(p for p in sorted(here.rglob("*.ipynb")) if _is_notebook(p, here)) if here.is_dir() else ()
        when = entry.get(":created_at")
        when = when if isinstance(when, datetime.datetime) else None
        if when and when.tzinfo is None:  # Gradescope writes UTC, which PyYAML may leave unsaid
            when = when.replace(tzinfo=datetime.UTC)
        for person in (person for person in people if isinstance(person, dict)):
            given = {kind: clean(str(person.get(f":{kind}") or "")) for kind in ("sid", "email", "name")}
            known = {kind: value for kind, value in given.items() if value}
            name = known.get("name") or known.get("email") or here.name
            order = (int(when.timestamp()) if when else 0,)
            yield Submission(name, inside, folder, known, order, when=when)


def _is_file(path):
    return path.is_file() and not path.is_symlink()


def _is_notebook(path, root):
    below = path.relative_to(root).parts
    linked = any(parent.is_symlink() for parent in path.parents if parent.is_relative_to(root))
    named = path.suffix == ".ipynb" and not any(part.startswith(".") for part in below)
    return named and not linked and stat.S_ISREG(os.lstat(path).st_mode)


def _read(path):
    # Not to be led elsewhere, nor to wait, should the file have become a link or a pipe since it was found.
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(LARGEST_NOTEBOOK + 1)
