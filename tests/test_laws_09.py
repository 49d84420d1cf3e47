"""The laws of chapter 9: the brake, its stability, the rate 1/k², Lessard's cycle, the library form."""

import numpy as np
import pytest

from experiments import least_squares
from lecture_optim import MOMENTUM, NESTEROV, SGD
from lecture_optim.algorithms import momentum
from lecture_optim.descent import descend, sweep
from lecture_optim.objectives import Bowl, Lessard, Quadratic

CYCLE = np.array([792, -2208, 2592]) / 1225


@pytest.mark.parametrize("point", [-2.3, 0.4, 1.5, 3.7])
def test_the_derivatives_of_lessards_function(point):
    f, h = Lessard(), 1e-5
    near = np.array([[point - h, point, point + h]])
    low, middle, high = f.value(near)
    assert f.gradient(near)[0, 1] == pytest.approx((high - low) / (2 * h), abs=1e-7)
    assert f.hessian(near)[0, 0, 1] == pytest.approx((low - 2 * middle + high) / h**2, abs=1e-3)


@pytest.mark.parametrize(("point", "slope"), [(-2.0, -50.0), (1.0, 25.0), (1.5, 25.5), (2.0, 26.0), (4.0, 76.0)])
def test_the_slope_of_lessards_function_by_its_three_pieces(point, slope):
    assert Lessard().gradient(np.array([point]))[0] == slope


def test_on_a_quadratic_nesterov_is_momentum_with_a_brake():
    curvatures, alpha, epsilon = np.array([1.0, 50.0]), 0.9, 0.015
    bowl, start = Bowl(*curvatures), np.array([-4.0, 0.5])
    run = descend(NESTEROV, bowl.gradient, start, 50, epsilon=epsilon, alpha=alpha)
    theta, v = start, np.zeros(2)
    for expected in run.theta[1:]:
        g = bowl.gradient(theta)
        theta, v = momentum(theta, g, v, epsilon, alpha * (1 - epsilon * curvatures))
        np.testing.assert_allclose(theta, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9, 0.99])
def test_the_stability_boundary(alpha):
    boundary = (2 + 2 * alpha) / (1 + 2 * alpha)
    rates = boundary * np.array([0.98, 1.02])
    parabola = Quadratic([[1.0]])
    final, _ = sweep(NESTEROV, parabola.gradient, np.ones((1, 1)), 4_000, epsilon=rates, alpha=alpha)
    assert abs(final[0, 0]) < 1e-6
    assert not abs(final[0, 1]) < 1e6


@pytest.mark.parametrize(("algorithm", "expected"), [(SGD, -1.0), (NESTEROV, -2.0)])
def test_the_slopes_on_a_convex_problem_with_curvatures_of_all_sizes(algorithm, expected):
    eigenvalues = np.logspace(-8, 0, 120)
    theta = np.ones(120)
    state, values = algorithm.start(theta), []
    for k in range(2_000):
        hyper = {"alpha": k / (k + 3)} if algorithm is NESTEROV else {}
        theta, state = algorithm.step(lambda t: eigenvalues * t, theta, state, epsilon=1.0, **hyper)
        values.append(0.5 * np.sum(eigenvalues * theta**2))
    k = np.unique(np.geomspace(30, 2_000, 40).astype(int)) - 1
    slope = np.polyfit(np.log(k + 1), np.log(np.array(values)[k]), 1)[0]
    assert slope == pytest.approx(expected, abs=0.1)


def test_momentum_goes_round_for_ever_on_lessards_function():
    run = descend(MOMENTUM, Lessard().gradient, [3.3], 3_000, epsilon=1 / 9, alpha=4 / 9)
    np.testing.assert_allclose(np.sort(run.theta[-3:, 0]), np.sort(CYCLE), rtol=0, atol=1e-12)
    np.testing.assert_allclose(run.theta[-6:-3], run.theta[-3:], rtol=0, atol=1e-12)


def test_nesterov_momentum_arrives_on_lessards_function_from_everywhere():
    starts = np.linspace(-5, 5, 401)[None]
    final, _ = sweep(NESTEROV, Lessard().gradient, starts, 300, epsilon=1 / 25, alpha=2 / 3)
    assert np.abs(final).max() < 1e-9


