"""Laws of chapter 4: the steepness of the cliff, and what clipping the norm does."""

import numpy as np
import pytest

from lecture_optim import MOMENTUM, SGD
from lecture_optim.clipping import clip_norm, clipped
from lecture_optim.curvature import along_gradient
from lecture_optim.descent import descend, sweep
from lecture_optim.recurrent import OneUnitRNN


def on_the_edge(net, w):
    """Return the point of the cliff's edge with this w: there the unit never leaves its start."""
    h = net.start
    return np.array([w, np.log(h / (1 - h)) - w * h])


def length(g):
    """Return the norm along the first axis, also where its square would overflow."""
    size = np.abs(g).max()
    return size * np.linalg.norm(g / size, axis=0)


@pytest.mark.parametrize("steps", [1, 10, 50])
@pytest.mark.parametrize("w", [3.0, 5.0, 5.5])
def test_gradient_on_the_edge_is_a_geometric_series(steps, w):
    net = OneUnitRNN(steps=steps)
    slope = net.start * (1 - net.start)
    factor = w * slope
    series = slope * sum(factor**k for k in range(steps))
    expected = 2 * (net.start - net.target) * series * np.array([net.start, 1.0])
    np.testing.assert_allclose(net.gradient(on_the_edge(net, w)), expected, rtol=1e-6)


def test_the_cliff_needs_a_factor_above_one():
    slope = 0.62 * 0.38
    for w, grows in ((0.9 / slope, False), (1.2 / slope, True)):
        norms = [
            np.linalg.norm(net.gradient(on_the_edge(net, w))) for net in (OneUnitRNN(steps=50), OneUnitRNN(steps=75))
        ]
        assert (norms[1] > 50 * norms[0]) == grows
        assert (norms[1] < 1.01 * norms[0]) != grows


@pytest.mark.parametrize("scale", [1e-200, 1e-3, 1.0, 1e3, 1e200])
def test_clipping_never_lengthens_keeps_the_direction_and_bounds_the_step(scale):
    g = scale * np.random.default_rng(4).standard_normal((7, 200))
    for threshold in (1e-2, 1.0, 30.0):
        c = clip_norm(g, threshold)
        before, after = length(g), length(c)
        assert np.all(after <= before * (1 + 1e-12))
        assert np.all(after <= threshold * (1 + 1e-12))
        np.testing.assert_allclose(c / after, g / before, rtol=1e-12, atol=1e-15)
        short = before <= threshold * (1 - 1e-12)
        np.testing.assert_array_equal(c[:, short], g[:, short])
        np.testing.assert_allclose(after[~short], threshold, rtol=1e-12)


def test_clipping_by_hand():
    # |(30, -40)| = 50, so the factor is 5 / 50.
    np.testing.assert_allclose(clip_norm([30, -40], 5.0), [3, -4], rtol=1e-15)
    np.testing.assert_array_equal(clip_norm([0.0, 0.0], 5.0), [0, 0])
    np.testing.assert_array_equal(clip_norm([3.0, 4.0], np.inf), [3, 4])
    g = np.array([[3.0, 3.0], [4.0, 4.0]])
    np.testing.assert_allclose(clip_norm(g, np.array([1.0, 10.0])), [[0.6, 3], [0.8, 4]], rtol=1e-15)
    np.testing.assert_array_equal(g, [[3, 3], [4, 4]])
    assert clip_norm(np.array([3, 4], dtype=np.float32), 1.0).dtype == np.float32


def test_clipping_says_what_is_wrong():
    with pytest.raises(ValueError, match="threshold must be positive, got 0"):
        clip_norm(np.ones(2), 0)
    with pytest.raises(ValueError, match="g must have its coordinates along the first axis"):
        clip_norm(3.0, 1.0)
    with pytest.raises(FloatingPointError, match="g must be finite"):
        clip_norm(np.array([1.0, np.inf]), 1.0)


def test_one_step_off_the_cliff_and_the_same_run_clipped():
    net, start = OneUnitRNN(), np.array([4.6, -2.0])
    free = descend(SGD, net.gradient, start, 40, epsilon=0.3, value=net.value)
    length = np.linalg.norm(np.diff(free.theta, axis=0), axis=1)
    assert length.max() > 100 * np.median(length[: length.argmax()])
    assert free.values[-1] == pytest.approx((1 - net.target) ** 2, abs=1e-6)
    held = descend(SGD, clipped(net.gradient, 1.0), start, 40, epsilon=0.3, value=net.value)
    assert np.linalg.norm(np.diff(held.theta, axis=0), axis=1).max() <= 0.3 * (1 + 1e-12)
    assert held.values.min() < 1e-3


def test_the_mean_of_clipped_gradients_has_another_zero():
    # Four examples at 0 and one at 10: the mean is 2. Clipped at 1, the zero solves 0.8 θ = 0.2.
    examples = np.array([0.0, 0, 0, 0, 10])

    def mean_of_clipped(theta):
        return clip_norm(theta - examples[np.newaxis], 1.0).mean(axis=1)

    run = descend(SGD, mean_of_clipped, np.array([2.0]), 200, epsilon=0.5)
    assert run.theta[-1, 0] == pytest.approx(0.25, abs=1e-9)


