"""The laws of the chapter "Local minima"."""

from functools import partial
from math import ceil, factorial, log

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from lecture_optim import MOMENTUM, SGD, data
from lecture_optim.curvature import sharpness
from lecture_optim.descent import descend, minibatch_gradient, sweep
from lecture_optim.networks import MLP
from lecture_optim.objectives import Quadratic, Saddle, Waves
from lecture_optim.symmetry import copies, rearranged

X = np.random.default_rng(4).standard_normal((30, 2))


@pytest.mark.parametrize("activation, units, expected", [("tanh", 5, 3840), ("relu", 5, 120), ("tanh", 3, 48)])
def test_number_of_copies_and_gap_of_their_outputs(activation, units, expected):
    network = MLP([2, units, 1], activation=activation)
    theta = network.init(np.random.default_rng(3)) + 0.1
    every = np.stack(list(copies(network, theta)), axis=1)
    assert every.shape[1] == expected == factorial(units) * (2**units if activation == "tanh" else 1)
    assert np.unique(every, axis=1).shape[1] == expected
    np.testing.assert_array_equal(every[:, 0], theta)
    gap = np.abs(network.outputs(every, X) - network.outputs(theta, X)).max()
    assert gap < 1e-14


@pytest.mark.parametrize("layer", [0, 1])
def test_each_layer_can_be_rearranged_for_many_runs_at_once(layer):
    network = MLP([2, 4, 4, 3])
    theta = network.init(np.random.default_rng(5), 6) + 0.1
    copy = rearranged(network, theta, [2, 0, 3, 1], [1, -1, -1, 1], layer=layer)
    assert copy.shape == theta.shape
    assert np.abs(copy - theta).max() > 0.1
    np.testing.assert_allclose(network.outputs(copy, X), network.outputs(theta, X), atol=1e-13)


def test_swapping_the_incoming_weights_alone_changes_the_function():
    network = MLP([2, 5, 1])
    theta = network.init(np.random.default_rng(3))
    (W, b), out = network.layers(theta)
    order = [1, 0, 2, 3, 4]
    half = network.pack([(W[:, order], b[order]), out])
    assert np.abs(network.outputs(half, X) - network.outputs(theta, X)).max() > 0.01


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(order=[0, 0, 1]), "order must be a permutation of 0 to 2"),
        (dict(order=[0, 1, 2], signs=[1, 2, 1]), "signs must be 3 numbers"),
        (dict(order=[0, 1, 2], signs=[1, -1, 1]), "only tanh is odd"),
        (dict(order=[0, 1, 2], layer=1), "layer must be one of the 1 hidden layers"),
    ],
)
def test_bad_input_is_named(given, message):
    network = MLP([2, 3, 1], activation="relu")
    with pytest.raises(ValueError, match=message):
        rearranged(network, np.zeros(network.size), **given)


def test_copies_want_one_hidden_layer():
    network = MLP([2, 3, 3, 1])
    with pytest.raises(ValueError, match="one hidden layer, got 2"):
        next(copies(network, np.zeros(network.size)))


def test_scaling_a_rectifier_keeps_the_function_and_moves_the_gradient():
    network = MLP([2, 6, 2], activation="relu")
    theta = network.init(np.random.default_rng(6)) + 0.1
    y = np.arange(len(X)) % 2
    (W, b), (V, c) = network.layers(theta)
    scaled = network.pack([(3 * W, 3 * b), (V / 3, c)])
    np.testing.assert_allclose(network.outputs(scaled, X), network.outputs(theta, X), atol=1e-13)
    (gW, _), (gV, _) = network.layers(network.gradient(theta, X, y))
    (hW, _), (hV, _) = network.layers(network.gradient(scaled, X, y))
    np.testing.assert_allclose(hW, gW / 3, atol=1e-13)
    np.testing.assert_allclose(hV, gV * 3, atol=1e-13)


@pytest.mark.parametrize("distance", [0.3, 1e-2, 1e-4, 1e-8])
@pytest.mark.parametrize("epsilon", [0.05, 0.1, 0.7])
def test_escape_steps(distance, epsilon):
    saddle = Quadratic(np.diag([1.0, -1.0]))
    run = descend(SGD, saddle.gradient, [1.0, distance], 400, epsilon=epsilon)
    expected = ceil(log(1 / distance) / log(1 + epsilon))
    assert run.first(np.abs(run.theta[:, 1]) >= 1) == expected


def test_exactly_on_the_ridge_descent_stays_and_newton_goes_to_the_saddle():
    run = descend(SGD, Saddle().gradient, [1.0, 0.0], 300, epsilon=0.1)
    np.testing.assert_allclose(run.theta[-1], 0, atol=1e-10)
    theta = np.array([0.8, 0.3])
    for _ in range(6):
        theta = theta - np.linalg.solve(Saddle().hessian(theta), Saddle().gradient(theta))
    np.testing.assert_allclose(theta, 0, atol=1e-6)


