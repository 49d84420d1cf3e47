"""Empirical risk: early stopping with patience."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.descent import early_stop


def risk_early_stop(errors, patience):
    """Return where early stopping goes back to, and where it gives up.

    Training stops after the first evaluation that is `patience` evaluations later than the best one so far,
    or after the last evaluation. Only an error below the best one is an improvement; an equal one is not.

    Parameters
    ----------
    errors : ndarray, shape (k,)
        Validation error at each evaluation, counted from 0.
    patience : int
        How many evaluations without an improvement to wait, at least 1.

    Returns
    -------
    tuple
        (best, last): the number of the best evaluation before training stopped, and that of the
        evaluation after which it stopped.
    """
    raise NotImplementedError


def cases(rng):
    """Series with bumps, ties, a better error after the stop, and one that ends before patience does."""
    shapes = [
        ([6, 5, 3, 4, 3.5, 3.2, 1, 2, 2.5, 2.8], 3),
        ([5, 3, 3, 4, 2, 1, 0.5], 2),
        ([6, 5, 5.5, 4, 4.5, 3, 3.5, 2, 2.5, 2.2, 2.4, 1], 4),
        ([4, 3.2, 3.5, 2, 1.5, 1.8], 4),
        ([5, 4, 4.2, 4.4, 4.7, 4.3, 4.1, 3], 2),
    ]
    inputs = []
    for shape, patience in shapes:
        scale, shift = rng.uniform(0.05, 0.12), rng.uniform(0.02, 0.2)
        inputs.append(dict(errors=(scale * np.array(shape) + shift).round(3), patience=patience))
    return inputs


def stop(errors, patience, better=lambda e, best: e < best, late=0, reset=True, previous=False):
    """Stop early, with the places where students go wrong as arguments."""
    best = waited = last = 0
    for last in range(1, len(errors)):
        if better(errors[last], errors[best]):
            best = last
            waited = 0 if reset else waited
        elif previous and errors[last] < errors[last - 1]:
            waited = 0
        else:
            waited += 1
            if waited >= patience + late:
                break
    return best, last


def right_by_slices(errors, patience):
    for last in range(len(errors)):
        best = int(np.argmin(errors[: last + 1]))
        if last - best >= patience:
            break
    return best, last


QUESTION = Question(
    chapter=1,
    section="Early stopping",
    stub=risk_early_stop,
    cases=cases,
    reference=early_stop,
    parts=(
        Part("the best evaluation", 1, of=lambda out: out[0]),
        Part("the last evaluation", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda errors, patience: early_stop(errors, patience)[::-1],
            "You return (last, best). The order asked for is (best, last).",
            0,
        ),
        Mistake(
            lambda errors, patience: stop(errors, patience, late=1),
            "You wait one evaluation too long: stop when `patience` of them have brought nothing.",
            0,
        ),
        Mistake(
            lambda errors, patience: stop(errors, patience, late=-1),
            "You give up one evaluation too early.",
            0,
        ),
        Mistake(
            lambda errors, patience: (int(np.argmin(errors)), early_stop(errors, patience)[1]),
            "The last evaluation is right. For the best one you look at the whole series, "
            "also at evaluations after the stop, which were never made.",
            1,
        ),
        Mistake(
            lambda errors, patience: (int(np.argmin(errors)), len(errors) - 1),
            "You never stop: patience has no effect.",
            0,
        ),
        Mistake(
            lambda errors, patience: stop(errors, patience, better=lambda e, best: e <= best),
            "You count an equal error as an improvement.",
            0,
        ),
        Mistake(
            lambda errors, patience: stop(errors, patience, reset=False),
            "You never start to count anew after an improvement.",
            0,
        ),
        Mistake(
            lambda errors, patience: stop(errors, patience, previous=True),
            "You compare with the evaluation before, not with the best one: "
            "an error that falls back a little after a bump is no improvement.",
            0,
        ),
        Mistake(
            lambda errors, patience: tuple(k + 1 for k in early_stop(errors, patience)),
            "You count the evaluations from 1. They are counted from 0.",
            0,
        ),
        Mistake(
            lambda errors, patience: (
                float(np.min(errors[: early_stop(errors, patience)[1] + 1])),
                early_stop(errors, patience)[1],
            ),
            "The last evaluation is right. In place of the number of the best one you return its error.",
            1,
        ),
        Mistake(
            lambda errors, patience: (early_stop(errors, patience)[1],) * 2,
            "The last evaluation is right. You return its parameters, too; go back to the best ones.",
            1,
        ),
        Mistake(
            lambda errors, patience: early_stop(errors, patience)[0],
            "You return the best evaluation only. The last one is asked for as well.",
            0,
        ),
    ),
    properties=(
        wrong_where(
            "where every evaluation is an improvement", lambda errors, **_: {"errors": np.unique(errors)[::-1].copy()}
        ),
        right_where(
            "as long as every evaluation is an improvement",
            lambda errors, **_: {"errors": np.unique(errors)[::-1].copy()},
        ),
    ),
    alternatives=(
        right_by_slices,
        lambda errors, patience: list(stop(errors.tolist(), patience)),
        lambda errors, patience: np.array(early_stop(errors.astype(np.float32), patience)),
    ),
)
