"""SGD: how many examples a wanted precision takes."""

from lecture_grader.model import Mistake, Part, Question

SIZE, ERROR, WANTED = 16, 1.5, 0.25

QUESTION = Question(
    chapter=7,
    section="A gradient from $m$ examples",
    stub="sgd_batch_size = ...  # a number: examples in the minibatch",
    reference=SIZE * (ERROR / WANTED) ** 2,
    rtol=1e-3,
    parts=(Part("the minibatch size", 1),),
    mistakes=(
        Mistake(
            SIZE * ERROR / WANTED,
            "You let the error fall in proportion to m. It falls more slowly.",
            0,
        ),
        Mistake(
            SIZE * (ERROR / WANTED) ** 0.5,
            "You take the root where the square belongs: a small gain in precision is dear, not cheap.",
            0,
        ),
        Mistake(
            (ERROR / WANTED) ** 2,
            "That is how many times more examples are needed. How many are they together?",
            0,
        ),
        Mistake(
            SIZE * (ERROR / WANTED) ** 2 - SIZE,
            "That is how many examples come in addition. The size of the whole minibatch is asked for.",
            0,
        ),
        Mistake(
            SIZE**0.5 * ERROR / WANTED,
            "That is the error of one example over the wanted error: the root of the answer.",
            0,
        ),
        Mistake(
            (SIZE * ERROR / WANTED) ** 2,
            "You find the error of one example with the factor 16. Between errors the factor is its root.",
            0,
        ),
        Mistake(
            SIZE * (ERROR / WANTED) ** 4,
            "You square twice: the variance falls like 1/m, and the error is its root.",
            0,
        ),
    ),
    alternatives=(576, 576.0001, lambda: 16 * 6**2),
)
