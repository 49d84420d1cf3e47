"""RMSProp: find the mistake behind a run."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "accumulator not kept",
    "sum, not average",
    "weights swapped",
    "root missing",
    "sign of the step",
)

QUESTION = Question(
    chapter=11,
    section="Forget the old gradients",
    stub="rmsprop_diagnosis = (..., ...)  # (one of the options as a string, theta after three right steps)",
    reference=("accumulator not kept", 0.0489),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 0.5, of=lambda out: out[0], options=OPTIONS),
        Part("theta after three right steps", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("accumulator not kept", 0.3675),
            "The mistake is found. The number is the broken run's (or that of one step); three right steps are asked for.",
            0.5,
        ),
        Mistake(
            ("accumulator not kept", 0.1391),
            "The mistake is found. The number is theta after two steps, not three.",
            0.5,
        ),
        Mistake(
            ("accumulator not kept", 0.0155),
            "The mistake is found. The number is theta after four steps, not three.",
            0.5,
        ),
        Mistake(
            ("accumulator not kept", 0.5818),
            "The mistake is found. The number is AdaGrad's: its accumulator is a sum.",
            0.5,
        ),
        Mistake(
            ("accumulator not kept", 0.512),
            "The mistake is found. The number is that of gradient descent, without any accumulator.",
            0.5,
        ),
        Mistake(
            ("accumulator not kept", 0.4015),
            "The mistake is found. In your run the weights of old and new have changed places.",
            0.5,
        ),
        Mistake(
            ("sum, not average", 0.0489),
            "The number is right. With a sum the steps become shorter and shorter; here all are of one length.",
            0.5,
        ),
        Mistake(
            ("weights swapped", 0.0489),
            "The number is right. With swapped weights the first step would be only a little longer than epsilon.",
            0.5,
        ),
        Mistake(
            ("root missing", 0.0489),
            "The number is right. Without the root the first step would be much longer than this one.",
            0.5,
        ),
        Mistake(
            ("sign of the step", 0.0489),
            "The number is right. With the wrong sign the run would never come nearer to the minimum.",
            0.5,
        ),
    ),
    alternatives=(["accumulator not kept", 0.049], ("Accumulator not kept ", 0.04885)),
)
