"""The instant check: what a student reads."""

import io
import subprocess
import sys
import time

import numpy as np
import pytest

from lecture_grader import check
from lecture_grader.inside import values
from lecture_grader.inside.values import Formula
from lecture_grader.instant import instant_judge, report
from lecture_optim import algorithms


def step(function):
    return report("momentum_step", function)


def right(theta, g, v, epsilon, alpha):
    v = alpha * v - epsilon * g
    return theta + v, v


def test_full_marks_show_each_part():
    assert step(right).splitlines() == [
        "momentum_step: 3 of 3 points",
        "  ✓ 1 of 1  the new parameters",
        "  ✓ 1 of 1  the new velocity",
        "  ✓ 1 of 1  inputs left unchanged",
    ]


def test_the_name_comes_from_the_function_and_nothing_is_returned(capsys):
    def momentum_step(theta, g, v, epsilon, alpha):
        raise NotImplementedError

    assert check(momentum_step) is None
    assert capsys.readouterr().out == "momentum_step: not answered yet (0 of 3 points)\n"


@pytest.mark.parametrize("blank", [..., None, (..., ...), [...]])
def test_blank_constants(blank):
    assert "not answered yet" in report("momentum_diagnosis", blank)


@pytest.mark.parametrize("blank", [lambda *a: None, lambda *a: ..., lambda *a: (None, None)])
def test_a_function_that_returns_nothing_is_not_answered(blank):
    assert step(blank) == ("momentum_step: not answered yet (0 of 3 points). It returns nothing: is a return missing?")


def test_half_answered():
    said = report("momentum_diagnosis", ("old velocity used", ...))
    assert "1 of 2 points" in said and "is not answered yet" in said


def test_unknown_and_missing_names(capsys):
    check(right)
    check(0.2)
    check(0.2, question="nothing")
    out = capsys.readouterr().out
    assert "There is no question named 'right'. Has the function been renamed?" in out
    assert 'Say which question this answers: check(answer, question="…")' in out
    assert "There is no question named 'nothing'" in out


def test_an_exception_is_one_sentence_with_line_and_input():
    def momentum_step(theta, g, v, epsilon, alpha):
        velocity = alpha * v
        return theta + velocty, velocity  # noqa: F821

    said = step(momentum_step)
    assert "Your answer stopped with NameError, in line 3 of momentum_step: return theta + velocty" in said
    assert "It said: name 'velocty' is not defined" in said
    assert "Try it with: momentum_step(theta=np.array([" in said


def test_the_line_of_a_helper_is_named():
    def helper(x):
        return x[99]

    said = step(lambda theta, g, v, epsilon, alpha: helper(theta))
    assert "IndexError, in line 2 of helper: return x[99]" in said


@pytest.mark.parametrize(
    "error",
    [SystemExit(1), RecursionError(), MemoryError(), StopIteration(), Exception(), ExceptionGroup("x", [Exception()])],
)
def test_no_exception_reaches_the_student(error):
    def momentum_step(*arguments):
        raise error

    assert f"stopped with {type(error).__name__}" in step(momentum_step)


def test_an_exception_whose_text_fails():
    class Nasty(Exception):
        def __str__(self):
            raise ValueError

    def momentum_step(*arguments):
        raise Nasty

    assert "stopped with Nasty" in step(momentum_step)


def test_the_students_own_interrupt_gets_through():
    def momentum_step(*arguments):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        step(momentum_step)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda t, g, v, e, a: (right(t, g, v, e, a)[0].sum(), v), "has shape () where (2,) is wanted"),
        (lambda t, g, v, e, a: (t[:, None], v), "has shape (2, 1) where (2,) is wanted"),
        (lambda t, g, v, e, a: (t * np.nan, v), "is not a number (NaN)"),
        (lambda t, g, v, e, a: (t * np.inf, v), "is infinite"),
        (lambda t, g, v, e, a: ("theta", v), "is a string where an array is wanted"),
        (lambda t, g, v, e, a: (None, v), "is None: is a return missing?"),
        (lambda t, g, v, e, a: (t, v, g), "holds 3 values where 2 are wanted"),
        (lambda t, g, v, e, a: (t > 0, v), "of bool where a number is wanted"),
        (lambda t, g, v, e, a: (t + 1j, v), "array of complex128"),
        (lambda t, g, v, e, a: (t.astype(object), v), "array of object"),
        (lambda t, g, v, e, a: ([[1.0], [1.0, 2.0]], v), "rows differ in length"),
        (lambda t, g, v, e, a: ({"theta": t}, v), "is a dict where an array is wanted"),
        (lambda t, g, v, e, a: (lambda: t, v), "<function> where an array is wanted"),
        (lambda t, g, v, e, a: 3, "Your answer holds one value where 2 are wanted"),
        (
            lambda t, g, v, e, a: (right(t, g, v, e, a)[0] ** 3, v),
            "For the new velocity, your answer is not right: it is v as",
        ),
        (lambda t, g: t, "stopped with TypeError"),
    ],
)
def test_wrong_values_are_told_apart(answer, said):
    assert said in step(answer)


