"""Curvature from gradients, against Hessians that are known."""

from contextlib import suppress

import numpy as np
import pytest

from lecture_optim import curvature
from lecture_optim.networks import MLP
from lecture_optim.objectives import Quadratic, Rosenbrock, Saddle

SURFACES = [
    (Rosenbrock(), [-1.2, 1.0]),
    (Saddle(), [0.3, -0.7]),
    (Quadratic([[2.0, 1.0, 0.0], [1.0, -3.0, 0.5], [0.0, 0.5, 4.0]]), [1.0, 2.0, -1.0]),
]
each_surface = pytest.mark.parametrize(("surface", "theta"), SURFACES, ids=lambda value: type(value).__name__)


def network():
    """Return the gradient of a small network on fixed data, and a point."""
    rng = np.random.default_rng(0)
    net = MLP([3, 5, 2])
    X, y = rng.standard_normal((8, 3)), np.arange(8) % 2
    return lambda theta: net.gradient(theta, X, y), net.init(rng)


def exact_hessian(gradient, theta):
    """Return the Hessian by complex steps of the gradient: no difference, so no rounding."""
    return np.array([gradient(theta + 1e-30j * e).imag / 1e-30 for e in np.eye(len(theta))])


@each_surface
def test_hvp_is_hessian_times_vector(surface, theta):
    for v in np.random.default_rng(0).standard_normal((3, len(theta))) * [[1e-3], [1], [1e3]]:
        expected = surface.hessian(np.array(theta)) @ v
        found = curvature.hvp(surface.gradient, theta, v)
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8 * np.abs(expected).max())


def test_hvp_of_a_network():
    gradient, theta = network()
    H = exact_hessian(gradient, theta)
    v = np.random.default_rng(1).standard_normal(theta.size)
    np.testing.assert_allclose(H, H.T, atol=1e-15)
    np.testing.assert_allclose(curvature.hvp(gradient, theta, v), H @ v, rtol=1e-7, atol=1e-9)


def test_along_gradient():
    surface, theta = Rosenbrock(), np.array([-1.2, 1.0])
    g, H = surface.gradient(theta), surface.hessian(theta)
    gg, gHg = curvature.along_gradient(surface.gradient, theta)
    assert gg == pytest.approx(g @ g, rel=1e-15)
    assert gHg == pytest.approx(g @ H @ g, rel=1e-8)


def test_the_prediction_is_exact_on_a_quadratic():
    surface, theta = SURFACES[2]
    theta = np.array(theta)
    gg, gHg = curvature.along_gradient(surface.gradient, theta)
    for epsilon in (0.01, 0.3, 2.0):
        actual = surface.value(theta - epsilon * surface.gradient(theta)) - surface.value(theta)
        assert curvature.predicted_change(epsilon, gg, gHg) == pytest.approx(actual, rel=1e-8)


def test_the_prediction_errs_in_third_order():
    surface, theta = Rosenbrock(), np.array([-1.2, 1.0])
    g = surface.gradient(theta)
    gg, gHg = curvature.along_gradient(surface.gradient, theta)
    rates = 1e-5 / 2.0 ** np.arange(4)
    actual = surface.value(theta[:, np.newaxis] - rates * g[:, np.newaxis]) - surface.value(theta)
    errors = np.abs(actual - curvature.predicted_change(rates, gg, gHg))
    np.testing.assert_allclose(errors[:-1] / errors[1:], 8, rtol=0.01)


def test_critical_and_best_rate():
    gg, gHg = 3.0, 12.0
    critical, best = curvature.critical_rate(gg, gHg), curvature.best_rate(gg, gHg)
    assert (critical, best) == (0.5, 0.25)
    assert curvature.predicted_change(critical, gg, gHg) == 0
    around = curvature.predicted_change(best + np.array([-0.01, 0, 0.01]), gg, gHg)
    assert around.argmin() == 1 and around[1] == -0.375
    np.testing.assert_array_equal(curvature.critical_rate([1.0, 1.0, 1.0], [4.0, 0.0, -4.0]), [0.5, np.inf, np.inf])


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_sharpness_is_the_largest_eigenvalue_and_not_the_largest_in_size(n):
    rng = np.random.default_rng(n)
    A = rng.standard_normal((n, n))
    H = A + A.T - 3 * n * np.outer(A[0], A[0]) / (A[0] @ A[0])
    expected = np.linalg.eigvalsh(H)
    assert -expected[0] > expected[-1]
    surface, theta = Quadratic((H + H.T) / 2), rng.standard_normal(n)
    found = curvature.sharpness(surface.gradient, theta, rng, tolerance=1e-6)
    assert found == pytest.approx(expected[-1], rel=1e-5, abs=1e-5)


