"""Grade a folder of submissions: find them, skip what is done, and keep each result on disk at once."""

import hashlib
import json
import os
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from lecture_grader import bank, names, submission

PACKAGE = Path(__file__).parent
find = names.find


def write(path, text):
    """Write a file so that it is whole or not there at all."""
    _put(path, text)


def _put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}.part")
    with open(beside, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


class Kept:
    """Results on disk, one file per submission; a changed submission, grader or secret has another key.

    A question's own file is no part of the key: when it changes, that question alone is graded again.

    Parameters
    ----------
    folder : Path
        Where they are; made if need be, readable by its owner only.
    secret : str
        The class's secret.
    again : iterable of str, optional
        Students and questions to be graded again in any case.
    """

    def __init__(self, folder, secret, again=()):
        self._folder, self._again, self._questions = folder, set(again), {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256(secret.encode() + " ".join(bank.names()).encode())
        for path in sorted([*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "lecture_optim").rglob("*.py")]):
            if path.parent == PACKAGE / "questions" and path.stem in bank.names():
                self._questions[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            else:
                digest.update(path.name.encode() + path.read_bytes())
        self._grader = digest.digest()

    def path(self, notebooks):
        """Return the file of a submission's result."""
        digest = hashlib.sha256(self._grader)
        for part in (item for pair in sorted(notebooks.items()) for item in pair):
            data = part if isinstance(part, bytes) else os.fsencode(part)
            digest.update(len(data).to_bytes(8, "big") + data)
        return self._folder / f"{digest.hexdigest()}.json"

    def read(self, path, one):
        """Return what is kept of a submission, and the questions that must be graded again, or None for all."""
        if not path.exists() or self._again & {one.student, one.label}:
            return None, None
        result = json.loads(path.read_text(encoding="utf-8"))
        made = result.pop("made")
        stale = [name for name in result["questions"] if name in self._again or made.get(name) != self._questions[name]]
        return result, stale

    def write(self, path, result):
        """Keep a result, with what it was made by."""
        made = {name: self._questions[name] for name in result["questions"]}
        write(path, json.dumps({**result, "made": made}))

    def write_class(self, settled):
        """Keep what the report is made of: the marks that count, without names."""
        wanted = ("questions", "marks")
        students = [{name: result[name] for name in wanted} for result in settled.values()]
        _put(self._folder / CLASS, json.dumps({"students": students}))


#: The file of :meth:`Kept.write_class`.
CLASS = "the-class"


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
        ``start(notebooks, only) -> future`` begins to grade one submission, as :func:`on_this_machine` makes it.
    advance : callable
        Called with no argument when a submission is done.

    Returns
    -------
    results : dict of str to dict
        By the submissions' labels, as :func:`lecture_grader.submission.grade` returns them.
    failures : dict of str to str
        Labels of submissions that could not be graded through no fault of theirs, with the reason.
    """
    results, failures, running = {}, {}, {}

    def collect():
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            label, path, before = running.pop(future)
            error = future.exception()
            if error is None:
                result = future.result()
                if before:
                    result = {**before, "questions": before["questions"] | result["questions"]}
                results[label] = result
                kept.write(path, result)
            else:
                failures[label] = f"{type(error).__name__}: {error}"
            advance()

    for one in submissions:
        try:
            notebooks = one.notebooks()
        except OSError as error:
            failures[one.label] = str(error)
            advance()
            continue
        path = kept.path(notebooks)
        before, only = kept.read(path, one)
        if before and not only:
            results[one.label] = before
            advance()
            continue
        # No more are read than are worked on, so a large class needs no more memory than a small one.
        while len(running) >= workers:
            collect()
        running[start(notebooks, only)] = one.label, path, before
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
    return pool, lambda notebooks, only: pool.submit(submission.grade, notebooks, judges, command, only)
