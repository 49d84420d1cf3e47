"""Step the same inputs through PyTorch, optax and Keras, and compare with lecture_optim.

``python tools/conformance.py --write`` makes ``tests/conformance/golden.json``: the steps that the three
frameworks took, with their versions. The ordinary tests compare lecture_optim with that file and need no
framework. ``--check`` (``make conformance``) takes the steps again with what is installed, compares them with
the file and, over more steps, with lecture_optim itself.

Each mapping is one short function below; the book shows these functions, so what it prints is what is tested.
"""

import argparse
import importlib
import inspect
import json
import os
import re
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # its optimizers are Keras's own code there; other backends replace parts
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import torch

from lecture_optim import schedules
from lecture_optim.algorithms import EVERY

GOLDEN = Path(__file__).parent.parent / "tests" / "conformance" / "golden.json"
AFTER = Path(__file__).parent.parent / "book" / "back" / "after.md"  # names PyTorch's call for each chapter
jax.config.update("jax_enable_x64", True)


# --- the mappings: our names in, a framework's optimizer out ------------------------------------------
# A function's name is the framework's and the constant's. A default is the one value for which both are equal.


def torch_sgd(theta, epsilon):
    return torch.optim.SGD([theta], lr=epsilon)


def optax_sgd(epsilon):
    return optax.sgd(epsilon)


def keras_sgd(epsilon):
    return keras.optimizers.SGD(epsilon)


def torch_momentum(theta, epsilon, alpha):
    # Its buffer is -v / epsilon.
    return torch.optim.SGD([theta], lr=epsilon, momentum=alpha, dampening=0)


def torch_momentum_schedule(group, previous, epsilon, alpha):
    # Before the step at rate epsilon; previous is the rate of the step before.
    group["lr"] = epsilon
    group["momentum"] = alpha * previous / epsilon


def optax_momentum(epsilon, alpha):
    # The rate comes first, as in the box, where v has it inside. optax.sgd puts it last: the same as long as
    # the rate is fixed.
    return optax.chain(optax.scale_by_learning_rate(epsilon), optax.trace(decay=alpha))


def keras_momentum(epsilon, alpha):
    return keras.optimizers.SGD(epsilon, momentum=alpha)


def torch_nesterov(theta, epsilon, alpha):
    return torch.optim.SGD([theta], lr=epsilon, momentum=alpha, nesterov=True)


def optax_nesterov(epsilon, alpha):
    return optax.chain(optax.scale_by_learning_rate(epsilon), optax.trace(decay=alpha, nesterov=True))


def keras_nesterov(epsilon, alpha):
    return keras.optimizers.SGD(epsilon, momentum=alpha, nesterov=True)


def torch_adagrad(theta, epsilon, delta):
    return torch.optim.Adagrad([theta], lr=epsilon, eps=delta, initial_accumulator_value=0)


def optax_adagrad(epsilon, delta=0.0):
    # delta = 0: optax adds its eps inside the root.
    return optax.adagrad(epsilon, initial_accumulator_value=0, eps=0)


def keras_adagrad(epsilon, delta=0.0):
    # delta = 0: Keras adds its epsilon inside the root.
    return keras.optimizers.Adagrad(epsilon, initial_accumulator_value=0, epsilon=0)


def torch_rmsprop(theta, epsilon, rho, delta=0.0):
    # delta = 0: PyTorch adds its eps outside the root.
    return torch.optim.RMSprop([theta], lr=epsilon, alpha=rho, eps=0)


def optax_rmsprop(epsilon, rho, delta):
    return optax.rmsprop(epsilon, decay=rho, eps=delta)


def keras_rmsprop(epsilon, rho, delta):
    return keras.optimizers.RMSprop(epsilon, rho=rho, epsilon=delta)


def optax_rmsprop_nesterov(epsilon, alpha, rho, delta):
    return optax.rmsprop(epsilon, decay=rho, eps=delta, momentum=alpha, nesterov=True)


def torch_adadelta(theta, epsilon, rho, delta):
    return torch.optim.Adadelta([theta], lr=epsilon, rho=rho, eps=delta)


def optax_adadelta(epsilon, rho, delta):
    return optax.adadelta(epsilon, rho=rho, eps=delta)


