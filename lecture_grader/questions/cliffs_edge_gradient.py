"""Cliffs: the gradient on the edge, derived with a pencil."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.recurrent import OneUnitRNN


def cliffs_edge_gradient(w, start, target, steps):
    """Return the gradient of the loss of one sigmoid unit on the edge of its cliff.

    The unit is h_t = sigmoid(w h_{t-1} + b) from h_0 = start, and b is such that h_t = start at every step.
    The loss is (h_T - target)² after T = steps steps.

    Parameters
    ----------
    w : float
        The weight.
    start, target : float
        First state and wanted last state, between 0 and 1.
    steps : int
        Number T of steps.

    Returns
    -------
    tuple
        (derivative with respect to w, derivative with respect to b).
    """
    raise NotImplementedError


def cases(rng):
    """Factors per step below and above 1; few and many steps; starts on both sides of the target."""
    inputs = []
    for steps, low in ((4, 2.0), (7, 3.0), (12, 5.0), (20, 5.5)):
        start = round(float(rng.uniform(0.6, 0.7)), 2)
        shift = float(rng.choice([-1, 1]) * rng.uniform(0.12, 0.2))
        inputs.append(
            dict(
                w=round(float(low + rng.uniform(0.1, 0.4)), 2),
                start=start,
                target=round(start + shift, 2),
                steps=steps,
            )
        )
    return inputs


def by_the_network(w, start, target, steps):
    """Return the gradient by backpropagation at the point of the edge."""
    edge = np.array([w, np.log(start / (1 - start)) - w * start])
    return OneUnitRNN(steps=steps, start=start, target=target).gradient(edge)


def answer(w, start, target, share, series, factor=2.0):
    """Return both derivatives from the share of one step and the sum of the series."""
    to_b = factor * (start - target) * share * series
    return start * to_b, to_b


def slope(start):
    return start * (1 - start)


def powers(base, exponents):
    return sum(base**k for k in exponents)


def right_by_recursion(w, start, target, steps):
    to_w = to_b = 0.0
    for _ in range(steps):
        to_w, to_b = slope(start) * (start + w * to_w), slope(start) * (1 + w * to_b)
    return 2 * (start - target) * to_w, 2 * (start - target) * to_b


def right_by_formula(w, start, target, steps):
    q = w * slope(start)
    return np.array(answer(w, start, target, slope(start), (q**steps - 1) / (q - 1)))


def series_to(change, **more):
    """Return an answer whose series has `change` more terms than it should."""
    return lambda w, start, target, steps: answer(
        w, start, target, slope(start), powers(w * slope(start), range(steps + change)), **more
    )


def right(w, start, target, steps):
    return series_to(0)(w, start, target, steps)


QUESTION = Question(
    chapter=4,
    section="How steep is it?",
    stub=cliffs_edge_gradient,
    cases=cases,
    reference=by_the_network,
    parts=(
        Part("the derivative with respect to w", 1, of=lambda out: out[0]),
        Part("the derivative with respect to b", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            series_to(-1),
            "Your series is one term short. After a single step the derivative is not zero.",
            0,
        ),
        Mistake(
            series_to(1),
            "Your series has one term too many. How many are there after a single step?",
            0,
        ),
        Mistake(
            series_to(0, factor=1.0),
            "The square of the loss brings a factor down that you have lost.",
            0,
        ),
        Mistake(
            series_to(0, factor=-2.0),
            "The sign is wrong: differentiate (h - target)² once more.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: answer(w, start, target, slope(start), 1 / (1 - w * slope(start))),
            "You sum the series to infinity. There are only as many terms as steps, and it need not converge.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: right(w, start, target, steps)[::-1],
            "You return the two derivatives in the wrong order.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: answer(w, start, target, slope(start), powers(slope(start), range(steps))),
            "What is passed on from step to step is multiplied by the weight too.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: answer(w, start, target, 1.0, powers(w * slope(start), range(steps))),
            "The share that each step adds goes through the sigmoid too: its slope is missing in front.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: (right(w, start, target, steps)[1],) * 2,
            "b is right. For w, each step's share carries the state that w multiplies.",
            1,
        ),
        Mistake(
            lambda w, start, target, steps: (
                w * right(w, start, target, steps)[1],
                right(w, start, target, steps)[1],
            ),
            "b is right. The derivative of w h with respect to w is not w.",
            1,
        ),
        Mistake(
            lambda w, start, target, steps: answer(w, start, target, slope(start), (w * slope(start)) ** (steps - 1)),
            "You keep only the way back to the first step. The weight is used again at every step: all of them add.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: answer(
                w, start, target, 1 - start**2, powers(w * (1 - start**2), range(steps))
            ),
            "That is the slope of tanh. The unit is a sigmoid.",
            0,
        ),
        Mistake(
            lambda w, start, target, steps: tuple(x / steps for x in right(w, start, target, steps)),
            "You take the mean over the steps. The chain rule adds.",
            0,
        ),
    ),
    properties=(
        wrong_where("where the start is the target, and the loss is 0", lambda start, **_: {"target": start}),
        right_where("after a single step, and goes wrong later", lambda **_: {"steps": 1}),
    ),
    alternatives=(right_by_recursion, right_by_formula),
)
