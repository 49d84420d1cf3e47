"""Empirical risk: find the mistake behind a report that is too good."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "evaluated on the training set",
    "loss without the half",
    "summed and not averaged",
    "evaluated at the true parameters",
    "targets shuffled",
)
RIGHT = 0.5 * (1 + 10 / 19)

QUESTION = Question(
    chapter=1,
    section="How optimistic?",
    stub="risk_diagnosis = (..., ...)  # (one of the options as a string, the true risk to be expected)",
    reference=("evaluated on the training set", RIGHT),
    rtol=0,
    atol=2e-3,
    parts=(
        Part("the mistake", 1, of=lambda out: out[0], options=OPTIONS),
        Part("the true risk", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("evaluated on the training set", 0.5 * (1 - 10 / 30)),
            "The mistake is found. The number is what the report shows; the true risk is asked for.",
            1,
        ),
        Mistake(
            ("evaluated on the training set", 0.5),
            "The mistake is found. The number is the risk of the true parameters; those of the fit have more.",
            1,
        ),
        Mistake(
            ("evaluated on the training set", 0.5 * (1 + 10 / 30)),
            "The mistake is found. The number is right for fresh targets at the same inputs; fresh inputs cost more.",
            1,
        ),
        Mistake(
            ("evaluated on the training set", 2 * RIGHT),
            "The mistake is found. In the number the ½ of the loss is missing.",
            1,
        ),
        Mistake(
            ("evaluated on the training set", RIGHT - 0.5),
            "The mistake is found. The number is the excess over the least risk there is; the whole risk is asked for.",
            1,
        ),
        Mistake(
            ("loss without the half", RIGHT),
            "The number is right. Without the half the report would show too much, not too little.",
            1,
        ),
        Mistake(
            ("summed and not averaged", RIGHT),
            "The number is right. A sum over 30 examples would be much larger.",
            1,
        ),
        Mistake(
            ("evaluated at the true parameters", RIGHT),
            "The number is right. Can the true parameters have less than half of the noise variance, again and again?",
            1,
        ),
        Mistake(
            ("targets shuffled", RIGHT),
            "The number is right. With shuffled targets nothing could be learnt, and the risk would be large.",
            1,
        ),
    ),
    alternatives=(["evaluated on the training set", 0.763], ("Evaluated on the training set ", 0.7632)),
)
