"""What a contest says: a table for each problem, and whether one's own rule is better."""

import math

import numpy as np

from lecture_optim.contest.held import GROWTH, TIMES, chance, tuning
from lecture_optim.contest.problems import PROBLEMS
from lecture_optim.contest.runs import SCHEDULES
from lecture_optim.contest.standing import places

#: On which share of the seeds the better one is lower, and with how many seeds a verdict begins.
SHARE, ENOUGH = 0.9, 20
MEASURE = {"train": "training loss", "test": "test loss"}


def short(x):
    """Return a number with two digits."""
    return f"{x:.2g}".replace("inf", "∞")


def ratio(mine, theirs):
    """Return mine over theirs on each seed; 1 where both are 0 or both diverged."""
    with np.errstate(all="ignore"):
        return np.where(mine == theirs, 1.0, mine / theirs)


def verdict(mine, theirs):
    """Return "better", "worse" or "undecided": who is lower on enough seeds."""
    needed = math.ceil(SHARE * len(mine))
    if np.sum(mine < theirs) >= needed:
        return "better"
    return "worse" if np.sum(theirs < mine) >= needed else "undecided"


def report(contest, own=None):
    """Return the report of a contest as text.

    Parameters
    ----------
    contest : Contest
        Held to its end.
    own : Entry, optional
        The entry that all others are compared with.

    Returns
    -------
    str
        Ends with a line break.
    """
    seeds, steps = len(contest.seeds), contest.steps
    needed = math.ceil(SHARE * seeds)
    judged = own is not None and seeds >= ENOUGH
    span = f"{contest.seeds[0]} to {contest.seeds[-1]}" if seeds > 1 else f"{contest.seeds[0]}"
    lines = [
        f"Losses after {steps} steps; {seeds} seeds ({span}), the same starts, minibatches and splits for all.",
        "Each algorithm at its own best rate, which has the lowest median over the seeds: of the training loss,",
        "or, for the test loss, of the validation loss. Four rates a decade; a grid at whose end the best rate lay",
        f"was made longer, up to {TIMES} times by {GROWTH}.",
        f"Better means: lower on at least {needed} of {seeds} seeds. Of two equal algorithms one is so with "
        f"probability {chance(seeds, needed):.1g}.",
    ]
    if own and not judged:
        lines.append(f"{seeds} seeds are a first look. A verdict takes {ENOUGH}: --seeds {ENOUGH}.")
    found = {}
    for problem in contest.problems:
        for measure in ["train", "test"][: len(tuning(problem))]:
            for schedule in SCHEDULES:
                lines += ["", *_table(contest, problem, measure, schedule, own, judged, found)]
    if judged:
        lines += ["", *_answer(contest, own, found)]
    return "\n".join(lines) + "\n"


def _table(contest, problem, measure, schedule, own, judged, found):
    """Return the lines of one table; note in ``found`` the verdict against each other entry."""
    by = "train" if measure == "train" else "validation"
    results = {entry: contest.tuned(problem, entry, measure, schedule) for entry in contest.entries}
    ends = {entry: contest.at_end(problem, entry, by, schedule) for entry in contest.entries}
    place = places([losses for _, losses in results.values()], SHARE)
    title = f"{PROBLEMS[problem]().name}: {MEASURE[measure]}, {schedule} rate"
    width = max(len(entry.label) for entry in contest.entries)
    head = f"{'':{width}}{'rate':>10}{'median (lowest to highest)':>30}{'place':>7}"
    head += f"{'mine ÷ its loss':>32}{'lower on':>11}" if own else ""
    lines = [title, head]
    for (entry, (rate, losses)), standing in zip(results.items(), place, strict=True):
        spread = f"{short(np.median(losses))} ({short(losses.min())} to {short(losses.max())})"
        end = "*" if ends[entry] else " "
        line = f"{entry.label:{width}}{short(rate):>9}{end}{spread:>30}{standing:7d}"
        if own and entry != own:
            mine = results[own][1]
            pairs = ratio(mine, losses)
            pair = f"{short(np.median(pairs))} ({short(pairs.min())} to {short(pairs.max())})"
            line += f"{pair:>32}{np.sum(mine < losses):>5d} of {len(mine)}"
            if judged:
                word = "no verdict" if ends[entry] or ends[own] else verdict(mine, losses)
                found[problem, measure, schedule, entry] = word
                line += f"  {word}"
        lines.append(line.rstrip())
    if any(ends.values()):
        lines.append("* the best rate lies at the end of the grid: it is not known")
    return lines


def _answer(contest, own, found):
    """Return the lines that say against whom and where one's own rule is better or worse, at both kinds of rate."""
    lines = [f"Is {own.label} better? Only what holds at a constant rate and at a falling one counts."]
    for entry in contest.entries:
        if entry == own:
            continue
        said = {"better": [], "worse": []}
        for problem in contest.problems:
            for measure in ["train", "test"][: len(tuning(problem))]:
                words = {found[problem, measure, schedule, entry] for schedule in SCHEDULES}
                for word in words & set(said) if len(words) == 1 else ():
                    said[word].append(f"{problem} ({measure})")
        parts = [f"{word} on {', '.join(where)}" for word, where in said.items() if where]
        lines.append(f"  than {entry.label}: {'; '.join(parts) or 'undecided everywhere'}")
    lines += [
        f"This holds after {contest.steps} steps, on these problems, by this machine. Before you say more:",
        f"three times the budget (--steps {3 * contest.steps}), and seeds that you have not looked at "
        f"(--first-seed {contest.seeds[-1] + 1}).",
    ]
    return lines
