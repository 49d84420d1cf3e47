"""Try a rule on a few steps, then run it on the problems: the rate is chosen on some runs and judged on others."""

import time

import numpy as np

from lecture_grader.capstone.problems import PROBLEMS
from lecture_grader.capstone.rules import NAME, UNSTEADY, Refused, same
from lecture_optim.contest import SCHEDULES, best_rates, schedule

BUDGET = 200  # gradients that a rule gets on every problem, in every run
CHOSEN_ON, JUDGED_ON = range(5), range(5, 15)  # numbers of the runs
RATES = 10.0 ** (np.arange(-20, 13) / 4)  # four to a decade


def trial(rule):
    """Let a rule take some small steps and refuse it where they would not do.

    Parameters
    ----------
    rule : Rule
        The rule.

    Raises
    ------
    Refused
        With what is wrong.
    """
    rng = np.random.default_rng(0)
    theta, gradients = rng.normal(size=12), rng.normal(size=(3, 12))
    theta[:2], gradients[:2, :2] = 0, 0  # as where an example lacks a feature
    rates = np.repeat([0.01, 0.03], 6)
    steps = _steps(rule, theta, gradients, rates)
    for name, where in (("where the gradient is 0", slice(2)), ("after a good step", slice(2, None))):
        for key, part in zip(["theta", *rule.state], zip(*steps, strict=True), strict=True):
            if key != "t" and not np.all(np.isfinite(np.array(part)[:, where])):
                raise Refused(f"{NAME} returns {key} that is not finite {name}")
    if not _agree(steps, _steps(rule, theta, gradients, rates)):
        raise Refused(UNSTEADY)
    mixed = rng.normal(size=12)
    some = _steps(rule, np.where(rates < 0.02, theta, mixed), np.where(rates < 0.02, gradients, mixed), rates)
    if not _agree(steps, some, slice(6)):
        raise Refused(f"{NAME} mixes elements: what becomes of one may not depend on the others")
    moved = lambda other: not same(steps[-1][0][6:], other[-1][0][6:])  # noqa: E731
    if not moved(_steps(rule, theta, gradients, 2 * rates)):
        raise Refused(f"{NAME} ignores epsilon: with twice the rate it takes the same steps")
    if not moved(_steps(rule, theta, rng.normal(size=(3, 12)), rates)):
        raise Refused(f"{NAME} ignores g: with other gradients it takes the same steps")
    large = np.ones(len(CHOSEN_ON) * 53 * len(SCHEDULES) * len(RATES))
    started = time.perf_counter()
    rule.take(large, large, rule.start(large), large)
    if time.perf_counter() - started > rule.step_seconds:
        raise Refused(f"{NAME} is too slow: a step on {large.size} elements takes more than {rule.step_seconds} s")


def _steps(rule, theta, gradients, rates):
    """Return what a rule returned at each step on these gradients."""
    state, found = rule.start(theta), []
    for g in gradients:
        theta, *state = rule.take(theta, g, state, rates)
        found.append([theta, *state])
    return found


def _agree(one, other, where=slice(None)):
    arrays = [(a, b) for first, second in zip(one, other, strict=True) for a, b in zip(first, second, strict=True)]
    return all(same(a[where], b[where]) for a, b in arrays if not isinstance(a, int))


def lowest(rule, seed, numbers, rates):
    """Run a rule on all problems at once, and return the losses after the budget.

    Parameters
    ----------
    rule : Rule
        The rule. It is called once a step, for all problems, runs and rates together.
    seed : int
        Of the problems.
    numbers : sequence of int
        Of the runs.
    rates : dict of str to array_like, shape (schedules, rates)
        The first rates by problem.

    Returns
    -------
    dict of str to ndarray, shape (schedules, runs, rates)
        Losses by problem; ``inf`` for a run that diverged.
    """
    problems = [make(seed, numbers) for make in PROBLEMS.values()]
    each = {
        p.name: [schedule(name, row, BUDGET) for name, row in zip(SCHEDULES, rates[p.name], strict=True)]
        for p in problems
    }
    shapes = [(*p.theta.shape[:2], np.size(rates[p.name])) for p in problems]
    cuts = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    flat = lambda parts: np.concatenate([np.broadcast_to(*both).ravel() for both in zip(parts, shapes, strict=True)])  # noqa: E731
    apart = lambda x: [part.reshape(shape) for part, shape in zip(np.split(x, cuts), shapes, strict=True)]  # noqa: E731
    theta = flat([p.theta for p in problems])
    state = rule.start(theta)
    with np.errstate(all="ignore"):  # a run may diverge
        for k in range(BUDGET):
            points = apart(rule.point(theta, state))
            g = flat([p.gradient(point) for p, point in zip(problems, points, strict=True)])
            epsilon = flat([np.concatenate([rate(k) for rate in each[p.name]]) for p in problems])
            theta, *state = rule.take(theta, g, state, epsilon)
        found = {}
        for p, end in zip(problems, apart(theta), strict=True):
            losses = p.loss(end)
            losses = np.where(np.isfinite(losses), losses, np.inf)
            found[p.name] = np.stack(np.split(losses, len(SCHEDULES), axis=1))
    return found


def results(rule, seed):
    """Return what there is to say of a rule on the problems of a seed.

    Parameters
    ----------
    rule : Rule
        The rule.
    seed : int
        Of the problems.

    Returns
    -------
    list of dict
        For each problem and schedule, in order: ``problem``, ``schedule``, the chosen ``rate``, whether it lies at the
        ``end`` of the grid, and the ``losses`` of the runs that judge.
    """
    first = lowest(rule, seed, CHOSEN_ON, {name: [RATES] * len(SCHEDULES) for name in PROBLEMS})
    best = {name: best_rates(losses) for name, losses in first.items()}
    judged = lowest(rule, seed, JUDGED_ON, {name: RATES[places][:, np.newaxis] for name, places in best.items()})
    return [
        {
            "problem": name,
            "schedule": schedule,
            "rate": float(RATES[best[name][i]]),
            "end": bool(best[name][i] in (0, len(RATES) - 1)),
            "losses": judged[name][i, :, 0].tolist(),
        }
        for name in PROBLEMS
        for i, schedule in enumerate(SCHEDULES)
    ]
