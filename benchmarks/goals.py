"""What the engines should reach, and whether a file of measurements shows it: one row for each goal."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

NAMES = ("SGD", "MOMENTUM", "NESTEROV", "ADAGRAD", "RMSPROP", "RMSPROP_NESTEROV", "ADADELTA", "ADAM")
MAP, EPOCH = ("map", "256 x 256 starts, 200 steps"), ("training", "a pass over the digits")
#: Bytes that a step moves for each parameter: what it reads and writes, eight each.
BYTES = {"SGD": 24, "MOMENTUM": 40, "ADAM": 56}


def medians(values):
    """Return the median and the quartiles."""
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return median, low, high


def times_of(content, part, case):
    """Return the microseconds of each round by contestant, or nothing where the case was not measured."""
    for result in content["results"]:
        if (result["part"], result["case"]) == (part, case) and "contestants" in result:
            return {row["contestant"]: row["microseconds"] for row in result["contestants"]}
    return {}


def paired(over, under):
    """Return the median and quartiles of the ratio, taken within each round where both have the same rounds."""
    return medians([a / b for a, b in zip(over, under, strict=False)])


def best(times, names):
    """Return the fastest of the contestants whose name begins with one of these."""
    found = [name for name in times if name.startswith(names)]
    return min(found, key=lambda name: statistics.median(times[name]), default=None)


@dataclass(frozen=True)
class Found:
    """What was measured for a goal: median, quartiles, and what it was."""

    median: float
    low: float
    high: float
    what: str


def against(cases, peers, ours, worst=min):
    """Return a measure: the best of the peers' times over ours, in that of the cases where it is worst."""

    def measure(content):
        found = []
        for part, case in cases:
            times = times_of(content, part, case)
            peer = best({k: v for k, v in times.items() if k != ours}, peers)
            if peer is None or ours not in times:
                return None
            where = f"{case}, {peer}" if len(cases) > 1 else peer
            found.append(Found(*paired(times[peer], times[ours]), where))
        return worst(found, key=lambda one: one.median)

    return measure


def over(cases, ours, limit, worst=max):
    """Return a measure: our time over the limit's, in that of the cases where it is worst."""

    def measure(content):
        found = []
        for part, case in cases:
            times = times_of(content, part, case)
            if ours not in times or limit not in times:
                return None
            found.append(Found(*paired(times[ours], times[limit]), case if len(cases) > 1 else limit))
        return worst(found, key=lambda one: one.median)

    return measure


def traffic(content):
    """Return our time in two threads over what the memory's traffic needs, where it is worst."""
    found = []
    for name, moved in BYTES.items():
        times = times_of(content, "threads", f"{name}, n = 10000000")
        if "compiled, 2 threads" not in times or "C, update" not in times:
            return None
        needed = [moved / 24 * update for update in times["C, update"]]  # which moves 24 bytes a number
        found.append(Found(*paired(times["compiled, 2 threads"], needed), name))
    return max(found, key=lambda one: one.median)


def milliseconds(part, case, contestant, less=None):
    """Return a measure: the time of a contestant, or how much more it needs than another."""

    def measure(content):
        times = times_of(content, part, case)
        if contestant not in times:
            return None
        without = times[less] if less else [0.0] * len(times[contestant])
        return Found(*medians([(a - b) / 1e3 for a, b in zip(times[contestant], without, strict=True)]), contestant)

    return measure


def step(names, sizes):
    """Return the cases of a step."""
    return [("steps", f"{name}, n = {n}") for n in sizes for name in names]


