"""lecture_optim takes the steps of PyTorch, optax and Keras, as tools/conformance.py stored them."""

import json
import re
from pathlib import Path

import algorithm_pages
import numpy as np
import pytest

from lecture_optim import ADADELTA, ADAGRAD, ADAM, MOMENTUM, schedules
from lecture_optim.algorithms import EVERY

STORED = json.loads((Path(__file__).parent / "conformance" / "golden.json").read_text())
THETA, GRADIENTS = np.array(STORED["theta"]), np.array(STORED["gradients"])
FACTORS = STORED["factors"]

# Relative to the largest parameter on the way; some ten times what was seen live.
TOLERANCE = {"float64": 1e-14, "float32": 1e-5}

# What each framework can express of the lecture. PyTorch and Keras have no RMSProp with Nesterov momentum.
LECTURE = {
    f"{framework}_{name}"
    for framework in ("torch", "optax", "keras")
    for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
} | {"optax_rmsprop_nesterov"}
MAPPINGS = set(algorithm_pages.mappings())
WRITE = "no stored steps: `make conformance`, then `.venv-conformance/bin/python tools/conformance.py --write`"


def bowl(theta):
    """Return the gradient that the closed loops used."""
    x, y, z = theta
    return np.array([x**3 + 0.5 * y, 2 * y + 0.5 * x, 0.3 * z**3 + z - 0.2 * y], dtype=theta.dtype)


def path(algorithm, kind, steps, dtype="float64", state=None, theta=THETA, hyper_at=lambda k: {}, **hyper):
    """Return the point where each next gradient is taken: the parameter that the frameworks keep."""
    theta, stream = theta.astype(dtype), GRADIENTS.astype(dtype)
    state = algorithm.start(theta) if state is None else state
    points, epsilon = [], hyper["epsilon"]
    for k in range(steps):
        hyper = {**hyper, "epsilon": epsilon * FACTORS[k] if kind == "schedule" else epsilon, **hyper_at(k)}
        gradient = bowl if kind == "loop" else lambda p, k=k: stream[k]
        theta, state = algorithm.step(gradient, theta, state, **hyper)
        points.append(algorithm.gradient_point(theta, state, **hyper))
    assert points[-1].dtype == dtype
    return np.array(points)


def deviation(points, stored):
    return np.abs(np.array(points, float) - np.array(stored)).max() / np.abs(stored).max()


def record(name):
    return EVERY[name.upper()]


def test_the_file_holds_every_mapping_and_the_versions():
    assert MAPPINGS >= LECTURE
    assert set(STORED["runs"]) == MAPPINGS, WRITE
    assert set(STORED["versions"]) == {"numpy", "torch", "jax", "optax", "keras"}
    for run in STORED["runs"].values():
        assert set(run["paths"]) == {f"{k} {d}" for k in ("stream", "schedule", "loop") for d in TOLERANCE}


@pytest.mark.parametrize("name", EVERY)
def test_every_algorithm_is_compared_with_a_framework(name):
    assert [m for m in MAPPINGS if m.partition("_")[2] == name.lower()]


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("kind", ["stream", "schedule", "loop"])
@pytest.mark.parametrize("mapping", sorted(MAPPINGS))
def test_the_same_steps(mapping, kind, dtype):
    assert mapping in STORED["runs"], WRITE
    run = STORED["runs"][mapping]
    stored = run["paths"][f"{kind} {dtype}"]
    assert len(stored) >= 12
    mine = path(record(run["algorithm"]), kind, len(stored), dtype, **run["hyper"])
    assert deviation(mine, stored) <= TOLERANCE[dtype]


@pytest.mark.parametrize("mapping", ["torch_nesterov", "optax_nesterov", "keras_nesterov", "optax_rmsprop_nesterov"])
def test_the_closed_loop_tells_where_the_gradient_is_taken(mapping):
    # The frameworks keep theta + alpha v. Taken for theta itself, their parameter differs plainly.
    run = STORED["runs"][mapping]
    algorithm, stored = record(run["algorithm"]), run["paths"]["loop float64"]
    theta, state = THETA, algorithm.start(THETA)
    thetas = []
    for _ in stored:
        theta, state = algorithm.step(bowl, theta, state, **run["hyper"])
        thetas.append(theta)
    assert deviation(thetas, stored) > 1e-2


# --- what must not be taken for the lecture's algorithm, and what it is instead ------------------------


@pytest.mark.parametrize("trap", sorted(STORED["traps"]))
def test_a_trap_takes_other_steps(trap):
    run = STORED["traps"][trap]
    mine = path(record(run["algorithm"]), "schedule", 20, **run["hyper"])
    assert deviation(mine, run["path"]) > 1e-3


def trap(name):
    return STORED["traps"][name]["hyper"], STORED["traps"][name]["path"]


def hand_run(update, **names):
    """Return the path of ``theta - update(k, g, r)`` with its accumulator, for rules that are not the lecture's."""
    theta, r, points = THETA, np.full(3, names.get("r", 0.0)), []
    for k, g in enumerate(GRADIENTS):
        step, r = update(k, g, r)
        theta = theta - step
        points.append(theta)
    return points


