"""Adam: find the mistake behind a run."""

from lecture_grader.model import Mistake, Part, Question

OPTIONS = (
    "no bias correction",
    "corrected moments kept",
    "one decay rate for both",
    "root missing",
    "wrong sign",
)

QUESTION = Question(
    chapter=12,
    section="Adam's two averages, and their bias",
    stub="adam_diagnosis = (..., ...)  # (one of the options as a string, theta after three right steps)",
    reference=("corrected moments kept", 0.705),
    rtol=0,
    atol=1e-3,
    parts=(
        Part("the mistake", 0.5, of=lambda out: out[0], options=OPTIONS),
        Part("theta after three right steps", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            ("corrected moments kept", 0.767),
            "The mistake is found. The number is the broken run's; the right run's is asked for.",
            0.5,
        ),
        Mistake(
            ("corrected moments kept", 0.801),
            "The mistake is found. The number is theta after two steps, not three.",
            0.5,
        ),
        Mistake(
            ("corrected moments kept", 0.645),
            "The mistake is found. The number is that of a run without bias correction.",
            0.5,
        ),
        Mistake(
            ("no bias correction", 0.705),
            "The number is right. Without the correction the first step would not be the learning rate; here it is.",
            0.5,
        ),
        Mistake(
            ("one decay rate for both", 0.705),
            "The number is right. With that mistake the steps would hardly shrink; compare them with the run's.",
            0.5,
        ),
        Mistake(
            ("root missing", 0.705),
            "The number is right. Without the root the steps grow as the gradient shrinks; here they shrink.",
            0.5,
        ),
        Mistake(
            ("wrong sign", 0.705),
            "The number is right. With the wrong sign the run would leave the minimum; this one approaches it.",
            0.5,
        ),
    ),
    alternatives=(["corrected moments kept", 0.705], ("Corrected moments kept ", 0.7049)),
)
