"""Adam: where gradients that repeat carry it."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import scales, unchanged_by


def adam_drift(gradients, rho2):
    """Return how far one period of gradients moves Adam, after very many periods.

    The gradients repeat for ever, whatever theta is. Adam has rho1 = 0, the learning rate 1 and no
    small constant.

    Parameters
    ----------
    gradients : ndarray, shape (n,)
        The gradients of one period, in their order.
    rho2 : float
        Decay rate of the second moment estimate.

    Returns
    -------
    float
        theta after the period minus theta before it.
    """
    raise NotImplementedError


def cases(rng):
    """One large gradient and several small ones of the other sign; the large one is not always first."""
    inputs = []
    for n in (3, 4, 6):
        gradients = -rng.uniform(0.6, 1.4, n).round(2)
        gradients[n % 2 + 1] = round(rng.uniform(2.5, 4), 2)
        inputs.append(dict(gradients=gradients, rho2=round(rng.uniform(0.2, 0.7), 2)))
    return inputs


def averages(gradients, rho2, weight=None, later=0, settled=True):
    """Return r after each gradient of a period that has been repeated for ever."""
    n, squares = len(gradients), gradients**2
    weight = 1 - rho2 if weight is None else weight
    found = []
    for k in range(n):
        back = [j for j in range(n) if settled or j <= k]
        total = sum(rho2**j * squares[(k - later - j) % n] for j in back)
        found.append(weight * total / (1 - rho2**n if settled else 1))
    return np.array(found)


def drift(gradients, rho2):
    """-g / √r, summed over a period; r is a geometric series of the squares, n steps apart."""
    return float(-np.sum(gradients / averages(gradients, rho2) ** 0.5))


def right_by_running(gradients, rho2):
    r = moved = 0.0
    for k in range(400 * len(gradients)):
        g = gradients[k % len(gradients)]
        r = rho2 * r + (1 - rho2) * g * g
        if k >= 399 * len(gradients):
            moved -= g / np.sqrt(r)
    return moved


QUESTION = Question(
    chapter=12,
    section="A convex problem on which Adam goes the wrong way",
    stub=adam_drift,
    cases=cases,
    reference=drift,
    parts=(Part("the motion of one period", 1),),
    mistakes=(
        Mistake(
            lambda gradients, rho2: -drift(gradients, rho2),
            "Your sign is the other way round: Adam goes against the gradient.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(gradients / averages(gradients, rho2, settled=False) ** 0.5)),
            "That is the first period, from r = 0. After many periods r remembers the ones before.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(gradients / averages(gradients, rho2, weight=1) ** 0.5)),
            "Your r is a decaying sum. It is an average: the new square has a weight.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(gradients / averages(gradients, rho2))),
            "You divide by r itself. A root is missing.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(gradients / averages(gradients, rho2, later=1) ** 0.5)),
            "You divide by the r of the step before. In Adam the gradient enters r first and is divided then.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(gradients) / np.mean(gradients**2) ** 0.5),
            "You divide all gradients by the same number, the root mean square of a period. r changes from step to step.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(np.sign(gradients))),
            "You divide each gradient by its own size. That is the case of no memory at all.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: float(-np.sum(gradients)),
            "That is the motion of gradient descent. Adam divides.",
            0,
        ),
        Mistake(
            lambda gradients, rho2: drift(gradients, rho2) / len(gradients),
            "That is the mean motion of a step. The motion of a whole period is asked for.",
            0,
        ),
    ),
    properties=(
        unchanged_by("when all gradients are doubled", lambda gradients, **_: {"gradients": 2 * gradients}),
        scales(
            "when all gradients change their sign, it does not change its own",
            lambda gradients, **_: {"gradients": -gradients},
            -1,
        ),
    ),
    alternatives=(
        right_by_running,
        lambda gradients, rho2: np.float32(drift(gradients.astype(np.float32), rho2)),
    ),
)
