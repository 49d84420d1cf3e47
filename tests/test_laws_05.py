"""Laws of chapter 5: powers of a matrix, gradients by lag, and the difference that different matrices make."""

import numpy as np
import pytest

from experiments import digits_wait, memory_control, memory_lags
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


@pytest.mark.verdict(
    "gradient-by-lag",
    "at a gain of 2 the gradient grows a few hundred times over 50 steps.",
    runs="24 (start, inputs)",
    shows="0.5000",
)
def test_with_inputs_of_one_half_a_gain_of_1_1_vanishes_and_a_gain_of_2_explodes():
    net, y = RNN(inputs=2, hidden=32, outputs=2), np.arange(50) % 2
    runs = range(100, 106)
    X = 0.5 * np.stack([np.random.default_rng([i, 2]).standard_normal((50, 51, 2)) for i in runs])
    for gain, low, high in ((1.1, 0, 0.01), (2.0, 50, 5000)):
        theta = np.stack([net.init(np.random.default_rng([i, 1]), gain=gain) for i in runs], axis=-1)
        norms = net.gradient_by_lag(theta, X, y)
        ratio = norms[-1] / norms[0]
        assert np.all((low < ratio) & (ratio < high))


def test_saturation_can_raise_the_spectral_radius_of_a_matrix_that_is_not_orthogonal():
    nilpotent = np.array([[1.0, 1.0], [-1.0, -1.0]])
    assert not np.any(nilpotent @ nilpotent)
    assert np.abs(np.linalg.eigvals(np.diag([1, 0.5]) @ nilpotent)).max() == pytest.approx(0.5)


def test_a_matrix_that_is_not_normal_may_shrink_every_signal_at_every_step():
    W = np.array([[0.5, 0.1], [0.0, 0.5]])
    assert not np.allclose(W @ W.T, W.T @ W)
    assert np.linalg.norm(W, 2) == pytest.approx(0.05 + 0.2525**0.5)


@pytest.mark.verdict(
    "two-spreads",
    "divide each draw by its own spectral radius, and the spread stays at about 1",
    runs="400 draws",
    shows="divided by its radius",
)
def test_one_matrix_with_its_own_radius_put_right_spreads_no_more_with_depth():
    rng = np.random.default_rng(11)
    one = rng.standard_normal((150, 12, 12)) / 12**0.5
    first = rng.standard_normal((150, 12, 1))
    radius = np.abs(np.linalg.eigvals(one)).max(axis=1)[:, np.newaxis, np.newaxis]
    free, right = (log_length([W] * 200, first).std(axis=1) for W in (one, one / radius))
    assert free[199] > 6 * free[24]
    assert right[199] < 1.5 * right[24]


def test_the_mean_drift_per_layer_is_about_minus_one_over_twice_the_units():
    rng, n = np.random.default_rng(12), 16
    log = log_length((rng.standard_normal((300, n, n)) / n**0.5 for _ in range(200)), rng.standard_normal((300, n, 1)))
    assert (log[199] - log[24]).mean() / 175 == pytest.approx(-0.5 / n, abs=0.004)


def wrong(start, lag, seeds, rate):
    rows = memory_lags.run("SGD", start, lag, rates=[rate], seeds=seeds, checks=(200,))
    return np.array([row["error"] for row in rows])


@pytest.mark.verdict(
    "memory-table",
    "At the rate 0.3 the third start learns lag 10 in every run, lag 20 in about half, and lag 40 in one of 24.",
    runs="24 (start, sequences)",
    shows="gain 0.7  ",
)
def test_at_a_moderate_rate_gain_0_7_learns_lag_10_and_not_lag_40():
    seeds = range(300, 304)
    assert np.all(wrong("Gaussian, gain 0.7", 10, seeds, 0.3) < 0.05)
    assert np.all(wrong("Gaussian, gain 0.7", 40, seeds, 0.3) > 0.3)


@pytest.mark.verdict(
    "memory-table",
    "At the rate 1, with gain 1, orthogonal or Gaussian, almost every run learns lag 40.",
    runs="24 (start, sequences)",
    shows="lag 40",
)
def test_gain_1_learns_lag_40_orthogonal_or_not():
    for start in ("orthogonal", "Gaussian, gain 1"):
        assert np.sum(wrong(start, 40, range(300, 305), 1.0) < 0.05) >= 4


@pytest.mark.verdict(
    "exercise-momentum",
    "Adam learns the two lags in 100 % and 92 %, at the rates 0.02 and 0.06.",
    runs="24 (start, sequences)",
    shows="Adam",
)
def test_adam_learns_lag_20_from_gain_0_7():
    rows = memory_lags.run("Adam", "Gaussian, gain 0.7", 20, rates=[1.0], seeds=range(300, 306))
    assert sum(row["error"] < 0.05 for row in rows) >= 5


@pytest.mark.verdict(
    "memory-control",
    "Not one run learns lag 40 if its matrix may not grow.",
    runs="24 (start, sequences)",
    shows="  W ",
)
def test_a_high_rate_mends_the_start_only_if_the_matrix_may_move():
    seeds = range(200, 206)
    free, frozen, held = (memory_control.run(matrix, seeds, lag=20) for matrix in ("free", "frozen", "held"))
    assert sum(row["error"] < 0.05 for row in free) >= 3
    assert min(row["radius_10"] for row in free) > 1.5
    assert min(row["error"] for row in frozen + held) > 0.2


