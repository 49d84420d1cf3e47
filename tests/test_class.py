"""A worked class: thirty students over thirteen exercises, as five systems hand them over, graded once.

What each answer was meant to be is written down before it is graded. Marks, tables, the report's figures and the groups
of equal answers are computed again from that alone.
"""

import ast
import csv
import importlib
import inspect
import io
import json
import re
import statistics
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import notebook  # noqa: E402

from lecture_grader import bank, class_report, classroom, cli, submission  # noqa: E402
from lecture_grader.extract import Answers, code_cells  # noqa: E402
from lecture_grader.inside.observe import observe  # noqa: E402

pytestmark = [pytest.mark.needs("bwrap", "setpriv", "prlimit"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parent.parent
SECRET = "a secret of the worked class"
JUDGES = submission.Judges(SECRET)

# Answers that are in no question file, with the points they are meant to earn.
HELD_BACK = {
    "momentum_step": [
        ("v = alpha * v - epsilon * g\n    return theta + 1.5 * v, v", 2),
        ("v = alpha * v - epsilon * g ** 3\n    return theta + v, v", 0),
    ],
    "adam_step": [("raise ZeroDivisionError", 0)],
    "rmsprop_step": [("return 'Ada Lovelace'", 0)],
}
BY_HAND = bank.of_chapter(9)[0]
EVIL = "<script>alert(1)</script>"


def right(name):
    """The public solution's answer."""
    chapter = bank.load(name).chapter
    path = ROOT / "exercises" / "solutions" / f"{bank.CHAPTERS[chapter].notebook}.ipynb"
    return Answers(code_cells(path.read_bytes())).source(name)


def lifted(name, number):
    """A known mistake as a student would write it, or None if it cannot be without the course's module."""
    module = importlib.import_module(f"lecture_grader.questions.{name}")
    tree = ast.parse(inspect.getsource(module))
    ours = next(s for s in tree.body if isinstance(s, ast.Assign) and getattr(s.targets[0], "id", "") == "QUESTION")
    mistakes = next(k.value for k in ours.value.keywords if k.arg == "mistakes")
    if not isinstance(mistakes, ast.Tuple) or number >= len(mistakes.elts):
        return None
    kept = [s for s in tree.body if s is not ours and not isinstance(s, ast.ImportFrom)]
    kept = [s for s in kept if not (isinstance(s, ast.FunctionDef) and s.name == name)]
    source = "\n".join(map(ast.unparse, kept)) + f"\n{name} = {ast.unparse(mistakes.elts[number].args[0])}\n"
    try:
        scope = {"np": np}
        exec(Answers([source]).source(name), scope)
        verdict = JUDGES[name].verdict(observe(scope[name], JUDGES[name].cases))
    except NameError:
        return None
    return source if verdict.message == bank.load(name).mistakes[number].message else None


def answer(name, kind, number):
    """Return an answer's source, the points it is meant to earn, and what the report should count it as."""
    question = bank.load(name)
    if kind == "held back":
        body, points = HELD_BACK[name][number % len(HELD_BACK[name])]
        arguments = ", ".join(inspect.signature(question.stub).parameters)
        return f"def {name}({arguments}):\n    {body}", points, ("unknown", body)
    if kind == "mistake" and (source := lifted(name, number % len(question.mistakes))):
        mistake = question.mistakes[number % len(question.mistakes)]
        return source, mistake.marks, ("known", mistake.message)
    if kind == "pair":  # two known mistakes at once: neither part is right
        return 'momentum_diagnosis = ("wrong sign", 0.71)', 0, ("pair", None)
    if kind == "blank":
        return question.stub_source, 0, ("blank", None)
    return right(name), question.points, ("right", None)


class Student:
    """A student of the class: what is meant, by chapter and question."""

    def __init__(self, number, rng):
        self.number, self.meant, self.notebooks = number, {}, {}
        # Where a system hands over every notebook by itself, fewer do: each starts a sandbox.
        steps = (0, 4, 7) if number // 6 in (0, 3) else (0, 6)
        for chapter in sorted({1 + (number + step) % 13 for step in steps}):
            self.notebooks[chapter] = self.write(chapter, rng)

    def write(self, chapter, rng, kinds=()):
        sources, self.meant[chapter] = ["import numpy as np"], {}
        for name in bank.of_chapter(chapter):
            some = ["right", "right", "mistake", "blank"] + 4 * ["held back"] * (name in HELD_BACK)
            kind = rng.choice(kinds or some + 3 * ["pair"] * (name == "momentum_diagnosis"))
            source, points, counted = answer(name, kind, int(rng.integers(20)))
            sources.append(source)
            self.meant[chapter][name] = (points, counted)
        return notebook(*sources)

    def points(self, chapter):
        return sum(points for points, _ in self.meant.get(chapter, {}).values())


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Write the class, grade it, and return the folder, the students and what was said."""
    folder = tmp_path_factory.mktemp("class")
    rng = np.random.default_rng(9)
    students = {f"s{number:02d}": Student(number, rng) for number in range(30)}
    assert {chapter for one in students.values() for chapter in one.meant} == set(bank.CHAPTERS)
    plain, canvas, moodle, github, gradescope = (list(students)[k : k + 6] for k in range(0, 30, 6))
    rosters = hand_in(folder, students, plain, canvas, moodle, github, gradescope, rng)
    arguments = ["plain", "canvas", "moodle", "momentum-submissions", "gradescope", "--seed", SECRET]
    arguments += [item for path in rosters for item in ("--roster", path)]
    arguments += ["--deadlines", "deadlines.toml", "--overrides", "overrides.csv", "-j", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        code = cli.main(["grade", *arguments, "--html", "html", "--canvas", "canvas.csv", "--moodle", "moodle.csv"])
        assert code == 1
        table = (folder / "grades.csv").read_bytes()
        # With another choice among attempts: from what is kept, nothing is graded.
        patch.setattr(submission, "grade", None)
        assert cli.main(["grade", *arguments, "--attempts", "best"]) == 1
        (folder / "grades.csv").rename(folder / "best.csv")
        assert cli.main(["grade", *arguments]) == 1
        assert (folder / "grades.csv").read_bytes() == table
        assert cli.main(["report", "--quizzes", "quizzes"]) == 0
    return folder, students


def hand_in(folder, students, plain, canvas, moodle, github, gradescope, rng):
    """Write every student's notebooks as the systems would; return the tables of the class."""
    # s05 hands in nothing. s04 hands in a file that is damaged, beside the others.
    for key in plain[:5]:
        for chapter, content in students[key].notebooks.items():
            put(folder / "plain" / key / f"week {chapter}.ipynb", content)
    put(folder / "plain" / plain[4] / "broken.ipynb", b'{"cells": [')
    students[plain[5]].meant = {}
    # Canvas: the name without spaces, the last name first. s06 is late in all, s07 tries its first exercise twice.
    for key in canvas:
        late = "_LATE" if key == canvas[0] else ""
        for chapter, content in students[key].notebooks.items():
            number = students[key].number
            put(folder / "canvas" / f"person{key}{late}_{100 + number}_{1000 * number + chapter}_x-2.ipynb", content)
    twice = students[canvas[1]]
    chapter = min(twice.notebooks)
    twice.first = twice.meant[chapter]
    put(
        folder / "canvas" / f"person{canvas[1]}_{100 + twice.number}_999999_again_1_2_x.ipynb",
        twice.write(chapter, rng, ["blank"]),
    )
    # Moodle: a number for every assignment. s12 is late by a day and three hours in one.
    lines = ["Identifier;Full name;Email address;Status"]
    for key in moodle:
        number = students[key].number
        name = EVIL if key == moodle[5] else f"Person {key}"
        for chapter, content in students[key].notebooks.items():
            identifier = 5000 + 100 * number + chapter
            where = f"{name.replace('/', '')}_{identifier}_assignsubmission_file_"
            end = "/a.ipynb" if chapter % 2 else "a_7_assignsubmission_file_b.ipynb"
            put(folder / "moodle" / f"{where}{end}", content)
        first = 5000 + 100 * number + min(students[key].notebooks)
        late = " - 1 day 3 hours late" if key == moodle[0] else ""
        lines.append(f"Participant {first};{name};{key}@x.org;Submitted for grading{late}")
    put(folder / "moodle.roster.csv", ("\ufeff" + "\n".join(lines)).encode("utf-8"))
    # GitHub Classroom: a repository for each student.
    for key in github:
        for chapter, content in students[key].notebooks.items():
            put(folder / "momentum-submissions" / f"momentum-{key}-hub" / f"{chapter}.ipynb", content)
    rows = [f'"{key}","{key}-hub","1","Jürgen Müller {key}"' for key in github]
    put(folder / "github.csv", ("identifier,github_username,github_id,name\n" + "\n".join(rows)).encode("latin-1"))
    # Gradescope: a folder for each submission, and who made it in a file beside. s24 is 50 hours late.
    metadata = []
    for key in gradescope:
        for chapter, content in students[key].notebooks.items():
            identifier = f"submission_{10 * students[key].number}{chapter}"
            put(folder / "gradescope" / identifier / "x.ipynb", content)
            when = "2026-11-12 14:00:00.000000000 Z" if key == gradescope[0] else "2026-11-10 11:00:00 Z"
            metadata += [
                f"{identifier}:\n  :submitters:\n  - :name: 'Person {key}'",
                f"    :sid: '{key}'\n    :email: {key}@x.org\n  :created_at: {when}\n  :score: 0.0",
                "  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n    tests: []",
            ]
    put(folder / "gradescope" / "submission_metadata.yml", "\n".join(metadata).encode())
    lines = ["Student,ID,SIS User ID,SIS Login ID,Section,Exercise 8: Momentum (4711)", "    Points Possible,,,,,8"]
    lines += [f'"Person, {key}",{100 + students[key].number},u{key},{key},A,' for key in canvas]
    put(folder / "canvas.roster.csv", "\n".join(lines).encode())
    put(folder / "rest.csv", "\n".join(["name,username", *(f"=1+{key},{key}" for key in plain)]).encode())
    put(folder / "gs.csv", "\n".join(["SID,Name,Email", *(f"{k},Person {k},{k}@x.org" for k in gradescope)]).encode())
    due = "".join(f"{chapter} = 2026-11-10T12:00:00+00:00\n" for chapter in bank.CHAPTERS)
    put(folder / "deadlines.toml", f"free_days = 1\npercent_per_day = 25\nat_least = 40\n[due]\n{due}".encode())
    by_hand = [f"{plain[0]};8;3,5;oral exam", f"{canvas[2]};{BY_HAND};0;copied"]
    put(folder / "overrides.csv", ("student;question;points;reason\n" + "\n".join(by_hand)).encode())
    entry = {"right": True, "chosen": "b", "first": "b", "when": "2026-11-01T00:00:00.000Z"}
    for number in range(4):
        mine = {**entry, "right": number > 0, "first": "bbba"[number]}
        answers = {"08/terminal-speed": mine, "../<b>": entry, "08/<b>": entry}
        export = {"format": "answers-of-a-reader", "version": 1, "entries": {"quiz": answers}}
        put(folder / "quizzes" / f"{number}.json", json.dumps(export).encode())
    return ["canvas.roster.csv", "moodle.roster.csv", "github.csv", "gs.csv", "rest.csv"]


def rows(path, by):
    return {row[by]: row for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))}


