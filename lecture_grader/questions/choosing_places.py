"""Choosing: places that count only what holds on every seed."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import keeps, unchanged_by
from lecture_optim import contest


def choosing_places(losses):
    """Return the place of each algorithm.

    Parameters
    ----------
    losses : ndarray, shape (algorithms, seeds)
        Loss of each algorithm, at its best rate, with each seed. Leave it unchanged.

    Returns
    -------
    sequence of int, length algorithms
        1 plus the number of algorithms that have the lower loss on every seed.
    """
    raise NotImplementedError


def cases(rng):
    """Seeds that differ more than the algorithms, and algorithms that take turns."""
    inputs = []
    for bases, seeds in (
        ([0.1, 0.12, 0.3, 0.34, 1.0], 4),
        ([0.2, 0.9, 0.25, 0.5, 0.22, 0.6], 3),
        ([0.7, 0.1, 0.3, 0.4], 5),
    ):
        hard = np.array([1.0, 4.0, 0.4, 2.5, 1.7])[:seeds]  # how hard a seed is, for all alike
        noise = rng.uniform(0.97, 1.03, (len(bases), seeds))
        losses = np.array(bases)[:, None] * hard * noise
        losses[np.argsort(bases)[1], 1] *= 0.6  # the second is now and then ahead of the first
        losses[np.argsort(bases)[-1], 0] *= 0.25
        order = rng.permutation(len(bases))
        inputs.append(dict(losses=losses[order].round(4)))
    return inputs


def counted(better):
    """Return 1 plus the number of others that are better, from a matrix [me, other]."""
    return 1 + np.sum(better, axis=1)


def in_place(losses):
    places = contest.places(losses)
    losses.sort(axis=1)
    return places


def possible(places, losses):
    """Say what no places can be."""
    if places.shape != (len(losses),):
        return None
    if places.min() == 1 and places.max() <= len(losses):
        return None
    return "places begin with 1 and do not pass the number of algorithms"


def right_by_loops(losses):
    places = []
    for mine in losses:
        ahead = [other for other in losses if all(o < m for o, m in zip(other, mine, strict=True))]
        places.append(1 + len(ahead))
    return places


def right_by_differences(losses):
    largest = np.max(losses[None, :, :] - losses[:, None, :], axis=2)
    return (1.0 + (largest < 0).sum(axis=1)).astype(np.float32)


QUESTION = Question(
    chapter=13,
    section="First verdict: who wins?",
    stub=choosing_places,
    cases=cases,
    reference=contest.places,
    parts=(
        Part("the places", 1.5, each="place"),
        Part("inputs left unchanged", 0.5, unchanged=True),
    ),
    mistakes=(
        Mistake(
            lambda losses: counted(np.median(losses, axis=1)[None] < np.median(losses, axis=1)[:, None]),
            "You rank the medians. A lower median does not yet mean lower on every seed.",
            0,
        ),
        Mistake(
            lambda losses: counted(losses.mean(axis=1)[None] < losses.mean(axis=1)[:, None]),
            "You rank the means. A lower mean does not yet mean lower on every seed.",
            0,
        ),
        Mistake(
            lambda losses: counted(losses.max(axis=1)[None] < losses.min(axis=1)[:, None]),
            "You ask that all losses of one are below all losses of the other. Compare seed by seed: "
            "a hard seed is hard for both.",
            0,
        ),
        Mistake(
            lambda losses: counted(np.any(losses[None] < losses[:, None], axis=2)),
            "You count an algorithm as better if it is ahead on any one seed.",
            0,
        ),
        Mistake(
            lambda losses: counted(np.mean(losses[None] < losses[:, None], axis=2) > 0.5),
            "You count an algorithm as better if it is ahead on most seeds.",
            0,
        ),
        Mistake(
            lambda losses: contest.places(losses) - 1,
            "You count from 0. The first place is 1.",
            0,
        ),
        Mistake(
            lambda losses: counted(np.all(losses[None] <= losses[:, None], axis=2)),
            "You count an algorithm as better than itself.",
            0,
        ),
        Mistake(
            lambda losses: counted(np.all(losses[None] > losses[:, None], axis=2)),
            "You count those that are worse, so the last is first.",
            0,
        ),
        Mistake(
            lambda losses: np.argsort(np.median(losses, axis=1)) + 1,
            "You return which algorithm is first, second and so on. The place of each algorithm is asked for.",
            0,
        ),
        Mistake(
            lambda losses: contest.ranks(losses),
            "You return the rank on each seed. One place for each algorithm is asked for.",
            0,
        ),
        Mistake(
            in_place,
            "Right, but losses is sorted in place, so the caller's array changes too.",
            1.5,
        ),
    ),
    properties=(
        unchanged_by(
            "when one seed is made harder for all algorithms alike",
            lambda losses: {"losses": losses * np.where(np.arange(losses.shape[1]) == 1, 3.0, 1.0)},
        ),
        keeps(possible),
    ),
    alternatives=(right_by_loops, right_by_differences),
)
