"""The laws of chapter 7: minibatch gradients, the noise floor, and learning rates that fall."""

import numpy as np
import pytest

from experiments import sgd_digits
from lecture_optim import SGD, data
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
    squares = [np.mean(np.sum((passes(net, theta, X, y, m, 60) - full) ** 2, axis=1)) for m in sizes]
    # Without repetition within a pass the variance is (N - m) / (N - 1) of that of independent draws.
    error = np.sqrt(squares / ((EXAMPLES - sizes) / (EXAMPLES - 1)))
    slope = np.polyfit(np.log(sizes), np.log(error), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.03)


def noisy(rng):
    return lambda theta: theta + rng.standard_normal(theta.shape)


@pytest.mark.parametrize("epsilon", [0.5, 0.1, 1.5])
def test_a_fixed_rate_stops_at_the_noise_floor(epsilon):
    runs = 20_000
    final, _ = sweep(SGD, noisy(np.random.default_rng(2)), np.zeros((1, runs)), 100, epsilon=epsilon)
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
    run = descend(SGD, lambda theta: theta, 1.0, 3_000, epsilon=lambda k: 0.5 / (1 + k / 5) ** 2)
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


# What the chapter's runs showed, again on other seeds.


def shares(draw, passes, seed, repeats=600, examples=40, d=10):
    """Return, for each pass, the share of the risk's gradient, the excess risk, and the shares of the
    empirical risk's gradient in the first and the last five steps."""
    rng = np.random.default_rng(seed)
    inputs, targets = rng.standard_normal((repeats, examples, d)), rng.standard_normal((repeats, examples))
    hessian = np.einsum("nei,nej->nij", inputs, inputs) / examples
    offset = np.einsum("nei,ne->ni", inputs, targets) / examples
    w, every, found = np.full((repeats, d), d**-0.5), np.arange(repeats), []
    for _ in range(passes):
        order = np.argsort(rng.random((repeats, examples)), axis=1)
        if draw == "independent":
            order = rng.integers(examples, size=(repeats, examples))
        risk, empirical = np.zeros(2), np.zeros((examples, 2))
        for k in range(examples):
            x, t = inputs[every, order[:, k]], targets[every, order[:, k]]
            if draw == "fresh":
                x, t = rng.standard_normal((repeats, d)), rng.standard_normal(repeats)
            g = (np.sum(x * w, axis=1) - t)[:, None] * x
            whole = np.einsum("nij,nj->ni", hessian, w) - offset
            risk += np.sum(g * w), np.sum(w * w)
            empirical[k] = np.sum(g * whole), np.sum(whole * whole)
            w = w - 0.02 * g
        first, last = empirical[:5].sum(axis=0), empirical[-5:].sum(axis=0)
        excess = 0.5 * np.mean(np.sum(w**2, axis=1))
        found.append((risk[0] / risk[1], excess, first[0] / first[1], last[0] / last[1]))
    return np.array(found).T


@pytest.mark.verdict(
    "risk-share",
    "In the second the shuffled examples carry only half of its gradient.",
    runs="2,000 (data, order)",
    shows="   2 ",
)
def test_used_again_examples_lose_the_gradient_of_the_risk():
    risk, excess, _, _ = shares("shuffled", 5, seed=70)
    assert risk[0] == pytest.approx(1, abs=0.05)
    assert risk[1] == pytest.approx(0.5, abs=0.06)
    assert excess[4] > 1.08 * excess[1]


@pytest.mark.verdict(
    "risk-share",
    "with fresh examples the share stays at 1, and the excess risk never rises.",
    runs="2,000 (data, order)",
    shows="±",
)
def test_fresh_examples_keep_the_gradient_of_the_risk():
    risk, excess, _, _ = shares("fresh", 5, seed=71)
    assert risk == pytest.approx(np.ones(5), abs=0.08)
    assert np.all(excess[1:] < 1.05 * excess[:-1])


