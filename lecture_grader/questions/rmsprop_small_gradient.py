"""RMSProp: what a small constant outside the root does to a small gradient."""

from lecture_grader.model import Mistake, Part, Question

G, DELTA = 1e-5, 1e-6
INSIDE, OUTSIDE = G / (DELTA + G**2) ** 0.5, G / (DELTA + G)

QUESTION = Question(
    chapter=11,
    section="Inside or outside the root",
    stub="rmsprop_small_gradient = ...  # a number: step with delta outside / step with delta inside",
    reference=OUTSIDE / INSIDE,
    rtol=5e-3,
    parts=(Part("the ratio", 1),),
    mistakes=(
        Mistake(INSIDE / OUTSIDE, "You have the ratio the other way round: outside divided by inside is asked for.", 0),
        Mistake(500.0, "That is the ratio at a gradient of 1e-6. Here the gradient is ten times larger.", 0),
        Mistake(
            DELTA**0.5 / DELTA,
            "That is the limit for a gradient of zero. Here the gradient is larger than delta.",
            0,
        ),
        Mistake(
            DELTA**0.5 / G,
            "You have left out delta on one side. Outside the root it is a tenth of the gradient: that shows.",
            0,
        ),
        Mistake(
            OUTSIDE, "That is the step with delta outside, in units of epsilon. The ratio of the two is asked for.", 0
        ),
        Mistake(
            INSIDE, "That is the step with delta inside, in units of epsilon. The ratio of the two is asked for.", 0
        ),
        Mistake(1.0, "The two are equal for large gradients only. Compare delta with g, and with g².", 0),
        Mistake(
            (DELTA + G) ** 0.5 / (DELTA + G),
            "Inside the root stands the average of the squared gradients, g², and not g.",
            0,
        ),
    ),
    alternatives=(90.9, 91.0, lambda: 1e-5 / 1.1e-5 / (1e-5 / (1e-6 + 1e-10) ** 0.5)),
)
