"""The loop, the grid, schedules, minibatches and early stopping."""

import numpy as np
import pytest

from lecture_optim import ADAM, MOMENTUM, NESTEROV, RMSPROP, SGD, checks
from lecture_optim.algorithms import EVERY
from lecture_optim.clipping import clip_norm, clipped
from lecture_optim.descent import (
    descend,
    early_stop,
    linear_schedule,
    minibatch_gradient,
    minibatches,
    sweep,
)
from lecture_optim.networks import MLP

HYPER = {"epsilon": 0.05, "alpha": 0.8, "rho": 0.9}
CURVATURE = np.array([1.0, 3.0])


def gradient(theta):
    """Return the gradient of ``(x² + 3 y²) / 2`` at a point or over a grid."""
    return CURVATURE.reshape(-1, *[1] * (np.ndim(theta) - 1)) * theta


def value(theta):
    return float(0.5 * np.sum(CURVATURE * theta**2))


def hyper(algorithm):
    return {name: HYPER[name] for name in algorithm.defaults if name in HYPER}


def message(call, error=ValueError):
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


by_name = pytest.mark.parametrize("algorithm", EVERY.values(), ids=lambda a: a.name)


# --- descend ------------------------------------------------------------------------------------------


@by_name
def test_descend_is_step_after_step(algorithm):
    start = np.array([2.0, -1.0])
    seen = descend(algorithm, gradient, start, 7, value=value, **hyper(algorithm))
    theta, state = start, algorithm.start(start)
    for k in range(7):
        np.testing.assert_array_equal(seen.theta[k], theta)
        np.testing.assert_array_equal(seen.g[k], gradient(algorithm.gradient_point(theta, state, **hyper(algorithm))))
        assert seen.values[k] == value(theta)
        theta, state = algorithm.step(gradient, theta, state, **hyper(algorithm))
    np.testing.assert_array_equal(seen.theta[7], theta)
    for part, expected in zip(seen.state, state, strict=True):
        np.testing.assert_array_equal(part, expected)
    assert seen.theta.shape == (8, 2)
    assert seen.g.shape == (7, 2)
    assert seen.values.shape == (8,)
    assert seen.steps == 7
    assert seen.diverged is None


@by_name
def test_a_run_goes_on_from_its_state(algorithm):
    whole = descend(algorithm, gradient, [2.0, -1.0], 9, **hyper(algorithm))
    first = descend(algorithm, gradient, [2.0, -1.0], 4, **hyper(algorithm))
    second = descend(algorithm, gradient, first.theta[-1], 5, state=first.state, **hyper(algorithm))
    np.testing.assert_array_equal(whole.theta[4:], second.theta)


def test_descend_without_steps():
    seen = descend(SGD, gradient, [2.0, -1.0], 0, epsilon=0.1, value=value)
    assert seen.theta.tolist() == [[2.0, -1.0]]
    assert seen.g.shape == (0, 2)
    assert seen.values.tolist() == [3.5]
    assert seen.steps == 0


def test_descend_takes_whole_numbers_and_leaves_its_input():
    start = np.array([2, -1])
    start.flags.writeable = False
    seen = descend(SGD, gradient, start, 3, epsilon=0.1)
    assert seen.theta.dtype == float
    assert start.tolist() == [2, -1]
    single = np.array([2, -1], dtype=np.float32)
    assert descend(SGD, lambda p: p, single, 3, epsilon=np.float64(0.1)).theta.dtype == np.float32
    assert descend(ADAM, lambda p: p, single, 3, epsilon=lambda k: np.float64(0.1)).theta.dtype == np.float32
    assert descend(SGD, lambda p: 2 * p, 1.0, 2, epsilon=0.25).theta.tolist() == [1.0, 0.5, 0.25]


def test_a_gradient_may_use_one_array_again_and_again():
    buffer = np.empty(2)

    def reusing(theta):
        buffer[:] = gradient(theta)
        return buffer

    plain = descend(MOMENTUM, gradient, [2.0, -1.0], 5, epsilon=0.1, alpha=0.5)
    reused = descend(MOMENTUM, reusing, [2.0, -1.0], 5, epsilon=0.1, alpha=0.5)
    np.testing.assert_array_equal(plain.g, reused.g)
    np.testing.assert_array_equal(plain.theta, reused.theta)


