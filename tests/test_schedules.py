"""The schedules of the learning rate, by hand; their equality with PyTorch and optax is in test_conformance.py."""

import numpy as np
import pytest

from lecture_optim import SGD, contest
from lecture_optim.descent import descend, sweep
from lecture_optim.schedules import (
    constant_schedule,
    cosine_schedule,
    inverse_schedule,
    linear_schedule,
    stable_decay_schedule,
    step_schedule,
    warm_up_schedule,
)


def message(call):
    with pytest.raises(ValueError) as error:
        call()
    return str(error.value)


def rates(schedule, steps):
    return [schedule(k) for k in range(steps)]


def test_linear_schedule():
    # (1 - k/4) 0.8 + k/4 0.2: falls by 0.15 a step until step 4
    schedule = linear_schedule(0.8, 0.2, 4)
    np.testing.assert_allclose(rates(schedule, 7), [0.8, 0.65, 0.5, 0.35, 0.2, 0.2, 0.2], rtol=1e-15)
    assert message(lambda: linear_schedule(-0.8, 0.2, 4)).startswith("epsilon_0 must be a positive")
    assert message(lambda: linear_schedule(0.8, -0.1, 4)).startswith("epsilon_tau must be a positive")
    assert message(lambda: linear_schedule(0.8, 0.2, 0)) == "tau must be a whole number of at least 1, got 0"


def test_inverse_schedule_meets_robbins_and_monro():
    schedule = inverse_schedule(0.6, 2)
    np.testing.assert_allclose([schedule(k) for k in (0, 1, 2, 4)], [0.6, 0.4, 0.3, 0.2], rtol=1e-15)
    assert inverse_schedule(0.6, 0.5)(1) == pytest.approx(0.2)  # tau need not be whole
    # sums to infinity like 1.2 ln n; the squares sum to a number: 1.44 Σ 1/(k+2)² = 1.44 (π²/6 - 1)
    found = np.array(rates(schedule, 100_000))
    assert found.sum() - found[:1000].sum() == pytest.approx(1.2 * np.log(100), rel=1e-3)
    assert (found**2).sum() == pytest.approx(1.44 * (np.pi**2 / 6 - 1), abs=2e-5)
    assert message(lambda: inverse_schedule(0, 2)).startswith("epsilon_0 must be a positive")
    assert message(lambda: inverse_schedule(0.6, 0)) == "tau must be positive, got 0"


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (constant_schedule(0.3), [0.3, 0.3, 0.3]),
        # half a wave in 6 steps: cos 0°, 30°, 60°, 90°, 120°, …; 0.1 + 0.8 (1 + cos) / 2
        (
            cosine_schedule(0.9, 0.1, 6),
            [0.9, 0.5 + 0.2 * 3**0.5, 0.7, 0.5, 0.3, 0.5 - 0.2 * 3**0.5, 0.1, 0.1],
        ),
        (step_schedule(8.0, [2, 3], 0.25), [8, 8, 2, 0.5, 0.5]),
        (step_schedule(1.0, []), [1, 1]),
        # a quarter more each step, over a fall of 0.1 a step from 1
        (warm_up_schedule(linear_schedule(1.0, 0.5, 5), 4), [0.25, 0.45, 0.6, 0.7, 0.6, 0.5]),
        # two steps up, two at the top, the last three of seven down to 0 after the last
        (stable_decay_schedule(6.0, 7, 3, warm_up=2), [3, 6, 6, 6, 6, 4, 2, 0, 0]),
        (stable_decay_schedule(6.0, 3, 3), [6, 4, 2, 0]),
    ],
)
def test_by_hand(schedule, expected):
    np.testing.assert_allclose(rates(schedule, len(expected)), expected, rtol=1e-14, atol=1e-15)


def test_all_fall_to_the_same_share_of_the_way_they_have():
    # The mean of a whole linear or cosine fall to 0 is a half (and half a step), that of a stable one more.
    n = 1000
    whole = [np.mean(rates(make(1.0, 0, n), n)) for make in (linear_schedule, cosine_schedule)]
    np.testing.assert_allclose(whole, 0.5 + 0.5 / n, rtol=1e-12)
    assert np.mean(rates(stable_decay_schedule(1.0, n, 200), n)) == pytest.approx(0.8 + 0.2 * 0.5025, rel=1e-12)


def test_a_grid_of_first_rates():
    grid = np.array([[0.1, 0.2, 0.4]])
    for make in (
        constant_schedule,
        lambda e: linear_schedule(e, 0, 9),
        lambda e: cosine_schedule(e, 0, 9),
        lambda e: inverse_schedule(e, 3),
        lambda e: step_schedule(e, [4]),
        lambda e: stable_decay_schedule(e, 9, 4, warm_up=2),
        lambda e: warm_up_schedule(constant_schedule(e), 5),
    ):
        together, _ = sweep(SGD, lambda theta: theta, [[1.0], [2.0]], 9, epsilon=make(grid[0]))
        for i, rate in enumerate(grid[0]):
            alone = descend(SGD, lambda theta: theta, [1.0, 2.0], 9, epsilon=make(rate))
            np.testing.assert_array_equal(together[:, i], alone.theta[-1])


def test_a_rate_of_nothing_is_the_end():
    schedule = cosine_schedule(0.1, 0, 3)
    assert descend(SGD, lambda theta: theta, [1.0], 3, epsilon=schedule).steps == 3
    assert message(lambda: descend(SGD, lambda theta: theta, [1.0], 4, epsilon=schedule)) == (
        "epsilon must be a positive finite learning rate, got 0"
    )


def test_bad_input_is_told():
    assert message(lambda: step_schedule(0.1, [3, -1])) == "drops must be a whole number of at least 0, got -1"
    assert message(lambda: step_schedule(0.1, 3)) == "drops must be a list, got 3"
    assert message(lambda: step_schedule(0.1, [3], 0)) == "factor must be positive, got 0"
    assert message(lambda: stable_decay_schedule(0.1, 10, 11)) == (
        "decay and warm_up must be at most steps, 10, got 11 and 1"
    )
    assert message(lambda: warm_up_schedule(0.1, 5)) == "schedule must be a function, got 0.1"


def test_the_contests_falling_rate_is_the_linear_one():
    grid = np.geomspace(1e-3, 10, 7)
    contests, ours = contest.schedule("falling", grid, 300), linear_schedule(grid, 0, 300)
    for k in range(300):
        np.testing.assert_array_equal(contests(k), ours(k))
