"""Move every value, gradient and gradient point of lecture_optim by at most one unit in the last place.

Another processor, BLAS or order of summation changes the last digit of a sum. This does so on any machine, so a
printed number that hangs on the last digit is seen without owning the machine that shows it. Each element moves by
-1, 0 or 1 units, drawn with a seed; an exact zero is one everywhere and stays.
"""

import functools
import inspect

import numpy as np

DRAWN = 1 << 18  # units drawn beforehand and used again and again: a draw for each call would take longest
METHODS = ("value", "gradient", "value_and_gradient")


class Jitter:
    """A source of moves of one unit in the last place.

    Parameters
    ----------
    seed : int
        Which moves.
    """

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self._units = rng.integers(-1, 2, DRAWN).astype(float)
        self._next = 0
        self._inside = False

    def moved(self, x):
        """Return a number, an array or a tuple of them, each element moved; what is no float stays."""
        if isinstance(x, tuple):
            return tuple(map(self.moved, x))
        array = np.asarray(x)
        if array.dtype.kind != "f" or not array.size:
            return x
        start = self._next
        self._next = (start + array.size) % DRAWN
        units = np.resize(self._units[start:], array.size) if start + array.size > DRAWN else (
            self._units[start : start + array.size]
        )  # fmt: skip
        with np.errstate(all="ignore"):
            unit = np.where(np.isfinite(array) & (array != 0), np.spacing(array), 0)
            array = array + (units.reshape(array.shape) * unit).astype(array.dtype)
        return float(array) if isinstance(x, float) and not isinstance(x, np.floating) else array[()]

    def around(self, function):
        """Return the function with its result moved, once where such functions call each other."""

        @functools.wraps(function)
        def moved(*args, **kwargs):
            if self._inside:
                return function(*args, **kwargs)
            self._inside = True
            try:
                return self.moved(function(*args, **kwargs))
            finally:
                self._inside = False

        return moved

    def around_loop(self, loop):
        """Return `descend` or `sweep` with the gradient that it is given moved."""

        @functools.wraps(loop)
        def moved(algorithm, gradient, *args, **kwargs):
            return loop(algorithm, self.around(gradient), *args, **kwargs)

        return moved


def install(seed):
    """Put the moves into lecture_optim, before a notebook imports it."""
    from lecture_optim import algorithms, descent

    jitter = Jitter(seed)
    point = algorithms.Algorithm.gradient_point

    @functools.wraps(point)
    def moved_point(*args, **kwargs):
        return jitter.moved(point(*args, **kwargs))

    algorithms.Algorithm.gradient_point = moved_point
    descent.descend, descent.sweep = map(jitter.around_loop, (descent.descend, descent.sweep))

    from lecture_optim import linear, networks, objectives, recurrent

    for module in (linear, networks, objectives, recurrent):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            for name in METHODS:
                if kind.__module__ == module.__name__ and name in vars(kind):
                    setattr(kind, name, jitter.around(vars(kind)[name]))
