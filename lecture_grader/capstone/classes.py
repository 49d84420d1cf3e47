"""Grade the capstones of a class: each rule runs in the sandbox, the problems stay outside; results are kept."""

import hashlib
import json
import os
import statistics
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

from lecture_grader import classroom, reports, sandbox
from lecture_grader.capstone import marks, page, rules, runs
from lecture_grader.capstone.rules import NAME, Box, Inside, Refused, sentence
from lecture_grader.extract import Answers, NoAnswer, NotANotebook, code_cells
from lecture_grader.judge import printable
from lecture_grader.submission import seed_of

PACKAGE = Path(__file__).parent.parent


def grade(notebooks, seed, eight, command):
    """Grade one student's capstone.

    Parameters
    ----------
    notebooks : dict of str to bytes
        File name and content.
    seed : int
        Of the held-out problems.
    eight : dict
        The results of the eight on them.
    command : list of str
        How to start the sandbox.

    Returns
    -------
    dict
        ``parts``, points by part; ``said``, sentences; ``results`` as :func:`lecture_grader.capstone.runs.results`
        returns them, or None.
    """
    nothing = dict.fromkeys(marks.POINTS, 0.0)
    try:
        answers = _answers(notebooks)
        source = answers.source(NAME)
    except (NotANotebook, NoAnswer) as error:
        return {"parts": nothing, "said": [printable(error)], "results": None}
    with Box(command) as box:
        try:
            ahead, _ = _constant(box, answers, marks.AHEAD)
            rule = Inside(box, source, ahead is True, seed)
            runs.trial(rule)
        except Refused as error:
            return {"parts": nothing, "said": [sentence(error)], "results": None}
        (hand, wrong), (foreseen, also) = (_constant(box, answers, name) for name in (marks.HAND, marks.CLAIMS))
        try:
            results = runs.results(rule, seed)
        except Refused as error:
            results = sentence(error)
        parts, said = marks.marks(rule, results, eight, hand, foreseen)
    said = [*map(sentence, filter(None, (wrong, also))), *said]
    return {"parts": parts, "said": said, "results": None if isinstance(results, str) else results}


def _answers(notebooks):
    """Return the answers of the last notebook that has a rule."""
    found, problems = None, []
    for file, content in sorted(notebooks.items()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answers = Answers(code_cells(content))
        except NotANotebook as error:
            problems.append(f"{file}: {error}.")
            continue
        if NAME in answers.names():
            found = answers
    if found is None:
        raise NotANotebook(" ".join(problems) or f"There is no {NAME} in what was handed in.")
    return found


def _constant(box, answers, name):
    """Return a constant of the student's, or None, and why it could not be had."""
    if name not in answers.names():
        return None, None
    try:
        return box.value(name, answers.source(name)), None
    except NoAnswer as error:
        return None, printable(error).rstrip(".")
    except Refused as error:
        return None, str(error)


class Kept:
    """Results on disk, a file each; another submission, secret, grader or NumPy has another file.

    Parameters
    ----------
    folder : Path
        Where they are; made if need be, readable by its owner only.
    secret : str
        The class's secret.
    """

    def __init__(self, folder, secret):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, digest = folder, hashlib.sha256(secret.encode())
        digest.update(repr([metadata.version(name) for name in ("numpy", "scikit-learn")]).encode())
        files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("capstone/*.py"), *PACKAGE.glob("inside/*.py")]
        for path in sorted([*files, *(PACKAGE.parent / "lecture_optim").rglob("*.py")]):
            digest.update(path.name.encode() + path.read_bytes())
        self._grader = digest.digest()

    def get(self, what, compute):
        """Return what is kept of something, or compute and keep it.

        Parameters
        ----------
        what : bytes
            All that the result depends on beside the secret and the grader.
        compute : callable
            Returns JSON-able data.
        """
        path = self._folder / f"capstone-{hashlib.sha256(self._grader + what).hexdigest()}.json"
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        found = compute()
        classroom.write(path, json.dumps(found))
        return found


def _content(notebooks):
    pairs = [(os.fsencode(file), content) for file, content in sorted(notebooks.items())]
    parts = [part for pair in pairs for part in pair]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def grade_class(folders, secret, kept, workers, command, advance=lambda: None):
    """Grade what is not kept yet, and return everything.

    Parameters
    ----------
    folders : list of Path
        As for ``grade``; of several attempts the latest counts.
    secret : str
        The class's secret.
    kept : Path
        Where results are kept.
    workers : int
        How many rules to run at a time.
    command : list of str
        How to start the sandbox.
    advance : callable, optional
        Called when a rule is done.

    Returns
    -------
    students : dict of str to dict
        What :func:`grade` returns, by student.
    eight : dict of str to list of dict
        The results of the eight.

    Raises
    ------
    FileNotFoundError
        If there is no notebook.
    """
    latest = {one.student: one for one in classroom.find(*folders) if one.paths}
    if not latest:
        raise FileNotFoundError(f"There is no notebook in {', '.join(map(str, folders))}.")
    seed, kept = seed_of(secret, "capstone"), Kept(kept, secret)
    eight = kept.get(b"the eight", lambda: {name: runs.results(rule, seed) for name, rule in rules.eight().items()})

    def one(submission):
        notebooks = submission.notebooks()
        found = kept.get(_content(notebooks), lambda: grade(notebooks, seed, eight, command))
        advance()
        return found

    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(latest, pool.map(one, latest.values()), strict=True)), eight


def total(result):
    """Return the points of one student."""
    return round(sum(result["parts"].values()), 2)


def table(students):
    """Return the points as CSV."""
    rows = [["Student", "Points", *marks.POINTS, "Comments"]]
    for student, result in sorted(students.items()):
        points = [f"{result['parts'][name]:g}" for name in marks.POINTS]
        rows.append([student, f"{total(result):g}", *points, " ".join(result["said"])])
    return reports._csv(rows)


def command_line(given):
    """Grade a class from the command line and return the exit code."""
    from tqdm import tqdm

    command = sandbox.command_without_sandbox() if given.unsafe_no_sandbox else sandbox.working_command()
    kept = given.csv.with_name(f"{given.csv.name}.results")
    with tqdm(unit=" rules", desc="Grading") as bar:
        students, eight = grade_class(given.submissions, given.seed, kept, given.j, command, bar.update)
    classroom.write(given.csv, table(students))
    if given.html:
        classroom.write(given.html, page.leaderboard(students, eight, given.hide_names))
        print(f"The leaderboard is in {given.html}.")
    points = sorted(map(total, students.values()))
    print(f"{len(points)} rules, {marks.POSSIBLE} points possible")
    print(f"lowest {points[0]:g}, median {statistics.median(points):g}, highest {points[-1]:g}")
    print(f"The table is in {given.csv}.")
    return int(points[0] < marks.POSSIBLE)