def test_a_change_in_place_is_told_where_it_costs_nothing(monkeypatch):
    def rmsprop_largest_rate(delta, eigenvalues):
        eigenvalues.sort()
        return 2 * delta**0.5 / eigenvalues[-1]

    said = report("rmsprop_largest_rate", rmsprop_largest_rate)
    assert "1 of 1 points" in said
    assert "Note: Your function changes its input eigenvalues in place." in said


def test_float32_is_told():
    def in_float32(theta, g, v, epsilon, alpha):
        theta, v = right(*(np.float32(x) for x in (theta, g, v)), np.float32(epsilon), np.float32(alpha))
        return theta, v

    said = step(in_float32)
    assert "3 of 3 points" in said and "Note: Your answer computes in float32" in said


def test_use_of_the_courses_module_is_told():
    def momentum_step(theta, g, v, epsilon, alpha):
        return algorithms.momentum(theta, g, v, epsilon, alpha)

    assert "When it is graded for the class there is NumPy alone." in step(momentum_step)


def test_what_an_answer_prints_or_warns_of_is_not_shown(capsys, recwarn):
    def momentum_step(theta, g, v, epsilon, alpha):
        print("here")
        np.log(-theta * theta)
        return right(theta, g, v, epsilon, alpha)

    assert "3 of 3 points" in step(momentum_step)
    assert "here" not in capsys.readouterr().out
    assert not recwarn


def test_options_are_named():
    assert "choose one of: velocity not kept, old" in report("momentum_diagnosis", ("typo", 0.486))


def test_each_call_gets_its_own_inputs():
    seen = []

    def momentum_step(theta, g, v, epsilon, alpha):
        seen.append(theta.copy())
        theta[:] = 0
        return theta, v

    step(momentum_step)
    step(momentum_step)
    half = len(seen) // 2
    assert all(np.array_equal(a, b) for a, b in zip(seen[:half], seen[half:], strict=True))


def test_the_example_is_python_that_shows_the_fault():
    line = step(lambda t, g, v, e, a: (t, v)).splitlines()[-1]
    called = {}
    scope = {"np": np, "momentum_step": lambda **inputs: called.update(inputs)}
    eval(line.removeprefix("Try it with: "), scope)
    first = instant_judge("momentum_step").inputs[0]
    assert called.keys() == first.keys()
    assert all(np.array_equal(called[name], first[name]) for name in first)


@pytest.mark.parametrize(
    "value",
    [
        1,
        -2.5,
        True,
        None,
        "text",
        [1, [2.0, "x"]],
        (1, (2,)),
        {"a": 1, "b": [2]},
        np.arange(6).reshape(2, 3),
        np.float32([1.5, 2]),
        np.array([True, False]),
        np.array(3.0),
        np.zeros((0, 2)),
    ],
)
def test_values_pass_through_json(value):
    import json

    again = values.decode(json.loads(json.dumps(values.encode(value))))
    assert type(again) is type(value)
    if isinstance(value, np.ndarray):
        assert again.dtype == value.dtype and np.array_equal(again, value)
    else:
        assert again == value


def test_a_formula_is_a_function_of_its_own_and_never_decoded_from_an_answer():
    formula = Formula("H @ (theta - c)", H=np.diag([1.0, 2.0]), c=np.ones(2))
    data = values.encode(formula)
    again = values.decode(data, formulas=True)
    assert np.array_equal(again(np.array([2.0, 3.0])), [1.0, 4.0])
    assert repr(values.decode(data)) == "<function>"
    assert np.array_equal(eval(repr(formula), {"np": np})(np.zeros(2)), [-1.0, -2.0])


@pytest.mark.parametrize(
    "data",
    [
        [1],
        {"array": [1], "shape": [2], "dtype": "float64"},
        {"array": [1], "shape": [-1], "dtype": "float64"},
        {"array": [1], "shape": [1], "dtype": "object"},
        {"array": ["x"], "shape": [1], "dtype": "float64"},
        {"array": [2**80], "shape": [1], "dtype": "int64"},
        {"tuple": 3},
        {"dict": [[1, 2]]},
        {"dict": [["a"]]},
        {"what": 1},
        {},
    ],
)
def test_rubbish_is_refused(data):
    with pytest.raises(ValueError, match="reply"):
        values.decode(data)


def test_the_check_needs_numpy_alone_and_starts_fast():
    """As in Pyodide: no other package is imported, not even those of the course's figures."""
    code = (
        "import sys, lecture_grader; from lecture_grader import check; check(0.2, question='momentum_speed');"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'matplotlib', 'sklearn', 'scipy', 'tqdm', 'pandas', 'subprocess', 'resource', 'threading_'}))"
    )
    begin = time.perf_counter()
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["momentum_speed: 1 of 1 points", "  ✓ 1 of 1  the terminal speed", "[]"]
    assert time.perf_counter() - begin < 20


def test_stdout_is_given_back():
    before = sys.stdout
    step(right)
    assert sys.stdout is before and not isinstance(sys.stdout, io.StringIO)
