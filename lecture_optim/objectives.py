"""Analytic surfaces: value, gradient and Hessian in closed form.

The first axis of ``theta`` holds the coordinates; every further axis broadcasts, so one call evaluates a
point of shape ``(2,)``, a path of shape ``(2, steps)`` or a grid of shape ``(2, rows, columns)``. The
two-dimensional ones are written in plain arithmetic of ``x, y = theta``, because the book's moving pictures
translate these very lines for the reader's browser.
"""

import functools
from dataclasses import dataclass, fields

import numpy as np

from lecture_optim import checks

DEGREE = np.pi / 180


def stack(*components):
    """Return the components as one array whose first axis counts them.

    Parameters
    ----------
    *components : float or ndarray
        Shapes that broadcast against each other.

    Returns
    -------
    ndarray
        Shape ``(len(components), ...)``.

    Raises
    ------
    ValueError
        If there are none, or their shapes do not fit.
    """
    try:
        return np.stack(np.broadcast_arrays(*components))
    except ValueError as error:
        raise ValueError(f"components must broadcast against each other: {error}") from None


class Surface:
    """A function of a few coordinates: what the analytic surfaces share.

    Where a method fails it says what is wrong with ``theta``; a good point costs nothing, and the methods
    themselves stay the plain arithmetic that is translated for the reader's browser.

    Parameters
    ----------
    coordinates : int
        Length of the first axis of ``theta``, given with the class: ``class Bowl(Surface, coordinates=2)``.

    Raises
    ------
    ValueError
        If a field of the surface is not a finite number.
    """

    def __init_subclass__(cls, coordinates, **more):
        """Let the methods that the subclass defines say what is wrong with ``theta``."""
        super().__init_subclass__(**more)
        cls.coordinates = coordinates
        for name in {"value", "gradient", "hessian", "states"} & set(vars(cls)):
            setattr(cls, name, _explained(vars(cls)[name], coordinates))

    def __post_init__(self):
        """Check the fields."""
        for field in fields(self):
            checks.number(field.name, getattr(self, field.name))


def _explained(method, coordinates):
    @functools.wraps(method)
    def explained(self, theta):
        try:
            return method(self, theta)
        except (TypeError, ValueError, OverflowError):
            pass  # look for the reason below, so that the message stands alone
        return method(self, checks.array("theta", theta, coordinates, ..., kinds="biufc"))

    return explained


class Quadratic:
    """The quadratic ``½ (theta - minimiser)ᵀ H (theta - minimiser)`` in n dimensions.

    Parameters
    ----------
    hessian : array_like, shape (n, n)
        Symmetric matrix H.
    minimiser : array_like, shape (n,), optional
        Where the gradient is zero; default the origin.

    Raises
    ------
    ValueError
        If ``hessian`` is not square and symmetric, or ``minimiser`` has another length.

    Notes
    -----
    Lecture, slide "Ill-Conditioning"; Goodfellow et al. (2016), sections 4.3.1 and 8.2.1.
    """

    def __init__(self, hessian, minimiser=None):
        self.matrix = checks.floats("hessian", hessian)
        if self.matrix.size == 0 or self.matrix.ndim != 2 or not np.array_equal(self.matrix, self.matrix.T):
            raise ValueError(
                f"hessian must be a symmetric matrix, got an array of shape {self.matrix.shape}"
                + (" that is not symmetric" if self.matrix.ndim == 2 else "")
            )
        n = len(self.matrix)
        self.minimiser = np.zeros(n) if minimiser is None else checks.floats("minimiser", minimiser)
        checks.same_shape("minimiser", self.minimiser, "a row of hessian", self.matrix[0])

    @classmethod
    def with_eigenvalues(cls, eigenvalues, rotation=None):
        """Return the quadratic whose Hessian has these eigenvalues.

        Parameters
        ----------
        eigenvalues : array_like, shape (n,)
            Curvatures along the principal axes.
        rotation : array_like, shape (n, n), optional
            Orthogonal matrix whose columns are the principal axes; default the coordinate axes.

        Returns
        -------
        Quadratic
            With its minimum at the origin.
        """
        eigenvalues = checks.floats("eigenvalues", eigenvalues, "n")
        n = len(eigenvalues)
        checks.room("eigenvalues", n, n)
        if rotation is None:
            return cls(np.diag(eigenvalues))
        rotation = checks.floats("rotation", rotation)
        checks.same_shape("rotation", rotation, "np.diag(eigenvalues)", np.diag(eigenvalues))
        hessian = rotation @ np.diag(eigenvalues) @ np.transpose(rotation)
        return cls((hessian + hessian.T) / 2)

    def _offset(self, theta):
        if not isinstance(theta, np.ndarray) or theta.shape[:1] != self.minimiser.shape or theta.dtype.kind in "OSU":
            theta = checks.array("theta", theta, len(self.minimiser), ..., kinds="biufc")
        return theta - self.minimiser.reshape(-1, *[1] * (theta.ndim - 1))

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        offset = self._offset(theta)
        return 0.5 * np.sum(offset * np.tensordot(self.matrix, offset, 1), axis=0)

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        return np.tensordot(self.matrix, self._offset(theta), 1)

    def hessian(self, theta):
        """Return the Hessian, shape ``(n, n)``; it is the same everywhere."""
        return self.matrix


