"""Ill-conditioning: choose the units in which real tumours are measured, so that a short run arrives."""

import numpy as np

from lecture_grader import design, samples
from lecture_grader.model import Mistake, Part, Question

STEPS, LEFT = 60, 1e-3


def scales_of(statistic):
    """Return one number for each feature, to three digits."""
    return tuple(float(f"{number:.3g}") for number in statistic(samples.measurements()[0]))


def end(scales):
    """Say whether gradient descent with the best fixed rate arrives, for any answer whatever."""
    scales = design.numbers(scales, 4)
    if scales is None or not all(1e-9 < abs(item) < 1e9 for item in scales):
        return "not four numbers to divide by"
    X, _ = samples.measurements()
    Z = (X - X.mean(axis=0)) / np.array(scales)
    low, *_, high = np.linalg.eigvalsh(Z.T @ Z / len(Z))
    condition = high / low if low > 1e-12 * high else np.inf
    left = ((condition - 1) / (condition + 1)) ** STEPS if np.isfinite(condition) else 1.0
    if left < LEFT:
        return "it arrives"
    return f"the condition number is {condition:.2g}, and {left:.2g} of the error is left"


REFERENCE = scales_of(lambda X: X.std(axis=0))

QUESTION = Question(
    chapter=2,
    section="The condition number",
    stub="conditioning_scales = (..., ..., ..., ...)  # what each feature is divided by",
    reference=REFERENCE,
    rtol=0.01,
    atol=0,
    parts=(Part("the end of the run", 1, of=end),),
    mistakes=(
        Mistake(
            (1.0, 1.0, 1.0, 1.0),
            "With these scales the features stay as they were measured, and the largest of them makes the steep direction.",
            0,
        ),
        Mistake(
            scales_of(lambda X: X.var(axis=0)),
            "You divide by a square: now the features that were the flattest are the steepest.",
            0,
        ),
        Mistake(
            scales_of(lambda X: X.mean(axis=0)),
            "The mean is taken away before you divide, so it says nothing of the curvature. What is left of a feature then?",
            0,
        ),
        Mistake(
            scales_of(lambda X: 1 / X.std(axis=0)),
            "The wrong way round: the features are divided by your numbers, and you made the large ones larger.",
            0,
        ),
    ),
    alternatives=(
        [float(one) for one in REFERENCE],
        scales_of(lambda X: np.ptp(X, axis=0)),
        tuple(-3 * scale for scale in REFERENCE),
    ),
)
