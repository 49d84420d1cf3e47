"""The compiled rules take the steps of the rules they are made from."""

import dataclasses
import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import NOT_RUN

from lecture_optim import ADADELTA, ADAM, ALGORITHMS, MOMENTUM, NESTEROV, SGD, Algorithm, compiled, descent
from lecture_optim.fused import split_rule
from lecture_optim.objectives import (
    Bowl,
    Lessard,
    Mountain,
    Obstacle,
    Plateau,
    Quadratic,
    Rosenbrock,
    Saddle,
    TurnedBowl,
    Waves,
)
from lecture_optim.recurrent import OneUnitRNN

if importlib.util.find_spec("numba") is None and os.environ.get("CI") != "true":
    pytest.skip(NOT_RUN + "numba", allow_module_level=True)

RATES = {"epsilon": 0.03, "alpha": 0.8}
#: Of the largest element: the compiled loop multiplies by a reciprocal and fuses a product with a sum.
CLOSE = {np.dtype(np.float64): 1e-13, np.dtype(np.float32): 5e-7}

every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda a: a.name)


def hyper(algorithm, **more):
    return {k: v for k, v in (RATES | more).items() if k in algorithm.defaults}


def state_of(algorithm, shape, dtype=float, seed=1):
    rng = np.random.default_rng(seed)
    return tuple(3 if n == "t" else rng.uniform(0.1, 2, shape).astype(dtype) for n in algorithm.state_names)


def assert_close(found, expected, digits=None):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert np.shape(one) == np.shape(other)
        if isinstance(other, np.ndarray):
            assert one.dtype == other.dtype
        bound = digits or CLOSE[np.asarray(other).dtype if np.ndim(other) else np.dtype(float)]
        assert np.max(np.abs(np.subtract(one, other))) <= bound * np.max(np.abs(other))


@every_algorithm
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_step_is_the_rules_step(algorithm, dtype):
    rng = np.random.default_rng(0)
    for shape in ((3, 1), (2, 3, 5), (1000,)):
        theta, g = rng.normal(size=(2, *shape)).astype(dtype)
        before = theta.copy(), g.copy()
        state = state_of(algorithm, shape, dtype)
        expected = algorithm.rule(theta, g, *state, **hyper(algorithm))
        assert_close(compiled.step(algorithm)(theta, g, *state, **hyper(algorithm)), expected)
        assert (theta == before[0]).all() and (g == before[1]).all()  # it leaves its arguments alone


@every_algorithm
def test_a_run_asks_for_its_gradient_where_the_algorithm_does(algorithm):
    start, surface = np.array([-0.4, 0.7]), Rosenbrock(b=5.0)
    run = compiled.Run(algorithm, start, **hyper(algorithm, epsilon=1e-3))
    point = run.point
    for _ in range(20):
        point = run(surface.gradient(point))
    path = descent.descend(algorithm, surface.gradient, start, 20, **hyper(algorithm, epsilon=1e-3))
    assert_close((run.theta, *run.state), (path.theta[-1], *path.state), digits=1e-12)
    expected = algorithm.gradient_point(path.theta[-1], path.state, **hyper(algorithm))
    assert_close((point,), (expected,), digits=1e-12)
    assert (start == [-0.4, 0.7]).all()


def test_a_number_is_taken_as_it_is():
    found = compiled.step(ADAM)(1.0, 0.5, 0.2, 0.3, 4, epsilon=0.1)
    assert_close(found, ADAM.rule(1.0, 0.5, 0.2, 0.3, 4, epsilon=0.1))
    assert type(found[-1]) is int


@pytest.mark.parametrize("algorithm", [ADAM, NESTEROV], ids=lambda a: a.name)
def test_hyperparameters_of_each_element(algorithm):
    rng = np.random.default_rng(2)
    theta, g = rng.normal(size=(2, 2, 7))
    state = state_of(algorithm, (2, 7))
    name = "rho1" if algorithm is ADAM else "alpha"
    grid = {"epsilon": rng.uniform(0.01, 1, 7), name: rng.uniform(0, 0.99, (2, 1))}
    found = compiled.step(algorithm)(theta, g, *state, **grid)
    assert_close(found, algorithm.rule(theta, g, *state, **grid))


def test_in_place_writes_into_the_arrays_that_were_given_up():
    theta, v, g = np.ones(5), np.zeros(5), np.full(5, 2.0)
    run = compiled.Run(MOMENTUM, theta, (v,), in_place=True, epsilon=0.1, alpha=0.5)
    run(g)
    assert run.theta is theta and run.state[0] is v
    assert np.allclose(theta, 0.8, rtol=1e-15) and np.allclose(v, -0.2, rtol=1e-15)


