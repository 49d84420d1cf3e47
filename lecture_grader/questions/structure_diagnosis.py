"""Local and global structure: what stopped this run, and where it will be."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = ("local minimum", "saddle", "plain without end", "learning rate too large", "summit")
LATER = -18.83

QUESTION = Question(
    chapter=6,
    section="Downhill, and away from the goal",
    stub="structure_diagnosis = (..., ...)  # (one of the options as a string, x after 16,000 steps)",
    reference=("plain without end", LATER),
    rtol=0.02,
    parts=(
        Part("the place", 1, of=lambda out: out[0], options=OPTIONS),
        Part("x after 16,000 steps", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("plain without end", -LATER),
            "The place is found. The size of x is right, but the run goes to the left.",
            1,
        ),
        Mistake(
            ("plain without end", -13.2),
            "The place is found. So the run does not stand still there.",
            1,
        ),
        Mistake(
            ("plain without end", -26.4),
            "The place is found. Your x is twice as far for four times as many steps; the run is slower than that.",
            1,
        ),
        Mistake(
            ("plain without end", -52.8),
            "The place is found. Your x goes at an even speed; but the slope becomes less and less.",
            1,
        ),
        Mistake(
            ("local minimum", LATER),
            "The number is right. But at a local minimum x would settle.",
            1,
        ),
        Mistake(
            ("saddle", LATER),
            "The number is right. But the run does not slow down for a while and then hurry: it slows down for ever.",
            1,
        ),
        Mistake(
            ("summit", LATER),
            "The number is right. But the value falls in each line of the table; a summit is where it is highest.",
            1,
        ),
        Mistake(
            ("learning rate too large", LATER),
            "The number is right. But the value falls all the time: the rate is small enough.",
            1,
        ),
    ),
    alternatives=(["plain without end", -18.9], ("Plain without end ", -18.83)),
)
