"""What one gradient step promises: the loss along −g, its Taylor parabola, and each eigen-direction's factor."""

from dataclasses import dataclass

import numpy as np

from lecture_optim.curvature import along_gradient, hvp, predicted_change
from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Choice, Explorer, numbers_of, pretty, real

#: Up to so many parameters the whole Hessian is computed, and every eigen-direction is shown.
_WHOLE = 8
#: Where a bar is cut off; the number above it tells how high it is.
TOP = 2.5


@dataclass(frozen=True)
class Promise:
    """What a gradient step from one point promises, and what it does.

    Parameters
    ----------
    value, gg, gHg : float
        The loss f, ``gᵀg`` and ``gᵀHg`` at the point.
    curvatures, shares : ndarray, shape (k,)
        Eigenvalues of the Hessian, the largest first, and the share ``(qᵢᵀg)² / gᵀg`` of each eigenvector.
    changes : ndarray, shape (rates,)
        ``f(theta - ε g) - f(theta)`` at every rate.
    """

    value: float
    gg: float
    gHg: float
    curvatures: np.ndarray
    shares: np.ndarray
    changes: np.ndarray


def promise(value, gradient, theta, rates, hessian=None, leading=6):
    """Return the :class:`Promise` of the gradient steps from ``theta``.

    Parameters
    ----------
    value, gradient : callable
        Of ``theta``, shape ``(n,)``.
    theta : array_like, shape (n,)
        Where; not a critical point.
    rates : ndarray, shape (rates,)
        Learning rates.
    hessian : callable, optional
        ``hessian(theta)``, shape ``(n, n)``; default differences of gradients, as
        :func:`lecture_optim.curvature.hvp` makes them.
    leading : int, default 6
        How many eigenvalues, the largest in size, where n is larger than eight and no ``hessian`` is given.

    Returns
    -------
    Promise

    Raises
    ------
    ValueError
        If the gradient is zero.
    """
    theta = np.asarray(theta, dtype=float)
    g, n = gradient(theta), theta.size
    if not np.any(g):
        raise ValueError(f"a point must not be critical, got one whose gradient is zero, {theta}")
    if hessian is not None or n <= _WHOLE:
        H = np.array([hvp(gradient, theta, e) for e in np.eye(n)]) if hessian is None else hessian(theta)
        gg, gHg = float(g @ g), float(g @ H @ g)
        curvatures, vectors = np.linalg.eigh((H + H.T) / 2)
    else:
        from scipy.sparse.linalg import LinearOperator, eigsh  # comes with scikit-learn, and is needed here only

        gg, gHg = along_gradient(gradient, theta)
        product = LinearOperator((n, n), matvec=lambda v: hvp(gradient, theta, np.ravel(v)), dtype=float)
        curvatures, vectors = eigsh(product, min(leading, n - 1), v0=g, tol=1e-4)
    order = np.argsort(curvatures)[::-1]
    before = float(value(theta))
    with np.errstate(all="ignore"):
        changes = np.array([float(value(theta - rate * g)) for rate in rates]) - before
    shares = (vectors.T @ g)[order] ** 2 / gg
    return Promise(before, gg, gHg, curvatures[order], shares, changes)


def span(changes, predicted):
    """Return the range of changes to show: all of the dip, and of what rises above it as much as lets it be seen.

    Parameters
    ----------
    changes, predicted : ndarray, shape (rates,)
        Actual and predicted changes of the loss; what is not finite is passed over.

    Returns
    -------
    low, high : float
    """
    changes, predicted = (a[np.isfinite(a)] for a in (changes, predicted))
    low, high = min(0.0, *changes), max(0.0, *changes)
    if low < 0:
        high = min(high, -2 * low)
    room = 0.6 * ((high - low) or 1.0)
    bottom, top = max(min(low, *predicted), low - room), min(max(high, *predicted), high + room)
    return bottom - 0.1 * room, top + 0.1 * room


def signed(number):
    """Return a number to two digits with a true minus sign."""
    return ("−" if number < 0 else "") + pretty(float(f"{abs(number):.2g}"))


def percent(share):
    """Return a share as a whole percentage, or that it is less than one."""
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


