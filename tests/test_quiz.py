"""Quizzes: what an author may write, what a reader chooses and finds again, and what stands there without a script."""

import json
import re
import shutil
import subprocess
import sys

import edition
import nbformat
import plain
import pytest
import quiz
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT

CHAPTERS = {path.stem: path for path in edition.chapters()}
GOOD = "How many?\n\n( ) One.\n: No.\n\n(*) Two,\nor so.\n: Yes, as $x$\n  says.\n\n  Twice.\n"


def quizzes(path):
    """Return the directives of a chapter's quizzes, in order."""
    cells = [cell for cell in plain.cells_of(path) if cell.cell_type == "markdown"]
    found = (plain.directive_of(token) for cell in cells for token in plain.inside(cell.source))
    return [directive for directive in found if directive and directive.name == "quiz"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_quiz_of_a_chapter_has_its_name_one_right_option_and_explanations(chapter):
    found = quizzes(CHAPTERS[chapter])
    assert len({directive.title for directive in found}) == len(found) >= 4
    for directive in found:
        read = quiz.read(directive.title, directive.text)
        assert len(read.options) >= 3 and sum(option.right for option in read.options) == 1
        for option in read.options:
            # The first word says it: the mark and the colour of the page are not in the runner's edition.
            agrees = re.match(r"(Yes|Right)\b", option.why)
            assert bool(agrees) == option.right and len(option.why) > 10, (
                f"{directive.title} ({option.letter}): {option.why}"
            )


def test_a_quiz_is_read_as_it_is_written():
    assert quiz.read("how-many", GOOD) == quiz.Quiz(
        "How many?",
        [
            quiz.Option("a", False, "One.", "No."),
            quiz.Option("b", True, "Two, or so.", "Yes, as $x$\nsays.\n\nTwice."),
        ],
    )


BAD = {
    "small letters with hyphens": ("How many", GOOD),
    "got 1": ("x", "How?\n\n(*) So.\n: Yes."),
    "got 0": ("x", "How?"),
    "asks nothing": ("x", "(*) One.\n: Yes.\n\n( ) Two.\n: No."),
    "without its explanation": ("x", "How?\n\n(*) One.\n: Yes.\n\n( ) Two."),
    "an option without": ("x", "How?\n\n(*) One.\n\n( ) Two.\n: No."),
    "marks 0 options": ("x", GOOD.replace("(*)", "( )")),
    "marks 2 options": ("x", GOOD.replace("( )", "(*)")),
}


@pytest.mark.parametrize("words", BAD)
def test_a_wrong_quiz_is_refused_in_one_sentence(words):
    with pytest.raises(ValueError, match=re.escape(words)) as refused:
        quiz.read(*BAD[words])
    assert "\n" not in str(refused.value)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A chapter of two quizzes, built with the course's settings."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "book" / "assets", folder / "book" / "assets")
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/08_small\n")
    text = (
        "# Small\n\nSome words.\n\n## Check yourself\n\n:::{quiz} how-many\n"
        + GOOD
        + ":::\n\n:::{quiz} why\n"
        + GOOD
        + ":::\n"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    nbformat.write(notebook, folder / "book" / "08_small.ipynb")
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", folder, "-W", "-n"]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "_build" / "html" / "book" / "08_small.html"


SHOWN = "() => [...document.querySelectorAll('.quiz-why')].map(e => e.checkVisibility({contentVisibilityAuto: true}))"
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('course:'))"
ENTRY = 'course.get("quiz", "08/how-many")'


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_an_answer_is_kept_and_found_again_by_keyboard_alone(page, visit):
    opened = visit(page)
    here = opened.page
    assert here.evaluate(SHOWN) == [False] * 4
    # Tab leads into the question, an arrow only moves, Space chooses.
    here.locator(".quiz input").first.focus()
    assert here.evaluate(ENTRY) is None
    here.keyboard.press("ArrowDown")
    assert here.evaluate("document.activeElement.value") == "b" and here.evaluate(SHOWN) == [False] * 4
    here.keyboard.press("ArrowDown")
    here.keyboard.press("Space")
    assert here.evaluate(SHOWN) == [True, False, False, False]
    kept = here.evaluate(ENTRY)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT.*Z", kept.pop("when"))
    assert kept == {"chosen": "a", "right": False, "first": "a"}
    here.keyboard.press("ArrowUp")
    here.keyboard.press("Enter")
    assert here.evaluate(ENTRY)["first"] == "a" and here.evaluate(ENTRY)["right"] is True

    here.reload()
    assert here.evaluate(SHOWN) == [False, True, False, False]
    assert here.locator(".quiz input:checked").count() == 1
    said = here.locator(".quiz-memory").first
    assert re.match(r"You chose \(b\) on \d+ \w+, and \(a\) at first\.", said.inner_text())
    # What appears, appears in a place that a screen reader watches; and the group is named by its question.
    assert here.locator("[aria-live=polite] > .quiz-why").count() == 4
    assert here.get_by_role("radiogroup", name="1. How many?").count() == 1
    found = Axe().run(here, options={"preload": False}).response["violations"]
    assert [item["id"] for item in found] == []

    here.emulate_media(media="print")
    assert here.evaluate(SHOWN) == [True] * 4
    assert not said.is_visible()
    here.emulate_media(media="screen")
    here.locator(".quiz-memory button").first.press("Enter")
    assert here.evaluate(ENTRY) is None and here.evaluate(SHOWN) == [False] * 4
    assert here.evaluate("document.activeElement.value") == "a"
    assert opened.problems == []


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_answers_leave_and_come_back_as_one_file(page, visit):
    here = visit(page).page
    here.wait_for_function("course.get('read', '08')")  # the page is so short that its end is in view
    here.locator(".quiz label").nth(1).click()
    here.locator(".quiz label").nth(2).click()
    here.evaluate("course.set('task', '08/1', {done: true})")
    text = here.evaluate("course.export()")
    assert json.loads(text)["entries"]["quiz"]["08/why"]["chosen"] == "a"
    here.evaluate("course.clear()")
    assert here.evaluate(SHOWN) == [False] * 4 and here.evaluate(KEPT) == []

    # What is no such file is refused whole, in one sentence.
    take = "text => { try { return course.import(text); } catch (error) { return error.message; } }"
    alert = text.replace('"08/why"', '"<img src=x onerror=alert(1)>"')
    for hostile in (
        "", "null", "[]", "{}", "<html>", "9" * 3_000_000, alert, text.replace('"quiz"', '"__proto__"'),
        text.replace('"version": 1', '"version": 2'), text.replace('"when": "20', '"when": "x'),
        text.replace('"done": true', '"done": "' + "x" * 30_000 + '"'),
    ):  # fmt: skip
        refused = here.evaluate(take, hostile)
        assert refused.startswith("This file was not taken in, since ") and refused.count(".") == 1
        assert here.evaluate(KEPT) == []

    assert here.evaluate(take, text) == 4
    assert here.evaluate(SHOWN) == [False, True, True, False]
    # Of two answers the later one stays.
    here.locator(".quiz label").nth(0).click()
    here.evaluate(take, text)
    assert here.evaluate(ENTRY)["chosen"] == "a"


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_without_a_script_and_without_storage_nothing_is_lost(page, visit, browser):
    context = browser.new_context(java_script_enabled=False)
    here = context.new_page()
    here.goto(page.as_uri())
    details = here.locator(".quiz details")
    assert details.count() == 4 and not details.first.locator(".quiz-why").is_visible()
    details.first.locator("summary").click()
    assert details.first.locator(".quiz-why").is_visible()
    here.emulate_media(media="print")
    heights = [box["height"] for box in map(lambda e: e.bounding_box(), here.locator(".quiz-why").all())]
    assert min(heights) > 15
    context.close()

    refused = browser.new_context()
    refused.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")
    here = refused.new_page()
    here.goto(page.as_uri())
    here.locator(".quiz label").first.click()
    assert here.evaluate(ENTRY)["chosen"] == "a" and here.evaluate("course.lasting") is False
    refused.close()
