"""Long-term dependencies: the hump of a matrix with all its eigenvalues inside the unit circle."""

from lecture_grader.model import Mistake, Part, Question

LAM, C = 0.85, 3.0

QUESTION = Question(
    chapter=5,
    section="What the eigenvalues do not tell you",
    stub="dependencies_hump = (..., ...)  # (the step t, a whole number; the upper right corner of W^t at that step)",
    reference=(6, C * 6 * LAM**5),
    rtol=1e-3,
    parts=(
        Part("the step", 0.5, of=lambda out: out[0]),
        Part("the corner", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            (6.153, C * 6 * LAM**5),
            "The corner is right. The step that the derivative gives is not a whole number: try its neighbours.",
            0.5,
        ),
        Mistake(
            (6, C * 6 * LAM**6),
            "The step is right. In the corner, look at the exponent: what is it for W itself?",
            0.5,
        ),
        Mistake(
            (6, 6 * LAM**5),
            "The step is right. In the corner the 3 of the matrix is missing.",
            0.5,
        ),
        Mistake(
            (6, C * LAM**5),
            "The step is right. The corner is a sum of as many terms as there are steps.",
            0.5,
        ),
        Mistake(
            (7, C * 7 * LAM**6),
            "That is the neighbour on the right, where the corner is a little smaller.",
            0,
        ),
        Mistake(
            (5, C * 5 * LAM**4),
            "That is the neighbour on the left, where the corner is a little smaller.",
            0,
        ),
        Mistake(
            (1, C),
            "That is W itself. The corner grows before the eigenvalues get their way.",
            0,
        ),
        Mistake(
            (5, C * 6 * LAM**5),
            "The corner is right. Did you count the steps from zero?",
            0.5,
        ),
        Mistake(
            (6, LAM**6),
            "The step is right. The number is on the diagonal of the power, not in its corner.",
            0.5,
        ),
    ),
    alternatives=([6, 7.987], (6.0, 7.98669)),
)