class StepExplorer(Explorer):
    """What does this step promise? The loss along −g from points of a run, with the Taylor parabola over it.

    Left the loss ``f(theta - ε g)`` against the rate ε and the parabola ``f - ε gᵀg + ½ ε² gᵀHg``; right a bar for
    each eigen-direction, ``|1 - ε λᵢ|``: by what the step multiplies the gradient along it, as far as the parabola
    is right. All of it is computed in Python; the page chooses. It does not play: it shows a single step, without a k.

    Parameters
    ----------
    value, gradient : callable
        The loss and its gradient at ``theta``, shape ``(n,)``.
    points : dict
        Points ``theta`` by what the slider calls them, such as the number of the step of a run.
    rates : array_like, shape (rates,)
        The learning rates ε, rising; 0 may be among them on a linear axis.
    rate : float
        The one shown first, the nearest of ``rates``.
    hessian : callable, optional
        ``hessian(theta)``, shape ``(n, n)``; default differences of gradients.
    leading : int, default 6
        How many eigen-directions are shown of a large problem, those whose curvatures are the largest in size.
    log : bool, default False
        Whether the axis of ε is logarithmic.
    point : str or float, optional
        The point shown first, default the first.
    point_label : str, default "step of the run"
        What the points are.
    value_label : str, default "loss"
        What the value is.
    title, alt, task
        As for :class:`Explorer`. A task's measures: ``"actual change"``; ``"predicted change"``; ``"broken promise"``,
        the actual change where a fall is predicted; ``"false alarm"``, the actual change where a rise is predicted;
        ``"hidden growth"``, the largest ``|1 - ε λᵢ|`` where the loss falls.

    Examples
    --------
    >>> from lecture_optim.objectives import Bowl
    >>> bowl = Bowl(flat=1, steep=20)
    >>> picture = StepExplorer(
    ...     bowl.value, bowl.gradient, {"start": (20, 1), "on the floor": (4, 0.01)}, np.linspace(0, 0.25, 51), 0.05,
    ...     hessian=bowl.hessian, title="What does this step promise?",
    ...     alt="The loss along the gradient and its parabola are one curve, beside two bars for two directions.",
    ... )
    >>> print(picture.promises[0].gHg / picture.promises[0].gg)
    10.5
    """

    kind = "step"

    def __init__(
        self, value, gradient, points, rates, rate, *, hessian=None, leading=6, log=False, point=None,
        point_label="step of the run", value_label="loss", title, alt, task=None,
    ):  # fmt: skip
        self.rates = np.asarray(rates, dtype=float)
        if self.rates.ndim != 1 or self.rates.size < 2 or not np.all(np.diff(self.rates) > 0) or self.rates[0] < 0:
            raise ValueError(f"rates must be two or more rising numbers, none of them negative, got {rates!r}")
        if log and self.rates[0] == 0:
            raise ValueError("rates must start above 0 for a logarithmic axis, got 0")
        self.rates = np.array([float(f"{r:.4g}") for r in self.rates])
        nearest = float(self.rates[np.abs(self.rates - real("rate", rate)).argmin()])
        self.points, self.log, self.value_label = dict(points), bool(log), value_label
        if not self.points:
            raise ValueError("points must be one or more, by what they are called, got none")
        controls = [Choice("epsilon", tuple(self.rates), nearest)]
        if len(self.points) > 1:
            first = next(iter(self.points)) if point is None else point
            controls.append(Choice("point", tuple(self.points), first, label=point_label))
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        self._known(
            ["actual change", "predicted change", "broken promise", "false alarm", "hidden growth"],
            {"epsilon", "point"},
        )
        self.promises = [promise(value, gradient, theta, self.rates, hessian, leading) for theta in points.values()]

    def state(self):
        """Return what the script needs."""
        exact = lambda x: float(f"{x:.9g}")  # noqa: E731
        promises = [
            {
                "value": exact(p.value),
                "gg": exact(p.gg),
                "gHg": exact(p.gHg),
                "curvatures": [exact(c) for c in p.curvatures],
                "shares": numbers_of(p.shares),
                "changes": numbers_of(p.changes),
            }
            for p in self.promises
        ]
        return super().state() | {"promises": promises, "log": self.log, "valueLabel": self.value_label}

    def _first(self):
        """Return the promise shown first, its place, and the rate."""
        values = self.values()
        place = list(self.points).index(values["point"]) if "point" in values else 0
        return self.promises[place], values["epsilon"]

    def draw(self, figure):
        """Draw the first point at the first rate."""
        (p, rate), (left, right) = self._first(), figure.subplots(1, 2)
        predicted = predicted_change(self.rates, p.gg, p.gHg)
        low, high = span(p.changes, predicted)
        shown = np.clip(predicted, low - (high - low), high + (high - low))
        left.plot(self.rates, p.value + p.changes, color=static.COLOURS[1], label="the loss along −g")
        left.plot(self.rates, p.value + shown, color=static.COLOURS[0], linestyle="--", label="the parabola")
        left.plot(rate, p.value + p.changes[list(self.rates).index(rate)], "o", color=static.COLOURS[1])
        left.axhline(p.value, color="black", linewidth=0.8, linestyle=":")
        left.set(xlim=(self.rates[0], self.rates[-1]), ylim=(p.value + low, p.value + high))
        left.set(xlabel="learning rate ε", ylabel=self.value_label, xscale="log" if self.log else "linear")
        left.legend(frameon=False)
        factors = 1 - rate * p.curvatures
        fill = ["none" if f < 0 else static.COLOURS[2] for f in factors]
        right.bar(np.arange(len(factors)), np.minimum(abs(factors), TOP), color=fill, edgecolor=static.COLOURS[2])
        right.axhline(1, color="black", linewidth=0.8, linestyle=":")
        ticks = [f"{signed(c)}\n{percent(s)}" for c, s in zip(p.curvatures, p.shares, strict=True)]
        right.set_xticks(np.arange(len(factors)), ticks)
        right.set(ylim=(0, TOP), ylabel="|1 − ελᵢ|", xlabel="curvature λᵢ, share of gᵀg")
