"""Who takes part: an algorithm of the module, or a rule from a file of the user's."""

import functools
import hashlib
import inspect
import sys
import types
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lecture_optim.algorithms import EVERY, Algorithm
from lecture_optim.contest.runs import TEXTBOOK, hyperparameters


class ContestError(Exception):
    """The contest cannot be held as asked; one sentence says why."""


@dataclass(frozen=True)
class Entry:
    """An algorithm by its name, with the text of its file where it is not of the module.

    The text travels, not the function: a worker on another machine has the module, but not the file.

    Parameters
    ----------
    name : str
        A constant of ``lecture_optim.algorithms``, or a name in ``text``.
    label : str
        How tables call it.
    text : str
        Python source; empty for an algorithm of the module.
    """

    name: str
    label: str
    text: str = ""

    @property
    def algorithm(self):
        """Algorithm: what takes part."""
        return _made(self)


def ours(names=()):
    """Return the entries of algorithms of the module.

    Parameters
    ----------
    names : sequence of str
        Names of constants, such as ``"ADAM"``; none for the lecture's eight.

    Returns
    -------
    list of Entry
        In the order of the module.
    """
    from lecture_optim import ALGORITHMS

    unknown = sorted(set(names) - set(EVERY))
    if unknown:
        raise ContestError(f"there is no algorithm {unknown[0]}; there are {', '.join(EVERY)}")
    return [
        Entry(constant, algorithm.name)
        for constant, algorithm in EVERY.items()
        if (constant in names if names else algorithm in ALGORITHMS)
    ]


def theirs(place):
    """Return the entry of a user's own rule, tried on a few steps.

    Parameters
    ----------
    place : str
        ``FILE.py:NAME``. NAME is a rule such as those of ``lecture_optim.algorithms``: a function of
        ``theta``, ``g``, its state, then ``epsilon`` and other hyperparameters, that returns the new
        ``theta`` and state. Or it is an ``Algorithm``, which can look ahead.

    Returns
    -------
    Entry
        Its label is ``FILE:NAME``, which no algorithm of the module has.

    Raises
    ------
    ContestError
        If there is no such rule, or its steps would not do.
    """
    file, colon, name = place.rpartition(":")
    if not colon or not name.isidentifier():
        raise ContestError(f"--rule must be FILE.py:NAME, got {place}")
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContestError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    entry = Entry(name, f"{Path(file).stem}:{name}", text)
    try_out(entry.algorithm, entry.label)
    return entry


@functools.cache
def _made(entry):
    if not entry.text:
        return EVERY[entry.name]
    module = types.ModuleType("rule_" + hashlib.sha256(entry.text.encode()).hexdigest()[:16])
    sys.modules[module.__name__] = module  # dataclasses look there for their own module
    try:
        exec(compile(entry.text, entry.label.partition(":")[0] + ".py", "exec"), vars(module))
    except ImportError as error:
        raise ContestError(f"{entry.label}: {error}; its file travels alone, with what is installed") from None
    except Exception as error:
        raise ContestError(f"the file of {entry.label} cannot be run: {_said(error)}") from None
    found = getattr(module, entry.name, None)
    if isinstance(found, Algorithm):
        return replace(found, name=entry.label)
    if found is None:
        functions = [name for name, value in vars(module).items() if inspect.isfunction(value)]
        raise ContestError(f"{entry.label} is not there; the file has {', '.join(functions) or 'no function'}")
    if not inspect.isfunction(found):
        raise ContestError(f"{entry.label} must be a function or an Algorithm, got {found!r:.60}")
    return Algorithm(entry.label, "your file", found, _state_of(found, entry.label))


def _said(error):
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _state_of(rule, label):
    """Return the names between ``g`` and ``epsilon``, or say what is wrong with the signature."""
    parameters = list(inspect.signature(rule).parameters.values())
    names = [p.name for p in parameters]
    plain = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
    if not plain or "epsilon" not in names[2:]:
        raise ContestError(
            f"{label} must take (theta, g, state …, epsilon, other hyperparameters …), "
            f"got ({', '.join(map(str, parameters))})"
        )
    return tuple(names[2 : names.index("epsilon")])


def try_out(algorithm, label):
    """Let an algorithm take three steps of two runs at once, and raise ContestError where they would not do.

    Parameters
    ----------
    algorithm : Algorithm
        What is tried.
    label : str
        How messages call it.
    """
    for name, default in algorithm.defaults.items():
        if default is inspect.Parameter.empty and name not in {"epsilon", *TEXTBOOK}:
            raise ContestError(f"{label} needs a default for {name}: the contest tunes the rate alone")
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(4, 2))
    gradients = rng.normal(size=(3, 4, 2))
    theta[0], gradients[:, :2] = 0, 0  # as where a document lacks a word
    rates = np.array([0.01, 0.03])
    try:
        both = _steps(algorithm, label, theta, gradients, rates)
        for j in (0, 1):
            alone = _steps(algorithm, label, theta[:, j : j + 1], gradients[:, :, j : j + 1], rates[j : j + 1])
            if not np.allclose(alone, both[:, j : j + 1], rtol=1e-9, atol=1e-12):
                raise ContestError(f"{label} mixes runs: theta has one on each place of its last axis")
    except ContestError:
        raise
    except Exception as error:
        raise ContestError(f"{label} fails on arrays of shape {theta.shape}: {_said(error)}") from None


def _steps(algorithm, label, theta, gradients, rates):
    hyper = algorithm.hyperparameters(epsilon=rates, **hyperparameters(algorithm))
    names = ("theta", *algorithm.state_names)
    state = algorithm.start(theta)
    for g in gradients:
        given = {"theta": theta, "g": g, **dict(zip(algorithm.state_names, state, strict=True)), "epsilon": rates}
        before = {name: np.copy(value) for name, value in given.items()}
        with np.errstate(all="ignore"):
            found = algorithm.rule(theta, g, *state, **hyper)
        for name, value in given.items():
            if not np.array_equal(value, before[name], equal_nan=True):
                raise ContestError(f"{label} changes {name} in place; it must return a new one")
        if not isinstance(found, tuple) or len(found) != len(names):
            what = f"{len(found)} values" if isinstance(found, tuple) else type(found).__name__
            raise ContestError(f"{label} must return a tuple ({', '.join(names)}{',' * (len(names) == 1)}), got {what}")
        for name, value in zip(names, found, strict=True):
            if name != "t" and np.shape(value) != theta.shape:
                raise ContestError(f"{label} must return {name} of shape {theta.shape}, got {np.shape(value)}")
            if not np.all(np.isfinite(value)):
                bad = "where the gradient is 0" if not np.all(np.isfinite(value[:2])) else "after a good step"
                raise ContestError(f"{label} returns {name} that is not finite {bad}")
        theta, *state = found
    return theta