@dataclass(frozen=True)
class Bowl(Surface, coordinates=2):
    """The quadratic bowl ``½ (flat x² + steep y²)``: condition number ``steep / flat``.

    Parameters
    ----------
    flat, steep : float, defaults 1 and 20
        Curvature along x and along y.

    Notes
    -----
    Lecture, slides "Ill-Conditioning" and "Momentum"; Goodfellow et al. (2016), figure 8.5.
    """

    flat: float = 1.0
    steep: float = 20.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        x, y = theta
        return 0.5 * (self.flat * x**2 + self.steep * y**2)

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        x, y = theta
        return stack(self.flat * x, self.steep * y)

    def hessian(self, theta):
        """Return the Hessian, shape ``(2, 2)``."""
        return np.array([[self.flat, 0.0], [0.0, self.steep]])


@dataclass(frozen=True)
class TurnedBowl(Surface, coordinates=2):
    """The quadratic bowl of :class:`Bowl`, turned about the origin.

    Parameters
    ----------
    flat, steep : float, defaults 1 and 50
        Curvature along the two principal axes.
    angle : float, default 45
        From the x axis to the flat principal axis, in degrees.

    Notes
    -----
    For what an algorithm that works coordinate by coordinate does when the valley does not lie along a coordinate.
    """

    flat: float = 1.0
    steep: float = 50.0
    angle: float = 45.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        x, y = theta
        c, s = np.cos(self.angle * DEGREE), np.sin(self.angle * DEGREE)
        return 0.5 * (self.flat * (c * x + s * y) ** 2 + self.steep * (c * y - s * x) ** 2)

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        x, y = theta
        c, s = np.cos(self.angle * DEGREE), np.sin(self.angle * DEGREE)
        along, across = self.flat * (c * x + s * y), self.steep * (c * y - s * x)
        return stack(c * along - s * across, s * along + c * across)

    def hessian(self, theta):
        """Return the Hessian, shape ``(2, 2)``."""
        c, s = np.cos(self.angle * DEGREE), np.sin(self.angle * DEGREE)
        xy = c * s * (self.flat - self.steep)
        return np.array([[c * c * self.flat + s * s * self.steep, xy], [xy, s * s * self.flat + c * c * self.steep]])


