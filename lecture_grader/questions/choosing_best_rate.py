"""Choosing: the best rate of a sweep, and whether the grid was long enough."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import unchanged_by


def choosing_best_rate(losses, rates):
    """Return the best rate of a sweep, and whether it lies inside the grid.

    Parameters
    ----------
    losses : list of lists
        losses[i][j] is the final loss with seed i and rate j, or None for a run that diverged. Odd number of seeds.
    rates : list of float
        The grid, rising.

    Returns
    -------
    tuple
        (rate, inside): the rate with the lowest median loss over the seeds, where a run that diverged counts as
        infinitely bad; and True if this rate is at neither end of the grid, else False.
    """
    raise NotImplementedError


def cases(rng):
    """Make grids in which the mean, the luckiest seed and the runs that ended each point at another rate."""
    inputs = []
    for order in (
        ("bad", "even", "best", "half", "lost", "lucky"),
        ("best", "half", "even", "lucky", "lost", "bad"),
        ("half", "lucky", "lost", "even", "bad", "best"),
        ("lucky", "half", "best", "bad", "lost", "even"),
    ):
        x = rng.uniform(0.9, 1.1)
        columns = {
            "best": [0.2 * x, 0.18 * x, 0.22 * x, 3.1 * x, 0.21 * x],
            "even": [0.41 * x, 0.4 * x, 0.42 * x, 0.43 * x, 0.44 * x],
            "lucky": [0.01 * x, 2.1 * x, 2.2 * x, 1.9 * x, 2.0 * x],
            "half": [0.5 * x, 0.6 * x, None, None, None],
            "lost": [0.1 * x, 0.12 * x, None, None, None],
            "bad": [4.1 * x, 4.3 * x, 4.0 * x, 4.2 * x, 4.4 * x],
        }
        table = [[columns[name][i] for i in rng.permutation(5)] for name in order]
        losses = [[None if v is None else round(v, 3) for v in row] for row in zip(*table, strict=True)]
        start = round(rng.uniform(0.001, 0.004), 4)
        inputs.append(dict(losses=losses, rates=[round(start * 3**k, 4) for k in range(6)]))
    return inputs


def table_of(losses, diverged=np.inf):
    """Return the losses as an array with a number for None."""
    return np.array([[diverged if v is None else v for v in row] for row in losses], dtype=float)


def answer(scores, rates):
    """Return the rate with the lowest score, and whether it is inside."""
    j = int(np.argmin(scores))
    return rates[j], 0 < j < len(rates) - 1


def best_rate(losses, rates):
    """Take the median over the seeds, with None as infinity."""
    return answer(np.median(table_of(losses), axis=0), rates)


def without_diverged(losses, rates):
    return answer(np.nanmedian(table_of(losses, np.nan), axis=0), rates)


def right_by_sorting(losses, rates):
    best, where = float("inf"), 0
    for j in range(len(rates)):
        column = sorted(float("inf") if row[j] is None else row[j] for row in losses)
        if column[len(column) // 2] < best:
            best, where = column[len(column) // 2], j
    return [rates[where], where not in (0, len(rates) - 1)]


def right_as_numpy(losses, rates):
    rate, inside = best_rate(losses, rates)
    return np.float32(rate), np.bool_(inside)


QUESTION = Question(
    chapter=13,
    section="The rules of a fair contest",
    stub=choosing_best_rate,
    cases=cases,
    reference=best_rate,
    parts=(
        Part("the rate", 1, of=lambda out: out[0]),
        Part("whether it is inside the grid", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda losses, rates: answer(np.mean(table_of(losses), axis=0), rates),
            "You average over the seeds. One bad run then outweighs four good ones; the median is asked for.",
            0,
        ),
        Mistake(
            lambda losses, rates: answer(np.min(table_of(losses), axis=0), rates),
            "You take the luckiest seed of each rate.",
            0,
        ),
        Mistake(
            without_diverged,
            "You leave out the runs that diverged, so a rate at which most runs fail looks good.",
            0,
        ),
        Mistake(
            lambda losses, rates: answer(np.median(table_of(losses, 0.0), axis=0), rates),
            "You count a run that diverged as the loss 0, the best there is.",
            0,
        ),
        Mistake(
            lambda losses, rates: (int(np.argmin(np.median(table_of(losses), axis=0))), best_rate(losses, rates)[1]),
            "You return the rate's place in the list. The rate itself is asked for.",
            1,
        ),
        Mistake(
            lambda losses, rates: (np.median(table_of(losses), axis=0).min(), best_rate(losses, rates)[1]),
            "You return the lowest median loss. The rate that reaches it is asked for.",
            1,
        ),
        Mistake(
            lambda losses, rates: (best_rate(losses, rates)[0], True),
            "The rate is right. You call it inside even where it is at an end of the grid.",
            1,
        ),
        Mistake(
            lambda losses, rates: (best_rate(losses, rates)[0], not best_rate(losses, rates)[1]),
            "The rate is right. You have inside and at the end the wrong way round.",
            1,
        ),
        Mistake(
            lambda losses, rates: (best_rate(losses, rates)[0], best_rate(losses, rates)[0] < rates[-1]),
            "The rate is right. You look at the upper end of the grid only.",
            1,
        ),
        Mistake(
            lambda losses, rates: (best_rate(losses, rates)[0], best_rate(losses, rates)[0] > rates[0]),
            "The rate is right. You look at the lower end of the grid only.",
            1,
        ),
        Mistake(
            lambda losses, rates: best_rate(losses, rates)[0],
            "You return the rate alone. Return (rate, inside).",
            0,
        ),
        Mistake(
            lambda losses, rates: best_rate(losses, rates)[::-1],
            "You return (inside, rate). The order asked for is (rate, inside).",
            0,
        ),
    ),
    properties=(
        unchanged_by(
            "when the seeds come in another order", lambda losses, **_: {"losses": losses[::-1]}, part="the rate"
        ),
    ),
    alternatives=(right_by_sorting, right_as_numpy),
)
