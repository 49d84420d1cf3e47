"""The instant check of a student's rule, in the student's own notebook, on public problems."""

import functools

import numpy as np

from lecture_grader.capstone import marks, rules, runs
from lecture_grader.capstone.rules import NAME, Here, Refused
from lecture_grader.instant import course_function
from lecture_optim.results import about

PUBLIC = 5  # the seed of the public problems


def check(rule, by_hand=None, claims=None, looks_ahead=False):
    """Print what a rule would earn if the public problems were the held-out ones, and what is wrong with it.

    It takes a few seconds, the first time some more: then the eight run too. It does not raise, whatever the rule does,
    but it cannot stop an endless loop (Kernel, Interrupt).

    Parameters
    ----------
    rule : callable
        ``rule(theta, g, state …, epsilon, other hyperparameters …)`` returns a tuple of the new theta and state.
    by_hand : dict, optional
        Your ``capstone_by_hand``.
    claims : dict, optional
        Your ``capstone_claims``.
    looks_ahead : bool, default False
        Whether g is to be taken at ``theta + alpha * v``, as Nesterov momentum has it.
    """
    print(report(rule, by_hand, claims, looks_ahead))


def report(rule, by_hand=None, claims=None, looks_ahead=False):
    """Return the text that :func:`check` prints."""
    try:
        here = Here(rule, looks_ahead)
        runs.trial(here)
        results = runs.results(here, PUBLIC)
    except Refused as error:
        return f"Not yet: {error}"
    except Exception as error:  # a student's error is a result here
        return f"Not yet: {NAME} stopped with {type(error).__name__}: {error}"
    parts, said = marks.marks(here, results, eight(), by_hand, claims)
    lines = _table(results, marks.standing(results, eight()))
    lines.append(f"On these problems it would earn {sum(parts.values()):g} of {marks.POSSIBLE} points:")
    lines += [f"  {earned:g} of {marks.POINTS[name]}  {name}" for name, earned in parts.items()]
    lines += said
    if helper := course_function(rule):
        lines.append(f"Note: your rule uses {helper} of lecture_optim. When it is graded there is NumPy alone.")
    return "\n".join(lines)


def medians(rule, looks_ahead=False):
    """Return a rule's median losses on the public problems, to compare what you could choose.

    Parameters
    ----------
    rule : callable
        The rule.
    looks_ahead : bool, default False
        As for :func:`check`.

    Returns
    -------
    dict of (str, str) to float
        By problem and schedule, at the rate that was chosen on other runs; ``inf`` if most runs diverged.
    """
    rows = runs.results(Here(rule, looks_ahead), PUBLIC)
    return {(row["problem"], row["schedule"]): float(np.median(row["losses"])) for row in rows}


@functools.cache
def eight():
    """Return the results of the eight on the public problems."""
    return {name: runs.results(rule, PUBLIC) for name, rule in rules.eight().items()}


def _table(results, stands):
    lines = [f"{'':20s}{'rate':>10s} {'yours':>12s}{'SGD':>12s}{'lowest of eight':>17s}{'place':>7s}  against SGD"]
    for k, (row, stand) in enumerate(zip(results, stands, strict=True)):
        theirs = {name: float(np.median(rows[k]["losses"])) for name, rows in eight().items()}
        numbers = [float(np.median(row["losses"])), theirs["SGD"], min(theirs.values())]
        mine, sgd, low = (about(x, 2) for x in numbers)
        title = f"{row['problem']}, {row['schedule']}"
        rate, place = about(row["rate"], 2), about(stand["place"], 1)
        numbers = f"{rate:>10s}{'*' if row['end'] else ' '}{mine:>12s}{sgd:>12s}{low:>17s}{place:>7s}"
        lines.append(f"{title:20s}{numbers}  {stand['sgd']}")
    if any(row["end"] for row in results):
        lines.append("* the best rate lies at the end of the grid, so it is not known")
    return lines
