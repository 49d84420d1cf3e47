"""AdaGrad: one step of Algorithm 8.4."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where
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


def variant(sign=-1, below="outside", adds="square", uses="new", gradient=True, returns="both", in_place=""):
    """Return AdaGrad with one thing wrong, or several."""

    def step(theta, g, r, epsilon, delta):
        new = {
            "square": r + g * g,
            "gradient": r + g,
            "size": r + abs(g),
            "all": r + np.sum(g * g),
            "last": g * g,
            "average": 0.9 * r + 0.1 * g * g,
            "parameters": r + theta * theta,
        }[adds]
        used = r if uses == "old" else new
        rate = {
            "outside": lambda: epsilon / (delta + used**0.5),
            "no root": lambda: epsilon / (delta + used),
            "inside": lambda: epsilon / (delta + used) ** 0.5,
            "nothing": lambda: epsilon / used**0.5,
            "split": lambda: epsilon / delta + epsilon / used**0.5,
            "above": lambda: epsilon * (delta + used**0.5),
            "sum": lambda: epsilon / (delta + used.sum() ** 0.5),
        }[below]()
        moved, kept = theta + sign * rate * (g if gradient else 1), r.copy() if returns == "old" else new
        if in_place:
            r[...] = new
            theta[...] = moved if in_place == "both" else theta
        return {"both": (moved, kept), "old": (moved, kept), "theta": moved, "exchanged": (kept, moved)}[returns]

    return step


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
    section="A learning rate for each parameter",
    stub=adagrad_step,
    cases=cases,
    reference=algorithms.adagrad,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the new accumulator", 1, of=lambda out: out[1]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake.switched(
            variant,
            "The accumulator is right, but theta goes up the gradient: look at the sign of the update.",
            2,
            "theta goes up the gradient",
            sign=1,
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but the rate is divided by it and not by its root.",
            2,
            "the rate is divided by the accumulator and not by its root",
            below="no root",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. You put delta inside the root: that is the convention of RMSProp's box, of "
            "Keras and of optax. Algorithm 8.4 and PyTorch have it outside.",
            2,
            "delta is inside the root, as in Keras and optax",
            below="inside",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but delta is missing: 0 / 0 for a parameter that has had no gradient yet.",
            2,
            "delta is missing",
            below="nothing",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right. Your division ends before the root: delta and the root form one denominator.",
            2,
            "the division ends before the root",
            below="split",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but you multiply by the root: rare gradients would get the small rates.",
            2,
            "the rate is multiplied by the root",
            below="above",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but you use its sum, one rate for all. Each parameter has a rate of its own.",
            2,
            "one rate is made for all parameters",
            below="sum",
        ),
        Mistake.switched(
            variant,
            "You accumulate the gradient itself. Its square is wanted, so that signs cannot cancel.",
            0,
            "the gradient itself is accumulated",
            adds="gradient",
        ),
        Mistake.switched(
            variant,
            "You accumulate the size of the gradient. Its square is wanted.",
            0,
            "the size of the gradient is accumulated",
            adds="size",
        ),
        Mistake.switched(
            variant,
            "You add the squared length of the whole gradient. The accumulator is element by element.",
            0,
            "the squared length of the whole gradient is accumulated",
            adds="all",
        ),
        Mistake.switched(
            variant,
            "You forget the old accumulator: the sum of all squares so far is wanted, not the last one.",
            0,
            "the old accumulator is forgotten",
            adds="last",
        ),
        Mistake.switched(
            variant,
            "You take a moving average with the decay rate 0.9: that is RMSProp. AdaGrad's sum forgets nothing.",
            0,
            "the accumulator is a moving average, as in RMSProp",
            adds="average",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but theta still uses the old one. Accumulate first, then move.",
            2,
            "theta uses the old accumulator",
            uses="old",
        ),
        Mistake.switched(
            variant,
            "theta is right, but you return the old accumulator, so the next step would forget this gradient.",
            2,
            "the old accumulator is returned",
            returns="old",
        ),
        Mistake.switched(
            variant,
            "You return theta alone. The next step needs the accumulator too: return (theta, r).",
            0,
            "theta is returned alone",
            returns="theta",
        ),
        Mistake.switched(
            variant,
            "You return (r, theta). The order asked for is (theta, r).",
            0,
            "the results are in the wrong order",
            returns="exchanged",
        ),
        Mistake.switched(
            variant,
            "The accumulator is right, but the update is the rate alone: the gradient itself is missing.",
            2,
            "the gradient is missing in the update",
            gradient=False,
        ),
        Mistake.switched(
            variant,
            "You accumulate the squares of the parameters. The slide's “values” are those of the gradient.",
            0,
            "the parameters' squares are accumulated",
            adds="parameters",
        ),
        Mistake.switched(
            variant,
            "Right, but theta and r are changed in place, so the caller's arrays change too. Write r = r + … and "
            "not r += ….",
            2,
            "theta and r are changed in place",
            in_place="both",
        ),
        Mistake.switched(
            variant,
            "Right, but r is changed in place, so the caller's accumulator changes too. Write r = r + … and not r "
            "+= ….",
            2,
            "r is changed in place",
            in_place="r",
        ),
    ),
    properties=(right_where("where delta is 0; so look at where delta stands", lambda **_: {"delta": 0.0}),),
    alternatives=(right_by_loop, right_on_copies, right_in_float32),
)
