"""Empirical risk: how many examples bring the optimism down."""

from lecture_grader.model import Mistake, Part, Question

SIZE, OPTIMISM, WANTED = 500, 0.3, 0.05

QUESTION = Question(
    chapter=1,
    section="How optimistic?",
    stub="risk_examples = ...  # a number: examples in the training set",
    reference=SIZE * OPTIMISM / WANTED,
    rtol=0.02,
    parts=(Part("the number of examples", 1),),
    mistakes=(
        Mistake(
            SIZE * (OPTIMISM / WANTED) ** 2,
            "You use the law of the chance error, which falls with the root of the number. The optimism falls faster.",
            0,
        ),
        Mistake(
            SIZE * (OPTIMISM / WANTED) ** 0.5,
            "You take a root where none belongs: the optimism falls in proportion, not like a root.",
            0,
        ),
        Mistake(
            OPTIMISM / WANTED,
            "That is how many times more examples are needed. How many are they together?",
            0,
        ),
        Mistake(
            SIZE * OPTIMISM / WANTED - SIZE,
            "That is how many examples come in addition. The size of the whole training set is asked for.",
            0,
        ),
        Mistake(
            SIZE * WANTED / OPTIMISM,
            "You have the factor upside down: with fewer examples the optimism grows.",
            0,
        ),
        Mistake(
            SIZE,
            "With as many examples as before the optimism stays what it is.",
            0,
        ),
    ),
    alternatives=(3000, 3005.0, lambda: 500 * 6),
)
