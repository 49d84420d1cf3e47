"""The laws of the chapter "Local minima"."""

from math import ceil, factorial, log

import numpy as np
import pytest

from lecture_optim import SGD
from lecture_optim.descent import descend, sweep
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
