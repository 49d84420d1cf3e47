"""Every question of the course, tested by being there."""

import functools
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lecture_grader import bank
from lecture_grader.compare import difference
from lecture_grader.inside import values
from lecture_grader.inside.observe import observe
from lecture_grader.instant import instant_judge, report
from lecture_grader.judge import BLANK, MISTAKE, RIGHT, Judge

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import exercises  # noqa: E402

SEEDS = range(5)
MISTAKES = [(name, k) for name in bank.names() for k in range(len(bank.load(name).mistakes))]
PRESENT = [chapter for chapter in bank.CHAPTERS if bank.of_chapter(chapter)]


@functools.cache  # a judge keeps what the known mistakes do, and no test changes it
def judges(name):
    """The instant check's judge and some as for a class."""
    return [instant_judge(name), *(Judge(bank.load(name), seed) for seed in SEEDS)]


def verdict(judge, answer):
    return judge.verdict(observe(answer, judge.cases), lambda cases: observe(answer, cases))


@pytest.mark.parametrize("name", bank.names())
def test_name_chapter_and_parts(name):
    question = bank.load(name)
    assert question.name == name
    assert name in bank.of_chapter(question.chapter)
    assert question.parts and all(part.points > 0 for part in question.parts)
    assert len({part.name for part in question.parts}) == len(question.parts)
    if callable(question.stub):
        assert len(question.mistakes) >= 5
        assert question.stub.__doc__
    messages = [mistake.message for mistake in question.mistakes]
    assert len(set(messages)) == len(messages)


@pytest.mark.parametrize("name", bank.names())
def test_inputs_are_data_in_the_order_of_the_arguments(name):
    question = bank.load(name)
    for case in question.cases(np.random.default_rng(0)):
        if callable(question.stub):
            code = question.stub.__code__
            assert list(case) == list(code.co_varnames[: code.co_argcount])
        for item in case.values():
            encoded = values.encode(item)
            assert "other" not in str(encoded)
            if not isinstance(item, values.Formula):
                again = values.decode(encoded, formulas=True)
                assert type(again) is type(item)


@pytest.mark.parametrize("name", bank.names())
def test_the_same_seed_makes_the_same_cases_and_another_seed_others(name):
    question = bank.load(name)
    one, again, other = (Judge(question, seed).cases for seed in (1, 1, 2))
    assert one == again
    assert one != other or not callable(question.stub)


@pytest.mark.parametrize("name", bank.names())
def test_right_answers_earn_full_marks(name):
    question = bank.load(name)
    for judge in judges(name):
        for answer in (question.reference, *question.alternatives):
            found = verdict(judge, answer)
            assert (found.status, found.points) == (RIGHT, question.points), found


@pytest.mark.parametrize("name", bank.names())
def test_the_stub_earns_nothing_and_is_called_not_answered(name):
    question = bank.load(name)
    scope = {}
    exec(question.stub_source, scope)
    for judge in judges(name):
        found = verdict(judge, scope[name])
        assert (found.status, found.points) == (BLANK, 0)
    assert "not answered yet" in report(name, scope[name])


@pytest.mark.parametrize(("name", "k"), MISTAKES)
def test_a_known_mistake_earns_its_marks_and_its_own_message(name, k):
    question = bank.load(name)
    mistake = question.mistakes[k]
    assert mistake.marks < question.points
    for judge in judges(name):
        found = verdict(judge, mistake.wrong)
        assert found.status == MISTAKE, found
        assert found.message == mistake.message
        assert found.points == mistake.marks


@pytest.mark.parametrize(("name", "k"), MISTAKES)
def test_the_check_never_prints_the_expected_values(name, k):
    question = bank.load(name)
    judge = instant_judge(name)
    text = "\n".join(
        line for line in report(name, question.mistakes[k].wrong).splitlines() if not line.startswith("Your own value")
    )  # which the student has computed
    inputs = " ".join(values.source(item) for case in judge.inputs for item in case.values())
    for outcome in judge.expected:
        for number in np.ravel(numbers(outcome["value"])):
            for digits in {f"{number:.3g}", f"{number:.4g}", f"{number:.6g}", repr(float(number))}:
                long = len(digits.lstrip("-").replace(".", "").lstrip("0")) >= 3
                if long and digits not in inputs:
                    assert not re.search(rf"(?<![\d.]){re.escape(digits)}", text), digits


