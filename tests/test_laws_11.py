"""The laws of chapter 11: RMSProp's steps and memory, where it settles, AdaGrad's plateau, Algorithm 8.6 at zero."""

import numpy as np
import pytest

from experiments import rmsprop_digits
from lecture_optim import ADAGRAD, RMSPROP, RMSPROP_NESTEROV, SGD, data
from lecture_optim.algorithms import adagrad, rmsprop, rmsprop_nesterov
from lecture_optim.curvature import sharpness
from lecture_optim.descent import descend, sweep
from lecture_optim.networks import MLP
from lecture_optim.objectives import Plateau, Quadratic


def test_the_foot_and_the_slope_of_the_plateau():
    plateau = Plateau(slope=0.3, depth=1.0)
    assert plateau.gradient(np.array([-1e4]))[0] == pytest.approx(-0.3, rel=1e-6)
    assert plateau.hessian(np.zeros(1))[0, 0] == pytest.approx(2.3, rel=1e-15)
    assert plateau.hessian(np.array([0.5]))[0, 0] > 0 > plateau.hessian(np.array([1.0]))[0, 0]


@pytest.mark.parametrize("rho", [0.9, 0.99, 0.999])
def test_the_first_steps_under_a_constant_gradient(rho):
    slope = np.array([3.0, -300.0])
    run = descend(RMSPROP, lambda theta: slope, np.zeros(2), 20, epsilon=0.01, rho=rho, delta=0.0)
    steps = np.diff(run.theta, axis=0)
    expected = 0.01 / np.sqrt(1 - rho ** np.arange(1, 21))
    assert expected[0] == pytest.approx(0.01 / (1 - rho) ** 0.5)
    np.testing.assert_allclose(steps, -np.sign(slope) * expected[:, None], rtol=1e-10)


def test_no_step_is_ever_longer_than_the_first():
    rng = np.random.default_rng(11)
    theta, r = 0.0, 0.0
    longest = 0.0
    for _ in range(2_000):
        g = rng.standard_normal() * 10 ** rng.uniform(-6, 6)
        new, r = rmsprop(theta, g, r, epsilon=0.01, rho=0.9, delta=0.0)
        longest, theta = max(longest, abs(new - theta)), new
    assert 0.9 < longest / (0.01 / 0.1**0.5) <= 1 + 1e-9


def test_the_weights_of_the_window():
    r = 0.0
    for g in (2.0, 3.0, 5.0):
        _, r = rmsprop(0.0, g, r, epsilon=0.1, rho=0.8)
    assert r == pytest.approx(0.2 * (0.64 * 4 + 0.8 * 9 + 25), rel=1e-14)


@pytest.mark.parametrize(("rate", "settles"), [(0.0019, True), (0.0021, False), (0.01, False)])
def test_it_settles_below_twice_the_root_of_delta_and_jumps_above(rate, settles):
    final, _ = sweep(RMSPROP, Quadratic([[1.0]]).gradient, [[1.0]], 6_000, epsilon=rate, delta=1e-6)
    if settles:
        assert abs(final[0]) < 1e-9
    else:
        assert abs(final[0]) == pytest.approx((rate**2 / 4 - 1e-6) ** 0.5, rel=1e-3)


def test_a_plateau_takes_rmsprop_d_and_adagrad_d_squared():
    starts = np.array([[-8.0, -16.0]])
    arrived = {}
    for algorithm, steps in ((ADAGRAD, 6_000), (RMSPROP, 300)):
        _, arrived[algorithm.name] = sweep(
            algorithm, Plateau(slope=0.3).gradient, starts, steps, epsilon=0.1,
            reached=lambda theta: np.abs(theta[0]) < 1,
        )  # fmt: skip
    short, long = arrived["RMSProp"]
    assert long - short == pytest.approx(80, abs=1)  # 8 units at 0.1 a step
    short, long = arrived["AdaGrad"] ** 0.5
    assert long - short == pytest.approx(40, rel=0.1)  # 8 units at 2 epsilon a root step
    assert np.all(arrived["AdaGrad"] > 15 * arrived["RMSProp"])


def test_adagrad_arrives_tired_and_rmsprop_does_not_but_does_not_settle():
    plateau = Plateau(slope=0.3)
    tired = descend(ADAGRAD, plateau.gradient, [-15.0], 9_000, epsilon=0.1)
    fresh = descend(ADAGRAD, plateau.gradient, [-1.0], 300, epsilon=0.1)
    rested = descend(RMSPROP, plateau.gradient, [-15.0], 800, epsilon=0.1)
    inside = []
    for run in (rested, fresh, tired):
        distance = np.abs(run.theta[:, 0])
        inside.append(run.first(distance < 0.01) - run.first(distance <= 1))
    assert 2 * inside[0] < inside[1] < inside[2] / 4
    assert abs(fresh.theta[-1, 0]) < 1e-6
    assert abs(rested.theta[-1, 0]) == pytest.approx(0.05, rel=0.01)


