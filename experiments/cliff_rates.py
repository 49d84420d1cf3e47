"""Chapter 4: which rates and thresholds bring gradient descent home from the edge of a cliff? Shares of 625 starts.

The one-unit network after 50 steps. A run is home after T steps if its loss is below 0.01 from two thirds of T to T.
"""

import numpy as np

from experiments.harness import absolute
from lecture_optim.clipping import clip_norm
from lecture_optim.recurrent import OneUnitRNN

NAME = "04_rates"
MEASURED = {
    "home": absolute(0.02),
    "visited": absolute(0.02),  # share whose loss was below 0.01 at least once
    "flung": absolute(0.02),  # share with a step longer than 1
    "dead": absolute(0.02),  # share not home whose gradient is shorter than 1e-6
    "w": absolute(0.05),  # median weight of the runs that are home
}
RATES = (0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
BUDGETS = (300, 900, 3000)


def clip_elements(g, c):
    """Bound each element: this turns the gradient."""
    return np.clip(g, -c, c)


def clip_largest(g, c):
    """Bound the largest element and keep the direction."""
    return g * np.minimum(c / np.maximum(np.abs(g).max(axis=0), 1e-300), 1.0)


CLIP = {"norm": clip_norm, "elements": clip_elements, "largest element": clip_largest}


def runs():
    """Return the settings: no threshold and three, constant and falling rates, and two other ways to clip."""
    settings = [("norm", c, s) for c in (0.1, 1.0, 10.0, np.inf) for s in ("constant", "falling")]
    settings += [(clip, c, "constant") for clip in ("elements", "largest element") for c in (0.1, 1.0)]
    return [
        dict(
            clip=clip,
            threshold=c,
            schedule=schedule,
            longest=3000 if clip == "norm" and schedule == "constant" else 900,
        )
        for clip, c, schedule in settings
    ]


def run(clip, threshold, schedule, longest, rates=RATES, side=25):
    """Return a row for each budget and rate."""
    net, rates, budgets = OneUnitRNN(), np.array(rates), [steps for steps in BUDGETS if steps <= longest]
    starts = np.stack(np.meshgrid(np.linspace(4, 6, side), np.linspace(-3.5, -1.5, side))).reshape(2, -1, 1)
    theta = np.repeat(starts, len(rates), axis=2)
    outside = np.where(net.value(theta) < 0.01, -1, 0)  # the last step after which the loss was not low
    visited, stride, rows = outside < 0, np.zeros(outside.shape), []
    for k in range(1, longest + 1):
        epsilon = rates if schedule == "constant" else rates / (1 + (k - 1) / 30)
        move = epsilon * CLIP[clip](net.gradient(theta), threshold)
        theta, stride = theta - move, np.maximum(stride, np.linalg.norm(move, axis=0))
        low = net.value(theta) < 0.01
        outside, visited = np.where(low, outside, k), visited | low
        if k in budgets:
            home = outside < 2 * k / 3
            still = np.linalg.norm(net.gradient(theta), axis=0) < 1e-6
            rows += [
                dict(
                    steps=k,
                    rate=float(rate),
                    home=home[:, i].mean(),
                    visited=visited[:, i].mean(),
                    flung=(stride[:, i] > 1).mean(),
                    dead=(still & ~home)[:, i].mean(),
                    w=np.median(theta[0, home[:, i], i]) if home[:, i].any() else 0.0,
                )
                for i, rate in enumerate(rates)
            ]
    return rows


def light(setting, rng):
    """Return one rate and the shortest budget, all starts."""
    return dict(setting, rates=[float(rng.choice(RATES))], longest=BUDGETS[0])