def keras_adadelta(epsilon, rho, delta):
    return keras.optimizers.Adadelta(epsilon, rho=rho, epsilon=delta)


def torch_adam(theta, epsilon, rho1, rho2, delta):
    return torch.optim.Adam([theta], lr=epsilon, betas=(rho1, rho2), eps=delta)


def optax_adam(epsilon, rho1, rho2, delta):
    return optax.adam(epsilon, b1=rho1, b2=rho2, eps=delta, eps_root=0)


def keras_adam(epsilon, rho1, rho2, delta):
    return keras.optimizers.Adam(epsilon, beta_1=rho1, beta_2=rho2, epsilon=delta)


def keras_adam_before_step(optimizer, t, rho2, delta):
    # Keras corrects the step's length, not the estimates: its epsilon is delta √(1 - rho2^t), t = 1, 2, ….
    optimizer.epsilon = delta * (1 - rho2**t) ** 0.5


def torch_adamw(theta, epsilon, rho1, rho2, delta, decay):
    # Like ours it multiplies the decay by the rate.
    return torch.optim.AdamW([theta], lr=epsilon, betas=(rho1, rho2), eps=delta, weight_decay=decay)


def optax_adamw(epsilon, rho1, rho2, delta, decay):
    return optax.adamw(epsilon, b1=rho1, b2=rho2, eps=delta, eps_root=0, weight_decay=decay)


# --- the schedules: a first rate and our names in, a framework's schedule out --------------------------
# PyTorch's change the rate of an optimizer at each of their steps; optax's are functions of the step, as ours are.


def torch_linear_schedule(optimizer, epsilon_0, epsilon_tau, tau):
    # Its factors are those of the optimizer's rate, here epsilon_0.
    return torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, epsilon_tau / epsilon_0, total_iters=tau)


def optax_linear_schedule(epsilon_0, epsilon_tau, tau):
    return optax.linear_schedule(epsilon_0, epsilon_tau, transition_steps=tau)


def torch_inverse_schedule(optimizer, epsilon_0, tau):
    # There is none of that name; any function of the step will do.
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k / tau))


def torch_step_schedule(optimizer, epsilon_0, drops, factor):
    return torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=drops, gamma=factor)


def optax_step_schedule(epsilon_0, drops, factor):
    return optax.piecewise_constant_schedule(epsilon_0, {drop: factor for drop in drops})


def torch_cosine_schedule(optimizer, epsilon_0, epsilon_tau, tau):
    # After tau steps it rises again, where ours stays.
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=tau, eta_min=epsilon_tau)


def optax_cosine_schedule(epsilon_0, epsilon_tau, tau):
    return optax.cosine_decay_schedule(epsilon_0, decay_steps=tau, alpha=epsilon_tau / epsilon_0)


def torch_stable_decay_schedule(optimizer, epsilon_0, steps, decay, warm_up):
    lr = torch.optim.lr_scheduler
    up = lr.LinearLR(optimizer, 1 / warm_up, 1.0, total_iters=warm_up - 1)
    stable = lr.ConstantLR(optimizer, 1.0, total_iters=0)
    down = lr.LinearLR(optimizer, 1.0, 0.0, total_iters=decay)
    return lr.SequentialLR(optimizer, [up, stable, down], milestones=[warm_up, steps - decay])


def optax_stable_decay_schedule(epsilon_0, steps, decay, warm_up):
    up = optax.linear_schedule(epsilon_0 / warm_up, epsilon_0, warm_up - 1)
    down = optax.linear_schedule(epsilon_0, 0.0, decay)
    return optax.join_schedules([up, optax.constant_schedule(epsilon_0), down], [warm_up, steps - decay])


# --- what must *not* be taken for the lecture's algorithm ---------------------------------------------


def optax_sgd_momentum(epsilon, alpha):
    return optax.sgd(epsilon, momentum=alpha)


def torch_rmsprop_outside(theta, epsilon, rho, delta):
    return torch.optim.RMSprop([theta], lr=epsilon, alpha=rho, eps=delta)


def optax_adagrad_default(epsilon):
    return optax.adagrad(epsilon, eps=0)


def optax_adagrad_inside(epsilon, delta):
    return optax.adagrad(epsilon, initial_accumulator_value=0, eps=delta)


