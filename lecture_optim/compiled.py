"""The same rules, compiled by Numba: ``pip install -e '.[fast]'``.

No formula is repeated here: ``fused`` makes the machine code from a rule's own source. What was compiled is kept in
the folder ``lecture_optim`` of the user's cache, or of ``NUMBA_CACHE_DIR``, for the next process; a line tells when
something is compiled anew. ``NUMBA_NUM_THREADS`` limits the threads.
"""

import functools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import FunctionType

import numpy as np

from lecture_optim import checks, descent
from lecture_optim.fused import LANES, element_loop, lane_loop, load_numba, split_rule, split_slope
from lecture_optim.objectives import Surface

#: Another thread pays from so many elements, or blocks of lanes, for each.
_ELEMENTS, _BLOCKS = 2**18, 4


@functools.cache
def _pool():
    return ThreadPoolExecutor(load_numba().config.NUMBA_NUM_THREADS)


def _threads(kernel, length, least, *arguments):
    """Call the kernel for 0 to ``length``, in as many threads as pay."""
    parts = max(1, min(load_numba().config.NUMBA_NUM_THREADS, length // least))
    edges = [length * part // parts for part in range(parts + 1)]
    calls = [_pool().submit(kernel, lo, hi, *arguments) for lo, hi in zip(edges[1:-1], edges[2:], strict=True)]
    refused = kernel(0, edges[1], *arguments)
    for call in calls:
        call.result()
    return refused


def aligned_copy(values, dtype):
    """Return a copy that starts with a line of the cache: over one that does not, a loop can take twice as long."""
    values = np.asarray(values, dtype)
    room = np.empty(values.nbytes + 64, np.uint8)
    first = -room.ctypes.data % 64
    copy = room[first : first + values.nbytes].view(dtype).reshape(values.shape)
    copy[...] = values
    return copy


class Run:
    """Take the steps of one run, in place: each call, ``run(g)``, takes one and returns where the next gradient is due.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``, or your own.
    theta : ndarray
        Initial parameters, float32 or float64, any shape.
    state : tuple, optional
        Initial state, default ``algorithm.start(theta)``.
    in_place : bool, default False
        Whether the run may write into ``theta`` and ``state``; else it takes copies.
    epsilon : float, ndarray or callable
        Learning rate, or a schedule ``epsilon(k)`` for k = 0, 1, ….
    **hyper : float or ndarray
        The other hyperparameters; arrays broadcast to the shape of ``theta``.

    Attributes
    ----------
    theta, point : ndarray
        Parameters, and where the next gradient is due: ``theta`` itself, or the interim point. A run that looks ahead
        carries only that point from step to step, and works out ``theta`` when it is asked for.
    state : tuple
        As the rule returns it.

    Notes
    -----
    The next call writes into these arrays. Gradients are not checked to be finite.

    Examples
    --------
    >>> run = Run(ADAM, np.zeros(2), epsilon=0.01)  # doctest: +SKIP
    >>> for k in range(100):  # doctest: +SKIP
    ...     run(gradient(run.point))
    """

    def __init__(self, algorithm, theta, state=None, *, in_place=False, epsilon=None, **hyper):
        self._gradient_point, self._schedule = algorithm.gradient_point, epsilon if callable(epsilon) else None
        if epsilon is not None:
            hyper["epsilon"] = epsilon(0) if self._schedule else epsilon
        self._hyper = algorithm.hyperparameters(**hyper)
        theta = checks.array("theta", theta)
        arrays = {name: value for name, value in self._hyper.items() if np.ndim(value)}
        for name, value in arrays.items():
            checks.broadcasts(name, value, "theta", theta)
        state = algorithm.start(theta) if state is None else state
        dtype = np.result_type(theta, *arrays.values(), *([] if theta.dtype.kind == "f" else [float]))
        if dtype not in (np.float32, np.float64):
            raise ValueError(f"theta must be float32 or float64 to be compiled, got {dtype}")
        own = functools.partial(np.require, requirements="CW") if in_place else aligned_copy
        self._theta = own(theta, dtype)
        self._names = algorithm.state_names
        self._parts = {}
        for name, part in zip(self._names, state, strict=True):
            if name != "t":
                checks.same_shape(f"state {name}", part, "theta", theta)
                part = own(part, dtype)
            self._parts[name] = part
        self._counters = [part for name, part in self._parts.items() if name == "t"]
        vectors = [part for name, part in self._parts.items() if name != "t"]
        split = split_rule(algorithm)
        self._prologue, self._taken, self.point = split.prologue, 0, self._theta
        if algorithm.looks_ahead:
            self.point = aligned_copy(algorithm.gradient_point(self._theta, vectors, **self._hyper), dtype)
        counters = self._counters
        self._values, _ = self._prepare(*counters)  # for a look at them; the first call works them out again
        self._taken = 0
        varying = frozenset(i for i, value in enumerate(self._values) if np.ndim(value))
        plain = split.prologue  # the same function with the hyperparameters as its defaults costs less
        plain = FunctionType(plain.__code__, plain.__globals__, "prologue", tuple(self._hyper.values()))
        self._next = self._prepare if self._schedule or (counters and varying) else plain if counters else None
        kernel, size = element_loop(algorithm, dtype, varying), self.point.size
        flat = [part.reshape(-1) for part in (self.point, *vectors)]
        many = size >= 2 * _ELEMENTS
        self._take = functools.partial(*((_threads, kernel, size, _ELEMENTS) if many else (kernel, 0, size)), *flat)
        self._is_flat = self.point.ndim == 1

    def _prepare(self, *counters):
        """Work out the prologue of the next step, with a schedule or with hyperparameters that are arrays."""
        if self._schedule:
            self._hyper["epsilon"] = checks.hyperparameter("epsilon", self._schedule(self._taken))
        self._taken += 1
        values, counters = self._prologue(*counters, *self._hyper.values())
        whole = functools.partial(np.broadcast_to, shape=self.point.shape)
        values = [np.array(whole(v), self.point.dtype).reshape(-1) if np.ndim(v) else v for v in values]
        return values, counters

    def _flat(self, g):
        checks.same_shape("g", g, "theta", self.point)
        return np.require(g, self.point.dtype, "CW").reshape(-1)

    def __call__(self, g):
        """Take one step with the gradient ``g``, and return the point where the next one is due."""
        # At two parameters each question costs a tenth of the step: the machine code asks for types and length.
        if self._next is not None:
            self._values, self._counters = self._next(*self._counters)
        try:
            refused = self._take(g if self._is_flat else self._flat(g), *self._values)
        except TypeError:  # not an array, of another type, or with gaps
            refused = True
        if refused:
            self._take(self._flat(g), *self._values)
        return self.point

    @property
    def theta(self):
        """ndarray: The parameters."""
        if self.point is not self._theta:
            self._theta[...] = self.point - self._gradient_point(0.0, self.state, **self._hyper)
        return self._theta

    @property
    def state(self):
        """tuple: The state, as the rule returns it."""
        return tuple(self._counters[0] if name == "t" else self._parts[name] for name in self._names)


def step(algorithm):
    """Return the compiled rule of an algorithm: the arguments and results of ``algorithm.rule``.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``, or your own.

    Returns
    -------
    callable
        ``dataclasses.replace(algorithm, rule=step(algorithm))`` is an algorithm for ``descend`` and ``sweep``.
        It leaves its arguments alone; :class:`Run` writes in place.
    """
    alone = replace(algorithm, looks_ahead=False)  # the gradient is given

    @functools.wraps(algorithm.rule)
    def rule(theta, g, *more, **hyper):
        given = dict(zip((*algorithm.state_names, *algorithm.defaults), more, strict=False)) | hyper
        shape = np.broadcast_shapes(*(np.shape(value) for value in (theta, g, *given.values())))
        state = [given.pop(name) for name in algorithm.state_names]
        theta, g = (np.broadcast_to(np.asarray(one, np.result_type(theta, g)), shape) for one in (theta, g))
        state = [np.broadcast_to(part, shape) if np.ndim(part) else part for part in state]
        run = Run(alone, theta, state, **given)
        run(g)
        return tuple(part[()] if isinstance(part, np.ndarray) else part for part in (run.theta, *run.state))

    return rule


def sweep(algorithm, gradient, theta, steps, *, epsilon, reached=None, stay=False, **hyper):
    """Run a whole grid at once, as :func:`lecture_optim.descent.sweep` does, with the compiled rule.

    The gradient of one of the ``objectives`` is compiled too, and all steps of 64 lanes are taken in one loop. With any
    other gradient, or with ``reached``, only the rule is compiled.

    Parameters
    ----------
    algorithm, gradient, theta, steps, epsilon, reached, stay, **hyper
        As in :func:`lecture_optim.descent.sweep`.

    Returns
    -------
    theta, arrived
        As there.
    """
    surface, method = getattr(gradient, "__self__", None), getattr(gradient, "__func__", None)
    try:
        slope = split_slope(method).prologue(surface)[0] if isinstance(surface, Surface) else None
    except ValueError:  # a surface of your own, with more in it than plain arithmetic
        slope = None
    if slope is None or reached is not None:
        rule = replace(algorithm, rule=step(algorithm))
        return descent.sweep(rule, gradient, theta, steps, epsilon=epsilon, reached=reached, stay=stay, **hyper)
    steps = checks.whole_number("steps", steps, least=0, most=checks.MOST_STEPS)
    start, _ = descent.sweep(algorithm, gradient, theta, 0, epsilon=epsilon, stay=stay, **hyper)  # checks all
    schedule = epsilon if callable(epsilon) else lambda k: epsilon
    hyper = algorithm.hyperparameters(epsilon=schedule(0), **hyper)
    dtype = np.result_type(start, *(value for value in hyper.values() if np.ndim(value)))
    n, grid = len(start), start.shape[1:]
    m = math.prod(grid)
    blocks = -(-m // LANES)

    def in_lanes(values):
        flat = np.ascontiguousarray(np.broadcast_to(values, grid).reshape(m), dtype)
        gap = blocks * LANES - m
        return (np.pad(flat, (0, gap), mode="edge") if gap else flat).reshape(blocks, LANES)

    state = algorithm.start(start)
    rows = n * (1 + sum(np.ndim(part) > 0 for part in state))  # the state is zero
    vectors = aligned_copy(np.broadcast_to(0.0, (blocks, rows * LANES)), dtype)  # what a block needs lies together
    for i, row in enumerate(start):
        vectors[:, i * LANES : (i + 1) * LANES] = in_lanes(row)
    prologue, counters = split_rule(algorithm, "_0").prologue, [part for part in state if not np.ndim(part)]
    moves, k = callable(epsilon) or bool(counters), 0
    while k < steps:
        rows = []
        while len(rows) < 1000 and k < steps:
            if callable(epsilon):
                hyper["epsilon"] = checks.hyperparameter("epsilon", epsilon(k))
            values, counters = prologue(*counters, *hyper.values())
            rows.append([value for value in values if not np.ndim(value)])
            k += 1
            if moves and len(rows[-1]) < len(values):
                break  # arrays that change from step to step
        arrays = frozenset(i for i, value in enumerate(values) if np.ndim(value))
        kernel = lane_loop(algorithm, method, dtype, arrays)
        lanes = [in_lanes(values[i]) for i in sorted(arrays)]
        _threads(kernel, blocks, _BLOCKS, vectors, np.array(rows, float).reshape(len(rows), -1), *slope, *lanes)
    theta = vectors[:, : n * LANES].reshape(blocks, n, LANES).transpose(1, 0, 2).reshape(n, -1)
    return theta[:, :m].reshape(start.shape), None