def test_the_schedule_gives_the_rate_of_each_step():
    rates = [0.5, 0.25, 0.125]
    asked = []

    def schedule(k):
        asked.append(k)
        return rates[k]

    # theta = theta - rate * theta:  8, 8*0.5 = 4, 4*0.75 = 3, 3*0.875 = 2.625
    seen = descend(SGD, lambda p: p, [8.0], 3, epsilon=schedule)
    assert seen.theta.ravel().tolist() == [8.0, 4.0, 3.0, 2.625]
    assert asked[-3:] == [0, 1, 2]
    assert max(asked) == 2  # a table of rates needs no more entries than there are steps
    assert descend(SGD, lambda p: p, [8.0], 1, epsilon=[0.5].__getitem__).theta.ravel().tolist() == [8.0, 4.0]
    assert message(lambda: descend(SGD, gradient, [1.0, 1.0], 3, epsilon=lambda k: 0.1 - 0.1 * k)) == (
        "epsilon must be a positive finite learning rate, got 0"
    )


def test_first():
    seen = descend(SGD, lambda p: p, [8.0], 4, epsilon=0.5, value=lambda p: float(p[0]))
    assert seen.values.tolist() == [8, 4, 2, 1, 0.5]
    assert seen.first(seen.values <= 8) == 0
    assert seen.first(seen.values < 3) == 2
    assert seen.first(seen.values < 0) is None


def test_divergence_is_reported():
    # 1 - 3e200 multiplies theta by about 1e200 a step: 1, 1e200, overflow in the second step
    def run(on_divergence):
        return descend(MOMENTUM, lambda p: p, [1.0], 10, epsilon=1e200, alpha=0.5, on_divergence=on_divergence)

    text = message(lambda: run("raise"), FloatingPointError)
    assert text == (
        "Momentum stopped at step 2 of 10: theta must be finite, got 1 of 1 elements infinite or not a "
        "number; the run has diverged: try a smaller learning rate epsilon"
    )
    seen = run("stop")
    assert seen.diverged == text
    assert seen.steps == 1
    assert seen.theta.shape == (2, 1)
    assert seen.g.tolist() == [[1.0]]
    assert np.isfinite(seen.theta).all()
    assert seen.state[0].tolist() == [-1e200]  # of the last step that was taken, not of the one that failed


def test_divergence_in_the_gradient_and_in_the_value_is_reported():
    def cliff(theta):
        return np.where(theta < 1, np.nan, 1.0)

    seen = descend(SGD, cliff, [2.5], 10, epsilon=1.0, on_divergence="stop", value=lambda p: float(p[0]))
    assert seen.theta.ravel().tolist() == [2.5, 1.5, 0.5]
    assert seen.values.tolist() == [2.5, 1.5, 0.5]
    assert seen.g.ravel().tolist() == [1, 1]
    assert seen.diverged.startswith("SGD stopped at step 3 of 10: g must be finite")
    seen = descend(
        SGD, np.ones_like, [2.5], 10, epsilon=1.0, on_divergence="stop", value=lambda p: 1.0 if p[0] > 1 else np.inf
    )
    assert seen.theta.ravel().tolist() == [2.5, 1.5]
    assert seen.values.tolist() == [1, 1]
    assert seen.diverged.startswith("SGD stopped at step 2 of 10: value must be finite")


def test_what_descend_refuses():
    def run(theta=(1.0, 2.0), steps=3, algorithm=MOMENTUM, epsilon=0.1, **more):
        return lambda: descend(algorithm, gradient, theta, steps, epsilon=epsilon, **{"alpha": 0.5, **more})

    assert message(run(steps=-1)) == "steps must be a whole number of at least 0, got -1"
    assert message(run(steps=2.5)) == "steps must be a whole number of at least 0, got 2.5"
    assert message(run(on_divergence="ignore")) == 'on_divergence must be "raise" or "stop", got \'ignore\''
    assert message(run(epsilon=-1)) == "epsilon must be a positive finite learning rate, got -1"
    assert message(run(alpha=1)) == "alpha must be in [0, 1), got 1"
    assert message(run(rho=0.9), TypeError) == "Momentum has no hyperparameter rho; it has epsilon, alpha"
    assert message(run(state=())) == "state of Momentum must hold v, got 0 parts"
    assert message(run(alpha=[0.1, 0.2, 0.3])) == "alpha must broadcast to the shape of theta, (2,), got (3,)"
    assert message(run(theta=(1.0, np.nan)), FloatingPointError) == (
        "theta must be finite, got 1 of 2 elements infinite or not a number"
    )
    assert message(lambda: descend(SGD, lambda p: p[:1], [1.0, 2.0], 3, epsilon=0.1)) == (
        "g must have the shape of theta, (2,), got (1,)"
    )


