"""A learning rate that the reader draws, and what comes of it."""

import numpy as np

from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Explorer, Quantity, interval, real


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
        self.knots, self.rates = [int(real("knots", k)) for k in knots], [real("rates", r) for r in rates]
        self.limits, self.bounds = interval("limits", limits), interval("bounds", bounds)
        if len(self.knots) < 2 or self.knots[0] != 0 or any(np.diff(self.knots) <= 0):
            raise ValueError(f"knots must be two or more rising steps, the first of them 0, got {knots!r}")
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
