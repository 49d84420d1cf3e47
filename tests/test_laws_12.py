"""The laws of chapter 12: units and start of AdaDelta, bias correction, Adam's parts, Reddi's run, rotations, decay."""

import numpy as np
import pytest

from experiments import adam_parts
from lecture_optim import ADADELTA, ADAGRAD, ADAM, MOMENTUM, RMSPROP, SGD
from lecture_optim.algorithms import adadelta, adam, adamw
from lecture_optim.descent import descend, sweep
from lecture_optim.objectives import Quadratic, TurnedBowl


@pytest.mark.parametrize("scale", [0.01, 100.0])
def test_adadelta_is_the_same_in_other_units_if_delta_is_converted(scale):
    # On ½ theta² the gradient has the unit of theta, so one delta serves both roots.
    def run(unit, delta):
        return descend(ADADELTA, lambda x: x, np.array([unit]), 500, epsilon=1.0, delta=delta).theta

    np.testing.assert_allclose(run(scale, 1e-6 * scale**2), scale * run(1.0, 1e-6), rtol=1e-9)
    assert not np.allclose(run(scale, 1e-6), scale * run(1.0, 1e-6), rtol=0.1)


@pytest.mark.parametrize("g", [3.0, -100.0])
def test_adadelta_starts_with_a_step_that_delta_sets_and_gathers_speed_like_the_root_of_t(g):
    theta = r = d = 0.0
    path = [0.0]
    for _ in range(20_000):
        theta, r, d = adadelta(theta, g, r, d)
        path.append(theta)
    steps = -np.sign(g) * np.diff(path)
    assert steps[0] == pytest.approx((1e-6 / 0.05) ** 0.5, rel=2e-3)
    assert steps[-1] ** 2 - steps[9_999] ** 2 == pytest.approx(10_000 * 0.05 * 1e-6, rel=1e-2)


@pytest.mark.parametrize(("rho1", "rho2"), [(0.9, 0.999), (0.5, 0.9), (0.0, 0.99)])
def test_the_corrected_moments_of_a_constant_gradient_are_right_from_the_first_step(rho1, rho2):
    g = np.array([3.0, -0.2])
    theta, s, r, t = np.zeros(2), np.zeros(2), np.zeros(2), 0
    for k in range(1, 30):
        theta, s, r, t = adam(theta, g, s, r, t, epsilon=0.01, rho1=rho1, rho2=rho2, delta=0.0)
        np.testing.assert_allclose(s / (1 - rho1**k), g, rtol=1e-12)
        np.testing.assert_allclose(r / (1 - rho2**k), g * g, rtol=1e-12)
        np.testing.assert_allclose(theta, -0.01 * k * np.sign(g), rtol=1e-12)


def test_the_bias_of_the_moments_under_noise():
    rng = np.random.default_rng(0)
    theta = s = r = np.zeros(200_000)
    t = 0
    for _ in range(7):
        g = 1 + rng.standard_normal(theta.shape)
        theta, s, r, t = adam(theta, g, s, r, t)
    assert s.mean() == pytest.approx(1 - 0.9**7, rel=0.01)
    assert r.mean() == pytest.approx(2 * (1 - 0.999**7), rel=0.01)


def test_the_small_constant_of_keras_is_one_that_falls():
    # epsilon_t s / (√r + c) with epsilon_t = epsilon √(1 - rho2^t) / (1 - rho1^t)
    rng = np.random.default_rng(1)
    s = r = 0.0
    t = 0
    for k in range(1, 20):
        g = 1e-6 * rng.standard_normal()
        delta = 1e-7 / (1 - 0.999**k) ** 0.5
        theta, s, r, t = adam(0.0, g, s, r, t, epsilon=0.01, delta=delta)
        rate = 0.01 * (1 - 0.999**k) ** 0.5 / (1 - 0.9**k)
        assert theta == pytest.approx(-rate * s / (r**0.5 + 1e-7), rel=1e-12)


