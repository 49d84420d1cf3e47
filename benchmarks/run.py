"""Measure lecture_optim beside named peers, all in one run: ``make bench``.

``python benchmarks/run.py [PART…] [--out FILE]`` measures the named parts, or all but the contest, and writes
``_build/bench.json``. Peers that are not installed are named and left out. A round lets all contestants take
turns, so that a busy moment falls on all of them; what is compared are the ratios within a round. The clock counts the
processor's time, of all threads together, except where threads themselves are the question.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OMP_WAIT_POLICY"] = "passive"  # PyTorch's threads would else keep a core busy in the next one's turn
os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import subprocess
import sys
from pathlib import Path

import goals
import limits
import numpy as np
from browser import page
from choosing import choosing
from measure import OUT, Book, installed

import lecture_optim
from lecture_optim import compiled
from lecture_optim.data import digits
from lecture_optim.descent import minibatches, sweep
from lecture_optim.networks import MLP
from lecture_optim.objectives import Rosenbrock
from lecture_optim.recurrent import RNN

HYPER = {"epsilon": 1e-3, "alpha": 0.9, "rho": 0.9}
NAMES = ("SGD", "MOMENTUM", "NESTEROV", "ADAGRAD", "RMSPROP", "RMSPROP_NESTEROV", "ADADELTA", "ADAM")
#: Parameters of a step.
SIZES = (2, 100, 10_000, 1_000_000, 10_000_000)


def threads_of_numba(count):
    """Let Numba use so many threads, where it is installed."""
    if installed("numba"):
        import numba

        numba.config.NUMBA_NUM_THREADS = count


def hyper_of(name):
    """Return an algorithm, those hyperparameters that are given, and all, checked."""
    algorithm = getattr(lecture_optim, name)
    given = {k: v for k, v in HYPER.items() if k in algorithm.defaults}
    return algorithm, given, algorithm.hyperparameters(**given)


def ours(name, theta, g):
    """Return NumPy's step with its checks, the rule alone, and the compiled run, each taking one more step a call."""
    algorithm, given, hyper = hyper_of(name)
    held = {"rule": [theta, *algorithm.start(theta)], "step": (theta, algorithm.start(theta))}

    def rule():
        held["rule"] = algorithm.rule(held["rule"][0], g, *held["rule"][1:], **hyper)

    def step():
        held["step"] = algorithm.step(lambda point: g, *held["step"], **given)

    found = {"NumPy, with checks": step, "NumPy, the rule alone": rule}
    if installed("numba"):
        run = compiled.Run(algorithm, theta, **hyper)
        g = compiled.aligned_copy(g, float)
        found["compiled"] = lambda: run(g)
    if limits.loops():
        found["C"] = limits.step(name, theta, g, hyper)
    return found


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
            kinds_of_loop = {"": {"foreach": False}, ", foreach": {"foreach": True}, ", fused": {"fused": True}}
            for kind, how in kinds_of_loop.items():
                p = torch.tensor(theta)
                p.grad = torch.tensor(g)
                try:
                    optimizer = make([p], lr=rate, **more, **how)
                    optimizer.step()
                except (TypeError, RuntimeError):
                    continue  # it has no such form of this algorithm
                found[f"torch{kind}"] = optimizer.step
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
        optax_optimizer, gradient = optimizer, jax.numpy.array(g)

        def apply(p, state, gradient):
            updates, state = optax_optimizer.update(gradient, state, p)
            return optax.apply_updates(p, updates), state

        for kind, given in {"optax, jit": (), "optax, jit and donated": (0, 1)}.items():
            p = jax.numpy.array(theta)
            held, jitted = [p, optax_optimizer.init(p)], jax.jit(apply, donate_argnums=given)

            def step(held=held, jitted=jitted):
                held[:] = jitted(*held, gradient)
                held[0].block_until_ready()

            found[kind] = step
    if keras and len(theta) < 10**7:
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

            found["Keras"] = keras_step
    return found


