"""Laws of chapter 4: the steepness of the cliff, and what clipping the norm does."""

import numpy as np
import pytest

from lecture_optim import SGD
from lecture_optim.clipping import clip_norm, clipped
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


def test_clipping_brings_every_start_home_and_no_clipping_loses_many():
    net = OneUnitRNN()
    starts = np.stack(np.meshgrid(np.linspace(4, 6, 9), np.linspace(-3.5, -1.5, 9)))
    held, _ = sweep(SGD, clipped(net.gradient, 1.0), starts, 300, epsilon=0.3)
    free, _ = sweep(SGD, net.gradient, starts, 300, epsilon=0.3)
    assert np.mean(net.value(held) < 0.01) > 0.95
    assert np.mean(net.value(free) < 0.01) < 0.75


def test_the_mean_of_clipped_gradients_has_another_zero():
    # Four examples at 0 and one at 10: the mean is 2. Clipped at 1, the zero solves 0.8 θ = 0.2.
    examples = np.array([0.0, 0, 0, 0, 10])

    def mean_of_clipped(theta):
        return clip_norm(theta - examples[np.newaxis], 1.0).mean(axis=1)

    run = descend(SGD, mean_of_clipped, np.array([2.0]), 200, epsilon=0.5)
    assert run.theta[-1, 0] == pytest.approx(0.25, abs=1e-9)
