"""Adam: one step of the box, with its state."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where
from lecture_optim import algorithms


def adam_step(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    """Make one step of Adam, with bias correction and delta outside the root.

    Parameters
    ----------
    theta, g, s, r : ndarray, one shape
        Parameters, gradient, first and second moment estimate. Leave them unchanged.
    t : int
        The number of steps already taken.
    epsilon, rho1, rho2, delta : float
        Learning rate, the two decay rates, and the small constant.

    Returns
    -------
    tuple
        (theta, s, r, t), all of them new; the moments as the next step needs them.
    """
    raise NotImplementedError


def cases(rng):
    """Some steps into the run, with decay rates that make each correction visible."""
    inputs = []
    for shape in [(2,), (4,), (2, 3)]:
        theta, g, s = rng.uniform(0.5, 2, (3, *shape)).round(2) * rng.choice([-1, 1], (3, *shape))
        r = rng.uniform(0.3, 3, shape).round(2)
        epsilon, delta = rng.uniform(0.1, 0.4, 2).round(2)
        rho1, rho2 = (rng.uniform(0, 0.15, 2) + [0.6, 0.8]).round(2)
        t = int(rng.integers(2, 5))
        hyper = dict(epsilon=float(epsilon), rho1=float(rho1), rho2=float(rho2), delta=float(delta))
        inputs.append(dict(theta=theta, g=g, s=s, r=r, t=t, **hyper))
    return inputs


def variant(
    sign=-1, correct=(True, True), power="new t", below="outside", exchange=False, returns="both", sums=False,
    same_rate=False, count=1, in_place=False,
):  # fmt: skip
    """Return Adam with one thing wrong, or several."""

    def step(theta, g, s, r, t, epsilon, rho1, rho2, delta):
        if exchange:
            rho1, rho2 = rho2, rho1
        before = s.copy(), r.copy()
        first = rho1 * s + (1 if sums else 1 - rho1) * g
        second = rho2 * r + (1 if sums else 1 - rho2) * g * g
        k = {"new t": t + 1, "old t": t, "one": 1}[power]
        short = 1 - (rho1 if same_rate else rho2) ** k if correct[1] else 1
        s_hat, r_hat = first / (1 - rho1**k if correct[0] else 1), second / short
        root = {
            "outside": lambda: r_hat**0.5 + delta,
            "inside": lambda: (r_hat + delta) ** 0.5,
            "no root": lambda: r_hat + delta,
            "early": lambda: (second**0.5 + delta) / short**0.5,
        }[below]()
        moved = theta + sign * epsilon * s_hat / root
        state = {"corrected": (s_hat, r_hat), "old": before}.get(returns, (first, second))
        if in_place:
            s[...], r[...] = first, second
        return moved if returns == "theta" else (moved, *state, t + count)

    return step


def right_by_loop(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    theta, s, r = theta.copy(), s.copy(), r.copy()
    t += 1
    for i in np.ndindex(theta.shape):
        s[i] += (1 - rho1) * (g[i] - s[i])
        r[i] += (1 - rho2) * (g[i] ** 2 - r[i])
        theta[i] -= epsilon * (s[i] / (1 - rho1**t)) / (np.sqrt(r[i] / (1 - rho2**t)) + delta)
    return theta, s, r, t


def right_with_one_rate(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * np.square(g)
    root = np.sqrt(1 - rho2**t)
    theta = theta - epsilon * root / (1 - rho1**t) * s / (np.sqrt(r) + delta * root)
    return [theta.tolist(), s.tolist(), r.tolist(), t]


QUESTION = Question(
    chapter=12,
    section="Adam's two averages, and their bias",
    stub=adam_step,
    cases=cases,
    reference=algorithms.adam,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the moment estimates and the step", 1, of=lambda out: out[1:]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake.switched(
            variant,
            "Your moments are right, but theta uses them without the bias correction.",
            2,
            "theta uses the moments without the bias correction",
            correct=(False, False),
        ),
        Mistake.switched(
            variant,
            "You correct the bias of the first moment only. The second one starts from zero too.",
            2,
            "the second moment is not corrected",
            correct=(True, False),
        ),
        Mistake.switched(
            variant,
            "You correct the bias of the second moment only. The first one starts from zero too.",
            2,
            "the first moment is not corrected",
            correct=(False, True),
        ),
        Mistake.switched(
            variant,
            "Your bias correction uses the old t. In the box t is counted up before it is used.",
            2,
            "the correction uses the old t",
            power="old t",
        ),
        Mistake.switched(
            variant,
            "You divide by 1 - rho as if this were the first step. The correction depends on t.",
            2,
            "the correction is that of the first step",
            power="one",
        ),
        Mistake.switched(
            variant,
            "You correct both moments with rho1. Each has a decay rate of its own.",
            2,
            "both moments are corrected with rho1",
            same_rate=True,
        ),
        Mistake.switched(
            variant,
            "theta is right, but you return the corrected moments. They serve this step alone; the state stays "
            "uncorrected.",
            2,
            "the corrected moments are returned",
            returns="corrected",
        ),
        Mistake.switched(
            variant,
            "theta is right, but you return the old moments, so every step would start from them again.",
            2,
            "the old moments are returned",
            returns="old",
        ),
        Mistake.switched(
            variant,
            "theta is right, but t is not counted up in what you return.",
            2,
            "t is not counted up",
            count=0,
        ),
        Mistake.switched(
            variant,
            "You have delta inside the root: that is the convention of RMSProp's box, and optax's eps_root. Here "
            "it stands outside.",
            2,
            "delta is inside the root",
            below="inside",
        ),
        Mistake.switched(
            variant,
            "That is the faster form of Adam, which its paper gives beside the box and Keras has: both "
            "corrections are put into the rate, and delta is added to the root *before* the correction. In the "
            "box it is added after it.",
            2,
            "delta is added before the correction, as in Adam's faster form",
            below="early",
        ),
        Mistake.switched(
            variant,
            "You divide by the second moment itself. A root is missing.",
            2,
            "the root is missing",
            below="no root",
        ),
        Mistake.switched(
            variant,
            "Your moments are right, but theta goes up the gradient: look at the sign of the update.",
            2,
            "theta goes up the gradient",
            sign=1,
        ),
        Mistake.switched(
            variant,
            "You have exchanged the two decay rates: rho1 belongs to the gradient, rho2 to its square.",
            0,
            "the two decay rates are exchanged",
            exchange=True,
        ),
        Mistake.switched(
            variant,
            "Your moments are decaying sums. In the box the new term is weighted, so that they are averages.",
            0,
            "the moments are decaying sums",
            sums=True,
        ),
        Mistake.switched(
            variant,
            "You return theta alone. The next step needs the moments and t: return (theta, s, r, t).",
            0,
            "theta is returned alone",
            returns="theta",
        ),
        Mistake.switched(
            variant,
            "Right, but s and r are changed in place, so the caller's arrays change too. Write s = rho1 * s + … "
            "and not s *= ….",
            2,
            "s and r are changed in place",
            in_place=True,
        ),
    ),
    properties=(right_where("where delta is 0; so look at where delta stands", lambda **_: {"delta": 0.0}),),
    alternatives=(right_by_loop, right_with_one_rate),
)
