"""The laws of the chapter "Local and global structure"."""

import numpy as np
import pytest

from experiments import bent_paths, loss_lines, start_scales
from lecture_optim import ADAM, MOMENTUM, SGD, data
from lecture_optim.descent import descend, minibatch_gradient, sweep
from lecture_optim.networks import MLP
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


#: Starts between those of the chapter's map.
OTHERS = np.stack(np.meshgrid(np.linspace(-3.9, 3.9, 21), np.linspace(-3.9, 3.9, 21)))


def stays(algorithm, starts=OTHERS, steps=10_000, **hyper):
    return sweep(
        algorithm, Mountain().gradient, starts, steps, reached=lambda theta: theta[0] >= 5, stay=True, **hyper
    )[1]


@pytest.mark.verdict(
    "other-algorithms",
    "with rates from 0.003 to 0.03, Adam arrives from more starts than SGD: 67 to 68 %",
    runs="deterministic, 1,681 starts",
    shows="epsilon = ",
)
def test_adam_arrives_from_more_starts_than_sgd_and_not_without_its_division():
    by_sgd = np.mean(np.isfinite(stays(SGD, epsilon=0.5)))
    by_adam = np.isfinite(stays(ADAM, OTHERS[..., np.newaxis], epsilon=np.array([0.005, 0.02]))).mean(axis=(0, 1))
    assert np.all((by_sgd + 0.01 < by_adam) & (by_adam < by_sgd + 0.05))
    undivided = np.mean(np.isfinite(stays(ADAM, epsilon=5.0, delta=10.0, steps=4000)))
    assert undivided == pytest.approx(by_sgd, abs=0.006)


@pytest.mark.verdict(
    "straight-lines",
    "In all of our runs the loss falls along the straight line from start to end.",
    runs="24 (start, order, split)",
    shows="lines that fall",
)
def test_with_one_hidden_layer_every_line_falls_and_the_path_is_longer():
    rows = loss_lines.run(1, "tanh", "SGD", seeds=range(100, 104), epochs=(15,))
    assert all(row["rise"] == 0 for row in rows)
    assert all(4.5 < row["path"] < 7.5 for row in rows)


@pytest.mark.verdict(
    "straight-lines",
    "Take them away, using all examples in each of as many steps, and 1.13 is left.",
    runs="24 (start, split)",
    shows="without minibatches",
)
def test_without_minibatches_the_path_is_hardly_longer_than_the_line():
    rows = loss_lines.run(1, "tanh", "gradient descent", seeds=range(100, 102), epochs=(15,))
    assert all(row["path"] < 1.3 for row in rows)


@pytest.mark.verdict(
    "between-ends",
    "Between two good networks the straight line climbs, in every pair. Yet there is no ridge.",
    runs="24 pairs (two starts, two orders, split)",
    shows="above it",
)
def test_a_straight_line_between_two_networks_climbs_and_a_bent_one_does_not():
    for row in bent_paths.run(15, seeds=range(100, 103)):
        climb = row["straight"] - row["end"]
        assert climb > 0.1
        assert row["renumbered"] - row["end"] < 0.3 * climb
        assert row["bent"] - row["end"] < 0.1 * climb


@pytest.mark.verdict(
    "deep-lines",
    "It takes depth and rectifiers together: with one of them alone, half of the fall is done by $s = 0.35$; "
    "with both, at 0.5.",
    runs="24 (start, order, split)",
    shows="Adam",
)
def test_only_deep_rectifiers_do_half_of_the_fall_late():
    half = {
        (layers, activation): np.median(
            [row["half"] for row in loss_lines.run(layers, activation, "Adam", seeds=range(100, 103), epochs=(15,))]
        )
        for layers, activation in ((1, "relu"), (8, "tanh"), (8, "relu"))
    }
    assert max(half[1, "relu"], half[8, "tanh"]) < 0.42 < half[8, "relu"]


def late_loss(scale, rates=(1.0,), epochs=15):
    rows = start_scales.run(scale, rates, seeds=range(100, 104), epochs=(epochs,))
    return min(np.median([row["loss"] for row in rows if row["rate"] == rate]) for rate in rates)


@pytest.mark.verdict(
    "start-scales",
    "Ten times as much is behind after 15 epochs, and has nearly caught up after 45.",
    runs="24 (start, order, split)",
    shows="start times",
)
def test_a_start_ten_times_as_large_catches_up_and_one_of_zeros_does_not():
    assert late_loss(0.0) == pytest.approx(np.log(10), abs=0.05)
    assert late_loss(0.1) < 1.7 * late_loss(1.0) < 0.1
    assert late_loss(10.0, (1.0, 2.0), epochs=45) < late_loss(1.0, epochs=45) + 0.02


# --- what came after ----------------------------------------------------------------------------------


def scaled_copy(net, theta, factor):
    """Return networks that compute the same; factor has the shape (runs, hidden units)."""
    (W, b), (V, c) = net.layers(theta)
    return net.pack([(W * factor[:, np.newaxis], b * factor), (V / factor[:, :, np.newaxis], c)])


def slice_rise(net, theta, X, y, draw, size, normalised):
    """Return the mean rise of the loss on both sides of theta along draw, of length 1 or filter-normalised."""
    pieces = []
    for (W, _), (D, d) in zip(net.layers(theta), net.layers(draw), strict=True):
        if normalised:  # the weights into each unit get the length they have in the network
            D = D / np.linalg.norm(D, axis=1, keepdims=True) * np.linalg.norm(W, axis=1, keepdims=True)
        pieces.append((D, 0 * d))
    direction = net.pack(pieces)
    if not normalised:
        direction = direction / np.linalg.norm(direction, axis=0)
    sides = [net.value(theta + s * direction, X, y) for s in (-size, size)]
    return np.mean(sides, axis=0) - net.value(theta, X, y)


@pytest.mark.verdict(
    "after-slices",
    "With one factor for all units the plain slice rises several times as high, and the normalised one exactly as "
    "before. With a factor for each unit, the normalised one rises several times as high, too.",
    runs="24 (start, order, split)",
    shows="factor",
)
def test_filter_normalisation_takes_out_one_factor_for_a_layer_and_not_one_for_each_unit():
    seeds = range(100, 120)
    parts = data.splits(data.digits, seeds)
    X, y = parts.X_train[:, :200], parts.y_train[:, :200]
    net = MLP([64, 32, 10], activation="relu")
    theta = np.stack([net.init(np.random.default_rng([i, 1])) for i in seeds], -1)
    orders = [np.random.default_rng([i, 2]) for i in seeds]
    theta, _ = sweep(SGD, minibatch_gradient(net.gradient, X, y, 50, orders), theta, 80, epsilon=0.3)
    draw = np.random.default_rng(8).standard_normal(theta.shape)
    own = 4 ** np.stack([np.random.default_rng([i, 7]).uniform(-1, 1, 32) for i in seeds])
    one_copy, own_copy = (scaled_copy(net, theta, f) for f in (np.full_like(own, 4.0), own))
    for copy in (one_copy, own_copy):
        np.testing.assert_allclose(net.value(copy, X, y), net.value(theta, X, y), rtol=1e-12)
    plain, filtered = (
        [slice_rise(net, point, X, y, draw, size, normalised) for point in (theta, one_copy, own_copy)]
        for size, normalised in ((2.0, False), (0.5, True))
    )
    assert np.median(plain[1] / plain[0]) > 3
    np.testing.assert_allclose(filtered[1], filtered[0], rtol=1e-9)
    assert np.median(filtered[2] / filtered[0]) > 3
