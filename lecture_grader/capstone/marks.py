"""What a rule earns: points for being right, documented and foreseen, and two of ten for how low it comes."""

import math
import re

import numpy as np

from lecture_grader.capstone.problems import NAMES as PROBLEMS
from lecture_grader.capstone.rules import Refused
from lecture_optim.contest import SCHEDULES

HAND, CLAIMS, AHEAD = "capstone_by_hand", "capstone_claims", "capstone_looks_ahead"
WORDS = ("better", "undecided", "worse")
SHARE = 0.9  # of the runs on which the better one is lower
MEDIAN = 4  # at most so many of the eight are better than a rule that is not behind them

#: The parts and their points.
POINTS = {
    "it keeps the interface": 2,
    "it takes every step on the new problems": 1,
    "it is documented": 1,
    "a step by hand": 2,
    "what was foreseen": 2,
    "not behind the eight": 1,
    "ahead of SGD": 1,
}
POSSIBLE = sum(POINTS.values())


def verdict(mine, theirs):
    """Return "better", "worse" or "undecided": who has the lower loss on nine of ten runs."""
    mine, theirs = np.asarray(mine), np.asarray(theirs)
    needed = math.ceil(SHARE * len(mine))
    if np.sum(mine < theirs) >= needed:
        return "better"
    return "worse" if np.sum(theirs < mine) >= needed else "undecided"


def standing(results, eight):
    """Return how a rule stands on each problem and schedule.

    Parameters
    ----------
    results : list of dict
        From :func:`lecture_grader.capstone.runs.results`.
    eight : dict of str to list of dict
        The same of the eight, by name.

    Returns
    -------
    list of dict
        Per problem and schedule ``place``, 1 plus how many of the eight are better; and ``sgd``, the verdict on it
        against SGD.
    """
    found = []
    for k, row in enumerate(results):
        words = {name: verdict(row["losses"], theirs[k]["losses"]) for name, theirs in eight.items()}
        found.append({"place": 1 + sum(word == "worse" for word in words.values()), "sgd": words["SGD"]})
    return found


def one_of(results, eight):
    """Return the name of the algorithm whose losses these are, or None."""
    mine = [row["losses"] for row in results]
    same = lambda theirs: np.allclose(mine, [row["losses"] for row in theirs], rtol=1e-6, atol=0)  # noqa: E731
    return next((name for name, theirs in eight.items() if same(theirs)), None)


def documented(rule):
    """Return what the docstring lacks, or None."""
    lines = rule.doc.strip().splitlines()
    if not lines or len(lines[0].split()) < 3:
        return "The docstring must begin with a sentence that says what the rule does."
    arguments = ["theta", "g", *rule.state, "epsilon", *rule.hyper]
    missing = [name for name in arguments if not re.search(rf"\b{re.escape(name)}\b", rule.doc)]
    return f"The docstring does not say what {', '.join(missing)} is." if missing else None


def by_hand(rule, given):
    """Return what is wrong with a step worked out by hand, or None.

    Parameters
    ----------
    rule : Rule
        The rule.
    given : object
        ``{"theta", "g", "state", "hyper", "expected"}``: two or more numbers each, the state and what is expected by
        name.
    """
    if given is None or given is Ellipsis:
        return f"There is no {HAND} yet."
    try:
        theta, g, state, hyper, expected = (given[key] for key in ("theta", "g", "state", "hyper", "expected"))
        names = [name for name in rule.state if name != "t"]
        given = {**state, "theta": theta, "g": g}
        arrays = {name: _numbers(name, value) for name, value in given.items() if name != "t"}
        wanted = {name: _numbers(f"the expected {name}", expected[name]) for name in ("theta", *names)}
        missing = [name for name in rule.state if name not in state]
        hyper = {name: _single(name, value) for name, value in hyper.items()}
        steps = int(state.get("t", 0))
    except Refused as error:
        return f"{HAND}: {error}."
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError) as error:
        lacks = f": it lacks {error}" if isinstance(error, KeyError) else ""
        return f"{HAND} must be a dict with theta, g, state, hyper and expected{lacks}."
    if missing or not {"epsilon"} <= set(hyper) <= {"epsilon", *rule.hyper}:
        return f"{HAND} must have {', '.join([*rule.state, 'epsilon'])} in its state and hyper, and nothing unknown."
    if len({array.shape for array in (*arrays.values(), *wanted.values())}) > 1 or arrays["theta"].size < 2:
        return f"{HAND} must have two or more numbers, and as many of each."
    if any(np.all(arrays[name] == 0) for name in ("g", *names)):
        return f"{HAND} has a gradient or a state of zeros alone: with these, a wrong rule would be right too."
    epsilon = np.full_like(arrays["theta"], hyper.pop("epsilon"))
    before = [steps if name == "t" else arrays[name] for name in rule.state]
    try:
        found = rule.take(arrays["theta"], arrays["g"], before, epsilon, **hyper)
    except Refused as error:
        return f"On your step by hand: {error}."
    for name, mine in zip(["theta", *rule.state], found, strict=True):
        if name != "t" and not np.allclose(mine, wanted[name], rtol=1e-6, atol=1e-12):
            return f"On your step by hand the rule gives {name} = {_short(mine)}, and you say {_short(wanted[name])}."
    return None


