"""The laws of the chapter "Ill-conditioning"."""

import numpy as np
import pytest

from lecture_optim import SGD, data
from lecture_optim.algorithms import sgd
from lecture_optim.curvature import along_gradient, best_rate, critical_rate, predicted_change, sharpness
from lecture_optim.descent import descend, minibatches
from lecture_optim.networks import MLP
from lecture_optim.objectives import Bowl, Quadratic


@pytest.fixture(scope="module")
def digits():
    parts = data.digits(np.random.default_rng(0))
    return parts.X_train[:100], np.eye(10)[parts.y_train[:100]]


@pytest.fixture(scope="module")
def network(digits):
    """Return the cost and the gradient of a small network on digits, and a start."""
    net = MLP([64, 8, 10], loss="squared_error")
    return lambda t: net.value(t, *digits), lambda t: net.gradient(t, *digits), net.init(np.random.default_rng(1))


def test_predicted_and_actual_change_of_a_network_agree_to_third_order(network):
    cost, gradient, theta = network
    g = gradient(theta)
    rates = 4e-4 / 2.0 ** np.arange(4)
    actual = np.array([cost(theta - rate * g) for rate in rates]) - cost(theta)
    errors = np.abs(actual - predicted_change(rates, *along_gradient(gradient, theta)))
    np.testing.assert_allclose(errors[:-1] / errors[1:], 8, rtol=0.1)


def test_the_critical_rate_parts_steps_down_from_steps_up():
    bowl = Quadratic([[3.0, 1.0], [1.0, 0.5]])
    theta = np.array([1.0, -2.5])
    gg, gHg = along_gradient(bowl.gradient, theta)
    g = bowl.gradient(theta)

    def after(rate):
        return bowl.value(theta - rate * g)

    assert after(0.999 * critical_rate(gg, gHg)) < bowl.value(theta) < after(1.001 * critical_rate(gg, gHg))
    best = best_rate(gg, gHg)
    assert after(best) < min(after(0.99 * best), after(1.01 * best))


@pytest.mark.parametrize("kappa", [5.0, 100.0, 1000.0])
def test_contraction_per_step_on_the_quadratic(kappa):
    run = descend(SGD, Bowl(flat=1.0, steep=kappa).gradient, np.ones(2), 200, epsilon=2 / (1 + kappa))
    error = np.linalg.norm(run.theta, axis=1)
    np.testing.assert_allclose(error[1:] / error[:-1], (kappa - 1) / (kappa + 1), rtol=1e-10)


@pytest.mark.parametrize(("kappa", "steps"), [(5, 35), (100, 691), (1000, 6908)])
def test_steps_to_a_millionth(kappa, steps):
    run = descend(SGD, Bowl(flat=1.0, steep=kappa).gradient, np.ones(2), 7000, epsilon=2 / (1 + kappa))
    error = np.linalg.norm(run.theta, axis=1)
    assert run.first(error <= 1e-6 * error[0]) == steps


@pytest.mark.parametrize("kappa", [3.0, 20.0])
def test_the_best_rate_at_each_step_zigzags_just_as_slowly(kappa):
    bowl = Bowl(flat=1.0, steep=kappa)
    theta, values = np.array([kappa, 1.0]), []
    for _ in range(15):
        values.append(bowl.value(theta))
        g = bowl.gradient(theta)
        (theta,) = sgd(theta, g, best_rate(g @ g, g @ bowl.hessian(theta) @ g))
    values = np.array(values)
    np.testing.assert_allclose(values[1:] / values[:-1], ((kappa - 1) / (kappa + 1)) ** 2, rtol=1e-10)


@pytest.mark.parametrize(("kappa", "epsilon", "share"), [(1, 0.5, 0), (1, 2.1, 1), (100, 0.01, 0), (100, 0.021, 1)])
def test_the_criterion_of_the_slide_depends_on_the_rate_and_not_on_the_conditioning(kappa, epsilon, share):
    bowl = Bowl(flat=1.0, steep=float(kappa))
    run = descend(SGD, bowl.gradient, np.ones(2), 50, epsilon=epsilon, value=lambda t: bowl.value(t))
    curved = np.einsum("ki,ij,kj->k", run.g, bowl.hessian(None), run.g)
    fires = critical_rate(np.sum(run.g**2, axis=1), curved) < epsilon
    assert fires.mean() == share
    assert np.mean(np.diff(run.values) > 0) == share


def test_descent_settles_where_the_sharpness_is_two_over_epsilon(digits):
    net = MLP([64, 32, 32, 10], loss="squared_error")
    theta, epsilon, late, costs = net.init(np.random.default_rng(1)), 0.15, [], []

    def gradient(theta):
        return net.gradient(theta, *digits)

    for k in range(800):
        if k >= 400 and k % 40 == 0:
            late.append(sharpness(gradient, theta, np.random.default_rng(0), tolerance=1e-2))
            costs.append(net.value(theta, *digits))
        (theta,) = sgd(theta, gradient(theta), epsilon)
    assert np.median(late) * epsilon / 2 == pytest.approx(1, abs=0.1)
    assert costs[-1] < 0.8 * costs[0]


def test_the_gradient_norm_grows_while_the_validation_error_falls():
    rng = np.random.default_rng(0)
    X, y = data.spirals(rng, 600, noise=0.1)
    X_new, y_new = data.spirals(rng, 1000, noise=0.1)
    net = MLP([2, 32, 32, 1], activation="relu")
    theta = net.init(np.random.default_rng(1), 3)
    batches = minibatches(600, 8, np.random.default_rng(2))
    norms, errors = [], []
    for _ in range(45):
        seen = []
        for _ in range(75):
            batch = next(batches)
            g = net.gradient(theta, X[batch], y[batch])
            seen.append(np.linalg.norm(g, axis=0))
            (theta,) = sgd(theta, g, 0.05)
        norms.append(np.mean(seen))
        errors.append(np.mean(net.error(theta, X_new, y_new)))
    assert np.mean(norms[-5:]) > 1.5 * np.mean(norms[:5])
    assert np.mean(errors[-5:]) < 0.6 * np.mean(errors[:5])
