"""A rule wherever it runs: in this process, or a step at a time in the sandbox."""

import functools
import json
import time

import numpy as np

from lecture_grader import sandbox
from lecture_grader.inside import values
from lecture_grader.inside.rule import Refused, packed, state_of, take, unpacked
from lecture_grader.judge import printable
from lecture_grader.submission import ENDINGS
from lecture_optim.contest import TEXTBOOK

NAME = "capstone_rule"
SECONDS = 300  # for all steps of a rule in the sandbox; one of a few lines takes a tenth, on a busy machine
MOST_STATES = 4
WATCHED = 0.02  # the share of the steps in the sandbox that are taken twice
NOT_READABLE = "what your rule returned cannot be read"
UNSTEADY = f"{NAME} must give the same on the same inputs, on each element alone; it mixes elements, or uses chance"


def complete(state, hyper, looks_ahead):
    """Return all hyperparameters but epsilon with their values, or refuse the rule.

    Parameters
    ----------
    state : list of str
        Names of the state.
    hyper : dict
        As :func:`lecture_grader.inside.rule.state_of` returns it.
    looks_ahead : bool
        Whether the gradient is wanted at ``theta + alpha * v``.
    """
    if len(state) > MOST_STATES:
        raise Refused(f"{NAME} may keep up to {MOST_STATES} states, got {len(state)}")
    found = {}
    for name, default in hyper.items():
        if name != "epsilon":
            found[name] = TEXTBOOK.get(name) if default is None else default
            if found[name] is None:
                raise Refused(f"{NAME} needs a default for {name}: only the rate is tuned for you")
            if not np.isfinite(found[name]):
                raise Refused(f"the default of {name} must be finite, got {found[name]}")
    if looks_ahead and (state[:1] != ["v"] or "alpha" not in found):
        given = ", ".join([*state, *found])
        raise Refused(f"a rule that looks ahead needs v as its first state and alpha, got {given}")
    return found


class Rule:
    """What all rules share.

    Attributes
    ----------
    state : list of str
        Names of the state.
    hyper : dict
        The hyperparameters but epsilon.
    looks_ahead : bool
        Whether the gradient is wanted at ``theta + alpha * v``.
    doc : str
        Its docstring.
    step_seconds : float
        What a step on all elements may take.
    """

    step_seconds = 0.25  # the eight take a hundredth of that

    def start(self, theta):
        """Return the state before the first step: zeros."""
        return [0 if name == "t" else np.zeros_like(theta) for name in self.state]

    def point(self, theta, state):
        """Return where the gradient is wanted."""
        return theta + self.hyper["alpha"] * state[0] if self.looks_ahead else theta


class Here(Rule):
    """A rule in this process: the instant check, and the eight.

    Parameters
    ----------
    rule : callable
        The rule.
    looks_ahead : bool, default False
        Whether the gradient is wanted at ``theta + alpha * v``.
    """

    def __init__(self, rule, looks_ahead=False):
        self.state, given = state_of(rule, NAME)
        self._rule, self.looks_ahead, self.doc = rule, looks_ahead, rule.__doc__ or ""
        self.hyper = complete(self.state, given, looks_ahead)
        self._missing = {name: self.hyper[name] for name in self.hyper if given[name] is None}

    def take(self, theta, g, state, epsilon, **hyper):
        """Return the new ``theta`` and state."""
        return take(self._rule, NAME, self.state, theta, g, state, {**self._missing, **hyper, "epsilon": epsilon})