def terms(net, theta, epsilon):
    """Return both terms of the Taylor step and the change of the loss, of one run."""
    gg, gHg = along_gradient(net.gradient, theta)
    change = net.value(theta - epsilon * net.gradient(theta)) - net.value(theta)
    return -epsilon * gg, 0.5 * epsilon**2 * gHg, change


@pytest.mark.verdict(
    "fatal-step",
    "The fatal step lowered it, from 0.135 to 0.090.",
    runs="deterministic",
    shows="loss before and after it",
)
@pytest.mark.verdict(
    "fatal-promise",
    "The promise is a fall of six million, on a loss of 0.135 that cannot become negative.",
    runs="deterministic",
    shows="10 0.135",
)
def test_the_fatal_step_promises_descent_and_lowers_the_loss():
    net = OneUnitRNN()
    free = descend(SGD, net.gradient, [4.6, -2.0], 180, epsilon=0.3, value=net.value)
    first, second, change = terms(net, free.theta[9], 0.3)
    assert first == pytest.approx(-1834, rel=1e-3)
    assert second == pytest.approx(-6.03e6, rel=1e-2)
    assert change == pytest.approx(0.09 - 0.1346, abs=1e-3)
    assert np.abs(free.theta[-1] - free.theta[10]).max() < 1e-9
    # The curvature by another way: the second difference of the loss along g.
    v, h = free.g[9] / np.linalg.norm(free.g[9]), 3e-5
    bend = sum(c * net.value(free.theta[9] + k * h * v) for k, c in ((-1, 1), (0, -2), (1, 1))) / h**2
    assert bend == pytest.approx(-21_900, rel=0.01)
    # One step before: both terms together promise a fall, and the loss rises by far more.
    first, second, change = terms(net, free.theta[8], 0.3)
    assert -0.007 < first + second < 0
    assert change == pytest.approx(0.131, abs=1e-3)


@pytest.mark.verdict(
    "fatal-many",
    "In about half of the cases the curvature is negative: no warning, and in ≈ 85 % of these the loss does fall.",
    runs="625 (start), deterministic",
    shows="%",
)
def test_in_the_wall_the_sign_of_the_curvature_is_a_toss_up_and_its_size_means_nothing():
    net, theta = OneUnitRNN(), np.random.default_rng(41).uniform([[4], [-3.5]], [[6], [-1.5]], (2, 300))
    first = []
    flung = np.zeros(300, dtype=bool)
    for _ in range(150):
        g = net.gradient(theta)
        size = np.linalg.norm(g, axis=0)
        for i in np.flatnonzero(~flung & (0.3 * size > 1)):
            h, v = 1e-4 / size[i], g[:, i] / size[i]
            bend = (net.gradient(theta[:, i] + h * v) - net.gradient(theta[:, i] - h * v)) @ v / (2 * h)
            change = net.value(theta[:, i] - 0.3 * g[:, i]) - net.value(theta[:, i])
            first.append((bend, -0.3 * size[i] ** 2 + 0.045 * bend * size[i] ** 2, change))
        flung |= 0.3 * size > 1
        theta = theta - 0.3 * g
    bend, promise, change = np.array(first).T
    assert 0.5 < flung.mean() < 0.8
    assert 0.4 < np.mean(bend < 0) < 0.75
    assert np.mean(change[bend < 0] < 0) > 0.7
    assert np.mean(change[bend > 0] > 0) > 0.75
    assert np.median(np.abs(promise)) > 3e4
    assert np.abs(change).max() < 0.5


def compose(way, gradient):
    """Return the gradient clipped in some way."""
    return lambda theta: way(gradient(theta))


def at_home(starts, threshold, rate, steps=300):
    """Return the share of starts whose loss is below 0.01 for the last third of the steps."""
    net = OneUnitRNN()
    gradient = clipped(net.gradient, threshold)
    _, since = sweep(SGD, gradient, starts, steps, epsilon=rate, reached=lambda t: net.value(t) < 0.01, stay=True)
    return np.mean(since <= 2 * steps / 3, axis=0)


@pytest.mark.verdict(
    "held-stay",
    "From step 44 on the loss stays below 0.01, from about step 220 on below 0.001.",
    runs="deterministic",
    shows="for good",
)
def test_a_first_visit_is_no_arrival_and_the_clipped_run_arrives():
    net = OneUnitRNN()
    held = descend(SGD, clipped(net.gradient, 1.0), [4.6, -2.0], 900, epsilon=0.3, value=net.value)
    assert held.first(held.values < 0.01) == 8
    assert held.values[9] > 0.1
    assert np.flatnonzero(held.values >= 0.01)[-1] + 1 == pytest.approx(44, abs=4)
    assert np.flatnonzero(held.values >= 0.001)[-1] + 1 == pytest.approx(220, rel=0.15)
    assert held.theta[-1, 0] < 4.2


