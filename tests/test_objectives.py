"""The analytic surfaces: gradients and Hessians against the complex step, shapes, and named points."""

import inspect
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from lecture_optim import objectives
from lecture_optim.objectives import (
    Bowl,
    Lessard,
    Mountain,
    Obstacle,
    Plateau,
    Quadratic,
    Rosenbrock,
    Saddle,
    Surface,
    TurnedBowl,
    Waves,
    stack,
)

MATRIX = np.array([[3.0, 1.0, 0.5], [1.0, 2.0, -0.25], [0.5, -0.25, 4.0]])

# Each public surface of the module at least once, with parameters that are not its defaults where it has any.
SURFACES = [
    Quadratic(MATRIX, [1.0, -2.0, 0.5]),
    Bowl(0.5, 7.0),
    TurnedBowl(0.5, 7.0, 20.0),
    Rosenbrock(1.5, 20.0),
    Saddle(2.0),
    Mountain(3.0, 1.5, 0.7),
    Obstacle(4.0, 0.3),
    Lessard(2.0, 30.0),
    Waves(0.2, 0.7, 2.5),
    Plateau(0.7, 2.0),
]
for _, _kind in inspect.getmembers(objectives, inspect.isclass):
    if _kind.__module__ == objectives.__name__ and _kind not in (Quadratic, Surface):
        SURFACES.append(_kind())


def name(surface):
    """Return an id that is the same in every process: a plain object's repr holds its address."""
    return repr(surface).partition(" object at")[0]


each = pytest.mark.parametrize("surface", SURFACES, ids=name)


def dimension(surface):
    """Return the number of coordinates: a surface unpacks just as many as it has."""
    return 3 if isinstance(surface, Quadratic) else surface.coordinates


def points(surface, *grid):
    return np.random.default_rng(6).uniform(-3, 3, size=(dimension(surface), *grid))


def complex_step(function, theta):
    """Return derivatives of ``function`` along each coordinate, exact to rounding, on a new first axis."""
    rows = []
    for i in range(len(theta)):
        shifted = theta.astype(complex)
        shifted[i] += 1e-30j
        rows.append(np.imag(function(shifted)) / 1e-30)
    return np.stack(rows)


