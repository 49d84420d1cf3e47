"""Cliffs: one step of gradient descent with the norm of the gradient clipped."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question
from lecture_optim.algorithms import sgd
from lecture_optim.clipping import clip_norm


def cliffs_step(theta, g, epsilon, threshold):
    """Make one step of gradient descent with the norm of the gradient clipped.

    Parameters
    ----------
    theta, g : ndarray, shape (n,)
        Parameters and gradient. Leave them unchanged.
    epsilon : float
        Learning rate.
    threshold : float
        The largest Euclidean norm that the gradient may have, positive. A longer gradient is shortened to this norm and
        keeps its direction.

    Returns
    -------
    ndarray, shape (n,)
        The new parameters.
    """
    raise NotImplementedError


def cases(rng):
    """Norms above the threshold, with elements above it and without, and norms below it."""
    inputs = []
    for n, share in ((4, 0.3), (5, 0.8), (4, 1.3), (3, 0.6), (5, 1.4)):
        g, theta = rng.uniform(1.2, 2, (2, n)).round(2) * rng.choice([-1, 1], (2, n))
        threshold = round(float(share * np.linalg.norm(g)), 2)
        inputs.append(dict(theta=theta, g=g, epsilon=round(float(rng.uniform(0.3, 0.6)), 2), threshold=threshold))
    return inputs


def is_long(g, threshold):
    return np.linalg.norm(g) > threshold


#: What wrong answers make of the gradient.
CLIPS = {
    "right": clip_norm,
    "all": lambda g, threshold: g * threshold / np.linalg.norm(g),
    "each": lambda g, threshold: np.clip(g, -threshold, threshold),
    "none": lambda g, threshold: g,
    "short": lambda g, threshold: g if is_long(g, threshold) else g * threshold / np.linalg.norm(g),
    "square": lambda g, threshold: g * threshold / (g @ g) if is_long(g, threshold) else g,
    "by square": lambda g, threshold: g * min(1.0, threshold / (g @ g)),
    "by sum": lambda g, threshold: g * min(1.0, threshold / np.abs(g).sum()),
    "by largest": lambda g, threshold: g * min(1.0, threshold / np.abs(g).max()),
    "by mean": lambda g, threshold: g * min(1.0, threshold / np.mean(g**2) ** 0.5),
    "one": lambda g, threshold: g / np.linalg.norm(g) if is_long(g, threshold) else g,
    "divided": lambda g, threshold: g / threshold if is_long(g, threshold) else g,
    "dropped": lambda g, threshold: 0 * g if is_long(g, threshold) else g,
}


def variant(clip="right", when="before", sign=-1, rate=True, in_place=""):
    """Return the step with one thing wrong, or several."""

    def step(theta, g, epsilon, threshold):
        epsilon = epsilon if rate else 1
        if when == "after":
            way = CLIPS[clip](epsilon * g, threshold)
        else:
            way = epsilon * CLIPS[clip](g, threshold)
        moved = theta + sign * way
        if in_place:
            g[...] = CLIPS[clip](g, threshold)
            theta[...] = moved if in_place == "both" else theta
        return moved

    return step


def right_by_loop(theta, g, epsilon, threshold):
    norm = sum(float(x) ** 2 for x in g) ** 0.5
    return [float(t) - epsilon * float(x) * min(1.0, threshold / norm) for t, x in zip(theta, g, strict=True)]


def right_in_float32(theta, g, epsilon, threshold):
    g = g.astype(np.float32)
    norm = np.float32(np.linalg.norm(g))
    g = g * np.float32(threshold) / norm if norm > threshold else g
    return theta.astype(np.float32) - np.float32(epsilon) * g


def right_on_copies(theta, g, epsilon, threshold):
    theta, g = theta.copy(), g.copy()
    g /= max(1.0, np.linalg.norm(g) / threshold)
    theta -= epsilon * g
    return theta


QUESTION = Question(
    chapter=4,
    section="The cure: clip the norm",
    stub=cliffs_step,
    cases=cases,
    reference=lambda theta, g, epsilon, threshold: sgd(theta, clip_norm(g, threshold), epsilon)[0],
    parts=(
        Part("steps along long gradients", 1, where=lambda g, threshold, **_: is_long(g, threshold)),
        Part("steps along short gradients", 1, where=lambda g, threshold, **_: not is_long(g, threshold)),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake.switched(
            variant,
            "You rescale every gradient. One that is short enough stays as it is.",
            2,
            "every gradient is rescaled",
            clip="all",
        ),
        Mistake.switched(
            variant,
            "You clip each element: PyTorch calls that clipping by value. It turns the gradient, and its norm may "
            "still be too large.",
            2,
            "each element is clipped",
            clip="each",
        ),
        Mistake.switched(
            variant,
            "You do not clip: this is a step of plain gradient descent.",
            2,
            "nothing is clipped",
            clip="none",
        ),
        Mistake.switched(
            variant,
            "Your condition is the wrong way round: you lengthen the short ones and leave the long ones.",
            0,
            "the condition is the wrong way round",
            clip="short",
        ),
        Mistake.switched(
            variant,
            "You divide by the square of the norm: a root is missing.",
            2,
            "the division is by the square of the norm",
            clip="square",
        ),
        Mistake.switched(
            variant,
            "You take the square of the norm for the norm, in the condition and in the division.",
            0,
            "the square of the norm is taken for the norm",
            clip="by square",
        ),
        Mistake.switched(
            variant,
            "You add up absolute values. The Euclidean norm is asked for.",
            0,
            "absolute values are added up in place of the norm",
            clip="by sum",
        ),
        Mistake.switched(
            variant,
            "You measure the gradient by its largest element. The Euclidean norm is asked for.",
            2,
            "the largest element is taken for the norm",
            clip="by largest",
        ),
        Mistake.switched(
            variant,
            "You take the mean of the squares where the norm takes their sum.",
            2,
            "the norm takes a mean and not a sum",
            clip="by mean",
        ),
        Mistake.switched(
            variant,
            "A long gradient comes out with the length 1, whatever the threshold is.",
            2,
            "a long gradient comes out with the length 1",
            clip="one",
        ),
        Mistake.switched(
            variant,
            "You divide a long gradient by the threshold. Which quotient makes its norm equal to the threshold?",
            2,
            "a long gradient is divided by the threshold",
            clip="divided",
        ),
        Mistake.switched(
            variant,
            "You throw a long gradient away. Its direction is good; only its length is not.",
            2,
            "a long gradient is thrown away",
            clip="dropped",
        ),
        Mistake.switched(
            variant,
            "You clip the step. The threshold is for the gradient, before the learning rate.",
            2,
            "the step is clipped and not the gradient",
            when="after",
        ),
        Mistake.switched(
            variant,
            "You clip well and then go up the gradient: look at the sign of the step.",
            0,
            "the step goes up the gradient",
            sign=1,
        ),
        Mistake(
            lambda theta, g, epsilon, threshold: clip_norm(g, threshold),
            "You return the clipped gradient. The new parameters are asked for.",
            0,
        ),
        Mistake.switched(
            variant,
            "You forget the learning rate.",
            0,
            "the learning rate is forgotten",
            rate=False,
        ),
        Mistake.switched(
            variant,
            "Right, but you change theta and g in place, so the caller's arrays change too.",
            2,
            "theta and g are changed in place",
            in_place="both",
        ),
        Mistake.switched(
            variant,
            "Right, but g is changed in place, so the caller's gradient changes too. Write g = g * … and not g *= ….",
            2,
            "g is changed in place",
            in_place="g",
        ),
    ),
    alternatives=(right_by_loop, right_in_float32, right_on_copies),
)