def test_sharpness_of_a_network():
    gradient, theta = network()
    expected = np.linalg.eigvalsh(exact_hessian(gradient, theta))[-1]
    for seed in range(3):
        found = curvature.sharpness(gradient, theta, np.random.default_rng(seed))
        assert found == pytest.approx(expected, rel=2e-3)


def test_sharpness_where_one_product_spans_everything():
    # Every direction is an eigenvector: the iteration must stop, not divide by a rest of nothing.
    rng = np.random.default_rng(0)
    bowl = Quadratic(2.5 * np.eye(6))
    assert curvature.sharpness(bowl.gradient, np.ones(6), rng) == pytest.approx(2.5, rel=1e-6)
    assert curvature.sharpness(lambda theta: 0 * theta, np.ones(6), rng) == 0


@pytest.mark.parametrize("theta", [[0.3, -0.4], [3.0, -4.0]])
def test_the_step_of_the_difference_is_the_one_stated(theta):
    asked = []

    def gradient(point):
        asked.append(point)
        return point

    v = np.array([0.0, 7.0])
    curvature.hvp(gradient, theta, v)
    step = np.finfo(float).eps ** (1 / 3) * max(1.0, np.linalg.norm(theta))
    np.testing.assert_allclose([point - theta for point in asked], [[0, step], [0, -step]], rtol=1e-9, atol=1e-20)


def test_sharpness_spends_no_more_products_than_it_may_and_no_more_at_another_scale():
    calls = []

    def products(scale, **more):
        calls.clear()
        surface = Quadratic(scale * np.diag(np.arange(1.0, 301)))

        def gradient(theta):
            calls.append(1)
            return surface.gradient(theta)

        with suppress(ArithmeticError):
            curvature.sharpness(gradient, np.ones(300), np.random.default_rng(0), **more)
        return len(calls) / 2

    assert products(1.0, tolerance=1e-15, most=2) == 2
    assert products(1.0, tolerance=1e-15) == 100  # the default
    # A power of two scales every number exactly but for the step of the difference.
    assert products(1.0, tolerance=0.1) == products(2.0**20, tolerance=0.1) == products(2.0**-20, tolerance=0.1) < 20
    spread = Quadratic(np.diag(np.arange(1.0, 41)))
    with pytest.raises(ArithmeticError, match="tolerance 0.001 in 2 products"):
        curvature.sharpness(spread.gradient, np.ones(40), np.random.default_rng(0), most=2)


def test_sharpness_stops_as_soon_as_the_residual_is_small_enough():
    # Two eigenvalues 1 and 3, so that after one product the residual is that of the first direction q:
    # with a = qᵀHq, |Hq - aq|² = (a - 1)(3 - a).
    surface = Quadratic(np.diag([1.0, 3.0]))
    q = np.random.default_rng(0).standard_normal(2)
    q /= np.linalg.norm(q)
    a = q @ surface.matrix @ q
    residual = ((a - 1) * (3 - a)) ** 0.5 / a
    above, below = (
        curvature.sharpness(surface.gradient, np.ones(2), np.random.default_rng(0), tolerance=factor * residual)
        for factor in (1.001, 0.999)
    )
    assert above == pytest.approx(a, rel=1e-8) and below == pytest.approx(3, rel=1e-8)


def test_a_flat_direction_has_no_critical_rate_and_no_warning():
    with np.errstate(all="raise"):
        assert curvature.critical_rate(1.0, 0.0) == curvature.best_rate(1.0, 0.0) == np.inf
    assert (curvature.critical_rate(1.0, 0.5), curvature.best_rate(1.0, 0.5)) == (4, 2)


def test_bad_input_gets_one_clear_sentence():
    gradient = Rosenbrock().gradient
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="v must be a direction of positive length, got"):
        curvature.hvp(gradient, [1.0, 2.0], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"v must have the shape of theta, \(2,\), got \(3,\)"):
        curvature.hvp(gradient, [1.0, 2.0], [1.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="theta must not be a critical point"):
        curvature.along_gradient(gradient, [1.0, 1.0])
    with pytest.raises(ValueError, match="most must be a whole number of at least 1, got 0"):
        curvature.sharpness(gradient, [1.0, 2.0], rng, most=0)
    with pytest.raises(ArithmeticError, match="did not reach tolerance 1e-06 in 2 products"):
        spread = Quadratic(np.diag(np.arange(1.0, 41)))
        curvature.sharpness(spread.gradient, np.ones(40), rng, tolerance=1e-6, most=2)
    with pytest.raises(FloatingPointError, match="H v must be finite"):
        curvature.sharpness(lambda theta: theta * np.nan, np.ones(2), rng)
