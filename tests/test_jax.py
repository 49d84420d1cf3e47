"""The rules under JAX: jit with parameters spread over eight devices, and vmap over a grid."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest
from conftest import NOT_RUN

from lecture_optim import jaxed

if importlib.util.find_spec("jax") is None and os.environ.get("CI") != "true":
    pytest.skip(NOT_RUN + "jax", allow_module_level=True)

#: JAX reads the number of devices when it starts, so it gets a process of its own. Each line printed is one
#: comparison: what, algorithm, and the largest difference in units of the largest element.
PROGRAM = """
import json
import numpy as np
from lecture_optim import ALGORITHMS, descent
from lecture_optim.jaxed import jax64, jitted, run
from lecture_optim.objectives import Rosenbrock

jax = jax64()
surface, rng = Rosenbrock(), np.random.default_rng(0)
mesh = jax.make_mesh((8,), ("parts",))
spread = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("parts"))


def say(what, algorithm, found, expected):
    assert found.dtype == np.float64 and found.shape == expected.shape
    print(json.dumps([what, algorithm.name, float(np.max(np.abs(found - expected)) / np.max(np.abs(expected)))]))


for algorithm in ALGORITHMS:
    hyper = {k: v for k, v in {"epsilon": 0.01, "alpha": 0.8}.items() if k in algorithm.defaults}
    theta, g = rng.normal(size=(2, 4, 64))
    state = tuple(3 if n == "t" else rng.uniform(0.1, 2, (4, 64)) for n in algorithm.state_names)
    expected = algorithm.rule(theta, g, *state, **hyper)[0]
    put = lambda part: jax.device_put(part.reshape(-1), spread) if np.ndim(part) else part
    found = jitted(algorithm).rule(put(theta), put(g), *map(put, state), **hyper)[0]
    assert len({s.device for s in found.addressable_shards}) == 8 and found.sharding.is_equivalent_to(spread, 1)
    say("sharded", algorithm, np.asarray(found), expected.reshape(-1))

    starts, rates = rng.uniform(-1, 1, (2, 6)), np.geomspace(1e-4, 1e-3, 5)
    slope = jax.grad(surface.value)
    one = lambda start, epsilon: run(algorithm, slope, start, 10, **{**hyper, "epsilon": epsilon})
    found = jax.jit(jax.vmap(jax.vmap(one, (None, 0), 1), (1, None), 1))(starts, rates)
    grid = {**hyper, "epsilon": rates}
    expected = descent.sweep(algorithm, surface.gradient, starts[..., None], 10, **grid)[0]
    say("vmap", algorithm, np.asarray(found), expected)
"""


@pytest.fixture(scope="module")
def differences():
    env = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("what", ["sharded", "vmap"])
@pytest.mark.slow
def test_jax_takes_the_same_steps(differences, what):
    found = {name: difference for kind, name, difference in differences if kind == what}
    assert len(found) == 8
    assert {name: d for name, d in found.items() if not d <= 1e-12} == {}


def test_without_jax_one_sentence_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ModuleNotFoundError, match=r"^rules under JAX need it: pip install -e '\.\[jax\]'$"):
        jaxed.jax64()
