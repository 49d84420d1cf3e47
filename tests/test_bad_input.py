"""Bad input, argument by argument: each call succeeds or says in one sentence which argument is wrong.

For each public function, class and method of the mathematical modules one good call stands in ``CALLS``. In it each
argument in turn becomes each of the ``BAD`` values. Nothing may hang, ask for gigabytes, or end in an error
that does not name an argument.
"""

import inspect
import itertools
import re
import resource
import signal
import sys
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import lecture_optim
from lecture_optim import (
    MOMENTUM,
    NESTEROV,
    checks,
    curvature,
    data,
    descent,
    networks,
    objectives,
    risk,
    schedules,
    symmetry,
)
from lecture_optim.clipping import clip_norm, clipped
from lecture_optim.linear import LogisticRegression
from lecture_optim.networks import MLP, FlatParameters
from lecture_optim.recurrent import RNN, OneUnitRNN
from lecture_optim.source import source

BAD = [
    None, "seven", "", np.nan, np.inf, -np.inf, 0, -1, -1.5, 0.5, 2, True, 1 + 2j, 10**12, 10**400, {}, {"a": 1}, [],
    [1.0, 2.0, 3.0, 4.0], [[1], [1, 2]], ["a", "b"], [None, None], np.ones((5, 7)), np.ones((2, 3, 4, 5)),
    np.zeros((3, 0)), np.array("a"), np.array([1j, 2]), np.array([None, {}], dtype=object), object(),
]  # fmt: skip

RNG = np.random.default_rng(0)
PAIR = np.array([0.3, -0.7])
BOWL = objectives.Quadratic([[2.0, 1.0], [1.0, 3.0]])
X, Y = RNG.standard_normal((6, 3)), np.array([0, 1, 2, 2, 1, 0])
SETS = risk.draw_linear(RNG, PAIR, 0.5, 4, 3)
NET, REGRESSION = MLP([3, 4, 3]), MLP([3, 2], loss="squared_error")
THETA = NET.init(RNG)
SEQUENCES, LSTM = RNG.standard_normal((6, 5, 2)), RNN(2, 4, 3)
STATE = LSTM.init(RNG)
LINEAR = LogisticRegression(3)
FLAT = FlatParameters([(2, 3), (3,)])
RUN = descent.descend(MOMENTUM, BOWL.gradient, PAIR, 3, epsilon=0.1, alpha=0.5)


def mean_gradient(theta, X, y):
    """Return the gradient of a linear regression."""
    return X.T @ (X @ theta - y) / len(y)


def learner(net, theta, X, y):
    """Return the calls of a network's methods."""
    return {
        **dict.fromkeys((net.value, net.gradient, net.value_and_gradient, net.error), {"theta": theta, "X": X, "y": y}),
        net.predict: {"theta": theta, "X": X},
    }