@pytest.mark.verdict(
    "empirical-share",
    "those that come last carry 2.2 times the gradient in the first pass, and more than six times in the fifth.",
    runs="2,000 (data, order)",
    shows="±",
)
def test_shuffled_examples_are_not_unbiased_within_a_pass():
    _, _, first, last = shares("shuffled", 5, seed=72)
    assert first[0] == pytest.approx(1.03, abs=0.12)
    assert last[0] == pytest.approx(2.2, abs=0.25)
    assert last[4] > 5.5
    _, _, first, last = shares("independent", 5, seed=73)
    assert first == pytest.approx(np.ones(5), abs=0.35)
    assert last == pytest.approx(np.ones(5), abs=0.35)


@pytest.mark.verdict(
    "one-example",
    "Over 20 starts and splits a median of 40 examples is needed until the error is no longer than the gradient.",
    runs="20 (start, split)",
    shows="examples until the error",
)
def test_some_forty_examples_until_the_error_is_as_long_as_the_gradient():
    net, needed = MLP([64, 32, 10]), []
    for seed in range(700, 708):
        digits = data.digits(np.random.default_rng(seed), validation=397, test=400)
        X, y = digits.X_train, digits.y_train
        theta = net.init(np.random.default_rng([seed, 1]))
        g = net.gradient(theta, X, y)
        # 250 of the examples stand for all: an error of a few per cent.
        squares = [np.sum(net.gradient(theta, X[i : i + 1], y[i : i + 1]) ** 2) for i in range(0, 1000, 4)]
        needed.append(np.mean(squares) / np.sum(g**2) - 1)
    assert 25 < np.median(needed) < 60


@pytest.mark.verdict(
    "work",
    "The work of gradient descent grows with the data, a hundredfold. "
    "That of SGD stays at about 1,000 single gradients",
    runs="20 (start, order, data)",
    shows="00 (",
)
def test_the_work_of_gradient_descent_grows_with_the_data_and_that_of_sgd_does_not():
    variance, truth = np.geomspace(0.1, 1, 20), np.full(20, 0.5)

    def gradient_on(theta, A, b):
        return A.T @ (A @ theta - b) / len(b)

    def step_from_which_it_stays(run):
        excess = 0.5 * np.sum(variance * (run.theta - truth) ** 2, axis=1)
        last = np.flatnonzero(excess > 0.05)[-1]
        assert last < run.steps
        return last + 1

    median = {}
    for size in (1_000, 30_000):
        full, some = [], []
        for seed in range(900, 908):
            rng = np.random.default_rng(seed)
            A = rng.standard_normal((size, 20)) * variance**0.5
            b, start = A @ truth + rng.standard_normal(size), 0.1 * rng.standard_normal(20)
            run = descend(SGD, lambda theta, A=A, b=b: gradient_on(theta, A, b), start, 6, epsilon=1.5)
            full.append(size * step_from_which_it_stays(run))
            g = minibatch_gradient(gradient_on, A, b, 10, rng)
            some.append(10 * step_from_which_it_stays(descend(SGD, g, start, 500, epsilon=0.05)))
        median[size] = np.median(full), np.median(some)
    assert median[30_000][0] / median[1_000][0] == pytest.approx(30, rel=0.35)
    assert 700 < median[1_000][1] < 1_500
    assert 700 < median[30_000][1] < 1_500


@pytest.fixture(scope="module")
def trained():
    """Return the losses of six further runs, for the rates near the best ones."""
    seeds, rates = range(100, 106), sgd_digits.RATES[[4, 5, 6, 7]]  # 0.56, 1, 1.8, 3.2
    found = {(m, s): sgd_digits.train(m, s, seeds, rates) for m in sgd_digits.SIZES for s in sgd_digits.SCHEDULES}
    return found


@pytest.mark.verdict(
    "minibatch-sizes",
    "From the same number of examples, after 5 passes, the smaller the minibatch the lower the median loss, "
    "with a fixed rate and with a falling one.",
    runs="24 (start, order, split)",
    shows="≈",
)
def test_the_smaller_the_minibatch_the_lower_the_loss(trained):
    for schedule in sgd_digits.SCHEDULES:
        best = [np.median(trained[m, schedule], axis=1).min() for m in sgd_digits.SIZES]
        assert np.all(1.25 * np.array(best[:-1]) < best[1:])