# --- sweep --------------------------------------------------------------------------------------------


@by_name
def test_sweep_equals_descend_lane_by_lane(algorithm):
    starts = np.random.default_rng(2).uniform(-2, 2, size=(2, 4, 1))
    rates = np.array([0.01, 0.05, 0.1])
    more = {name: h for name, h in hyper(algorithm).items() if name != "epsilon"}
    ends, arrived = sweep(
        algorithm,
        gradient,
        starts,
        60,
        epsilon=rates,
        reached=lambda p: np.hypot(*p) < 1,
        **more,
    )
    assert ends.shape == (2, 4, 3)
    assert arrived.shape == (4, 3)
    for i, j in np.ndindex(4, 3):
        seen = descend(algorithm, gradient, starts[:, i, 0], 60, epsilon=rates[j], **more)
        np.testing.assert_allclose(ends[:, i, j], seen.theta[-1], rtol=1e-9, atol=1e-12)
        first = seen.first(np.hypot(*seen.theta.T) < 1)
        assert arrived[i, j] == (np.inf if first is None else first)
    assert (arrived > 0).any()


def test_a_lane_that_diverges_leaves_the_others_alone():
    ends, arrived = sweep(
        SGD, lambda p: p, np.ones((1, 3)), 3000, epsilon=np.array([0.5, 5.0, 1.5]), reached=lambda p: abs(p[0]) < 1e-6
    )
    assert not np.isfinite(ends[0, 1])
    assert arrived.tolist() == [20, np.inf, 20]  # 2^-20 < 1e-6 < 2^-19, for the factors 0.5 and -0.5
    without, never = sweep(SGD, lambda p: p, np.ones((1, 3)), 3, epsilon=0.5)
    assert never is None
    assert without.tolist() == [[0.125] * 3]
    _, at_once = sweep(SGD, lambda p: p, [[0.5, 2.0]], 3, epsilon=0.5, reached=lambda p: p[0] <= 1)
    assert at_once.tolist() == [0, 1]


def test_sweep_over_a_single_start_and_over_two_hyperparameters():
    ends, _ = sweep(
        MOMENTUM, gradient, [1.0, -1.0], 5, epsilon=np.array([[0.1], [0.2]]), alpha=np.array([0.0, 0.5, 0.9])
    )
    assert ends.shape == (2, 2, 3)
    for i, epsilon in enumerate((0.1, 0.2)):
        for j, alpha in enumerate((0.0, 0.5, 0.9)):
            alone = descend(MOMENTUM, gradient, [1.0, -1.0], 5, epsilon=epsilon, alpha=alpha).theta[-1]
            np.testing.assert_allclose(ends[:, i, j], alone, rtol=1e-13)


def test_what_sweep_refuses():
    assert message(lambda: sweep(SGD, gradient, 1.0, 3, epsilon=0.1)) == (
        "theta must have the coordinates on its first axis, got a single number"
    )
    assert message(lambda: sweep(SGD, lambda p: p[0], np.ones((2, 3)), 3, epsilon=0.1)) == (
        "g must have the shape of theta, (2, 3), got (3,)"
    )
    assert message(lambda: sweep(SGD, gradient, [1.0, 1.0], 3, epsilon=[0.1, -1])) == (
        "epsilon must be a positive finite learning rate, got values from -1 to 0.1"
    )
    assert message(lambda: sweep(SGD, gradient, [1.0, 1.0], -3, epsilon=0.1)) == (
        "steps must be a whole number of at least 0, got -3"
    )
    assert message(lambda: sweep(SGD, gradient, [1.0, np.inf], 3, epsilon=0.1), FloatingPointError) == (
        "theta must be finite, got 1 of 2 elements infinite or not a number"
    )


