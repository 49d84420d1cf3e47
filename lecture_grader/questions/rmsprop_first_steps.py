"""RMSProp: the lengths of the first steps under a constant gradient."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_optim.algorithms import rmsprop


def rmsprop_first_steps(epsilon, rho, steps):
    """Return the lengths of the first steps of RMSProp under a constant gradient, with r = 0 before and delta = 0.

    Parameters
    ----------
    epsilon, rho : float
        Learning rate and decay rate.
    steps : int
        How many steps.

    Returns
    -------
    ndarray, shape (steps,)
        The length of the first step, of the second one, and so on.
    """
    raise NotImplementedError


def cases(rng):
    """Several decay rates and numbers of steps."""
    rounded = [(round(rng.uniform(0.02, 0.4), 2), round(rng.uniform(0.6, 0.95), 2)) for _ in range(3)]
    return [dict(epsilon=e, rho=rho, steps=steps) for (e, rho), steps in zip(rounded, (3, 5, 8), strict=True)]


def by_running(epsilon, rho, steps, g=0.7):
    """Take the steps from lecture_optim."""
    theta, r, lengths = 0.0, 0.0, []
    for _ in range(steps):
        new, r = rmsprop(theta, g, r, epsilon, rho, delta=0.0)
        lengths.append(abs(new - theta))
        theta = new
    return np.array(lengths)


def numbers(steps, first=1):
    return np.arange(first, first + steps)


QUESTION = Question(
    chapter=11,
    section="The first step",
    stub=rmsprop_first_steps,
    cases=cases,
    reference=by_running,
    parts=(Part("the lengths of the steps", 1, each="step"),),
    mistakes=(
        Mistake(
            lambda epsilon, rho, steps: np.full(steps, epsilon),
            "That is the length in the long run. At first the accumulator is still too small.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: np.full(steps, epsilon / (1 - rho) ** 0.5),
            "Only the first step is so long. The accumulator grows, and the steps become shorter.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: epsilon / (1 - rho ** numbers(steps)),
            "The root is missing: the accumulator holds a square.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: epsilon * (1 - rho ** numbers(steps)) ** 0.5,
            "Your steps become longer. The accumulator divides.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: epsilon / (1 - rho ** numbers(steps, 2)) ** 0.5,
            "You are one step ahead: the accumulator of the first step holds one squared gradient.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: epsilon / rho ** (numbers(steps, 0) / 2),
            "That is how the rate grows when the gradients *stop*. Here they go on.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: epsilon / np.sqrt(numbers(steps)),
            "Those are the steps of AdaGrad, whose accumulator never forgets.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: epsilon / ((1 - rho) * numbers(steps)) ** 0.5,
            "Your accumulator adds the weighted squares but does not decay.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: np.cumsum(by_running(epsilon, rho, steps)),
            "You return how far the point has come. The length of each step is asked for.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: by_running(epsilon, rho, steps)[-1],
            "You return the last length only. One for each step is asked for.",
            0,
        ),
        Mistake(
            lambda epsilon, rho, steps: -by_running(epsilon, rho, steps),
            "A length has no sign.",
            0,
        ),
    ),
    alternatives=(
        lambda epsilon, rho, steps: [epsilon / (1 - rho**k) ** 0.5 for k in range(1, steps + 1)],
        lambda epsilon, rho, steps: (epsilon / np.sqrt(1 - rho ** numbers(steps))).astype(np.float32),
    ),
)
