"""The plans for teaching: what they show is there, what they quote is printed, minutes add up; the tests have a key."""

import collections
import math
import re

import edition
import nbformat
import numpy as np
import plain
import pytest
import quiz
from conftest import ROOT
from outputs import text_of

from lecture_grader import bank
from lecture_optim import algorithms
from lecture_optim.clipping import clip_norm
from lecture_optim.objectives import Bowl

BACK = ROOT / "book" / "back"
TEXT = (BACK / "teaching.md").read_text(encoding="utf-8")
CHAPTERS = {int(path.name[:2]): path for path in edition.chapters()}
SECTIONS = dict(re.findall(r"^## Chapter (\d+): .*\n([\s\S]*?)(?=^## )", TEXT, re.MULTILINE))
SAYS = re.compile(r"^% says: (\S+): (.+)$", re.MULTILINE)
TIMES = re.compile(r"\*\*(\d+) minutes: (\d+) to show, (\d+) for what students say, (\d+) to discuss\.\*\*")


def cells(chapter):
    return nbformat.read(CHAPTERS[chapter], as_version=4).cells


def printed(cell):
    """Return what a cell prints, on lines of its own."""
    return f"\n{text_of(cell)}\n" if cell.cell_type == "code" else "\n"


def minutes(chapter):
    """Return a chapter's minutes: in all, to show, for what students say, and to discuss."""
    return [int(number) for number in TIMES.search(SECTIONS[str(chapter)]).groups()]


def quizzes(chapter):
    """Return the quizzes of a chapter by name."""
    texts = [cell.source for cell in cells(chapter) if cell.cell_type == "markdown"]
    found = [plain.directive_of(token) for text in texts for token in plain.inside(text)]
    return {d.title: quiz.read(d.title, d.text) for d in found if d and d.name == "quiz"}


