"""Names as the systems give them, and the instructor's own files: what they mean, and what is refused."""

import csv
import datetime
import io
import os
import re
from pathlib import Path

import pytest

from lecture_grader import bank, classroom, deadlines, names, overrides, reports, settle, sheets
from lecture_grader.roster import Roster, normal, squeezed
from lecture_grader.sheets import Refused


def found(folder, *files):
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    return {one.label: one for one in names.find(folder)}


def table(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


# Names.


@pytest.mark.parametrize(
    ("file", "student", "known", "late"),
    [
        ("lovelaceada_12_345_08_momentum-2.ipynb", "lovelaceada", {"id": "12", "canvas": "lovelaceada"}, False),
        ("lovelaceada_LATE_12_345_x.ipynb", "lovelaceada", {"id": "12", "canvas": "lovelaceada"}, True),
        ("de_la_cruz_12_345_x.ipynb", "de_la_cruz", {"id": "12", "canvas": "de_la_cruz"}, False),
        ("anon_aB3dE_345_x.ipynb", "anon_aB3dE", {"id": "anon_aB3dE"}, False),
        ("LATE_anon_aB3dE_345_x.ipynb", "anon_aB3dE", {"id": "anon_aB3dE"}, True),
        ("Ada L_77_assignsubmission_file_x.ipynb", "Ada L", {"identifier": "77", "name": "Ada L"}, False),
        ("Ada_77_assignsubmission_file_/x.ipynb", "Ada", {"identifier": "77", "name": "Ada"}, False),
        ("Ada_77_assignsubmission_file/x.ipynb", "Ada", {"identifier": "77", "name": "Ada"}, False),
        ("ada.ipynb", "ada", {"any": "ada"}, False),
        ("ada_12.ipynb", "ada_12", {"any": "ada_12"}, False),
        # The rest of a name is the student's, and looks like what it likes.
        ("ada_1_2_eve_3_4_x.ipynb", "ada", {"id": "1", "canvas": "ada"}, False),
        ("ada_1_2_Eve_3_assignsubmission_file_x.ipynb", "ada", {"id": "1", "canvas": "ada"}, False),
        ("ada_1_assignsubmission_file_eve_3_4_x.ipynb", "ada", {"identifier": "1", "name": "ada"}, False),
        ("A_1_assignsubmission_file_C_3_assignsubmission_file_x.ipynb", "A", {"identifier": "1", "name": "A"}, False),
        ("ada_1_2_LATE_3_4_x.ipynb", "ada", {"id": "1", "canvas": "ada"}, False),
        ("bob/eve_3_4_x.ipynb", "bob", {"any": "bob"}, False),
    ],
)  # fmt: skip
def test_whose_a_file_is(tmp_path, file, student, known, late):
    (one,) = found(tmp_path, file).values()
    assert (one.student, one.known, one.late) == (student, known, late)
    assert [str(path.relative_to(tmp_path)) for path in one.paths] == [file]


def test_attempts_are_in_canvass_order_and_two_students_of_one_name_are_apart(tmp_path):
    got = found(tmp_path, "ada_1_900_x.ipynb", "ada_1_1000_x-1.ipynb", "bob_2_5_x.ipynb", "bob_3_6_x.ipynb")
    assert [path.name for one in got.values() if one.student == "ada" for path in one.paths] == [
        "ada_1_900_x.ipynb",
        "ada_1_1000_x-1.ipynb",
    ]
    assert sorted(got) == ["ada #1", "ada #2", "bob (2)", "bob (3)"]


def test_clones_of_github_classroom(tmp_path):
    clones = tmp_path / "momentum-2-submissions"
    got = found(clones, "momentum-2-ada-l/08.ipynb", "other/08.ipynb")
    assert got["ada-l"].known == {"github": "ada-l"} and got["other"].known == {"any": "other"}
    # In a folder of another name the list of the class tells where the user's name begins.
    got = found(tmp_path / "repos", "momentum-2-ada-l/.git/config", "momentum-2-ada-l/08.ipynb")
    rows = table(tmp_path / "c.csv", "identifier,github_username,name\n7,l,Lea\n8,ada-l,Ada\n")
    (one,), strangers = Roster([rows]).named(got.values())
    assert one.student == "ada-l" and not strangers


METADATA = """submission_1:
  :submitters:
  - :name: Ada
    :sid: '7'
    :email: a@x.org
  - :name: Bob
    :email: b@x.org
  :created_at: 2026-11-10 11:00:00.5 Z
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess {tests: [!ruby/object:Foo {a: 1}]}
"""


def test_gradescopes_export(tmp_path):
    (tmp_path / names.METADATA).write_text(METADATA)
    got = found(tmp_path, "submission_1/a/b.ipynb", "submission_9/not_listed.ipynb")
    assert {name: one.known.get("email") for name, one in got.items()} == {"Ada": "a@x.org", "Bob": "b@x.org"}
    assert got["Ada"].when == datetime.datetime(2026, 11, 10, 11, 0, 0, 500000, datetime.UTC)
    assert all(len(one.paths) == 1 for one in got.values())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1\n",
        "a: [",
        "../x:\n  :submitters: []\n",
        "..:\n  :submitters: []\n",
        "/etc:\n  :submitters: []\n",
        "link:\n  :submitters: []\n",
        "submission_1:\n  :submitters: Ada\n",
        "x: !!python/object/apply:os.system ['touch hacked']\n",
        "x: \0\n",
    ],
)
def test_metadata_that_leads_elsewhere_or_is_none(tmp_path, text):
    (tmp_path / names.METADATA).write_text(text)
    os.symlink("/etc", tmp_path / "link")
    with pytest.raises(Refused, match="is not Gradescope's"):
        names.find(tmp_path)
    assert not Path("hacked").exists()


