"""Grade a folder of submissions: find them, skip what is done, and keep each result on disk at once."""

import hashlib
import json
import os
import stat
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from lecture_grader import submission
from lecture_grader.extract import LARGEST_NOTEBOOK

PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Submission:
    """One student's files.

    Attributes
    ----------
    student : str
        From the name of the notebook, or of the folder that holds several.
    paths : tuple of Path
        The notebooks.
    folder : Path
        Where the submissions are.
    """

    student: str
    paths: tuple
    folder: Path

    def notebooks(self):
        """Return file names and contents; of a file that is too large only so much that it is known to be."""
        return {str(path.relative_to(self.folder)): _read(path) for path in self.paths}


def find(folder):
    """Return the submissions in a folder, sorted by student.

    A notebook directly in the folder is a student's whole submission; a folder in it holds the
    notebooks of one student. Links are not followed, and hidden names are left out.

    Parameters
    ----------
    folder : Path
        Where the submissions are.

    Returns
    -------
    list of Submission
        One per student.
    """
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*.ipynb")) if _is_notebook(p, path))
            found.setdefault(path.name, []).extend(inside)
        elif _is_notebook(path, folder):
            found.setdefault(path.stem, []).append(path)
    return [Submission(student, tuple(paths), folder) for student, paths in sorted(found.items())]


def _is_notebook(path, root):
    below = path.relative_to(root).parts
    linked = any(parent.is_symlink() for parent in path.parents if parent.is_relative_to(root))
    named = path.suffix == ".ipynb" and not any(part.startswith(".") for part in below)
    return named and not linked and stat.S_ISREG(os.lstat(path).st_mode)


def _read(path):
    # Not to be led elsewhere, nor to wait, should the file have become a link or a pipe since it was found.
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(LARGEST_NOTEBOOK + 1)


def write(path, text):
    """Write a file so that it is whole or not there at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}.part")
    with open(beside, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


class Kept:
    """Results on disk, one file per submission; a changed submission, question or secret has another key.

    Parameters
    ----------
    folder : Path
        Where they are; made if need be, readable by its owner only.
    secret : str
        The class's secret.
    """

    def __init__(self, folder, secret):
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256(secret.encode())
        for path in sorted([*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "lecture_optim").glob("*.py")]):
            digest.update(path.name.encode() + path.read_bytes())
        self._grader = digest.digest()

    def path(self, student, notebooks):
        """Return the file of a submission's result."""
        digest = hashlib.sha256(self._grader)
        for part in (student, *(item for pair in sorted(notebooks.items()) for item in pair)):
            data = part if isinstance(part, bytes) else os.fsencode(part)
            digest.update(len(data).to_bytes(8, "big") + data)
        return self._folder / f"{digest.hexdigest()}.json"


def grade(submissions, kept, workers, start, advance):
    """Grade what is not kept yet, and return everything.

    Parameters
    ----------
    submissions : list of Submission
        From :func:`find`.
    kept : Kept
        Results of this and of earlier runs.
    workers : int
        How many submissions to grade at a time.
    start : callable
        ``start(notebooks) -> future`` begins to grade one submission, as :func:`on_this_machine` makes it.
    advance : callable
        Called with no argument when a submission is done.

    Returns
    -------
    results : dict of str to dict
        By student, as :func:`lecture_grader.submission.grade` returns them.
    failures : dict of str to str
        Students whose submission could not be graded through no fault of theirs, with the reason.
    """
    results, failures, running = {}, {}, {}

    def collect():
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            student, path = running.pop(future)
            error = future.exception()
            if error is None:
                results[student] = future.result()
                write(path, json.dumps(results[student]))
            else:
                failures[student] = f"{type(error).__name__}: {error}"
            advance()

    for one in submissions:
        try:
            notebooks = one.notebooks()
        except OSError as error:
            failures[one.student] = str(error)
            advance()
            continue
        path = kept.path(one.student, notebooks)
        if path.exists():
            results[one.student] = json.loads(path.read_text(encoding="utf-8"))
            advance()
            continue
        # No more are read than are worked on, so a large class needs no more memory than a small one.
        while len(running) >= workers:
            collect()
        running[start(notebooks)] = one.student, path
    while running:
        collect()
    return results, failures


def on_this_machine(workers, secret, command):
    """Return a thread pool and the ``start`` of :func:`grade` that uses it.

    Parameters
    ----------
    workers : int
        Threads; each has its own sandbox.
    secret : str
        The class's secret.
    command : list of str
        How to start the sandbox.

    Returns
    -------
    pool : ThreadPoolExecutor
        To be shut down.
    start : callable
        Begins to grade one submission.
    """
    judges, pool = submission.Judges(secret), ThreadPoolExecutor(workers)
    return pool, lambda notebooks: pool.submit(submission.grade, notebooks, judges, command)