def key_of(name):
    number = int(name[1:])
    return {2: f"{name}@x.org", 3: f"{name}-hub"}.get(number // 6, name)


def expected(name, student):
    """Return a student's marks by chapter, after lateness and what is set by hand."""
    marks = {chapter: student.points(chapter) for chapter in student.meant}
    if name == "s08":
        marks[9] -= student.meant[9][BY_HAND][0]
    chapters = sorted(marks)
    taken = {"s06": [0, 0.25], "s12": [0.25, 0], "s24": [0.5, 0.6]}.get(name, [0, 0, 0])
    marks = {c: marks[c] * (1 - part) for c, part in zip(chapters, taken, strict=False)}
    return marks | ({8: 3.5} if name == "s00" else {})


def test_every_mark_is_as_meant(graded):
    folder, students = graded
    table = rows(folder / "grades.csv", "Feedback comments")
    by_key = classroom_marks(folder)
    assert len(table) == len(by_key) == 30
    for name, student in students.items():
        meant = expected(name, student)
        got = by_key[key_of(name)]
        for chapter in bank.CHAPTERS:
            assert got[chapter] == pytest.approx(meant.get(chapter, 0), abs=0.006), (name, chapter)
        assert got["total"] == pytest.approx(sum(meant.values()), abs=0.02)


def classroom_marks(folder, table="grades.csv"):
    """Return the table's marks by the key of a student, which each system's identity gives."""
    found = {}
    for row in rows(folder / table, "Feedback comments").values():
        found[row["Username"] or row["Student"]] = row
    names = {f"Person s{n}": f"s{n}@x.org" for n in range(12, 18)} | {EVIL: "s17@x.org"}
    names |= {f"Jürgen Müller s{n}": f"s{n}-hub" for n in range(18, 24)} | {
        f"Person s{n}": f"s{n}" for n in range(24, 30)
    }
    heads = {c: f"Exercise {c}: {bank.CHAPTERS[c].title}" for c in bank.CHAPTERS}
    return {
        names.get(key, key): {c: float(row[head]) for c, head in heads.items()} | {"total": float(row["Total"])}
        for key, row in found.items()
    }


def test_the_latest_attempt_counts_or_the_best(graded):
    folder, students = graded
    student, chapter = students["s07"], min(students["s07"].notebooks)
    first = sum(points for points, _ in student.first.values())
    assert first > student.points(chapter) == 0
    assert classroom_marks(folder)["s07"][chapter] == student.points(chapter)
    assert classroom_marks(folder, "best.csv")["s07"][chapter] == max(first, student.points(chapter))


def test_tables_for_canvas_and_moodle(graded):
    folder, students = graded
    lines = list(csv.reader(io.StringIO((folder / "canvas.csv").read_text(encoding="utf-8"), newline="")))
    assert lines[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert lines[0][5:7] == ["Exercise 1: Empirical risk", "Exercise 2: Ill-conditioning"]
    assert "Exercise 8: Momentum (4711)" in lines[0] and len(lines[0]) == 5 + 13
    assert lines[1][0] == "    Points Possible" and lines[1][5:] == [f"{c.points:g}" for c in bank.CHAPTERS.values()]
    by_id = {line[1]: line for line in lines[2:] if line[1]}
    assert by_id["106"][:5] == ["Person, s06", "106", "us06", "s06", "A"]
    assert {line[0] for line in lines if line[3] in ("s00", "s05")} == {"'=1+s00", "'=1+s05"}
    moodle = rows(folder / "moodle.csv", "Email address")
    third = min(students["s13"].meant)
    assert float(moodle["s13@x.org"][f"Exercise {third}: {bank.CHAPTERS[third].title}"]) == students["s13"].points(
        third
    )
    assert "Handed in late by 2 days, 1 of them free: 25 %" in "".join(moodle["s12@x.org"].values())


def test_what_students_read(graded):
    folder, students = graded
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "html").iterdir()}
    assert len(pages) == 30 and "Nothing was handed in." in pages["s05"]
    assert "set to 3.5 by the instructor: oral exam" in pages["s00"]
    assert "Set by the instructor: copied" in pages["s08"]
    assert "Handed in late by 3 days, 1 of them free: 50 %" in pages["s24"]
    assert "Handed in late by 3 days, 0 of them free: 60 %" in pages["s24"]
    assert "broken.ipynb: the file is not a notebook" in pages["s04"]
    assert not any("<script" in page for page in pages.values())


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(graded, visit, scheme):
    opened = visit(graded[0] / "report.html", color_scheme=scheme, viewport={"width": 390, "height": 844})
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    assert [item["id"] for item in Axe().run(opened.page).response["violations"]] == []
    ink = opened.page.evaluate("getComputedStyle(document.querySelector('svg text')).fill")
    assert ink == opened.page.evaluate("getComputedStyle(document.body).color")
    assert not opened.problems


