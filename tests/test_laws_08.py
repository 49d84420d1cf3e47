"""What chapter 8's runs showed, again: arrows, the map of constants, noise, and digits on other seeds."""

import numpy as np
import pytest

from experiments import momentum_digits
from lecture_optim import MOMENTUM, data
from lecture_optim.descent import descend, minibatch_gradient, sweep
from lecture_optim.networks import MLP
from lecture_optim.objectives import Bowl


@pytest.mark.verdict(
    "arrows",
    "The first arrows point across the valley: 69° to 74° away from where the minimum is.",
    runs="deterministic",
    shows="angle between arrow and minimum",
)
def test_the_first_arrows_point_across_the_valley():
    bowl = Bowl(flat=1.0, steep=50.0)
    run = descend(MOMENTUM, bowl.gradient, np.array([-4.0, 0.5]), 12, epsilon=0.03, alpha=0.6)
    step, home = -run.g, -run.theta[:12]
    cosine = np.sum(step * home, axis=1) / np.linalg.norm(step, axis=1) / np.linalg.norm(home, axis=1)
    angle = np.degrees(np.arccos(cosine))
    assert np.all((68.5 < angle[:3]) & (angle[:3] < 74.5))
    assert angle[-3:].min() < 10


@pytest.fixture(scope="module")
def steps_of_map():
    """Return the rates' limit, the alphas, and the steps from which a millionth stays, on a coarser map."""
    rates, alphas = np.linspace(0.0008, 0.04, 50), np.append(np.linspace(0, 0.98, 50), 0.95)
    _, steps = sweep(
        MOMENTUM, Bowl(flat=1.0, steep=100.0).gradient, np.ones((2, 1, 1)), 2_000,
        epsilon=rates, alpha=alphas[:, None],
        reached=lambda theta: np.linalg.norm(theta, axis=0) <= 1e-6 * 2**0.5, stay=True,
    )  # fmt: skip
    return alphas, steps


@pytest.mark.verdict(
    "map-counts",
    "Within 2,000 steps two thirds of the map arrive and stay; few pairs are near the best. "
    "The fastest pair needs 75 steps, fewer than the 93",
    runs="deterministic",
    shows="pairs",
)
def test_two_thirds_of_the_map_arrive_and_stay(steps_of_map):
    _, steps = steps_of_map
    assert np.isfinite(steps[:50]).mean() == pytest.approx(0.66, abs=0.03)
    assert np.mean(steps <= 2 * steps.min()) < 0.12
    assert 70 < steps.min() < 93


@pytest.mark.verdict(
    "map-counts",
    "with $\\alpha = 0.94$ nearly every rate arrives within 500 steps, with 0.95 none.",
    runs="deterministic",
    shows=" 0.9",
)
def test_a_large_alpha_forgives_up_to_a_point(steps_of_map):
    alphas, steps = steps_of_map
    assert np.mean(steps[np.isclose(alphas, 0.94)] <= 500) > 0.85
    assert not np.any(steps[alphas > 0.945] <= 500)


def variance(alpha, speed, runs=4_000):
    rng = np.random.default_rng(80)
    final, _ = sweep(
        MOMENTUM, lambda theta: theta + rng.standard_normal(theta.shape), np.zeros((1, runs)), 300,
        epsilon=speed * (1 - alpha), alpha=alpha,
    )  # fmt: skip
    return final.var()


@pytest.mark.verdict(
    "place",
    "at equal speed momentum stays as far from the minimum as gradient descent does, "
    "to within the small factor that the table shows.",
    runs="20,000 (noise)",
    shows="  0.",
)
def test_momentum_does_not_lower_the_noise_floor_at_equal_speed():
    for speed in (0.1, 0.3):
        # The variance of 4,000 values is uncertain by 2 %.
        assert 0.75 < variance(0.9, speed) / variance(0.0, speed) < 1.1


@pytest.fixture(scope="module")
def trained():
    """Return the losses of four further runs at speeds 0.32, 1, 1.8, 3.2, 5.6."""
    seeds, speeds = range(800, 804), momentum_digits.SPEEDS[[2, 4, 5, 6, 7]]
    return {
        (alpha, schedule): momentum_digits.train(alpha, schedule, seeds, speeds)
        for alpha in (0.0, 0.9)
        for schedule in momentum_digits.SCHEDULES
    }


