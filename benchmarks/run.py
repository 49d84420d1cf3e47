"""Measure lecture_optim beside named peers, all in one run: ``make bench``.

``python benchmarks/run.py [steps] [grid] [epoch] [choosing]`` measures the named parts, or all. Peers that are not
installed are named and left out. Every number is processor time, all threads together, and the median over
rounds in which all contestants take turns, so that a busy moment of the machine falls on all of them.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import importlib
import platform
import statistics
import time

import numpy as np
from choosing import choosing

import lecture_optim
from lecture_optim.data import digits
from lecture_optim.descent import minibatches, sweep
from lecture_optim.networks import MLP
from lecture_optim.objectives import Rosenbrock

HYPER = {"epsilon": 1e-3, "alpha": 0.9, "rho": 0.9}
NAMES = ("SGD", "MOMENTUM", "NESTEROV", "ADAGRAD", "RMSPROP", "RMSPROP_NESTEROV", "ADADELTA", "ADAM")


def installed(name):
    """Return the module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def medians(contestants, calls, rounds=25):
    """Return the median seconds a call for each of ``{name: function}``, taking turns."""
    times = {name: [] for name in contestants}
    for call in contestants.values():
        call()  # compile, allocate
    for _ in range(rounds):
        for name, call in contestants.items():
            start = time.process_time()
            for _ in range(calls):
                call()
            times[name].append((time.process_time() - start) / calls)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def ours(name, theta, g):
    """Return our rule alone, and the step with its checks, each taking one more step a call."""
    algorithm = getattr(lecture_optim, name)
    hyper = algorithm.hyperparameters(**{k: v for k, v in HYPER.items() if k in algorithm.defaults})
    held = {"rule": [theta, *algorithm.start(theta)], "step": (theta, algorithm.start(theta))}

    def rule():
        held["rule"] = algorithm.rule(held["rule"][0], g, *held["rule"][1:], **hyper)

    def step():
        held["step"] = algorithm.checked_step(lambda point: g, *held["step"], hyper)

    return {"rule": rule, "step": step}


def peers(name, theta, g, torch, optax, keras):
    """Return the same step by each framework that has it and is installed."""
    rate, alpha = HYPER["epsilon"], HYPER["alpha"]
    found = {}
    if torch:
        kinds = {
            "SGD": (torch.optim.SGD, {}),
            "MOMENTUM": (torch.optim.SGD, {"momentum": alpha}),
            "NESTEROV": (torch.optim.SGD, {"momentum": alpha, "nesterov": True}),
            "ADAGRAD": (torch.optim.Adagrad, {}),
            "RMSPROP": (torch.optim.RMSprop, {}),
            "ADADELTA": (torch.optim.Adadelta, {}),
            "ADAM": (torch.optim.Adam, {}),
        }
        if name in kinds:
            make, more = kinds[name]
            p = torch.tensor(theta)
            p.grad = torch.tensor(g)
            found["torch"] = make([p], lr=rate, **more).step
    if optax:
        import jax

        jax.config.update("jax_enable_x64", True)
        optimizer = {
            "SGD": lambda: optax.sgd(rate),
            "MOMENTUM": lambda: optax.sgd(rate, momentum=alpha),
            "NESTEROV": lambda: optax.sgd(rate, momentum=alpha, nesterov=True),
            "ADAGRAD": lambda: optax.adagrad(rate),
            "RMSPROP": lambda: optax.rmsprop(rate),
            "RMSPROP_NESTEROV": lambda: optax.rmsprop(rate, momentum=alpha, nesterov=True),
            "ADADELTA": lambda: optax.adadelta(1.0),
            "ADAM": lambda: optax.adam(rate),
        }[name]()
        p, gradient = jax.numpy.array(theta), jax.numpy.array(g)
        held = [p, optimizer.init(p)]

        @jax.jit
        def apply(p, state):
            updates, state = optimizer.update(gradient, state, p)
            return optax.apply_updates(p, updates), state

        def step():
            held[:] = apply(*held)
            held[0].block_until_ready()

        found["optax, jit"] = step
    if keras:
        kinds = {
            "SGD": lambda: keras.optimizers.SGD(rate),
            "MOMENTUM": lambda: keras.optimizers.SGD(rate, momentum=alpha),
            "NESTEROV": lambda: keras.optimizers.SGD(rate, momentum=alpha, nesterov=True),
            "ADAGRAD": lambda: keras.optimizers.Adagrad(rate),
            "RMSPROP": lambda: keras.optimizers.RMSprop(rate),
            "ADADELTA": lambda: keras.optimizers.Adadelta(1.0),
            "ADAM": lambda: keras.optimizers.Adam(rate),
        }
        if name in kinds:
            keras.config.set_floatx("float64")
            variable, gradient_k = keras.Variable(theta), keras.ops.convert_to_tensor(g)
            keras_optimizer = kinds[name]()
            keras_optimizer.build([variable])

            def keras_step():
                keras_optimizer.apply([gradient_k], [variable])
                variable.value.block_until_ready()

            found["keras"] = keras_step
    return found