@pytest.mark.verdict(
    "rates",
    "of ten rates, constant or falling, none brings all unclipped runs home; "
    "with the threshold 1 four rates bring all home after 900 steps.",
    runs="625 (start), deterministic",
    shows="%",
)
def test_large_rates_rescue_most_runs_and_only_clipping_rescues_all():
    starts = np.random.default_rng(43).uniform([[[4]], [[-3.5]]], [[[6]], [[-1.5]]], (2, 150, 1))
    rates = np.array([0.3, 1.0, 3.0, 10.0])
    free = at_home(starts, np.inf, rates)
    assert np.all(free < 0.95)
    assert free[2] > 0.7
    assert free[2] > free[0] + 0.2
    assert free[2] > free[1] + 0.1
    assert np.all(at_home(starts, np.inf, lambda k: rates / (1 + k / 30)) < 0.9)
    held = at_home(starts, 1.0, np.array([1.0, 2.0]))
    np.testing.assert_array_equal(held, 1)


@pytest.mark.verdict(
    "solution-element",
    "At 0.1 and the rates 0.3 to 10 at most 14 % of the starts are home after 900 steps, "
    "where clipping the norm brings all of them home.",
    runs="625 (start), deterministic",
    shows="c = 0.1",
)
def test_element_wise_clipping_loses_by_its_direction():
    net, theta = OneUnitRNN(), np.random.default_rng(44).uniform([[4], [-3.5]], [[6], [-1.5]], (2, 100))
    ways = {
        "elements": lambda g: np.clip(g, -0.1, 0.1),
        "largest element": lambda g: g * np.minimum(0.1 / np.maximum(np.abs(g).max(axis=0), 1e-300), 1),
        "norm": lambda g: clip_norm(g, 0.1),
    }
    home = {}
    for name, way in ways.items():
        gradient = compose(way, net.gradient)
        _, since = sweep(SGD, gradient, theta, 300, epsilon=3.0, reached=lambda t: net.value(t) < 0.01, stay=True)
        home[name] = np.mean(since <= 200)
    assert home["elements"] < 0.1
    assert home["largest element"] == home["norm"] == 1


def test_momentum_is_far_from_its_terminal_speed_when_one_gradient_is_clipped():
    net = OneUnitRNN()
    run = descend(MOMENTUM, clipped(net.gradient, 1.0), [4.6, -2.0], 60, epsilon=0.03, alpha=0.9)
    assert np.linalg.norm(np.diff(run.theta, axis=0), axis=1).max() == pytest.approx(0.035, abs=0.001)
    assert np.sum(np.linalg.norm(net.gradient(run.theta[:-1].T), axis=0) > 1) == 1


def size_of_hessian(net, theta):
    """Return the norms of the gradient and of the Hessian."""
    norm = length(net.gradient(theta))
    h = 1e-4 / np.maximum(norm, 1)
    steps = np.eye(2)[:, :, np.newaxis] * h
    columns = [(net.gradient(theta + step) - net.gradient(theta - step)) / (2 * h) for step in steps]
    H = np.moveaxis(columns, -1, 0)
    return norm, np.linalg.norm((H + H.swapaxes(1, 2)) / 2, 2, axis=(1, 2))


def test_on_the_edge_the_hessian_goes_like_the_square_of_the_gradient():
    ratios = []
    for steps in (10, 20, 30):
        net = OneUnitRNN(steps=steps)
        norm, bend = size_of_hessian(net, on_the_edge(net, 5.8)[:, np.newaxis])
        ratios.append((bend / norm**2).item())
    assert ratios[2] == pytest.approx(ratios[1], rel=0.02) and norm > 100


@pytest.mark.verdict(
    "after-smoothness",
    "In the wall, where the norm of the gradient is above 1, the Hessian grows with the gradient: it is some 500 to "
    "700 times as large.",
    runs="225 starts",
    shows="    1 to   10",
)
def test_in_the_wall_the_hessian_grows_with_the_gradient_and_is_small_outside():
    net = OneUnitRNN()
    theta = np.stack(np.meshgrid(np.linspace(4.05, 5.95, 11), np.linspace(-3.4, -1.6, 11))).reshape(2, -1)
    found = []
    for _ in range(100):
        found.append(size_of_hessian(net, theta))
        theta = theta - 0.3 * clip_norm(net.gradient(theta), 1.0)
    norm, bend = np.array(found).swapaxes(0, 1)

    def median(values, low, high):
        return np.median(values[(norm >= low) & (norm < high)])

    for low, high in ((1, 10), (10, 1000)):
        assert 250 < median(bend / norm, low, high) < 1200
        # The longest safe step is far shorter than the clipped one.
        assert median(2 * norm / bend, low, high) < 0.03
    assert median(bend, 10, 1000) > 5 * median(bend, 1, 10)
    assert max(median(bend, 0.01, 0.1), median(bend, 0.1, 1)) < 10
