"""The loop around a rule: trajectories, grids, minibatches, early stopping."""

from dataclasses import dataclass

import numpy as np

from lecture_optim import checks
from lecture_optim.algorithms import Algorithm

# The two schedules of the lecture can be imported from here, too.
from lecture_optim.schedules import inverse_schedule as inverse_schedule
from lecture_optim.schedules import linear_schedule as linear_schedule


@dataclass(frozen=True)
class Trajectory:
    """What one run of :func:`descend` went through.

    Attributes
    ----------
    theta : ndarray, shape (k + 1, ...)
        Parameters before the first step and after each of the k steps taken.
    g : ndarray, shape (k, ...)
        The gradient each step used, taken where the algorithm wants it.
    values : ndarray, shape (k + 1,), or None
        The objective along ``theta``, if it was asked for.
    state : tuple
        State of the algorithm after the last step.
    diverged : str or None
        Why the run stopped early, or None if it took every step.
    """

    theta: np.ndarray
    g: np.ndarray
    values: np.ndarray | None
    state: tuple
    diverged: str | None = None

    @property
    def steps(self):
        """int: Number of steps taken."""
        return len(self.theta) - 1

    def first(self, condition):
        """Return the first step after which ``condition`` holds.

        Parameters
        ----------
        condition : array_like of bool, shape (k + 1,)
            For instance ``trajectory.values < 1e-6``.

        Returns
        -------
        int or None
            The step, 0 for the start; None if it never holds.
        """
        where = np.flatnonzero(checks.array("condition", condition, len(self.theta)))
        return int(where[0]) if where.size else None


def _parameters(theta):
    theta = checks.array("theta", theta)
    if theta.size == 0:
        raise ValueError(f"theta must hold at least one parameter, got shape {theta.shape}")
    if not np.issubdtype(theta.dtype, np.floating):
        theta = theta.astype(float)
    checks.finite("theta", theta, advice="")
    return theta


def descend(
    algorithm, gradient, theta, steps, *, epsilon, value=None, state=None, on_divergence="raise", **hyper
):
    """Run ``algorithm`` for ``steps`` steps and return everything it went through.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``.
    gradient : callable
        ``gradient(theta) -> g``; a stochastic one draws its own minibatch, see :func:`minibatch_gradient`.
    theta : array_like
        Initial parameters, any shape.
    steps : int
        Number of steps.
    epsilon : float or callable
        Learning rate, or a schedule ``epsilon(k)`` for k = 0, 1, ….
    value : callable, optional
        ``value(theta)``; fills ``Trajectory.values``.
    state : tuple, optional
        Where to start the state, default ``algorithm.start(theta)``.
    on_divergence : {"raise", "stop"}
        Whether a gradient, parameter or value that is not finite raises, or ends the run with what was
        reached and says so in ``Trajectory.diverged``.
    **hyper : float
        The algorithm's other hyperparameters.

    Returns
    -------
    Trajectory
        All points finite.

    Raises
    ------
    ValueError
        For bad input.
    FloatingPointError
        If the run diverges and ``on_divergence`` is ``"raise"``.

    Notes
    -----
    The "while" loop of Algorithms 8.1 to 8.6, with a number of steps as its stopping criterion.
    """
    checks.instance("algorithm", algorithm, Algorithm, "one of lecture_optim.ALGORITHMS")
    checks.function("gradient", gradient)
    steps = checks.whole_number("steps", steps, least=0, most=checks.MOST_STEPS)
    checks.choice("on_divergence", on_divergence, ("raise", "stop"))
    if value is not None:
        checks.function("value", value)
    theta = _parameters(theta)
    state = algorithm.start(theta) if state is None else checks.sequence("state", state)
    if len(state) != len(algorithm.state_names):
        expected = ", ".join(algorithm.state_names) or "nothing"
        raise ValueError(f"state of {algorithm.name} must hold {expected}, got {len(state)} parts")
    for name, part in zip(algorithm.state_names, state, strict=True):
        if name == "t":
            checks.whole_number("state t", part, least=0)
        else:
            checks.same_shape(f"state {name}", checks.array(f"state {name}", part), "theta", theta)
    schedule = epsilon if callable(epsilon) else None
    hyper = algorithm.hyperparameters(epsilon=schedule(0) if schedule else epsilon, **hyper)
    for name, given in hyper.items():
        if np.ndim(given):
            checks.broadcasts(name, given, "theta", theta)
    seen = []

    def recording(point):
        g = np.array(gradient(point))  # a copy: the caller may use one array for every gradient
        seen.append(g)
        return g

    thetas, diverged = [theta], None
    values = None if value is None else [value(theta)]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for k in range(steps):
            if schedule:
                hyper["epsilon"] = checks.hyperparameter("epsilon", schedule(k))
            try:
                new_theta, new_state = algorithm.checked_step(recording, theta, state, hyper)
                checks.finite("theta", new_theta)
                if value is not None:
                    reached = value(new_theta)
                    checks.finite("value", reached)
                    values.append(reached)
            except FloatingPointError as error:
                diverged = f"{algorithm.name} stopped at step {k + 1} of {steps}: {error}"
                break
            theta, state = new_theta, new_state
            thetas.append(theta)
    if diverged and on_divergence == "raise":
        raise FloatingPointError(diverged)
    return Trajectory(
        theta=np.array(thetas),
        g=np.array(seen[: len(thetas) - 1]) if len(thetas) > 1 else np.empty((0, *np.shape(theta))),
        values=None if value is None else np.array(values),
        state=state,
        diverged=diverged,
    )