def test_links_and_pipes_are_not_followed(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    os.symlink("/etc/passwd", folder / "ada_1_2_x.ipynb")
    os.symlink("/etc", folder / "Ada_1_assignsubmission_file_")
    os.mkfifo(folder / "bob_1_2_x.ipynb")
    os.symlink(tmp_path / "elsewhere.yml", folder / names.METADATA)
    (tmp_path / "elsewhere.yml").write_text("a: b")
    assert names.find(folder) == []


def test_names_that_are_hostile_lead_nowhere(tmp_path):
    hostile = ["../../etc/x", "..", ".", "", "/", "a\nb", "x" * 5000, "\udcff", "a\0b", ".git", "con:1", "\u202egpj"]
    files = {reports.file_name(name) for name in hostile}
    assert len(files) == len(hostile), "two students share a file"
    for name in files:
        path = tmp_path / f"{name}.html"
        assert path.parent == tmp_path and path.resolve().parent == tmp_path.resolve()
        classroom.write(path, "x")
    assert reports.file_name("Ada Lovelace") == "Ada Lovelace"


# The list of the class.


def test_a_list_in_any_encoding_and_with_any_delimiter(tmp_path):
    text = 'Full name;Username;Email address\n"Müller; Jürgen";jm;j@x.org\n'
    for number, encoding in enumerate(["utf-8", "utf-8-sig", "latin-1", "utf-16"]):
        (person,) = Roster([table(tmp_path / f"{number}.csv", text, encoding)]).people
        assert person.fields["name"] == "Müller; Jürgen" and person.key == "jm"
    (person,) = Roster([table(tmp_path / "t.csv", text.replace(";", "\t").replace("\t J", "; J"))]).people
    assert person.key == "jm"


def test_several_lists_of_one_class(tmp_path):
    one = table(tmp_path / "1.csv", "Identifier,Full name,Email address,Status\nParticipant 5,Ada,a@x.org,-\n")
    two = table(
        tmp_path / "2.csv",
        "Identifier,Full name,Email address,Status\n"
        "Participant 9,Ada,a@x.org,Submitted for grading - 3 hours 5 mins late\n"
        "Participant 8,Ada,other@x.org,Submitted for grading - 2 days late\n",
    )
    roster = Roster([one, two])
    assert [person.key for person in roster.people] == ["a@x.org", "other@x.org"]
    assert roster.people[0].identifiers == {"5", "9"} and roster.late == {"9": 1, "8": 2}
    got = found(tmp_path / "m", "Ada_9_assignsubmission_file_/x.ipynb", "Ada_7_assignsubmission_file_/x.ipynb")
    named, strangers = roster.named(got.values())
    # The name alone is that of two students, so it says nothing.
    assert [one.student for one in named] == ["Ada (7)", "a@x.org"] and strangers == ["Ada (7)"]


def test_a_name_does_not_stand_for_another_number(tmp_path):
    rows = table(tmp_path / "c.csv", 'Student,ID,SIS Login ID,Section\n"Lovelace, Ada",12,ada,A\n"Student, Test",1,,\n')
    got = [*found(tmp_path / "m", "lovelaceada_66_5_x.ipynb", "ada_66_5_x.ipynb").values()]
    named, strangers = Roster([rows]).named([*got, *found(tmp_path / "p", "ada.ipynb").values()])
    assert sorted(one.student for one in named) == ["ada", "ada (not in the class)", "lovelaceada"]
    without = table(tmp_path / "w.csv", "name,username\nAda Lovelace,ada\n")
    (one,), _ = Roster([without]).named(found(tmp_path / "n", "lovelaceada_66_5_x.ipynb").values())
    assert one.student == "ada"


def test_names_the_right_way_round():
    assert normal("Lovelace, Ada M.") == normal("Ada M. Lovelace") == "ada m lovelace"
    assert squeezed("Lovelace, Ada") == squeezed("Ada Lovelace") == "lovelaceada"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"Points,Grade\n1,2\n", "has no column that names students"),
        (b"name,username\nA,x\nB,X\n", "line 3: username 'X' is also that of .*line 2"),
        (b"Student,ID\nA,1\nB,1\n", "line 3: id '1' is also that of"),
        (b"name\nA\nA\n", "there is another student 'A'"),
        (b"name\n" + b"x" * 200_000, "this is not a table"),
        (b"name\n" + b"A\n" * 2**24, "is larger than"),
        (b'name,username\n"A,b\n', None),
        (b"\xff\xfe\x00", None),
        (b"\x00\x01\x02", None),
        (bytes(range(256)), None),
    ],
)
def test_lists_that_are_none(tmp_path, content, reason):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    try:
        Roster([path])
    except Refused as error:
        assert reason is None or re.search(reason, str(error)), error
        assert len(str(error)) < 600
    else:
        assert reason is None
    with pytest.raises(Refused, match="cannot be read"):
        Roster([tmp_path])


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "＝1",
    "<script>x</script>",
    "\x1b[31m",
    "\u202e",
]