def steps(book, largest):
    """One step of each algorithm, float64, on a given gradient, in one thread."""
    threads_of_numba(1)
    torch, optax, keras = (installed(name) for name in ("torch", "optax", "keras"))
    if torch:
        torch.set_num_threads(1)
    for n in SIZES:
        if n > largest:
            continue
        theta, g = np.random.default_rng(0).normal(size=(2, n))
        for name in NAMES:
            case = f"{name}, n = {n}"

            def contestants(name=name, theta=theta, g=g):
                return {**ours(name, theta, g), **peers(name, theta, g, torch, optax, keras)}

            # At a million numbers the arrays just fill the cache, and their places decide what stays in it.
            if n == 10**6:
                book.take("steps", case, contestants, deals=5)
            else:
                book.take("steps", case, contestants())
    if not limits.loops():
        book.say("steps", "C", "left out: there is no gcc")


def threads(book, largest):
    """Ten million parameters in one thread and in two, beside the time that their memory traffic needs."""
    n = min(10**7, largest)
    if not installed("numba"):
        book.say("threads", f"n = {n}", "left out: Numba is not installed")
        return
    theta, g = np.random.default_rng(0).normal(size=(2, n))
    for name in ("SGD", "MOMENTUM", "ADAM"):
        algorithm, _, hyper = hyper_of(name)
        run, own = compiled.Run(algorithm, theta, **hyper), compiled.aligned_copy(g, float)

        def several(count, run=run, own=own):
            threads_of_numba(count)
            run(own)

        # Whoever follows a loop over the same arrays finds a part of them in the cache: the first two do not.
        contestants = {"compiled, 2 threads": lambda: several(2)}
        if limits.loops():
            contestants |= limits.traffic(n, 2)
        contestants["compiled, 1 thread"] = lambda: several(1)
        torch = installed("torch")
        if torch:
            torch.set_num_threads(2)
            kind = getattr(torch.optim, "Adam" if name == "ADAM" else "SGD")
            p = torch.tensor(theta)
            p.grad = torch.tensor(g)
            more = {"momentum": HYPER["alpha"]} if name == "MOMENTUM" else {}
            contestants["torch, fused, 2 threads"] = kind([p], lr=1e-3, fused=True, **more).step
        book.take("threads", f"{name}, n = {n}", contestants, clock="wall", share=2)
    threads_of_numba(1)


def map_of_starts(book, largest):
    """Adam from 256 x 256 starts, 200 steps each, on Rosenbrock's valley."""
    threads_of_numba(1)
    algorithm, surface, side, count = lecture_optim.ADAM, Rosenbrock(), 256, 200
    hyper = algorithm.hyperparameters(epsilon=0.01)
    axis = np.linspace(-2, 2, side)
    starts = np.stack(np.meshgrid(axis, axis))
    few = starts.reshape(2, -1)[:, :: side * side // 16]

    def one_by_one():
        for start in few.T:
            sweep(algorithm, surface.gradient, start, count, epsilon=0.01)

    contestants = {"NumPy": lambda: sweep(algorithm, surface.gradient, starts, count, epsilon=0.01)}
    contestants["NumPy, one start after another"] = one_by_one
    scales = {"NumPy, one start after another": side * side // few.shape[1]}
    if installed("numba"):
        contestants["compiled"] = lambda: compiled.sweep(algorithm, surface.gradient, starts, count, epsilon=0.01)
    if limits.loops():
        contestants["C"] = limits.lanes(starts, count, hyper)
    if installed("optax"):
        import jax
        import optax

        jax.config.update("jax_enable_x64", True)
        optimizer = optax.adam(0.01)

        def one(theta):
            def step(_, held):
                theta, state = held
                updates, state = optimizer.update(jax.grad(surface.value)(theta), state)
                return optax.apply_updates(theta, updates), state

            return jax.lax.fori_loop(0, count, step, (theta, optimizer.init(theta)))[0]

        many, points = jax.jit(jax.vmap(one, 1, 1)), jax.numpy.array(starts.reshape(2, -1))
        contestants["optax, vmap and jit"] = lambda: many(points).block_until_ready()
    torch = installed("torch")
    if torch:
        torch.set_num_threads(1)

        def batched():
            p = torch.tensor(starts)
            optimizer = torch.optim.Adam([p], lr=0.01, fused=True)
            for _ in range(count):
                x, y = p
                p.grad = torch.stack((-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)))
                optimizer.step()

        contestants["torch, fused, batched"] = batched
    book.take("map", f"{side} x {side} starts, {count} steps", contestants, scales=scales, share=4)


def training(book, largest):
    """One pass over the digits with a 64-64-10 tanh network, minibatches of 32, momentum; a step of a recurrent net."""
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
    contestants = {"NumPy": mine, "scikit-learn": lambda: peer.partial_fit(X, y, classes=np.arange(10))}
    torch = installed("torch")
    if torch:
        torch.set_num_threads(1)
        X_t, y_t = torch.tensor(X), torch.tensor(y)
        for kind in ({}, {"foreach": True}, {"fused": True}):
            model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 10)).double()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, **kind)

            def with_torch(model=model, optimizer=optimizer):
                order = torch.randperm(len(X))
                for first in range(0, len(X), 32):
                    batch = order[first : first + 32]
                    optimizer.zero_grad()
                    torch.nn.functional.cross_entropy(model(X_t[batch]), y_t[batch]).backward()
                    optimizer.step()

            contestants[", ".join(["torch", *kind])] = with_torch
    book.take("training", "a pass over the digits", contestants)

    net = RNN(2, 32, 2)
    theta, sequences, classes = net.init(rng), rng.normal(size=(32, 20, 2)), rng.integers(2, size=32)
    contestants = {"NumPy": lambda: net.gradient(theta, sequences, classes)}
    if torch:
        cell, end = torch.nn.RNN(2, 32, batch_first=True).double(), torch.nn.Linear(32, 2).double()
        sequences_t, classes_t = torch.tensor(sequences), torch.tensor(classes)

        def recurrent():
            cell.zero_grad()
            end.zero_grad()
            torch.nn.functional.cross_entropy(end(cell(sequences_t)[0][:, -1]), classes_t).backward()

        contestants["torch"] = recurrent
    book.take("training", "a gradient of a recurrent net", contestants)