def sweep(algorithm, gradient, theta, steps, *, epsilon, reached=None, stay=False, **hyper):
    """Run a whole grid of starts, rates or seeds at once, each lane on its own.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``.
    gradient : callable
        ``gradient(theta) -> g`` for ``theta`` of shape ``(n, *grid)``.
    theta : array_like
        Starts; shape ``(n, *grid)``, or ``(n, 1, …)`` to broadcast against a grid of hyperparameters.
    steps : int
        Number of steps.
    epsilon : float, ndarray or callable
        Learning rate, of a shape that broadcasts to ``grid``, or a schedule ``epsilon(k)`` of such rates
        for k = 0, 1, ….
    reached : callable, optional
        ``reached(theta) -> bool array of shape grid``: whether a lane is where it should be.
    stay : bool, default False
        Whether only an arrival counts after which the lane is ``reached`` to the end, not a first visit.
    **hyper : float or ndarray
        The other hyperparameters; arrays have a shape that broadcasts to ``grid``.

    Returns
    -------
    theta : ndarray, shape (n, *grid)
        The last points. A lane that diverged holds values that are not finite.
    arrived : ndarray of float, shape grid, or None
        The step after which each lane first was ``reached``, or, with ``stay``, from which it was so to the
        end; ``inf`` for never.

    Raises
    ------
    ValueError
        For bad input.
    """
    checks.instance("algorithm", algorithm, Algorithm, "one of lecture_optim.ALGORITHMS")
    checks.function("gradient", gradient)
    steps = checks.whole_number("steps", steps, least=0, most=checks.MOST_STEPS)
    schedule = epsilon if callable(epsilon) else None
    hyper = algorithm.hyperparameters(epsilon=schedule(0) if schedule else epsilon, **hyper)
    theta = _parameters(theta)
    if theta.ndim == 0:
        raise ValueError("theta must have the coordinates on its first axis, got a single number")
    if reached is not None:
        checks.function("reached", reached)
    checks.instance("stay", stay, (bool, np.bool_), "True or False")
    grid = checks.broadcastable({"the runs of theta": theta[0], **hyper})
    checks.room("theta and the hyperparameters", len(theta), *grid)
    theta = np.broadcast_to(theta.reshape(len(theta), *[1] * (len(grid) + 1 - theta.ndim), *theta.shape[1:]),
                            (len(theta), *grid))
    state = algorithm.start(theta)
    arrived = None if reached is None else np.where(reached(theta), 0.0, np.inf)
    with np.errstate(all="ignore"):  # a lane may overflow; it stays alone in that
        for k in range(1, steps + 1):
            if schedule:
                hyper["epsilon"] = checks.hyperparameter("epsilon", schedule(k - 1))
            g = gradient(algorithm.gradient_point(theta, state, **hyper))
            checks.same_shape("g", g, "theta", theta)
            theta, *state = algorithm.rule(theta, g, *state, **hyper)
            if reached is not None:
                here = reached(theta)
                arrived = np.minimum(arrived, np.where(here, k, np.inf))
                if stay:
                    arrived = np.where(here, arrived, np.inf)
    return theta, arrived


