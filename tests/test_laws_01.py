"""The laws of the chapter "Empirical risk"."""

import numpy as np
import pytest

from lecture_optim import data
from lecture_optim.algorithms import sgd
from lecture_optim.descent import early_stop, minibatch_gradient
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


@pytest.mark.verdict(
    "no-slope",
    "Moves a hundred times shorter change it a hundred times less often",
    runs="24 (training set, places)",
    shows="0-1 loss changed by a move",
)
def test_the_surrogate_has_a_slope_where_the_zero_one_loss_has_none_and_bounds_it():
    rng = np.random.default_rng(2)
    model = LogisticRegression(20)
    changed = {h: [] for h in (1e-2, 1e-3, 1e-7)}
    for _ in range(24):
        X, y = rng.standard_normal((60, 20)), rng.integers(0, 2, 60)
        theta = rng.standard_normal((21, 1000))
        move = np.eye(21)[:, rng.integers(21, size=1000)]
        for h, shares in changed.items():
            shares.append(np.mean(model.error(theta, X, y) != model.error(theta + h * move, X, y)))
        assert np.linalg.norm(model.gradient(theta, X, y), axis=0).min() > 0.1
        assert np.all(model.error(theta, X, y) <= model.value(theta, X, y) / np.log(2))
    assert np.mean(changed[1e-2]) == pytest.approx(0.041, rel=0.15)
    assert np.mean(changed[1e-3]) == pytest.approx(0.0041, rel=0.4)
    assert np.mean(changed[1e-7]) < 1e-4


def surrogate(problems, seed, marks):
    """Return the true error, and the nearest example's distance, at training error 0 and after each of the marks."""
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((20, problems))
    inputs = rng.standard_normal((problems, 60, 20))
    signed = inputs * np.sign(inputs @ w.T[:, :, np.newaxis])
    theta, then, found = np.zeros((20, problems)), np.full((2, problems), np.nan), []
    margins = np.zeros((problems, 60))
    for k in range(1, max(marks) + 1):
        theta = theta + (1 / (1 + np.exp(margins))[:, np.newaxis] @ signed)[:, 0].T / 60
        margins = (signed @ theta.T[:, :, np.newaxis])[..., 0]
        now = np.array([angle_error(theta, w), margins.min(axis=1) / np.linalg.norm(theta, axis=0)])
        then = np.where(np.isnan(then) & (margins > 0).all(axis=1), now, then)
        if k in marks:
            found.append(now)
    return then, *found


@pytest.mark.verdict(
    "surrogate-helps",
    "After 300 steps it is 0.124, and better in 77 % of the problems",
    runs="300 problems (truth and training set)",
    shows="after  300 steps",
)
@pytest.mark.verdict(
    "surrogate-helps",
    "From step 300 to step 6,000 the true error rises again a little",
    runs="300 problems (truth and training set)",
    shows="rise of the true error",
)
def test_true_error_improves_after_training_error_is_zero_and_then_gets_worse_again():
    then, early, late = surrogate(200, seed=103, marks=(300, 3000))
    arrived = ~np.isnan(then[0])
    assert arrived.mean() > 0.98
    fall = (then - early)[0, arrived]
    assert np.mean(fall > 0) == pytest.approx(0.75, abs=0.08)
    assert fall.mean() == pytest.approx(0.010, abs=0.004)
    assert np.median(early[1]) > 20 * np.median(then[1, arrived])
    rise = (late - early)[0]
    assert rise.mean() > 3 * rise.std() / len(rise) ** 0.5


def test_angle_error_is_the_share_of_wrong_classes_on_fresh_examples():
    rng = np.random.default_rng(4)
    theta, w = rng.standard_normal((2, 6))
    X = rng.standard_normal((200_000, 6))
    wrong = np.sign(X @ theta) != np.sign(X @ w)
    assert close(wrong.astype(float), angle_error(theta, w))
    assert angle_error(w, 3 * w) == pytest.approx(0, abs=1e-7)
    assert angle_error(-w, w) == pytest.approx(1)
    np.testing.assert_allclose(angle_error(np.stack([theta, -theta], 1), np.stack([w, w], 1)).sum(), 1)


LOOKED = (20, 120)


@pytest.fixture(scope="module")
def digits_histories():
    """Train 12 networks on 400 digits with noisy and with clean labels, each run with its own split, start and order.

    Return, for each, J, validation loss, test error and the share of false labels learnt, shape (360 epochs, 4, 12); J
    and the share are computed after the epochs of LOOKED alone.
    """
    seeds = range(200, 212)
    parts = data.splits(data.digits, seeds)
    X, right = parts.X_train[:, :400], parts.y_train[:, :400]
    rng = np.random.default_rng(201)
    wrong = rng.random(right.shape) < 0.2
    false = (right + rng.integers(1, 10, right.shape)) % 10
    network = MLP([64, 32, 10], activation="relu")
    histories = []
    for y in (np.where(wrong, false, right), right):
        theta = network.init(np.random.default_rng(202), len(seeds))
        orders = [np.random.default_rng([203, seed]) for seed in seeds]
        gradient = minibatch_gradient(network.gradient, X, y, 40, orders)
        history = []
        for epoch in range(1, 361):
            for _ in range(10):
                (theta,) = sgd(theta, gradient(theta), epsilon=0.3)
            cost = learnt = np.full(len(seeds), np.nan)
            if epoch in LOOKED:
                cost = network.value(theta, X, y)
                learnt = ((network.predict(theta, X) == false) & wrong).sum(axis=1) / wrong.sum(axis=1)
            history.append((
                cost,
                network.value(theta, parts.X_validation, parts.y_validation),
                network.error(theta, parts.X_test, parts.y_test),
                learnt,
            ))  # fmt: skip
        histories.append(np.array(history))
    return histories