def keras_adagrad_inside(epsilon, delta):
    return keras.optimizers.Adagrad(epsilon, initial_accumulator_value=0, epsilon=delta)


def optax_adadelta_default(rho, delta):
    return optax.adadelta(rho=rho, eps=delta)


# --- stepping -----------------------------------------------------------------------------------------


def step_torch(make, gradient, theta, rates, before=None, **hyper):
    """Return the framework's parameter after each step; ``before(optimizer, k)`` may change the optimizer."""
    p = torch.tensor(theta)
    if "epsilon" in hyper:
        hyper["epsilon"] = rates[0]
    optimizer = make(p, **hyper)
    path = []
    for k, rate in enumerate(rates):
        optimizer.param_groups[0]["lr"] = rate
        if before:
            before(optimizer, k)
        p.grad = torch.tensor(gradient(k, p.numpy().copy()))
        optimizer.step()
        path.append(p.numpy().copy())
    return path


def step_optax(make, gradient, theta, rates, before=None, **hyper):
    """As :func:`step_torch`; the schedule is a float64 function of the step."""
    table = jnp.array(rates)
    if "epsilon" in hyper:
        hyper["epsilon"] = lambda k: table[k].astype(theta.dtype)
    optimizer = make(**hyper)
    p = jnp.array(theta)
    state = optimizer.init(p)
    update = jax.jit(lambda g, state, p: optimizer.update(g, state, p))
    path = []
    for k in range(len(rates)):
        updates, state = update(jnp.array(gradient(k, np.array(p))), state, p)
        p = optax.apply_updates(p, updates)
        path.append(np.array(p))
    return path


def step_keras(make, gradient, theta, rates, before=None, **hyper):
    """As :func:`step_torch`."""
    keras.config.set_floatx(theta.dtype.name)
    p = keras.Variable(theta, dtype=theta.dtype.name)
    hyper["epsilon"] = rates[0]
    optimizer = make(**hyper)
    optimizer.build([p])
    path = []
    for k, rate in enumerate(rates):
        optimizer.learning_rate = rate
        if before:
            before(optimizer, k)
        optimizer.apply([jnp.array(gradient(k, keras.ops.convert_to_numpy(p)))], [p])
        path.append(keras.ops.convert_to_numpy(p))
    return path


def rates_torch(make, count, arguments):
    """Return the rates that a scheduler of PyTorch gives an optimizer."""
    p = torch.zeros(1, dtype=torch.float64)
    p.grad = torch.zeros_like(p)
    optimizer = torch.optim.SGD([p], lr=arguments["epsilon_0"])
    scheduler, rates = make(optimizer, **arguments), []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def rates_optax(make, count, arguments):
    """Return the rates of a schedule of optax."""
    schedule = make(**arguments)
    return [float(schedule(jnp.asarray(k, dtype=jnp.int64))) for k in range(count)]


STEP = {"torch": step_torch, "optax": step_optax, "keras": step_keras}

#: Hyperparameters for the comparison; delta is large, so that its place matters.
VALUES = {"epsilon": 0.1, "alpha": 0.8, "rho": 0.8, "rho1": 0.8, "rho2": 0.9, "delta": 0.05, "decay": 0.3}
HYPER = {name.lower(): {k: VALUES[k] for k in algorithm.defaults} for name, algorithm in EVERY.items()}
HYPER["adagrad"]["epsilon"], HYPER["adadelta"]["epsilon"] = 0.3, 0.5
HYPER["rmsprop"]["epsilon"] = HYPER["rmsprop_nesterov"]["epsilon"] = 0.05
HYPER["rmsprop_nesterov"]["alpha"] = 0.7

#: Arguments for the comparison of the schedules; over 20 steps each goes through all of its parts.
SCHEDULES = {
    "linear_schedule": {"epsilon_0": 0.3, "epsilon_tau": 0.02, "tau": 15},
    "inverse_schedule": {"epsilon_0": 0.3, "tau": 4},
    "step_schedule": {"epsilon_0": 0.3, "drops": [7, 13], "factor": 0.2},
    "cosine_schedule": {"epsilon_0": 0.3, "epsilon_tau": 0.02, "tau": 19},
    "stable_decay_schedule": {"epsilon_0": 0.3, "steps": 20, "decay": 6, "warm_up": 5},
}
RATES = {"torch": rates_torch, "optax": rates_optax}
SCHEDULED = {f"{f}_{name}": name for name in SCHEDULES for f in RATES if f"{f}_{name}" in globals()}

