"""Momentum: predict and find the rate at which training on real digits breaks."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question

ALPHA = 0.8
EIGENVALUES = np.linalg.eigvalsh(samples.digits()[0].T @ samples.digits()[0] / 100)
STEEPEST = float(EIGENVALUES[-1])

QUESTION = Question(
    chapter=8,
    section="How far may the learning rate go?",
    stub="momentum_limit = ...  # a number: the largest rate at which it does not break",
    reference=2 * (1 + ALPHA) / STEEPEST,
    rtol=0.01,
    atol=0,
    parts=(Part("the largest rate", 1),),
    mistakes=(
        Mistake(2 / STEEPEST, "That is where gradient descent breaks. Momentum stands more.", 0),
        Mistake(
            2 / (1 - ALPHA) / STEEPEST,
            "You divide by 1 - alpha. A velocity that turns round in every step does not add up, it partly cancels.",
            0,
        ),
        Mistake(
            2 * (1 - ALPHA) / STEEPEST,
            "You take the effective rate for the rate, so momentum would stand less than gradient descent.",
            0,
        ),
        Mistake(
            (2 + 2 * ALPHA) / (1 + 2 * ALPHA) / STEEPEST,
            "That is where Nesterov momentum breaks. This is plain momentum.",
            0,
        ),
        Mistake(
            (1 + ALPHA) / STEEPEST,
            "You ask when a factor becomes negative. It breaks where a factor's size becomes 1.",
            0,
        ),
        Mistake(
            2 * (1 + ALPHA) / (100 * STEEPEST),
            "You forget that the cost is a mean over the 100 examples.",
            0,
        ),
        Mistake(
            2 * (1 + ALPHA) / float(EIGENVALUES.mean()),
            "You take the mean of the curvatures. One direction decides for all, and which one is it?",
            0,
        ),
    ),
    alternatives=(1.296, 1.3),
)
