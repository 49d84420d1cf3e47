"""The stored contest of the chapter "Choosing an algorithm"."""

import numpy as np

from lecture_optim import ALGORITHMS, results
from lecture_optim.contest.problems import MEASURES
from lecture_optim.contest.runs import SCHEDULES

#: Seeds of the stored contest by its budget, ten in a file.
STORED = {300: 20, 900: 10}


def stored(problem, steps=300):
    """Return the stored contest of `experiments/choosing.py` on one problem.

    Parameters
    ----------
    problem : str
        Its short name there: "digits", "documents", "memory", "rosenbrock", "rotated", "aligned" or
        "tumours".
    steps : {300, 900}
        The budget.

    Returns
    -------
    rates : ndarray, shape (algorithms, rates)
        Each algorithm's grid of first rates.
    measured : dict
        For each measure an array of shape (schedules, algorithms, seeds, rates), ``inf`` where a run
        diverged.
    """
    if steps not in STORED:
        raise ValueError(f"steps must be one of {', '.join(map(str, STORED))}, got {steps!r}")
    files = [results.load(f"13_choosing_{problem}_{steps}_{block}") for block in range(STORED[steps] // 10)]
    columns = {name: np.concatenate([file[name] for file in files]) for name in files[0]}
    shape = (len(SCHEDULES), len(ALGORITHMS), STORED[steps], -1)
    names = [algorithm.name for algorithm in ALGORITHMS]
    order = np.lexsort([
        columns["rate"], columns["seed"], [names.index(a) for a in columns["algorithm"]],
        [SCHEDULES.index(s) for s in columns["schedule"]],
    ])  # fmt: skip
    tables = {name: columns[name][order].reshape(shape) for name in ("rate", *MEASURES) if name in columns}
    return tables.pop("rate")[0, :, 0], tables
