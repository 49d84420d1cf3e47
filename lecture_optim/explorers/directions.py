"""What a linear method does to the error along each eigenvector of a quadratic: step by step, and in the long run."""

import numpy as np

from lecture_optim.algorithms import SGD, interim
from lecture_optim.descent import descend
from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Explorer, interval, real
from lecture_optim.explorers.path import LINEAR, growth, runs_of
from lecture_optim.explorers.translate import translate

#: The smallest error that is drawn.
SMALLEST = 1e-6


class DirectionsExplorer(Explorer):
    """The error along each eigenvector of a quadratic, and the factor that a step multiplies it by.

    Left ``|error|`` against the step, a line for each curvature λ, from 1; right the factor per step in the long run
    against λ, with a point for each direction: the highest of them decides.

    Parameters
    ----------
    curvatures : sequence of float
        The eigenvalues λ of the Hessian, two to eight, positive and rising.
    algorithms : sequence of Algorithm or Run
        SGD, momentum, Nesterov momentum; the reader chooses which is shown.
    controls : sequence of Control
        Sliders named after their hyperparameters.
    steps : int, default 100
        Number of steps.
    hyper : dict, optional
        Hyperparameters that no slider moves.
    title, alt, task
        As for :class:`Explorer`. A task's measures: ``"slowest factor"``, the largest over the directions, of whatever
        is shown; the label of a run, its own.

    Examples
    --------
    >>> from lecture_optim.explorers import Control
    >>> picture = DirectionsExplorer(
    ...     (1, 5, 20), (SGD,), [Control("epsilon", 0.001, 0.12, 0.02, log=True)], title="One rate for all directions",
    ...     alt="Three lines fall, the steeper the larger the curvature; a curve of factors with three points on it.",
    ... )
    >>> picture.factors(epsilon=0.05)
    array([0.95, 0.75, 0.  ])
    """

    kind = "directions"

    def __init__(self, curvatures, algorithms=(SGD,), controls=(), *, steps=100, hyper=None, title, alt, task=None):
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        self.curvatures = np.array([real("curvatures", c) for c in curvatures])
        if not 2 <= self.curvatures.size <= 8 or self.curvatures[0] <= 0 or np.any(np.diff(self.curvatures) <= 0):
            raise ValueError(f"curvatures must be two to eight rising positive numbers, got {curvatures!r}")
        self.runs, self.hyper, self.steps = runs_of(algorithms), dict(hyper or {}), int(steps)
        for run in self.runs:
            if run.algorithm.rule not in LINEAR:
                raise ValueError(f"algorithms must be SGD or of the momentum kind, got {run.algorithm.name}")
            run.algorithm.hyperparameters(**run.settings(self.hyper | self.values()))
        self._known(
            ["slowest factor", *(run.label for run in self.runs)],
            {name for run in self.runs for name in run.algorithm.defaults},
        )
        low, high = self.curvatures[[0, -1]]
        self.range = interval("curvatures", (low / 1.3, high * 1.3))

    def _settings(self, run, moved):
        return (run or self.runs[0]).settings(self.hyper | self.values() | moved)

    def factors(self, curvatures=None, run=None, **moved):
        """Return the factor per step in the long run for each curvature, with sliders at ``moved``."""
        curvatures = self.curvatures if curvatures is None else np.asarray(curvatures, dtype=float)
        return growth((run or self.runs[0]).algorithm, curvatures, **self._settings(run, moved))

    def errors(self, run=None, **moved):
        """Return the error along each direction at each step, shape ``(steps + 1, directions)``, with its sign."""
        start = np.ones(self.curvatures.size)
        run = run or self.runs[0]
        return descend(
            run.algorithm, lambda e: self.curvatures * e, start, self.steps, on_divergence="stop",
            **self._settings(run, moved),
        ).theta  # fmt: skip

    def state(self):
        """Return what the script needs."""
        return super().state() | {
            "curvatures": self.curvatures.tolist(),
            "interim": translate(interim),
            "runs": [run.state(self.hyper) for run in self.runs],
            "steps": self.steps,
            "range": self.range,
            "smallest": SMALLEST,
        }

    def draw(self, figure):
        """Draw the first algorithm at the first setting."""
        left, right = figure.subplots(1, 2)
        grid = np.geomspace(*self.range, 81)
        right.plot(grid, self.factors(grid), color="#888888")
        right.axhline(1, color="black", linewidth=0.8, linestyle=":")
        errors = np.clip(np.abs(self.errors()), SMALLEST / 100, 1e3)
        lines = zip(self.curvatures, self.factors(), errors.T, strict=True)
        for i, (curvature, factor, line) in enumerate(lines):
            look = {"color": static.COLOURS[i], "linestyle": static.DASHES[i]}
            left.plot(line, label=f"λ = {curvature:g}", **look)
            right.plot(curvature, factor, static.MARKERS[i], color=static.COLOURS[i])
        left.set(yscale="log", ylim=(SMALLEST, 10), xlabel="step", ylabel="error along the eigenvector")
        right.set(xscale="log", xlim=self.range, ylim=(0, 1.2), xlabel="curvature λ", ylabel="factor per step")
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
