"""Eigenvalues of a 2 × 2 matrix in the complex plane, beside the length of its powers times a vector."""

import numpy as np

from lecture_optim.explorers import static
from lecture_optim.explorers.explorer import Control, Explorer, Quantity, interval, real


class EigenvalueExplorer(Explorer):
    """Eigenvalues of a matrix W that sliders change, the unit circle, and ‖Wᵗ v‖ against t with the line ρᵗ.

    Parameters
    ----------
    matrix : callable
        ``matrix(**sliders)`` returns ``np.array([[a, b], [c, d]])``; translated for the page.
    controls : sequence of Control
        Its arguments; the path that the slider moved last gives the eigenvalues is drawn in points.
    vector : (float, float), default (1, 0)
        The vector v.
    steps : int, default 50
        The largest t.
    reach : float, default 1.5
        The complex plane is shown from −reach to reach.
    bounds : (float, float), default (1e-6, 1e6)
        Range of the logarithmic axis of lengths.
    label : str, default "‖Wᵗ v‖"
        What the lengths are.
    title, alt, task
        As for :class:`Explorer`; a task's measures are ``"spectral radius"`` and ``"length"`` (the last one).

    Examples
    --------
    >>> from lecture_optim.explorers import Control
    >>> def companion(epsilon, alpha):
    ...     return np.array([[1 - epsilon, alpha], [-epsilon, alpha]])
    >>> picture = EigenvalueExplorer(
    ...     companion, [Control("epsilon", 0.01, 4, 1.0, log=True), Control("alpha", 0, 0.99, 0.5)],
    ...     title="One step of momentum as a matrix",
    ...     alt="Two eigenvalues inside the unit circle, beside a curve of lengths that falls along a straight line.",
    ... )
    """

    kind = "eigenvalue"

    def __init__(
        self, matrix, controls, *, vector=(1, 0), steps=50, reach=1.5, bounds=(1e-6, 1e6), label="‖Wᵗ v‖",
        title, alt, task=None,
    ):  # fmt: skip
        super().__init__(title=title, alt=alt, controls=controls, task=task)
        if not self.controls or not all(isinstance(c, Control) for c in self.controls):
            raise ValueError("controls must be one or more Control sliders for the arguments of matrix")
        if not callable(matrix):
            raise ValueError(f"matrix must be a function of the sliders, got {matrix!r}")
        self.matrix = Quantity("matrix", matrix, self.controls)
        self._known(["spectral radius", "length"], set(self.matrix.by))
        if np.shape(self.matrix(self.values())) != (2, 2):
            raise ValueError(f"matrix must return a 2 × 2 array, got shape {np.shape(self.matrix(self.values()))}")
        self.vector = [real("vector", v) for v in vector]
        self.steps, self.reach, self.bounds, self.label = steps, real("reach", reach), interval("bounds", bounds), label

    def state(self):
        """Return what the script needs."""
        return super().state() | {
            "matrix": self.matrix.script,
            "vector": self.vector,
            "steps": self.steps,
            "reach": self.reach,
            "bounds": self.bounds,
            "label": self.label,
        }

    def draw(self, figure):
        """Draw the first setting."""
        matrix = np.asarray(self.matrix(self.values()))
        values, angle = np.linalg.eigvals(matrix), np.linspace(0, 2 * np.pi, 73)
        plane, growth = figure.subplots(1, 2, width_ratios=(1, 1.6))
        plane.plot(np.cos(angle), np.sin(angle), color="black", linewidth=1)
        plane.plot(values.real, values.imag, "o", color=static.COLOURS[1])
        plane.set(xlim=(-self.reach, self.reach), ylim=(-self.reach, self.reach), aspect="equal")
        plane.set(xlabel="real part", ylabel="imaginary part")
        vectors = [np.array(self.vector)]
        for _ in range(self.steps):
            vectors.append(matrix @ vectors[-1])
        lengths, radius = np.linalg.norm(vectors, axis=1), np.abs(values).max()
        growth.semilogy(lengths, color=static.COLOURS[1], marker=".", label=self.label)
        t = np.arange(self.steps + 1)
        growth.semilogy(lengths[0] * radius**t, "--", color=static.COLOURS[0], label="ρᵗ")
        growth.set(xlabel="t", ylim=self.bounds)
        growth.legend(frameon=False)
