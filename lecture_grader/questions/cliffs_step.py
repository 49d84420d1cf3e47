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


def stepping(change):
    """Return an answer that steps along `change(g, threshold)` instead of the clipped gradient."""
    return lambda theta, g, epsilon, threshold: theta - epsilon * change(g, threshold)


def where_long(change):
    """Return an answer that leaves short gradients alone and treats long ones in a wrong way."""
    return stepping(lambda g, threshold: change(g, threshold) if is_long(g, threshold) else g)


def measured_by(size):
    """Return an answer that takes something else for the norm, in the condition and in the division."""
    return stepping(lambda g, threshold: g * min(1.0, threshold / size(g)))


def both_in_place(theta, g, epsilon, threshold):
    norm = np.linalg.norm(g)
    if norm > threshold:
        g *= threshold / norm
    theta -= epsilon * g
    return theta


def gradient_in_place(theta, g, epsilon, threshold):
    norm = np.linalg.norm(g)
    if norm > threshold:
        g *= threshold / norm
    return theta - epsilon * g


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
    stub=cliffs_step,
    cases=cases,
    reference=lambda theta, g, epsilon, threshold: sgd(theta, clip_norm(g, threshold), epsilon)[0],
    parts=(
        Part("steps along long gradients", 1, where=lambda g, threshold, **_: is_long(g, threshold)),
        Part("steps along short gradients", 1, where=lambda g, threshold, **_: not is_long(g, threshold)),
        Part("inputs left unchanged", 1, unchanged=True),
    ),
    mistakes=(
        Mistake(
            stepping(lambda g, threshold: g * threshold / np.linalg.norm(g)),
            "You rescale every gradient. One that is short enough stays as it is.",
            2,
        ),
        Mistake(
            stepping(lambda g, threshold: np.clip(g, -threshold, threshold)),
            "You clip each element. That turns the gradient, and its norm may still be too large.",
            2,
        ),
        Mistake(
            stepping(lambda g, threshold: g),
            "You do not clip: this is a step of plain gradient descent.",
            2,
        ),
        Mistake(
            stepping(lambda g, threshold: g if is_long(g, threshold) else g * threshold / np.linalg.norm(g)),
            "Your condition is the wrong way round: you lengthen the short ones and leave the long ones.",
            0,
        ),
        Mistake(
            where_long(lambda g, threshold: g * threshold / (g @ g)),
            "You divide by the square of the norm: a root is missing.",
            2,
        ),
        Mistake(
            measured_by(lambda g: g @ g),
            "You take the square of the norm for the norm, in the condition and in the division.",
            0,
        ),
        Mistake(
            measured_by(lambda g: np.abs(g).sum()),
            "You add up absolute values. The Euclidean norm is asked for.",
            0,
        ),
        Mistake(
            measured_by(lambda g: np.abs(g).max()),
            "You measure the gradient by its largest element. The Euclidean norm is asked for.",
            2,
        ),
        Mistake(
            measured_by(lambda g: np.mean(g**2) ** 0.5),
            "You take the mean of the squares where the norm takes their sum.",
            2,
        ),
        Mistake(
            where_long(lambda g, threshold: g / np.linalg.norm(g)),
            "A long gradient comes out with the length 1, whatever the threshold is.",
            2,
        ),
        Mistake(
            where_long(lambda g, threshold: g / threshold),
            "You divide a long gradient by the threshold. Which quotient makes its norm equal to the threshold?",
            2,
        ),
        Mistake(
            where_long(lambda g, threshold: 0 * g),
            "You throw a long gradient away. Its direction is good; only its length is not.",
            2,
        ),
        Mistake(
            lambda theta, g, epsilon, threshold: theta - clip_norm(epsilon * g, threshold),
            "You clip the step. The threshold is for the gradient, before the learning rate.",
            2,
        ),
        Mistake(
            lambda theta, g, epsilon, threshold: theta + epsilon * clip_norm(g, threshold),
            "You clip well and then go up the gradient: look at the sign of the step.",
            0,
        ),
        Mistake(
            lambda theta, g, epsilon, threshold: clip_norm(g, threshold),
            "You return the clipped gradient. The new parameters are asked for.",
            0,
        ),
        Mistake(
            lambda theta, g, epsilon, threshold: theta - clip_norm(g, threshold),
            "You forget the learning rate.",
            0,
        ),
        Mistake(
            both_in_place,
            "Right, but you change theta and g in place, so the caller's arrays change too.",
            2,
        ),
        Mistake(
            gradient_in_place,
            "Right, but g is changed in place, so the caller's gradient changes too. Write g = g * … and not g *= ….",
            2,
        ),
    ),
    alternatives=(right_by_loop, right_in_float32, right_on_copies),
)
