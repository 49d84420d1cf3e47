"""Adam: one step of AMSGrad."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def adam_amsgrad(theta, g, s, r, largest, epsilon, rho1, rho2):
    """Make one step of AMSGrad, without bias correction and without a small constant.

    Parameters
    ----------
    theta, g : ndarray, shape (n,)
        Parameters and gradient.
    s, r : ndarray, shape (n,)
        First and second moment estimate.
    largest : ndarray, shape (n,)
        The largest second moment estimate so far, of each coordinate.
    epsilon, rho1, rho2 : float
        Learning rate and the two decay rates.

    Returns
    -------
    tuple
        (theta, s, r, largest), all of them new.
    """
    raise NotImplementedError


def cases(rng):
    """In some coordinates the new second moment is the largest so far, in others not."""
    inputs = []
    for n in (4, 5, 6):
        theta, g, s = rng.uniform(0.5, 2, (3, n)).round(2) * rng.choice([-1, 1], (3, n))
        r = rng.uniform(0.3, 3, n).round(2)
        epsilon = round(rng.uniform(0.1, 0.4), 2)
        rho1, rho2 = round(rng.uniform(0.6, 0.75), 2), round(rng.uniform(0.5, 0.7), 2)
        new = rho2 * r + (1 - rho2) * g * g
        largest = (new * np.where(np.arange(n) % 2, rng.uniform(0.3, 0.7, n), rng.uniform(1.4, 2, n))).round(2)
        arrays = dict(theta=theta, g=g, s=s, r=r, largest=largest)
        inputs.append(dict(arrays, epsilon=epsilon, rho1=rho1, rho2=rho2))
    return inputs


def variant(keep=lambda largest, r, old, g: np.maximum(largest, r), below=None, sign=-1, power=0.5, kept=False):
    """Return AMSGrad with one thing wrong."""

    def step(theta, g, s, r, largest, epsilon, rho1, rho2):
        old = r
        s = rho1 * s + (1 - rho1) * g
        r = rho2 * r + (1 - rho2) * g * g
        largest = keep(largest, r, old, g)
        root = (r if below == "r" else largest) ** power
        return theta + sign * epsilon * s / root, s, largest if kept else r, largest

    return step


right = variant()


def right_by_loop(theta, g, s, r, largest, epsilon, rho1, rho2):
    out = []
    for k in range(len(theta)):
        first = rho1 * s[k] + (1 - rho1) * g[k]
        second = rho2 * r[k] + (1 - rho2) * g[k] ** 2
        top = second if second > largest[k] else largest[k]
        out.append([theta[k] - epsilon * first / top**0.5, first, second, top])
    return tuple(np.array(out).T)


QUESTION = Question(
    chapter=12,
    section="A convex problem on which Adam goes the wrong way",
    stub=adam_amsgrad,
    cases=cases,
    reference=right,
    parts=(
        Part("the new parameters", 0.5, of=lambda out: out[0]),
        Part("the new state", 0.5, of=lambda out: out[1:]),
    ),
    mistakes=(
        Mistake(
            variant(kept=True),
            "theta is right, but you put the largest value in the place of r. The average r goes on as in Adam.",
            0.5,
        ),
        Mistake(
            variant(below="r"),
            "The state is right, but theta still divides by the root of r, as in Adam.",
            0.5,
        ),
        Mistake(
            variant(sign=1),
            "The state is right, but theta goes up the gradient: look at the sign of the update.",
            0.5,
        ),
        Mistake(
            variant(power=1),
            "The state is right, but theta divides by the largest second moment itself. A root is missing.",
            0.5,
        ),
        Mistake(
            variant(keep=lambda largest, r, old, g: np.minimum(largest, r)),
            "You keep the smallest second moment, so the steps could only grow.",
            0,
        ),
        Mistake(
            variant(keep=lambda largest, r, old, g: np.maximum(largest, old)),
            "You compare with the old r. The new gradient belongs into r first.",
            0,
        ),
        Mistake(
            variant(keep=lambda largest, r, old, g: np.maximum(largest, g * g)),
            "You compare with the squared gradient. The largest *average* is kept.",
            0,
        ),
        Mistake(
            variant(keep=lambda largest, r, old, g: np.full_like(r, max(largest.max(), r.max()))),
            "You take the largest value over all coordinates. Each coordinate has its own.",
            0,
        ),
        Mistake(
            lambda *inputs: right(*inputs)[:3],
            "You do not return the largest second moment, which the next step needs: return (theta, s, r, largest).",
            0,
        ),
    ),
    alternatives=(right_by_loop,),
)
