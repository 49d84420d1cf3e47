"""Choosing: what an adaptive algorithm's solution says of a new example, in Wilson's construction."""

from lecture_grader.model import Mistake, Part, Question

QUESTION = Question(
    chapter=13,
    section="Equal training loss, unequal test error",
    stub="choosing_scores = (..., ..., ...)  # (score of a new positive example, of a new negative one, test error)",
    reference=(0.6, 0.2, 0.3),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the two scores", 0.5, of=lambda out: out[:2]),
        Part("the test error", 0.5, of=lambda out: out[2]),
    ),
    mistakes=(
        Mistake(
            (0.75, 0.25, 0.3),
            "The error is right. The scores are those of the chapter, where an example has other numbers of own features.",
            0.5,
        ),
        Mistake(
            (3, 1, 0.3),
            "The error is right. For the scores you forget that the run ends where the training scores are +1 and -1.",
            0.5,
        ),
        Mistake(
            (1, -1, 0.0),
            "Those are the scores of the training examples. A new example's own features were never trained.",
            0,
        ),
        Mistake(
            (0.6, -0.2, 0.0),
            "The sign of one score is wrong: features 2 and 3 count twice as much as feature 1.",
            0,
        ),
        Mistake(
            (0.6, 0.2, 0.7),
            "The scores are right. The examples that are called right are 70%; the error is asked for.",
            0.5,
        ),
        Mistake(
            (0.6, 0.2, 0.0),
            "The scores are right. Both are positive: which examples are then called wrong?",
            0.5,
        ),
        Mistake(
            (0.6, 0.2, 1.0),
            "The scores are right. Both are positive, which is right for one of the classes.",
            0.5,
        ),
        Mistake(
            (0.2, 0.6, 0.3),
            "The error is right. The scores are in the wrong order: the positive example's comes first.",
            0.5,
        ),
    ),
    alternatives=([0.6, 0.2, 0.3], (3 / 5, 1 / 5, 0.3000001)),
)
