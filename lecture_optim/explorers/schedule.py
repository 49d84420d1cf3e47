"""A learning rate that the reader draws, and what comes of it: of a quantity, or of runs."""

import numpy as np

from lecture_optim.algorithms import interim
from lecture_optim.descent import descend
from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Control, Explorer, Quantity, compiled, interval, numbers_of, real
from lecture_optim.explorers.path import runs_of, styles_of
from lecture_optim.explorers.translate import translate


def knots_of(knots):
    """Return the steps of the knots as a list, or raise ``ValueError``."""
    steps = [int(real("knots", k)) for k in knots]
    if len(steps) < 2 or steps[0] != 0 or any(np.diff(steps) <= 0):
        raise ValueError(f"knots must be two or more rising steps, the first of them 0, got {knots!r}")
    return steps


class ScheduleExplorer(Explorer):
    """A schedule with knots that the reader moves, or draws with one stroke; beside it a quantity that it drives.

    Between the knots the logarithm of the rate is linear in the step. Dashed stands what the best rate at each step
    would have made, if it is known.

    Parameters
    ----------
    update : callable
        ``update(value, epsilon, **sliders)``: the quantity after a step with this rate; translated for the page.
    start : float
        The quantity before the first step.
    knots : sequence of int
        The steps of the knots, two or more, rising from 0; the last one is the number of steps.
    rates : sequence of float
        The rate at each knot, at first.
    limits : (float, float)
        Lowest and highest rate.
    bounds : (float, float)
        Range of the logarithmic axis of the quantity.
    best : callable, optional
        ``best(value, **sliders)``: the rate after which the quantity is least.
    controls : sequence of Control
        Sliders for further arguments of ``update`` and ``best``.
    label : str, default "mean square error"
        What the quantity is.
    title, alt, task
        As for :class:`Explorer`. A task's measures: ``"end"``, the last value; ``"ratio"``, the last value over that of
        the best rates.

    Examples
    --------
    >>> def update(value, epsilon):
    ...     return (1 - epsilon) ** 2 * value + epsilon**2
    >>> picture = ScheduleExplorer(
    ...     update, 10, (0, 50, 100), (0.5, 0.5, 0.5), limits=(1e-3, 1), bounds=(1e-3, 20), title="Your own schedule",
    ...     alt="Left a level line of learning rates with three knots; right an error that falls to a level and stays.",
    ... )
    >>> round(float(picture.course()[-1]), 4)
    0.3333
    """

    kind = "schedule"

    def __init__(
        self, update, start, knots, rates, *, limits, bounds, best=None, controls=(), label="mean square error",
        title, alt, task=None,
    ):  # fmt: skip
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        self.update = Quantity("update", update, self.controls, free=("value", "epsilon"))
        self.best = best and Quantity("best", best, self.controls, free=("value",))
        self.start, self.label = real("start", start), label
        self.knots, self.rates = knots_of(knots), [real("rates", r) for r in rates]
        self.limits, self.bounds = interval("limits", limits), interval("bounds", bounds)
        low, high = self.limits
        if len(self.rates) != len(self.knots) or low <= 0 or not all(low <= r <= high for r in self.rates):
            raise ValueError(f"rates must be one for each knot, within the positive limits {limits}, got {rates!r}")
        self._known(["end", "ratio"] if best else ["end"], {*self.update.by, *(self.best.by if best else ())})

    def schedule(self):
        """Return the rate of each step at first, shape ``(steps,)``."""
        return np.exp(np.interp(np.arange(self.knots[-1]), self.knots, np.log(self.rates)))

    def course(self, rates=None):
        """Return the quantity before each step and at the end, with ``rates``, default those at first."""
        values, sliders = [self.start], self.values()
        for rate in self.schedule() if rates is None else rates:
            values.append(self.update(sliders, values[-1], float(rate)))
        return np.array(values)

    def best_course(self):
        """Return the quantity where every step has the best rate."""
        values, sliders = [self.start], self.values()
        for _ in range(self.knots[-1]):
            values.append(self.update(sliders, values[-1], self.best(sliders, values[-1])))
        return np.array(values)

    def state(self):
        """Return what the script needs."""
        return super().state() | {
            "update": self.update.script,
            "best": self.best and self.best.script,
            "start": self.start,
            "knots": self.knots,
            "rates": self.rates,
            "limits": self.limits,
            "bounds": self.bounds,
            "label": self.label,
        }

    def draw(self, figure):
        """Draw the first schedule."""
        left, right = figure.subplots(1, 2)
        every = np.unique(np.geomspace(1, self.knots[-1], 120).astype(int))
        left.plot(np.arange(self.knots[-1]), self.schedule(), color=static.COLOURS[1])
        left.plot(self.knots, self.rates, "o", color=static.COLOURS[1])
        left.set(yscale="log", ylim=self.limits, xlabel="step", ylabel="learning rate ε")
        right.plot(every, self.course()[every], color=static.COLOURS[1], label="your schedule")
        if self.best:
            look = {"color": static.COLOURS[0], "linestyle": static.DASHES[0]}
            right.plot(every, self.best_course()[every], label="the best rate at each step", **look)
        right.set(xscale="log", yscale="log", ylim=self.bounds, xlabel="step", ylabel=self.label)
        right.legend(frameon=False)