def minibatches(size, m, rng):
    """Yield index arrays of minibatches for ever, one shuffled pass over the data after another.

    Parameters
    ----------
    size : int
        Number of examples.
    m : int
        Examples per minibatch; the last of a pass may be smaller.
    rng : numpy.random.Generator
        Source of the shuffles.

    Yields
    ------
    ndarray of int, shape (m,)
        Indices without repetition within a pass.

    Raises
    ------
    ValueError
        At the call, for an empty batch or one larger than the data.

    Notes
    -----
    Lecture, Algorithm 8.1; Goodfellow et al. (2016), section 8.1.3.
    """
    size = checks.whole_number("size", size, least=1)
    m = checks.whole_number("m", m, least=1)
    if m > size:
        raise ValueError(f"m must be at most the number of examples, {size}, got {m}")
    checks.room("size", size)
    checks.generator("rng", rng)

    def endless():
        while True:
            order = rng.permutation(size)
            for first in range(0, size, m):
                yield order[first : first + m]

    return endless()


def minibatch_gradient(gradient, X, y, m, rng):
    """Return ``g(theta)`` that averages over the next minibatch at every call.

    Parameters
    ----------
    gradient : callable
        ``gradient(theta, X, y) -> g``, the mean over the examples it is given.
    X : ndarray or scipy.sparse array, shape (size, ...)
        Examples.
    y : ndarray, shape (size, ...)
        Targets.
    m : int
        Examples per minibatch.
    rng : numpy.random.Generator or sequence of them
        Source of the shuffles. A sequence holds one for each run on the last axis of ``theta``: then every
        run has an order of its own, and ``X`` and ``y`` may have a first axis of runs, for examples of its
        own too.

    Returns
    -------
    callable
        For :func:`descend` or :func:`sweep`.
    """
    checks.function("gradient", gradient)
    X, y = checks.examples("X", X), checks.array("y", y, "size", ...)
    if X.ndim == 0:
        raise ValueError("X must have its examples along the first axis, got a single number")
    if isinstance(rng, np.random.Generator):
        size = X.shape[0]  # a sparse array has no len
        if size != len(y):
            raise ValueError(f"y must have one target per example, {size}, got {len(y)}")
        batches = minibatches(size, m, rng)

        def g(theta):
            batch = next(batches)
            return gradient(theta, X[batch], y[batch])

        return g
    rngs = checks.sequence("rng", rng)
    if not rngs:
        raise ValueError("rng must hold at least one generator, got none")
    own = len(y) == len(rngs) and X.shape[:2] == y.shape[:2]
    size = X.shape[1] if own else X.shape[0]
    if not own and size != len(y):
        raise ValueError(f"y must have one target per example, {size}, got {len(y)}")
    batches = zip(*[minibatches(size, m, one) for one in rngs], strict=True)
    runs = (np.arange(len(rngs))[:, np.newaxis],) if own else ()

    def g(theta):
        batch = (*runs, np.stack(next(batches)))
        return gradient(theta, X[batch], y[batch])

    return g


def early_stop(errors, patience):
    """Return the step to go back to, by early stopping on a series of validation errors.

    Parameters
    ----------
    errors : array_like, shape (k,)
        Validation error after each evaluation; one that is not a number counts as infinite.
    patience : int
        How many evaluations without a new best one to wait before giving up.

    Returns
    -------
    best : int
        Index of the best error seen before giving up.
    last : int
        Index of the evaluation after which training stopped.

    Notes
    -----
    Lecture, slide "How Learning Differs from Pure Optimization"; Goodfellow et al. (2016), Algorithm 7.1.
    """
    patience = checks.whole_number("patience", patience, least=1)
    errors = checks.floats("errors", errors)
    if errors.size == 0:
        raise ValueError("errors must hold at least one validation error, got none")
    checks.array("errors", errors, "k")
    errors = np.where(np.isnan(errors), np.inf, errors)
    best = last = 0
    for last, error in enumerate(errors):
        if error < errors[best]:
            best = last
        elif last - best >= patience:
            break
    return best, last
