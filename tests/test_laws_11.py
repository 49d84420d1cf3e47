"""The laws of chapter 11: RMSProp's steps and memory, where it settles, AdaGrad's plateau, Algorithm 8.6 at zero."""

import numpy as np
import pytest

from lecture_optim import ADAGRAD, RMSPROP, RMSPROP_NESTEROV
from lecture_optim.algorithms import adagrad, rmsprop, rmsprop_nesterov
from lecture_optim.descent import descend, sweep
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
