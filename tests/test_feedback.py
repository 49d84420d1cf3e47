"""What a student is told of a wrong answer that no question file knows, and what a check must not give away."""

import itertools
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lecture_grader import bank, instant, judge, properties
from lecture_grader.compare import difference
from lecture_grader.inside.observe import observe

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(Path(__file__).parent / "plausible"))
from answers import ANSWERS, WITHOUT_DIRECTION  # noqa: E402

FUNCTIONS = [name for name in bank.names() if callable(bank.load(name).stub)]
CONSTANTS = [name for name in bank.names() if name not in FUNCTIONS]
WITH_PAIRS = [name for name in FUNCTIONS if any(mistake.switches for mistake in bank.load(name).mistakes)]


# Directions.


@pytest.mark.parametrize(("name", "answer", "words"), ANSWERS, ids=lambda value: getattr(value, "__name__", None))
def test_an_unforeseen_mistake_gets_a_direction(name, answer, words):
    found = instant.verdict_on(name, answer)
    assert found.status == judge.WRONG
    assert words in found.message
    said = instant.report(name, answer)
    assert "Your own value, with the inputs below, was: " in said
    assert f"Read again: Chapter {bank.load(name).chapter}, “" in said


@pytest.mark.parametrize(("name", "answer"), WITHOUT_DIRECTION)
def test_without_a_direction_the_own_value_and_the_section_remain(name, answer):
    found = instant.verdict_on(name, answer)
    assert found.message.endswith("is not right.") and found.own and found.section and found.example


def test_there_are_enough_of_them_in_all_chapters():
    assert len(ANSWERS) >= 60
    assert {bank.load(name).chapter for name, *_ in ANSWERS} == set(bank.CHAPTERS)


def test_the_same_direction_is_given_on_hidden_inputs():
    """The sentence says something of the answer, not of the inputs. What follows from a rank by chance may differ."""
    same = 0
    for name, answer, words in ANSWERS[::3]:
        hidden = judge.Judge(bank.load(name), 99)
        found = hidden.verdict(observe(answer, hidden.cases), lambda cases, a=answer: observe(a, cases))
        same += words.partition("(")[0] in found.message
    assert same >= 0.95 * len(ANSWERS[::3])


@pytest.mark.parametrize("name", bank.names())
def test_the_section_is_a_heading_of_the_chapter(name):
    question = bank.load(name)
    path = ROOT / "book" / f"{bank.CHAPTERS[question.chapter].notebook}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert question.section in re.findall(r"^##+ (.+?)\s*$", text, re.M)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if bank.load(name).properties])
def test_right_answers_have_the_declared_properties(name):
    question = bank.load(name)
    this = instant.instant_judge(name)
    exact = question.rtol <= 1e-4  # else an alternative may be a run that only comes near
    inputs = this._related.inputs
    for answer in (question.reference, *(question.alternatives if exact else ())):
        seen = this._decoded(observe(answer, this.cases)) + this._run(lambda cases, a=answer: observe(a, cases))
        for part, (one, places) in itertools.product(question.parts, this._related.properties):
            if part.unchanged or isinstance(one, list) or one.part not in ("", part.name):
                continue
            if places[0] == this._counting(part)[0]:
                mine, right = zip(*(this._picked(part, seen, place) for place in places), strict=True)
                said = one.says([inputs[place] for place in places], list(mine), list(right))
                assert said is None or said.startswith("it is right "), said


@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_answers_and_known_mistakes_never_meet_the_related_inputs(name):
    """They cost nothing there: no time, and no error or endless loop on an input that nobody thought of."""

    def more(cases):
        raise AssertionError

    this = instant.instant_judge(name)
    for answer in (this.question.reference, this.question.mistakes[0].wrong):
        this.verdict(observe(answer, this.cases), more)
    assert len(this._related.cases) <= 40


def test_an_answer_that_does_not_end_on_related_inputs_is_judged_all_the_same():
    this = instant.instant_judge("momentum_step")
    outcomes = observe(lambda theta, g, v, epsilon, alpha: (theta + v**3, v**3), this.cases)
    for more in (None, lambda cases: None, lambda cases: [{"error": dict(kind="X", text="", where="")}] * len(cases)):
        assert this.verdict(outcomes, more).message == "For the new parameters, your answer is not right."


