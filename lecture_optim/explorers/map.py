"""A map whose colour is an outcome: of a run from each start or at each setting, of a function, or precomputed."""

from dataclasses import dataclass, field

import numpy as np

from lecture_optim import algorithms as rules
from lecture_optim.descent import sweep
from lecture_optim.explorers.explorer import Control, Explorer, Quantity, compiled, interval, moved, pretty, real
from lecture_optim.explorers.path import runs_of
from lecture_optim.explorers.translate import translate

_SPECIAL = {"steps", "noise", "clip", "tau"}


@dataclass(frozen=True)
class Outcome:
    """What becomes of a run in each cell of a :class:`MapExplorer`.

    Parameters
    ----------
    objective : object
        As for :class:`PathExplorer`.
    algorithms : sequence of Algorithm or Run
        The reader chooses which of them is shown.
    start : sequence of float
        First point, of length 1 or 2; a coordinate that is an axis of the map is taken from there.
    shows : {"steps", "value", "minimum"}
        The step from which the value stays below ``tolerance`` to the end, the last value, or the minimum it ends at.
    steps : int, default 100
        Number of steps, unless a slider moves it.
    minimum : float, default 0
        Least value of the objective; values are counted from it.
    tolerance : float, default 1e-6
        For ``"steps"``.
    minimisers : dict of str to point, optional
        The minima by name, for ``"minimum"``; they are marked on the surface.
    radius : float, default 0.1
        How near a run must end to count as arrived at a minimum.
    hyper : dict, optional
        Hyperparameters that neither a slider nor an axis moves.
    bounds : sequence of (float, float), optional
        Shows the surface and the path at the cursor beside a map of settings.
    """

    objective: object
    algorithms: tuple
    start: tuple
    shows: str = "steps"
    steps: int = 100
    minimum: float = 0.0
    tolerance: float = 1e-6
    minimisers: dict = field(default_factory=dict)
    radius: float = 0.1
    hyper: dict = field(default_factory=dict)
    bounds: tuple | None = None

    def __post_init__(self):
        """Check what was given and fill in what was left out."""
        object.__setattr__(self, "start", tuple(real("start", s) for s in np.ravel(self.start).tolist()))
        if self.shows not in ("steps", "value", "minimum"):
            raise ValueError(f'shows must be "steps", "value" or "minimum", got {self.shows!r}')
        if self.shows == "minimum" and not self.minimisers:
            raise ValueError('shows="minimum" needs minimisers, a dict of names and points')