# --- minibatches --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "m"), [(12, 4), (12, 5), (12, 12), (12, 1), (1, 1)])
def test_each_pass_is_a_permutation(size, m):
    batches = minibatches(size, m, np.random.default_rng(0))
    orders = []
    for _ in range(3):
        order = []
        while len(order) < size:
            batch = next(batches)
            assert len(batch) == min(m, size - len(order))
            order += batch.tolist()
        assert sorted(order) == list(range(size))
        orders.append(order)
    if size > 1:
        assert orders[0] != orders[1] != orders[2]  # each pass is shuffled anew
    again = minibatches(size, m, np.random.default_rng(0))
    assert next(again).tolist() == orders[0][:m]


def test_what_minibatches_refuses_at_the_call():
    rng = np.random.default_rng(0)
    assert message(lambda: minibatches(10, 0, rng)) == "m must be a whole number of at least 1, got 0"
    assert message(lambda: minibatches(10, 11, rng)) == "m must be at most the number of examples, 10, got 11"
    assert message(lambda: minibatches(0, 1, rng)) == "size must be a whole number of at least 1, got 0"
    assert message(lambda: minibatches(10, 2, 7)) == (
        "rng must be a generator such as numpy.random.default_rng(0), got 7"
    )
    assert message(lambda: minibatch_gradient(gradient, np.zeros((3, 1)), np.zeros(2), 1, rng)) == (
        "y must have one target per example, 3, got 2"
    )
    assert message(lambda: minibatch_gradient(gradient, np.zeros((3, 1)), np.zeros(3), 4, rng)) == (
        "m must be at most the number of examples, 3, got 4"
    )


def squares(theta, X, y):
    """Return the gradient of the mean of ``(x·theta - y)² / 2``."""
    return X.T @ (X @ theta - y) / len(y)