@pytest.mark.verdict(
    "digits-wait",
    "With a wait of 20 steps the orthogonal start errs less than the Gaussian one with gain 1, "
    "and the start with gain 0.7 is guessing",
    runs="20 (start, order, split)",
    shows="wait 20",
)
def test_after_a_wait_of_20_the_orthogonal_start_errs_less_and_gain_0_7_guesses():
    orthogonal, one, low = (
        np.mean([row["test"] for row in digits_wait.run(start, 20, rates=[0.1], seeds=range(50, 53))])
        for start in digits_wait.STARTS
    )
    assert orthogonal < one - 0.05
    assert one < 0.75 < low


class Diagonal:
    """Traces of two inputs with the rates exp(-exp(ν)), and a logistic readout, for many runs."""

    def __init__(self, rngs, low, high, units=8):
        self.nu = np.log(-np.log([rng.uniform(low, high, units) for rng in rngs]))
        self.M = np.stack([rng.standard_normal((2, units)) for rng in rngs])

    def outputs(self, X):
        """Return logits, traces and their derivatives by ν; X has the shape (runs, 2, m, time)."""
        fall = -np.exp(self.nu)[:, np.newaxis] * np.arange(X.shape[-1])[::-1, np.newaxis]
        Z, dZ = (X @ kernel[:, np.newaxis] for kernel in (np.exp(fall), np.exp(fall) * fall))
        return np.einsum("rimn,rin->rm", Z, self.M), Z, dZ

    def gradient(self, X, y):
        """Return the gradients by ν and by M of the mean cross-entropy."""
        logits, Z, dZ = self.outputs(X)
        d = (1 / (1 + np.exp(-logits)) - y) / y.shape[1]
        return np.einsum("rimn,rin,rm->rn", dZ, self.M, d), np.einsum("rimn,rm->rin", Z, d)


def bits(rngs, m, lag):
    """Return sequences whose first input is a sign, with noise beside it, and the sign's bit."""
    y = np.stack([rng.integers(0, 2, m) for rng in rngs])
    X = np.zeros((len(rngs), 2, m, lag + 1))
    X[:, 0, :, 0] = 2 * y - 1
    X[:, 1] = 0.3 * np.stack([rng.standard_normal((m, lag + 1)) for rng in rngs])
    return X, y


def learnt(low, high, lag, rate, runs=20, steps=100):
    """Return how many runs err on fewer than 5 % of new sequences after training."""
    start, stream, new = ([np.random.default_rng([100 + run, k]) for run in range(runs)] for k in (1, 2, 3))
    model = Diagonal(start, low, high)
    for _ in range(steps):
        by_nu, by_M = model.gradient(*bits(stream, 16, lag))
        size = (np.sum(by_nu**2, axis=1) + np.sum(by_M**2, axis=(1, 2))) ** 0.5
        share = rate / np.maximum(1, size)[:, np.newaxis]
        model.nu, model.M = model.nu - share * by_nu, model.M - share[..., np.newaxis] * by_M
    X, y = bits(new, 300, lag)
    return np.sum(np.mean((model.outputs(X)[0] > 0) != y, axis=1) < 0.05)


def test_gradient_of_a_diagonal_recurrence_by_differences_and_by_lag():
    rng = [np.random.default_rng(4)]
    model, (X, y) = Diagonal(rng, 0.8, 0.99, units=3), bits(rng, 5, 6)

    def loss():
        logits = model.outputs(X)[0]
        return np.mean(np.logaddexp(0, logits) - y * logits)

    for name, found in zip(("nu", "M"), model.gradient(X, y), strict=True):
        values = getattr(model, name)
        for place in np.ndindex(values.shape):
            at = values[place]
            ends = []
            for values[place] in (at + 1e-6, at - 1e-6):
                ends.append(loss())
            values[place] = at
            assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(found[place], abs=1e-8)
    # An input k steps back counts λ to the power k, whatever the other inputs are.
    pushed = X.copy()
    pushed[0, 0, 0, -1 - 4] += 1
    change = model.outputs(pushed)[0][0, 0] - model.outputs(X)[0][0, 0]
    assert change == pytest.approx(model.M[0, 0] @ np.exp(-np.exp(model.nu[0])) ** 4)


@pytest.mark.verdict(
    "after-diagonal",
    "With $\\lambda$ started near 1 all 24 runs learn lag 40 at each of the three rates, and most of them lag 200; "
    "started between 0.5 and 0.7, not one does.",
    runs="24 (start, training and test sequences)",
    shows="lag  40, λ starts between 0.99",
)
@pytest.mark.parametrize("rate", [0.3, 3.0])
def test_a_diagonal_recurrence_learns_the_lag_if_its_factors_start_near_one(rate):
    assert learnt(0.99, 0.9999, 40, rate) == 20
    assert learnt(0.5, 0.7, 40, rate) == 0