@pytest.mark.verdict(
    "same-rate",
    "at 3.2 even the full gradient ends above the loss of guessing.",
    runs="24 (start, split)",
    shows="m = 1000, fixed",
)
def test_a_high_rate_fails_without_any_noise(trained):
    assert np.median(trained[1000, "fixed"][3]) > np.log(10)


@pytest.mark.verdict(
    "same-rate",
    "There a rate that falls from 1 ends at 0.69 of the loss of the best fixed one.",
    runs="24 (start, order, split)",
    shows="    m =   10",
)
def test_a_falling_rate_ends_lower_with_small_minibatches(trained):
    falling, fixed = (trained[10, s][np.median(trained[10, s], axis=1).argmin()] for s in ("falling", "fixed"))
    assert 0.45 < np.median(falling / fixed) < 0.95


# --- what came after ----------------------------------------------------------------------------------

FADES = {
    "constant": lambda u, n: np.ones_like(u),
    "steps": lambda u, n: np.where(u < 0.5, 1, np.where(u < 0.75, 0.1, 0.01)),
    "linear": lambda u, n: 1 - u,
    "cosine": lambda u, n: (1 + np.cos(np.pi * u)) / 2,
    "average": lambda u, n: np.ones_like(u),
}


def exact_excess(name, n, sigma, curvature, first):
    """Return the mean excess risk after n steps from 1, exactly, for each first rate."""
    curvature = curvature[:, np.newaxis]
    square, total, product = np.ones((len(curvature), len(first))), 0.0, 0.0
    for k, share in enumerate(FADES[name](np.arange(n) / n, n)):
        shrink = 1 - first * share * curvature
        square, product = shrink**2 * square + (first * share * sigma) ** 2, shrink * product
        if name == "average" and k >= n // 2:
            total, product = total + 2 * product + square, product + square
    found = total / (n - n // 2) ** 2 if name == "average" else square
    return 0.5 * np.sum(curvature * found, axis=0)


@pytest.mark.parametrize("name", ["linear", "average"])
def test_the_exact_excess_of_a_schedule_is_that_of_simulated_runs(name):
    n, runs, curvature, rate = 40, 40_000, np.array([0.1, 0.8]), 0.6
    rng, theta, points = np.random.default_rng(77), np.ones((2, runs)), []
    for share in FADES[name](np.arange(n) / n, n):
        g = curvature[:, np.newaxis] * theta + 0.5 * rng.standard_normal(theta.shape)
        theta = theta - rate * share * g
        points.append(theta)
    end = np.mean(points[n // 2 :], axis=0) if name == "average" else theta
    excess = 0.5 * curvature @ end**2
    law = exact_excess(name, n, 0.5, curvature, np.array([rate]))[0]
    assert excess.mean() == pytest.approx(law, abs=4 * excess.std() / runs**0.5)
    assert excess.std() / runs**0.5 < 0.01 * law  # the test can tell


@pytest.mark.verdict(
    "after-schedules",
    "At both noises and both lengths the average ends lowest, the linear fall next, and both well below the best "
    "constant rate. The steps are better than a constant rate at the low noise, and worse at the high one.",
    runs="deterministic",
    shows="best",
)
@pytest.mark.parametrize("sigma", [0.08, 1.2])
def test_averaging_and_a_linear_fall_beat_the_best_constant_rate(sigma):
    first, curvature = 10 ** (np.arange(67) / 20 - 3), np.geomspace(0.008, 1, 10)
    found = {name: exact_excess(name, 1000, sigma, curvature, first) for name in FADES}
    assert all(0 < excess.argmin() < 66 for excess in found.values())  # the best rate lies inside
    best = {name: excess.min() for name, excess in found.items()}
    assert best["average"] < best["linear"] < min(best["cosine"], best["steps"], best["constant"])
    assert best["linear"] < 0.9 * best["constant"]
    assert (best["steps"] < best["constant"]) == (sigma < 0.5)
