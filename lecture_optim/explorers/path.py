"""The path of one or several algorithms on a surface or a curve."""

import inspect
from dataclasses import dataclass, field

import numpy as np

from lecture_optim import algorithms as rules
from lecture_optim.descent import descend, inverse_schedule
from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Explorer, compiled, interval, moved, real
from lecture_optim.explorers.translate import translate

#: The rules that are linear where the gradient is.
LINEAR = (rules.sgd, rules.momentum)


@dataclass(frozen=True)
class Run:
    """One path: an algorithm, with hyperparameters of its own if it has any.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``.
    label : str, optional
        Its name in the picture; default the algorithm's.
    hyper : dict, optional
        Hyperparameters that hold for this run alone and that no slider moves.

    Examples
    --------
    >>> from lecture_optim import MOMENTUM
    >>> Run(MOMENTUM, "α = 0.5", {"alpha": 0.5}).label
    'α = 0.5'
    """

    algorithm: rules.Algorithm
    label: str = ""
    hyper: dict = field(default_factory=dict)

    def __post_init__(self):
        """Check what was given and fill in what was left out."""
        object.__setattr__(self, "label", self.label or self.algorithm.name)
        for name in self.hyper:
            if name not in self.algorithm.defaults:
                raise ValueError(f"{self.algorithm.name} has no hyperparameter {name!r}")

    def settings(self, values):
        """Return the hyperparameters: the run's own, else the sliders' ``values``, else the rule's defaults."""
        defaults = {k: v for k, v in self.algorithm.defaults.items() if v is not inspect.Parameter.empty}
        moved = {k: v for k, v in values.items() if k in self.algorithm.defaults}
        return defaults | moved | self.hyper

    def state(self, shared):
        """Return what the script needs to run it; ``shared`` holds hyperparameters for all runs."""
        return {
            "label": self.label,
            "rule": translate(self.algorithm.rule),
            "states": len(self.algorithm.state_names),
            "hyper": list(self.algorithm.defaults),
            "own": self.hyper,
            "defaults": self.settings(shared),
            "ahead": self.algorithm.looks_ahead,
            "style": rules.ALGORITHMS.index(self.algorithm) if self.algorithm in rules.ALGORITHMS else 7,
        }


def styles_of(runs):
    """Return the look of each run: its algorithm's, or a free one where the algorithm is not one of the lecture's."""
    own = [rules.ALGORITHMS.index(r.algorithm) if r.algorithm in rules.ALGORITHMS else None for r in runs]
    free = [style for style in range(len(static.DASHES)) if style not in own]
    return [style if style is not None else free.pop() if free else run.state({})["style"]
            for run, style in zip(runs, own, strict=True)]  # fmt: skip


def runs_of(algorithms):
    """Return algorithms and runs as a tuple of runs with different labels."""
    runs = tuple(a if isinstance(a, Run) else Run(a) for a in algorithms)
    labels = [run.label for run in runs]
    if not runs or len(set(labels)) < len(labels):
        raise ValueError(f"algorithms must be one or more with different labels, got {labels}")
    return runs


def growth(algorithm, curvature, **hyper):
    """Return the factor by which a linear method multiplies the error along an eigenvector per step in the long run.

    Parameters
    ----------
    algorithm : Algorithm
        SGD, momentum or Nesterov momentum.
    curvature : float or ndarray
        The eigenvalue.
    **hyper : float or ndarray
        Its hyperparameters, of shapes that broadcast with ``curvature``.

    Returns
    -------
    ndarray
        The spectral radius of one step; 1 or more: no convergence.
    """
    if not algorithm.state_names:
        return np.abs(algorithm.rule(1.0, curvature, **hyper)[0])
    columns = []
    for theta, v in ((1.0, 0.0), (0.0, 1.0)):  # one step of the rule from each unit vector
        point = rules.interim(theta, v, hyper["alpha"]) if algorithm.looks_ahead else theta
        columns.append(np.stack(np.broadcast_arrays(*algorithm.rule(theta, curvature * point, v, **hyper))))
    step = np.moveaxis(np.stack(np.broadcast_arrays(*columns), axis=1), (0, 1), (-2, -1))
    return np.abs(np.linalg.eigvals(step)).max(axis=-1)