def test_cells_are_no_formulas_and_pages_no_markup(tmp_path):
    lines = [f'"{name}",u{number}' for number, name in enumerate(HOSTILE)]
    roster = Roster([table(tmp_path / "c.csv", "\n".join(["name,username", *lines]))])
    settled = settle.settle([], {}, roster)
    for text in (reports.table(settled), reports.canvas(settled, {}), reports.moodle(settled)):
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝")]
        assert "\x1b" not in text and "\u202e" not in text
    for name, result in settled.items():
        assert "<script>" not in reports.page(f"{name}{result['person'].get('name')}", result, [8], True)


# Deadlines.


def rule(tmp_path, text):
    return deadlines.Deadlines(table(tmp_path / "d.toml", text), {"ada": "ada"}.get)


def test_the_rule_of_late_days(tmp_path):
    late = rule(
        tmp_path,
        "free_days = 3\npercent_per_day = 20\nat_least = 50\n[due]\n8 = 2026-11-20T23:59:00+01:00\n[late.ada]\n9 = 4\n",
    )
    one = names.Submission("ada", (), tmp_path, {"identifier": "5"})
    at = [datetime.datetime(2026, 11, 20, 22, m, s, tzinfo=datetime.UTC) for m, s in ((59, 0), (59, 1))]
    at.append(datetime.datetime(2026, 11, 22, 22, 59, tzinfo=datetime.UTC))
    sent = [names.Submission("ada", (), tmp_path, {}, when=when) for when in at]
    assert [late.days(each, 8, {}) for each in sent] == [0, 1, 2]
    assert late.days(one, 9, {"5": 1}) == 4 and late.days(one, 8, {"5": 1}) == 1
    assert late.days(names.Submission("bob", (), tmp_path, {}, late=True), 9, {}) == 1
    assert late.spend({10: 2, 8: 2, 9: 4}) == {8: 2, 9: 1, 10: 0}
    assert [late.cut(days) for days in (0, 1, 2, 3, 1000)] == [0, 0.2, 0.4, 0.5, 0.5]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("free_days", "is not TOML"),
        ("free = 1", "'free' is none of"),
        ("free_days = -1", "free_days is -1"),
        ("percent_per_day = true", "percent_per_day is True"),
        ("percent_per_day = nan", "percent_per_day is nan"),
        ("at_least = 101", "a number from 0 to 100"),
        ("[due]\n8 = 2026-11-20T23:59:00", "a date, a time and a time zone"),
        ("[due]\n8 = 'soon'", "a date, a time and a time zone"),
        ("[due]\n14 = 2026-11-20T23:59:00Z", "there is no exercise '14'"),
        ("due = 3", r"a table \[due\] is expected"),
        ("[late.eve]\n8 = 1", "there is no student 'eve'"),
        ("[late.ada]\n8 = 1.5", "whole days are expected"),
    ],
)
def test_deadlines_that_are_none(tmp_path, text, reason):
    with pytest.raises(Refused, match=reason):
        rule(tmp_path, text)


