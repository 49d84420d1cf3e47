"""The laws of the chapter "Empirical risk"."""

import numpy as np
import pytest

from lecture_optim import SGD
from lecture_optim.descent import descend, early_stop
from lecture_optim.linear import LogisticRegression
from lecture_optim.networks import MLP
from lecture_optim.risk import angle_error, draw_linear, empirical_risk, minimiser, risk

W = np.array([1.0, -0.5, 0.3, 0.0, 2.0])
D, SIGMA, REPEATS = len(W), 1.5, 2000


def training_sets(m):
    return draw_linear(np.random.default_rng(m), W, SIGMA, m, REPEATS)


def close(values, expected):
    """Tell whether the mean of independent values is within four standard errors of the expected one."""
    return abs(values.mean() - expected) < 4 * values.std() / len(values) ** 0.5


def test_the_risk_is_what_fresh_examples_cost():
    theta = np.array([0.5, 0.5, -1.0, 2.0, 1.0])
    X, y = draw_linear(np.random.default_rng(0), W, SIGMA, 200_000, 1)
    squares = 0.5 * (X[0] @ theta - y[0]) ** 2
    assert close(squares, risk(theta, W, SIGMA))
    assert risk(W, W, SIGMA) == 0.5 * SIGMA**2


def test_empirical_risk_at_a_fixed_theta_is_unbiased():
    theta = np.array([0.5, 0.5, -1.0, 2.0, 1.0])
    assert close(empirical_risk(theta, *training_sets(12)), risk(theta, W, SIGMA))


@pytest.mark.parametrize("m", [12, 24, 96])
def test_the_minimiser_is_optimistic_as_the_formula_says(m):
    X, y = training_sets(m)
    theta = minimiser(X, y)
    assert close(empirical_risk(theta, X, y), 0.5 * SIGMA**2 * (1 - D / m))
    assert close(risk(theta, W, SIGMA), 0.5 * SIGMA**2 * (1 + D / (m - D - 1)))


def test_optimism_shrinks_like_one_over_m():
    sizes = np.array([40, 80, 160])
    optimism = []
    for m in sizes:
        X, y = training_sets(m)
        theta = minimiser(X, y)
        optimism.append(np.mean(risk(theta, W, SIGMA) - empirical_risk(theta, X, y)))
    slope = np.polyfit(np.log(sizes), np.log(optimism), 1)[0]
    assert slope == pytest.approx(-1, abs=0.1)
    np.testing.assert_allclose(sizes * optimism, SIGMA**2 * D, rtol=0.15)


def test_empirical_risk_is_that_of_a_linear_network_and_the_minimiser_a_critical_point():
    X, y = draw_linear(np.random.default_rng(1), W, SIGMA, 20, 3)
    network = MLP([D, 1], loss="squared_error")
    theta = minimiser(X, y)
    values = empirical_risk(theta, X, y)
    for r in range(3):
        column = np.append(theta[:, r], 0)  # no bias
        assert network.value(column, X[r], y[r]) == pytest.approx(values[r], rel=1e-12)
        np.testing.assert_allclose(network.gradient(column, X[r], y[r])[:-1], 0, atol=1e-13)


def test_the_surrogate_has_a_slope_where_the_zero_one_loss_has_none_and_bounds_it():
    rng = np.random.default_rng(2)
    model = LogisticRegression(20)
    X, y = rng.standard_normal((60, 20)), rng.integers(0, 2, 60)
    theta = rng.standard_normal((21, 200))
    moved = theta + 1e-7 * rng.standard_normal((21, 200))
    np.testing.assert_array_equal(model.error(theta, X, y), model.error(moved, X, y))
    assert np.linalg.norm(model.gradient(theta, X, y), axis=0).min() > 0.1
    assert np.all(model.error(theta, X, y) <= model.value(theta, X, y) / np.log(2))


def test_test_error_improves_after_training_error_is_zero_in_most_repeats():
    then, after = [], []
    rng = np.random.default_rng(3)
    for _ in range(60):
        w = rng.standard_normal(20)
        X = rng.standard_normal((60, 20))
        y = (X @ w > 0).astype(int)
        model = LogisticRegression(20)
        run = descend(SGD, lambda theta: model.gradient(theta, X, y), model.init(), 200, epsilon=1.0)  # noqa: B023
        wrong = model.error(run.theta.T, X, y)
        if (first := run.first(wrong == 0)) is not None:
            then.append(angle_error(run.theta[first, :-1], w))
            after.append(angle_error(run.theta[-1, :-1], w))
    then, after = np.array(then), np.array(after)
    assert len(then) > 50
    assert np.mean(after < then) > 0.6
    assert then.mean() > after.mean() + 0.004


def test_angle_error_is_the_share_of_wrong_classes_on_fresh_examples():
    rng = np.random.default_rng(4)
    theta, w = rng.standard_normal((2, 6))
    X = rng.standard_normal((200_000, 6))
    wrong = np.sign(X @ theta) != np.sign(X @ w)
    assert close(wrong.astype(float), angle_error(theta, w))
    assert angle_error(w, 3 * w) == pytest.approx(0, abs=1e-7)
    assert angle_error(-w, w) == pytest.approx(1)
    np.testing.assert_allclose(angle_error(np.stack([theta, -theta], 1), np.stack([w, w], 1)).sum(), 1)


def test_early_stopping_returns_to_the_best_before_patience_runs_out():
    errors = [5, 4, 3, 3.5, 3.2, 3.1, 1]
    assert early_stop(errors, 3) == (2, 5)
    assert early_stop(errors, 4) == (6, 6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: minimiser(X[:, :D], y[:, :D]), "more examples than coordinates, got m = 5 and d = 5"),
        (lambda X, y: empirical_risk(W[:3], X, y), r"theta must have shape \(5,\) or \(5, 2\), got \(3,\)"),
        (lambda X, y: empirical_risk(W, X, y[0]), "X and y must have shapes"),
        (lambda X, y: risk(W[:3], W, 1.0), "w must have the shape of a column of theta"),
        (lambda X, y: angle_error(W, 0 * W), "must have a direction"),
        (lambda X, y: draw_linear(np.random.default_rng(0), W, -1.0, 5, 1), "sigma must be finite and not negative"),
        (lambda X, y: draw_linear(np.random.default_rng(0), W, 1.0, 0, 1), "m must be a whole number of at least 1"),
    ],
)
def test_bad_input_is_named(call, message):
    X, y = draw_linear(np.random.default_rng(5), W, SIGMA, 9, 2)
    with pytest.raises(ValueError, match=message):
        call(X, y)