def test_the_library_form_carries_the_interim_point():
    bowl, start, epsilon, alpha = Bowl(1, 50), np.array([-4.0, 0.5]), 0.015, 0.9
    run = descend(NESTEROV, bowl.gradient, start, 40, epsilon=epsilon, alpha=alpha)
    phi, buffer = start, np.zeros(2)
    for k in range(40):
        g = bowl.gradient(phi)
        buffer = alpha * buffer + g
        phi = phi - epsilon * (g + alpha * buffer)
        velocity = run.theta[k + 1] - run.theta[k]
        np.testing.assert_allclose(phi, run.theta[k + 1] + alpha * velocity, rtol=0, atol=1e-13)


# What the chapter's runs showed, again: on other problems, or on other seeds.


def stays(far):
    """Return the step from which nothing is far away any more."""
    return int(np.flatnonzero(far)[-1]) + 1


@pytest.mark.verdict(
    "look-ahead",
    "The swings across the valley are gone after 4 steps instead of 45.",
    runs="deterministic",
    shows="stays within 0.05",
)
def test_the_look_ahead_ends_the_swings():
    bowl, start = Bowl(1, 50), np.array([-4.0, 0.5])
    steps = []
    for algorithm in (NESTEROV, MOMENTUM):
        run = descend(algorithm, bowl.gradient, start, 600, epsilon=0.015, alpha=0.9)
        steps.append(stays(np.abs(run.theta[:, 1]) > 0.05))
    assert steps == [4, 45]


@pytest.mark.verdict(
    "cycle",
    "momentum with *Nesterov's cautious constants* arrives too, from step 72 on.",
    runs="deterministic",
    shows="stays within 1e-6",
)
def test_with_cautious_constants_momentum_arrives_too():
    for algorithm, expected in ((MOMENTUM, 72), (NESTEROV, 2)):
        run = descend(algorithm, Lessard().gradient, [3.3], 2_000, epsilon=1 / 25, alpha=2 / 3)
        assert stays(np.abs(run.theta[:, 0]) >= 1e-6) == expected


@pytest.mark.verdict(
    "starts-caught",
    "Momentum with the constants of a quadratic is caught from 12 % of the starts; "
    "with the cautious constants from none.",
    runs="2,001 starts",
    shows="%",
)
def test_only_the_constants_of_a_quadratic_are_caught():
    starts = np.linspace(-4.99, 4.99, 701)[None]
    shares = []
    for epsilon, alpha in ((1 / 9, 4 / 9), (1 / 25, 2 / 3)):
        final, _ = sweep(MOMENTUM, Lessard().gradient, starts, 1_000, epsilon=epsilon, alpha=alpha)
        shares.append(np.mean(np.abs(final[0]) >= 1e-3))
    assert shares[0] == pytest.approx(0.12, abs=0.02)
    assert shares[1] == 0


def tuned_error(algorithm, alpha, limit, factor, steps=400):
    """Return the lowest mean excess error over a grid of rates, from 20 noisy runs of each."""
    eigenvalues = np.logspace(-8, 0, 80)[:, None, None]
    rates = limit * 2.0 ** np.arange(-12, -0.4, 1)[:, None]
    rng, theta = np.random.default_rng(90), np.ones((80, len(rates), 20))
    state = algorithm.start(theta)
    for k in range(steps):
        hyper = {} if algorithm is SGD else {"alpha": alpha(k)}
        g = eigenvalues * algorithm.gradient_point(theta, state, **hyper)
        g += 0.1 * rng.standard_normal(theta.shape)
        theta, *state = algorithm.rule(theta, g, *state, epsilon=factor(k, steps) * rates, **hyper)
    return 0.5 * np.sum(eigenvalues * theta**2, axis=0).mean(axis=1).min()


def growing(k):
    return k / (k + 3)


def fixed(k, steps):
    return 1.0


def falling(k, steps):
    return 1 - 0.99 * k / steps


@pytest.fixture(scope="module")
def plain():
    return {factor: tuned_error(SGD, None, 2.0, factor) for factor in (fixed, falling)}


@pytest.mark.verdict(
    "noise-exact",
    "The growing parameter, which gave the $1/k^2$, is now the *worst*, with a fixed and with a falling rate.",
    runs="exact expectation, 20 (noise)",
    shows="growing α",
)
def test_with_noise_the_growing_parameter_is_the_worst(plain):
    for factor in (fixed, falling):
        grown = tuned_error(NESTEROV, growing, 4 / 3, factor)
        steady = tuned_error(NESTEROV, lambda k: 0.9, 2.8 / 1.9, factor)
        assert grown > 1.1 * plain[factor]
        assert grown > 1.1 * steady
        assert steady == pytest.approx(plain[factor], rel=0.15)