class ScheduledRunsExplorer(Explorer):
    """Runs of algorithms under one schedule, which the reader takes from a list or draws.

    Left the share of its first rate that each step has, right the value of every run; each algorithm has a first rate
    of its own. The schedules of the list hold exactly; once a knot is moved, the logarithm is linear between them.

    Parameters
    ----------
    objective : object
        A surface ``f(x, y)`` as for :class:`lecture_optim.explorers.PathExplorer`.
    algorithms : sequence of Algorithm or Run
        What runs; hyperparameters other than the rate as the run has them.
    rates : sequence of (float, float, float)
        For each run the ends of the slider of its first rate, and where it stands at first.
    schedules : dict
        Functions ``share(k)``, such as those of :mod:`lecture_optim.schedules` with a first rate of 1, by name. The
        first one is shown first.
    knots : sequence of int
        The steps of the knots, two or more, rising from 0; the last one is the number of steps.
    start : (float, float)
        Where all runs start.
    limits : (float, float)
        Lowest and highest share.
    bounds : (float, float)
        Range of the logarithmic axis of the value.
    title, alt, task
        As for :class:`Explorer`. A task's measures: the label of a run, its value at each step; ``"all"``, the largest
        of all runs.

    Examples
    --------
    >>> from lecture_optim import RMSPROP, SGD
    >>> from lecture_optim.objectives import TurnedBowl
    >>> from lecture_optim.schedules import constant_schedule, linear_schedule
    >>> picture = ScheduledRunsExplorer(
    ...     TurnedBowl(1, 100, 30), (SGD, RMSPROP), ((1e-3, 0.1, 0.018), (1e-3, 1, 0.1)),
    ...     {"constant": constant_schedule(1.0), "linear": linear_schedule(1.0, 0, 300)}, (0, 150, 300),
    ...     start=(1, 1), limits=(1e-3, 1), bounds=(1e-12, 100), title="Constant and falling",
    ...     alt="Left a level line of shares; right two values against the step, one falls steadily, one stops early.",
    ... )
    >>> [f"{picture.courses(name)[0].values[-1]:.0e}" for name in ("constant", "linear")]
    ['6e-06', '2e-03']
    """

    kind = "scheduled"

    def __init__(
        self, objective, algorithms, rates, schedules, knots, *, start, limits=(1e-3, 1), bounds, title, alt, task=None
    ):
        self.runs = runs_of(algorithms)
        if len(rates) != len(self.runs) or any(len(each) != 3 for each in rates):
            raise ValueError(f"rates must be (low, high, first) for each of the {len(self.runs)} runs, got {rates!r}")
        sliders = [
            Control(f"epsilon{i}", *rate, log=True, label=f"first rate of {run.label}")
            for i, (run, rate) in enumerate(zip(self.runs, rates, strict=True))
        ]
        super().__init__(title=title, alt=alt, controls=sliders, task=task)
        self.knots, self.limits, self.bounds = knots_of(knots), interval("limits", limits), interval("bounds", bounds)
        self.start = [real("start", x) for x in start]
        for run, slider in zip(self.runs, sliders, strict=True):
            run.algorithm.hyperparameters(**run.settings({}) | {"epsilon": slider.value})
        if not schedules:
            raise ValueError("schedules must be one or more, got none")
        # The page gets four digits of each share, and so here the same numbers are used.
        self.shares = {name: numbers_of([share(k) for k in range(self.knots[-1])]) for name, share in schedules.items()}
        self.objective, self.functions = objective, compiled(objective, ("value", "gradient"))
        self._known([*(run.label for run in self.runs), "all"], set(self.values()))

    def courses(self, schedule=None, **moved):
        """Return a :class:`lecture_optim.descent.Trajectory` for each run.

        Parameters
        ----------
        schedule : str or sequence of float, optional
            The name of one of the list, default the first, or the share at each step.
        **moved : float
            Sliders that do not stand where they do at first.
        """
        first = next(iter(self.shares)) if schedule is None else schedule
        shares, values = self.shares[first] if isinstance(first, str) else first, self.values() | moved
        return [
            descend(
                run.algorithm, self.objective.gradient, self.start, self.knots[-1], value=self.objective.value,
                on_divergence="stop",
                **run.settings({}) | {"epsilon": lambda k, rate=values[f"epsilon{i}"]: float(shares[k]) * rate},
            )
            for i, run in enumerate(self.runs)
        ]  # fmt: skip

    def state(self):
        """Return what the script needs."""
        return super().state() | {
            "objective": self.functions,
            "interim": translate(interim),
            "runs": [
                run.state({}) | {"style": style} for run, style in zip(self.runs, styles_of(self.runs), strict=True)
            ],
            "schedules": [{"label": name, "shares": shares} for name, shares in self.shares.items()],
            "start": self.start,
            "knots": self.knots,
            "rates": [1.0] * len(self.knots),
            "limits": self.limits,
            "bounds": self.bounds,
        }

    def draw(self, figure):
        """Draw all schedules of the list, and the runs under the first."""
        left, right = figure.subplots(1, 2)
        for i, (name, shares) in enumerate(self.shares.items()):
            dashes = static.DASHES[(i + 1) % len(static.DASHES)]
            left.plot(shares, color="black", alpha=1 if i == 0 else 0.5, linewidth=1, linestyle=dashes, label=name)
        left.legend(frameon=False, fontsize=7, loc="lower left")
        left.set(yscale="log", ylim=self.limits, xlabel="step", ylabel="share of the first rate")
        for run, style, course in zip(self.runs, styles_of(self.runs), self.courses(), strict=True):
            look = {"color": static.COLOURS[style], "linestyle": static.DASHES[style]}
            every = np.arange(0, course.steps + 1, 3)
            right.plot(every, np.clip(course.values, 1e-30, 1e12)[every], label=run.label, **look)
        right.set(yscale="log", ylim=self.bounds, xlabel="step", ylabel="value")
        figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