class PathExplorer(Explorer):
    """Paths of algorithms on a surface ``f(x, y)`` or a curve ``f(x)``, from a start the reader moves.

    Parameters
    ----------
    objective : object
        With ``value`` and ``gradient`` written on ``x, y = theta`` or ``(x,) = theta`` in what
        :mod:`lecture_optim.explorers.translate` understands; its numeric fields can be sliders.
    algorithms : sequence of Algorithm or Run
        What runs, default SGD and momentum.
    controls : sequence of Control
        Sliders named after hyperparameters (moving every run that has them), fields of the objective,
        ``"steps"``, ``"noise"`` (standard deviation of noise added to each coordinate of the gradient),
        ``"clip"`` (largest norm of the gradient) or ``"tau"`` (the rate is ``epsilon / (1 + k / tau)``).
    start : sequence of float
        First point; its length, 1 or 2, is the dimension.
    steps : int, default 100
        Number of steps, unless a slider moves it.
    bounds : sequence of (float, float)
        What is shown of x and y; for a curve y may be left out.
    beside : str or sequence of str, default "values"
        Pictures beside the paths: ``"values"`` (value against step), ``"stability"`` (for a quadratic: steps per
        digit over ε and α, with the setting as a movable cursor; needs both sliders), or none: ``()``.
    hyper : dict, optional
        Hyperparameters of all runs that no slider moves.
    minimum : float or None, default 0
        Least value of the objective, taken off so that values fit a logarithmic axis; None for a linear one.
    minimisers : sequence of points, optional
        Marked by a cross.
    tolerance : float, default 1e-6
        The picture reports from which step on the value (above ``minimum``) stays below it.
    labels : (str, str), optional
        Of the axes; default ``("θ₁", "θ₂")``, for a curve ``("θ", "value")``.
    moment : int, optional
        The step shown first, with its arrows; default the last one, the whole path.
    zones : sequence of (float, float, str), optional
        Stretches of a curve that are shaded: from, to, and what is written there.
    title, alt, task
        As for :class:`Explorer`; a task's measures are the labels of the runs: their value above ``minimum``, which
        must stay within the bound from a step not later than ``within`` to the end of the run.

    Examples
    --------
    >>> from lecture_optim import MOMENTUM, SGD
    >>> from lecture_optim.explorers import Control
    >>> from lecture_optim.objectives import Bowl
    >>> picture = PathExplorer(
    ...     Bowl(flat=1, steep=20), (SGD, MOMENTUM), start=(-4, 1), bounds=((-5, 5), (-2, 2)),
    ...     controls=[Control("epsilon", 1e-3, 0.2, 0.03, log=True), Control("alpha", 0, 0.99, 0.8, step=0.01)],
    ...     beside="stability", title="Descent in a narrow bowl",
    ...     alt="Contour lines of a narrow bowl with the zig-zag path of SGD and the smoother path of momentum.",
    ... )
    """

    kind = "path"

    def __init__(
        self, objective, algorithms=(rules.SGD, rules.MOMENTUM), *, controls, start, bounds, steps=100,
        beside="values", hyper=None, minimum=0.0, minimisers=(), tolerance=1e-6, labels=None, moment=None, zones=(),
        title, alt, task=None,
    ):  # fmt: skip
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        self.objective, self.runs = objective, runs_of(algorithms)
        self.start = [real("start", s) for s in np.ravel(start).tolist()]
        self.bounds = [interval("bounds", b) for b in bounds]
        if len(self.start) not in (1, 2) or not len(self.start) <= len(self.bounds) <= 2:
            raise ValueError(f"start and bounds must be of one or two dimensions, got {start!r} and {bounds!r}")
        self.beside = (beside,) if isinstance(beside, str) else tuple(beside)
        if set(self.beside) - {"values", "stability"}:
            raise ValueError(f'beside must be made of "values" and "stability", got {beside!r}')
        self.steps, self.hyper, self.tolerance = steps, dict(hyper or {}), tolerance
        self.minimum, self.minimisers = minimum, [list(map(float, np.ravel(p))) for p in minimisers]
        self.labels = tuple(labels or (("θ₁", "θ₂") if len(self.start) == 2 else ("θ", "value")))
        if moment is not None and not 0 <= int(real("moment", moment)) <= steps:
            raise ValueError(f"moment must be a step from 0 to {steps}, got {moment!r}")
        self.moment = None if moment is None else int(moment)
        self.zones = [(*interval("zones", (low, high)), str(text)) for low, high, text in zones]
        if self.zones and len(self.start) == 2:
            raise ValueError(f"zones are stretches of a curve, but start has two dimensions: {start!r}")
        self.methods = ("value", "gradient") + (("hessian",) if "stability" in self.beside else ())
        self.functions = compiled(objective, self.methods)
        names = {name for run in self.runs for name in run.algorithm.defaults}
        self._known(
            [r.label for r in self.runs], {*names, *self.functions["parameters"], "steps", "noise", "clip", "tau"}
        )
        for run in self.runs:
            run.algorithm.hyperparameters(**run.settings(self.hyper | self.values()))
        if "stability" in self.beside:
            self._check_stability()

    def _check_stability(self):
        here, there = (np.asarray(self.objective.hessian(np.array(p))) for p in (self.start, [0.3, 0.7]))
        if not np.array_equal(here, there) or not {"epsilon", "alpha"} <= set(self.values()):
            raise ValueError('beside="stability" needs a quadratic objective and sliders for epsilon and alpha')
        if not any(r.algorithm.rule is rules.momentum for r in self.runs):
            raise ValueError('beside="stability" needs Momentum or Nesterov momentum among the algorithms')

    def state(self):
        """Return what the script needs."""
        return super().state() | {
            "objective": self.functions,
            "interim": translate(rules.interim),
            "runs": [
                run.state(self.hyper) | {"style": style}
                for run, style in zip(self.runs, styles_of(self.runs), strict=True)
            ],
            "start": self.start,
            "bounds": self.bounds,
            "steps": self.steps,
            "beside": self.beside,
            "minimum": self.minimum,
            "minimisers": self.minimisers,
            "tolerance": self.tolerance,
            "labels": self.labels,
            "moment": self.moment,
            "zones": self.zones,
        }

    def trajectories(self):
        """Return one :class:`lecture_optim.descent.Trajectory` per run, for the first state, without noise."""
        values = self.hyper | self.values()
        objective, clip, steps = self._first(), values.get("clip", np.inf), int(values.get("steps", self.steps))

        def gradient(theta):
            g = objective.gradient(theta)
            norm = np.linalg.norm(g)
            return g * (clip / norm) if norm > clip else g

        paths = []
        for run in self.runs:
            settings = run.settings(values)
            if "tau" in values:
                settings["epsilon"] = inverse_schedule(settings["epsilon"], values["tau"])
            paths.append(
                descend(
                    run.algorithm,
                    gradient,
                    self.start,
                    steps,
                    value=objective.value,
                    on_divergence="stop",
                    **settings,
                )  # fmt: skip
            )
        return paths

    def _first(self):
        return moved(self.objective, self.values())

    def draw(self, figure):
        """Draw paths and values of the first state, thinned so that the picture stays small."""
        left, right = figure.subplots(1, 2) if self.beside else (figure.subplots(), None)
        (x0, x1), *rest = self.bounds
        base = self.minimum or 0.0
        if len(self.start) == 2:
            x, y = np.linspace(x0, x1, 31), np.linspace(*rest[0], 25)
            z = self._first().value(np.stack(np.meshgrid(x, y))) - base
            levels = np.nanmax(z[np.isfinite(z)]) * np.logspace(-3, -0.3, 5)
            left.contour(x, y, np.maximum(z, 1e-12), levels, colors="#888888", linewidths=0.5)
            left.set(xlim=(x0, x1), ylim=rest[0])
        else:
            x = np.linspace(x0, x1, 81)
            left.plot(x, self._first().value(x[None]), color="#888888", linewidth=1)
            left.set(xlim=(x0, x1), ylim=rest[0] if rest else None)
            for low, high, _ in self.zones:
                left.axvspan(low, high, color="#888888", alpha=0.2, linewidth=0)
        left.set(xlabel=self.labels[0], ylabel=self.labels[1])
        first, most = 48 // len(self.runs), 120 // len(self.runs)
        for run, i, path in zip(self.runs, styles_of(self.runs), self.trajectories(), strict=True):
            style = {"color": static.COLOURS[i], "linestyle": static.DASHES[i], "linewidth": 1.2}
            points = path.theta.T if len(self.start) == 2 else (path.theta[:, 0], path.values)
            every = np.unique(np.concatenate([np.arange(first), np.linspace(first, path.steps, most)]).astype(int))
            every = every[every <= path.steps]  # the first steps all, later ones thinned
            marks = {"marker": static.MARKERS[i], "markersize": 2.5, "markevery": 6}
            left.plot(*np.clip(points, -1e6, 1e6)[:, every], **style, **marks)
            left.plot([], [], label=run.label, **style)
            if "values" in self.beside and "stability" not in self.beside:
                values = np.clip(path.values - base, 1e-30, 1e12)
                right.plot(np.arange(path.steps + 1)[every], values[every], label=run.label, **style)
        if "stability" in self.beside:
            self._draw_stability(figure, right)
        elif self.beside:
            right.set(xlabel="step", ylabel="value above the minimum" if base else "value")
            if self.minimum is not None:
                right.set_yscale("log")
                right.set_ylim(bottom=self.tolerance / 100)
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)

    def _draw_stability(self, figure, axes):
        epsilon, alpha = (next(c for c in self.controls if c.name == name) for name in ("epsilon", "alpha"))
        x, y = np.meshgrid(epsilon.grid(60), alpha.grid(45))
        rate = self.rate(x, y)
        with np.errstate(divide="ignore"):
            steps = np.where(rate < 1, -1 / np.log10(np.maximum(rate, 1e-300)), np.nan)
        map_ = axes.pcolormesh(x, y, steps, cmap="viridis_r", norm="log", rasterized=True)
        map_.set_clim(3, 1000)
        figure.colorbar(map_, label="steps per decimal digit; white: diverges")
        axes.plot(epsilon.value, alpha.value, "o", color="white", markeredgecolor="black")
        axes.set(xlabel=epsilon.label, ylabel=alpha.label, xscale="log" if epsilon.log else "linear")

    def rate(self, epsilon, alpha):
        """Return the factor by which the error of momentum shrinks per step in the long run.

        Parameters
        ----------
        epsilon, alpha : ndarray
            Learning rate and momentum parameter, of shapes that broadcast.

        Returns
        -------
        ndarray
            The largest spectral radius of one step over the eigenvalues of the Hessian; 1 or more: no convergence.
        """
        run = next(r for r in self.runs if r.algorithm.rule is rules.momentum)
        epsilon, alpha = np.broadcast_arrays(np.asarray(epsilon, dtype=float), np.asarray(alpha, dtype=float))
        curvatures = np.linalg.eigvalsh(self._first().hessian(np.array(self.start)))
        radii = [growth(run.algorithm, curvature, epsilon=epsilon, alpha=alpha) for curvature in curvatures]
        return np.max(radii, axis=0)
