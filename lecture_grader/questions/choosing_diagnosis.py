"""Choosing: find what is unfair in a report."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "grid too short",
    "best seed reported",
    "diverged runs left out",
    "same rate for both",
    "one of them not tuned",
)

QUESTION = Question(
    chapter=13,
    section="The rules of a fair contest",
    stub="choosing_diagnosis = (..., ...)  # (one of the options as a string, the loss that A should be given)",
    reference=("best seed reported", 0.13),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the fault", 0.5, of=lambda out: out[0], options=OPTIONS),
        Part("the loss that A should be given", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("best seed reported", 0.05),
            "The fault is found. The number is the one that was reported: a single seed's.",
            0.5,
        ),
        Mistake(
            ("best seed reported", 0.8),
            "The fault is found. The number is the median at the reported rate. With medians, another rate is A's best.",
            0.5,
        ),
        Mistake(
            ("best seed reported", 0.11),
            "The fault is found. The number is B's.",
            0.5,
        ),
        Mistake(
            ("best seed reported", 0.12),
            "The fault is found. The number is again that of a single seed.",
            0.5,
        ),
        Mistake(
            ("grid too short", 0.13),
            "The number is right. Look where the best rates lie: both are inside the grid.",
            0.5,
        ),
        Mistake(
            ("diverged runs left out", 0.13),
            "The number is right. No run of these tables diverged.",
            0.5,
        ),
        Mistake(
            ("same rate for both", 0.13),
            "The number is right. Compare the columns from which the two reported numbers come.",
            0.5,
        ),
        Mistake(
            ("one of them not tuned", 0.13),
            "The number is right. Both had the whole grid; ask what was picked from it.",
            0.5,
        ),
    ),
    alternatives=(["best seed reported", 0.13], ("Best seed reported ", 0.1300001)),
)
