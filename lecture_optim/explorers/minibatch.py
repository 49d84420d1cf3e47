"""The loss of each minibatch as a surface of its own, and the path of SGD among them."""

from itertools import islice

import numpy as np

from lecture_optim.algorithms import SGD, interim
from lecture_optim.descent import descend, minibatches
from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Choice, Explorer, interval, real
from lecture_optim.explorers.path import Run
from lecture_optim.explorers.translate import translate


class MinibatchExplorer(Explorer):
    """Contour lines of the loss of all examples, over them those of one minibatch, and SGD's step down the latter.

    It plays from minibatch to minibatch. A slider for their size makes the surfaces agree: with all examples they are
    one. Beside it the loss of all examples at each step.

    Parameters
    ----------
    value, gradient : callable
        The loss of one example and its gradient, ``value(theta, example)`` with ``theta`` of two parameters;
        translated for the page.
    examples : array_like, shape (examples, numbers)
        What stands for ``example``.
    sizes : sequence of int
        The minibatch sizes of the slider, each a divisor of the number of examples.
    size : int
        The one shown first.
    controls : sequence of Control
        The slider for ``epsilon``.
    start, minimiser : (float, float)
        Where SGD starts, and where the mean loss of all examples is least.
    bounds : ((float, float), (float, float))
        Ranges of the parameters; alike in length, so that the gradient stands at right angles on the contour lines.
    heights : (float, float)
        Range of the logarithmic axis of the loss above its least.
    steps : int, default 30
        Number of steps.
    tolerance : float, default 0.05
        What counts as near the least loss.
    seed : int, default 0
        Of the shuffles.
    labels : (str, str), default ("θ₁", "θ₂")
        Names of the parameters.
    title, alt, task
        As for :class:`Explorer`. A task's measures: ``"gradients"``, the single gradients after which the loss of all
        examples stays within the tolerance to the end; ``"loss"``, that loss above its least, at each step.

    Examples
    --------
    >>> from lecture_optim.explorers import Control
    >>> def value(theta, example):
    ...     a, b = theta
    ...     x, y = example
    ...     return 0.5 * ((a - x) ** 2 + (b - y) ** 2)
    >>> def gradient(theta, example):
    ...     a, b = theta
    ...     x, y = example
    ...     return np.array([a - x, b - y])
    >>> picture = MinibatchExplorer(
    ...     value, gradient, [(1, 0), (-1, 0), (0, 1), (0, -1)], (1, 2, 4), 1, [Control("epsilon", 0.01, 1, 0.5)],
    ...     start=(2, 2), minimiser=(0, 0), bounds=((-3, 3), (-3, 3)), heights=(1e-3, 10), title="Four bowls",
    ...     alt="Circles about the origin, over them circles about one example, and a path that is pulled about.",
    ... )
    >>> picture.path(m=4, steps=1).theta[-1]
    array([1., 1.])
    """

    kind = "minibatch"

    def __init__(
        self, value, gradient, examples, sizes, size, controls, *, start, minimiser, bounds, heights, steps=30,
        tolerance=0.05, seed=0, labels=("θ₁", "θ₂"), title, alt, task=None,
    ):  # fmt: skip
        self.examples = np.asarray(examples, dtype=float)
        if self.examples.ndim != 2:
            raise ValueError(f"examples must have the shape (examples, numbers), got {self.examples.shape}")
        count = len(self.examples)
        if any(m != int(m) or m < 1 or count % m for m in sizes):
            raise ValueError(f"sizes must divide the number of examples, {count}, got {tuple(sizes)}")
        super().__init__(
            title=title, alt=alt, task=task, controls=(Choice("m", sizes, size, label="minibatch size m"), *controls)
        )
        self.value, self.gradient = value, gradient
        self.scripts = {"value": translate(value), "gradient": translate(gradient)}
        self.start, self.minimiser = ([real(name, x) for x in point] for name, point in
                                      (("start", start), ("minimiser", minimiser)))  # fmt: skip
        self.bounds, self.heights = [interval("bounds", b) for b in bounds], interval("heights", heights)
        if not len(self.start) == len(self.minimiser) == len(self.bounds) == 2:
            raise ValueError(f"start, minimiser and bounds must be of two parameters, got {start!r} and {bounds!r}")
        if self.heights[0] <= 0:
            raise ValueError(f"heights must start above 0 for a logarithmic axis, got {self.heights[0]:g}")
        self.steps, self.tolerance, self.seed, self.labels = int(steps), real("tolerance", tolerance), seed, labels
        self.run = Run(SGD)
        SGD.hyperparameters(**self.run.settings(self.values()))
        self._known(["gradients", "loss"], {"m", *SGD.defaults})

    def loss(self, theta, batch=slice(None)):
        """Return the mean loss of some examples, default all; ``theta`` may be of shape ``(2, …)``."""
        return np.mean([self.value(theta, example) for example in self.examples[batch]], axis=0)

    def slope(self, theta, batch=slice(None)):
        """Return the mean gradient of some examples, default all."""
        return np.mean([self.gradient(theta, example) for example in self.examples[batch]], axis=0)

    def batches(self, m, steps=None):
        """Return the minibatches as indices, shape ``(steps, m)``."""
        drawn = minibatches(len(self.examples), int(m), np.random.default_rng(self.seed))
        return np.array(list(islice(drawn, self.steps if steps is None else steps)))

    def path(self, steps=None, **moved):
        """Return the :class:`lecture_optim.descent.Trajectory` of SGD, with sliders at ``moved``."""
        values = self.values() | moved
        batches = self.batches(values["m"], steps)
        left = iter(batches)
        return descend(
            SGD, lambda theta: self.slope(theta, next(left)), self.start, len(batches), value=self.loss,
            on_divergence="stop", **self.run.settings(values),
        )  # fmt: skip

    def state(self):
        """Return what the script needs."""
        passes = minibatches(len(self.examples), len(self.examples), np.random.default_rng(self.seed))
        largest = int(max(self.controls[0].choices))
        order = np.concatenate(list(islice(passes, -(-self.steps * largest // len(self.examples)))))
        return super().state() | self.scripts | {
            "interim": translate(interim),
            "run": self.run.state({}) | {"defaults": {}},
            "examples": self.examples.tolist(),
            "order": order.tolist(),
            "start": self.start,
            "minimiser": self.minimiser,
            "minimum": float(self.loss(np.array(self.minimiser))),
            "bounds": self.bounds,
            "heights": self.heights,
            "steps": self.steps,
            "tolerance": self.tolerance,
            "labels": self.labels,
        }  # fmt: skip

    def draw(self, figure):
        """Draw both surfaces at the first step, and the whole path."""
        left, right = figure.subplots(1, 2)
        x, y = (np.linspace(*b, 41) for b in self.bounds)
        theta, path = np.stack(np.meshgrid(x, y)), self.path()
        least, whole = self.loss(np.array(self.minimiser)), self.loss(theta)
        levels = least + (whole.max() - least) * np.logspace(-3, -0.3, 5)
        left.contour(x, y, whole, levels, colors="#888888", linewidths=0.7)
        own = self.loss(theta, self.batches(self.values()["m"])[0])
        left.contour(x, y, own, levels, colors=static.COLOURS[1], linewidths=1)
        look = {"color": static.COLOURS[0], "linestyle": static.DASHES[0], "linewidth": 1.2}
        left.plot(*path.theta.T, label="SGD", **look)
        left.plot([], [], color=static.COLOURS[1], linewidth=1, label="the first minibatch")
        left.plot([], [], color="#888888", linewidth=0.7, label="all examples")
        left.set(xlim=self.bounds[0], ylim=self.bounds[1], aspect="equal", xlabel=self.labels[0], ylabel=self.labels[1])
        right.plot(path.values - least, **look)
        right.set(yscale="log", ylim=self.heights, xlabel="step", ylabel="loss above its least")
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
