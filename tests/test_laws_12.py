"""The laws of chapter 12: units and start of AdaDelta, bias correction, Reddi's run, rotations."""

import numpy as np
import pytest

from lecture_optim import ADADELTA, ADAGRAD, ADAM, MOMENTUM, SGD
from lecture_optim.algorithms import adadelta, adam
from lecture_optim.descent import descend
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