@pytest.mark.verdict(
    "noise-exact",
    "the rate shrinks with $1 - \\alpha_k$, the speed stays, and the error is that of gradient descent again.",
    runs="exact expectation",
    shows="∝",
)
def test_at_a_steady_speed_the_growing_parameter_is_gradient_descent_again(plain):
    steady = tuned_error(NESTEROV, growing, 4 / 3, lambda k, steps: 1 - growing(k))
    assert steady == pytest.approx(plain[fixed], rel=0.12)


@pytest.mark.verdict(
    "full-gradient",
    "Nesterov momentum with the growing parameter ends 4.5 times lower than gradient descent. "
    "Momentum with the growing parameter ends lower still, 6.0 times",
    runs="20 (split)",
    shows="fixed ",
)
def test_with_the_full_gradient_the_growing_parameter_wins():
    shares, gains = np.array([0.5, 0.75, 0.85, 0.99]), []
    for seed in range(100, 106):
        _, _, H, best = least_squares.problem(seed)
        curvatures, axes = np.linalg.eigh(H)
        curvatures, off = curvatures / curvatures[-1], axes.T @ best
        weights, found = 0.5 * curvatures * np.sum(off**2, axis=1), []
        for algorithm, limit in ((SGD, 2), (NESTEROV, 4 / 3), (MOMENTUM, 4)):
            left = np.ones((len(curvatures), len(shares)))
            state = algorithm.start(left)
            for k in range(400):
                hyper = {} if algorithm is SGD else {"alpha": growing(k)}
                left, state = algorithm.step(
                    lambda t, c=curvatures: c[:, None] * t, left, state, epsilon=limit * shares, **hyper
                )
            found.append((weights @ left**2).min())
        gains.append(found[0] / np.array(found[1:]))
    nesterov, momentum_ = np.median(gains, axis=0)
    assert 3.5 < nesterov < 6
    assert nesterov < momentum_ < 9


@pytest.mark.verdict(
    "least-squares-noise",
    "Nesterov momentum with the fixed $\\alpha = 0.9$ ends at 0.61 of the excess loss of gradient descent "
    "with a fixed rate, and at 0.52 with a falling one.",
    runs="20 (start, order, split)",
    shows="Nesterov, α = 0.9",
)
@pytest.mark.verdict(
    "least-squares-noise",
    "The growing parameter is no better than the fixed one: 0.67 and 1.4.",
    runs="20 (start, order, split)",
    shows="Nesterov, growing α",
)
def test_with_minibatches_a_factor_of_less_than_two_is_left():
    def tuned(method, schedule):
        rates = least_squares.RATES[method][5:-1]
        excess = np.array([least_squares.train(method, schedule, 400, seed, rates) for seed in range(100, 106)])
        return excess[:, np.median(excess, axis=0).argmin()]

    for schedule, growing_at_least in (("fixed", 0.95), ("falling", 1.8)):
        sgd, steady, grown = (
            tuned(m, schedule) for m in ("gradient descent", "Nesterov, α = 0.9", "Nesterov, growing α")
        )
        assert 0.35 < np.median(steady / sgd) < 0.8
        assert np.median(grown / steady) > growing_at_least


# --- what came after ----------------------------------------------------------------------------------


@pytest.mark.verdict(
    "after-arrows",
    "Across the valley the two pulls have opposite signs: momentum's leads on to −0.306250, that of Nesterov momentum "
    "back to −0.053125.",
    runs="deterministic",
    shows="place after",
)
def test_the_two_pulls_of_the_second_step_differ_by_the_hessian_times_the_velocity():
    bowl, epsilon, alpha = Bowl(flat=1.0, steep=50.0), 0.015, 0.9
    late, early = (
        descend(algorithm, bowl.gradient, np.array([-4.0, 0.5]), 2, epsilon=epsilon, alpha=alpha)
        for algorithm in (MOMENTUM, NESTEROV)
    )
    np.testing.assert_array_equal(late.theta[1], early.theta[1])
    velocity = late.theta[1] - late.theta[0]
    pulls = -epsilon * late.g[1], -epsilon * early.g[1]
    np.testing.assert_allclose(pulls[1] - pulls[0], -epsilon * alpha * np.array([1.0, 50.0]) * velocity, rtol=1e-12)
    assert pulls[0][1] < 0 < pulls[1][1]
    assert late.theta[2, 1] == pytest.approx(-0.30625, abs=1e-9)
    assert early.theta[2, 1] == pytest.approx(-0.053125, abs=1e-9)
