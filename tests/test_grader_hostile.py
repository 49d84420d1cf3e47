"""Hostile and broken submissions: each gets its mark and its reason, and touches nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import ATTACKS, STEP, soon_ended, step  # noqa: E402

from lecture_grader import classroom, reports, sandbox  # noqa: E402

SECRET = "a secret of the tests"
pytestmark = [pytest.mark.needs("bwrap", "setpriv", "prlimit"), pytest.mark.timeout(600)]


def sandboxed():
    """Process ids of every sandbox's Python on this machine."""
    found = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)
    lines = found.stdout.splitlines()
    # The capstone's own are tested at the same time.
    ours = [line for line in lines if "/python/bin/python" in line and "inside.rule" not in line]
    return {line.split()[0] for line in ours if "bwrap" not in line}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The whole class, with a right submission before and after every hostile one in the queue."""
    folder = tmp_path_factory.mktemp("class")
    for number, (name, attack) in enumerate(ATTACKS.items()):
        (folder / f"{2 * number:03d}_{name}.ipynb").write_bytes(attack.content)
        (folder / f"{2 * number + 1:03d}_good.ipynb").write_bytes(step(STEP))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    processes = sandboxed()
    submissions = classroom.find(folder)
    kept = classroom.Kept(folder.parent / "kept", SECRET)
    with pytest.MonkeyPatch.context() as patch:
        soon_ended(patch, sandbox)
        command = sandbox.working_command()
    pool, start = classroom.on_this_machine(4, SECRET, command)
    with pool:
        results, failures = classroom.grade(submissions, kept, 4, start, lambda: None)
    assert not failures
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sandboxed() <= processes, "a process has outlived its submission"
    return results


def test_there_are_enough():
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("name", ATTACKS)
def test_mark_and_reason(graded, name):
    attack = ATTACKS[name]
    number = list(ATTACKS).index(name)
    result = graded[f"{2 * number:03d}_{name}"]
    if attack.question:
        verdict = result["questions"][attack.question]
        said = " ".join([verdict["message"], verdict["detail"]])
    else:
        said = " ".join(result["problems"])
    assert reports.total(result) == attack.points, said
    assert re.search(attack.reason, said), said
    if attack.points < 8:
        assert said.strip(), "a lost mark must have a reason"


def test_no_other_submission_changes(graded):
    good = {name: result for name, result in graded.items() if name.endswith("_good")}
    assert len(good) == len(ATTACKS)
    assert {reports.total(result) for result in good.values()} == {8}


def test_reports_hold_no_control_characters_and_no_markup(graded):
    table = reports.table(graded)
    assert table.encode("utf-8")
    assert all(c.isprintable() or c in "\r\n" for c in table)
    for name, result in graded.items():
        page = reports.page(name, result, [8], reveal=True)
        assert page.encode("utf-8") and "\x1b" not in page
        assert "<script" not in page and "<b>" not in page