#: Mapping, and the algorithm it must be compared with or kept apart from.
MAPPINGS = {f"{framework}_{name}": name for name in HYPER for framework in STEP if f"{framework}_{name}" in globals()}
TRAPS = {
    "torch_rmsprop_outside": "rmsprop",
    "optax_adagrad_default": "adagrad",
    "optax_adagrad_inside": "adagrad",
    "keras_adagrad_inside": "adagrad",
    "optax_adadelta_default": "adadelta",
    "keras_adam": "adam",  # with its epsilon left alone
    "torch_momentum": "momentum",  # with a schedule and its momentum left alone
    "optax_sgd_momentum": "momentum",  # with a schedule
}


def inputs(steps):
    """Return start, stream of gradients and learning rates; seeded, some gradients small and one zero."""
    rng = np.random.default_rng(20)
    theta = np.array([0.75, -1.5, 2.0])
    gradients = rng.normal(size=(steps, 3)) * np.array([1.0, 0.1, 3.0])
    gradients[4, 1] = 0.0
    rate = schedules.inverse_schedule(1.0, 7)
    return theta, gradients, [rate(k) for k in range(steps)]


def bowl(theta):
    """Return the gradient of a smooth bowl that couples the coordinates, in the type of ``theta``."""
    x, y, z = theta
    return np.array([x**3 + 0.5 * y, 2 * y + 0.5 * x, 0.3 * z**3 + z - 0.2 * y], dtype=theta.dtype)


def hyper_of(mapping, name):
    """Return the hyperparameters of lecture_optim that a mapping is equal to."""
    parameters = inspect.signature(globals()[mapping]).parameters.values()
    return HYPER[name] | {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}


def run(mapping, name, kind, steps, dtype, trap=False):
    """Return the path of one mapping over a ``"stream"``, a ``"schedule"`` or a closed ``"loop"``."""
    theta, gradients, factors = inputs(steps)
    make = globals()[mapping]
    hyper = {k: v for k, v in hyper_of(mapping, name).items() if k in inspect.signature(make).parameters}
    epsilon = HYPER[name]["epsilon"]
    rates = [epsilon * (factor if kind == "schedule" else 1.0) for factor in factors]
    before = None
    if mapping == "keras_adam" and not trap:

        def before(optimizer, k):
            keras_adam_before_step(optimizer, k + 1, hyper["rho2"], hyper["delta"])

    elif mapping == "torch_momentum" and not trap:

        def before(optimizer, k):
            torch_momentum_schedule(optimizer.param_groups[0], rates[max(k - 1, 0)], rates[k], hyper["alpha"])

    stream = gradients.astype(dtype)
    if kind == "schedule" and mapping == "torch_nesterov":
        # PyTorch has no counterpart with a schedule, but the rate may scale the loss instead: lr = 1.
        factors, rates = rates, [1.0] * steps
        return step_torch(
            make, lambda k, p: (factors[k] * stream[k]).astype(dtype), theta.astype(dtype), rates, **hyper
        )

    def gradient(k, p):
        return bowl(p) if kind == "loop" else stream[k]

    return STEP[mapping.split("_")[0]](make, gradient, theta.astype(dtype), rates, before, **hyper)


def ours(name, kind, steps, dtype, **hyper):
    """Return lecture_optim's path: the point where its next gradient is taken, as the frameworks keep it."""
    theta, gradients, factors = inputs(steps)
    algorithm = EVERY[name.upper()]
    theta, stream = theta.astype(dtype), gradients.astype(dtype)
    state, path, epsilon = algorithm.start(theta), [], hyper["epsilon"]
    for k in range(steps):
        hyper["epsilon"] = epsilon * factors[k] if kind == "schedule" else epsilon
        gradient = bowl if kind == "loop" else lambda p, k=k: stream[k]
        theta, state = algorithm.step(gradient, theta, state, **hyper)
        path.append(algorithm.gradient_point(theta, state, **hyper))
    return path


#: kind of run: number of steps kept in the file, number of steps in the live comparison
KINDS = {"stream": (20, 300), "schedule": (20, 300), "loop": (12, 12)}
DTYPES = {"float64": np.float64, "float32": np.float32}


