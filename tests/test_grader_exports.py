"""Assignments for nbgrader and otter-grader. With the tools themselves: ``make extra``."""

import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import OTHERS, STEP, body  # noqa: E402

from lecture_grader import bank, cli, reports, sandbox, submission  # noqa: E402

ROOT = Path(__file__).parent.parent

NAME = "08_momentum"
TOOL = {tool: importlib.util.find_spec(tool) is not None for tool in ("nbgrader", "otter")}
SECRETS = ["alpha * v - epsilon * g", "0.1 * 3.8 / (1 + 0.9)", "= 1.296", "= (1.0, 0.9)", '"old velocity used", 0.486']


def needs(tool):
    # Skipped, and named at the end of a run, because the tools pin packages that the book pins otherwise, so that no
    # environment has both. Every CI run has `make extra` run these tests where the tools are.
    return pytest.mark.skipif(not TOOL[tool], reason=f"not run here, for want of {tool} (make extra)")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    assert cli.main(["export", "--nbgrader", str(folder / "nb"), "--otter", str(folder / "ot")]) == 0
    return folder


@pytest.fixture(scope="module")
def chapters():
    return [c for c in bank.CHAPTERS if bank.of_chapter(c)]


def test_every_exercise_is_exported_with_all_its_points(exported, chapters):
    for chapter in chapters:
        name = bank.CHAPTERS[chapter].notebook
        cells = read(exported / "nb" / "source" / name / f"{name}.ipynb")["cells"]
        graded = [c["metadata"]["nbgrader"] for c in cells if c["metadata"].get("nbgrader", {}).get("grade")]
        assert sum(cell["points"] for cell in graded) == bank.CHAPTERS[chapter].points
        raw = "\n".join(
            c["source"] for c in read(exported / "ot" / name / f"{name}.ipynb")["cells"] if c["cell_type"] == "raw"
        )
        for question in bank.of_chapter(chapter):
            assert f"name: {question}" in raw.splitlines()


def test_the_secrets_are_those_of_the_solutions():
    solution = (ROOT / "exercises" / "solutions" / f"{NAME}.ipynb").read_text(encoding="utf-8").replace('\\"', '"')
    assert [secret for secret in SECRETS if secret not in solution] == []


def test_the_export_is_the_same_every_time(exported, tmp_path):
    cli.main(["export", "--nbgrader", str(tmp_path / "nb"), "--otter", str(tmp_path / "ot")])
    for path in sorted(exported.rglob("*.ipynb")):
        if path.is_relative_to(exported / "nb" / "source") or path.parent.parent == exported / "ot":
            assert (tmp_path / path.relative_to(exported)).read_bytes() == path.read_bytes()


def filled(release, path, step):
    """Write a student's copy with right answers but for `step`."""
    answers = {"momentum_step": step}
    answers |= {name: answer for answer in OTHERS for name in bank.of_chapter(8) if name in answer[:60]}
    notebook = read(release)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        for name in [name for name in answers if source.startswith((f"def {name}(", f"{name} ="))]:
            cell["source"] = answers.pop(name)
    assert not answers
    path.write_text(json.dumps(notebook), encoding="utf-8")


CHEAT = """
import lecture_grader.instant

lecture_grader.instant.score = lambda name, answer: {"momentum_step": 3, "momentum_diagnosis": 2}.get(name, 1)
lecture_grader.instant.earned = lambda *arguments: True
"""


def cheated(release, path):
    """Write a copy with blank answers and a cell that changes the check: the safety difference, stated as a test."""
    notebook = read(release)
    first = next(k for k, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")
    cell = {"cell_type": "code", "execution_count": None, "id": "cheat", "metadata": {}, "outputs": []}
    notebook["cells"].insert(first, {**cell, "source": CHEAT})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def hand_in(student, release, path):
    """Write what a student hands in."""
    step, _ = STUDENTS[student]
    if student == "eve":
        cheated(release, path)
    elif step:
        filled(release, path, step)
    else:
        shutil.copy(release, path)


STUDENTS = {
    "ada": (STEP, 8),
    "carl": (body("return theta, alpha * v - epsilon * g"), 7),
    "bob": (None, 0),
    "eve": (None, 8),
}


def run(folder, *command):
    """Run a tool of this Python's environment."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": paths}, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs("nbgrader")
def test_nbgrader_takes_it_and_gives_the_marks(exported):
    course = exported / "nb"
    run(course, "nbgrader", "generate_assignment", NAME)
    release = course / "release" / NAME / f"{NAME}.ipynb"
    assert not [secret for secret in SECRETS if secret in json.dumps(read(release)).replace('\\"', '"')]
    for student in STUDENTS:
        target = course / "submitted" / student / NAME / f"{NAME}.ipynb"
        target.parent.mkdir(parents=True)
        hand_in(student, release, target)
    run(course, "nbgrader", "autograde", NAME)
    run(course, "nbgrader", "export")
    with open(course / "grades.csv", newline="") as file:
        got = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert got == {student: points for student, (_, points) in STUDENTS.items()}


@needs("otter")
@pytest.mark.parametrize("student", STUDENTS)
def test_otter_takes_it_and_gives_the_marks(exported, student):
    folder = exported / "ot" / NAME
    if not (folder / "dist").exists():
        run(folder, "otter", "assign", f"{NAME}.ipynb", "dist")
    release = folder / "dist" / "student" / f"{NAME}.ipynb"
    assert not [secret for secret in SECRETS if secret in json.dumps(read(release)).replace('\\"', '"')]
    (archive,) = (folder / "dist" / "autograder").glob("*.zip")
    points = STUDENTS[student][1]
    target = folder / f"{student}.ipynb"
    hand_in(student, release, target)
    (folder / student).mkdir()
    run(folder, "otter", "run", target.name, "-a", str(archive), "-o", student)
    tests = read(folder / student / "results.json")["tests"]
    assert sum(test.get("score") or 0 for test in tests if test["name"] in bank.names()) == points


@pytest.mark.needs("bwrap", "setpriv", "prlimit")
def test_our_own_grader_is_not_taken_in(tmp_path):
    path = tmp_path / "eve.ipynb"
    cheated(ROOT / "exercises" / f"{NAME}.ipynb", path)
    result = submission.grade({path.name: path.read_bytes()}, submission.Judges("s"), sandbox.working_command())
    assert reports.total(result) == 0
