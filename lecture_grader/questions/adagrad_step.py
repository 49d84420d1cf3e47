"""AdaGrad: one step of Algorithm 8.4."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_optim import algorithms


def adagrad_step(theta, g, r, epsilon, delta):
    """Make one step of AdaGrad (Algorithm 8.4).

    Parameters
    ----------
    theta, g, r : ndarray, one shape
        Parameters, the gradient at theta, and the accumulator. Leave them unchanged.
    epsilon, delta : float
        Global learning rate, and the small constant, which stands outside the root.

    Returns
    -------
    tuple
        (theta, r), the new parameters and the new accumulator.
    """
    raise NotImplementedError


def cases(rng):
    """Vectors and a matrix, no accumulator of zero, and a delta large enough to be seen."""
    inputs = []
    for shape in [(2,), (4,), (2, 3), (1,)]:
        theta, g = rng.uniform(0.5, 2, (2, *shape)).round(2) * rng.choice([-1, 1], (2, *shape))
        r = rng.uniform(0.3, 3, shape).round(2)
        epsilon, delta = rng.uniform(0.1, 0.4, 2).round(2)
        inputs.append(dict(theta=theta, g=g, r=r, epsilon=float(epsilon), delta=float(delta)))
    return inputs


def with_rate(rate, accumulated=lambda g, r: r + g * g):
    """Return a step with another effective rate or another accumulation."""

    def step(theta, g, r, epsilon, delta):
        new = accumulated(g, r)
        return theta - rate(new, epsilon, delta) * g, new

    return step


def usual(r, epsilon, delta):
    return epsilon / (delta + r**0.5)


def in_place(theta, g, r, epsilon, delta):
    r += g * g
    theta -= epsilon / (delta + np.sqrt(r)) * g
    return theta, r


def accumulator_in_place(theta, g, r, epsilon, delta):
    r += g * g
    return theta - epsilon / (delta + np.sqrt(r)) * g, r


def right_by_loop(theta, g, r, epsilon, delta):
    new_theta, new_r = np.zeros(theta.shape), np.zeros(r.shape)
    for i in np.ndindex(theta.shape):
        new_r[i] = r[i] + g[i] ** 2
        new_theta[i] = theta[i] - epsilon * g[i] / (delta + new_r[i] ** 0.5)
    return new_theta, new_r


def right_on_copies(theta, g, r, epsilon, delta):
    theta, r = theta.copy(), r.copy()
    r += np.square(g)
    theta += -epsilon / (delta + np.sqrt(r)) * g
    return [theta.tolist(), r.tolist()]


def right_in_float32(theta, g, r, epsilon, delta):
    theta, g, r = (array.astype(np.float32) for array in (theta, g, r))
    r = r + g * g
    return theta - np.float32(epsilon) / (np.float32(delta) + np.sqrt(r)) * g, r


QUESTION = Question(
    chapter=10,
    stub=adagrad_step,
    cases=cases,
    reference=algorithms.adagrad,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new accumulator", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            with_rate(lambda r, epsilon, delta: -usual(r, epsilon, delta)),
            "The accumulator is right, but theta goes up the gradient: look at the sign of the update.",
            2,
        ),
        Mistake(
            with_rate(lambda r, epsilon, delta: epsilon / (delta + r)),
            "The accumulator is right, but the rate is divided by it and not by its root.",
            2,
        ),
        Mistake(
            with_rate(lambda r, epsilon, delta: epsilon / (delta + r) ** 0.5),
            "The accumulator is right. You put delta inside the root, as RMSProp does; Algorithm 8.4 has it outside.",
            2,
        ),
        Mistake(
            with_rate(lambda r, epsilon, delta: epsilon / r**0.5),
            "The accumulator is right, but delta is missing: 0 / 0 for a parameter that has had no gradient yet.",
            2,
        ),
        Mistake(
            with_rate(lambda r, epsilon, delta: epsilon / delta + epsilon / r**0.5),
            "The accumulator is right. Your division ends before the root: delta and the root form one denominator.",
            2,
        ),
        Mistake(
            with_rate(lambda r, epsilon, delta: epsilon * (delta + r**0.5)),
            "The accumulator is right, but you multiply by the root: rare gradients would get the small rates.",
            2,
        ),
        Mistake(
            with_rate(lambda r, epsilon, delta: epsilon / (delta + r.sum() ** 0.5)),
            "The accumulator is right, but you use its sum, one rate for all. Each parameter has a rate of its own.",
            2,
        ),
        Mistake(
            with_rate(usual, lambda g, r: r + g),
            "You accumulate the gradient itself. Its square is wanted, so that signs cannot cancel.",
            0,
        ),
        Mistake(
            with_rate(usual, lambda g, r: r + abs(g)),
            "You accumulate the size of the gradient. Its square is wanted.",
            0,
        ),
        Mistake(
            with_rate(usual, lambda g, r: r + np.sum(g * g)),
            "You add the squared length of the whole gradient. The accumulator is element by element.",
            0,
        ),
        Mistake(
            with_rate(usual, lambda g, r: g * g),
            "You forget the old accumulator: the sum of all squares so far is wanted, not the last one.",
            0,
        ),
        Mistake(
            with_rate(usual, lambda g, r: 0.9 * r + 0.1 * g * g),
            "You take a moving average with the decay rate 0.9: that is RMSProp. AdaGrad's sum forgets nothing.",
            0,
        ),
        Mistake(
            lambda theta, g, r, epsilon, delta: (theta - usual(r, epsilon, delta) * g, r + g * g),
            "The accumulator is right, but theta still uses the old one. Accumulate first, then move.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, delta: (theta - usual(r + g * g, epsilon, delta) * g, r),
            "theta is right, but you return the old accumulator, so the next step would forget this gradient.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, delta: theta - usual(r + g * g, epsilon, delta) * g,
            "You return theta alone. The next step needs the accumulator too: return (theta, r).",
            0,
        ),
        Mistake(
            lambda theta, g, r, epsilon, delta: (r + g * g, theta - usual(r + g * g, epsilon, delta) * g),
            "You return (r, theta). The order asked for is (theta, r).",
            0,
        ),
        Mistake(
            lambda theta, g, r, epsilon, delta: (
                theta - usual(r + g * g, epsilon, delta),
                r + g * g,
            ),
            "The accumulator is right, but the update is the rate alone: the gradient itself is missing.",
            2,
        ),
        Mistake(
            lambda theta, g, r, epsilon, delta: (
                theta - usual(r + theta * theta, epsilon, delta) * g,
                r + theta * theta,
            ),
            "You accumulate the squares of the parameters. The slide's “values” are those of the gradient.",
            0,
        ),
        Mistake(
            in_place,
            "Right, but theta and r are changed in place, so the caller's arrays change too. "
            "Write r = r + … and not r += ….",
            2,
        ),
        Mistake(
            accumulator_in_place,
            "Right, but r is changed in place, so the caller's accumulator changes too. "
            "Write r = r + … and not r += ….",
            2,
        ),
    ),
    alternatives=(right_by_loop, right_on_copies, right_in_float32),
)
