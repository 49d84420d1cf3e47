"""Each check lets good input through unchanged and says one clear sentence about bad input."""

import numpy as np
import pytest

from lecture_optim import checks


@pytest.mark.parametrize("value", [0.25, np.float32(0.25), np.float64(0.25), np.array(0.25)])
def test_a_number_becomes_a_python_float(value):
    for name in ("epsilon", "alpha", "rho", "rho1", "rho2", "delta"):
        result = checks.hyperparameter(name, value)
        assert type(result) is float
        assert result == 0.25


@pytest.mark.parametrize("name", ["alpha", "rho", "rho1", "rho2", "delta"])
def test_zero_is_allowed(name):
    assert checks.hyperparameter(name, 0.0) == 0
    assert checks.hyperparameter(name, [0.0, 0.5]).tolist() == [0, 0.5]


def test_whole_numbers_and_lists_become_floats():
    assert type(checks.hyperparameter("epsilon", 2)) is float
    result = checks.hyperparameter("epsilon", [1, 2])
    assert result.dtype == float
    assert result.tolist() == [1.0, 2.0]


def test_an_array_is_not_the_callers():
    rates = np.array([0.1, 0.2])
    kept = checks.hyperparameter("epsilon", rates)
    rates[0] = -1
    assert kept.tolist() == [0.1, 0.2]


@pytest.mark.parametrize("name", ["alpha", "rho", "rho1", "rho2"])
@pytest.mark.parametrize("value", [-1e-9, 1.0, 1.5, np.nan, np.inf, [0.5, 1.0], [-0.1, 0.5], [0.5, np.nan]])
def test_decay_rates_outside_the_unit_interval(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be in \[0, 1\), got "):
        checks.hyperparameter(name, value)


@pytest.mark.parametrize("name", ["epsilon", "epsilon_0", "epsilon_tau"])
@pytest.mark.parametrize("value", [-1e-9, 0.0, np.nan, np.inf, [0.5, 0.0], [0.5, np.inf]])
def test_learning_rates_that_are_not_positive_and_finite(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be a positive finite learning rate, got "):
        checks.hyperparameter(name, value)


@pytest.mark.parametrize("value", [-1e-9, np.nan, np.inf, [0.5, -0.1], [0.5, np.inf]])
def test_small_constants_that_are_negative_or_not_finite(value):
    with pytest.raises(ValueError, match="^delta must be finite and not negative, got "):
        checks.hyperparameter("delta", value)
    assert checks.hyperparameter("delta", 0) == 0


@pytest.mark.parametrize("value", ["0.1", None, 1j, True, [], [[1], [1, 2]], ["a"], {}, lambda k: 0.1])
def test_what_is_not_a_number(value):
    with pytest.raises(ValueError) as error:
        checks.hyperparameter("epsilon", value)
    assert str(error.value) == f"epsilon must be a number or an array of numbers, got {value!r}"


def test_same_shape():
    checks.same_shape("g", np.zeros((2, 3)), "theta", np.ones((2, 3)))
    checks.same_shape("g", 1.0, "theta", 2)
    with pytest.raises(ValueError) as error:
        checks.same_shape("g", np.zeros((3, 2)), "theta", np.ones((2, 3)))
    assert str(error.value) == "g must have the shape of theta, (2, 3), got (3, 2)"


def test_broadcasts():
    checks.broadcasts("alpha", np.zeros(3), "theta", np.zeros((2, 3)))
    for shape in ((2,), (4, 2, 3)):  # clash; would make theta larger
        with pytest.raises(ValueError) as error:
            checks.broadcasts("alpha", np.zeros(shape), "theta", np.zeros((2, 3)))
        assert str(error.value) == f"alpha must broadcast to the shape of theta, (2, 3), got {shape}"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [float, np.float32])
def test_finite_counts_what_is_not(bad, dtype):
    value = np.arange(12, dtype=dtype).reshape(3, 4)
    checks.finite("g", value)
    for where in np.ndindex(value.shape):
        broken = value.copy()
        broken[where] = bad
        with pytest.raises(FloatingPointError) as error:
            checks.finite("g", broken)
        assert str(error.value) == (
            "g must be finite, got 1 of 12 elements infinite or not a number; "
            "the run has diverged: try a smaller learning rate epsilon"
        )
    broken[:2] = bad
    with pytest.raises(FloatingPointError, match="got 9 of 12 elements infinite or not a number$"):
        checks.finite("g", broken, advice="")


def test_finite_takes_what_is_huge_but_finite_and_the_empty():
    checks.finite("g", np.array([1e300, -1e300]))  # squares overflow
    checks.finite("g", np.array([1e30, -1e30], dtype=np.float32))
    checks.finite("g", 1e300)
    checks.finite("g", np.empty(0))
    checks.finite("g", np.ones((4, 4))[::2, 1::2])
    with pytest.raises(FloatingPointError, match="got 1 of 2"):
        checks.finite("g", np.array([1e300, np.inf]))


@pytest.mark.parametrize("value", [0, -1, 1.0, 2.5, "3", None, True, np.nan])
def test_what_is_not_a_whole_number(value):
    with pytest.raises(ValueError) as error:
        checks.whole_number("m", value, least=1)
    assert str(error.value) == f"m must be a whole number of at least 1, got {value!r}"


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(1)])
def test_whole_numbers(value):
    result = checks.whole_number("m", value, least=1)
    assert type(result) is int
    assert result == value