def test_an_answer_that_stops_is_told_where_it_is_right():
    def momentum_step(theta, g, v, epsilon, alpha):
        new = np.array([alpha * v[i] - epsilon * float(g[i]) for i in range(len(v))])
        return theta + new, new

    found = instant.verdict_on("momentum_step", momentum_step)
    assert found.status == judge.ERROR
    assert found.message.endswith("It is right where theta is a vector, and only there.")


# Two at once, and conventions.


@pytest.mark.parametrize("name", WITH_PAIRS)
def test_two_known_mistakes_at_once_are_both_named(name):
    mistakes = [mistake for mistake in bank.load(name).mistakes if mistake.switches]
    named = others = 0
    for one, other in itertools.combinations(mistakes, 2):
        if answer := one.together_with(other):
            found = instant.verdict_on(name, answer)
            if found.message == f"Two mistakes at once: {one.clause}; and {other.clause}.":
                named += 1
            else:  # together they do what a single mistake does, or another pair
                others += 1
                assert found.status == judge.MISTAKE
    assert named >= 60 and others <= 0.15 * named


def test_the_pairs_are_those_of_the_six_steps():
    steps = {f"{word}_step" for word in ("momentum", "nesterov", "adagrad", "rmsprop", "adam", "cliffs")}
    assert set(WITH_PAIRS) == steps


def buffer(theta, g, v, epsilon, alpha):
    v = alpha * v + g
    return theta - epsilon * v, v


def velocity_uphill(theta, g, v, epsilon, alpha):
    v = alpha * v + epsilon * g
    return theta - v, v


def nesterov_in_torch(gradient, theta, v, epsilon, alpha):
    g = gradient(theta)
    v = alpha * v + g
    return theta - epsilon * (g + alpha * v), v


def nesterov_in_keras(gradient, theta, v, epsilon, alpha):
    g = gradient(theta)
    v = alpha * v - epsilon * g
    return theta + alpha * v - epsilon * g, v


def adam_faster(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g * g
    rate = epsilon * (1 - rho2**t) ** 0.5 / (1 - rho1**t)
    return theta - rate * s / (r**0.5 + delta), s, r, t


def adagrad_of_keras(theta, g, r, epsilon, delta):
    r = r + g * g
    return theta - epsilon * g / (r + delta) ** 0.5, r


def rmsprop_of_torch(theta, g, r, epsilon, rho, delta):
    r = rho * r + (1 - rho) * g * g
    return theta - epsilon * g / (r**0.5 + delta), r


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("momentum_step", buffer, "PyTorch's convention"),
        ("momentum_step", velocity_uphill, "the convention in which the velocity adds up steps *up* the gradient"),
        ("nesterov_step", nesterov_in_torch, "PyTorch's convention"),
        ("nesterov_step", nesterov_in_keras, "the convention of Keras"),
        ("adagrad_step", adagrad_of_keras, "the convention of RMSProp's box, of Keras and of optax"),
        ("rmsprop_step", rmsprop_of_torch, "the convention of AdaGrad's box and of PyTorch"),
        ("adam_step", adam_faster, "the faster form of Adam"),
    ],
)
def test_a_convention_is_named(name, answer, words):
    found = instant.verdict_on(name, answer)
    assert found.status == judge.MISTAKE
    assert words in found.message


# What is shown.


def test_inputs_that_stayed_as_they_were_are_not_crossed_out():
    said = instant.report("momentum_step", lambda theta, g, v, epsilon, alpha: (theta * 3, v * 7))
    assert "  – 0 of 1  inputs left unchanged, which counts beside another part" in said
    assert "✗ 0 of 1  inputs left unchanged" not in said

    def in_place(theta, g, v, epsilon, alpha):
        theta *= 3
        return theta, v * 7

    assert "  ✗ 0 of 1  inputs left unchanged\n" in instant.report("momentum_step", in_place)


def test_the_own_value_is_short_and_harmless():
    said = instant.report("momentum_step", lambda *_: ("\x1b[31m" + "x" * 900, np.zeros((90, 90))))
    assert "\x1b" not in said and max(map(len, said.splitlines())) < 400
    assert properties.shown((1 / 3, [np.arange(3.0)], ..., "a")) == "(0.333333, [[0, 1, 2]], …, 'a')"


