"""Laws of chapter 5: powers of a matrix, gradients by lag, and the difference that different matrices make."""

import numpy as np
import pytest

from lecture_optim.recurrent import RNN


def log_length(matrices, v):
    """Return the logarithm of the length of v after each matrix."""
    logs, total = [], 0.0
    for W in matrices:
        v = W @ v
        length = np.linalg.norm(v, axis=-2, keepdims=True)
        total, v = total + np.log(length[..., 0, 0]), v / length
        logs.append(total)
    return np.array(logs)


def matrix_of(recurrent, gain, seed, hidden=24):
    """Return a network's starting parameters and its recurrent matrix."""
    net = RNN(inputs=2, hidden=hidden, outputs=2)
    theta = net.init(np.random.default_rng(seed), recurrent=recurrent, gain=gain)
    return net, theta, net.matrices(theta)[0]


@pytest.mark.parametrize("gain", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_slope_of_the_log_length_is_the_log_of_the_spectral_radius(gain, seed):
    _, _, W = matrix_of("gaussian", gain, seed)
    radius = np.abs(np.linalg.eigvals(W)).max()
    line = log_length([W] * 2000, np.random.default_rng(9).standard_normal((24, 1)))
    slope = np.polyfit(np.arange(1000, 2000), line[1000:], 1)[0]
    assert slope == pytest.approx(np.log(radius), abs=5e-4)


@pytest.mark.parametrize("gain", [0.9, 1.0, 1.1])
def test_orthogonal_start_keeps_lengths_up_to_its_gain(gain):
    _, _, W = matrix_of("orthogonal", gain, 3)
    np.testing.assert_allclose(W.T @ W, gain**2 * np.eye(24), atol=1e-12)


def test_gradient_by_lag_goes_like_the_spectral_radius_while_the_units_are_near_zero():
    X = 1e-5 * np.random.default_rng(1).standard_normal((20, 41, 2))
    y = np.arange(20) % 2
    for gain in (0.9, 1.0, 1.1):
        net, theta, _ = matrix_of("orthogonal", gain, 4)
        norms = net.gradient_by_lag(theta, X, y)
        slope = np.polyfit(np.arange(41), np.log(norms), 1)[0]
        assert slope == pytest.approx(np.log(gain), abs=1e-3)
    net, theta, W = matrix_of("gaussian", 0.9, 5)
    long = 1e-7 * np.random.default_rng(1).standard_normal((4, 401, 2))
    norms = net.gradient_by_lag(theta, long, y[:4])
    slope = np.polyfit(np.arange(200, 401), np.log(norms[200:]), 1)[0]
    assert slope == pytest.approx(np.log(np.abs(np.linalg.eigvals(W)).max()), abs=2e-3)


def test_saturation_only_shrinks_the_gradient():
    rng, y = np.random.default_rng(1), np.arange(20) % 2
    noise = rng.standard_normal((20, 41, 2))
    for gain in (0.9, 1.0, 1.1):
        net, theta, _ = matrix_of("orthogonal", gain, 4)
        norms = net.gradient_by_lag(theta, 0.5 * noise, y)
        assert np.all(norms[1:] <= gain * norms[:-1] * (1 + 1e-12))
        assert norms[-1] < 0.2 * norms[0]


def test_the_hump_of_a_non_normal_matrix():
    W = np.array([[0.9, 2.0], [0.0, 0.9]])
    length = np.exp(log_length([W] * 200, np.array([[0.0], [1.0]])))
    t = np.arange(1, 201)
    corner = 2 * t * 0.9 ** (t - 1)
    np.testing.assert_allclose(length, np.hypot(corner, 0.9**t), rtol=1e-10)
    assert length.max() > 7.7 and length[-1] < 1e-5


def test_one_matrix_spreads_like_depth_and_different_ones_like_its_root():
    rng, depths = np.random.default_rng(7), np.array([25, 50, 100, 200])
    draws, hidden = 200, 8
    net = RNN(inputs=1, hidden=hidden, outputs=2)

    def draw():
        theta = net.init(rng, recurrent="gaussian", runs=draws)
        return net.matrices(theta)[0]

    first, one = rng.standard_normal((draws, hidden, 1)), draw()
    for matrices, exponent in (([one] * 200, 1.0), ((draw() for _ in range(200)), 0.5)):
        spread = log_length(matrices, first).std(axis=1)[depths - 1]
        slope = np.polyfit(np.log(depths), np.log(spread), 1)[0]
        assert slope == pytest.approx(exponent, abs=0.15)
