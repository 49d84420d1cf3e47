"""Chapter 2: the eigenvalues of a small network's Hessian, before training and after 300 steps of gradient descent.

Each seed draws its own split of the digits (1,197 for training) and its own start.
"""

import numpy as np

from experiments.harness import absolute, relative
from lecture_optim import data
from lecture_optim.curvature import hvp
from lecture_optim.networks import MLP

NAME = "02_hessian_spectra"
MEASURED = {
    "largest": relative(0.05),
    "median_size": relative(0.1),
    "negative": absolute(0.03),
    "above": absolute(0.02),
}
NETWORK = MLP([64, 8, 10])


def runs():
    """Return the settings: 24 seeds."""
    return [{"seed": seed} for seed in range(24)]


def run(seed, steps=(0, 300)):
    """Return a row for each number of steps: the largest eigenvalue, the median size, and two shares."""
    rng = np.random.default_rng([4, seed])
    digits = data.digits(rng)
    theta, done, rows = NETWORK.init(rng), 0, []

    def gradient(theta):
        return NETWORK.gradient(theta, digits.X_train, digits.y_train)

    for step in steps:
        for _ in range(done, step):
            theta = theta - 0.5 * gradient(theta)
        done = step
        H = np.array([hvp(gradient, theta, e) for e in np.eye(NETWORK.size)])
        eigenvalues = np.linalg.eigvalsh((H + H.T) / 2)
        top = eigenvalues[-1]
        row = {"steps": step, "largest": top, "median_size": np.median(np.abs(eigenvalues))}
        # What the differences of gradients leave of a zero is no eigenvalue below zero.
        row |= {"negative": np.mean(eigenvalues < -1e-6 * top), "above": np.mean(eigenvalues > 0.01 * top)}
        rows.append(row)
    return rows


def light(setting, rng):
    """Return the setting without the training."""
    return setting | {"steps": (0,)}