def test_a_run_that_looks_ahead_works_out_theta_when_asked():
    theta, v, g = np.array([1.0, -2.0]), np.array([0.5, 1.5]), np.array([2.0, 3.0])
    run = compiled.Run(NESTEROV, theta, (v,), in_place=True, epsilon=0.1, alpha=0.5)
    expected = NESTEROV.rule(theta.copy(), g, v.copy(), epsilon=0.1, alpha=0.5)
    point = run(g)
    assert_close((run.theta, *run.state), expected)
    assert run.theta is theta and run.state[0] is v and run.point is point
    assert_close((point,), (NESTEROV.gradient_point(theta, (v,), alpha=0.5),))

    def at_once(w, g, v, epsilon, alpha):
        return w + alpha * v - epsilon * g, alpha * v - epsilon * g

    mine = dataclasses.replace(NESTEROV, name="at once", rule=at_once)
    run = compiled.Run(mine, [1.0, -2.0], (np.array([0.5, 1.5]),), epsilon=0.1, alpha=0.5)
    assert_close((run(g), run.theta, *run.state), (point, *expected))


def test_a_run_follows_a_schedule():
    rate = descent.inverse_schedule(0.1, 3.0)
    run = compiled.Run(ADAM, np.array([1.0, -2.0]), epsilon=rate)
    for _ in range(10):
        run(Bowl().gradient(run.point))
    path = descent.descend(ADAM, Bowl().gradient, [1.0, -2.0], 10, epsilon=rate)
    assert_close((run.theta,), (path.theta[-1],), digits=1e-12)


def test_the_gradient_may_come_in_any_form():
    for g in ([1.0, 2.0, 3.0], np.array([1, 2, 3]), np.array([[1.0, 2.0, 3.0], [0, 0, 0]]).T[:, 0],
              np.array([1, 2, 3], np.float32), np.broadcast_to(np.float64(2.0), 3)):  # fmt: skip
        run = compiled.Run(SGD, np.zeros(3), epsilon=0.5)
        run(g)
        assert (run.theta == -0.5 * np.asarray(g, float)).all()


def test_threads_change_nothing():
    theta, g = np.random.default_rng(3).normal(size=(2, 3 * compiled._ELEMENTS))
    run = compiled.Run(ADAM, theta, epsilon=0.1)
    run(g)
    some = slice(compiled._ELEMENTS - 50, compiled._ELEMENTS + 50)
    alone = compiled.Run(ADAM, theta[some], epsilon=0.1)
    alone(g[some])
    assert_close((run.theta[some],), (alone.theta,), digits=1e-15)
    assert_close((run.theta,), ADAM.rule(theta, g, *ADAM.start(theta), epsilon=0.1)[:1])


@every_algorithm
def test_a_sweep_is_the_same_sweep(algorithm):
    starts = np.random.default_rng(4).uniform(-1, 1, (2, 9, 10))
    given = hyper(algorithm, epsilon=1e-3)
    expected, _ = descent.sweep(algorithm, Rosenbrock().gradient, starts, 5, **given)
    found, arrived = compiled.sweep(algorithm, Rosenbrock().gradient, starts, 5, **given)
    assert arrived is None
    assert_close((found,), (expected,), digits=5e-13)


@pytest.mark.parametrize(
    "surface", [Bowl(), TurnedBowl(), Saddle(), Mountain(), Obstacle(), Lessard(), Waves(), Plateau()],
    ids=lambda s: type(s).__name__,
)  # fmt: skip
def test_every_surface_is_compiled_from_its_own_gradient(surface, monkeypatch):
    starts = np.random.default_rng(5).uniform(-3, 3, (surface.coordinates, 70))
    expected, _ = descent.sweep(SGD, surface.gradient, starts, 3, epsilon=0.01)

    def in_python(*arguments, **named):
        raise AssertionError("the gradient was not compiled")

    checked = descent.sweep(SGD, surface.gradient, starts, 0, epsilon=0.01)
    monkeypatch.setattr(compiled.descent, "sweep", lambda *a, **k: checked if a[3] == 0 else in_python())
    found, _ = compiled.sweep(SGD, surface.gradient, starts, 3, epsilon=0.01)
    assert_close((found,), (expected,), digits=5e-13)


def test_a_sweep_over_rates_decay_rates_and_a_schedule():
    start = np.array([[-1.0], [0.5]])
    grid = {"epsilon": np.geomspace(1e-4, 1e-1, 5)[:, None], "rho1": np.array([0.0, 0.5, 0.9])}
    start = start[:, :, None]
    expected, _ = descent.sweep(ADAM, Bowl().gradient, start, 7, **grid)
    found, _ = compiled.sweep(ADAM, Bowl().gradient, start, 7, **grid)
    assert_close((found,), (expected,), digits=5e-13)
    rate = descent.linear_schedule(0.1, 0.01, 4)
    expected, _ = descent.sweep(ADAM, Bowl().gradient, start, 7, epsilon=rate)
    found, _ = compiled.sweep(ADAM, Bowl().gradient, start, 7, epsilon=rate)
    assert_close((found,), (expected,), digits=5e-13)


