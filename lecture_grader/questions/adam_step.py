"""Adam: one step of the box, with its state."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
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
    sign=-1, correct=(True, True), later=1, root=True, inside=False, exchange=False, kept=False, sums=False,
    powers=True, old=False, same_power=False, count=1,
):  # fmt: skip
    """Return Adam with one thing wrong."""

    def step(theta, g, s, r, t, epsilon, rho1, rho2, delta):
        if exchange:
            rho1, rho2 = rho2, rho1
        before = s, r
        s = rho1 * s + (1 if sums else 1 - rho1) * g
        r = rho2 * r + (1 if sums else 1 - rho2) * g * g
        k = t + later if powers else 1
        s_hat = s / (1 - rho1**k) if correct[0] else s
        r_hat = r / (1 - (rho1 if same_power else rho2) ** k) if correct[1] else r
        if inside:
            below = (r_hat + delta) ** 0.5
        else:
            below = (r_hat**0.5 if root else r_hat) + delta
        theta = theta + sign * epsilon * s_hat / below
        state = (s_hat, r_hat) if kept else before if old else (s, r)
        return theta, *state, t + count

    return step


def in_place(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    s *= rho1
    s += (1 - rho1) * g
    r *= rho2
    r += (1 - rho2) * g * g
    t = t + 1
    s_hat, r_hat = s / (1 - rho1**t), r / (1 - rho2**t)
    return theta - epsilon * s_hat / (r_hat**0.5 + delta), s, r, t


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
    stub=adam_step,
    cases=cases,
    reference=algorithms.adam,
    parts=(
        Part("the new parameters", 1, of=lambda out: out[0]),
        Part("the moment estimates and the step", 1, of=lambda out: out[1:]),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            variant(correct=(False, False)),
            "Your moments are right, but theta uses them without the bias correction.",
            2,
        ),
        Mistake(
            variant(correct=(True, False)),
            "You correct the bias of the first moment only. The second one starts from zero too.",
            2,
        ),
        Mistake(
            variant(correct=(False, True)),
            "You correct the bias of the second moment only. The first one starts from zero too.",
            2,
        ),
        Mistake(
            variant(later=0),
            "Your bias correction uses the old t. In the box t is counted up before it is used.",
            2,
        ),
        Mistake(
            variant(powers=False),
            "You divide by 1 - rho as if this were the first step. The correction depends on t.",
            2,
        ),
        Mistake(
            variant(same_power=True),
            "You correct both moments with rho1. Each has a decay rate of its own.",
            2,
        ),
        Mistake(
            variant(kept=True),
            "theta is right, but you return the corrected moments. They serve this step alone; "
            "the state stays uncorrected.",
            2,
        ),
        Mistake(
            variant(old=True),
            "theta is right, but you return the old moments, so every step would start from them again.",
            2,
        ),
        Mistake(
            variant(count=0),
            "theta is right, but t is not counted up in what you return.",
            2,
        ),
        Mistake(
            variant(inside=True),
            "You have delta inside the root, as in RMSProp. Here it stands outside.",
            2,
        ),
        Mistake(
            variant(root=False),
            "You divide by the second moment itself. A root is missing.",
            2,
        ),
        Mistake(
            variant(sign=1),
            "Your moments are right, but theta goes up the gradient: look at the sign of the update.",
            2,
        ),
        Mistake(
            variant(exchange=True),
            "You have exchanged the two decay rates: rho1 belongs to the gradient, rho2 to its square.",
            0,
        ),
        Mistake(
            variant(sums=True),
            "Your moments are decaying sums. In the box the new term is weighted, so that they are averages.",
            0,
        ),
        Mistake(
            lambda *inputs: algorithms.adam(*inputs)[0],
            "You return theta alone. The next step needs the moments and t: return (theta, s, r, t).",
            0,
        ),
        Mistake(
            in_place,
            "Right, but s and r are changed in place, so the caller's arrays change too. "
            "Write s = rho1 * s + … and not s *= ….",
            2,
        ),
    ),
    alternatives=(right_by_loop, right_with_one_rate),
)