class MapExplorer(Explorer):
    """A map over two quantities, coloured by an outcome, with a cursor that pointer and arrow keys move.

    The path from the cursor plays; a map of outcomes alone has no time.

    Parameters
    ----------
    outcome : Outcome, callable or array_like
        What is run in each cell; or a function ``f(<x>, <y>, **sliders)``; or an array of shape
        ``(*choices, rows, columns)`` whose cells fill the axes evenly (rows upwards).
    x, y : Control
        The axes: range, name, label, and where the cursor stands first. For an :class:`Outcome` the names are
        ``"x"``, ``"y"`` (coordinates of the start), hyperparameters, or fields of the objective.
    controls : sequence of Control or Choice, optional
        Sliders for what is not an axis.
    by : sequence of str, optional
        Names of the choices along the first axes of an array.
    label : str, optional
        What the colour means; default for an :class:`Outcome` what it shows.
    limits : (float, float), optional
        Range of the colours; default from the first map.
    log : bool, default False
        Whether colours are logarithmic; always so for an :class:`Outcome`.
    outside : str, optional
        What a grey cell (not a finite number) means.
    categories : sequence of str, optional
        Names of the outcomes 0, 1, … of a function or array, instead of a scale.
    said : str, optional
        What the picture says of the share of cells that are finite (or of the first category), e.g. "Arrived".
    title, alt, task
        As for :class:`Explorer`; a task's measures are ``"cursor"`` and ``"share"`` (between 0 and 1).

    Examples
    --------
    >>> from lecture_optim import MOMENTUM, SGD
    >>> from lecture_optim.objectives import Bowl
    >>> picture = MapExplorer(
    ...     Outcome(Bowl(flat=1, steep=20), (SGD, MOMENTUM), start=(-4, 1), steps=100, bounds=((-5, 5), (-2, 2))),
    ...     Control("epsilon", 1e-3, 0.2, 0.03, log=True), Control("alpha", 0, 0.99, 0.8),
    ...     title="Which settings arrive?",
    ...     alt="Map of learning rate and momentum: a bright region where the bowl's floor is reached in few steps.",
    ... )
    """

    kind = "map"

    def __init__(
        self, outcome, x, y, controls=(), *, by=(), label="", limits=None, log=False, outside="",
        categories=(), said="", title, alt, task=None,
    ):  # fmt: skip
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        for name, axis in (("x", x), ("y", y)):
            if not isinstance(axis, Control):
                raise ValueError(f"{name} must be a Control, got {axis!r}")
        self.x, self.y, self.outcome = x, y, outcome
        self.label, self.log, self.outside, self.said = label, log, outside, said
        self.categories = tuple(categories)
        if isinstance(outcome, Outcome):
            names = self._build_runs(outcome)
        else:
            free = () if not callable(outcome) else (x.name, y.name)
            self.quantity = Quantity("outcome", outcome, self.controls, free=free, by=by)
            names = set(self.quantity.by)
            if not callable(outcome):
                self._check_array()
        self._known(["cursor", "share"], names)
        self.limits = None if self.categories else interval("limits", self._range() if limits is None else limits)

    def _build_runs(self, outcome):
        self.runs = runs_of(outcome.algorithms)
        self.functions = compiled(outcome.objective, ("value", "gradient"))
        hyper = {name for run in self.runs for name in run.algorithm.defaults}
        names = {*hyper, *self.functions["parameters"], *_SPECIAL, *("x", "y")[: len(outcome.start)]}
        for axis in (self.x, self.y):
            if axis.name not in names:
                raise ValueError(f"an axis must be one of {', '.join(sorted(names))}, got {axis.name!r}")
        given = outcome.hyper | self.values() | {a.name: a.value for a in (self.x, self.y)}
        for run in self.runs:
            run.algorithm.hyperparameters(**run.settings(given))
        if outcome.shows == "minimum":
            self.categories = (*outcome.minimisers, self.outside or "none of them")
        elif outcome.shows == "steps":
            self.label = self.label or f"steps to a value that stays below {pretty(outcome.tolerance)}"
            self.outside = self.outside or f"not within {outcome.steps} steps"
            self.log = True
        else:
            self.label, self.log = self.label or f"value after {outcome.steps} steps", True
            self.outside = self.outside or "diverged"
        return names

    def _check_array(self):
        array = self.quantity.array
        if array.ndim != len(self.quantity.by) + 2:
            raise ValueError(f"outcome must have the axes (*choices, rows, columns), got shape {array.shape}")

    def _range(self):
        """Return the least and the largest finite outcome on a coarse map of every run."""
        if isinstance(self.outcome, Outcome):
            maps = [self._cells(24, 18, run) for run in self.runs]
        else:
            maps = [self._cells(24, 18)] if callable(self.outcome) else [self.quantity.array]
        numbers = np.concatenate([np.ravel(m) for m in maps])
        numbers = numbers[np.isfinite(numbers) & ((numbers > 0) | (not self.log))]
        if numbers.size == 0:
            raise ValueError("limits must be given, because no cell of the first map has a finite outcome")
        low, high = float(numbers.min()), float(np.quantile(numbers, 0.98))
        return (low, high) if low < high else (low * 0.9, low * 1.1)

    def state(self):
        """Return what the script needs."""
        low, high = self.limits or (0, 1)
        axes = {
            axis: {k: getattr(control, k) for k in ("name", "low", "high", "log", "label", "value")}
            for axis, control in (("x", self.x), ("y", self.y))
        }
        scale = {"low": low, "high": high, "log": self.log, "label": self.label}
        state = super().state() | axes | {"outside": self.outside, "said": self.said, "descent": None}
        state |= {"categories": self.categories or None, "frames": False, "scale": scale}
        if not isinstance(self.outcome, Outcome):
            return state | {"frames": not self.quantity.function, "value": self.quantity.script}
        o = self.outcome
        scale["reverse"] = True  # few steps and small values are bright
        descent = {k: getattr(o, k) for k in ("start", "shows", "steps", "minimum", "tolerance", "radius", "bounds")}
        descent |= {"objective": self.functions, "interim": translate(rules.interim)}
        descent |= {"runs": [run.state(o.hyper) for run in self.runs]}
        descent |= {"minimisers": [list(map(float, np.ravel(p))) for p in o.minimisers.values()]}
        return state | {"descent": descent}

    def outcomes(self, x, y, run=None, **sliders):
        """Return the outcome at points of the map, computed in NumPy, without noise or clipping.

        Parameters
        ----------
        x, y : ndarray
            Values along the two axes, of shapes that broadcast.
        run : Run, optional
            Which run, default the first.
        **sliders : float
            Settings of the sliders, default where they stand at first.

        Returns
        -------
        ndarray
            As the page computes it: steps (``inf`` for never), value, or number of the minimum.
        """
        o, run = self.outcome, run or self.runs[0]
        x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        values = o.hyper | self.values() | sliders | {self.x.name: x, self.y.name: y}
        objective = moved(o.objective, values)
        start = np.stack([values.get("xy"[i], s) + 0 * x for i, s in enumerate(o.start)])
        settings = run.settings(values)
        epsilon, steps = settings.pop("epsilon"), int(values.get("steps", o.steps))

        def arrived(theta):
            return objective.value(theta) - o.minimum < o.tolerance

        with np.errstate(all="ignore"):
            theta, steps_taken = sweep(
                run.algorithm, objective.gradient, start, steps, epsilon=epsilon,
                reached=arrived if o.shows == "steps" else None, stay=True, **settings,
            )  # fmt: skip
            if o.shows == "steps":
                return steps_taken
            if o.shows == "value":
                value = objective.value(theta) - o.minimum
                return np.where(np.isfinite(value), value, np.inf)
            shape = (-1, *[1] * x.ndim)
            near = [np.hypot(*_pair(theta - np.reshape(p, shape))) < o.radius for p in o.minimisers.values()]
        return np.select(near, range(len(near)), len(near))

    def _cells(self, columns, rows, run=None):
        """Return the first map, shape ``(rows, columns)``; an array keeps its own shape."""
        x, y = np.meshgrid(self.x.grid(columns), self.y.grid(rows))
        if isinstance(self.outcome, Outcome):
            return self.outcomes(x, y, run)
        if not callable(self.outcome):
            return self.quantity(self.values())
        values, points = self.values(), zip(x.flat, y.flat, strict=True)
        return np.reshape([self.quantity(values, float(a), float(b)) for a, b in points], x.shape)

    def draw(self, figure):
        """Draw the first map."""
        grid = self._cells(48, 36)
        grid = np.where(np.isfinite(grid), grid, np.nan)
        axes = figure.subplots()
        edges = [
            (np.geomspace if c.log else np.linspace)(c.low, c.high, n + 1)
            for c, n in ((self.x, grid.shape[1]), (self.y, grid.shape[0]))
        ]
        low, high = self.limits or (0, len(self.categories) - 1)
        bright = "viridis_r" if isinstance(self.outcome, Outcome) else "viridis"
        norm = {"norm": ("log" if self.log else "linear")}
        colours = {"cmap": "cividis" if self.categories else bright} | norm
        shades = axes.pcolormesh(*edges, grid, rasterized=True, **colours)
        shades.set_clim(low, high)
        if self.categories:
            bar = figure.colorbar(shades, ticks=range(len(self.categories)))
            bar.set_ticklabels(self.categories)
        else:
            figure.colorbar(shades, label=self.label)
        axes.set(xlabel=self.x.label, ylabel=self.y.label)
        axes.set_xscale("log" if self.x.log else "linear")
        axes.set_yscale("log" if self.y.log else "linear")


def _pair(offset):
    return offset if len(offset) == 2 else (offset[0], 0.0)