@dataclass(frozen=True)
class Rosenbrock(Surface, coordinates=2):
    """Rosenbrock's curved valley ``(a - x)² + b (y - x²)²``, with its minimum at ``(a, a²)``.

    Parameters
    ----------
    a, b : float, defaults 1 and 100
        Place of the minimum and steepness of the walls.

    Notes
    -----
    Rosenbrock (1960), "An automatic method for finding the greatest or least value of a function".
    """

    a: float = 1.0
    b: float = 100.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        x, y = theta
        return (self.a - x) ** 2 + self.b * (y - x**2) ** 2

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        x, y = theta
        return stack(-2 * (self.a - x) - 4 * self.b * x * (y - x**2), 2 * self.b * (y - x**2))

    def hessian(self, theta):
        """Return the Hessian, shape ``(2, 2, ...)``."""
        x, y = theta
        xy = -4 * self.b * x
        return stack(
            stack(2 - 4 * self.b * (y - 3 * x**2), xy),
            stack(xy, 2 * self.b + 0 * y),
        )


@dataclass(frozen=True)
class Saddle(Surface, coordinates=2):
    """A saddle at the origin, bounded below: ``½ x² - ½ y² + ¼ height y⁴``.

    Parameters
    ----------
    height : float, default 1
        Weight of the quartic; the two minima are at ``y = ± height ** -½``.

    Notes
    -----
    Goodfellow et al. (2016), section 8.2.3; Dauphin et al. (2014).
    """

    height: float = 1.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        x, y = theta
        return 0.5 * x**2 - 0.5 * y**2 + 0.25 * self.height * y**4

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        x, y = theta
        return stack(x, -y + self.height * y**3)

    def hessian(self, theta):
        """Return the Hessian, shape ``(2, 2, ...)``."""
        x, y = theta
        zero = 0 * x
        return stack(stack(1 + zero, zero), stack(zero, -1 + 3 * self.height * y**2))


@dataclass(frozen=True)
class Mountain(Surface, coordinates=2):
    """A mountain on a falling plain: ``height / (1 + x² + (y / width)²) + drop / (1 + exp(x))``.

    Far to the right the value falls to 0, far to the left only to ``drop``. With ``height >= drop`` the summit
    is the only critical point: there is no local minimum and no saddle.

    Parameters
    ----------
    height, drop : float, defaults 2 and 1
        Height of the mountain, and of the left side of the plain above the right side.
    width : float, default 2
        How much longer the mountain is along y than along x.

    Notes
    -----
    Lecture, slide "Poor Correspondence between Local and Global Structure"; Goodfellow et al. (2016),
    section 8.2.6 and figure 8.4. The formula is our own.
    """

    height: float = 2.0
    drop: float = 1.0
    width: float = 2.0

    def __post_init__(self):
        """Check the fields."""
        super().__post_init__()
        checks.positive("width", self.width)

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        x, y = theta
        return self.height / (1 + x**2 + (y / self.width) ** 2) + self.drop / (1 + np.exp(x))

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        x, y = theta
        plain = 1 / (1 + np.exp(x))
        q = 1 + x**2 + (y / self.width) ** 2
        push = 2 * self.height / q**2
        return stack(-push * x - self.drop * plain * (1 - plain), -push * y / self.width**2)


@dataclass(frozen=True)
class Obstacle(Surface, coordinates=2):
    """A round mountain at the origin of a round bowl: ``½ curvature ((x - 3)² + y²) + height exp(-½ (x² + y²))``.

    Parameters
    ----------
    height : float, default 5
        Height of the mountain.
    curvature : float, default 0.2
        Curvature of the bowl, whose centre is at (3, 0).

    Notes
    -----
    Goodfellow et al. (2016), section 8.2.6: much of the training time goes into the length of the path
    around such a mountain (figure 8.2). The formula is our own.
    """

    height: float = 5.0
    curvature: float = 0.2

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        x, y = theta
        bowl = 0.5 * self.curvature * ((x - 3) ** 2 + y**2)
        return bowl + self.height * np.exp(-0.5 * (x**2 + y**2))

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        x, y = theta
        push = self.height * np.exp(-0.5 * (x**2 + y**2))
        return stack(self.curvature * (x - 3) - push * x, self.curvature * y - push * y)


