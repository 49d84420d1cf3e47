"""A fair contest: every algorithm on every problem, with the same budget, grid of rates and seeds.

The problems and the loop of the chapter "Choosing an algorithm". Every algorithm gets the same steps and a
wide grid of learning rates, each constant and each falling; for each seed all get the same start, the same
minibatches and the same split of the data. Of the hyperparameters the rate alone is tuned; the others stand
at what the lecture or their paper gives. ``python -m lecture_optim.contest`` holds it anew, on this machine or
on a Dask cluster, and lets a rule of your own take part.
"""

from lecture_optim.contest.chapter import STORED, stored
from lecture_optim.contest.problems import (
    MEASURES,
    PROBLEMS,
    SURFACES,
    Problem,
    aligned_quadratic,
    curved_valley,
    digits_network,
    documents_regression,
    memory_network,
    rotated_quadratic,
    tumours_network,
)
from lecture_optim.contest.runs import (
    COUNT,
    LATER,
    LOWEST,
    SCHEDULES,
    TEXTBOOK,
    hyperparameters,
    losses,
    measured,
    quarters,
    schedule,
)
from lecture_optim.contest.standing import best_rates, places, profile, ranks, tuned, turned

__all__ = [
    "COUNT",
    "LATER",
    "LOWEST",
    "MEASURES",
    "PROBLEMS",
    "SCHEDULES",
    "STORED",
    "SURFACES",
    "TEXTBOOK",
    "Problem",
    "aligned_quadratic",
    "best_rates",
    "curved_valley",
    "digits_network",
    "documents_regression",
    "hyperparameters",
    "losses",
    "measured",
    "memory_network",
    "places",
    "profile",
    "quarters",
    "ranks",
    "rotated_quadratic",
    "schedule",
    "stored",
    "tumours_network",
    "tuned",
    "turned",
]