def test_delta_inside_and_outside_differ_500_times_at_a_millionth():
    g = delta = 1e-6
    inside, _ = rmsprop(0.0, g, g * g, epsilon=1.0, rho=0.9, delta=delta)
    outside, _ = adagrad(0.0, g, 0.0, epsilon=1.0, delta=delta)  # r becomes g², as in the line above
    assert outside / inside == pytest.approx(500, rel=1e-3)


def test_algorithm_8_6_is_finite_at_a_zero_gradient_where_the_printed_box_is_not():
    theta, zero = np.array([0.5, -0.25]), np.zeros(2)
    g = np.array([0.0, 0.4])
    after, v, r = rmsprop_nesterov(theta, g, zero, zero, epsilon=0.01, alpha=0.9, rho=0.9, delta=1e-6)
    assert after[0] == 0.5
    assert np.isfinite([*after, *v, *r]).all()
    with np.errstate(divide="ignore", invalid="ignore"):
        printed, _, _ = rmsprop_nesterov(theta, g, zero, zero, epsilon=0.01, alpha=0.9, rho=0.9, delta=0.0)
    assert np.isnan(printed).tolist() == [True, False]


def test_momentum_multiplies_the_pace():
    run = descend(RMSPROP_NESTEROV, lambda theta: np.array([0.3]), [0.0], 400, epsilon=0.01, alpha=0.9)
    assert run.theta[-2, 0] - run.theta[-1, 0] == pytest.approx(0.1, rel=1e-4)


@pytest.mark.verdict(
    "rim-to-bowl",
    "That is due less to its forgetting than to its *averaging*",
    runs="deterministic",
    shows="with the mean",
)
def test_an_average_that_forgets_nothing_enters_the_bowl_as_fast():
    plateau = Plateau(slope=0.3)
    needed = {}
    for kind in ("sum", "mean", "forgets"):
        theta, r, k = -0.9, 0.0, 0
        while abs(theta) > 0.01:
            g, k = plateau.gradient(np.array([theta]))[0], k + 1
            r = 0.9 * r + 0.1 * g * g if kind == "forgets" else r + g * g
            scale = {"sum": r, "mean": r / k, "forgets": r / (1 - 0.9**k)}[kind]
            theta -= 0.1 / scale**0.5 * g
        needed[kind] = k
    assert needed["mean"] < needed["sum"] / 3
    assert needed["mean"] < 2 * needed["forgets"]


@pytest.mark.verdict(
    "plateau-stay",
    "**Tuned, AdaGrad is not tired at all on this problem.**",
    runs="deterministic",
    shows="AdaGrad",
)
@pytest.mark.verdict(
    "plateau-stay",
    "With a falling rate all three are faster, and RMSProp is still the last",
    runs="deterministic",
    shows="RMSProp",
)
@pytest.mark.parametrize("start", [-20.0, -45.0])
def test_tuned_adagrad_is_the_first_to_stay_in_the_bowl(start):
    plateau, grid = Plateau(slope=0.3), 10 ** np.arange(-2, 2.01, 0.125)
    steps = {}
    for schedule, epsilon in (("constant", grid), ("falling", lambda k: grid / (1 + k / 30))):
        for algorithm in (SGD, ADAGRAD, RMSPROP):
            _, arrived = sweep(
                algorithm, plateau.gradient, [[start]], 6_000, epsilon=epsilon, stay=True,
                reached=lambda theta: np.abs(theta[0]) < 0.01,
            )  # fmt: skip
            steps[algorithm.name, schedule] = arrived.min()
    for schedule in ("constant", "falling"):
        assert steps["AdaGrad", schedule] < steps["SGD", schedule] < steps["RMSProp", schedule]
        assert steps["RMSProp", schedule] > 5 * steps["AdaGrad", schedule]
    for name in ("SGD", "AdaGrad", "RMSProp"):
        assert steps[name, "falling"] < steps[name, "constant"]
    assert steps["RMSProp", "constant"] > abs(start) / 0.02  # it may not jump farther than 0.01


def test_the_jumps_do_not_depend_on_the_memory():
    rhos, rng = np.array([0.5, 0.9, 0.995, 0.999]), np.random.default_rng(8)
    theta, r = np.ones(4), np.zeros(4)
    for _ in range(20_000):
        g = theta + 1e-11 * rng.standard_normal(4)
        theta, r = rmsprop(theta, g, r, epsilon=0.02, rho=rhos)
    np.testing.assert_allclose(np.abs(theta), (1e-4 - 1e-6) ** 0.5, rtol=1e-3)