def versions():
    """Return the versions of what makes the steps."""
    return {module.__name__: module.__version__ for module in (np, torch, jax, optax, keras)}


#: The arguments of each optimizer that the book's page lists with their defaults.
ARGUMENTS = {
    torch.optim.SGD: ("lr", "momentum", "dampening", "nesterov"),
    torch.optim.Adagrad: ("lr", "initial_accumulator_value", "eps"),
    torch.optim.RMSprop: ("lr", "alpha", "eps", "momentum"),
    torch.optim.Adadelta: ("lr", "rho", "eps"),
    torch.optim.Adam: ("lr", "betas", "eps"),
    torch.optim.AdamW: ("lr", "betas", "eps", "weight_decay"),
    optax.sgd: ("learning_rate", "momentum", "nesterov"),
    optax.adagrad: ("learning_rate", "initial_accumulator_value", "eps"),
    optax.rmsprop: ("learning_rate", "decay", "eps", "eps_in_sqrt", "momentum", "nesterov"),
    optax.adadelta: ("learning_rate", "rho", "eps"),
    optax.adam: ("learning_rate", "b1", "b2", "eps", "eps_root"),
    optax.adamw: ("learning_rate", "b1", "b2", "eps", "eps_root", "weight_decay"),
    keras.optimizers.SGD: ("learning_rate", "momentum", "nesterov"),
    keras.optimizers.Adagrad: ("learning_rate", "initial_accumulator_value", "epsilon"),
    keras.optimizers.RMSprop: ("learning_rate", "rho", "momentum", "epsilon"),
    keras.optimizers.Adadelta: ("learning_rate", "rho", "epsilon"),
    keras.optimizers.Adam: ("learning_rate", "beta_1", "beta_2", "epsilon"),
    keras.optimizers.AdamW: ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay"),
}


def defaults():
    """Return ``{optimizer: "argument=default, …"}``; an argument without a default stands alone."""
    found = {}
    for optimizer, names in ARGUMENTS.items():
        module = optimizer.__module__.split(".")[0]
        label = {"torch": "torch.optim.", "optax": "optax.", "keras": "keras.optimizers."}[module]
        parameters = inspect.signature(optimizer).parameters
        empty = inspect.Parameter.empty
        found[label + optimizer.__name__] = ", ".join(
            name if parameters[name].default is empty else f"{name}={parameters[name].default}" for name in names
        )
    return found


def scheduled():
    """Return the first 20 rates of each schedule of the frameworks."""
    return {
        mapping: {
            "schedule": name,
            "arguments": SCHEDULES[name],
            "rates": RATES[mapping.partition("_")[0]](globals()[mapping], 20, SCHEDULES[name]),
        }
        for mapping, name in SCHEDULED.items()
    }


def golden():
    """Return everything that the file holds."""
    theta, gradients, factors = inputs(20)
    runs = {}
    for mapping, name in MAPPINGS.items():
        runs[mapping] = {
            "algorithm": name,
            "hyper": hyper_of(mapping, name),
            "paths": {
                f"{kind} {dtype}": rounded(run(mapping, name, kind, steps, DTYPES[dtype]))
                for kind, (steps, _) in KINDS.items()
                for dtype in DTYPES
            },
        }
    traps = {
        mapping: {
            "algorithm": name,
            "hyper": HYPER[name],
            "path": rounded(run(mapping, name, "schedule", 20, np.float64, trap=True)),
        }
        for mapping, name in TRAPS.items()
    }
    return {
        "versions": versions(),
        "defaults": defaults(),
        "theta": theta.tolist(),
        "gradients": gradients.tolist(),
        "factors": factors,
        "runs": runs,
        "traps": traps,
        "schedules": scheduled(),
    }


def rounded(path):
    """Return the path as lists of numbers with as many digits as its type has."""
    digits = 17 if path[0].dtype == np.float64 else 9
    return [[float(f"{x:.{digits}g}") for x in row.tolist()] for row in path]


def deviation(path, expected):
    """Return the largest difference, in units of the largest parameter on the way."""
    return float(np.abs(np.array(path, float) - np.array(expected, float)).max() / np.abs(expected).max())


