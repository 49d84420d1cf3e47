"""Seconds per submission of our grader, nbgrader and otter-grader on the same notebooks, taking turns.

``make bench``. With ``--class N`` it grades a class of N submissions instead, two at a time, and
tells the most memory that the grader used.
"""

import argparse
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))
sys.path.insert(0, str(HERE.parent / "tests" / "hostile"))

from submissions import STEP, body, step  # noqa: E402
from test_grader_exports import filled  # noqa: E402

from lecture_grader import cli  # noqa: E402

NAME = "08_momentum"
#: What a class hands in: right, wrong, blank answers.
ANSWERS = [STEP, body("return theta, alpha * v - epsilon * g"), body("return theta + v, v")]
OURS = [sys.executable, "-m", "lecture_grader", "grade"]


def run(folder, *command):
    """Run a command and return its seconds by the clock.

    The time on the processors would be fairer on a busy machine, but nobody outside is told that of a sandbox.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    # Ours tells by 1 that marks were lost.
    if done.returncode > (1 if command[: len(OURS)] == tuple(OURS) else 0):
        raise RuntimeError(done.stdout + done.stderr)
    return seconds


def prepare(folder, count):
    """Make the assignments of all three, and hand in the same answers to each."""
    cli.main(["export", "--nbgrader", str(folder / "nb"), "--otter", str(folder / "ot")])
    nb, ot = folder / "nb", folder / "ot" / NAME
    run(nb, "nbgrader", "generate_assignment", NAME)
    run(ot, "otter", "assign", f"{NAME}.ipynb", "dist")
    (archive,) = (ot / "dist" / "autograder").glob("*.zip")
    for number in range(count):
        target = nb / "submitted" / f"s{number}" / NAME / f"{NAME}.ipynb"
        target.parent.mkdir(parents=True)
        answer = ANSWERS[number % len(ANSWERS)]
        filled(nb / "release" / NAME / f"{NAME}.ipynb", target, answer)
        filled(ot / "dist" / "student" / f"{NAME}.ipynb", ot / f"s{number}.ipynb", answer)
        ours = folder / "ours" / f"s{number}.ipynb"
        ours.parent.mkdir(exist_ok=True)
        shutil.copy(target, ours)
    return nb, ot, archive


def compare(count, rounds):
    """Grade the same submissions with each tool in turn, and print the medians over the rounds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        nb, ot, archive = prepare(folder, count)
        times = {"lecture_grader": [], "nbgrader": [], "otter-grader": []}
        for turn in range(rounds):
            table = f"{turn}.csv"
            times["lecture_grader"].append(run(folder, *OURS, "ours", "--seed", "s", "--csv", table))
            times["nbgrader"].append(run(nb, "nbgrader", "autograde", NAME, "--force"))
            otter = 0.0
            for number in range(count):
                out = ot / f"out{turn}_{number}"
                out.mkdir()
                otter += run(ot, "otter", "run", f"s{number}.ipynb", "-a", str(archive), "-o", out.name)
            times["otter-grader"].append(otter)
    ratios = {tool: [a / b for a, b in zip(t, times["lecture_grader"], strict=True)] for tool, t in times.items()}
    print(f"{count} submissions, each tool as it comes, taking turns; medians of {rounds} rounds")
    for tool, measured in times.items():
        seconds = statistics.median(measured) / count
        print(f"{tool:16}{seconds:8.3f} s a submission, {statistics.median(ratios[tool]):6.1f} times ours")


def whole_class(count):
    """Grade a class and print the time and the most memory."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "class").mkdir()
        for number in range(count):
            (folder / "class" / f"s{number:05d}.ipynb").write_bytes(step(ANSWERS[number % 3]))
        clock = run(folder, *OURS, "class", "--seed", "s", "-j", "2")
        with open(folder / "grades.csv", newline="", encoding="utf-8") as file:
            marks = sorted(float(row["Total"]) for row in csv.DictReader(file))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{count} submissions, two at a time: {clock:.0f} s, {clock / count:.3f} s each")
    print(f"largest process {most:.0f} MiB; {len(marks)} marks from {marks[0]:g} to {marks[-1]:g}")


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--class", dest="students", type=int, metavar="N")
    given = parser.parse_args()
    if given.students:
        whole_class(given.students)
    else:
        compare(given.submissions, given.rounds)


if __name__ == "__main__":
    main()