@dataclass(frozen=True)
class Lessard(Surface, coordinates=1):
    """A smooth, strongly convex function of one variable on which momentum can go round for ever.

    Its slope is ``steep x`` up to 1, rises with the slope ``flat`` from 1 to 2, and again with ``steep`` from 2 on.

    Parameters
    ----------
    flat, steep : float, defaults 1 and 25
        Least and largest curvature; the minimum is at 0.

    Notes
    -----
    Lessard, Recht and Packard (2016), section 4.6: with the constants that are best for a quadratic of
    these curvatures, momentum falls into a cycle of three points. ``theta`` has shape ``(1, ...)``.
    """

    flat: float = 1.0
    steep: float = 25.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        (x,) = theta
        u = np.minimum(np.maximum(x, 1), 2) - 1
        return 0.5 * self.steep * x**2 - (self.steep - self.flat) * (0.5 * u**2 + np.maximum(x - 2, 0))

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        (x,) = theta
        return stack(self.steep * x - (self.steep - self.flat) * (np.minimum(np.maximum(x, 1), 2) - 1))

    def hessian(self, theta):
        """Return the Hessian, shape ``(1, 1, ...)``."""
        (x,) = theta
        return stack(stack(np.where((x > 1) & (x < 2), self.flat, self.steep)))


@dataclass(frozen=True)
class Waves(Surface, coordinates=1):
    """A parabola with waves on it, in one dimension: ``½ curvature x² + height (1 - cos(frequency x))``.

    The global minimum is 0 at the origin; with ``height * frequency**2`` well above ``curvature`` there are further
    minima, the worse the farther out.

    Parameters
    ----------
    curvature : float, default 0.1
        Of the parabola.
    height, frequency : float, defaults 0.5 and 3
        Half the height of a wave from trough to crest, and waves per 2π.

    Notes
    -----
    Lecture, first slide "Local Minima"; Goodfellow et al. (2016), figure 4.3. The formula is our own.
    """

    curvature: float = 0.1
    height: float = 0.5
    frequency: float = 3.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        (x,) = theta
        return 0.5 * self.curvature * x**2 + self.height * (1 - np.cos(self.frequency * x))

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        (x,) = theta
        return stack(self.curvature * x + self.height * self.frequency * np.sin(self.frequency * x))

    def hessian(self, theta):
        """Return the Hessian, shape ``(1, 1, ...)``."""
        (x,) = theta
        return stack(stack(self.curvature + self.height * self.frequency**2 * np.cos(self.frequency * x)))


@dataclass(frozen=True)
class Plateau(Surface, coordinates=1):
    """A bowl at the foot of a long, even slope, in one dimension.

    ``depth x² / (1 + x²) + slope ((1 + x²)^½ - 1)``: far out the gradient is ``± slope``; between ± 0.5 or so
    the curve is a convex bowl with the curvature ``2 depth + slope`` at its minimum, the origin.

    Parameters
    ----------
    slope : float, default 0.3
        Gradient on the plateau.
    depth : float, default 1
        Of the bowl below the plateau.

    Notes
    -----
    Lecture, second slide "RMSProp"; Goodfellow et al. (2016), section 8.5.2: an algorithm that comes a long
    way before it finds a locally convex bowl. The formula is our own. ``theta`` has shape ``(1, ...)``.
    """

    slope: float = 0.3
    depth: float = 1.0

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        (x,) = theta
        return self.depth * x**2 / (1 + x**2) + self.slope * ((1 + x**2) ** 0.5 - 1)

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``."""
        (x,) = theta
        return stack(2 * self.depth * x / (1 + x**2) ** 2 + self.slope * x / (1 + x**2) ** 0.5)

    def hessian(self, theta):
        """Return the Hessian, shape ``(1, 1, ...)``."""
        (x,) = theta
        q = 1 + x**2
        return stack(stack(self.depth * (2 - 6 * x**2) / q**3 + self.slope / q**1.5))