def test_the_minibatch_gradient_is_unbiased_and_its_error_falls_as_one_over_root_m():
    rng = np.random.default_rng(4)
    size = 240
    X, y, theta = rng.normal(size=(size, 2)), rng.normal(size=size), np.array([0.5, -1.0])
    full = squares(theta, X, y)
    each = X * (X @ theta - y)[:, None]
    spread = np.sqrt(np.mean((each - full) ** 2, axis=0))  # of one example's gradient
    sizes = [1, 4, 16, 60]
    errors = []
    for m in sizes:
        g = minibatch_gradient(squares, X, y, m, np.random.default_rng(8))
        one_pass = [g(theta) for _ in range(size // m)]
        np.testing.assert_allclose(np.mean(one_pass, axis=0), full, rtol=1e-12)  # unbiased, to the digit
        first = []
        for _ in range(1500):
            first.append(g(theta))
            for _ in range(size // m - 1):  # to the next pass, so that the draws are independent
                g(theta)
            if m == 1:
                break
        if m > 1:
            error = np.std(first, axis=0)
            # drawn without repetition: spread / √m times √((size - m) / (size - 1))
            np.testing.assert_allclose(error, spread / m**0.5 * ((size - m) / (size - 1)) ** 0.5, rtol=0.08)
            errors.append(error / ((size - m) / (size - 1)) ** 0.5)
    slope = np.polyfit(np.log(sizes[1:]), np.log(errors), 1)[0]
    np.testing.assert_allclose(slope, [-0.5, -0.5], atol=0.04)


def test_a_minibatch_holds_examples_with_their_own_targets():
    X = np.arange(10.0)[:, None]
    g = minibatch_gradient(
        lambda theta, X, y: np.array([np.abs(10 * X[:, 0] - y).max(), len(y)]),
        X,
        10 * X[:, 0],
        3,
        np.random.default_rng(0),
    )
    assert [g(None).tolist() for _ in range(4)] == [[0, 3], [0, 3], [0, 3], [0, 1]]


# --- early stopping -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "patience", "expected"),
    [
        ([5, 4, 3, 4, 5, 1], 2, (2, 4)),  # gives up before the better one at the end
        ([5, 4, 3, 4, 5, 1], 3, (5, 5)),  # waits for it
        ([5, 4, 3], 1, (2, 2)),  # still improving at the end
        ([3, 3, 3, 3], 2, (0, 2)),  # as good is not better
        ([3], 1, (0, 0)),
        ([np.nan, 2, 1, np.nan, np.nan], 2, (2, 4)),
        ([1, np.inf, np.nan], 5, (0, 2)),
    ],
)
def test_early_stop(errors, patience, expected):
    assert early_stop(errors, patience) == expected
    assert early_stop(np.array(errors, dtype=float), patience) == expected


def test_what_early_stop_refuses():
    assert message(lambda: early_stop([], 1)) == "errors must hold at least one validation error, got none"
    assert message(lambda: early_stop([1.0], 0)) == "patience must be a whole number of at least 1, got 0"


def test_nesterov_and_rmsprop_minimise_through_the_loop():
    for algorithm in (NESTEROV, RMSPROP):
        seen = descend(
            algorithm, gradient, [2.0, -1.0], 300, **{**hyper(algorithm), "epsilon": linear_schedule(0.1, 1e-6, 250)}
        )
        assert np.abs(seen.theta[-1]).max() < 1e-4


def test_a_sweep_tells_a_stay_from_a_first_visit():
    def inside(theta):
        return np.abs(theta[0]) < 0.5

    # theta <- -theta / 2 and theta <- -2 theta, from 0.4: one stays, the other leaves after the start.
    rates = np.array([1.5, 3.0])
    _, first = sweep(SGD, lambda p: p, [[0.4]], 4, epsilon=rates, reached=inside)
    _, stayed = sweep(SGD, lambda p: p, [[0.4]], 4, epsilon=rates, reached=inside, stay=True)
    np.testing.assert_array_equal(first, [0, 0])
    np.testing.assert_array_equal(stayed, [0, np.inf])
    # Through the interval and out, then back for good: 2, 0.4, -0.6, 0.3 with steps -1.6, -1, +0.9.
    steps = iter([1.6, 1.0, -0.9])
    _, stayed = sweep(SGD, lambda p: np.full_like(p, next(steps)), [[2.0]], 3, epsilon=1.0, reached=inside, stay=True)
    np.testing.assert_array_equal(stayed, 3)


def test_a_sweep_takes_a_schedule():
    rates = np.array([0.1, 0.2])
    ends, _ = sweep(SGD, lambda p: p, [[1.0]], 3, epsilon=lambda k: rates / (k + 1))
    expected = [np.prod([1 - rate / (k + 1) for k in range(3)]) for rate in rates]
    np.testing.assert_allclose(ends[0], expected, rtol=1e-15)


def test_runs_with_orders_of_their_own_are_as_each_alone():
    rng = np.random.default_rng(24)
    net, seeds = MLP([3, 4, 2]), (5, 6)
    shared = rng.standard_normal((10, 3)), rng.integers(2, size=10)
    own = rng.standard_normal((2, 10, 3)), rng.integers(2, size=(2, 10))
    theta = rng.standard_normal((net.size, 3, 2))
    rates = np.array([[0.1], [0.2], [0.3]])
    for X, y in (shared, own):
        g = minibatch_gradient(net.gradient, X, y, 4, [np.random.default_rng(seed) for seed in seeds])
        ends, _ = sweep(SGD, g, theta, 7, epsilon=rates)
        for i, j in np.ndindex(3, 2):
            examples = (X, y) if X is shared[0] else (X[j], y[j])
            g = minibatch_gradient(net.gradient, *examples, 4, np.random.default_rng(seeds[j]))
            alone, _ = sweep(SGD, g, theta[:, i, j], 7, epsilon=rates[i, 0])
            np.testing.assert_allclose(ends[:, i, j], alone, rtol=0, atol=1e-13)


# --- clipping -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("g", [[0.0, 0.0], [1e-160, 0.0], [3e-9, -4e-9], [0.6, 0.0]])
@pytest.mark.parametrize("threshold", [1.0, 10.0, 1e100, np.inf])
def test_a_gradient_within_the_threshold_is_left_as_it_is_without_a_warning(g, threshold):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        np.testing.assert_array_equal(clip_norm(g, threshold), g)


@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100, 1e300])
def test_clipping_keeps_the_direction_at_any_length(scale):
    g = scale * np.array([[3.0, 0.5], [-4.0, 1.2]])
    # Lengths 5 and 1.3 times the scale: the first is cut to twice it, the second is shorter.
    np.testing.assert_allclose(clip_norm(g, 2 * scale), scale * np.array([[1.2, 0.5], [-1.6, 1.2]]), rtol=1e-14)
    thresholds = scale * np.array([10.0, 0.65])
    np.testing.assert_allclose(clip_norm(g, thresholds), g * [1, 0.5], rtol=1e-14)