@pytest.mark.verdict(
    "two-goals",
    "The test error falls with it at first, and then it rises, from 13 % at epoch 20 to 22 % at epoch 120",
    runs="24 (start, order, split, false labels)",
    shows="P at 120 minus P at 20",
)
@pytest.mark.verdict(
    "two-goals",
    "at epoch 20 it gives 5 % of the wrongly labelled digits their false label, at epoch 120 it gives 63 % of them",
    runs="24 (start, order, split, false labels)",
    shows="±",
)
@pytest.mark.slow
def test_the_cost_falls_while_the_test_error_rises_with_false_labels_only(digits_histories):
    noisy, clean = digits_histories
    for history, rise in ((noisy, 0.09), (clean, -0.014)):
        assert np.all(history[119, 0] < 0.7 * history[19, 0])
        assert np.mean(history[119, 2] - history[19, 2]) == pytest.approx(rise, abs=0.03)
    assert noisy[4, 2].mean() > noisy[19, 2].mean() + 0.03
    assert noisy[[19, 119], 3].mean(axis=1) == pytest.approx([0.05, 0.63], abs=0.06)
    assert clean[119, 3].mean() < 0.01


@pytest.mark.verdict(
    "stop-early",
    "With the noisy labels, stopping early halves the test error: 11 % instead of 22 %.",
    runs="24 (start, order, split, false labels)",
    shows="noisy",
)
@pytest.mark.verdict(
    "stop-early",
    "With the clean labels it makes no difference that chance could not make",
    runs="24 (start, order, split)",
    shows="clean",
)
@pytest.mark.parametrize("epochs", [120, 360])
@pytest.mark.slow
def test_early_stopping_halves_the_test_error_with_false_labels_and_does_nothing_without(digits_histories, epochs):
    ends = []
    for history in digits_histories:
        stops = [early_stop(series, 15)[0] for series in history[:epochs, 1].T]
        ends.append((history[stops, 2, range(len(stops))], history[epochs - 1, 2]))
    (there, end), (there_clean, end_clean) = ends
    assert np.all(there < end)
    assert there.mean() / end.mean() == pytest.approx(0.5, abs=0.1)
    assert end_clean.mean() - there_clean.mean() == pytest.approx(0, abs=0.004)


def test_the_risk_along_gradient_descent_at_fixed_inputs_is_what_the_formula_says():
    rng = np.random.default_rng(6)
    m, sigma, epsilon, steps, repeats = 30, 1.5, 0.3, 4, 4000
    X = rng.standard_normal((m, D))
    y = X @ W + sigma * rng.standard_normal((repeats, m))
    theta = np.zeros((repeats, D))
    for _ in range(steps):
        theta = theta - epsilon * (theta @ X.T - y) @ X / m
    eigenvalues, Q = np.linalg.eigh(X.T @ X / m)
    left = (1 - epsilon * eigenvalues) ** steps
    terms = left**2 * (Q.T @ W) ** 2 + (1 - left) ** 2 * sigma**2 / (m * eigenvalues)
    assert 0.05 < left.min() < left.max() < 0.7  # both terms count
    found = 0.5 * sigma**2 + 0.5 * np.mean(((theta - W) @ X.T) ** 2, axis=1)
    assert close(found, 0.5 * sigma**2 + 0.5 * np.sum(eigenvalues * terms))


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


@pytest.mark.parametrize("m", [4, 8, 12, 40])
def test_risk_of_the_fit_of_least_norm_on_both_sides_of_the_peak(m):
    d, w = 20, np.full(20, 0.5)
    X, y = draw_linear(np.random.default_rng([7, m]), w, SIGMA, m, REPEATS)
    inverse = np.linalg.pinv(X)
    with_noise, without = ((inverse @ t[..., np.newaxis])[..., 0].T for t in (y, X @ w))
    unseen = 0.5 * (w @ w) * max(1 - m / d, 0)
    fraction = m / (d - m - 1) if m < d else d / (m - d - 1)
    assert close(risk(with_noise, w, SIGMA), 0.5 * SIGMA**2 * (1 + fraction) + unseen)
    # The control: what rises towards the peak is the noise.
    assert risk(without, w, 0.0).mean() == pytest.approx(unseen, rel=0.05, abs=1e-12)


def test_descent_from_zero_goes_to_the_fit_of_least_norm():
    X, y = (part[0] for part in draw_linear(np.random.default_rng(3), np.ones(12), SIGMA, 5, 1))
    theta = np.zeros(12)
    for _ in range(3000):
        (theta,) = sgd(theta, X.T @ (X @ theta - y) / 5, epsilon=0.1)
    np.testing.assert_allclose(theta, np.linalg.pinv(X) @ y, atol=1e-8)
    other = theta + (np.eye(12) - np.linalg.pinv(X) @ X)[0]
    np.testing.assert_allclose(X @ other, y, atol=1e-8)  # as good on the examples, and longer
    assert other @ other > theta @ theta + 0.1
