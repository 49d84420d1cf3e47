"""Cliffs: train on real tumours with clipped gradients, and see how often the clipping acts."""

import numpy as np

from lecture_grader import samples
from lecture_grader.model import Mistake, Part, Question
from lecture_grader.properties import right_where, wrong_where
from lecture_optim.clipping import clip_norm


def cliffs_training(X, y, epsilon, threshold):
    """Make one pass over the examples, one at a time in their order, with the norm of each gradient clipped.

    The loss of one example is ½ (x·theta - y)². The parameters start at 0.

    Parameters
    ----------
    X : ndarray, shape (m, d)
        Examples, one per row.
    y : ndarray, shape (m,)
        Targets.
    epsilon : float
        Learning rate.
    threshold : float
        The largest norm that a gradient may have.

    Returns
    -------
    tuple
        (theta, share): the parameters at the end, and the share of the m gradients that were clipped.
    """
    raise NotImplementedError


def cases(rng):
    """Tumours; some gradients are clipped and some are not, and none is so near that rounding decides."""
    inputs = []
    for size, least, most in ((9, 0.2, 0.5), (12, 0.5, 0.8), (14, 0.2, 0.8)):
        while True:
            X, y = samples.tumours(rng, size)
            y = 2.0 * y - 1
            epsilon, threshold = round(rng.uniform(0.12, 0.3), 2), round(rng.uniform(0.5, 1.6), 2)
            norms = run(X, y, epsilon, threshold)[1]
            if least < np.mean(norms > threshold) < most and np.abs(norms - threshold).min() > 0.01:
                break
        inputs.append(dict(X=X, y=y, epsilon=epsilon, threshold=threshold))
    return inputs


def run(
    X, y, epsilon, threshold, clip=clip_norm, size=np.linalg.norm, residual=lambda x, theta, c: x @ theta - c, sign=-1
):
    """Return the last parameters, and the sizes of the gradients before they were clipped."""
    theta, sizes = np.zeros(X.shape[1]), []
    for x, c in zip(X, y):
        g = residual(x, theta, c) * x
        sizes.append(size(g))
        theta = theta + sign * epsilon * clip(g, threshold)
    return theta, np.array(sizes)


def answer(share=lambda sizes, threshold: float(np.mean(sizes > threshold)), **more):
    """Return an answer with one thing wrong."""

    def cliffs_training(X, y, epsilon, threshold):
        theta, sizes = run(X, y, epsilon, threshold, **more)
        return theta, share(sizes, threshold)

    return cliffs_training


right = answer()


def full(X, y, epsilon, threshold):
    """Clip the gradient of all examples, as often as there are examples."""
    theta, sizes = np.zeros(X.shape[1]), []
    for _ in y:
        g = X.T @ (X @ theta - y) / len(y)
        sizes.append(np.linalg.norm(g))
        theta = theta - epsilon * clip_norm(g, threshold)
    return theta, float(np.mean(np.array(sizes) > threshold))


def step_clipped(X, y, epsilon, threshold):
    theta, clipped = np.zeros(X.shape[1]), 0
    for x, c in zip(X, y):
        step = epsilon * (x @ theta - c) * x
        clipped += np.linalg.norm(step) > threshold
        theta = theta - clip_norm(step, threshold)
    return theta, clipped / len(y)


def right_by_lists(X, y, epsilon, threshold):
    theta, clipped = [0.0] * X.shape[1], 0
    for x, c in zip(X.tolist(), y.tolist()):
        r = sum(a * t for a, t in zip(x, theta)) - c
        norm = abs(r) * sum(a * a for a in x) ** 0.5
        clipped += norm > threshold
        theta = [t - epsilon * min(1.0, threshold / norm) * r * a for t, a in zip(theta, x)]
    return theta, clipped / len(y)


def one_example(X, y, **_):
    return {"X": X[:1], "y": y[:1]}


def no_clipping(**_):
    return {"threshold": 1e6}


QUESTION = Question(
    chapter=4,
    section="What clipping costs",
    stub=cliffs_training,
    cases=cases,
    reference=right,
    parts=(
        Part("the parameters", 1, of=lambda out: out[0], each="coordinate"),
        Part("the share that was clipped", 1, of=lambda out: out[1]),
    ),
    mistakes=(
        Mistake(answer(sign=1), "You go up the loss: look at the sign of the step.", 0),
        Mistake(
            answer(clip=lambda g, threshold: g),
            "You count, and do not clip: the parameters are those of plain steps.",
            0,
        ),
        Mistake(
            answer(clip=lambda g, threshold: np.clip(g, -threshold, threshold)),
            "You clip each element, which turns the gradient. Clip its norm.",
            0,
        ),
        Mistake(
            answer(clip=lambda g, threshold: threshold / np.linalg.norm(g) * g),
            "You give every gradient the norm of the threshold. One that is short enough stays as it is.",
            0,
        ),
        Mistake(
            answer(clip=lambda g, threshold: g if np.linalg.norm(g) <= threshold else 0 * g),
            "You leave out the long gradients. They are to be shortened.",
            0,
        ),
        Mistake(step_clipped, "You clip the step. The threshold is for the gradient, before the learning rate.", 0),
        Mistake(
            full,
            "You take the gradient over all examples. Here each example has a gradient of its own, and a step of its own.",
            0,
        ),
        Mistake(
            answer(residual=lambda x, theta, c: 2 * (x @ theta - c)),
            "The ½ of the loss takes away the 2 that comes down from the square.",
            0,
        ),
        Mistake(
            answer(share=lambda sizes, threshold: float(np.mean(sizes <= threshold))),
            "The parameters are right. You return the share that was not clipped.",
            1,
        ),
        Mistake(
            answer(share=lambda sizes, threshold: int(np.sum(sizes > threshold))),
            "The parameters are right. You return how many were clipped; the share of them is asked for.",
            1,
        ),
        Mistake(
            answer(size=lambda g: np.abs(g).max()),
            "The parameters are right. To count, you look at the largest element and not at the norm.",
            1,
        ),
        Mistake(
            lambda X, y, epsilon, threshold: (
                right(X, y, epsilon, threshold)[0],
                float(np.mean(np.linalg.norm(X * y[:, None], axis=1) > threshold)),
            ),
            "The parameters are right. You count at the start, where all are 0; count along the way, as the gradients come.",
            1,
        ),
        Mistake(
            lambda X, y, epsilon, threshold: right(X, y, epsilon, threshold)[::-1],
            "You return (share, theta). The order asked for is (theta, share).",
            0,
        ),
    ),
    properties=(
        wrong_where("for the first example alone", one_example, part="the parameters"),
        wrong_where("where the threshold is so high that nothing is clipped", no_clipping, part="the parameters"),
        right_where("where the threshold is so high that nothing is clipped", no_clipping, part="the parameters"),
    ),
    follows=False,  # the share goes in jumps
    alternatives=(right_by_lists, lambda *a: list(right(*a))),
)