#: Each function, class or bound method, with the arguments of a good call.
CALLS = {
    MOMENTUM.hyperparameters: {"epsilon": 0.1, "alpha": 0.5},
    MOMENTUM.start: {"theta": PAIR, "v": PAIR},
    MOMENTUM.gradient_point: {"theta": PAIR, "state": (PAIR,), "epsilon": 0.1, "alpha": 0.5},
    NESTEROV.gradient_point: {"theta": PAIR, "state": (PAIR,), "epsilon": 0.1, "alpha": 0.5},
    MOMENTUM.step: {"gradient": BOWL.gradient, "theta": PAIR, "state": (PAIR,), "epsilon": 0.1, "alpha": 0.5},
    NESTEROV.step: {"gradient": BOWL.gradient, "theta": PAIR, "state": (PAIR,), "epsilon": 0.1, "alpha": 0.5},
    risk.draw_linear: {"rng": RNG, "w": PAIR, "sigma": 0.5, "m": 4, "repeats": 3},
    risk.risk: {"theta": PAIR, "w": PAIR, "sigma": 0.5},
    risk.empirical_risk: {"theta": PAIR, "X": SETS[0], "y": SETS[1]},
    risk.minimiser: {"X": SETS[0], "y": SETS[1]},
    risk.angle_error: {"theta": PAIR, "w": 2 * PAIR},
    curvature.hvp: {"gradient": BOWL.gradient, "theta": PAIR, "v": PAIR},
    curvature.along_gradient: {"gradient": BOWL.gradient, "theta": PAIR},
    curvature.predicted_change: {"epsilon": 0.1, "gg": 1.0, "gHg": 2.0},
    curvature.critical_rate: {"gg": 1.0, "gHg": 2.0},
    curvature.best_rate: {"gg": 1.0, "gHg": 2.0},
    curvature.sharpness: {"gradient": BOWL.gradient, "theta": PAIR, "rng": RNG, "tolerance": 0.1, "most": 9},
    data.digits: {"rng": RNG, "validation": 30, "test": 30},
    data.splits: {"make": data.digits, "seeds": [0]},
    data.docstrings: {"library": "lecture_grader"},
    data.documents: {"rng": RNG, "validation": 30, "test": 30, "least_words": 10, "least_documents": 3},
    data.spirals: {"rng": RNG, "m": 5, "noise": 0.1, "turns": 1.0},
    data.memory_task: {"rng": RNG, "m": 5, "lag": 2, "symbols": 3, "noise": 0.1},
    data.one_honest_feature: {"rng": RNG, "m": 5, "positive": 0.5},
    clip_norm: {"g": PAIR, "threshold": 0.5},
    clipped: {"gradient": BOWL.gradient, "threshold": 0.5},
    symmetry.rearranged: {"network": NET, "theta": THETA, "order": [1, 0, 3, 2], "signs": [1, -1, 1, 1], "layer": 0},
    symmetry.copies: {"network": NET, "theta": THETA},
    source: {"function": lecture_optim.algorithms.sgd},
    objectives.Quadratic: {"hessian": np.eye(2), "minimiser": PAIR},
    objectives.Quadratic.with_eigenvalues: {"eigenvalues": [1.0, 2.0], "rotation": np.eye(2)},
    FlatParameters: {"shapes": [(2, 3), (3,)]},
    FLAT.runs_first: {"theta": np.ones(9)},
    FLAT.views: {"rows": np.ones(9)},
    FLAT.pack: {"arrays": [np.ones((2, 3)), np.ones(3)]},
    networks.cross_entropy: {"scores": X, "y": Y},
    networks.squared_error: {"outputs": X, "y": X},
    networks.sigmoid: {"z": 0.5},
    networks.chosen_class: {"scores": X},
    networks.zero_one_loss: {"predicted": Y, "y": Y},
    MLP: {"sizes": [3, 4, 3], "activation": "tanh", "loss": "cross_entropy"},
    NET.init: {"rng": RNG, "runs": 2},
    NET.layers: {"theta": THETA},
    NET.pack: {"layers": NET.layers(THETA)},
    NET.outputs: {"theta": THETA, "X": X},
    **learner(NET, THETA, X, Y),
    REGRESSION.value_and_gradient: {"theta": np.ones(8), "X": X, "y": X[:, :2]},
    RNN: {"inputs": 2, "hidden": 4, "outputs": 3},
    LSTM.init: {"rng": RNG, "recurrent": "orthogonal", "gain": 1.0, "runs": 2},
    LSTM.matrices: {"theta": STATE},
    LSTM.scores: {"theta": STATE, "X": SEQUENCES},
    LSTM.gradient_by_lag: {"theta": STATE, "X": SEQUENCES, "y": Y},
    **learner(LSTM, STATE, SEQUENCES, Y),
    LogisticRegression: {"d": 3},
    LINEAR.init: {"runs": 2},
    LINEAR.log_odds: {"theta": np.ones(4), "X": X},
    **learner(LINEAR, np.ones(4), X, np.minimum(Y, 1)),
    RUN.first: {"condition": [False, False, True, True]},
    descent.descend: {
        "algorithm": MOMENTUM, "gradient": BOWL.gradient, "theta": PAIR, "steps": 3, "epsilon": 0.1, "alpha": 0.5,
        "value": BOWL.value, "state": (PAIR,), "on_divergence": "raise",
    },
    descent.sweep: {
        "algorithm": MOMENTUM, "gradient": BOWL.gradient, "theta": np.ones((2, 1)), "steps": 3, "epsilon": [0.1, 0.2],
        "alpha": 0.5, "reached": lambda theta: theta[0] > 0, "stay": True,
    },
    schedules.constant_schedule: {"epsilon_0": 0.1},
    schedules.linear_schedule: {"epsilon_0": 0.1, "epsilon_tau": 0.01, "tau": 10},
    schedules.inverse_schedule: {"epsilon_0": 0.1, "tau": 10},
    schedules.step_schedule: {"epsilon_0": 0.1, "drops": [5, 8], "factor": 0.1},
    schedules.cosine_schedule: {"epsilon_0": 0.1, "epsilon_tau": 0.01, "tau": 10},
    schedules.warm_up_schedule: {"schedule": lambda k: 0.1, "steps": 10},
    schedules.stable_decay_schedule: {"epsilon_0": 0.1, "steps": 10, "decay": 3, "warm_up": 2},
    descent.minibatches: {"size": 10, "m": 2, "rng": RNG},
    descent.minibatch_gradient: {"gradient": mean_gradient, "X": X, "y": Y, "m": 2, "rng": RNG},
    descent.early_stop: {"errors": [3.0, 2.0, 2.5], "patience": 1},
}  # fmt: skip

for _kind in objectives.Surface.__subclasses__():
    _surface = _kind()
    CALLS[_kind] = dict(vars(_surface))
    for _method in sorted({"value", "gradient", "hessian", "states"} & set(vars(_kind))):  # each worker alike
        CALLS[getattr(_surface, _method)] = {"theta": PAIR[: _kind.coordinates]}
CALLS |= dict.fromkeys((BOWL.value, BOWL.gradient, BOWL.hessian), {"theta": PAIR})


def name(call):
    """Return the full name of a function, class or method."""
    return f"{call.__module__.removeprefix('lecture_optim.')}.{call.__qualname__}"