def test_every_chapter_has_its_plan():
    assert sorted(map(int, SECTIONS)) == sorted(CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_is_shown_is_in_the_chapter(chapter):
    section = SECTIONS[str(chapter)]
    ((page, cell_id),) = re.findall(r"^% show: (\S+) (\S+)$", section, re.MULTILINE)
    assert page == CHAPTERS[chapter].stem
    (cell,) = [cell for cell in cells(chapter) if cell.id == cell_id]
    assert printed(cell) or "Explorer(" in cell.source
    shown = re.search(r"^\*\*Show\*\*[\s\S]*?\n\n", section, re.MULTILINE)[0]
    assert "*Ask before:*" in shown and "*What is seen:*" in shown
    everything = "\n".join(one.source + printed(one) for one in cells(chapter))
    # What is named in quotation marks is a heading, or a picture's title.
    for name in re.findall(r'"([A-Z][^"]*?)"', shown):
        assert re.search(rf'^#+ {re.escape(name)}$|title="{re.escape(name)}"', everything, re.MULTILINE), name
    if "Explorer(" in cell.source and "title=" in cell.source and chapter != 13:
        assert re.search(r'title="([^"]*)"', cell.source)[1] in shown
    # Every number is one of the chapter's; a thin space or comma, and the sign of minus, do not make another of it.
    plain_digits = everything.replace(",", "").replace("{", "").replace("−", "-")
    for number in re.findall(r"\d[\d,]*(?:\.\d+)?(?:e-?\d+)?", shown):
        digits = re.escape(number.replace(",", ""))
        assert re.search(rf"(?<![\d.]){digits}(?!\d)", plain_digits), f"the chapter does not print {number}"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_students_say_is_a_known_mistake_or_an_option(chapter):
    section = SECTIONS[str(chapter)]
    said = re.findall(r'^- ".*\((?:`(\w+)`|quiz "([\w-]+)")\)$', section, re.MULTILINE)
    assert len(said) == len(re.findall(r'^- "', section, re.MULTILINE)) >= 3
    sources = SAYS.findall(section)
    assert [name or f"{chapter:02}/{title}" for name, title in said] == [source for source, _ in sources]
    asked = quizzes(chapter)
    for source, words in sources:
        if "/" in source:
            texts = [option.text for option in asked[source[3:]].options if not option.right]
        else:
            assert source in bank.of_chapter(chapter)
            texts = [mistake.message for mistake in bank.load(source).mistakes]
        assert any(words.lower() in text.lower() for text in texts), f"{source} has no mistake with '{words}'"


def test_the_minutes_add_up():
    for chapter in CHAPTERS:
        whole, *parts = minutes(chapter)
        assert whole == sum(parts), chapter
    tables = re.findall(r"^\| (?:session \| )?minutes \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    counts = []
    for table in tables:
        rows = re.findall(r"^\| (?:(\d) \| )?(\d+) \| (.*) \|$", table, re.MULTILINE)
        assert len(rows) == table.count("\n")
        sessions = collections.Counter()
        for session, time, what in rows:
            sessions[session] += int(time)
            if chapter := re.match(r"(Show c|C)hapter (\d+)", what):
                whole, to_show, *_ = minutes(int(chapter[2]))
                assert int(time) == (to_show if what.startswith("Show") else whole), what
        counts.append(len(sessions))
        assert set(sessions.values()) == {90}
    assert counts == [1, 3, 6]
    for session in ("The {doc}`pretest`", "The {doc}`posttest`"):
        assert f"| 30 | {session} |" in TEXT
    module = TEXT[TEXT.index("## A module of two weeks") : TEXT.index("## Chapter 1")]
    assert [int(n) for n in re.findall(r"\| Chapter (\d+)", module)] == sorted(CHAPTERS)


def test_every_discussion_has_two_questions_with_answers():
    for chapter, section in SECTIONS.items():
        questions = re.findall(r"^\d\. \*(.*?)\* (.+)$", section, re.MULTILINE)
        assert len(questions) == 2, chapter
        assert all(question.rstrip('"').endswith("?") and len(answer) > 60 for question, answer in questions), chapter


# The two tests and their key.

QUESTION = re.compile(r"^\*\*(\d+)\.\*\* ([\s\S]*?)\n\n((?:- \([A-D]\) .*\n)+)", re.MULTILINE)
KEY = re.compile(r"^\| (\d+) \| (.*?) \| ([A-D]) \| ([A-D]) \| \{doc\}`(\d+) <\.\./(.*?)>` \| (.*?) \|$", re.MULTILINE)
TESTS = {}
for _test in ("pretest", "posttest"):
    TESTS[_test] = {
        int(number): (" ".join(question.split()), dict(re.findall(r"\(([A-D])\) (.*)", options)))
        for number, question, options in QUESTION.findall((BACK / f"{_test}.md").read_text(encoding="utf-8"))
    }


def test_both_tests_have_the_twelve_questions_of_one_key():
    key = KEY.findall(TEXT)
    assert [int(row[0]) for row in key] == list(range(1, 13))
    assert len({row[1] for row in key}) == 12
    for questions in TESTS.values():
        assert list(questions) == list(range(1, 13))
        for question, options in questions.values():
            assert question.endswith("?") and sorted(options) == list("ABCD")
            assert len(set(options.values())) == 4
    pre, post = TESTS.values()
    assert all(pre[i][0] != post[i][0] for i in pre)
    # No letter is a good guess, and the letters of one test do not give away those of the other.
    for column in (2, 3):
        letters = [row[column] for row in key]
        assert set(letters) == set("ABCD") and max(map(letters.count, "ABCD")) <= 4
    assert sum(row[2] == row[3] for row in key) <= 3


def test_the_key_names_objectives_of_the_chapters():
    for _, _, _, _, chapter, page, objective in KEY.findall(TEXT):
        assert page == CHAPTERS[int(chapter)].stem
        assert objective in " ".join(cells(int(chapter))[0].source.split()), objective


def first_number(text):
    """Return the first number of an option; words for numbers and per cent are read, too."""
    words = {"Half a per cent": 0.005, "A hundred-thousandth": 1e-5, "About 0.3": 0.3, "Exactly": 1.0}
    for start, value in words.items():
        if text.startswith(start):
            return value
    found = re.search(r"(\d[\d,]*(?:\.\d+)?)(?:/(\d+))?( %)?", text.replace("−", ""))
    if not found:
        return math.nan
    value = float(found[1].replace(",", "")) / float(found[2] or 1) / (100 if found[3] else 1)
    return -value if "−" in text else value


def nesterov_point(theta, v, alpha):
    return float(algorithms.interim(theta, v, alpha))


def adagrad_length(steps):
    """Return the length of AdaGrad's last step under a steady gradient, over that of the first."""
    theta, r, lengths = 0.0, 0.0, []
    for _ in range(steps):
        new, r = algorithms.adagrad(theta, 3.0, r, epsilon=1.0)
        lengths.append(abs(new - theta))
        theta = new
    return lengths[-1] / lengths[0]


def adagrad_steps(distance, known, steps):
    """Return in how many steps AdaGrad comes so far, if it comes to a known distance in some steps."""
    theta, r, k = 0.0, 0.0, 0
    places = []
    while not places or abs(theta) < distance / known * places[0]:
        theta, r = algorithms.adagrad(theta, 1.0, r, epsilon=1.0)
        k += 1
        if k == steps:
            places.append(abs(theta))
    return k


def largest_rate(curvature):
    """Return, on a fine grid, the largest rate with which gradient descent on a parabola converges."""
    bowl = Bowl(flat=curvature, steep=curvature)
    rates = [rate / 1000 for rate in range(1, 400)]
    return max(rate for rate in rates if abs(algorithms.sgd(1.0, bowl.gradient([1.0, 0.0])[0], rate)[0]) < 1)


def momentum_length(alpha, epsilon):
    theta = v = 0.0
    for _ in range(2000):
        theta, v = algorithms.momentum(theta, 1.0, v, epsilon, alpha)
    return abs(v)


def rmsprop_first(rho, g):
    theta, _ = algorithms.rmsprop(0.0, g, 0.0, epsilon=1.0, rho=rho, delta=0.0)
    return abs(theta)


COMPUTED = {  # what decides, where a number does: (pretest, posttest)
    2: (lambda: largest_rate(10), lambda: largest_rate(40)),
    3: (lambda: math.factorial(4), lambda: math.factorial(3) ** 2),
    5: (lambda: 0.9**50, lambda: 1.1**50),
    6: (None, lambda: 20 * 3**2),
    7: (lambda: momentum_length(0.8, 1.0), lambda: 1 / momentum_length(0.95, 0.05) * momentum_length(0.95, 1.0)),
    8: (lambda: nesterov_point(2, -1, 0.5), lambda: nesterov_point(1, -2, 0.9)),
    9: (lambda: adagrad_length(25), lambda: adagrad_steps(6, 3, 10_000)),
    10: (lambda: rmsprop_first(0.9, 8.0), lambda: rmsprop_first(0.99, 8.0)),
    11: (lambda: abs(float(algorithms.adam(0.0, 50.0, 0.0, 0.0, 0)[0])), None),
}


@pytest.mark.parametrize("number", COMPUTED)
def test_where_a_number_decides_the_key_is_the_nearest_option(number):
    row = {int(row[0]): row for row in KEY.findall(TEXT)}[number]
    for (name, questions), letter, compute in zip(TESTS.items(), row[2:4], COMPUTED[number], strict=True):
        if compute is None:
            continue
        value, options = compute(), questions[number][1]
        numbers = {option: first_number(text) for option, text in options.items()}
        far = {option: abs(x - value) for option, x in numbers.items() if not math.isnan(x)}
        assert min(far, key=far.get) == letter, (name, value, numbers)
        assert far[letter] <= 0.06 * abs(value), (name, value, numbers)
        assert sum(distance <= 0.06 * abs(value) for distance in far.values()) == 1


def test_the_clipped_gradients_of_the_key():
    row = {int(row[0]): row for row in KEY.findall(TEXT)}[4]
    cases = ([((30.0, 40.0), 5.0)], [((6.0, -8.0), 10.0), ((-60.0, 80.0), 10.0)])
    for questions, letter, gradients in zip(TESTS.values(), row[2:4], cases, strict=True):
        clipped = [clip_norm(np.array(g), threshold) for g, threshold in gradients]
        right = " and ".join("$(" + ", ".join(f"{x:g}" for x in g) + ")$" for g in clipped)
        assert [key for key, text in questions[4][1].items() if text == right] == [letter]


def test_the_first_step_of_adam_does_not_see_the_scale():
    small, large = (algorithms.adam(0.0, g, 0.0, 0.0, 0)[0] for g in (0.02, 50.0))
    assert small == pytest.approx(large, rel=1e-5)
    assert algorithms.sgd(0.0, 50.0, 0.1)[0] == pytest.approx(2500 * algorithms.sgd(0.0, 0.02, 0.1)[0])