#: The largest deviation allowed over 300 steps: some ten times what was seen, as another processor may round otherwise.
TOLERANCE = {"float64": 1e-14, "float32": 1e-5}


def wrong_names():
    """Return PyTorch's calls in the book that are not as the book says: there, or expressly not there."""
    found = re.findall(r"(there is no )?`(torch[.][\w.]+)`", AFTER.read_text(encoding="utf-8"))

    def there(name):
        module, _, call = name.rpartition(".")
        return hasattr(importlib.import_module(module), call)

    return [name for absent, name in found if there(name) == bool(absent)]


def check():
    """Compare live steps with the file and with lecture_optim; return the number of mappings that differ."""
    stored, failures = json.loads(GOLDEN.read_text()), 0
    for name in wrong_names():
        failures += 1
        print(f"book/back/after.md is wrong about {name}")
    if stored["versions"] != versions():
        print(f"the file was made with {stored['versions']}, this is {versions()}")
    live = golden()
    for part in ("defaults", "theta", "gradients", "factors"):
        if live[part] != stored[part]:
            failures += 1
            print(f"the file's {part} are not those of this script: run it with --write")
    for mapping in live["runs"].keys() ^ stored["runs"].keys():
        failures += 1
        print(f"{mapping}: in the script or in the file, but not in both: run it with --write")
    known = [m for m in live["runs"] if m in stored["runs"]]
    pairs = [(f"{m} {k}", p, stored["runs"][m]["paths"][k]) for m in known for k, p in live["runs"][m]["paths"].items()]
    pairs += [(f"{m} (trap)", r["path"], stored["traps"][m]["path"]) for m, r in live["traps"].items()]
    pairs += [(m, r["rates"], stored["schedules"][m]["rates"]) for m, r in live["schedules"].items()]
    for label, path, kept in pairs:
        if deviation(path, kept) > TOLERANCE["float32" if "float32" in label else "float64"]:
            failures += 1
            print(f"{label}: the file holds other steps, deviation {deviation(path, kept):.1e}")

    print(f"{'largest deviation from lecture_optim':38}" + "".join(f"{k + ' ' + d:>18}" for k in KINDS for d in DTYPES))
    for mapping, name in MAPPINGS.items():
        row = f"{mapping:38}"
        for kind, (_, steps) in KINDS.items():
            for dtype, number in DTYPES.items():
                mine = ours(name, kind, steps, number, **hyper_of(mapping, name))
                gap = deviation(run(mapping, name, kind, steps, number), mine)
                good = gap <= TOLERANCE[dtype]
                failures += not good
                row += f"{gap:>17.0e}" + (" " if good else "!")
        print(row)
    for mapping, made in live["schedules"].items():
        schedule = getattr(schedules, made["schedule"])(**made["arguments"])
        gap = deviation(made["rates"], [schedule(k) for k in range(20)])
        good = gap <= TOLERANCE["float64"]
        failures += not good
        print(f"{mapping:38}{gap:>17.0e}" + (" " if good else "!"))
    for mapping, name in TRAPS.items():
        gap = deviation(
            run(mapping, name, "schedule", 20, np.float64, trap=True),
            ours(name, "schedule", 20, np.float64, **HYPER[name]),
        )
        failures += gap < 1e-3
        print(
            f"{mapping:38}{gap:>17.0e}   differs, as the book says" if gap >= 1e-3 else f"{mapping}: no longer differs"
        )
    return failures


def main():
    """Write the file, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="make tests/conformance/golden.json")
    what.add_argument("--check", action="store_true", help="compare live steps with the file and with lecture_optim")
    if parser.parse_args().write:
        GOLDEN.write_text(compact(golden()))
        print(f"{GOLDEN.name}: {GOLDEN.stat().st_size / 1000:.0f} kB")
        return 0
    failures = check()
    print("all equal" if not failures else f"{failures} comparisons failed")
    return 1 if failures else 0


def compact(value, depth=0):
    """Return JSON with one line for each path, so that a change shows where it is."""
    if isinstance(value, dict) and depth < 4:
        inner = ",\n".join(f"{' ' * (depth + 1)}{json.dumps(k)}: {compact(v, depth + 1)}" for k, v in value.items())
        return f"{{\n{inner}\n{' ' * depth}}}" + ("\n" if depth == 0 else "")
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
