"""Curves against x that sliders bend, computed in the page or chosen from precomputed ones."""

from dataclasses import dataclass

import numpy as np

from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import WALL, Explorer, Quantity, interval, numbers_of


@dataclass(frozen=True)
class Curve:
    """One curve.

    Parameters
    ----------
    label : str
        Its name in the legend.
    y : callable or array_like
        A function ``y(x, **sliders)`` computed in the page, or an array of shape ``(*choices, points)``. To an infinite
        value the line goes straight up; where a value is NaN there is a gap.
    x : array_like, shape (points,), optional
        Where an array has its points; needed for arrays only.
    by : sequence of str, optional
        Names of the :class:`Choice` sliders along the first axes of an array.
    dots : bool, default False
        Points instead of a line.
    style : int, optional
        Number 0 to 7 of colour, dash and marker; default its place among the curves.
    """

    label: str
    y: object
    x: object = None
    by: tuple = ()
    dots: bool = False
    style: int | None = None


@dataclass(frozen=True)
class Mark:
    """A labelled vertical line at ``x``, horizontal line at ``y``, or point at both.

    Parameters
    ----------
    label : str
        Written beside it.
    x, y : float, callable or array_like, optional
        A number, a function of sliders, or an array with an axis for each name in ``by``.
    by : sequence of str, optional
        Names of :class:`Choice` sliders.
    """

    label: str
    x: object = None
    y: object = None
    by: tuple = ()


@dataclass(frozen=True)
class Readout:
    """A number under the picture.

    Parameters
    ----------
    label : str
        What it is; also its name as a task's measure.
    value : float, callable or array_like
        A number, a function of sliders, or an array with an axis for each name in ``by``.
    by : sequence of str, optional
        Names of :class:`Choice` sliders.
    unit : str, default ""
        Written after it.
    """

    label: str
    value: object
    by: tuple = ()
    unit: str = ""


