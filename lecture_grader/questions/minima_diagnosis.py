"""Local minima: what stopped this run?"""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = ("local minimum", "saddle", "global minimum", "learning rate too large", "plain without end")
STEPS = 55

QUESTION = Question(
    chapter=3,
    section="How long does it take to leave a saddle?",
    stub="minima_diagnosis = (..., ...)  # (one of the options as a string, number of further steps)",
    reference=("saddle", STEPS),
    rtol=0,
    atol=1.5,
    parts=(
        Part("the place", 1, of=lambda out: out[0], options=OPTIONS),
        Part("the number of further steps", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("saddle", 60 + STEPS),
            "The place is found. The number counts from the start; asked for are the steps after the 60 that were made.",
            1,
        ),
        Mistake(
            ("saddle", 51),
            "The place is found. You let the step become infinitely small: each step multiplies by 1 + epsilon.",
            1,
        ),
        Mistake(
            ("saddle", 0),
            "The place is found. It is no end: the run leaves it, but not at once.",
            1,
        ),
        Mistake(
            ("saddle", 80),
            "The place is found. Your number is that of steps until y is very near its minimum, not until 0.5.",
            1,
        ),
        Mistake(
            ("local minimum", STEPS),
            "The number is right. But from a local minimum it would never have moved that far.",
            1,
        ),
        Mistake(
            ("global minimum", STEPS),
            "The number is right. But the run goes on to lower values, so this is no minimum.",
            1,
        ),
        Mistake(
            ("learning rate too large", STEPS),
            "The number is right. But the value never rises in this run: the rate is small enough.",
            1,
        ),
        Mistake(
            ("plain without end", STEPS),
            "The number is right. But the gradient becomes larger again: the place has an end.",
            1,
        ),
    ),
    alternatives=(["saddle", 55.0], ("Saddle ", 54)),
)
