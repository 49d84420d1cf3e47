"""The command line: ``python -m lecture_grader`` with ``grade``, ``capstone``, ``report``, ``similar``, ``export``."""

import argparse
import os
import statistics
import sys
import warnings
from pathlib import Path

from lecture_grader import bank, classroom, deadlines, overrides, reports, sandbox, settle, sheets
from lecture_grader.roster import Roster

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
        "submissions",
        type=Path,
        nargs="+",
        help="folders with one notebook, or one folder of them, for each student, or as a learning system made them",
    )
    grade.add_argument("--seed", required=True, help="the class's secret, which makes the hidden inputs")
    grade.add_argument("-j", type=_count, default=os.cpu_count(), metavar="N", help="how many at a time")
    grade.add_argument("--csv", type=Path, default=Path("grades.csv"), help="the table (grades.csv)")
    grade.add_argument(
        "--roster", type=Path, action="append", default=[], metavar="CSV", help="the list of the class; may be repeated"
    )
    grade.add_argument("--attempts", choices=("latest", "best"), default="latest", help="which attempt counts (latest)")
    grade.add_argument("--deadlines", type=Path, metavar="TOML", help="deadlines, and what lateness costs")
    grade.add_argument("--overrides", type=Path, metavar="CSV", help="marks that are set by hand, with their reasons")
    grade.add_argument(
        "--again", action="append", default=[], metavar="NAME", help="grade this student or question again in any case"
    )
    grade.add_argument("--canvas", type=Path, metavar="CSV", help="write a table for Canvas's gradebook")
    grade.add_argument("--moodle", type=Path, metavar="CSV", help="write a table for Moodle's gradebook")
    grade.add_argument("--gradescope", type=Path, metavar="DIR", help="write results.json files")
    grade.add_argument("--html", type=Path, metavar="DIR", help="write a page for each student")
    grade.add_argument("--reveal", action="store_true", help="show the hidden inputs in the feedback")
    grade.add_argument("--dask", metavar="ADDRESS", help="send the submissions to a Dask cluster")
    grade.add_argument("--unsafe-no-sandbox", action="store_true", help="run answers as yourself: only for your own")
    report = commands.add_parser("report", help="make a page on what the class got wrong")
    report.add_argument("--csv", type=Path, default=Path("grades.csv"), help="the table that grade wrote (grades.csv)")
    report.add_argument(
        "--quizzes", type=Path, metavar="DIR", help="the readers' exported answers to the book's quizzes"
    )
    report.add_argument("--html", type=Path, default=Path("report.html"), help="the page (report.html)")
    similar = commands.add_parser("similar", help="list submissions that are alike")
    similar.add_argument("submissions", type=Path, nargs="+", help="folders, as for grade")
    similar.add_argument("--roster", type=Path, action="append", default=[], metavar="CSV", help="as for grade")
    similar.add_argument(
        "--least", type=_share, default=0.6, metavar="SHARE", help="how much must be alike, from 0 to 1 (0.6)"
    )
    capstone = commands.add_parser("capstone", help="grade the capstones of a class: rules that students designed")
    capstone.add_argument("submissions", type=Path, nargs="+", help="folders, as for grade")
    capstone.add_argument("--seed", required=True, help="the class's secret, which makes the held-out problems")
    capstone.add_argument("-j", type=_count, default=os.cpu_count(), metavar="N", help="how many at a time")
    capstone.add_argument("--csv", type=Path, default=Path("capstone.csv"), help="the table (capstone.csv)")
    capstone.add_argument("--html", type=Path, metavar="FILE", help="write a leaderboard")
    capstone.add_argument("--hide-names", action="store_true", help="the leaderboard calls students by numbers")
    capstone.add_argument("--unsafe-no-sandbox", action="store_true", help="run rules as yourself: only your own")
    export = commands.add_parser("export", help="make assignments for other tools")
    export.add_argument("--nbgrader", type=Path, metavar="DIR", help="a course folder of nbgrader")
    export.add_argument("--otter", type=Path, metavar="DIR", help="notebooks and tests of otter-grader")
    return top


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _share(text):
    number = float(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError("must be above 0, and at most 1")
    return number


def main(arguments=None):
    """Run the command line and return the exit code."""
    given = parser().parse_args(arguments)
    commands = {"capstone": capstone, "export": export, "grade": grade, "report": report, "similar": similar}
    command = commands[given.command]
    try:
        return command(given)
    except (sandbox.NoSandbox, NotADirectoryError, FileNotFoundError, sheets.Refused) as error:
        print(_safe(str(error)), file=sys.stderr)
        return 2


def capstone(given):
    """Grade the rules of a class."""
    from lecture_grader.capstone import classes

    return classes.command_line(given)


def report(given):
    """Write the page on the class."""
    from lecture_grader import class_report

    kept = given.csv.with_name(f"{given.csv.name}.results") / classroom.CLASS
    classroom.write(given.html, class_report.page(class_report.read(kept), class_report.quizzes(given.quizzes)))
    print(f"The page is in {given.html}. It names nobody, but it shows hidden inputs: keep it from students.")
    return 0


def similar(given):
    """Print the submissions that are alike."""
    from lecture_grader import similarity

    print("\n".join(map(_safe, similarity.lines(_found(given)[0], given.least))))
    return 0


def _found(given):
    """Return the submissions, the roster or None, and who is not in it."""
    submissions = classroom.find(*given.submissions)
    roster = Roster(given.roster) if given.roster else None
    if not any(one.paths for one in submissions):
        raise FileNotFoundError(f"There is no notebook in {', '.join(map(str, given.submissions))}.")
    if roster is None:
        return submissions, [], None
    return *roster.named(submissions), roster


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
    submissions, strangers, roster = _found(given)
    students = {one.student for one in submissions}

    def person(text):
        return text if text in students else roster and roster.person(text)

    late = deadlines.Deadlines(given.deadlines, person) if given.deadlines else None
    by_hand = overrides.read(given.overrides, person) if given.overrides else []
    again = [name if name in bank.names() else person(name) for name in given.again]
    if None in again:
        name = given.again[again.index(None)]
        raise sheets.Refused(f"--again {name}: there is no such student in the class, and no such question.")
    kept = classroom.Kept(given.csv.with_name(f"{given.csv.name}.results"), given.seed, again)
    if given.dask:
        from lecture_grader import cluster

        pool, workers, start = cluster.on_dask(given.dask, given.seed, given.unsafe_no_sandbox)
    else:
        command = sandbox.command_without_sandbox() if given.unsafe_no_sandbox else sandbox.working_command()
        workers = given.j
        pool, start = classroom.on_this_machine(workers, given.seed, command)
    with pool, tqdm(total=len(submissions), unit="submission", desc="Grading") as bar:
        results, failures = classroom.grade(submissions, kept, workers, start, bar.update)
    failed = {one.student for one in submissions if one.label in failures}
    settled = settle.settle(submissions, results, roster, given.attempts == "best", late, by_hand)
    # Half of somebody's attempts say nothing of the mark.
    settled = {student: result for student, result in settled.items() if student not in failed}
    kept.write_class(settled)
    write(given, settled, roster)
    return summarise(given, settled, failures, strangers)


def write(given, results, roster):
    """Write the table, and the pages and files that are asked for."""
    classroom.write(given.csv, reports.table(results))
    if given.canvas:
        classroom.write(given.canvas, reports.canvas(results, roster.headers if roster else {}))
    if given.moodle:
        classroom.write(given.moodle, reports.moodle(results))
    handed_in = reports.chapters(results)
    for student, result in results.items():
        name = reports.file_name(student)
        if given.html:
            page = reports.page(student, result, handed_in, given.reveal)
            classroom.write(given.html / f"{name}.html", page)
        if given.gradescope:
            alone = len(results) == 1
            folder = given.gradescope if alone else given.gradescope / name
            classroom.write(folder / "results.json", reports.gradescope(result, given.reveal))


def summarise(given, results, failures, strangers):
    """Print the class in a few lines and return the exit code."""
    handed_in = reports.chapters(results)
    possible = sum(reports.bank.CHAPTERS[chapter].points for chapter in handed_in)
    absent = sorted(student for student, result in results.items() if result["problems"] == [settle.NOTHING])
    marks = sorted(reports.total(result) for student, result in results.items() if student not in absent)
    if marks:
        print(f"{len(marks)} submissions, {possible:g} points possible")
        print(f"lowest {marks[0]:g}, median {statistics.median(marks):g}, highest {marks[-1]:g}")
    if absent:
        print(f"{len(absent)} handed in nothing: {_safe(', '.join(absent))}")
    if strangers:
        print(f"{len(strangers)} not in the class: {_safe(', '.join(strangers))}")
    for student, result in sorted(results.items()):
        for problem in result["problems"] if student not in absent else ():
            print(f"{_safe(student)}: {_safe(problem)}")
    for student, reason in sorted(failures.items()):
        print(f"{_safe(student)}: NOT GRADED: {_safe(reason)}", file=sys.stderr)
    print(f"The table is in {given.csv}.")
    if failures:
        return COULD_NOT
    return int(not marks or bool(absent) or marks[0] < possible)


def _safe(text):
    return "".join(c if c.isprintable() else "?" for c in text)