def test_a_random_symmetric_matrix_is_seldom_positive_definite():
    rng = np.random.default_rng(33)
    for n, exact in ((1, 1 / 2), (2, (2 - 2**0.5) / 4), (3, (np.pi - 2 * 2**0.5) / (4 * np.pi))):
        A = rng.standard_normal((100_000, n, n))
        share = np.mean(np.linalg.eigvalsh((A + A.swapaxes(1, 2)) / 2)[:, 0] > 0)
        assert share == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 100_000) ** 0.5)


def test_waves_have_the_stated_slope_curvature_and_minima():
    waves, h = Waves(), 1e-5
    x = np.linspace(-6, 6, 601)[np.newaxis]
    slope = (waves.value(x + h) - waves.value(x - h)) / (2 * h)
    np.testing.assert_allclose(waves.gradient(x)[0], slope, atol=1e-8)
    bend = (waves.gradient(x + h) - waves.gradient(x - h))[0] / (2 * h)
    np.testing.assert_allclose(waves.hessian(x)[0, 0], bend, atol=1e-7)
    ends, _ = sweep(SGD, waves.gradient, x, 500, epsilon=0.1)
    values, counts = np.unique(waves.value(ends).round(2), return_counts=True)
    np.testing.assert_array_equal(values, [0, 0.21, 0.86, 1.93])
    np.testing.assert_allclose(counts / 601, [0.18, 0.36, 0.36, 0.11], atol=0.005)


# What the chapter's runs did, again on other seeds.


def trained(network, epsilon, seeds, epochs=20, algorithm=SGD, m=50, **hyper):
    """Return networks of own start, order and split, and their training data."""
    parts = data.splits(data.digits, seeds)
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]
    starts = np.stack([network.init(np.random.default_rng([seed, 1])) for seed in seeds], axis=-1)
    gradient = minibatch_gradient(network.gradient, parts.X_train, parts.y_train, m, rngs)
    steps = epochs * -(-parts.X_train.shape[1] // m)
    return sweep(algorithm, gradient, starts, steps, epsilon=epsilon, **hyper)[0], parts.X_train, parts.y_train


@pytest.fixture(scope="module")
def tanh_networks():
    network = MLP([64, 16, 10])
    return network, *trained(network, 0.5, range(500, 508))


@pytest.mark.verdict(
    "middle",
    "Higher, in each case: the lowest of the middles is more than five times its ends.",
    runs="24 (start, order, split)",
    shows="middle divided",
)
def test_the_middle_of_two_copies_is_bad(tanh_networks):
    network, theta, X, y = tanh_networks
    rng = np.random.default_rng(77)
    copy = np.stack([rearranged(network, t, rng.permutation(16), rng.choice([-1, 1], 16)) for t in theta.T], axis=-1)
    ends = network.value(theta, X, y)
    np.testing.assert_allclose(network.value(copy, X, y), ends, atol=1e-12)
    assert np.all(network.value((theta + copy) / 2, X, y) > 4 * ends)


def test_swapping_only_the_incoming_weights_of_a_trained_network_costs(tanh_networks):
    network, theta, X, y = tanh_networks
    (W, b), out = network.layers(theta)
    swap = np.r_[1, 0, 2:16]
    half = network.value(network.pack([(W[..., swap], b[..., swap]), out]), X, y)
    ratio = half / network.value(theta, X, y)
    assert ratio.min() > 1.2
    assert 2 < np.median(ratio) < 5


@pytest.mark.verdict(
    "solution-match",
    "It is lower in each of 24 pairs.",
    runs="24 (start, order, split)",
    shows="middle,",
)
def test_matching_the_units_takes_most_of_the_ridge_away(tanh_networks):
    network, theta, X, y = tanh_networks
    for i in range(7):
        W1, W2 = (network.layers(t)[0][0] for t in (theta[:, i], theta[:, i + 1]))
        C = np.corrcoef(W1.T, W2.T)[:16, 16:]
        rows, order = linear_sum_assignment(-np.abs(C))
        near = rearranged(network, theta[:, i + 1], order, np.sign(C[rows, order]))
        plain, matched = (network.value((theta[:, i] + t) / 2, X[i], y[i]) for t in (theta[:, i + 1], near))
        assert matched < 0.6 * plain


@pytest.mark.verdict(
    "rectifiers",
    "The loss does not move; from $\\beta = 2$ on the largest eigenvalue of the Hessian grows nearly like $\\beta^2$.",
    runs="24 (start, order, split)",
    shows="≈",
)
def test_one_function_of_a_rectifier_network_can_be_made_sharp():
    network = MLP([64, 16, 10], activation="relu")
    theta, X, y = trained(network, 0.3, range(510, 516))
    ratios = []
    for i in range(6):
        (W, b), (V, c) = network.layers(theta[:, i])
        some = X[i, :300], y[i, :300]
        top = []
        for beta in (1.0, 8.0):
            scaled = network.pack([(beta * W, beta * b), (V / beta, c)])
            assert network.value(scaled, *some) == pytest.approx(network.value(theta[:, i], *some), rel=1e-9)
            gradient = partial(network.gradient, X=some[0], y=some[1])
            top.append(sharpness(gradient, scaled, np.random.default_rng(0), tolerance=0.02))
        ratios.append(top[1] / top[0])
    assert 20 < np.median(ratios) < 40


@pytest.mark.verdict(
    "exclusive-or",
    "With two units 69 % do not get there, with four about 8 %, with eight less than one in a hundred.",
    runs="1,000 (start)",
    shows="1/16",
)
def test_more_rectifiers_make_a_bad_minimum_unlikely():
    corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1.0]])
    classes = np.array([0, 1, 1, 0])
    for units, low, high in ((2, 0.6, 0.78), (4, 0.03, 0.14), (8, 0, 0.02)):
        network = MLP([2, units, 1], activation="relu", loss="squared_error")
        starts = network.init(np.random.default_rng(1234), 300)
        ends, _ = sweep(SGD, lambda t: network.gradient(t, corners, classes), starts, 1200, epsilon=0.1)  # noqa: B023
        loss = network.value(ends, corners, classes)
        assert low <= np.mean(loss > 0.05) <= high
        kinds = np.array([0, 1 / 16, 1 / 12, 1 / 8])
        assert np.mean(np.abs(loss[:, np.newaxis] - kinds).min(axis=1) < 2e-3) > 0.97


