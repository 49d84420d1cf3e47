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
