"""Cliffs: where training ends when the gradient of every example is clipped."""

from lecture_grader.model import Mistake, Part, Question

QUESTION = Question(
    chapter=4,
    section="What clipping costs",
    stub="cliffs_biased_end = ...  # a number: the theta at which the mean of the clipped gradients is zero",
    reference=0.2,
    rtol=1e-3,
    parts=(Part("where training ends", 1),),
    mistakes=(
        Mistake(
            1.5,
            "That is the mean of the examples, where training would end without clipping.",
            0,
        ),
        Mistake(
            0.0,
            "That is where most examples lie. There the one far away still pulls, if weakly.",
            0,
        ),
        Mistake(
            0.15,
            "You clip the examples and take their mean. The gradients are clipped, and they depend on theta.",
            0,
        ),
        Mistake(
            0.6,
            "That is the threshold. At this theta three examples pull one way as hard as one pulls the other way.",
            0,
        ),
        Mistake(
            -0.2,
            "The size is right. Towards which side does the example far away pull?",
            0,
        ),
        Mistake(
            1 / 3,
            "That would be so for a threshold of 1. Look at the threshold again.",
            0,
        ),
        Mistake(
            1.8,
            "You have the shares of the examples the wrong way round: there are three near ones and one far.",
            0,
        ),
    ),
    alternatives=(0.2000001, lambda: 0.6 / 3),
)