@pytest.mark.verdict(
    "digits-speed",
    "At a speed of 0.3 the median losses of all four $\\alpha$ lie within 6 % of each other",
    runs="24 (start, order, split)",
    shows="≈",
)
def test_at_low_speed_only_the_speed_counts(trained):
    for schedule in momentum_digits.SCHEDULES:
        plain, heavy = (np.median(trained[alpha, schedule][0]) for alpha in (0.0, 0.9))
        assert heavy == pytest.approx(plain, rel=0.1)


@pytest.mark.verdict(
    "digits-against",
    "With a fixed rate gradient descent learns up to a speed of 1.0, momentum with $\\alpha = 0.9$ up to 3.2.",
    runs="24 (start, order, split)",
    shows=" fixed ",
)
def test_momentum_stands_three_times_the_speed(trained):
    learns = {alpha: np.median(trained[alpha, "fixed"], axis=1) < 0.3 for alpha in (0.0, 0.9)}
    assert learns[0.0].tolist() == [True, True, False, False, False]
    assert learns[0.9].tolist() == [True, True, True, True, False]


@pytest.mark.verdict(
    "digits-against",
    "After ten epochs momentum with $\\alpha = 0.9$ ends lower than gradient descent, each at its best speed: "
    "at 0.37 of its loss with a fixed rate, at 0.18 with a falling one.",
    runs="24 (start, order, split)",
    shows=" 0.90   f",
)
def test_momentum_ends_lower_than_gradient_descent(trained):
    for schedule, high in (("fixed", 0.65), ("falling", 0.3)):
        losses = [trained[alpha, schedule] for alpha in (0.9, 0.0)]
        heavy, plain = (loss[np.median(loss, axis=1).argmin()] for loss in losses)
        assert 0.08 < np.median(heavy / plain) < high


# --- what came after ----------------------------------------------------------------------------------


def newton_schulz(V):
    V = V / np.linalg.norm(V)
    for _ in range(5):
        S = V @ V.T
        V = 3.4445 * V + (-4.7750 * S + 2.0315 * S @ S) @ V
    return V


def test_the_iteration_of_muon_changes_the_singular_values_one_by_one_and_no_direction():
    rng = np.random.default_rng(4)
    P, Q = (np.linalg.qr(rng.standard_normal((n, 6)))[0] for n in (6, 9))
    s = np.array([0.8, 0.3, 0.1, 0.01, 1e-3, 1e-4])
    by_hand = s / np.linalg.norm(s)
    for _ in range(5):
        by_hand = 3.4445 * by_hand - 4.7750 * by_hand**3 + 2.0315 * by_hand**5
    np.testing.assert_allclose(newton_schulz(P * s @ Q.T), P * by_hand @ Q.T, rtol=0, atol=1e-11)
    assert by_hand[:4].min() > 0.65  # near 1, not at 1
    assert by_hand.max() < 1.25
    assert by_hand[-1] < 0.1  # a very small one does not get there


@pytest.mark.verdict(
    "after-orthogonal",
    "A velocity whose largest singular value is hundreds of times its smallest becomes one in which the two differ "
    "by less than a factor of three.",
    runs="24 (start, order, split)",
    shows="largest / smallest",
)
def test_five_steps_of_muon_make_a_velocity_nearly_orthogonal():
    net, ratios = MLP([64, 32, 10]), []
    for seed in range(200, 220):
        digits = data.digits(np.random.default_rng(seed))
        order = np.random.default_rng([seed, 2])
        g = minibatch_gradient(net.gradient, digits.X_train, digits.y_train, 50, order)
        run = descend(MOMENTUM, g, net.init(np.random.default_rng([seed, 1])), 100, epsilon=0.05, alpha=0.9)
        V = net.layers(run.state[0])[0][0].T
        values = [np.linalg.svd(matrix, compute_uv=False) for matrix in (V, newton_schulz(V))]
        ratios.append([s[0] / s[-1] for s in values])
    before, after = np.array(ratios).T
    assert np.median(before) > 150
    assert after.max() < 3