def _numbers(name, value):
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Refused(f"{name} must be a list of numbers") from None
    if array.ndim != 1 or array.size > 100 or not np.all(np.isfinite(array)):
        raise Refused(f"{name} must be a short list of finite numbers")
    return array


def _single(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Refused(f"{name} must be a number")
    return float(value)


def _short(array):
    return "[" + ", ".join(f"{x:.6g}" for x in array[:6]) + (", …]" if len(array) > 6 else "]")


def claims(given):
    """Return the words that were foreseen, one for each problem and schedule, and what is wrong with them, or None."""
    good = isinstance(given, dict) and set(given) == set(PROBLEMS)
    good = good and all(isinstance(pair, (tuple, list)) and len(pair) == len(SCHEDULES) for pair in given.values())
    if good:
        words = [given[name][i] for name in PROBLEMS for i in range(len(SCHEDULES))]
        if all(isinstance(word, str) and word in WORDS for word in words):
            return words, None
    if given is None or given is Ellipsis:
        return None, f"There is no {CLAIMS} yet."
    return None, (
        f"{CLAIMS} must have for each of {', '.join(PROBLEMS)} two of the words {', '.join(WORDS)}: "
        "at a constant rate and at a falling one."
    )


def marks(rule, results, eight, hand, foreseen):
    """Return the points of every part, and what there is to say.

    Parameters
    ----------
    rule : Rule
        The rule, which has kept the interface.
    results : list of dict or str
        Of the rule; or why it did not get to the end.
    eight : dict
        Of the eight.
    hand : object
        What the student gave as a step by hand.
    foreseen : object
        What the student gave as claims.

    Returns
    -------
    parts : dict of str to float
        Points earned, by the names of :data:`POINTS`.
    said : list of str
        Sentences on what was not earned.
    """
    parts = dict.fromkeys(POINTS, 0.0) | {"it keeps the interface": POINTS["it keeps the interface"]}
    said = [documented(rule), by_hand(rule, hand)]
    for name, wrong in zip(("it is documented", "a step by hand"), said, strict=True):
        parts[name] = 0.0 if wrong else POINTS[name]
    words, wrong = claims(foreseen)
    said.append(wrong)
    if isinstance(results, str):
        return parts, [*filter(None, said), results]
    parts["it takes every step on the new problems"] = POINTS["it takes every step on the new problems"]
    stands = standing(results, eight)
    truth = [stand["sgd"] for stand in stands]
    if words:
        held = sum(a == b for a, b in zip(words, truth, strict=True))
        parts["what was foreseen"] = POINTS["what was foreseen"] * held / len(truth)
        said.append(f"Of what was foreseen, {held} of {len(truth)} held.")
    known = one_of(results, eight)
    if known:
        said.append(f"It takes the steps of {known}, so it earns nothing for how low it comes.")
        return parts, [*filter(None, said)]
    near = sum(stand["place"] <= MEDIAN + 1 for stand in stands)
    if near >= len(stands) / 2:
        parts["not behind the eight"] = POINTS["not behind the eight"]
    better, worse = truth.count("better"), truth.count("worse")
    if better > worse:
        parts["ahead of SGD"] = POINTS["ahead of SGD"]
    said.append(f"Of {len(stands)} problems and schedules, at most {MEDIAN} of the eight are better on {near}.")
    said.append(f"It is better than SGD on {better} and worse on {worse}.")
    return parts, [*filter(None, said)]