def reddi(rho2, keep_largest, steps=3_000):
    """Return where Adam or AMSGrad ends on the gradients 3, -1, -1 between -1 and 1."""
    x, s, r, largest, t = 0.0, 0.0, 0.0, 0.0, 0
    for k in range(steps):
        g, epsilon = (3.0, -1.0, -1.0)[k % 3], 0.5 / (k + 1) ** 0.5
        moved, s, r, t = adam(x, g, s, r, t, epsilon=epsilon, rho1=0.0, rho2=rho2, delta=0.0)
        largest = max(largest, r)
        if keep_largest:
            moved = x - epsilon * g / largest**0.5
        x = min(max(moved, -1.0), 1.0)
    return x


def test_adam_ends_at_the_wrong_end_of_reddis_interval_and_amsgrad_at_the_right_one():
    assert reddi(0.1, keep_largest=False) == pytest.approx(1.0, abs=0.02)
    assert reddi(0.1, keep_largest=True) == pytest.approx(-1.0, abs=0.02)
    assert reddi(0.6, keep_largest=False) == pytest.approx(-1.0, abs=0.02)


@pytest.mark.parametrize("algorithm", [SGD, MOMENTUM, ADAGRAD, ADAM])
def test_a_rotation_changes_the_path_of_the_element_wise_methods_alone(algorithm):
    rng = np.random.default_rng(2)
    eigenvalues, start = np.geomspace(1, 100, 6), rng.uniform(0.5, 2, 6)
    Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    hyper = dict(epsilon=0.01, **({"alpha": 0.8} if algorithm is MOMENTUM else {}))
    along = Quadratic.with_eigenvalues(eigenvalues)
    turned = Quadratic.with_eigenvalues(eigenvalues, Q)
    first = descend(algorithm, along.gradient, start, 100, **hyper).theta
    second = descend(algorithm, turned.gradient, Q @ start, 100, **hyper).theta
    same = np.allclose(second, first @ Q.T, rtol=0, atol=1e-10)
    assert same == (algorithm in (SGD, MOMENTUM))


def test_adagrad_is_slower_where_the_valley_is_turned():
    steps = []
    for angle in (0.0, 20.0, 40.0):
        bowl = TurnedBowl(angle=angle)
        run = descend(ADAGRAD, bowl.gradient, [-4.0, 1.0], 600, epsilon=2.0, value=bowl.value)
        steps.append(run.first(run.values < 1e-6))
    assert steps[0] < 30 < 5 * steps[0] < steps[1] < steps[2]


SEEDS = range(100, 112)  # the chapter has 0 to 23


@pytest.fixture(scope="module")
def losses():
    """Return the losses of each variant and schedule at the rates that the chapter found."""
    rates = {
        "constant": {"Adam": 0.022, "without momentum": 0.022, "without scaling": 2.2,
                     "without bias correction": 0.01, "RMSProp": 0.0046},
        "falling": {"Adam": 0.1, "without momentum": 0.1, "without scaling": 2.2,
                    "without bias correction": 0.022, "RMSProp": 0.0046},
    }  # fmt: skip
    return {
        (variant, schedule): adam_parts.train(variant, schedule, SEEDS, [rate])[0]
        for schedule, of in rates.items()
        for variant, rate in of.items()
    }


@pytest.mark.verdict(
    "parts-stored",
    "With a constant rate, the loss without momentum is 0.038, that of all of Adam 0.026: higher in 18 of 24 runs.",
    runs="24 (start, order, split)",
    shows="without momentum",
)
@pytest.mark.slow
def test_momentum_helps_adam_at_a_constant_rate(losses):
    plain, whole = losses["without momentum", "constant"], losses["Adam", "constant"]
    assert np.sum(plain > whole) >= 7
    assert np.median(plain) > 1.1 * np.median(whole)


@pytest.mark.verdict(
    "parts-stored",
    "**without the bias correction Adam is better**, 0.012, in all 24 runs",
    runs="24 (start, order, split)",
    shows="without bias correction",
)
@pytest.mark.slow
def test_without_the_correction_a_constant_rate_does_better(losses):
    assert np.sum(losses["without bias correction", "constant"] < losses["Adam", "constant"]) >= 11


