"""Nesterov momentum: from the variables of a library to those of Algorithm 8.3."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def nesterov_from_library(phi, buffer, epsilon, alpha):
    """Return theta and v of Algorithm 8.3 from what PyTorch stores when it runs with nesterov=True.

    PyTorch makes the step  buffer ← alpha * buffer + g,  phi ← phi - epsilon * (g + alpha * buffer),
    with g the gradient at phi.

    Parameters
    ----------
    phi, buffer : ndarray, one shape
        PyTorch's parameter and its momentum buffer, after the same step.
    epsilon, alpha : float
        Learning rate (always the same) and momentum parameter.

    Returns
    -------
    tuple
        (theta, v), the parameters and the velocity of Algorithm 8.3 after this step.
    """
    raise NotImplementedError


def cases(rng):
    """Make vectors and a matrix without zeros."""
    inputs = []
    for shape in [(2,), (3,), (2, 3)]:
        phi, buffer = rng.uniform(0.5, 2, (2, *shape)).round(2) * rng.choice([-1, 1], (2, *shape))
        epsilon, alpha = round(rng.uniform(0.1, 0.4), 2), round(rng.uniform(0.6, 0.85), 2)
        inputs.append(dict(phi=phi, buffer=buffer, epsilon=epsilon, alpha=alpha))
    return inputs


def right_by_velocity(phi, buffer, epsilon, alpha):
    v = -epsilon * buffer
    return phi - alpha * v, v


QUESTION = Question(
    chapter=9,
    section="What libraries call Nesterov momentum",
    stub=nesterov_from_library,
    cases=cases,
    reference=lambda phi, buffer, epsilon, alpha: (phi + alpha * epsilon * buffer, -epsilon * buffer),
    parts=(
        Part("theta", 0.5, of=lambda out: out[0]),
        Part("the velocity", 0.5, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi - alpha * epsilon * buffer, -epsilon * buffer),
            "The velocity is right. PyTorch's parameter lies *ahead* of theta, so the way to theta leads back.",
            0.5,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi + alpha * epsilon * buffer, epsilon * buffer),
            "theta is right. The buffer adds gradients up; the velocity goes down them.",
            0.5,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi - alpha * epsilon * buffer, epsilon * buffer),
            "A sign is wrong: the buffer adds gradients up, and the velocity goes down them. theta follows from it.",
            0,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi, -epsilon * buffer),
            "The velocity is right. But PyTorch's parameter is the interim point, not theta.",
            0.5,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi + epsilon * buffer, -epsilon * buffer),
            "The velocity is right. For theta you go back by the whole velocity; the look ahead was a part of it.",
            0.5,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi + alpha * buffer, -buffer),
            "You forget the learning rate: PyTorch's buffer holds gradients, the velocity holds steps.",
            0,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi + alpha * epsilon * buffer, buffer),
            "theta is right. The buffer itself is not the velocity.",
            0.5,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi - alpha * buffer, buffer),
            "The buffer itself is not the velocity: it holds gradients and not steps.",
            0,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi, buffer),
            "You return what came in. Both have to be translated.",
            0,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (phi + alpha * epsilon * buffer, -alpha * epsilon * buffer),
            "theta is right. Your velocity has an alpha too many: that is the look ahead.",
            0.5,
        ),
        Mistake(
            lambda phi, buffer, epsilon, alpha: (-epsilon * buffer, phi + alpha * epsilon * buffer),
            "You return (v, theta). The order asked for is (theta, v).",
            0,
        ),
    ),
    alternatives=(
        right_by_velocity,
        lambda phi, buffer, epsilon, alpha: [
            (phi + alpha * epsilon * buffer).tolist(),
            (-epsilon * buffer).astype(np.float32),
        ],
    ),
)
