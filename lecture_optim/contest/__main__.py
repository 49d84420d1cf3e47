"""Hold the contest: ``python -m lecture_optim.contest``, with a rule of your own or on a cluster."""

import argparse
import os
import sys
import time
from pathlib import Path

from lecture_optim.contest import cluster, units
from lecture_optim.contest.entry import ContestError, ours, theirs
from lecture_optim.contest.held import Contest
from lecture_optim.contest.problems import PROBLEMS
from lecture_optim.contest.report import report

DEFAULT = [name for name in PROBLEMS if name != "tumours"]


def parser():
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m lecture_optim.contest", description=__doc__.splitlines()[0])
    top.add_argument(
        "--out",
        type=Path,
        default=Path("contest"),
        metavar="DIR",
        help="where contest.csv, report.txt and the finished units go (contest)",
    )
    top.add_argument("--rule", metavar="FILE.py:NAME", help="a rule of your own; it is compared with all others")
    top.add_argument(
        "--problems", type=_names, default=DEFAULT, metavar="A,B", help=f"of {', '.join(PROBLEMS)} (all but tumours)"
    )
    top.add_argument(
        "--algorithms",
        type=_names,
        default=(),
        metavar="A,B",
        help="constants of lecture_optim.algorithms, such as SGD,ADAM (the lecture's eight)",
    )
    top.add_argument("--steps", type=_count, default=300, metavar="N", help="the budget (300)")
    top.add_argument("--seeds", type=_count, default=20, metavar="N", help="how many (20)")
    top.add_argument("--first-seed", type=_seed, default=0, metavar="N", help="the first of them (0)")
    where = top.add_mutually_exclusive_group()
    where.add_argument(
        "--processes",
        type=_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help=f"at a time on this machine ({os.cpu_count()})",
    )
    where.add_argument("--dask", metavar="ADDRESS", help="send the work to a Dask cluster, tcp://…")
    return top  # fmt: skip


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _seed(text):
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be at least 0")
    return number


def _names(text):
    return [name.strip() for name in text.split(",") if name.strip()]


def main(arguments=None):
    """Run the command line and return the exit code: 0, or 2 with a sentence."""
    given = parser().parse_args(arguments)
    try:
        print(hold(given), end="")
    except ContestError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What is done is kept; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def hold(given):
    """Hold the contest that is asked for, write its files and return the report."""
    unknown = [name for name in given.problems if name not in PROBLEMS]
    if unknown or not given.problems:
        raise ContestError(f"--problems must be of {', '.join(PROBLEMS)}, got {', '.join(unknown) or 'none'}")
    own = theirs(given.rule) if given.rule else None
    entries = [*([own] if own else []), *ours(given.algorithms)]
    problems = [name for name in PROBLEMS if name in given.problems]
    contest = Contest(entries, problems, given.steps, range(given.first_seed, given.first_seed + given.seeds))
    try:
        kept = units.Kept(given.out / "units")
        client = cluster.connect(given.dask) if given.dask else None
        try:
            perform(contest, kept, given.processes, client)
        finally:
            if client:
                client.close()
        units.write(given.out / "contest.csv", contest.table())
        text = report(contest, own)
        units.write(given.out / "report.txt", text)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise ContestError(f"--out {given.out} cannot be written: {error.strerror}") from None
    return text


def perform(contest, kept, processes, client):
    """Do what is missing, and again as long as grids grow."""
    while True:
        todo = []
        for unit in contest.missing():
            rows = kept.find(unit)
            if rows is None:
                todo.append(unit)
            else:
                contest.add(unit, rows)
        if todo:
            at_once = max(sum(client.nthreads().values()), 1) if client else processes
            work = cluster.on_dask(client, todo) if client else units.here(todo, min(processes, len(todo)))
            for unit, rows in told(work, todo, at_once):
                kept.keep(unit, rows)
                contest.add(unit, rows)
        if not contest.grow():
            return


def told(work, todo, at_once):
    """Pass units on as they are done; say on the way how long it will take."""
    say = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
    each = {}
    for unit in todo:
        if unit.problem not in each:
            each[unit.problem] = units.seconds(unit)
    left, gone = sum(each[unit.problem] for unit in todo), 0.0
    say(f"{len(todo)} units to compute, {at_once} at a time: about {duration(left / at_once)}")
    started = last = time.monotonic()
    for done, (unit, rows) in enumerate(work, 1):
        yield unit, rows
        left, gone = left - each[unit.problem], gone + each[unit.problem]
        now = time.monotonic()
        if now - last > 15 and 4 * at_once < done < len(todo):
            last = now
            say(f"{done} of {len(todo)}, about {duration(left * (now - started) / gone)} left")


def duration(seconds):
    """Return a time in words."""
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(seconds, 1):.0f} s"


if __name__ == "__main__":
    sys.exit(main())
