"""The contest of chapter 13: eight algorithms, constant and falling rates, every run's losses after the budget.

Each row is one run: problem and budget are the file's, ``rate`` is the first learning rate, ``seed`` fixes
start, minibatch order and split. Of the surfaces only the value is measured (``train``); of the learning
problems the three losses and the test error. The rates are a quarter of a decade apart; the longer budget of
the learning problems has every other one. Every problem has 20 seeds at 300 steps and the first ten of
them at 900.
"""

from functools import cache

from experiments.harness import absolute, decades
from lecture_optim import ALGORITHMS, contest

NAME = "13_choosing"
PART = ("problem", "steps", "block")
SEEDS = {300: 20, 900: 10}
BLOCK = 10

# Runs at high rates are chaotic: on another processor the same run ends elsewhere within its spread.
DIGITS = 3
MEASURED = {"train": decades(0.5, least=1e-250)}
MEASURED |= {"validation": decades(0.5), "test": decades(0.5), "error": absolute(0.05)}
SHARE = 0.9
SAMPLE = 3


def runs():
    """Return the settings: an algorithm on a problem with a budget, ten seeds at a time."""
    return [
        {"problem": problem, "steps": steps, "algorithm": algorithm.name, "block": block}
        for steps, seeds in SEEDS.items()
        for block in range(seeds // BLOCK)
        for problem in contest.PROBLEMS
        for algorithm in ALGORITHMS
    ]


def quarters(problem, steps, algorithm):
    """Return the grid of rates of an algorithm on a problem, in quarters of a decade."""
    grid = contest.quarters(algorithm, problem)
    if problem == "documents" and steps == 900:  # the longer, the larger: the classes can be separated
        grid = range(grid.start, grid.stop + 8)
    return grid[:: 1 if problem in contest.SURFACES or steps == 300 else 2]


@cache
def problem_of(problem, steps):
    """Return the problem; kept, because documents are slow to read."""
    return contest.PROBLEMS[problem](steps=steps)


def run(problem, steps, algorithm, block, seeds=None, grid=None):
    """Return a row for each schedule, seed and rate."""
    rule = next(a for a in ALGORITHMS if a.name == algorithm)
    seeds = range(block * BLOCK, (block + 1) * BLOCK) if seeds is None else seeds
    grid = quarters(problem, steps, algorithm) if grid is None else grid
    found = contest.measured(rule, problem_of(problem, steps), [10.0 ** (q / 4) for q in grid], seeds)
    return [
        {"schedule": schedule, "seed": seed, "rate": 10.0 ** (q / 4)}
        | {measure: values[i, j, k] for measure, values in found.items()}
        for i, schedule in enumerate(contest.SCHEDULES)
        for j, seed in enumerate(seeds)
        for k, q in enumerate(grid)
    ]


def light(setting, rng):
    """Return one seed and three rates of a setting."""
    grid = quarters(setting["problem"], setting["steps"], setting["algorithm"])
    seed = setting["block"] * BLOCK + int(rng.integers(BLOCK))
    return setting | {"seeds": [seed], "grid": [int(q) for q in rng.choice(grid, 3, replace=False)]}