class CurveExplorer(Explorer):
    """Curves against x, with marks and readouts.

    Parameters
    ----------
    curves : sequence of Curve
        What is drawn.
    controls : sequence of Control or Choice
        The sliders: arguments of the functions, and choices of precomputed arrays.
    x : (float, float), optional
        Range of x; default that of the arrays.
    y : (float, float), optional
        Range of y; default from the curves (of functions: at the first setting of the sliders).
    fit_y : bool, default False
        Whether the axis of y follows what is shown, within ``y``.
    log_x, log_y : bool, default False
        Logarithmic axes.
    points : int, default 201
        Points at which functions are computed.
    x_label, y_label : str
        Axis labels. Where x is ``"step"`` the curves play; any other x is no time, so there is nothing to play.
    marks : sequence of Mark, optional
        Lines and points with a label.
    readouts : sequence of Readout, optional
        Numbers under the picture; a task's measures are their labels.
    title, alt, task
        As for :class:`Explorer`.

    Examples
    --------
    Computed in the page, and chosen from precomputed results:

    >>> from lecture_optim.explorers import Choice, Control
    >>> def value(x, epsilon):
    ...     return (1 - epsilon) ** (2 * x)
    >>> picture = CurveExplorer(
    ...     [Curve("value", value)], [Control("epsilon", 0.01, 1, 0.1, log=True)], x=(0, 50),
    ...     x_label="step", title="Descent in one dimension",
    ...     alt="A curve that falls from one towards zero as the steps go on, faster for a larger rate.",
    ... )
    >>> picture = CurveExplorer(
    ...     [Curve("validation error", [[3, 2, 2.5], [3, 1, 2]], x=[0, 1, 2], by=("width",))],
    ...     [Choice("width", (8, 32), 8)], x_label="epoch", y_label="error", title="Error against epoch",
    ...     alt="Validation error falls for one epoch and then rises again, for two widths.",
    ...     readouts=[Readout("least error", [2.0, 1.0], by=("width",))],
    ... )
    """

    kind = "curve"

    def __init__(
        self, curves, controls, *, x=None, y=None, fit_y=False, log_x=False, log_y=False, points=201,
        x_label="x", y_label="y", marks=(), readouts=(), title, alt, task=None,
    ):  # fmt: skip
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        self.curves, self.marks, self.readouts = tuple(curves), tuple(marks), tuple(readouts)
        labels = [curve.label for curve in self.curves]
        if not labels or len(set(labels)) < len(labels):
            raise ValueError(f"curves must be one or more with different labels, got {labels}")
        self.fit_y = bool(fit_y)
        self.log_x, self.log_y, self.points, self.x_label, self.y_label = log_x, log_y, points, x_label, y_label
        make = lambda name, source, **more: Quantity(name, source, self.controls, wall=WALL, **more)  # noqa: E731
        self.ys = [make(f"y of {c.label!r}", c.y, free=("x",), by=c.by) for c in self.curves]
        self.places = [
            [None if q is None else make(f"mark {m.label!r}", q, by=m.by) for q in (m.x, m.y)] for m in self.marks
        ]
        self.results = [make(f"readout {r.label!r}", r.value, by=r.by) for r in self.readouts]
        for curve, quantity in zip(self.curves, self.ys, strict=True):
            if not quantity.function and np.shape(curve.x) != quantity.array.shape[len(curve.by) :]:
                raise ValueError(
                    f"x of {curve.label!r} must have the shape of its curve, "
                    f"{quantity.array.shape[len(curve.by) :]}, got {np.shape(curve.x)}"
                )
        everything = [*self.ys, *self.results, *(q for place in self.places for q in place if q is not None)]
        self._known([r.label for r in self.readouts], {name for q in everything for name in q.by})
        given = [np.asarray(c.x, dtype=float) for c in self.curves if c.x is not None]
        self.x = interval("x", self._span(given, log_x, 0.0) if x is None else x)
        self.y = interval("y", self._range() if y is None else y)
        for name, log, (low, _) in (("x", log_x, self.x), ("y", log_y, self.y)):
            if log and low <= 0:
                raise ValueError(f"{name} must start above 0 for a logarithmic axis, got {low:g}")

    @staticmethod
    def _span(arrays, log, margin):
        numbers = np.concatenate([a.ravel() for a in arrays]) if arrays else np.zeros(1)
        numbers = numbers[np.isfinite(numbers) & ((numbers > 0) | (not log))]
        if numbers.size == 0:
            return ()
        low, high = float(numbers.min()), float(numbers.max())
        if log:
            return low / (1 + margin) ** 4, high * (1 + margin) ** 4
        return low - margin * (high - low), high + margin * (high - low)

    def _grid(self):
        return (np.geomspace if self.log_x else np.linspace)(*self.x, self.points)

    def _range(self):
        first = self.values()
        return self._span([self._numbers(q, first) if q.function else q.array for q in self.ys], self.log_y, 0.06)

    def _numbers(self, quantity, values):
        if quantity.function:
            return np.array([quantity(values, float(x)) for x in self._grid()])
        return quantity(values)

    def state(self):
        """Return what the script needs."""
        curves = [
            {
                "label": c.label,
                "style": i if c.style is None else c.style,
                "dots": c.dots,
                "x": None if c.x is None else numbers_of(c.x),
                "y": quantity.script,
            }
            for i, (c, quantity) in enumerate(zip(self.curves, self.ys, strict=True))
        ]
        marks = [
            {"label": m.label, "x": x and x.script, "y": y and y.script}
            for m, (x, y) in zip(self.marks, self.places, strict=True)
        ]
        readouts = [
            {"label": r.label, "unit": r.unit, "value": q.script}
            for r, q in zip(self.readouts, self.results, strict=True)
        ]
        x = {"low": self.x[0], "high": self.x[1], "log": self.log_x, "label": self.x_label, "points": self.points}
        x["time"] = self.x_label == "step"
        y = {"low": self.y[0], "high": self.y[1], "log": self.log_y, "label": self.y_label, "fit": self.fit_y}
        return super().state() | {"curves": curves, "marks": marks, "readouts": readouts, "x": x, "y": y}

    def draw(self, figure):
        """Draw the curves at the first setting."""
        axes, values = figure.subplots(), self.values()
        bottom, top = self.y
        if self.fit_y:
            shown = np.concatenate([np.ravel(self._numbers(q, values)) for q in self.ys])
            shown = shown[(shown >= bottom) & (shown <= top)]
            bottom, top = self._span([shown], self.log_y, 0.06) if np.ptp(shown) > 0 else self.y
        for i, (curve, quantity) in enumerate(zip(self.curves, self.ys, strict=True)):
            k = i if curve.style is None else curve.style
            x = self._grid() if quantity.function else curve.x
            look = {"marker": static.MARKERS[k]} if curve.dots else {"linestyle": static.DASHES[k]}
            look |= {"linestyle": "none"} if curve.dots else {}
            y = self._numbers(quantity, values)
            beyond = 100 * top if self.log_y else top + 100 * (top - bottom)
            y = np.where(np.isnan(y), y, np.minimum(y, beyond))
            axes.plot(x, y, color=static.COLOURS[k], label=curve.label, **look)
        for mark, (x, y) in zip(self.marks, self.places, strict=True):
            x, y = x and float(x(values)), y and float(y(values))
            if y is None:
                axes.axvline(x, color="black", linewidth=0.8, linestyle=":")
            elif x is None:
                axes.axhline(y, color="black", linewidth=0.8, linestyle=":")
            else:
                axes.plot(x, y, "ko", fillstyle="none")
            axes.annotate(mark.label, (self.x[0] if x is None else x, bottom if y is None else y))
        axes.set(xlim=self.x, ylim=(bottom, top), xlabel=self.x_label, ylabel=self.y_label)
        axes.set_xscale("log" if self.log_x else "linear")
        axes.set_yscale("log" if self.log_y else "linear")
        if len(self.curves) <= 4:
            axes.legend(frameon=False)
        else:  # there is no free corner for so many
            figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