def steps():
    """One step of each algorithm, float64, on a given gradient."""
    torch, optax, keras = (installed(name) for name in ("torch", "optax", "keras"))
    if torch:
        torch.set_num_threads(1)
    columns = [
        "rule",
        "step",
        *(["torch"] if torch else []),
        *(["optax, jit"] if optax else []),
        *(["keras"] if keras else []),
    ]
    for n, calls in ((2, 60), (10_000, 20), (1_000_000, 1)):
        rng = np.random.default_rng(0)
        theta, g = rng.normal(size=(2, n))
        print(f"\nOne step, n = {n}: microseconds (times ours with its checks)")
        print(f"{'':18}" + "".join(f"{c:>18}" for c in columns))
        for name in NAMES:
            found = medians({**ours(name, theta, g), **peers(name, theta, g, torch, optax, keras)}, calls)
            cells = [f"{found[c] * 1e6:9.1f} ({found[c] / found['step']:5.2f})" if c in found else "–" for c in columns]
            print(f"{name:18}" + "".join(f"{cell:>18}" for cell in cells))


def grid():
    """Adam over a grid of starts: all lanes in one broadcast run, against one run at a time."""
    surface, side, count = Rosenbrock(), 24, 100
    axis = np.linspace(-2, 2, side)
    starts = np.stack(np.meshgrid(axis, axis))

    def together():
        sweep(lecture_optim.ADAM, surface.gradient, starts, count, epsilon=0.01)

    def one_by_one():
        for start in starts.reshape(2, -1).T:
            sweep(lecture_optim.ADAM, surface.gradient, start, count, epsilon=0.01)

    found = medians({"one broadcast run": together, "one run a start": one_by_one}, 1, rounds=3)
    print(f"\nAdam from {side} × {side} starts, {count} steps each, on Rosenbrock's valley: milliseconds (times ours)")
    for name, seconds in found.items():
        print(f"{name:22}{seconds * 1e3:10.1f} ({seconds / found['one broadcast run']:.1f})")


def epoch():
    """One pass over the digits with a 64-64-10 tanh network, minibatches of 32, momentum."""
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    data = digits(rng)
    X, y = data.X_train, data.y_train
    net = MLP([64, 64, 10])
    held = [net.init(rng)]
    held.append(lecture_optim.MOMENTUM.start(held[0]))
    hyper = lecture_optim.MOMENTUM.hyperparameters(epsilon=0.01, alpha=0.9)
    batches = minibatches(len(X), 32, rng)
    batches_a_pass = -(-len(X) // 32)

    def mine():
        for _ in range(batches_a_pass):
            batch = next(batches)
            held[:] = lecture_optim.MOMENTUM.checked_step(lambda p, b=batch: net.gradient(p, X[b], y[b]), *held, hyper)

    peer = MLPClassifier(
        (64,), activation="tanh", solver="sgd", alpha=0, batch_size=32, learning_rate_init=0.01, momentum=0.9,
        nesterovs_momentum=False, random_state=0,
    )  # fmt: skip

    contestants = {"lecture_optim": mine, "scikit-learn": lambda: peer.partial_fit(X, y, classes=np.arange(10))}
    torch = installed("torch")
    if torch:
        torch.set_num_threads(1)
        model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 10)).double()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        X_t, y_t = torch.tensor(X), torch.tensor(y)

        def with_torch():
            order = torch.randperm(len(X))
            for first in range(0, len(X), 32):
                batch = order[first : first + 32]
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(model(X_t[batch]), y_t[batch]).backward()
                optimizer.step()

        contestants["torch"] = with_torch
    found = medians(contestants, 1)
    print(f"\nA pass over {len(X)} digits, 64-64-10 tanh, minibatches of 32, float64: milliseconds (times ours)")
    for name, seconds in found.items():
        print(f"{name:22}{seconds * 1e3:10.2f} ({seconds / found['lecture_optim']:.2f})")


PARTS = {"steps": steps, "grid": grid, "epoch": epoch, "choosing": choosing}


def main():
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    chosen = parser.parse_args().parts or list(PARTS)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}, {os.cpu_count()} cores")
    for name in ("torch", "optax", "keras", "sklearn"):
        module = installed(name)
        print(f"{name}: {module.__version__ if module else 'not installed, left out'}")
    for part in chosen:
        PARTS[part]()


if __name__ == "__main__":
    main()
