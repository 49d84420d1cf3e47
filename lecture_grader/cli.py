"""The command line: ``python -m lecture_grader grade`` and ``export``."""

import argparse
import os
import sys
import warnings
from pathlib import Path

from lecture_grader import classroom, reports, sandbox

EXIT = """\
exit codes of grade:
  0  graded; every submission has full marks
  1  graded; at least one submission has not
  2  nothing graded: wrong use, or no sandbox
  3  some submissions could not be graded; run it again, and only those are
"""
COULD_NOT = 3


def parser():
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m lecture_grader",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True)
    grade = commands.add_parser(
        "grade",
        help="grade a folder of notebooks",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    grade.add_argument(
        "submissions", type=Path, help="a folder with one notebook, or one folder of them, for each student"
    )
    grade.add_argument("--seed", required=True, help="the class's secret, which makes the hidden inputs")
    grade.add_argument("-j", type=_count, default=os.cpu_count(), metavar="N", help="how many at a time")
    grade.add_argument("--csv", type=Path, default=Path("grades.csv"), help="the table (grades.csv)")
    grade.add_argument("--gradescope", type=Path, metavar="DIR", help="write results.json files")
    grade.add_argument("--html", type=Path, metavar="DIR", help="write a page for each student")
    grade.add_argument("--reveal", action="store_true", help="show the hidden inputs in the feedback")
    grade.add_argument("--dask", metavar="ADDRESS", help="send the submissions to a Dask cluster")
    grade.add_argument("--unsafe-no-sandbox", action="store_true", help="run answers as yourself: only for your own")
    export = commands.add_parser("export", help="make assignments for other tools")
    export.add_argument("--nbgrader", type=Path, metavar="DIR", help="a course folder of nbgrader")
    export.add_argument("--otter", type=Path, metavar="DIR", help="notebooks and tests of otter-grader")
    return top


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main(arguments=None):
    """Run the command line and return the exit code."""
    given = parser().parse_args(arguments)
    if given.command == "export":
        return export(given)
    try:
        return grade(given)
    except (sandbox.NoSandbox, NotADirectoryError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2


def export(given):
    """Write the assignments that are asked for."""
    from lecture_grader import exports

    if not (given.nbgrader or given.otter):
        print("Say which tool: --nbgrader DIR or --otter DIR.", file=sys.stderr)
        return 2
    if given.nbgrader:
        exports.nbgrader(given.nbgrader)
    if given.otter:
        exports.otter(given.otter)
    return 0


def grade(given):
    """Grade a class and write what is asked for."""
    from tqdm import tqdm

    warnings.filterwarnings("ignore", category=SyntaxWarning)
    submissions = classroom.find(given.submissions)
    if not submissions:
        raise FileNotFoundError(f"There is no notebook in {given.submissions}.")
    kept = classroom.Kept(given.csv.with_name(f"{given.csv.name}.results"), given.seed)
    if given.dask:
        from lecture_grader import cluster

        pool, workers, start = cluster.on_dask(given.dask, given.seed, given.unsafe_no_sandbox)
    else:
        command = sandbox.command_without_sandbox() if given.unsafe_no_sandbox else sandbox.working_command()
        workers = given.j
        pool, start = classroom.on_this_machine(workers, given.seed, command)
    with pool, tqdm(total=len(submissions), unit="submission", desc="Grading") as bar:
        results, failures = classroom.grade(submissions, kept, workers, start, bar.update)
    write(given, results)
    return summarise(given, results, failures)


def write(given, results):
    """Write the table, and the pages and files that are asked for."""
    classroom.write(given.csv, reports.table(results))
    handed_in = reports.chapters(results)
    for student, result in results.items():
        if given.html:
            page = reports.page(student, result, handed_in, given.reveal)
            classroom.write(given.html / f"{student}.html", page)
        if given.gradescope:
            alone = len(results) == 1
            folder = given.gradescope if alone else given.gradescope / student
            classroom.write(folder / "results.json", reports.gradescope(result, given.reveal))


def summarise(given, results, failures):
    """Print the class in a few lines and return the exit code."""
    handed_in = reports.chapters(results)
    possible = sum(reports.bank.CHAPTERS[chapter].points for chapter in handed_in)
    marks = sorted(reports.total(result) for result in results.values())
    if marks:
        print(f"{len(marks)} submissions, {possible:g} points possible")
        print(f"lowest {marks[0]:g}, median {marks[len(marks) // 2]:g}, highest {marks[-1]:g}")
    for student, result in sorted(results.items()):
        for problem in result["problems"]:
            print(f"{_safe(student)}: {_safe(problem)}")
    for student, reason in sorted(failures.items()):
        print(f"{_safe(student)}: NOT GRADED: {_safe(reason)}", file=sys.stderr)
    print(f"The table is in {given.csv}.")
    if failures:
        return COULD_NOT
    return int(not marks or marks[0] < possible)


def _safe(text):
    return "".join(c if c.isprintable() else "?" for c in text)
