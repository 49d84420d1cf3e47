"""The work of a contest in units that can be done anywhere, in any order, and are kept once done."""

import functools
import hashlib
import json
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from threadpoolctl import threadpool_limits  # comes with scikit-learn

from lecture_optim.contest.entry import ContestError, Entry
from lecture_optim.contest.problems import PROBLEMS
from lecture_optim.contest.runs import SCHEDULES, measured


@dataclass(frozen=True)
class Unit:
    """All runs of an algorithm on a problem with one seed, on rates a quarter of a decade apart."""

    problem: str
    steps: int
    entry: Entry
    seed: int
    first: int
    last: int


def number(x):
    """Return a number as the tables hold it."""
    return f"{x:.6g}"


@functools.cache
def _problem(name, steps):
    return PROBLEMS[name](steps=steps)


@functools.cache
def code():
    """Return what stands for all that a result depends on beside its unit: this module, and the libraries."""
    libraries = ("numpy", "scikit-learn", "matplotlib")  # the last for the documents
    digest = hashlib.sha256(repr([metadata.version(name) for name in libraries]).encode())
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compute(unit, expected):
    """Return the rows of a unit: schedule, rate and measures as text.

    Parameters
    ----------
    unit : Unit
        What to run.
    expected : str
        The :func:`code` of who asks: a worker with another one must not answer.

    Returns
    -------
    list of list of str
        A row for each schedule and rate.
    """
    if code() != expected:
        raise ContestError("a worker has another version of this course, NumPy, scikit-learn or Matplotlib")
    with threadpool_limits(1):  # the same sums in the same order everywhere
        found = _found(unit, _problem(unit.problem, unit.steps))
    return [
        [schedule, number(rate), *[number(values[i, 0, k]) for values in found.values()]]
        for i, schedule in enumerate(SCHEDULES)
        for k, rate in enumerate(_rates(unit))
    ]


def _rates(unit):
    return [10.0 ** (q / 4) for q in range(unit.first, unit.last + 1)]


def _found(unit, problem):
    try:
        return measured(unit.entry.algorithm, problem, _rates(unit), [unit.seed])
    except Exception as error:
        if not unit.entry.text:
            raise
        where = f"{unit.problem}, seed {unit.seed}"
        raise ContestError(f"{unit.entry.label} failed on {where}: {type(error).__name__}: {error}") from None


def write(path, text):
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


class Kept:
    """Rows of units that are done, a file each. Another rule, option or version has another file.

    Parameters
    ----------
    folder : Path
        Where they are.
    """

    def __init__(self, folder):
        self._folder = folder

    def _path(self, unit):
        return self._folder / f"{hashlib.sha256(f'{code()} {unit}'.encode()).hexdigest()[:32]}.json"

    def find(self, unit):
        """Return the rows of a unit, or None."""
        path = self._path(unit)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def keep(self, unit, rows):
        """Store the rows of a unit."""
        write(self._path(unit), json.dumps(rows))


def seconds(unit, share=10):
    """Return about how long a unit takes here, from a run of a part of its steps."""
    few, marks = max(unit.steps // share, 1), []
    with threadpool_limits(1):
        for steps in (1, 1 + few):  # the difference leaves out what does not grow with the steps
            problem = PROBLEMS[unit.problem](steps=steps)
            problem.draw(unit.seed)  # what is read once a process
            started = time.perf_counter()
            _found(unit, problem)
            marks.append(time.perf_counter() - started)
    return marks[0] + max(marks[1] - marks[0], 0) * unit.steps / few


def here(units, processes):
    """Yield units and their rows as they are done, by processes of this machine."""
    if processes == 1:
        for unit in units:
            yield unit, compute(unit, code())
        return
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        futures = {pool.submit(compute, unit, code()): unit for unit in units}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)
