"""Grading a class: taking answers out, resuming, tables and pages, exit codes."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import IMPORTS, OTHERS, STEP, body, notebook, step  # noqa: E402

from lecture_grader import bank, classroom, cli, reports, sandbox, submission  # noqa: E402
from lecture_grader.extract import Answers, NoAnswer, code_cells  # noqa: E402
from lecture_grader.inside import serve  # noqa: E402

SANDBOX = pytest.mark.needs("bwrap", "setpriv", "prlimit")
ROOT = Path(__file__).parent.parent
BLANK = (ROOT / "exercises" / "08_momentum.ipynb").read_bytes()
SOLVED = (ROOT / "exercises" / "solutions" / "08_momentum.ipynb").read_bytes()


# Taking answers out.


def value(name, *cells):
    scope = {"np": np}
    exec(Answers(list(cells)).source(name), scope)
    return scope[name]


def test_only_what_is_needed_is_taken():
    cells = ["import os\nimport numpy as np", "x = 1 / 0", "y = 2", "def f():\n    x = y\n    return x * np.pi"]
    source = Answers(cells).source("f")
    assert "1 / 0" not in source and "import os" not in source
    assert value("f", *cells)() == 2 * np.pi


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a = 1", "a = 2"], 2),
        (["a = 1", "a += 2"], 3),
        (["a = 1", "a = a + 2", "b = 7"], 3),
        (["a = [0, 0]", "a[1] = 5"], [0, 5]),
        (["b = 3; a = b + 1; b = 4"], 4),
        (["b = 3", "f = lambda: b", "b = 4", "a = f()"], 4),
        (["b = [1, 2]", "a = sum(x for x in b if x in b)", "b = []"], 3),
        (["class C:\n    size = 2", "a = C.size"], 2),
        (["try:\n    import nothing as a\nexcept ImportError:\n    a = 'none'"], "none"),
        (["from math import *", "a = floor(2.5)"], 2),
        (["%matplotlib inline\na = 1\n!ls"], 1),
        (["%%time\na = 1"], 1),
        (["a, b = 1, 2", "a = a * 10"], 10),
        (["for k in range(3):\n    a = k"], 2),
        (["def f():\n    return g()\ndef g():\n    return 4\na = f()"], 4),
    ],
)
def test_a_name_is_what_it_was_last(cells, expected):
    assert value("a", *cells) == expected


def test_decorators_and_multiline_statements_are_kept_whole():
    cell = "def twice(f):\n    return lambda: 2 * f()\n\n@twice\ndef a():\n    return (1 +\n            2)\n"
    assert value("a", cell)() == 6


def test_star_imports_of_other_modules_are_not_run():
    assert "lecture_optim" not in Answers(["from lecture_optim import *", "a = 1"]).source("a")


def test_reasons_for_a_missing_answer():
    with pytest.raises(NoAnswer, match="There is no a in the notebook"):
        Answers(["b = 1"]).source("a")
    with pytest.raises(NoAnswer, match="The cell that defines a is not valid Python: "):
        Answers(["def a(:\n    pass"]).source("a")


def test_sources_as_text_and_as_lines():
    cells = [{"cell_type": "code", "source": ["a = 1\n", "b = 2"]}, {"cell_type": "code", "source": "c = 3"}]
    assert code_cells(json.dumps({"cells": cells}).encode()) == ["a = 1\nb = 2", "c = 3"]


# Seeds.


def test_seeds_depend_on_the_secret_and_the_question():
    seeds = {submission.seed_of(s, q) for s in ("a", "b") for q in ("momentum_step", "momentum_speed")}
    assert len(seeds) == 4
    assert submission.seed_of("a", "momentum_step") == submission.seed_of("a", "momentum_step")


# Finding submissions.


def test_flat_files_and_folders_but_no_links_pipes_or_hidden_files(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(SOLVED)
    (tmp_path / "bob" / "week 2").mkdir(parents=True)
    (tmp_path / "bob" / "b.ipynb").write_bytes(SOLVED)
    (tmp_path / "bob" / "week 2" / "a.ipynb").write_bytes(SOLVED)
    (tmp_path / "bob" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "bob" / ".ipynb_checkpoints" / "b.ipynb").write_bytes(SOLVED)
    (tmp_path / "carol").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.ipynb").write_bytes(SOLVED)
    os.symlink("/etc/passwd", tmp_path / "link.ipynb")
    os.symlink("/etc", tmp_path / "folder")
    os.symlink(tmp_path / "bob", tmp_path / "carol" / "bob")
    os.mkfifo(tmp_path / "pipe.ipynb")
    found = {one.student: [p.name for p in one.paths] for one in classroom.find(tmp_path)}
    assert found == {"ada": ["ada.ipynb"], "bob": ["b.ipynb", "a.ipynb"], "carol": []}


# A class.


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command line in a folder with a class in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()

    def go(*arguments, **files):
        for name, content in files.items():
            (tmp_path / "class" / f"{name}.ipynb").write_bytes(content)
        code = cli.main(["grade", "class", "--seed", "s", *arguments])
        return code, capsys.readouterr()

    go.folder = tmp_path
    return go


def rows(folder):
    return list(csv.DictReader(io.StringIO((folder / "grades.csv").read_text(encoding="utf-8"))))


@SANDBOX
def test_a_class_from_notebooks_to_table(run):
    code, said = run(ada=SOLVED, bob=BLANK, carol=step(body("return theta, v")), dan=b"")
    assert code == 1
    table = {row["Student"]: row for row in rows(run.folder)}
    assert [table[name]["Total"] for name in ("ada", "bob", "carol", "dan")] == ["8", "0", "5", "0"]
    ada = table["ada"]
    assert ada["Exercise 8: Momentum"] == "8" and ada["Username"] == ada["SIS Login ID"] == "ada"
    assert "Not answered yet." in table["bob"]["Feedback comments"]
    assert table["dan"]["Feedback comments"] == "dan.ipynb: the file is empty."
    assert "4 submissions, 8 points possible\nlowest 0, median 2.5, highest 8" in said.out
    assert "dan: dan.ipynb: the file is empty." in said.out
    assert "Grading: 100%" in said.err


@SANDBOX
def test_exit_codes(run, monkeypatch):
    assert run(ada=SOLVED)[0] == 0
    assert run(bob=BLANK)[0] == 1

    def broken(*arguments):
        raise sandbox.Broken("no luck")

    monkeypatch.setattr(submission, "grade", broken)
    code, said = run(carol=SOLVED)
    assert code == 3 and "carol: NOT GRADED: Broken: no luck" in said.err
    assert {row["Student"] for row in rows(run.folder)} == {"ada", "bob"}
    monkeypatch.undo()
    os.chdir(run.folder)
    assert run()[0] == 1
    assert len(rows(run.folder)) == 3


def test_without_a_sandbox_it_refuses_with_the_command_that_installs_one(run, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    code, said = run(ada=SOLVED)
    assert code == 2 and "sudo apt-get install bubblewrap" in said.err
    assert not (run.folder / "grades.csv").exists()
    assert run("--unsafe-no-sandbox")[0] == 0


def test_a_sandbox_that_does_not_work_is_refused_too(run, monkeypatch):
    monkeypatch.setattr(sandbox, "command", lambda: ["sh", "-c", "echo no namespaces >&2; exit 1"])
    code, said = run(ada=SOLVED)
    assert code == 2 and "cannot make a sandbox here (no namespaces)" in said.err


def test_wrong_use(run):
    code, said = run()
    assert code == 2 and "There is no notebook in class." in said.err
    with pytest.raises(SystemExit) as stop:
        cli.main(["grade", "class"])
    assert stop.value.code == 2
    assert cli.main(["grade", "nowhere", "--seed", "s"]) == 2
    assert cli.main(["export"]) == 2


@SANDBOX
def test_only_what_is_missing_is_graded_again(run, monkeypatch):
    run(ada=SOLVED, bob=BLANK)
    before = (run.folder / "grades.csv").read_bytes()
    graded, real = [], submission.grade
    monkeypatch.setattr(submission, "grade", lambda *a: graded.append(list(a[0])) or real(*a))
    run()
    assert graded == [] and (run.folder / "grades.csv").read_bytes() == before
    run(bob=step(STEP))
    assert graded == [["bob.ipynb"]]
    assert cli.main(["grade", "class", "--seed", "another"]) == 0
    assert len(graded) == 3


@SANDBOX
def test_one_student_or_one_question_is_graded_again(run, monkeypatch):
    run(ada=SOLVED, bob=BLANK)
    table, graded, real = (run.folder / "grades.csv").read_bytes(), [], submission.grade
    monkeypatch.setattr(submission, "grade", lambda *a: graded.append((list(a[0]), a[3])) or real(*a))
    run("--again", "bob")
    assert graded.pop() == (["bob.ipynb"], None) and not graded
    run("--again", "momentum_speed")
    assert sorted(graded) == [(["ada.ipynb"], ["momentum_speed"]), (["bob.ipynb"], ["momentum_speed"])]
    assert (run.folder / "grades.csv").read_bytes() == table
    code, said = run("--again", "eve")
    assert code == 2 and "no such student in the class, and no such question" in said.err
    # A question whose file has changed is graded again, and nothing else.
    graded.clear()
    file = classroom.PACKAGE / "questions" / "momentum_step.py"
    real_read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: real_read(path) + b"#" * (path == file))
    run()
    assert sorted(graded) == [(["ada.ipynb"], ["momentum_step"]), (["bob.ipynb"], ["momentum_step"])]
    run()
    assert len(graded) == 2 and (run.folder / "grades.csv").read_bytes() == table


def test_an_instructors_file_that_is_none_grades_nothing(run):
    bad = run.folder / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    for option in ("--roster", "--deadlines", "--overrides"):
        code, said = run(option, "bad.csv", ada=SOLVED)
        assert code == 2 and "bad.csv" in said.err and said.err.count("\n") == 1
    assert cli.main(["report", "--csv", "grades.csv"]) == 2
    assert not list(run.folder.glob("grades*")) and not (run.folder / "report.html").exists()


@SANDBOX
def test_killed_half_way_it_goes_on_and_ends_with_the_same_table(run):
    slow = step(body("import time", "time.sleep(0.15)", *STEP.strip().splitlines()[1:]).replace("        ", "    "))
    for number in range(12):
        (run.folder / "class" / f"s{number:02d}.ipynb").write_bytes(slow)
    command = [sys.executable, "-m", "lecture_grader", "grade", "class", "--seed", "s", "-j", "1"]
    process = subprocess.Popen(command, cwd=run.folder, stderr=subprocess.DEVNULL, start_new_session=True)
    kept = run.folder / "grades.csv.results"
    deadline = time.monotonic() + 60
    while len(list(kept.glob("[!.]*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = {path.name: path.stat().st_mtime_ns for path in kept.glob("[!.]*.json")}
    assert 3 <= len(done) < 12
    assert not (run.folder / "grades.csv").exists()
    assert run()[0] == 0
    after = {path.name: path.stat().st_mtime_ns for path in kept.glob("[!.]*.json")}
    assert len(after) == 12 and done.items() <= after.items()
    resumed = (run.folder / "grades.csv").read_bytes()
    assert cli.main(["grade", "class", "--seed", "s", "--csv", "fresh.csv", "-j", "3"]) == 0
    assert (run.folder / "fresh.csv").read_bytes() == resumed


@SANDBOX
def test_feedback_shows_hidden_inputs_only_when_asked(run):
    wrong = body("if v.sum() != 0: raise ValueError(f'v is {v}')", "return theta, v")
    run("--html", "html", "--gradescope", "gs", ada=step(wrong), bob=SOLVED)
    page = (run.folder / "html" / "ada.html").read_text(encoding="utf-8")
    results = (run.folder / "gs" / "ada" / "results.json").read_text(encoding="utf-8")
    table = (run.folder / "grades.csv").read_text(encoding="utf-8")
    judge = submission.Judges("s")["momentum_step"]
    inputs = {f"{x}" for case in judge.inputs for x in np.ravel(case["v"]) if len(f"{abs(x)}") == 4}
    assert inputs
    for text in (page, results, table):
        assert "stopped with ValueError" in text
        assert "np.array" not in text and "v is [" not in text
        assert not any(number in text for number in inputs)
    run("--html", "html", "--gradescope", "gs", "--reveal")
    page = (run.folder / "html" / "ada.html").read_text(encoding="utf-8")
    assert "Try it with: momentum_step(theta=np.array([" in page and "It said: v is [" in page


@SANDBOX
def test_gradescope_results(run):
    run("--gradescope", "gs", ada=step(body("return theta, v")))
    results = json.loads((run.folder / "gs" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 5
    assert [test["name"] for test in results["tests"]] == list(bank.of_chapter(8))
    assert sum(test["max_score"] for test in results["tests"]) == 8
    assert all(set(test) == {"name", "score", "max_score", "output"} for test in results["tests"])


@SANDBOX
def test_several_notebooks_of_one_student(run):
    for name, content in {"08.ipynb": step(body("return theta, v")), "again/08.ipynb": SOLVED}.items():
        path = run.folder / "class" / "eve" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    assert run()[0] == 0
    assert "momentum_step is in another notebook too; this one counts" in rows(run.folder)[0]["Feedback comments"]


def test_names_and_texts_are_made_harmless():
    verdict = dict(
        name="momentum_step",
        status="wrong",
        parts=[["a <part>", 0, 3]],
        message="<script>",
        example="",
        detail="",
        warnings=[],
        points=0,
        possible=3,
    )
    result = {"problems": ["<i>"], "questions": {"momentum_step": verdict}}
    page = reports.page("<b>&", result, [8], reveal=True)
    assert "<script>" not in page and "<i>" not in page and "<b>&" not in page
    table = reports.table({"=HYPERLINK(1)": result})
    assert "\r\n'=HYPERLINK(1)," in table


def test_a_class_of_several_exercises_counts_what_is_missing():
    verdict = dict(name="momentum_speed", points=1, possible=1, message="", warnings=[], parts=[])
    results = {
        "ada": {"problems": [], "questions": {"momentum_speed": verdict}},
        "bob": {"problems": [], "questions": {}},
    }
    assert reports.chapters(results) == [8]
    assert [line.split(",")[6:8] for line in reports.table(results).splitlines()[1:]] == [["1", "1"], ["0", "0"]]
    assert reports.NOT_HANDED_IN in reports.page("bob", results["bob"], [8], False)


def test_results_are_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "grades.csv"
    classroom.write(path, "old")
    monkeypatch.setattr(classroom.os, "replace", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        classroom.write(path, "new")
    assert path.read_text() == "old"


# The sandbox.


@SANDBOX
def test_what_the_sandbox_shows():
    probe = body(
        "import os, socket, sys",
        "seen = {'root': sorted(os.listdir('/')), 'user': os.getuid(), 'environment': sorted(os.environ)}",
        "seen['packages'] = os.listdir('/packages')",
        "seen['course'] = os.listdir('/grader/lecture_grader')",
        "import resource",
        "names = ('CPU', 'AS', 'NPROC', 'FSIZE', 'CORE')",
        "seen['limits'] = [resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in names]",
        "seen['writable'] = [p for p in seen['root'] if os.access('/' + p, os.W_OK)]",
        "seen['installed'] = [p for p in ('/python/lib', '/usr/lib') for q in os.listdir(p) if q.startswith('python')"
        " for r in ('site-packages', 'dist-packages') if os.path.isdir(f'{p}/{q}/{r}') and os.listdir(f'{p}/{q}/{r}')]",
        "return seen",
    )
    judge = submission.Judges("s")["momentum_step"]
    with sandbox.Sandbox(sandbox.working_command()) as inner:
        reply = inner.run({"name": "momentum_step", "source": probe, "cases": judge.cases[:1]})
    outcome = json.loads(reply["reply"])["outcomes"][0]
    assert "value" in outcome, outcome
    seen = dict(outcome["value"]["dict"])
    assert set(seen["root"]["list"]) <= {"dev", "grader", "lib", "lib64", "packages", "python", "usr"}
    assert seen["user"] != 0
    assert set(seen["packages"]["list"]) <= {"numpy", "numpy.libs"}
    assert seen["course"]["list"] == ["inside"]
    assert seen["writable"]["list"] == [] and seen["installed"]["list"] == []
    cpu, memory = serve.CPU_SECONDS, serve.MEMORY_BYTES
    limits = [tuple(pair["tuple"]) for pair in seen["limits"]["list"]]
    assert limits == [(cpu, cpu + 1), (memory, memory), (0, 0), (0, 0), (0, 0)] and cpu == 5
    assert "HOME" not in seen["environment"]["list"]


@SANDBOX
def test_answers_of_one_student_do_not_see_each_other():
    cells = [
        IMPORTS,
        body("import builtins", "builtins.secret = np.isclose = np.max = None", "return theta, v"),
        *OTHERS,
    ]
    result = submission.grade({"a.ipynb": notebook(*cells)}, submission.Judges("s"), sandbox.working_command())
    assert reports.total(result) == 5


def test_the_parent_never_makes_a_formula_from_a_reply():
    judge = submission.Judges("s")["momentum_step"]
    bomb = {"formula": "x", "arguments": "x=open('/nonexistent')", "constants": {}}
    outcomes = [{"value": bomb, "after": {"g": bomb}}] * len(judge.cases)
    assert judge.verdict(outcomes).points == 0