class HungError(Exception):
    """A call did not return."""


def few_docstrings(library):
    """Return a few made texts in place of all docstrings, which take a second to read."""
    rng = np.random.default_rng(len(library))
    return [" ".join(rng.choice([library + 2 * letter for letter in "abcdefghijklmnop"], 30)) for _ in range(60)]


@pytest.fixture(autouse=True)
def bounds(monkeypatch):
    """Let a call have two seconds of its own and some gigabytes."""

    def stop(*_):
        raise HungError

    monkeypatch.setattr(data, "docstrings", few_docstrings)
    before = signal.signal(signal.SIGVTALRM, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, hard))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    signal.signal(signal.SIGVTALRM, before)


#: What only holds or joins, and rules of plain arithmetic whose callers check, as those of ``algorithms``.
PLAIN = {"data.Data", "data.Documents", "descent.Trajectory", "objectives.Surface", "objectives.stack"}
PLAIN |= {"clipping.shortened"}


def test_every_public_call_is_here():
    held = {name(call) for call in CALLS} | PLAIN
    for module in {call.__module__ for call in CALLS} - {"lecture_optim.algorithms"}:
        found = sys.modules[module]
        for thing in vars(found).values():
            if not (inspect.isfunction(thing) or inspect.isclass(thing)) or thing.__module__ != found.__name__:
                continue
            methods = [one for one in vars(thing).values() if inspect.isfunction(one)] if inspect.isclass(thing) else []
            for one in (thing, *methods):
                assert one.__name__.startswith("_") or name(one) in held


@pytest.mark.parametrize("call", CALLS, ids=name)
def test_each_argument_in_turn(call):
    good, wrong = CALLS[call], []
    call(**good)
    for argument, value in itertools.product(good, BAD):
        signal.setitimer(signal.ITIMER_VIRTUAL, 2)
        try:
            result = call(**{**good, argument: value})
            if isinstance(result, Iterator):
                next(result)
        except (ValueError, TypeError, FloatingPointError, ImportError) as error:
            disagree = re.search("shape|per example", str(error))  # either may be the wrong one
            if not any(re.search(rf"\b{named}\b", str(error)) for named in (good if disagree else [argument])):
                wrong.append(f"{argument}={checks.given(value)}: {type(error).__name__}: {error}")
        except Exception as error:
            wrong.append(f"{argument}={checks.given(value)}: {type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("call", "names", "numbers"),
    [
        (lambda: RNN(3, 9_999, 5), "inputs, hidden and outputs", 9_999 * (9_999 + 3 + 1) + 10_000 * 5),
        (lambda: MLP([10, 9_000, 11_200, 2]), "sizes", 11 * 9_000 + 9_001 * 11_200 + 11_201 * 2),
        (lambda: FlatParameters([(10_000, 10_000), (1,)]), "shapes", 10**8 + 1),
        (lambda: NET.init(RNG, runs=10**8), "runs", 10**8 * NET.size),
        (lambda: LSTM.init(RNG, runs=10**8), "runs", 10**8 * LSTM.size),
        (lambda: LINEAR.init(runs=10**8), "runs", 4 * 10**8),
        (lambda: LogisticRegression(10**8), "d", 10**8 + 1),
        (lambda: risk.draw_linear(RNG, PAIR, 1.0, 20_000, 5_000), "repeats, m and w", 2 * 10**8),
        (lambda: data.spirals(RNG, 50_000_001), "m", 100_000_002),
        (lambda: data.memory_task(RNG, 10_000, 9_999, 2), "m, lag and symbols", 2 * 10**8),
        (lambda: data.memory_task(RNG, 1, 0, 10_001), "m, lag and symbols", 10_001**2),
        (lambda: data.one_honest_feature(RNG, 4_472), "m", 4_472 * 22_363),
        (lambda: objectives.Quadratic.with_eigenvalues(np.ones(10_001)), "eigenvalues", 10_001**2),
        (lambda: descent.minibatches(10**8 + 1, 1, RNG), "size", 10**8 + 1),
        (
            lambda: descent.sweep(MOMENTUM, BOWL.gradient, np.ones((2, 10**4, 1)), 1, epsilon=np.ones(10**4), alpha=0),
            "theta and the hyperparameters",
            2 * 10**8,
        ),
    ],
)
def test_what_asks_for_gigabytes_is_counted(call, names, numbers):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == f"{names} must ask for at most 100000000 numbers, got {numbers}"


def test_what_would_not_return_is_bounded():
    for run in (descent.descend, descent.sweep):
        with pytest.raises(ValueError, match="steps must be a whole number of at most 10000000, got 10000001"):
            run(MOMENTUM, BOWL.gradient, PAIR, 10_000_001, epsilon=0.1, alpha=0.5)
    with pytest.raises(ValueError, match="steps must be a whole number of at most 100000, got 100001"):
        OneUnitRNN(steps=100_001)
    assert OneUnitRNN(steps=100_000).steps == 100_000 and OneUnitRNN(steps=0).value(PAIR) == pytest.approx(0.08**2)
