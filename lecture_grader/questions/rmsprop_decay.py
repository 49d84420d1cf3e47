"""RMSProp: design the decay rate that forgets in time."""

import math

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def rmsprop_decay(before, after, steps):
    """Return the decay rate with which the old gradients and the new ones count alike after `steps` steps.

    Parameters
    ----------
    before : float
        Size of the gradient in a very long time before: the accumulator is its square.
    after : float
        Size of the gradient in each step from now on; smaller than `before`.
    steps : int
        After this many steps half of the accumulator shall come from the old gradients and half from the new ones.

    Returns
    -------
    float
        The decay rate rho, between 0 and 1.
    """
    raise NotImplementedError


def cases(rng):
    """Gradients that fall by different factors, and different times."""
    inputs = []
    for steps in (7, 12, 30):
        before, after = round(rng.uniform(2, 9), 2), round(rng.uniform(0.1, 1.2), 2)
        inputs.append(dict(before=before, after=after, steps=steps))
    return inputs


def decay(before, after, steps):
    """Solve rho**steps * before² = (1 - rho**steps) * after²."""
    return (after**2 / (before**2 + after**2)) ** (1 / steps)


def right_by_halving(before, after, steps):
    low, high = 0.0, 1.0
    for _ in range(60):
        rho = (low + high) / 2
        old, new = before**2, 0.0
        for _ in range(steps):
            old, new = rho * old, rho * new + (1 - rho) * after**2
        low, high = (rho, high) if old < new else (low, rho)
    return low


QUESTION = Question(
    chapter=11,
    section="The window",
    stub=rmsprop_decay,
    cases=cases,
    reference=decay,
    parts=(Part("the decay rate", 1),),
    mistakes=(
        Mistake(
            lambda before, after, steps: (after / (before + after)) ** (1 / steps),
            "The accumulator holds squares. You compare the gradients themselves.",
            0,
        ),
        Mistake(
            lambda before, after, steps: (after**2 / before**2) ** (1 / steps),
            "You take the new gradients to count fully at once. Their share grows from zero, too.",
            0,
        ),
        Mistake(
            lambda before, after, steps: (after / before) ** (1 / steps),
            "You compare the gradients and not their squares, and let the new ones count fully at once.",
            0,
        ),
        Mistake(
            lambda before, after, steps: 1 - 1 / steps,
            "That makes the window as long as the time. Within one window the old part falls to a third, whatever it was.",
            0,
        ),
        Mistake(
            lambda before, after, steps: 0.5 ** (1 / steps),
            "With that the *weight* of the old gradients is a half. They were larger, so they still make most of r.",
            0,
        ),
        Mistake(
            lambda before, after, steps: (before**2 / (before**2 + after**2)) ** (1 / steps),
            "Old and new have changed places: the weight of the old gradients must be small in the end.",
            0,
        ),
        Mistake(
            lambda before, after, steps: after**2 / (before**2 + after**2),
            "That is the weight of the old gradients after all the steps. The decay rate is what one step makes of it.",
            0,
        ),
        Mistake(
            lambda before, after, steps: after**2 / (before**2 + after**2) / steps,
            "You divide by the number of steps. The weight falls by the same *factor* in each step.",
            0,
        ),
        Mistake(
            lambda before, after, steps: 1 - decay(before, after, steps),
            "That is 1 - rho, the weight of the newest gradient.",
            0,
        ),
        Mistake(
            lambda before, after, steps: decay(before, after, steps + 1),
            "You are one step off: the first of the steps is the one with the first new gradient.",
            0,
        ),
    ),
    alternatives=(
        right_by_halving,
        lambda before, after, steps: math.exp(-math.log(1 + (before / after) ** 2) / steps),
        lambda before, after, steps: np.float32(decay(before, after, steps)),
    ),
)
