"""Local minima: how often a random symmetric matrix has positive eigenvalues only."""

from lecture_grader.model import Mistake, Part, Question

SHARE = 0.1157  # of 20 million draws; the standard error is 0.0001

QUESTION = Question(
    chapter=3,
    section="Saddles",
    stub="minima_positive_definite = ...  # a number: the share of matrices with two positive eigenvalues",
    reference=SHARE,
    rtol=0,
    atol=0.002,
    parts=(Part("the share", 1),),
    mistakes=(
        Mistake(
            0.1464,
            "That is the share of the chapter's matrices, whose entry off the diagonal has half the variance.",
            0,
        ),
        Mistake(
            0.25, "That is the share with a positive diagonal. The entry c can still make an eigenvalue negative.", 0
        ),
        Mistake(0.5, "That is the share with a positive trace: the sum of the eigenvalues, not both of them.", 0),
        Mistake(
            2 * SHARE,
            "That is the share with a positive determinant. Two negative eigenvalues have one, too.",
            0,
        ),
        Mistake(
            4 * SHARE,
            "That is the share among matrices with a positive diagonal. Among all it is another.",
            0,
        ),
        Mistake(1 - SHARE, "That is the share with at least one eigenvalue that is not positive.", 0),
        Mistake(1 - 2 * SHARE, "That is the share of saddles: one eigenvalue of each sign.", 0),
        Mistake(
            100 * SHARE,
            "A share lies between 0 and 1; you give it in per cent.",
            0,
        ),
    ),
    alternatives=(0.1157, 0.116, 0.115),
)