def numbers(value):
    if isinstance(value, (tuple, list)):
        return [number for item in value for number in np.ravel(numbers(item))]
    if isinstance(value, dict):
        return numbers(list(value.values()))
    return value if isinstance(value, (int, float, np.ndarray)) else []


@pytest.mark.parametrize("name", bank.names())
def test_no_expected_value_is_reached_by_doing_nothing(name):
    """Returning an input, zeros, or ones must not earn a part."""
    for judge in judges(name):
        if not callable(judge.question.stub):
            continue
        for k, outcome in enumerate(judge.expected):
            right = outcome["value"]
            for item in judge.inputs[k].values():
                if isinstance(item, (int, float, np.ndarray)) and not isinstance(item, bool):
                    assert difference(item, right, 1e-5, 1e-7), f"case {k}: an input is the answer"


@pytest.mark.parametrize("chapter", PRESENT)
def test_points_of_a_chapter(chapter):
    found = sum(bank.load(name).points for name in bank.of_chapter(chapter))
    assert found == bank.CHAPTERS[chapter].points
    assert 3 <= len(bank.of_chapter(chapter)) <= 6


def test_points_of_the_course():
    assert sum(chapter.points for chapter in bank.CHAPTERS.values()) == 100
    if len(PRESENT) == len(bank.CHAPTERS):
        assert sum(bank.load(name).points for name in bank.names()) == 100
        assert len(MISTAKES) >= 150


def notebook(chapter, folder):
    path = ROOT / "exercises" / folder / f"{bank.CHAPTERS[chapter].notebook}.ipynb"
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("chapter", PRESENT)
def test_the_students_notebook_is_the_generated_one(chapter):
    made = exercises.student_notebook(notebook(chapter, "solutions"))
    stored = notebook(chapter, "")
    assert exercises.what_it_says(stored) == exercises.what_it_says(made), "run `make exercises`"


@pytest.mark.parametrize("chapter", PRESENT)
def test_no_solution_leaks_into_the_students_notebook(chapter):
    shared = {cell.source for cell in notebook(chapter, "solutions").cells if "solution" not in tags(cell)}
    stubs = "\n".join(bank.load(name).stub_source for name in bank.of_chapter(chapter))
    secret = {
        line.strip()
        for cell in notebook(chapter, "solutions").cells
        if "solution" in tags(cell)
        for line in cell.source.splitlines()
        if len(line.strip()) > 12 and line.strip() not in stubs
    } - {line.strip() for source in shared for line in source.splitlines()}
    headers = {line for line in secret if line.startswith(("def ", "import ", "from "))}
    assert secret - headers, "the solution notebook has no solution"
    text = "\n".join([cell.source + str(cell.get("outputs", "")) for cell in notebook(chapter, "").cells])
    assert not [line for line in secret - headers if line in text]
    assert not any("solution" in tags(cell) for cell in notebook(chapter, "").cells)


@pytest.mark.parametrize("chapter", PRESENT)
def test_stored_outputs_show_full_marks_and_not_answered(chapter):
    solved = "".join(output_text(notebook(chapter, "solutions")))
    blank = "".join(output_text(notebook(chapter, "")))
    for name in bank.of_chapter(chapter):
        points = f"{bank.load(name).points:g}"
        assert f"{name}: {points} of {points} points" in solved
        assert f"{name}: not answered yet (0 of {points} points)" in blank


@pytest.mark.parametrize("chapter", PRESENT)
def test_the_points_are_shown(chapter):
    text = "\n".join(cell.source for cell in notebook(chapter, "").cells)
    shown = [float(points) for points in re.findall(r"^## \d+\. .*\(([\d.]+) points?\)$", text, re.M)]
    assert sorted(shown) == sorted(bank.load(name).points for name in bank.of_chapter(chapter))


def tags(cell):
    return cell.metadata.get("tags", [])


def output_text(stored):
    for cell in stored.cells:
        if cell.cell_type == "code":
            assert cell.execution_count, "run `make notebooks`"
            for output in cell.outputs:
                assert output.output_type != "error"
                yield output.get("text", "")