def test_the_cycle_is_stable_for_every_memory():
    for rho in (0.01, 0.5, 0.9, 0.9999):
        step = np.array([[1 - 2 * (1 - rho), -rho], [2 * (1 - rho), rho]])
        assert np.linalg.det(step) == pytest.approx(rho)
        assert np.trace(step) == pytest.approx(3 * rho - 1)
        assert np.abs(np.linalg.eigvals(step)).max() < 1


@pytest.fixture(scope="module")
def digits_losses():
    """Return the training losses on other seeds, at the rates that the chapter found."""
    rates = {
        "constant": {"Momentum": 0.07, "AdaGrad": 0.07, "RMSProp": 0.009},
        "falling": {"Momentum": 0.22, "AdaGrad": 0.07, "RMSProp": 0.028},
    }
    return {
        (method, schedule): rmsprop_digits.train(method, schedule, range(100, 108), [rate])[0][0]
        for schedule, of in rates.items()
        for method, rate in of.items()
    }


@pytest.mark.verdict(
    "digits-stored",
    "**With a constant rate RMSProp is no better here than AdaGrad or momentum.**",
    runs="24 (start, order, split)",
    shows="constant rate: RMSProp below",
)
def test_with_a_constant_rate_rmsprop_is_not_better_on_the_digits(digits_losses):
    for other in ("AdaGrad", "Momentum"):
        assert np.sum(digits_losses["RMSProp", "constant"] < digits_losses[other, "constant"]) <= 6


@pytest.mark.verdict(
    "digits-stored",
    "**With a falling rate RMSProp is ahead of both in all 24 runs**",
    runs="24 (start, order, split)",
    shows="falling rate: RMSProp below",
)
def test_with_a_falling_rate_rmsprop_is_ahead_on_the_digits(digits_losses):
    own = digits_losses["RMSProp", "falling"]
    assert np.all(own < digits_losses["AdaGrad", "falling"] / 3)
    assert np.sum(own < digits_losses["Momentum", "falling"]) >= 7
    assert np.median(own) < np.median(digits_losses["RMSProp", "constant"]) / 2
    assert np.median(digits_losses["AdaGrad", "falling"]) > 1.3 * np.median(digits_losses["AdaGrad", "constant"])


# What came after.


@pytest.mark.parametrize("rho", [0.5, 0.9])
@pytest.mark.parametrize("curvature", [0.3, 1.0, 40.0])
def test_in_the_two_cycle_the_effective_sharpness_is_two(curvature, rho):
    run = descend(RMSPROP, Quadratic([[curvature]]).gradient, [1.0], 4_000, epsilon=0.02, rho=rho, delta=1e-6)
    assert 0.02 * curvature / (1e-6 + run.state[0][0]) ** 0.5 == pytest.approx(2, rel=1e-6)


@pytest.mark.verdict(
    "after-edge",
    "With the squared error the median of $S$ is between 2.0 and 2.2, after 300 steps and after 1,000, at both rates, "
    "though the sharpness is 27 in one case and 15 in the other.",
    runs="20 (start, split)",
    shows="squared_error 0.003  1000",
)
def test_with_all_examples_rmsprop_goes_to_its_edge_and_the_cross_entropy_leaves_it():
    seeds = range(60, 66)
    parts = data.splits(data.digits, seeds)
    X, classes = parts.X_train[:, :100], parts.y_train[:, :100]
    plain = {}
    for loss, rate in (("squared_error", 0.001), ("squared_error", 0.003), ("cross_entropy", 0.003)):
        net = MLP([64, 16, 10], loss=loss)
        y = np.eye(10)[classes] if loss == "squared_error" else classes
        theta = np.stack([net.init(np.random.default_rng([s, 1])) for s in seeds], axis=-1)
        r, g = np.zeros_like(theta), net.gradient(theta, X, y)
        for _ in range(400):
            theta, r = rmsprop(theta, g, r, epsilon=rate, rho=0.99)
            old, g = g, net.gradient(theta, X, y)
        P = (1e-6 + r) ** 0.5
        swing = np.sum((g - old) ** 2 / P, axis=0) / (2 * np.sum((g**2 + old**2) / P, axis=0))
        S, plain[loss, rate] = [], []
        for i in range(len(seeds)):
            # In the parameters u = theta / scale the Hessian is that between two factors of scale.
            for scale, found in ((P[:, i] ** -0.5, S), (np.ones(net.size), plain[loss, rate])):

                def gradient(u, net=net, scale=scale, one=(X[i], y[i])):
                    return scale * net.gradient(scale * u, *one)

                rng = np.random.default_rng(i)
                found.append(sharpness(gradient, theta[:, i] / scale, rng, tolerance=1e-3))
        if loss == "squared_error":
            assert 1.85 < np.median(rate * np.array(S)) < 2.4
            assert np.median(swing) > 0.9
        else:
            assert np.median(rate * np.array(S)) < 1
            assert np.median(swing) < 0.1
    assert np.median(plain["squared_error", 0.001]) > 1.2 * np.median(plain["squared_error", 0.003])