def test_clipping_takes_whole_numbers_and_one_number_for_each_run_only():
    assert clip_norm([30, -40], 5).tolist() == [3, -4]
    assert message(lambda: clip_norm([3.0, 4.0], [1.0, 2.0])) == (
        "threshold must broadcast to the shape of the runs of g, (), got (2,)"
    )
    assert message(lambda: clip_norm(np.empty(0), 1.0)) == "g must hold at least one number, got shape (0,)"
    assert message(lambda: clipped(gradient, -1.0)) == "threshold must be positive, got -1.0"
    assert clipped(gradient, 0.5)(np.array([2.0, 0.0])).tolist() == [0.5, 0.0]


# --- runs with data of their own ----------------------------------------------------------------------


def test_data_are_shared_unless_both_have_the_axis_of_runs():
    # As many examples as runs, or targets of the shape of the examples: both are one shared data set.
    def seen(theta, X, y):
        np.testing.assert_array_equal(10 * X[..., 0], y if y.ndim < X.ndim else y[..., 0])
        return X

    X = np.arange(3.0)[:, None] + np.array([0.0, 0.25, 0.5, 0.75])
    rngs = [np.random.default_rng(seed) for seed in range(3)]
    assert minibatch_gradient(seen, X, 10 * X[:, 0], 2, rngs)(None).shape == (3, 2, 4)
    assert minibatch_gradient(seen, X, 10 * X, 2, rngs[:2])(None).shape == (2, 2, 4)
    own = np.stack([X, X + 10, X + 20])
    drawn = minibatch_gradient(seen, own, 10 * own[..., 0], 2, rngs)(None)
    assert drawn.shape == (3, 2, 4)
    np.testing.assert_array_equal(drawn[:, :, 0] // 10, [[0, 0], [1, 1], [2, 2]])
    rows = minibatch_gradient(seen, own, 10 * own, 3, [np.random.default_rng(seed) for seed in range(3)])(None)
    np.testing.assert_array_equal(rows[..., 0] // 10, [[0] * 3, [1] * 3, [2] * 3])
    assert message(lambda: minibatch_gradient(seen, X, np.zeros(2), 1, rngs)) == (
        "y must have one target per example, 3, got 2"
    )
    assert message(lambda: minibatch_gradient(seen, X, np.zeros(3), 1, [])) == (
        "rng must hold at least one generator, got none"
    )


def test_a_trajectory_is_frozen():
    run = descend(SGD, gradient, [2.0, -1.0], 1, epsilon=0.1)
    with pytest.raises(AttributeError):
        run.theta = 0


def test_a_sweep_asks_its_schedule_for_the_steps_it_takes_only():
    ends, _ = sweep(SGD, lambda p: p, [8.0], 2, epsilon=[0.5, 0.25].__getitem__)
    assert ends.tolist() == [3.0]  # 8 · 0.5 · 0.75
    assert sweep(SGD, lambda p: p, [8.0], 1, epsilon=[0.5].__getitem__)[0].tolist() == [4.0]


# --- checks of every step -----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (1,), (8,), (9,), (2, 2), (3, 4)])
@pytest.mark.parametrize("kind", [float, np.float32])
def test_what_is_not_finite_is_seen_wherever_it_stands(shape, kind):
    start = np.full(shape, 3.0, kind)
    huge = np.full(shape, np.finfo(kind).max, kind)  # their sum overflows, none of them does
    checks.finite("g", huge)
    for bad in (np.inf, -np.inf, np.nan):
        for place in np.ndindex(shape):
            g = np.ones(shape, kind)
            g[place] = bad
            told = message(lambda g=g: descend(SGD, lambda theta: g, start, 5, epsilon=0.1), FloatingPointError)
            assert f"step 1 of 5: g must be finite, got 1 of {g.size} elements" in told
    both = np.full(shape, np.inf, kind)
    both.flat[: both.size // 2] = -np.inf  # their sum is not a number
    assert f"got {both.size} of {both.size}" in message(lambda: checks.finite("g", both), FloatingPointError)


def test_a_step_that_changes_shape_or_kind_is_told():
    for g in (np.ones(3), np.ones((2, 1)), [1.0], 1.0):
        told = message(lambda g=g: descend(SGD, lambda theta: g, [1.0, 2.0], 2, epsilon=0.1))
        assert "g must have the shape of theta, (2,)" in told
        told = message(lambda g=g: sweep(SGD, lambda theta: g, [1.0, 2.0], 2, epsilon=0.1))
        assert "g must have the shape of theta, (2,)" in told
