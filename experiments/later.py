"""What came after, in the contest of chapter 13, not of the lecture: AdamW, and two more schedules, on the digits.

Problem, budget, seeds and grids of rates are those of ``choosing``. Four of its algorithms run under the two
schedules that it does not have; AdamW, with Adam's grid and three decays, under all four.
"""

from experiments import choosing
from lecture_optim import ADAM, MOMENTUM, RMSPROP_NESTEROV, SGD, contest
from lecture_optim.algorithms import ADAMW

NAME = "13_later"
PART = ("block",)
ALGORITHMS = {one.name: one for one in (SGD, MOMENTUM, RMSPROP_NESTEROV, ADAM, ADAMW)}
DECAYS = (0.01, 0.1, 1.0)
BLOCK = choosing.BLOCK
BLOCKS = choosing.SEEDS[300] // BLOCK

DIGITS = choosing.DIGITS
MEASURED = choosing.MEASURED
SHARE = choosing.SHARE
SAMPLE = 2


def runs():
    """Return the settings: an algorithm with a decay, 0 for those that have none, ten seeds at a time."""
    return [
        {"algorithm": name, "decay": decay, "block": block}
        for name, one in ALGORITHMS.items()
        for decay in (DECAYS if one is ADAMW else (0.0,))
        for block in range(BLOCKS)
    ]


def quarters(algorithm):
    """Return the grid of rates, in quarters of a decade; AdamW has Adam's."""
    return contest.quarters(ADAM.name if algorithm == ADAMW.name else algorithm, "digits")


def run(algorithm, decay, block, seeds=None, grid=None):
    """Return a row for each schedule, seed and rate."""
    later = algorithm == ADAMW.name
    schedules = (*contest.SCHEDULES, *contest.LATER) if later else contest.LATER
    seeds = range(block * BLOCK, (block + 1) * BLOCK) if seeds is None else seeds
    grid = quarters(algorithm) if grid is None else grid
    found = contest.measured(
        ALGORITHMS[algorithm], choosing.problem_of("digits", 300), [10.0 ** (q / 4) for q in grid], seeds, schedules,
        **({"decay": decay} if later else {}),
    )  # fmt: skip
    return [
        {"schedule": schedule, "seed": seed, "rate": 10.0 ** (q / 4)}
        | {measure: values[i, j, k] for measure, values in found.items()}
        for i, schedule in enumerate(schedules)
        for j, seed in enumerate(seeds)
        for k, q in enumerate(grid)
    ]


def light(setting, rng):
    """Return one seed and three rates of a setting."""
    seed = setting["block"] * BLOCK + int(rng.integers(BLOCK))
    return setting | {"seeds": [seed], "grid": [int(q) for q in rng.choice(quarters(setting["algorithm"]), 3, False)]}