# Marks by hand.


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("eve,8,1,because", "there is no student 'eve'"),
        ("ada,momentum_nothing,1,because", "is neither a question nor the number"),
        ("ada,14,1,because", "is neither a question nor the number"),
        ("ada,8,9,because", "a number from 0 to 8 is expected"),
        ("ada,8,-1,because", "a number from 0 to 8"),
        ("ada,8,nan,because", "a number from 0 to 8"),
        ("ada,8,inf,because", "a number from 0 to 8"),
        ("ada,8,=1+1,because", "a number from 0 to 8"),
        ("ada,8,1,", "the reason is missing"),
        ("ada,8,1,a\nada,Exercise 8,2,b", "is set already, by .*line 2"),
    ],
)
def test_marks_by_hand_that_are_none(tmp_path, row, reason):
    path = table(tmp_path / "o.csv", f"student,question,points,reason\n{row}\n")
    with pytest.raises(Refused, match=reason):
        overrides.read(path, {"ada": "ada"}.get)


def verdict(name, points):
    done = {"name": name, "status": "wrong", "parts": [], "message": "", "example": "", "detail": "", "warnings": []}
    return done | {"points": points, "possible": bank.load(name).points}


def test_what_counts_of_attempts_lateness_and_marks_by_hand(tmp_path):
    first, *_, last = bank.of_chapter(8)
    tries = [
        names.Submission("ada", (), tmp_path, {}, (number,), number == 2, label=f"ada #{number}")
        for number in (1, 2, 3)
    ]
    points = [(1, 0), (1, 1), (0, 0)]
    results = {
        one.label: {"problems": [], "questions": {first: verdict(first, a), last: verdict(last, b)}}
        for one, (a, b) in zip(tries, points, strict=True)
    }
    late = rule(tmp_path, "percent_per_day = 40")
    by_hand = [overrides.Override("ada", first, 0.5, "r"), overrides.Override("bob", 8, 3, "=r")]
    latest = settle.settle(tries, results)["ada"]
    assert latest["marks"] == {8: 0} and latest["notes"] == {8: []}
    assert settle.settle(tries, results, best=True)["ada"]["marks"] == {8: 2}
    assert settle.settle(tries, results, best=True)["ada"]["notes"] == {8: ["Handed in late."]}
    mended = settle.settle(tries, results, best=True, deadlines=late, overrides=by_hand)["ada"]
    # 60 % of 2 is more than 1; the mark by hand comes before the lateness.
    assert mended["marks"] == {8: pytest.approx(0.6 * 1.5)}
    assert results["ada #2"]["questions"][first]["points"] == 1, "what is kept has changed"
    steep = rule(tmp_path, "percent_per_day = 60")
    assert settle.settle(tries, results, best=True, deadlines=steep)["ada"]["marks"] == {8: 1}


def test_a_clean_cell_is_one_line():
    assert sheets.clean(" a\r\nb\x00\u2028c ") == "a  b  c" and len(sheets.clean("x" * 10_000)) == 300