@pytest.mark.parametrize("name", bank.names())
def test_a_wide_tolerance_is_told_and_a_narrow_one_is_not(name):
    question = bank.load(name)
    right = question.reference
    if callable(right):
        right = instant.instant_judge(name).expected[0]["value"]
    wrong = (right[0], 1234.5) if isinstance(right, tuple) and isinstance(right[0], str) else 1234.5
    said = instant.verdict_on(name, wrong).message
    if "is not right" in said:
        assert ("Near enough is within" in said) == (max(question.rtol, question.atol) >= 5e-4)


# What must not be given away.


def scaled(answer, change):
    def apply(value):
        if isinstance(value, tuple):
            return tuple(map(apply, value))
        return change(np.asarray(value, dtype=float)) if not isinstance(value, (str, bool)) else value

    return lambda *inputs: apply(answer(*inputs))


def message(name, answer):
    return instant.verdict_on(name, answer).message


def test_no_message_says_whether_a_value_is_too_large_or_too_small():
    """Else twenty checks would close in on it. Two answers on either side of the right one are told the same.

    Where they are not, it is because a change of a few digits is seen in one and not in the other; that has no side.
    """
    told = []
    for name, amount in itertools.product(FUNCTIONS, (0.371, 0.00311)):
        right = bank.load(name).reference
        for change in (lambda x, k: x * (1 + k), lambda x, k: x + k):
            above, below = (scaled(right, lambda x, k=k, f=change: f(x, k)) for k in (amount, -amount))
            told.append((message(name, above), message(name, below)))
    assert np.mean([above == below for above, below in told]) > 0.95


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_message_names_a_factor_that_is_not_in_the_list(name):
    right = bank.load(name).reference
    for factor in (1.37, 2.61, 0.83):
        digits = {f"{x:.2f}" for x in (factor, 1 / factor, factor - 1, 1 - factor)}
        assert not [text for text in digits if text in message(name, scaled(right, lambda x, k=factor: x * k))]


@pytest.mark.parametrize("name", CONSTANTS)
def test_of_a_number_no_factor_is_ever_named(name):
    """With the factor and the own value the right number would follow."""
    question = bank.load(name)
    known = [mistake.wrong for mistake in question.mistakes]
    messages, right = set(), question.reference
    items = right if isinstance(right, tuple) else (right,)
    for factor in (2, 0.5, -1, 3, 1.37, 0.61):
        wrong = tuple(item if isinstance(item, str) else factor * item for item in items)
        wrong = wrong if isinstance(right, tuple) else wrong[0]
        designed = instant.verdict_on(name, wrong).status == judge.RIGHT  # of a design there are many right ones
        if not designed and not any(difference(wrong, one, 1e-2, 1e-2) is None for one in known):
            messages.add(message(name, wrong))
    assert len(messages) == 1 or name == "conditioning_scales" and not messages  # a common factor changes nothing there


def test_the_sentences_of_the_closed_list_are_few():
    """What the guide says of them: one check tests at most some hundred guesses."""
    for name in FUNCTIONS:
        this = instant.instant_judge(name)
        assert max(len(properties._factors(case)) for case in this.inputs) < 600


# The questions that were wrong themselves.


def test_a_difference_that_ignores_h_is_not_right():
    for h in (1e-3, 1e-5, 1.0):

        def conditioning_product(gradient, theta, v, _, h=h):
            return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h)

        assert instant.verdict_on("conditioning_product", conditioning_product).points == 0


def test_the_surrogate_is_finite_where_the_odds_are_extreme():
    question = bank.load("risk_training")
    X, y = np.array([[1.0, 2.0], [-1.0, 1.0], [3.0, 1.0]]), np.array([0, 1, 1])
    for rate, some in ((40.0, question.alternatives), (800.0, question.alternatives[1:2])):
        for answer in (question.reference, *some):
            with np.errstate(over="ignore"):
                surrogate, error = answer(X, y, rate, 3)
            assert np.isfinite(surrogate).all() and np.max(surrogate) > rate / 8


# Speed.


def test_a_check_is_quick(monkeypatch):
    for name in bank.names():
        instant.instant_judge.cache_clear()
        wrong = (lambda *_: 1.2345) if name in FUNCTIONS else 1.2345
        begin = time.process_time()
        instant.report(name, wrong)
        middle = time.process_time()
        instant.report(name, wrong)
        assert middle - begin < 0.3, name
        assert time.process_time() - middle < 0.05, name