class Inside(Rule):
    """A rule in the sandbox. It is given parameters and gradients in an order that changes with every step.

    So it cannot tell which element belongs to which problem, run or rate: the elements are all that it can work on.

    Parameters
    ----------
    box : Box
        Where it runs.
    source : str
        Python that defines it.
    looks_ahead : bool
        Whether the gradient is wanted at ``theta + alpha * v``.
    seed : int
        Of the order.
    """

    step_seconds = np.inf  # the way there takes longer than the step; there is a limit for all steps

    def __init__(self, box, source, looks_ahead, seed):
        told = box.ask({"what": "rule", "name": NAME, "source": source})
        try:
            self.state, given, self.doc = told["state"], told["hyper"], told["doc"]
            good = all(isinstance(name, str) and name.isidentifier() for name in (*self.state, *given))
            good = good and all(type(default) in (int, float, type(None)) for default in given.values())
        except (TypeError, KeyError, AttributeError):
            good = False
        if not good or not isinstance(self.state, list) or not isinstance(self.doc, str) or "epsilon" not in given:
            raise Refused(NOT_READABLE)
        self._box, self._source, self.looks_ahead = box, source, looks_ahead
        self.hyper = complete(self.state, given, looks_ahead)
        self._missing = {name: self.hyper[name] for name in self.hyper if given[name] is None}
        self._rng, self._deadline = np.random.default_rng(seed), time.monotonic() + SECONDS

    def take(self, theta, g, state, epsilon, **hyper):
        """Return the new ``theta`` and state, from a fork of its own."""
        if time.monotonic() > self._deadline:
            raise Refused(f"{NAME} is too slow: all its steps together may take {SECONDS} s")
        epsilon = np.broadcast_to(epsilon, theta.shape)
        arrays = [theta, g, epsilon, *(part for part in state if not isinstance(part, int))]
        arrays = [np.ravel(array) for array in arrays]
        new = self._step(arrays, state, hyper)
        if self._rng.random() < WATCHED:
            self._watch(arrays, state, hyper, new)
        parts = iter(part.reshape(theta.shape) for part in new)
        return [next(parts)] + [part + 1 if isinstance(part, int) else next(parts) for part in state]

    def _step(self, arrays, state, hyper):
        size = arrays[0].size
        order = self._rng.permutation(size)
        job = {"what": "step", "name": NAME, "source": self._source, "state": self.state, "size": size}
        job["arrays"] = [packed(array[order]) for array in arrays]
        job["hyper"] = {**self._missing, **hyper}
        job["t"] = next((part for part in state if isinstance(part, int)), 0)
        reply = self._box.ask(job)
        wanted = 1 + sum(name != "t" for name in self.state)
        try:
            if len(reply["arrays"]) != wanted:
                raise ValueError("another number of arrays")
            found = [unpacked(text, size) for text in reply["arrays"]]
        except (ValueError, TypeError, KeyError):
            raise Refused(NOT_READABLE) from None
        new = [np.empty(size) for _ in found]
        for one, array in zip(new, found, strict=True):
            one[order] = array
        return new

    def _watch(self, arrays, state, hyper, new):
        """Take the step again with half of the elements changed, and refuse the rule where the others notice."""
        changed = self._rng.permutation(arrays[0].size) < arrays[0].size // 2
        others = self._rng.permutation(arrays[0].size)
        mixed = [np.where(changed, array[others], array) for array in arrays]
        again = self._step(mixed, state, hyper)
        for first, second in zip(new, again, strict=True):
            if not same(first[~changed], second[~changed]):
                raise Refused(UNSTEADY)


def same(one, other):
    """Tell whether two steps agree, but for the last digits."""
    with np.errstate(all="ignore"):
        return np.allclose(one, other, rtol=1e-9, atol=1e-300, equal_nan=True)


class Box:
    """A sandbox for the steps of one student's rule; a new one is made when it is broken.

    Parameters
    ----------
    command : list of str
        From :func:`lecture_grader.sandbox.working_command`.
    """

    def __init__(self, command):
        start = command[-1].replace("inside.serve import", "inside.rule import")
        self._command, self._sandbox = [*command[:-1], start], None

    def ask(self, job):
        """Return the reply to a job, of which not a byte is trusted.

        Raises
        ------
        Refused
            If the answer raised, ended or would not end.
        """
        for _ in range(2):  # the machine may be to blame once; twice, it is the answer
            try:
                self._sandbox = self._sandbox or sandbox.Sandbox(self._command)
                reply = self._sandbox.run(job)
                break
            except sandbox.Broken:
                self.close()
                reply = {"ended": "broken"}
        try:
            if "ended" in reply:
                raise Refused(_small(ENDINGS[reply["ended"]]))
            inner = json.loads(reply["reply"])
            if "refused" in inner:
                raise Refused(printable(inner["refused"])[:300])
            if "failed" in inner:
                kind, text, where = (printable(inner["failed"][key])[:200] for key in ("kind", "text", "where"))
                raise Refused(f"{job['name']} stopped with {kind}: {text}" + (f" ({where})" if where else ""))
            return inner
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Refused(NOT_READABLE) from None

    def value(self, name, source):
        """Return a constant of the student's."""
        try:
            return values.decode(self.ask({"what": "value", "name": name, "source": source})["value"])
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
            raise Refused(f"{name} cannot be read") from None

    def close(self):
        """End everything in it."""
        if self._sandbox:
            self._sandbox.close()
        self._sandbox = None

    def __enter__(self):
        """Return the box."""
        return self

    def __exit__(self, *exception):
        """Close the box."""
        self.close()


def _small(text):
    return text[:1].lower() + text[1:].rstrip(".")


def sentence(error):
    """Return what is said of a refusal, with its capital letter and its end."""
    text = str(error)
    text = text if text.startswith("capstone_") else text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


@functools.cache
def eight():
    """Return the eight by name, as rules in this process."""
    from lecture_optim import ALGORITHMS

    return {algorithm.name: Here(algorithm.rule, algorithm.looks_ahead) for algorithm in ALGORITHMS}
