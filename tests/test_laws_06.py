"""The laws of the chapter "Local and global structure"."""

import numpy as np
import pytest

from lecture_optim import MOMENTUM, SGD
from lecture_optim.descent import descend, sweep
from lecture_optim.objectives import Mountain, Obstacle

LINE = np.linspace(-4, 4, 81)
STARTS = np.stack(np.meshgrid(LINE, LINE))


def summit(mountain):
    """Return the zero of the slope between -1 and 1, by bisection."""
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if mountain.gradient((middle, 0.0))[0] > 0:
            low = middle
        else:
            high = middle
    return low


def share(objective, algorithm=SGD, starts=STARTS, **hyper):
    hyper = {"epsilon": 0.5, **hyper}
    _, steps = sweep(algorithm, objective.gradient, starts, 2000, reached=lambda theta: theta[0] >= 5, **hyper)
    return np.isfinite(steps).mean()


@pytest.mark.parametrize("objective", [Mountain(), Mountain(1.0, 0.7, 3.0), Obstacle()])
def test_gradient_is_the_slope_of_the_value(objective):
    h = 1e-5
    points = np.random.default_rng(6).uniform(-4, 4, (2, 50))
    for i in range(2):
        shift = np.zeros((2, 1))
        shift[i] = h
        slope = (objective.value(points + shift) - objective.value(points - shift)) / (2 * h)
        np.testing.assert_allclose(objective.gradient(points)[i], slope, atol=1e-8)


@pytest.mark.parametrize("drop", [0.2, 1.0, 2.0])
def test_the_summit_is_the_only_critical_point(drop):
    mountain = Mountain(height=2.0, drop=drop)
    x = np.linspace(-30, 30, 60_001)
    slope = mountain.gradient(np.stack([x, 0 * x]))[0]
    changes = np.flatnonzero(np.sign(slope[1:]) != np.sign(slope[:-1]))
    assert changes.size == 1
    assert x[changes[0]] == pytest.approx(summit(mountain), abs=1e-3)
    # Off the axis the slope along y has one sign, so no critical point is there.
    y = np.array([[0.01, 0.1, 1, 10, -0.01, -0.1, -1, -10]]).T
    assert np.all(mountain.gradient(np.stack(np.broadcast_arrays(x, y)))[1] * y < 0)


def test_on_the_curve_exactly_the_starts_right_of_the_summit_arrive():
    x = np.linspace(-4, 4, 2001)
    expected = (4 - summit(Mountain())) / 8
    assert share(Mountain(), starts=np.stack([x, 0 * x])) == pytest.approx(expected, abs=1 / 2000)


def test_share_of_starts_that_arrive():
    assert share(Mountain()) == pytest.approx(0.65, abs=0.01)
    assert share(Mountain(), MOMENTUM, epsilon=0.05, alpha=0.9) == pytest.approx(0.65, abs=0.02)


def test_a_longer_mountain_stops_more_starts_but_never_more_than_the_ridge():
    shares = [share(Mountain(width=width)) for width in (0.5, 1, 2, 4, 8)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx((4 - summit(Mountain())) / 8, abs=0.02)


def test_behind_the_obstacle_is_a_saddle_and_a_factor_of_ten_costs_84_steps():
    obstacle, epsilon = Obstacle(), 0.1
    run = descend(SGD, obstacle.gradient, [-3.0, 0.0], 2000, epsilon=epsilon)
    r = -run.theta[-1, 0]
    sideways = obstacle.gradient((-r, 1e-6))[1] / 1e-6
    assert sideways == pytest.approx(-3 * obstacle.curvature / r, rel=1e-6)

    def steps(angle):
        start = 3 * np.array([-np.cos(angle), np.sin(angle)])
        path = descend(SGD, obstacle.gradient, start, 2000, epsilon=epsilon).theta
        return int(np.argmax(np.linalg.norm(path - path[-1], axis=1) < 0.1))

    predicted = np.log(10) / np.log(1 - epsilon * sideways)
    assert steps(1e-4) - steps(1e-3) == pytest.approx(predicted, abs=2)
    assert steps(1e-5) - steps(1e-4) == pytest.approx(predicted, abs=2)