def test_other_gradients_and_arrivals_are_left_to_numpy():
    starts = np.random.default_rng(6).uniform(0.1, 0.9, size=(2, 20))
    given = {"epsilon": 0.2, "reached": lambda theta: np.hypot(*theta) < 0.5, "stay": True}
    for gradient in (Quadratic([[2.0, 1.0], [1.0, 3.0]]).gradient, Bowl().gradient, OneUnitRNN().gradient):
        found = compiled.sweep(MOMENTUM, gradient, starts, 30, alpha=0.1, **given)
        expected = descent.sweep(MOMENTUM, gradient, starts, 30, alpha=0.1, **given)
        assert_close((found[0],), (expected[0],), digits=1e-12)
        assert (found[1] == expected[1]).all()
    found, _ = compiled.sweep(SGD, OneUnitRNN().gradient, starts, 5, epsilon=0.2)
    assert_close((found,), descent.sweep(SGD, OneUnitRNN().gradient, starts, 5, epsilon=0.2)[:1], digits=1e-12)


def test_the_counter_does_not_enter_the_loop():
    split = split_rule(ADAM)
    assert not any("**" in line or "t" == line.split()[0] for line in split.body)
    values, counters = split.prologue(0, 0.1, 0.9, 0.999, 1e-8)
    assert 1 - 0.9**1 in values and counters == (1,)
    assert sum(line.count("sqrt") for line in split_rule(ADADELTA).body) == 1  # its two roots are one


def test_a_rule_of_your_own():
    scale = 3.0

    def clipped(w, slope, m, epsilon, rho=0.9):
        m = rho * m + (1 - rho) * np.minimum(np.maximum(slope, -scale), scale)
        return w - epsilon * m, m

    mine = Algorithm("Mine", "here", clipped, ("average",))
    theta, g = np.random.default_rng(7).normal(scale=5, size=(2, 50))
    found = compiled.step(mine)(theta, g, np.ones(50), epsilon=0.1)
    assert_close(found, clipped(theta, g, np.ones(50), 0.1))
    path = descent.descend(dataclasses.replace(mine, rule=compiled.step(mine)), lambda x: x, theta, 3, epsilon=0.1)
    assert_close((path.theta[-1],), (descent.descend(mine, lambda x: x, theta, 3, epsilon=0.1).theta[-1],))


def test_what_cannot_be_compiled_is_said_in_one_sentence():
    def branching(theta, g, epsilon):
        if epsilon > 1:
            epsilon = 1.0
        return (theta - epsilon * g,)

    def asking(theta, g, epsilon):
        return (theta - epsilon * g.clip(-1, 1),)

    with pytest.raises(ValueError, match="^branching must be assignments and a return to compile, got `if epsilon > 1"):
        compiled.step(Algorithm("B", "here", branching))(1.0, 1.0, epsilon=0.1)
    with pytest.raises(ValueError, match="^asking must be plain arithmetic to compile, got `g.clip"):
        compiled.step(Algorithm("Asking", "here", asking))(1.0, 1.0, epsilon=0.1)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"g must have the shape of theta, \(3,\), got \(2,\)"):
        compiled.Run(SGD, np.zeros(3), epsilon=0.1)(np.zeros(2))
    with pytest.raises(ValueError, match="epsilon must be a positive finite learning rate, got -1"):
        compiled.Run(SGD, np.zeros(3), epsilon=-1.0)
    with pytest.raises(ValueError, match="theta must be float32 or float64 to be compiled, got float16"):
        compiled.Run(SGD, np.zeros(3, np.float16), epsilon=0.1)
    with pytest.raises(ValueError, match="steps must be a whole number of at least 0, got 1.5"):
        compiled.sweep(SGD, Bowl().gradient, np.zeros((2, 3)), 1.5, epsilon=0.1)


def test_without_numba_one_sentence_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    mine = dataclasses.replace(SGD, name="not compiled before")
    with pytest.raises(ModuleNotFoundError, match=r"^compiled rules need Numba: pip install -e '\.\[fast\]'$"):
        compiled.Run(mine, np.zeros(3), epsilon=0.1)


def test_the_second_process_finds_what_the_first_compiled(tmp_path):
    code = "import numpy; from lecture_optim import SGD, compiled; compiled.Run(SGD, numpy.zeros(2), epsilon=1.0)"
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    first, second = (
        subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert first.stderr.startswith("Compiled SGD in ") and str(tmp_path) in first.stderr
    assert second.stderr == ""


def test_importing_the_module_is_cheap():
    code = "import sys, lecture_optim.compiled; print(sorted({'numba', 'matplotlib', 'sklearn'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
