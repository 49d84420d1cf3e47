"""Hold the contest: which units, and whose grid must grow, until every best rate lies inside."""

import csv
import io
import math

import numpy as np

from lecture_optim.contest.problems import MEASURES, PROBLEMS
from lecture_optim.contest.runs import SCHEDULES, quarters
from lecture_optim.contest.standing import best_rates
from lecture_optim.contest.units import Unit

#: By how many rates a grid grows at an end where the best rate lies, and how often.
GROWTH, TIMES = 8, 3
COLUMNS = ("problem", "steps", "algorithm", "schedule", "seed", "rate", *MEASURES)


class Contest:
    """The entries on the problems, and what was found so far.

    Parameters
    ----------
    entries : sequence of Entry
        Who takes part.
    problems : sequence of str
        Short names.
    steps : int
        The budget.
    seeds : sequence of int
        A run of each whole grid for each.
    """

    def __init__(self, entries, problems, steps, seeds):
        self.entries, self.problems, self.steps, self.seeds = entries, problems, steps, seeds
        self._grids = {}
        for problem in problems:
            for entry in entries:
                grid = quarters(entry.label, problem)
                self._grids[problem, entry] = [(grid.start, grid.stop - 1)]
        self._rows = {}

    def missing(self):
        """Return the units that are not done."""
        return [unit for unit in self._units() if unit not in self._rows]

    def add(self, unit, rows):
        """Take the rows of a unit."""
        self._rows[unit] = rows

    def _units(self):
        # A seed's data are drawn once a process: all that use them come one after another.
        for problem in self.problems:
            for seed in self.seeds:
                for entry in self.entries:
                    for first, last in self._grids[problem, entry]:
                        yield Unit(problem, self.steps, entry, seed, first, last)

    def grow(self):
        """Lengthen each grid at whose end a best rate lies; return whether there was one."""
        grown = False
        for (problem, entry), pieces in self._grids.items():
            if len(pieces) > TIMES:
                continue
            first, last = min(pieces)[0], max(pieces)[1]
            ends = {self.at_end(problem, entry, by, schedule) for by in tuning(problem) for schedule in SCHEDULES}
            if -1 in ends:
                pieces.append((first - GROWTH, first - 1))
            if 1 in ends:
                pieces.append((last + 1, last + GROWTH))
            grown |= bool(ends - {0})
        return grown

    def at_end(self, problem, entry, by, schedule):
        """Return -1 or 1 if the best rate lies at the lower or upper end of the grid, strictly, and else 0."""
        median = np.median(self.losses(problem, entry, by, schedule), axis=0)
        best = int(median.argmin())
        if not np.isfinite(median[best]) or len(median) == 1:
            return 0
        if best == 0:
            return -1 if median[0] < median[1] else 0
        return int(best == len(median) - 1)

    def losses(self, problem, entry, measure, schedule):
        """Return one measure under one schedule, shape (seeds, rates), rates in order."""
        column = 2 + PROBLEMS[problem]().measures.index(measure)
        table = []
        for seed in self.seeds:
            rows = [row for row in self._of(problem, entry, seed) if row[0] == schedule]
            table.append([float(row[column]) for row in rows])
        return np.array(table)

    def rates(self, problem, entry):
        """Return the grid of rates in order."""
        return np.array([float(row[1]) for row in self._of(problem, entry, self.seeds[0]) if row[0] == SCHEDULES[0]])

    def tuned(self, problem, entry, measure, schedule):
        """Return the best rate, chosen as in the chapter, and the losses there, one a seed."""
        by = "train" if measure == "train" else "validation"
        best = best_rates([self.losses(problem, entry, by, schedule)])[0]
        return self.rates(problem, entry)[best], self.losses(problem, entry, measure, schedule)[:, best]

    def _of(self, problem, entry, seed):
        rows = []
        for first, last in sorted(self._grids[problem, entry]):
            rows += self._rows[Unit(problem, self.steps, entry, seed, first, last)]
        return rows

    def table(self):
        """Return all rows as CSV, in an order that does not depend on who was done first."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for problem in self.problems:
            for entry in self.entries:
                for schedule in SCHEDULES:
                    for seed in self.seeds:
                        for name, rate, *found in self._of(problem, entry, seed):
                            if name == schedule:
                                found += [""] * (len(MEASURES) - len(found))
                                writer.writerow([problem, self.steps, entry.label, schedule, seed, rate, *found])
        return text.getvalue()


def tuning(problem):
    """Return the measures by which rates are chosen."""
    return [name for name in ("train", "validation") if name in PROBLEMS[problem]().measures]


def chance(seeds, needed):
    """Return how probably one of two equal algorithms is lower on so many seeds, by luck."""
    return 2 * sum(math.comb(seeds, k) for k in range(needed, seeds + 1)) / 2**seeds