@pytest.mark.verdict(
    "parts-falling",
    "**With a falling rate all of Adam is ahead of every variant.**",
    runs="24 (start, order, split)",
    shows="of 24 runs",
)
@pytest.mark.slow
def test_with_a_falling_rate_all_of_adam_is_ahead(losses):
    whole = losses["Adam", "falling"]
    for variant, factor in (("without momentum", 1.5), ("without scaling", 1.5), ("without bias correction", 1.1)):
        assert np.median(losses[variant, "falling"]) > factor * np.median(whole)
        assert np.sum(losses[variant, "falling"] > whole) >= 8
    assert np.median(losses["RMSProp", "falling"]) > 4 * np.median(whole)


def test_adam_without_correction_is_adam_with_another_schedule():
    rng = np.random.default_rng(3)
    a = b = (rng.standard_normal(4), np.zeros(4), np.zeros(4), 0)
    for t in range(1, 40):
        g = rng.standard_normal(4)
        a = adam_parts.parts(a[0], g, *a[1:], epsilon=0.01, correct=False)
        inflation = (1 - 0.9**t) / (1 - 0.999**t) ** 0.5
        b = adam_parts.parts(b[0], g, *b[1:], epsilon=0.01 * inflation)
    np.testing.assert_allclose(a[0], b[0], rtol=1e-5)


@pytest.mark.verdict(
    "parts-rates",
    "With the correction the best rate is the same for all three values of $\\rho_2$",
    runs="24 (start, order, split)",
    shows="Adam",
)
def test_without_the_correction_a_long_memory_asks_for_a_lower_rate():
    few, rates = range(100, 104), 10 ** (np.arange(-8, -3) / 3)
    best = {}
    for variant in ("Adam", "without bias correction"):
        for rho2 in ("0.99", "0.9999"):
            loss = adam_parts.train(f"{variant}, {rho2}", "constant", few, rates)
            best[variant, rho2] = rates[np.median(loss, axis=1).argmin()]
    assert 0.4 < best["Adam", "0.9999"] / best["Adam", "0.99"] < 2.5
    assert best["without bias correction", "0.9999"] < 0.5 * best["Adam", "0.9999"]


@pytest.fixture(scope="module")
def steps_to_stay():
    """Return each method's steps along the axes and on six rotated problems, for both schedules."""
    rng = np.random.default_rng(77)
    n = 10
    start = rng.uniform(0.5, 2, n) * rng.choice([-1, 1], n)
    Q = np.stack([np.eye(n)] + [np.linalg.qr(rng.standard_normal((n, n)))[0] for _ in range(6)])
    H = np.einsum("pij,j,pkj->pik", Q, np.geomspace(1, 1000, n), Q)
    theta = np.moveaxis(Q @ start, 0, -1)[:, np.newaxis]
    grid = np.geomspace(1e-5, 1e4, 37)[:, np.newaxis]

    def gradient(theta):
        return np.moveaxis(H @ np.moveaxis(theta, -1, 0), 0, -1)

    def value(theta):
        with np.errstate(all="ignore"):
            return 0.5 * np.sum(theta * gradient(theta), axis=0)

    first, found = value(theta), {}
    for name, algorithm, hyper in (
        ("SGD", SGD, {}), ("momentum", MOMENTUM, {"alpha": 0.9}), ("AdaGrad", ADAGRAD, {}),
        ("RMSProp", RMSPROP, {}), ("Adam", ADAM, {}), ("Adam, rho1 = 0", ADAM, {"rho1": 0.0}),
    ):  # fmt: skip
        for schedule in ("constant", "falling"):
            _, steps = sweep(
                algorithm, gradient, theta, 600, stay=True, **hyper,
                epsilon=grid if schedule == "constant" else lambda k: grid * (1 - k / 600),
                reached=lambda theta: value(theta) <= 1e-3 * first,
            )  # fmt: skip
            found[name, schedule] = steps.min(axis=0)
    return found