@dataclass(frozen=True)
class Goal:
    """A bound on what is measured, and why it may not be reached.

    Parameters
    ----------
    engine, text : str
        What is claimed of which engine.
    least, most : float
        The bound: one of them.
    measure : callable
        Takes the content of a file, returns what was found or None.
    because : str
        What stands behind it where it falls short.
    unit : str
        Of what is measured; nothing for a ratio.
    """

    engine: str
    text: str
    measure: Callable
    least: float | None = None
    most: float | None = None
    because: str = ""
    unit: str = ""

    @property
    def bound(self):
        """str: the bound in words."""
        return f"at least {self.least:g}{self.unit}" if self.least is not None else f"at most {self.most:g}{self.unit}"

    def met(self, found):
        """Tell whether the median keeps the bound."""
        return found.median >= self.least if self.least is not None else found.median <= self.most


CALLS = (
    "Adam's step on two parameters is some thirty operations on floats, and seven arrays to read or write: half of the "
    "time. The other half is what is checked and called around them."
)
MEMORY = (
    "At this size the memory, not the loop, sets the time: all loops stand close together, and where an array happens "
    "to lie moves their order."
)
FRAMEWORKS = ("torch", "optax", "Keras")
GOALS = (
    Goal("NumPy", "a step of Adam with all checks, two parameters: PyTorch's best over ours",
         against(step(["ADAM"], [2]), "torch", "NumPy, with checks"), least=5, because=CALLS),
    Goal("NumPy", "the same: optax under jit over ours",
         against(step(["ADAM"], [2]), "optax", "NumPy, with checks"), least=2, because=CALLS),
    Goal("NumPy", "a pass over the digits, network 64-64-10: PyTorch's best over ours",
         against([EPOCH], "torch", "NumPy"), least=2.5),
    Goal("NumPy", "the same: scikit-learn over ours", against([EPOCH], "scikit-learn", "NumPy"), least=1.7),
    Goal("NumPy", "Adam from 65,536 starts: a loop of runs over all at once",
         against([MAP], "NumPy, one", "NumPy"), least=500),
    Goal("compiled", "up to 100 parameters, every algorithm: PyTorch's best over ours",
         against(step(NAMES[:5] + NAMES[6:], [2, 100]), "torch", "compiled"), least=20),
    Goal("compiled", "the same: optax over ours", against(step(NAMES, [2, 100]), "optax", "compiled"), least=8),
    Goal("compiled", "a million parameters, one thread, every algorithm: the best of all frameworks over ours",
         against(step(NAMES, [10**6]), FRAMEWORKS, "compiled"), least=1, because=MEMORY),
    Goal("compiled", "the same: our time over a loop in C", over(step(NAMES, [10**6]), "compiled", "C"), most=1.15,
         because=MEMORY),
    Goal("compiled", "Adam from 65,536 starts: optax under vmap and jit over ours",
         against([MAP], "optax", "compiled"), least=1.2),
    Goal("compiled", "the same: our time over a loop in C", over([MAP], "compiled", "C"), most=1.15),
    Goal("compiled", "ten million parameters, two threads: our time over what the memory's traffic needs",
         traffic, most=1.15, because=MEMORY),
    Goal("page", "a path of 1,000 steps in Chromium",
         milliseconds("page", "a path of 1,000 steps of Adam", "the page, in Chromium"), most=1, unit=" ms"),
    Goal("start", "`import lecture_optim` beyond NumPy",
         milliseconds("start", "of a process", "import lecture_optim", "import numpy"), most=150, unit=" ms"),
)  # fmt: skip


def judged(content):
    """Return each goal with what was found for it, or None."""
    return [(goal, goal.measure(content)) for goal in GOALS]


def number(x):
    """Return a number with three digits."""
    return f"{x:.3g}" if x < 1000 else f"{x:.0f}"


def words(goal, found):
    """Return what was measured, and whether it is enough."""
    if found is None:
        return "not measured", "?"
    text = f"{number(found.median)}{goal.unit} ({number(found.low)} to {number(found.high)})"
    return text, "yes" if goal.met(found) else "no"


def lines(content):
    """Return a line for each goal."""
    for goal, found in judged(content):
        text, met = words(goal, found)
        what = f" [{found.what}]" if found else ""
        yield f"{met:4}{goal.engine}: {goal.text}: {goal.bound}, measured {text}{what}"
