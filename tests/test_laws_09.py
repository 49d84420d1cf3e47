"""The laws of chapter 9: the brake, its stability, the rate 1/k², Lessard's cycle, the library form."""

import numpy as np
import pytest

from lecture_optim import MOMENTUM, NESTEROV, SGD
from lecture_optim.algorithms import momentum
from lecture_optim.descent import descend, sweep
from lecture_optim.objectives import Bowl, Lessard, Quadratic

CYCLE = np.array([792, -2208, 2592]) / 1225


@pytest.mark.parametrize("point", [-2.3, 0.4, 1.5, 3.7])
def test_the_derivatives_of_lessards_function(point):
    f, h = Lessard(), 1e-5
    near = np.array([[point - h, point, point + h]])
    low, middle, high = f.value(near)
    assert f.gradient(near)[0, 1] == pytest.approx((high - low) / (2 * h), abs=1e-7)
    assert f.hessian(near)[0, 0, 1] == pytest.approx((low - 2 * middle + high) / h**2, abs=1e-3)


@pytest.mark.parametrize(
    ("point", "slope"), [(-2.0, -50.0), (1.0, 25.0), (1.5, 25.5), (2.0, 26.0), (4.0, 76.0)]
)
def test_the_slope_of_lessards_function_by_its_three_pieces(point, slope):
    assert Lessard().gradient(np.array([point]))[0] == slope


def test_on_a_quadratic_nesterov_is_momentum_with_a_brake():
    curvatures, alpha, epsilon = np.array([1.0, 50.0]), 0.9, 0.015
    bowl, start = Bowl(*curvatures), np.array([-4.0, 0.5])
    run = descend(NESTEROV, bowl.gradient, start, 50, epsilon=epsilon, alpha=alpha)
    theta, v = start, np.zeros(2)
    for expected in run.theta[1:]:
        g = bowl.gradient(theta)
        theta, v = momentum(theta, g, v, epsilon, alpha * (1 - epsilon * curvatures))
        np.testing.assert_allclose(theta, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9, 0.99])
def test_the_stability_boundary(alpha):
    boundary = (2 + 2 * alpha) / (1 + 2 * alpha)
    rates = boundary * np.array([0.98, 1.02])
    parabola = Quadratic([[1.0]])
    final, _ = sweep(
        NESTEROV, parabola.gradient, np.ones((1, 1)), 4_000, epsilon=rates, alpha=alpha
    )
    assert abs(final[0, 0]) < 1e-6
    assert not abs(final[0, 1]) < 1e6


@pytest.mark.parametrize(("algorithm", "expected"), [(SGD, -1.0), (NESTEROV, -2.0)])
def test_the_slopes_on_a_convex_problem_with_curvatures_of_all_sizes(algorithm, expected):
    eigenvalues = np.logspace(-8, 0, 120)
    theta = np.ones(120)
    state, values = algorithm.start(theta), []
    for k in range(2_000):
        hyper = {"alpha": k / (k + 3)} if algorithm is NESTEROV else {}
        theta, state = algorithm.step(lambda t: eigenvalues * t, theta, state, epsilon=1.0, **hyper)
        values.append(0.5 * np.sum(eigenvalues * theta**2))
    k = np.unique(np.geomspace(30, 2_000, 40).astype(int)) - 1
    slope = np.polyfit(np.log(k + 1), np.log(np.array(values)[k]), 1)[0]
    assert slope == pytest.approx(expected, abs=0.1)


def test_momentum_goes_round_for_ever_on_lessards_function():
    run = descend(MOMENTUM, Lessard().gradient, [3.3], 3_000, epsilon=1 / 9, alpha=4 / 9)
    np.testing.assert_allclose(np.sort(run.theta[-3:, 0]), np.sort(CYCLE), rtol=0, atol=1e-12)
    np.testing.assert_allclose(run.theta[-6:-3], run.theta[-3:], rtol=0, atol=1e-12)


def test_nesterov_momentum_arrives_on_lessards_function_from_everywhere():
    starts = np.linspace(-5, 5, 401)[None]
    final, _ = sweep(NESTEROV, Lessard().gradient, starts, 300, epsilon=1 / 25, alpha=2 / 3)
    assert np.abs(final).max() < 1e-9


def test_the_library_form_carries_the_interim_point():
    bowl, start, epsilon, alpha = Bowl(1, 50), np.array([-4.0, 0.5]), 0.015, 0.9
    run = descend(NESTEROV, bowl.gradient, start, 40, epsilon=epsilon, alpha=alpha)
    phi, buffer = start, np.zeros(2)
    for k in range(40):
        g = bowl.gradient(phi)
        buffer = alpha * buffer + g
        phi = phi - epsilon * (g + alpha * buffer)
        velocity = run.theta[k + 1] - run.theta[k]
        np.testing.assert_allclose(phi, run.theta[k + 1] + alpha * velocity, rtol=0, atol=1e-13)