PATH = """
import numpy as np
from lecture_optim import MOMENTUM
from lecture_optim.descent import descend
from lecture_optim.objectives import Bowl
path = descend(MOMENTUM, Bowl().gradient, [-2.0, 1.0], 50, epsilon=0.02, alpha=0.8).theta
"""
PROGRAMS = {
    "python": "pass",
    "import numpy": "import numpy",
    "import lecture_optim": "import lecture_optim, lecture_optim.objectives, lecture_optim.descent",
    "a path": PATH,
    "a plotted path": PATH + "import matplotlib.pyplot as p; p.plot(*path.T); p.savefig('/dev/null', format='svg')",
    "the first check": "from lecture_grader import check; check(lambda *a: None, 'momentum_step')",
    "import torch": "import torch",
    "import optax": "import optax",
}


def start(book, largest):
    """From the start of a process to a path, a plot, and the first check of an exercise, by the wall's clock."""
    wanted = {name: code for name, code in PROGRAMS.items() if not name.startswith("import ")}
    wanted |= {n: c for n, c in PROGRAMS.items() if n.startswith("import ") and installed(n.split()[1])}

    def process(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)

    contestants = {name: process(code) for name, code in wanted.items()}
    book.take("start", "of a process", contestants, clock="wall", share=10)


PARTS = {"steps": steps, "threads": threads, "map": map_of_starts, "training": training, "start": start, "page": page}
LONG = {"choosing": lambda book, largest: choosing()}


def main(words=None):
    """Run the parts that are named, or all but the long one, and say which goals are met."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    every = PARTS | LONG
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(every)}; default: all but {', '.join(LONG)}"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="the file (_build/bench.json)")
    parser.add_argument("--seconds", type=float, default=2.0, help="for a case (2)")
    parser.add_argument(
        "--largest", type=int, default=SIZES[-1], help="parameters of a step; for a machine of little memory"
    )
    given = parser.parse_args(words)
    unknown = sorted(set(given.parts) - set(every))
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(every)}")
    book = Book(given.out, given.seconds)
    for part in given.parts or PARTS:
        every[part](book, given.largest)
    for line in goals.lines(book.write()):
        print(line)


if __name__ == "__main__":
    main()
