"""Python arithmetic to JavaScript: what is translated gives the same numbers, the rest is refused."""

import inspect
import math

import numpy as np
import pytest

from lecture_optim import algorithms, objectives
from lecture_optim.explorers import NotTranslatableError, translate

RULES = (algorithms.interim, *dict.fromkeys(algorithm.rule for algorithm in algorithms.EVERY.values()))
SURFACES = (objectives.Bowl(2.0, 30.0), objectives.Rosenbrock(1.5, 20.0), objectives.Saddle(0.7))
SCALE = 3


@pytest.fixture(scope="module")
def javascript(browser):
    """Call a translated function in the browser: `javascript(function, *arguments)`."""
    page = browser.new_page()

    def call(function, *arguments):
        return page.evaluate(f"(given) => ({translate(function)})(...given)", list(arguments))

    yield call
    page.close()


def same(seen, expected, tolerance=1e-15):
    np.testing.assert_allclose(seen, np.asarray(expected, dtype=float), rtol=tolerance, atol=0)


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rules_give_the_same_numbers(javascript, rule):
    rng = np.random.default_rng(1)
    for _ in range(5):
        given = rng.uniform(0.05, 0.95, len(inspect.signature(rule).parameters)).tolist()
        same(javascript(rule, *given), rule(*given))


@pytest.mark.needs("chromium")
def test_defaults_are_carried_over(javascript):
    same(javascript(algorithms.adam, 1.0, 0.3, 0.1, 0.2, 3), algorithms.adam(1.0, 0.3, 0.1, 0.2, 3))


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: type(surface).__name__)
@pytest.mark.parametrize("method", ["value", "gradient", "hessian"])
def test_objectives_give_the_same_numbers(javascript, surface, method):
    for theta in np.random.default_rng(2).uniform(-2, 2, (5, 2)):
        seen = javascript(getattr(type(surface), method), vars(surface), theta.tolist())
        same(seen, getattr(surface, method)(theta), 1e-14)


def everything(x, y, n=4):
    a, (b, c) = x + 1, (y, -y)
    a -= math.pi * SCALE
    for i in range(1, n):
        a = a + i * math.sin(b) / 2
    d = np.maximum(a, c) if a < b else helper(c) ** 3
    return [d, np.exp(-abs(x)), max(a, b) <= 4 and not x > y, (x, y)[1:2] if False else x**0.5]


def good(x, y, n=4):
    a, (b, c) = x + 1, (y, -y)
    a -= math.pi * SCALE
    for i in range(1, n):
        a = a + i * math.sin(b) / 2
    d = np.maximum(a, c) if a < b else helper(c) ** 3
    return [d, np.exp(-abs(x)), 1.0 if max(a, b) <= 4 and not x > y else 0.0, x**0.5, x**-1.5, (x + y) ** 2]


def helper(x):
    return np.tanh(x) + 1


@pytest.mark.needs("chromium")
def test_the_whole_subset(javascript):
    for x, y in ((0.3, 0.9), (4.0, -2.0), (12.0, 1.0)):
        same(javascript(good, x, y), good(x, y), 1e-14)
        same(javascript(good, x, y, 7), good(x, y, 7), 1e-14)


def with_while(x):
    while x > 1:
        x = x / 2
    return x


def with_sum(x):
    return np.sum(x)


def with_comparison_chain(x):
    return 1 if 0 < x < 1 else 0


def with_keyword(x):
    return np.maximum(x, 1, dtype=float)


def with_unknown_name(x):
    return x + np.newaxis


class Reader:
    offset = 1.0

    def value(self, theta):
        return self._shift(theta)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (everything, ["everything", "Subscript", "line 7"]),
        (with_while, ["with_while", "While", "line 2", "while x > 1"]),
        (with_sum, ["with_sum", "a call of np.sum", "line 2"]),
        (with_comparison_chain, ["Compare", "0 < x < 1"]),
        (with_keyword, ["Call", "dtype"]),
        (with_unknown_name, ["np.newaxis"]),
        (Reader.value, ["a call of self._shift"]),
        (lambda x: x, ["def"]),
        (math.sin, ["sin", "def"]),
        (3, ["def"]),
    ],
)
def test_anything_else_is_refused_by_name_and_line(function, names):
    with pytest.raises(NotTranslatableError) as error:
        translate(function)
    for name in names:
        assert name in str(error.value)


def test_a_name_from_outside_must_be_a_number():
    text = "three"

    def uses_text(x):
        return x + text

    with pytest.raises(NotTranslatableError, match="the name text, which is not a number"):
        translate(uses_text)


def test_docstrings_and_comments_are_left_out():
    assert translate(algorithms.sgd) == ("(theta, g, epsilon) => { theta = (theta - (epsilon * g)); return [theta]; }")
