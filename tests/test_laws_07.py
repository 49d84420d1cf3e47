"""The laws of chapter 7: minibatch gradients, the noise floor, and learning rates that fall."""

import numpy as np
import pytest

from lecture_optim import SGD
from lecture_optim.descent import (
    descend,
    inverse_schedule,
    linear_schedule,
    minibatch_gradient,
    sweep,
)
from lecture_optim.networks import MLP

EXAMPLES = 48


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    net = MLP([3, 4, 2])
    return net, net.init(rng), rng.standard_normal((EXAMPLES, 3)), rng.integers(0, 2, EXAMPLES)


def passes(net, theta, X, y, m, number):
    g = minibatch_gradient(net.gradient, X, y, m, np.random.default_rng(1))
    return np.stack([g(theta) for _ in range(number * len(X) // m)])


@pytest.mark.parametrize("m", [1, 6, 16])
def test_the_minibatch_gradients_of_one_pass_average_to_the_full_gradient(network, m):
    net, theta, X, y = network
    mean = passes(net, theta, X, y, m, number=1).mean(axis=0)
    np.testing.assert_allclose(mean, net.gradient(theta, X, y), rtol=0, atol=1e-15)


def test_the_standard_error_falls_with_the_root_of_the_minibatch_size(network):
    net, theta, X, y = network
    full = net.gradient(theta, X, y)
    sizes = np.array([1, 2, 4, 8])
    squares = [
        np.mean(np.sum((passes(net, theta, X, y, m, 60) - full) ** 2, axis=1)) for m in sizes
    ]
    # Without repetition within a pass the variance is (N - m) / (N - 1) of that of independent draws.
    error = np.sqrt(squares / ((EXAMPLES - sizes) / (EXAMPLES - 1)))
    slope = np.polyfit(np.log(sizes), np.log(error), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.03)


def noisy(rng):
    return lambda theta: theta + rng.standard_normal(theta.shape)


@pytest.mark.parametrize("epsilon", [0.5, 0.1, 1.5])
def test_a_fixed_rate_stops_at_the_noise_floor(epsilon):
    runs = 20_000
    final, _ = sweep(
        SGD, noisy(np.random.default_rng(2)), np.zeros((1, runs)), 100, epsilon=epsilon
    )
    floor = epsilon / (2 - epsilon)
    # The mean of 20,000 squares of Gaussians has the relative standard deviation sqrt(2 / runs).
    assert np.mean(final**2) == pytest.approx(floor, rel=5 * (2 / runs) ** 0.5)


def test_the_inverse_schedule_falls_like_one_over_k():
    runs, c, tau = 2_000, 10.0, 20
    run = descend(
        SGD, noisy(np.random.default_rng(3)), np.full(runs, 5.0), 2_000,
        epsilon=inverse_schedule(c / tau, tau),
    )  # fmt: skip
    k = np.arange(1_000, 2_001)
    # c / (k + tau) in the long run gives E theta² = c² / (2c - 1) / (k + tau).
    constant = np.mean((k + tau) * np.mean(run.theta[k] ** 2, axis=1))
    assert constant == pytest.approx(c**2 / (2 * c - 1), rel=0.05)


def test_a_rate_with_a_finite_sum_stops_on_the_way():
    run = descend(
        SGD, lambda theta: theta, 1.0, 3_000, epsilon=lambda k: 0.5 / (1 + k / 5) ** 2
    )
    assert 0.026 < run.theta[-1] < 0.05
    arrives = descend(SGD, lambda theta: theta, 1.0, 3_000, epsilon=inverse_schedule(0.5, 20))
    assert arrives.theta[-1] < 1e-12


def test_the_linear_schedule_goes_through_its_three_points():
    epsilon = linear_schedule(0.5, 0.005, tau=100)
    assert [epsilon(k) for k in (0, 50, 100, 1_000)] == pytest.approx([0.5, 0.2525, 0.005, 0.005])


def test_a_step_looks_at_m_examples_on_any_amount_of_data():
    seen = []

    def gradient(theta, X, y):
        seen.append(len(X))
        return theta * X.mean()

    for size in (100, 10_000):
        g = minibatch_gradient(gradient, np.ones(size), np.ones(size), 10, np.random.default_rng(4))
        descend(SGD, g, 1.0, 3, epsilon=0.1)
    assert seen == [10] * 6
