"""Chapter 2: gradient descent on 300 digits at two rates, from starts and draws of the digits of their own.

The rows of one setting name a measurement each. `beginning` stands for the first 400 steps, `late` for the last
500 (the sharpness: 1,000) of 2,000; `tripled`, of the larger rate, for steps 2,000 to 6,000; `control`, of the
smaller rate, for what follows if at step 1,000 the rate is divided by four and 2,000 steps are taken.
"""

import numpy as np

from experiments.harness import relative
from lecture_optim import data
from lecture_optim.curvature import along_gradient, sharpness
from lecture_optim.networks import MLP

NAME = "02_edge_of_stability"
MEASURED = {"value": relative(0.1)}
SHARE = 0.8
NETWORK = MLP([64, 32, 32, 10], loss="squared_error")
BEGINNING, STEPS, TRIPLED = 400, 2000, 6000


def runs():
    """Return the settings: 24 seeds, each with both rates."""
    return [{"seed": seed, "epsilon": epsilon} for seed in range(24) for epsilon in (0.1, 0.15)]


def problem(seed):
    """Return cost and gradient on 300 digits, and a start, all drawn from one seed."""
    rng = np.random.default_rng([2, seed])
    digits = data.digits(rng)
    X, y = digits.X_train[:300], np.eye(10)[digits.y_train[:300]]
    start = NETWORK.init(rng)
    return lambda theta: NETWORK.value(theta, X, y), lambda theta: NETWORK.gradient(theta, X, y), start


def top(gradient, theta):
    """Return the largest eigenvalue of the Hessian to about one per cent."""
    return sharpness(gradient, theta, np.random.default_rng(0), tolerance=1e-2)


def run(seed, epsilon, only_beginning=False):
    """Return the rows ``what, value`` of one run."""
    cost, gradient, theta = problem(seed)
    found, terms, early, ratios = {}, {}, [], {}
    last = TRIPLED if epsilon == 0.15 else STEPS
    for k in range(last + 1):
        if k < BEGINNING or STEPS - 500 <= k < STEPS:
            terms[k] = (cost(theta), *along_gradient(gradient, theta))
        if k < 100 and k % 5 == 0:
            early.append(top(gradient, theta))
        if k == BEGINNING:
            found |= beginning(np.array([terms[i] for i in range(BEGINNING)]), epsilon)
            found |= {"beginning_sharpness": early[0], "beginning_sharpness_lowest": min(early)}
            if only_beginning:
                break
        if k >= STEPS // 2 and k % (100 if k <= STEPS else 400) == 0:
            ratios[k] = top(gradient, theta) * epsilon / 2
        if k in (STEPS // 2, STEPS, TRIPLED):
            found[f"cost_{k}"] = cost(theta)
        if k == STEPS // 2:
            middle = theta
        theta = theta - epsilon * gradient(theta)
    if not only_beginning:
        found |= late(np.array([terms[i] for i in range(STEPS - 500, STEPS)]), epsilon)
        for name, first, final in (("late", STEPS // 2, STEPS), ("tripled", STEPS, TRIPLED)):
            if final > last:
                continue
            part = [ratio for k, ratio in ratios.items() if first <= k <= final]
            found |= {f"{name}_ratio": np.median(part), f"{name}_ratio_lowest": min(part)}
            found[f"{name}_ratio_highest"] = max(part)
        if epsilon == 0.1:
            theta = middle
            for _ in range(STEPS):
                theta = theta - epsilon / 4 * gradient(theta)
            found |= {"control_ratio": top(gradient, theta) * epsilon / 2, "control_cost": cost(theta)}
    return [{"what": what, "value": float(value)} for what, value in found.items()]


def beginning(terms, epsilon):
    """Return what the two terms of the Taylor series do in the first steps."""
    cost, gg, gHg = terms.T
    fires = 0.5 * epsilon * gHg > gg
    quiet = int(np.argmin(gg))
    again = np.flatnonzero(fires[quiet:])
    return {
        "beginning_firing_of_ten": fires[:10].sum(),
        "beginning_quiet_at": quiet,
        "beginning_fires_again": quiet + again[0] if len(again) else np.inf,
        "beginning_cost": cost[0],
        "beginning_cost_highest": cost.max(),
        "beginning_gg": gg[0],
        "beginning_gg_highest": gg.max(),
        "beginning_gg_lowest": gg.min(),
        "beginning_curvature": gHg[0] / gg[0],
        "beginning_curvature_lowest": (gHg / gg).min(),
        "beginning_share_firing": fires.mean(),
    }


def late(terms, epsilon):
    """Return what they do near the end."""
    cost, gg, gHg = terms.T
    climbs = np.diff(cost) > 0
    return {
        "late_gg": np.median(gg),
        "late_curvature": np.median(gHg / gg),
        "late_share_firing": np.mean(0.5 * epsilon * gHg > gg),
        "late_share_climbing": climbs.mean(),
        "late_share_switching": np.mean(climbs[1:] != climbs[:-1]),
    }


def light(setting, rng):
    """Return the setting with the first steps only."""
    return setting | {"only_beginning": True}