def test_pytorch_rmsprop_has_delta_outside_the_root():
    hyper, stored = trap("torch_rmsprop_outside")

    def update(k, g, r):
        r = hyper["rho"] * r + (1 - hyper["rho"]) * g * g
        return hyper["epsilon"] * FACTORS[k] / (r**0.5 + hyper["delta"]) * g, r

    assert deviation(hand_run(update), stored) < 1e-14


@pytest.mark.parametrize("name", ["optax_adagrad_inside", "keras_adagrad_inside"])
def test_optax_and_keras_adagrad_have_delta_inside_the_root(name):
    hyper, stored = trap(name)

    def update(k, g, r):
        r = r + g * g
        return hyper["epsilon"] * FACTORS[k] / (r + hyper["delta"]) ** 0.5 * g, r

    assert deviation(hand_run(update), stored) < 1e-14


def test_optax_adagrad_starts_its_accumulator_at_a_tenth():
    hyper, stored = trap("optax_adagrad_default")
    start = ADAGRAD.start(THETA, r=np.full(3, 0.1))
    mine = path(ADAGRAD, "schedule", 20, state=start, epsilon=hyper["epsilon"], delta=0.0)
    assert deviation(mine, stored) < 1e-14


def test_optax_adadelta_without_a_rate_ascends():
    hyper, stored = trap("optax_adadelta_default")
    mine = path(ADADELTA, "stream", 20, **{**hyper, "epsilon": 1.0})
    assert deviation(2 * THETA - mine, stored) < 1e-14  # the mirror image about the start


def test_keras_adam_has_its_epsilon_before_the_correction():
    hyper, stored = trap("keras_adam")
    mine = path(
        ADAM,
        "schedule",
        20,
        hyper_at=lambda k: {"delta": hyper["delta"] / (1 - hyper["rho2"] ** (k + 1)) ** 0.5},
        **hyper,
    )
    assert deviation(mine, stored) < 1e-14


@pytest.mark.parametrize("name", ["torch_momentum", "optax_sgd_momentum"])
def test_a_schedule_outside_the_velocity_rescales_it(name):
    # b = alpha b + g, theta = theta - epsilon_k b: in our names alpha becomes alpha epsilon_k / epsilon_(k-1)
    hyper, stored = trap(name)
    ratio = [1.0] + [new / old for old, new in zip(FACTORS, FACTORS[1:], strict=False)]
    mine = path(MOMENTUM, "schedule", 20, hyper_at=lambda k: {"alpha": hyper["alpha"] * ratio[k]}, **hyper)
    assert deviation(mine, stored) < 1e-14


def test_scikit_learn_adam_has_its_epsilon_before_the_correction():
    from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

    theta, delta, rho2 = THETA.copy(), 0.05, 0.9
    peer = AdamOptimizer([theta], learning_rate_init=0.1, beta_1=0.8, beta_2=rho2, epsilon=delta)
    stored = []
    for g in GRADIENTS:
        peer.update_params([theta], [g])
        stored.append(theta.copy())
    hyper = {"epsilon": 0.1, "rho1": 0.8, "rho2": rho2, "delta": delta}
    mine = path(ADAM, "stream", 20, hyper_at=lambda k: {"delta": delta / (1 - rho2 ** (k + 1)) ** 0.5}, **hyper)
    assert deviation(mine, stored) < 1e-14
    assert deviation(path(ADAM, "stream", 20, **hyper), stored) > 1e-3


# --- the schedules ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mapping", sorted(STORED["schedules"]))
def test_the_same_rates(mapping):
    run = STORED["schedules"][mapping]
    schedule = getattr(schedules, run["schedule"])(**run["arguments"])
    assert len(run["rates"]) == 20 and len(set(run["rates"])) > 2
    assert deviation([schedule(k) for k in range(20)], run["rates"]) <= TOLERANCE["float64"]


def test_every_schedule_that_is_not_a_constant_is_compared():
    ours = {name for name, thing in vars(schedules).items() if name.endswith("_schedule") and callable(thing)}
    compared = {run["schedule"] for run in STORED["schedules"].values()}
    # The warm-up is a part of the one with the stable rate.
    assert compared == ours - {"constant_schedule", "warm_up_schedule"}


# --- the book's page ----------------------------------------------------------------------------------

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "book" / "back" / "frameworks.md").read_text(encoding="utf-8")


def test_the_page_shows_every_mapping_and_the_defaults():
    shown = set(re.findall(r":pyobject: (\w+)", PAGE))
    functions = set(re.findall(r"^def (\w+)", (ROOT / "tools" / "conformance.py").read_text(), re.MULTILINE))
    assert shown <= functions
    assert LECTURE | set(STORED["schedules"]) <= shown
    assert "{{ beyond }}" in PAGE
    assert MAPPINGS - LECTURE == set(re.findall(r":pyobject: (\w+)", algorithm_pages.beyond()))
    for optimizer, defaults in STORED["defaults"].items():
        assert f"| `{optimizer}` | `{defaults}` |" in PAGE
    for name, version in (("PyTorch", "torch"), ("optax", "optax"), ("Keras", "keras")):
        assert f"{name} {STORED['versions'][version].split('+')[0]}" in PAGE


def test_the_tests_that_the_page_names_exist():
    tests = "".join((ROOT / "tests" / f"test_{part}.py").read_text() for part in ("conformance", "algorithms"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) >= 9
    for name in named:
        assert f"def {name}(" in tests