def test_bounds_are_said_and_inclusive():
    assert checks.whole_number("steps", 5, least=0, most=5) == 5
    with pytest.raises(ValueError) as error:
        checks.whole_number("steps", 6, least=0, most=5)
    assert str(error.value) == "steps must be a whole number of at most 5, got 6"
    checks.room("m", 10**4, 10**4)
    with pytest.raises(ValueError, match="^m and d must ask for at most 100000000 numbers, got 100010000$"):
        checks.room("m and d", 10**4, 10**4 + 1)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (np.nan, -np.inf, np.inf, "finite, got nan"),
        (-np.inf, -np.inf, np.inf, "finite, got -inf"),
        (-0.1, 0, np.inf, "finite and not negative, got -0.1"),
        (1.5, 0, 1, "in [0, 1], got 1.5"),
        ([0.5], 0, 1, "a single number, got [0.5]"),
        ("a", 0, 1, "a number or an array of numbers, got 'a'"),
        (10**400, 0, 1, "a number or an array of numbers, got a long int"),
    ],
)
def test_numbers_that_are_not_what_is_asked_for(value, low, high, expected):
    with pytest.raises(ValueError) as error:
        checks.number("turns", value, low, high)
    assert str(error.value) == f"turns must be {expected}"
    assert checks.number("turns", 0, 0, 1) == 0 and checks.number("turns", np.float32(1), 0, 1) == 1


def test_positive():
    assert checks.positive("tau", np.inf) == np.inf and type(checks.positive("tau", 2)) is float
    for value in (0, -1.0, np.nan):
        with pytest.raises(ValueError, match=f"^tau must be positive, got {value}$"):
            checks.positive("tau", value)


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        (np.ones((2, 3)), (2, 4), "must have shape (2, 4), got (2, 3)"),
        (np.ones(3), ("n", "m"), "must have shape (n, m), got (3,)"),
        (np.ones(3), (2,), "must have shape (2,), got (3,)"),
        (np.ones((0, 3)), ("m", 3), "must have shape (m, 3) with at least one of each, got (0, 3)"),
        (np.ones((2, 3)), (..., 4), "must have shape (..., 4), got (2, 3)"),
        (np.ones((2, 3)), (3, ...), "must have shape (3, ...), got (2, 3)"),
        (np.ones(3), (..., "m", "k"), "must have shape (..., m, k), got (3,)"),
        (np.float64(1), (1, ...), "must have shape (1, ...), got ()"),
        ("a", (), "must be an array of real numbers, got 'a'"),
        ([[1], [1, 2]], (), "must be an array of real numbers, got [[1], [1, 2]]"),
        ({}, (), "must be an array of real numbers, got {}"),
        (np.full((30, 30), 1j), (), "must be an array of real numbers, got an array of shape (30, 30)"),
        (list(range(99)) + [None], (), "must be an array of real numbers, got a long list"),
    ],
)
def test_what_is_not_the_array_asked_for(value, shape, message):
    with pytest.raises(ValueError) as error:
        checks.array("X", value, *shape)
    assert str(error.value) == f"X {message}"


def test_arrays_that_are():
    X = np.ones((2, 3, 4))
    for shape in ((), (2, 3, 4), ("a", 3, "c"), (...,), (2, ...), (..., 4), ("a", ..., 4), (2, 3, 4, ...)):
        assert checks.array("X", X, *shape) is X
    assert checks.array("X", [[1, 2]], 1, 2).tolist() == [[1, 2]]
    assert checks.array("X", 1j, kinds="c") == 1j
    assert checks.floats("X", [True, 2]).dtype == float


def test_arithmetic_says_what_is_wrong_only_where_it_fails():
    @checks.arithmetic
    def product(a, b):
        """Return a product."""
        return a * b

    assert product(2, b=3) == 6 and product("ab", 2) == "abab" and product.__doc__ == "Return a product."
    for arguments, message in (
        (("a", 2.0), "a must be an array of real numbers, got 'a'"),
        ((np.ones(2), np.ones(3)), "a and b must broadcast against each other, got shapes [(2,), (3,)]"),
    ):
        with pytest.raises(ValueError) as error:
            product(*arguments)
        assert str(error.value) == message
        assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: checks.choice("loss", {}, ("a", "b")), 'loss must be "a" or "b", got {}'),
        (lambda: checks.choice("loss", "c", ("a", "b")), 'loss must be "a" or "b", got \'c\''),
        (lambda: checks.sequence("sizes", "ab"), "sizes must be a list, got 'ab'"),
        (lambda: checks.sequence("sizes", np.array(1)), "sizes must be a list, got array(1)"),
        (lambda: checks.function("gradient", 1), "gradient must be a function, got 1"),
        (lambda: checks.generator("rng", 1), "rng must be a generator such as numpy.random.default_rng(0), got 1"),
        (lambda: checks.finite("value", "a"), "value must be an array of real numbers, got 'a'"),
    ],
)
def test_what_is_of_another_kind(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message