@each
def test_the_gradient_is_the_derivative_of_the_value(surface):
    theta = points(surface, 5, 4)
    np.testing.assert_allclose(surface.gradient(theta), complex_step(surface.value, theta), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("surface", [s for s in SURFACES if hasattr(s, "hessian")], ids=name)
def test_the_hessian_is_the_derivative_of_the_gradient(surface):
    for theta in points(surface, 40).T:
        expected = complex_step(surface.gradient, theta)
        actual = surface.hessian(theta)
        assert actual.shape == (dimension(surface), dimension(surface))
        np.testing.assert_allclose(actual, expected, rtol=1e-11, atol=1e-12)


@each
def test_a_grid_is_its_points_one_by_one(surface):
    theta = points(surface, 3, 4)
    kept = theta.copy()
    theta.flags.writeable = False
    values, gradients = surface.value(theta), surface.gradient(theta)
    assert values.shape == (3, 4)
    assert gradients.shape == theta.shape
    hessians = np.broadcast_to(_spread(surface, theta), (dimension(surface), dimension(surface), 3, 4))
    for i, j in np.ndindex(3, 4):
        point = theta[:, i, j]
        np.testing.assert_allclose(values[i, j], surface.value(point), rtol=1e-13)
        np.testing.assert_allclose(gradients[:, i, j], surface.gradient(point), rtol=1e-13, atol=1e-14)
        if hasattr(surface, "hessian"):
            np.testing.assert_allclose(hessians[:, :, i, j], surface.hessian(point), rtol=1e-13)
    np.testing.assert_array_equal(theta, kept)


def _spread(surface, theta):
    """Return the Hessian over the grid; one that is the same everywhere gets the grid's axes."""
    if not hasattr(surface, "hessian"):
        return np.zeros((1, 1, 1, 1))
    hessian = surface.hessian(theta)
    return hessian[:, :, None, None] if hessian.ndim == 2 else hessian


def test_every_surface_of_the_module_is_here():
    kinds = {
        kind for _, kind in inspect.getmembers(objectives, inspect.isclass) if kind.__module__ == objectives.__name__
    }
    assert {type(surface) for surface in SURFACES} == kinds - {Surface}


def test_values_by_hand():
    # ½ (d₁² 3 + 2 d₁ d₂ 1 + d₂² 2 + …) at minimiser + (1, 1, 0): ½ (3 + 2 + 2) = 3.5
    assert SURFACES[0].value(np.array([2.0, -1.0, 0.5])) == pytest.approx(3.5, rel=1e-15)
    assert SURFACES[0].value(np.array([1.0, -2.0, 0.5])) == 0
    assert Bowl(0.5, 7.0).value(np.array([2.0, 1.0])) == 4.5  # ½ (0.5*4 + 7)
    # turned by a right angle the flat axis is y: ½ (1*1 + 50*4)
    assert TurnedBowl(1.0, 50.0, 90.0).value(np.array([2.0, 1.0])) == pytest.approx(100.5, rel=1e-15)
    assert Rosenbrock().value(np.array([-1.2, 1.0])) == pytest.approx(24.2, rel=1e-14)  # 2.2² + 100 * 0.44²
    assert Saddle(2.0).value(np.array([1.0, 1.0])) == 0.5  # ½ - ½ + ¼ * 2
    assert Saddle().value(np.array([1.0, 2.0])) == 2.5  # ½ - 2 + ¼ * 16
    # q = 1 + 1 + (4/2)² = 6: 2/6 + 1 / (1 + e)
    assert Mountain().value(np.array([1.0, 4.0])) == pytest.approx(1 / 3 + 1 / (1 + np.e), rel=1e-15)
    # 0.1 ((1 - 3)² + 2²) + 5 exp(-5/2)
    assert Obstacle().value(np.array([1.0, 2.0])) == pytest.approx(0.8 + 5 * np.exp(-2.5), rel=1e-15)
    # ½ 25 at 1; + 25 + ½ at 2, where the slope grows from 25 by 1; + 26 + ½ 25 at 3
    assert Lessard().value(np.array([[1.0, 2.0, 3.0]])).tolist() == [12.5, 38.0, 76.5]
    assert Lessard().gradient(np.array([[1.0, 2.0, 3.0]])).tolist() == [[25.0, 26.0, 51.0]]
    assert Waves().value(np.zeros(1)) == 0
    # 16/9 / (25/9) + 0.3 (5/3 - 1)
    assert Plateau().value(np.array([4 / 3])) == pytest.approx(0.64 + 0.2, rel=1e-15)
    assert Waves().value(np.array([np.pi])) == pytest.approx(0.05 * np.pi**2 + 1, rel=1e-14)  # cos 3π = -1


def test_named_points():
    assert Rosenbrock(1.5, 20.0).gradient(np.array([1.5, 2.25])).tolist() == [0, 0]
    saddle = Saddle(4.0)
    for y in (0.5, -0.5):  # ± height^-½
        np.testing.assert_allclose(saddle.gradient(np.array([0.0, y])), [0, 0], atol=1e-15)
        assert saddle.value(np.array([0.0, y])) < saddle.value(np.zeros(2))
    assert np.linalg.eigvalsh(saddle.hessian(np.zeros(2))).tolist() == [-1, 1]
    assert Bowl(2.0, 50.0).hessian(np.zeros(2)).tolist() == [[2, 0], [0, 50]]
    assert Bowl().steep / Bowl().flat == 20


def test_quadratic_with_eigenvalues():
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    quadratic = Quadratic.with_eigenvalues([1.0, 9.0], turn)
    np.testing.assert_allclose(quadratic.hessian(None) @ turn[:, 0], 1 * turn[:, 0], rtol=1e-14)
    np.testing.assert_allclose(quadratic.hessian(None) @ turn[:, 1], 9 * turn[:, 1], rtol=1e-14)
    assert Quadratic.with_eigenvalues([1.0, 9.0]).hessian(None).tolist() == [[1, 0], [0, 9]]


def test_what_quadratic_refuses():
    for matrix, text in (
        ([[1.0, 2.0], [3.0, 4.0]], "an array of shape (2, 2) that is not symmetric"),
        (np.ones((2, 3)), "an array of shape (2, 3) that is not symmetric"),
        ([1.0, 2.0], "an array of shape (2,)"),
    ):
        with pytest.raises(ValueError) as error:
            Quadratic(matrix)
        assert str(error.value) == f"hessian must be a symmetric matrix, got {text}"
    with pytest.raises(ValueError) as error:
        Quadratic(np.eye(2), [1.0, 2.0, 3.0])
    assert str(error.value) == "minimiser must have the shape of a row of hessian, (2,), got (3,)"


def test_stack_broadcasts():
    assert stack(np.zeros((3, 1)), 1.0, np.zeros(4)).shape == (3, 3, 4)
    for components in ((), (np.zeros(2), np.zeros(3))):
        with pytest.raises(ValueError, match="^components must broadcast against each other"):
            stack(*components)


@pytest.mark.parametrize("surface", [s for s in SURFACES if not isinstance(s, Quadratic)], ids=name)
def test_a_surface_is_frozen_and_its_fields_are_finite_numbers(surface):
    for field in fields(surface):
        with pytest.raises(FrozenInstanceError):
            setattr(surface, field.name, 1.0)
        for value in ("a", np.inf, [1.0]):
            with pytest.raises(ValueError, match=f"^{field.name} must be "):
                type(surface)(**{field.name: value})


@each
def test_a_point_may_be_a_list_and_what_is_no_point_is_named(surface):
    n = dimension(surface)
    point = [[0.3 + i, -0.7] for i in range(n)]
    np.testing.assert_array_equal(surface.value(point), surface.value(np.array(point)))
    np.testing.assert_array_equal(surface.gradient(point), surface.gradient(np.array(point)))
    for method in (surface.value, surface.gradient):
        with pytest.raises(ValueError) as error:
            method(np.ones((n + 1, 4)))
        assert str(error.value) == f"theta must have shape ({n}, ...), got ({n + 1}, 4)"
        assert error.value.__context__ is None
        with pytest.raises(ValueError, match="^theta must be an array of numbers, got None$"):
            method(None)


def test_a_mountain_has_a_width():
    with pytest.raises(ValueError, match="^width must be positive, got 0$"):
        Mountain(width=0)
