"""What all moving pictures share: sliders, a task, the forms in which a notebook and a page show them."""

import copy
import inspect
import json
import numbers
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from itertools import count

import numpy as np

from lecture_optim.explorers.static import svg
from lecture_optim.explorers.translate import translate

_ids = count(1)

#: What a slider of this name is called, unless it is given a label of its own.
_LABELS = {
    "epsilon": "learning rate ε", "alpha": "momentum α", "rho": "decay rate ρ", "rho1": "decay rate ρ₁",
    "rho2": "decay rate ρ₂", "delta": "small constant δ", "noise": "gradient noise σ",
    "clip": "gradient clipped at norm", "tau": "steps τ to half the rate",
}  # fmt: skip


def real(name, value):
    """Return ``value`` as a float, or raise ``ValueError`` that names the argument."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError(f"{name} must be a number, got {value!r}")
    return float(value)


def interval(name, ends):
    """Return ``(low, high)`` as floats with low < high, or raise ``ValueError`` that names the argument."""
    try:
        low, high = (real(name, end) for end in ends)
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if not low < high:
        raise ValueError(f"{name} must be a pair (low, high) of numbers with low < high, got {ends!r}")
    return low, high


@dataclass(frozen=True)
class Control:
    """A slider.

    Parameters
    ----------
    name : str
        What it moves: a hyperparameter, a field of the objective, an argument of a curve, or ``"steps"``.
    low, high : float
        Ends of the slider.
    value : float
        Where it stands at first.
    log : bool, default False
        Whether the slider is logarithmic; its values are then rounded to three digits.
    step : float, optional
        Distance between two values of a linear slider; default a hundredth of its length, rounded.
    label : str, optional
        What the reader sees; default the name, or its Greek letter with what it is.
    unit : str, default ""
        Written after the value.

    Examples
    --------
    >>> Control("epsilon", 1e-3, 1, 0.05, log=True).label
    'learning rate ε'
    """

    name: str
    low: float
    high: float
    value: float
    log: bool = False
    step: float | None = None
    label: str = ""
    unit: str = ""

    def __post_init__(self):
        """Check what was given and fill in what was left out."""
        low, high = interval(f"the range of the slider {self.name}", (self.low, self.high))
        if not low <= real("value", self.value) <= high:
            raise ValueError(f"value of the slider {self.name} must lie in [{low:g}, {high:g}], got {self.value!r}")
        if self.log and low <= 0:
            raise ValueError(f"low of the logarithmic slider {self.name} must be positive, got {low:g}")
        object.__setattr__(self, "label", self.label or _LABELS.get(self.name, self.name))
        step = 1 if self.name == "steps" else float(f"{(high - low) / 100:.0e}")
        object.__setattr__(self, "step", self.step or step)

    def grid(self, n):
        """Return the middles of n cells that fill the range evenly, shape ``(n,)``."""
        u = (np.arange(n) + 0.5) / n
        return self.low * (self.high / self.low) ** u if self.log else self.low + (self.high - self.low) * u


@dataclass(frozen=True)
class Choice:
    """A slider over a list: which of several precomputed results is shown, or which number is used.

    Parameters
    ----------
    name : str
        What it chooses.
    choices : sequence of float or str
        The items, in the order of the slider.
    value : float or str
        The item it stands at first.
    label : str, optional
        What the reader sees; default as for :class:`Control`.
    unit : str, default ""
        Written after the item.

    Examples
    --------
    >>> Choice("epsilon", (0.01, 0.1, 1.0), 0.1).label
    'learning rate ε'
    """

    name: str
    choices: tuple
    value: float | str
    label: str = ""
    unit: str = ""

    def __post_init__(self):
        """Check what was given and fill in what was left out."""
        object.__setattr__(
            self, "choices", tuple(c if isinstance(c, str) else real("choices", c) for c in self.choices)
        )
        object.__setattr__(self, "label", self.label or _LABELS.get(self.name, self.name))
        if len(self.choices) < 2 or self.value not in self.choices:
            raise ValueError(f"value of {self.name} must be one of at least two choices, got {self.value!r}")


@dataclass(frozen=True)
class Task:
    """A goal for the reader; the picture says when it is reached.

    Parameters
    ----------
    text : str
        The goal in words, a full sentence.
    measure : str
        What must reach it: the label of a run, of a readout or of a curve (each kind lists its measures).
    below, above : float, optional
        The bound; at least one.
    within : int, optional
        For runs: from which step, at the latest, the bound must be kept to the end of the run; a run that only flies
        through it has not reached it. Default the last one.

    Examples
    --------
    >>> task = Task("Bring momentum below 10⁻⁶ within 100 steps.", "Momentum", below=1e-6, within=100)
    """

    text: str
    measure: str
    below: float | None = None
    above: float | None = None
    within: int | None = None

    def __post_init__(self):
        """Check what was given and fill in what was left out."""
        if self.below is None and self.above is None:
            raise ValueError(f"a task needs below or above, got neither for {self.text!r}")


@cache
def script():
    """Return the text of the one script that all moving pictures run on."""
    return files(__package__).joinpath("explorers.js").read_text(encoding="utf-8")


@cache
def _widget_class():
    import anywidget  # only here: without it the picture is still there, as HTML
    import traitlets

    class MovingPicture(anywidget.AnyWidget):
        _esm = script() + (
            "\nexport default { render({ model, el }) {"
            " return globalThis.LectureOptim.mount(el, JSON.parse(model.get('state'))); } };"
        )
        state = traitlets.Unicode().tag(sync=True)

    return MovingPicture


class Explorer:
    """Base of the moving pictures; use one of its subclasses.

    Parameters
    ----------
    title : str
        Heading of the picture.
    alt : str
        What is to be seen, at least 40 characters; read out in place of the picture.
    controls : sequence of Control
        The sliders, from first to last.
    task : Task, optional
        The reader's goal.

    Notes
    -----
    Jupyter gets a live widget (if ``anywidget`` is installed), a built page gets ``text/html``: the state as
    JSON for ``explorers.js`` and a static SVG, which stays where no script runs. ``text/plain`` is ``alt``.
    """

    kind = ""

    def __init__(self, *, title, alt, controls=(), task=None):
        if not isinstance(alt, str) or len(alt.strip()) < 40:
            raise ValueError(f"alt must say in at least 40 characters what is to be seen, got {alt!r}")
        if not isinstance(title, str) or not title.strip():
            raise ValueError(f"title must be a heading for the picture, got {title!r}")
        self.title, self.alt, self.task = title, alt.strip(), task
        self.controls = tuple(controls)
        for control in self.controls:
            if not isinstance(control, (Control, Choice)):
                raise ValueError(f"controls must be of the class Control or Choice, got {control!r}")
        names = [control.name for control in self.controls]
        if len(set(names)) < len(names):
            raise ValueError(f"controls must have different names, got {', '.join(names)}")
        self._id = f"explorer-{next(_ids)}"

    def _known(self, measures, names):
        """Refuse a task on an unknown measure and a slider that moves nothing."""
        if self.task and self.task.measure not in measures:
            raise ValueError(f"measure of the task must be one of {', '.join(measures)}, got {self.task.measure!r}")
        for control in self.controls:
            if control.name not in names:
                raise ValueError(f"a slider must move one of {', '.join(sorted(names))}, got {control.name!r}")

    def values(self):
        """Return the first value of each slider, by name."""
        return {control.name: control.value for control in self.controls}

    def state(self):
        """Return what the script needs, as a dict that JSON can hold."""
        task = self.task and {k: v for k, v in asdict(self.task).items() if v is not None}
        controls = [asdict(control) for control in self.controls]
        return {"kind": self.kind, "title": self.title, "alt": self.alt, "controls": controls, "task": task}

    def draw(self, figure):
        """Draw the first state on a matplotlib figure, for where no script runs."""
        raise NotImplementedError

    def static_svg(self):
        """Return the first state as the text of a small SVG picture."""
        return svg(self.draw, self.alt, self.title)

    def html(self):
        """Return the picture for a page: state and static SVG in one ``div``."""
        state = json.dumps(self.state(), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        return (
            f'<div class="explorer" id="{self._id}">'
            f'<script type="application/json">{state}</script>{self.static_svg()}</div>'
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": self.alt, "text/html": self.html()}
        try:
            live = _widget_class()(state=json.dumps(self.state()))
        except ModuleNotFoundError:
            return bundle
        view = live._repr_mimebundle_()
        view = view[0] if isinstance(view, tuple) else view
        return bundle | {mime: data for mime, data in view.items() if "widget-view" in mime}

    def __repr__(self):
        """Return the heading and the alternative text."""
        return f"{type(self).__name__}: {self.title}. {self.alt}"


def pretty(number):
    """Return a number as the page writes it, such as ``10⁻⁶`` or ``2.5 × 10⁻⁴``."""
    mantissa, exponent = f"{number:.2e}".split("e")
    if abs(int(exponent)) < 4:
        return f"{number:.3g}"
    mantissa = "" if float(mantissa) == 1 else f"{float(mantissa):g} × "
    return mantissa + "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


#: What stands for infinity in the JSON of a curve: its line goes up to the edge of the picture, not to a gap.
WALL = 1e300


def numbers_of(values, wall=None):
    """Return an array as nested lists of four digits for JSON; ``wall`` for infinity, None for what is not finite."""
    values = np.asarray(values, dtype=float)
    if values.ndim:
        return [numbers_of(v, wall) for v in values]
    if np.isposinf(values):
        return wall
    return float(f"{values:.4g}") if np.isfinite(values) else None


class Quantity:
    """What depends on sliders: a function, translated for the page, or an array with an axis per :class:`Choice`.

    Parameters
    ----------
    name : str
        The argument that was given, for messages.
    source : callable, array_like or float
        A function ``f(*free, **sliders)`` in the subset of :mod:`lecture_optim.explorers.translate`,
        or precomputed numbers.
    controls : sequence of Control and Choice
        The sliders there are.
    free : sequence of str, optional
        Names of the first arguments that no slider gives, such as ``x``.
    by : sequence of str, optional
        Names of the choices along the first axes of an array.
    wall : float, optional
        What the page gets for infinity in an array; default nothing, as for NaN.
    """

    def __init__(self, name, source, controls, free=(), by=(), wall=None):
        self.function = source if callable(source) else None
        known = {control.name: control for control in controls}
        if self.function:
            parameters = list(inspect.signature(source).parameters)
            first, self.by = parameters[: len(free)], tuple(parameters[len(free) :])
            if len(first) < len(free) or not set(self.by) <= set(known):
                expected = ", ".join([*free, "then any of the sliders", *known])
                raise ValueError(f"{name} must take the arguments {expected}, got {', '.join(parameters)}")
            self.script = {"source": translate(source), "names": self.by}
            return
        self.by, self.array = tuple(by), np.asarray(source, dtype=float)
        for axis, choice in enumerate(self.by):
            if not isinstance(known.get(choice), Choice):
                raise ValueError(f"{name} goes by {choice!r}, which is not a Choice among the controls")
            if self.array.shape[axis : axis + 1] != (len(known[choice].choices),):
                raise ValueError(
                    f"{name} must have {len(known[choice].choices)} entries along axis {axis} for the choices of "
                    f"{choice}, got shape {self.array.shape}"
                )
        self.script = {"values": numbers_of(self.array, wall), "by": self.by}
        self.choices = {c: known[c].choices for c in self.by}

    def __call__(self, values, *free):
        """Return the quantity for sliders at ``values`` (a dict)."""
        if self.function:
            return self.function(*free, *(values[name] for name in self.by))
        return self.array[tuple(self.choices[name].index(values[name]) for name in self.by)]


def moved(thing, values):
    """Return a copy of an objective whose fields have the sliders' ``values``, where they name any."""
    fields = {name: values[name] for name in vars(thing) if name in values}
    changed = copy.copy(thing)
    vars(changed).update(fields)  # a frozen dataclass takes no assignment
    return changed


def compiled(thing, methods):
    """Return JavaScript of the named methods of an object and its numeric fields.

    Parameters
    ----------
    thing : object
        For instance an objective of :mod:`lecture_optim.objectives` written on ``x, y = theta``.
    methods : sequence of str
        Names of methods of ``thing``.

    Returns
    -------
    dict
        ``{"parameters": {field: number}, method: source, …}``.
    """
    parameters = {k: float(v) for k, v in vars(thing).items() if isinstance(v, numbers.Real)}
    return {"parameters": parameters} | {m: translate(getattr(type(thing), m)) for m in methods}