def meant_by_question(students):
    """Return what was meant of every question: (share of points, counted as, share on all other questions)."""
    found = defaultdict(list)
    for name, student in students.items():
        mine = {q: value for questions in student.meant.values() for q, value in questions.items()}
        if name == "s08":
            mine[BY_HAND] = (0, mine[BY_HAND][1])
        for q, (points, counted) in mine.items():
            others = [other for other in mine if other != q]
            rest = sum(mine[o][0] for o in others) / sum(bank.load(o).points for o in others)
            found[q].append((points / bank.load(q).points, counted, rest))
    return found


def test_every_figure_of_the_report(graded):
    folder, students = graded
    kept = class_report.read(folder / "grades.csv.results" / classroom.CLASS)
    items, meant = class_report.items(kept), meant_by_question(students)
    assert items.keys() == meant.keys()
    correlated = 0
    for name, answers in meant.items():
        item, (mine, counted, rest) = items[name], zip(*answers, strict=True)
        assert item["count"] == len(answers)
        assert item["share"] == pytest.approx(statistics.fmean(mine))
        if len(answers) > 2 and len(set(mine)) > 1:
            assert item["discrimination"] == pytest.approx(statistics.correlation(mine, rest))
            correlated += 1
        else:
            assert item["discrimination"] is None
        pairs = counted.count(("pair", None))
        known = Counter(text for kind, text in counted if kind == "known")
        assert pairs or dict(item["known"]) == known
        assert known.items() <= dict(item["known"]).items()
        assert item["status"]["right"] == sum(kind == "right" for kind, _ in counted)
        assert item["status"]["not answered"] == sum(kind == "blank" for kind, _ in counted)
        groups = sorted(Counter(text for kind, text in counted if kind == "unknown").values(), reverse=True)
        assert pairs or [count for count, _, _ in item["unknown"]] == groups
    assert correlated > 40
    assert sum(item["status"]["right"] for item in items.values()) > 100
    assert sum(len(item["unknown"]) for item in items.values()) >= 4
    possible = sum(chapter.points for chapter in bank.CHAPTERS.values())
    totals = [sum(expected(name, one).values()) / possible for name, one in students.items() if one.meant]
    assert sorted(class_report.shares(kept)) == pytest.approx(sorted(totals), abs=1e-3)


def test_the_report_names_nobody(graded):
    folder, students = graded
    page = (folder / "report.html").read_text(encoding="utf-8")
    kept = (folder / "grades.csv.results" / classroom.CLASS).read_text(encoding="utf-8")
    for name in students:
        assert name not in page and f'"{name}' not in kept
    for text in ("Person", "Müller", "Lovelace", "<script", "copied", "oral exam"):
        assert text not in page, text
    assert "1 of the class handed in nothing" in page
    assert "stops with ZeroDivisionError" in page and "<code>a text</code>" in page
    quiz = page[page.index('<th scope="row">08/terminal-speed') :]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", quiz) == ["quiz", "4", "50%", "75%"]
    assert "&lt;b&gt;" not in page
    assert "http" not in page.replace("http://www.w3.org/", "").replace("http://purl.org/", "").replace(
        "http://creativecommons.org/", ""
    )
