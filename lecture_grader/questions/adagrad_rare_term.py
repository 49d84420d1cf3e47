"""AdaGrad: how much larger the effective rate of a rare term is."""

from lecture_grader.model import Mistake, Part, Question

RARE, FREQUENT = 14, 686

QUESTION = Question(
    chapter=10,
    section="Rare terms",
    stub="adagrad_rare_term = ...  # a number: the rare term's effective rate divided by the frequent one's",
    reference=(FREQUENT / RARE) ** 0.5,
    rtol=1e-3,
    parts=(Part("the ratio of the effective rates", 1),),
    mistakes=(
        Mistake(
            FREQUENT / RARE,
            "That is the ratio of the accumulators. The rate is divided by something else than r itself.",
            0,
        ),
        Mistake(
            (RARE / FREQUENT) ** 0.5,
            "Upside down: the rare term has the smaller accumulator, and so the larger rate.",
            0,
        ),
        Mistake(
            RARE / FREQUENT,
            "That is a ratio of accumulators, and upside down.",
            0,
        ),
        Mistake(
            (FREQUENT / RARE) ** 2,
            "You square. The accumulator adds up squares of residuals, but the counts enter it as they are.",
            0,
        ),
        Mistake(
            (FREQUENT / RARE) ** 0.25,
            "You take the root twice.",
            0,
        ),
        Mistake(
            FREQUENT**0.5 - RARE**0.5,
            "That is a difference of roots. How many times as large is asked for.",
            0,
        ),
        Mistake(
            1,
            "Equal rates: that is SGD. AdaGrad's accumulators differ when the terms come at different frequencies.",
            0,
        ),
    ),
    alternatives=(7, 7.0, lambda: (686 / 14) ** 0.5),
)