@pytest.mark.verdict(
    "rotated-stay",
    "Rotated, every coordinate-wise method is worse on all 20 problems, with both schedules.",
    runs="20 rotations",
    shows="20 of 20",
)
def test_rotations_harm_the_coordinate_wise_methods(steps_to_stay):
    for (name, _), steps in steps_to_stay.items():
        if name in ("SGD", "momentum"):
            assert np.all(steps == steps[0])
        else:
            assert np.sum(steps[1:] > steps[0]) >= 5


@pytest.mark.verdict(
    "rotated-stay",
    "Adam suffers least, about 64 instead of 56.",
    runs="20 rotations",
    shows="  Adam  ",
)
def test_momentum_protects_adam_from_the_rotation(steps_to_stay):
    for schedule in ("constant", "falling"):
        harm = {name: np.median(steps[1:]) / steps[0] for (name, s), steps in steps_to_stay.items() if s == schedule}
        assert harm["Adam"] < 1.35
        assert harm["Adam"] < 0.95 * min(harm[name] for name in ("AdaGrad", "RMSProp", "Adam, rho1 = 0"))
        assert 2 < harm["Adam, rho1 = 0"]
        assert 5 < harm["AdaGrad"]
        assert np.median(steps_to_stay["RMSProp", schedule][1:]) > steps_to_stay["SGD", schedule][0]


def test_for_gradients_that_repeat_a_long_memory_cures_adam():
    def motion(rho2, C):
        squares = [C * C, *[1.0] * (C - 1)]
        r = [sum(rho2**j * squares[(i - j) % C] for j in range(C)) for i in range(C)]
        return -C / r[0] ** 0.5 + sum(x**-0.5 for x in r[1:])

    for C, threshold in ((3, 0.4723), (11, 0.9635)):
        wrong = np.array([motion(rho2, C) > 0 for rho2 in np.arange(0.02, 0.9999, 0.001)])
        last = 0.02 + 0.001 * np.flatnonzero(wrong)[-1]
        assert np.all(wrong[: np.flatnonzero(wrong)[-1]])
        assert last == pytest.approx(threshold, abs=0.002)


def test_two_weights_with_the_same_gradients_approach_by_the_decay_alone():
    # AdamW's moments know nothing of the weight: the noise cancels exactly, whatever its size.
    for size in (0.1, 100.0):
        rng = np.random.default_rng(5)
        theta, s, r, t = np.array([1.0, -3.0]), 0.0, 0.0, 0
        for _ in range(200):
            g = size * rng.standard_normal()
            theta, s, r, t = adamw(theta, g, s, r, t, epsilon=0.01, decay=0.7)
        assert theta[0] - theta[1] == pytest.approx(4 * (1 - 0.007) ** 200, rel=1e-10)
        # Without a decay it is Adam.
        plain = adamw(theta, g, s, r, t, decay=0.0)
        np.testing.assert_array_equal(plain[0], adam(theta, g, s, r, t)[0])


@pytest.mark.verdict(
    "after-decay",
    "With the penalty the noise decides how much of a weight is left, from 0.26 to 0.99; AdamW leaves the same share "
    "of each.",
    runs="20 streams of noise",
    shows="   0.",
)
def test_a_penalty_spares_the_weights_with_noisy_gradients_and_a_decay_does_not():
    def left(rule, penalty, **hyper):
        rng, noise = np.random.default_rng(77), np.array([0.1, 1.0, 10.0, 100.0])[:, None]
        theta, s, r, t = np.ones((4, 2000)), 0.0, 0.0, 0
        for _ in range(1000):
            g = noise * rng.standard_normal(2000) + penalty * theta
            theta, s, r, t = rule(theta, g, s, r, t, **hyper)
        return theta.mean(axis=1)

    penalty = left(adam, 1.0)
    np.testing.assert_allclose(penalty, [0.262, 0.461, 0.905, 0.990], atol=0.003)
    np.testing.assert_allclose(penalty[2:], np.exp([-0.1, -0.01]), atol=0.003)
    np.testing.assert_allclose(left(adamw, 0.0, decay=1.0), np.exp(-1), atol=0.003)