@pytest.mark.verdict(
    "widths",
    "after 25, 75 and 225 epochs alike, the more units, the lower the worst run.",
    runs="24 (start, order, split)",
    shows=" units",
)
@pytest.mark.verdict(
    "widths",
    "The worst run is 1.2 to 2.0 times the best, at every width, every budget, and with a falling rate too.",
    runs="24 (start, order, split)",
    shows="falling rate",
)
def test_the_worst_run_falls_with_the_width_and_its_ratio_to_the_best_stays():
    worst = []
    for width in (2, 4, 8, 32):
        network = MLP([64, width, 10])
        theta, X, y = trained(network, 0.1, range(520, 526), epochs=12, algorithm=MOMENTUM, m=100, alpha=0.9)
        loss = network.value(theta, X, y)
        worst.append(loss.max())
        assert 1.05 < loss.max() / loss.min() < 2.5
    assert worst == sorted(worst, reverse=True)


@pytest.mark.verdict(
    "escape-noise",
    "A hundredth of the noise costs 48 more steps: $\\ln 100/\\ln 1.1$.",
    runs="2,000 (noise)",
    shows="e-0",
)
def test_a_hundredth_of_the_noise_costs_48_steps():
    saddle, rng = Quadratic(np.diag([1.0, -1.0])), np.random.default_rng(901)
    medians = []
    for sigma in (1e-2, 1e-4):
        _, steps = sweep(
            SGD, lambda t: saddle.gradient(t) + sigma * rng.standard_normal(t.shape), np.zeros((2, 1500)), 300,  # noqa: B023
            epsilon=0.1, reached=lambda t: np.abs(t[1]) >= 1,
        )  # fmt: skip
        medians.append(np.median(steps))
    assert medians[0] == pytest.approx(69, abs=2)
    assert medians[1] - medians[0] == pytest.approx(log(100) / log(1.1), abs=2)


@pytest.mark.parametrize("beta", [2.0, 10.0])
def test_sharpness_in_units_of_the_parameters_ignores_a_rescaling_and_plain_sharpness_does_not(beta):
    network = MLP([2, 6, 1], activation="relu", loss="squared_error")
    theta = network.init(np.random.default_rng(8)) + 0.05
    (W, b), (V, c) = network.layers(theta)
    scaled = network.pack([(beta * W, beta * b), (V / beta, c)])
    targets = np.arange(30) % 2

    def sharpest(point, units):
        size = np.abs(point) if units else np.ones_like(point)
        return sharpness(
            lambda u: size * network.gradient(size * u, X, targets),
            point / size,
            np.random.default_rng(0),
            tolerance=1e-6,
        )

    assert sharpest(scaled, True) == pytest.approx(sharpest(theta, True), rel=1e-4)
    assert sharpest(scaled, False) > 1.2 * sharpest(theta, False)
