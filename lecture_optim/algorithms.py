"""The algorithms of the lecture, each a pure rule of elementwise arithmetic.

A rule takes the parameters ``theta``, the gradient ``g`` and its state, and returns the new parameters
and the new state; it reads like its box in the lecture, line by line. It writes nothing in place and asks
nothing of its arguments but ``+ - * / **``, so the same source runs on Python floats, on NumPy arrays of
any shape (a whole grid of starts at once), under a just-in-time compiler, and in the reader's browser.

:class:`Algorithm` is the thin layer around a rule: it makes the first state, asks for the gradient at the
point where the algorithm wants it, and turns bad input into one clear sentence.

Sources: lecture slides "Basic Algorithms" and "Algorithms with Adaptive Learning Rates"; Goodfellow,
Bengio and Courville (2016), sections 8.3 and 8.5; Zeiler (2012); Kingma and Ba (2015).
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from lecture_optim import checks, handful


def sgd(theta, g, epsilon):
    """One step of stochastic gradient descent.

    Parameters
    ----------
    theta : float or ndarray
        Parameters.
    g : float or ndarray
        Gradient (estimate) at ``theta``, same shape.
    epsilon : float or ndarray
        Learning rate.

    Returns
    -------
    tuple
        ``(theta,)``, the new parameters.

    Notes
    -----
    Lecture, Algorithm 8.1; Goodfellow et al. (2016), section 8.3.1; Robbins and Monro (1951).
    """
    theta = theta - epsilon * g
    return (theta,)


def interim(theta, v, alpha):
    """Return the point where Nesterov momentum takes its gradient, ``theta + alpha * v``.

    Parameters
    ----------
    theta, v : float or ndarray
        Parameters and velocity, same shape.
    alpha : float or ndarray
        Momentum parameter.

    Returns
    -------
    float or ndarray
        The interim point.

    Notes
    -----
    Lecture, Algorithms 8.3 and 8.6; Sutskever et al. (2013).
    """
    return theta + alpha * v


def momentum(theta, g, v, epsilon, alpha):
    """One step of momentum; with ``g`` taken at :func:`interim` it is one step of Nesterov momentum.

    Parameters
    ----------
    theta : float or ndarray
        Parameters.
    g : float or ndarray
        Gradient at ``theta`` (Algorithm 8.2) or at ``interim(theta, v, alpha)`` (Algorithm 8.3).
    v : float or ndarray
        Velocity.
    epsilon : float or ndarray
        Learning rate.
    alpha : float or ndarray
        Momentum parameter, in [0, 1).

    Returns
    -------
    tuple
        ``(theta, v)``.

    Notes
    -----
    Lecture, Algorithms 8.2 and 8.3; Goodfellow et al. (2016), sections 8.3.2 and 8.3.3; Polyak (1964).
    """
    v = alpha * v - epsilon * g
    theta = theta + v
    return theta, v


def adagrad(theta, g, r, epsilon, delta=1e-7):
    """One step of AdaGrad.

    Parameters
    ----------
    theta, g : float or ndarray
        Parameters and gradient.
    r : float or ndarray
        Accumulator: the sum of squared gradients so far.
    epsilon : float or ndarray
        Global learning rate.
    delta : float, default 1e-7
        Small constant, added *outside* the root.

    Returns
    -------
    tuple
        ``(theta, r)``.

    Notes
    -----
    Lecture, Algorithm 8.4; Goodfellow et al. (2016), section 8.5.1; Duchi et al. (2011).
    """
    r = r + g * g
    theta = theta - epsilon / (delta + r**0.5) * g
    return theta, r


def rmsprop(theta, g, r, epsilon, rho=0.9, delta=1e-6):
    """One step of RMSProp.

    Parameters
    ----------
    theta, g : float or ndarray
        Parameters and gradient.
    r : float or ndarray
        Accumulator: a moving average of squared gradients.
    epsilon : float or ndarray
        Global learning rate.
    rho : float, default 0.9
        Decay rate of the accumulator, in [0, 1).
    delta : float, default 1e-6
        Small constant, added *inside* the root.

    Returns
    -------
    tuple
        ``(theta, r)``.

    Notes
    -----
    Lecture, Algorithm 8.5; Goodfellow et al. (2016), section 8.5.2; Tieleman and Hinton (2012).
    """
    r = rho * r + (1 - rho) * g * g
    theta = theta - epsilon / (delta + r) ** 0.5 * g
    return theta, r


def rmsprop_nesterov(theta, g, v, r, epsilon, alpha, rho=0.9, delta=1e-6):
    """One step of RMSProp with Nesterov momentum.

    Parameters
    ----------
    theta : float or ndarray
        Parameters.
    g : float or ndarray
        Gradient at ``interim(theta, v, alpha)``.
    v, r : float or ndarray
        Velocity and accumulator.
    epsilon : float or ndarray
        Global learning rate.
    alpha : float or ndarray
        Momentum parameter, in [0, 1).
    rho : float, default 0.9
        Decay rate of the accumulator, in [0, 1).
    delta : float, default 1e-6
        Small constant inside the root. The printed box has none and divides 0 by 0 at ``g = 0``.

    Returns
    -------
    tuple
        ``(theta, v, r)``.

    Notes
    -----
    Lecture, Algorithm 8.6; Goodfellow et al. (2016), section 8.5.2.
    """
    r = rho * r + (1 - rho) * g * g
    v = alpha * v - epsilon / (delta + r) ** 0.5 * g
    theta = theta + v
    return theta, v, r


def adadelta(theta, g, r, d, epsilon=1.0, rho=0.95, delta=1e-6):
    """One step of AdaDelta.

    Parameters
    ----------
    theta, g : float or ndarray
        Parameters and gradient.
    r : float or ndarray
        Accumulator: a moving average of squared gradients.
    d : float or ndarray
        Accumulator: a moving average of squared updates.
    epsilon : float or ndarray, default 1.0
        Factor on the update; the paper has none, so 1.
    rho : float, default 0.95
        Decay rate of both accumulators, in [0, 1).
    delta : float, default 1e-6
        Small constant inside both roots.

    Returns
    -------
    tuple
        ``(theta, r, d)``.

    Notes
    -----
    Named on the lecture's slide "Choosing the Right Opt. Algorithm"; Zeiler (2012), Algorithm 1.
    """
    r = rho * r + (1 - rho) * g * g
    update = -((d + delta) ** 0.5) / (r + delta) ** 0.5 * g
    d = rho * d + (1 - rho) * update * update
    theta = theta + epsilon * update
    return theta, r, d


def adam(theta, g, s, r, t, epsilon=0.001, rho1=0.9, rho2=0.999, delta=1e-8):
    """One step of Adam.

    Parameters
    ----------
    theta, g : float or ndarray
        Parameters and gradient.
    s, r : float or ndarray
        First and second moment estimates, biased towards 0.
    t : int
        Number of steps already taken.
    epsilon : float or ndarray, default 0.001
        Learning rate.
    rho1, rho2 : float, defaults 0.9 and 0.999
        Decay rates of the moment estimates, in [0, 1).
    delta : float, default 1e-8
        Small constant, added *outside* the root.

    Returns
    -------
    tuple
        ``(theta, s, r, t)``.

    Notes
    -----
    Named on the lecture's slide "Algorithms with Adaptive Learning Rates"; Kingma and Ba (2015),
    Algorithm 1; Goodfellow et al. (2016), Algorithm 8.7.
    """
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g * g
    s_hat = s / (1 - rho1**t)
    r_hat = r / (1 - rho2**t)
    theta = theta - epsilon * s_hat / (r_hat**0.5 + delta)
    return theta, s, r, t


#: What arithmetic ends in when its arguments are no numbers or do not fit.
_OBSCURE = (TypeError, ValueError, IndexError, KeyError, OverflowError)


def adamw(theta, g, s, r, t, epsilon=0.001, rho1=0.9, rho2=0.999, delta=1e-8, decay=0.01):
    """One step of AdamW: Adam, and every weight shrinks by the same part of itself.

    Parameters
    ----------
    theta, g : float or ndarray
        Parameters and gradient, without the gradient of a penalty.
    s, r : float or ndarray
        First and second moment estimates, biased towards 0.
    t : int
        Number of steps already taken.
    epsilon : float or ndarray, default 0.001
        Learning rate.
    rho1, rho2 : float, defaults 0.9 and 0.999
        Decay rates of the moment estimates, in [0, 1).
    delta : float, default 1e-8
        Small constant, added *outside* the root.
    decay : float or ndarray, default 0.01
        Weight decay: a step takes away ``epsilon * decay`` of each parameter.

    Returns
    -------
    tuple
        ``(theta, s, r, t)``.

    Notes
    -----
    Not of the lecture. Loshchilov and Hutter (2019), Algorithm 2: the decay is decoupled, it does not pass
    through the moments. Their decay is not multiplied by the learning rate, only by its schedule; here it is,
    as in PyTorch and optax, and the default is PyTorch's.
    """
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g * g
    s_hat = s / (1 - rho1**t)
    r_hat = r / (1 - rho2**t)
    theta = theta - epsilon * (s_hat / (r_hat**0.5 + delta) + decay * theta)
    return theta, s, r, t


@cache
def _defaults(rule, states):
    parameters = list(inspect.signature(rule).parameters.values())
    return {p.name: p.default for p in parameters[2 + states :]}


@lru_cache(maxsize=256, typed=True)
def _hyperparameters(rule, states, algorithm, /, **given):
    defaults = _defaults(rule, states)
    for name in given:
        if name not in defaults:
            raise TypeError(f"{algorithm} has no hyperparameter {name}; it has {', '.join(defaults)}")
    complete = {**defaults, **given}
    for name, value in complete.items():
        if value is inspect.Parameter.empty:
            raise TypeError(f"{algorithm} needs the hyperparameter {name}")
        complete[name] = checks.hyperparameter(name, value)
    return complete


@dataclass(frozen=True)
class Algorithm:
    """A rule, the names of its state, and where it wants its gradient.

    Parameters
    ----------
    name : str
        The lecture's name.
    source : str
        Where its box stands.
    rule : callable
        One of the rules of this module.
    state_names : tuple of str
        The state, in the order in which the rule takes and returns it.
    looks_ahead : bool, default False
        Whether the gradient is taken at the interim point ``theta + alpha * v``.

    Examples
    --------
    >>> theta, state = 1.0, MOMENTUM.start(1.0)
    >>> theta, state = MOMENTUM.step(lambda x: 2 * x, theta, state, epsilon=0.1, alpha=0.9)
    >>> theta
    0.8
    """

    name: str
    source: str
    rule: Callable
    state_names: tuple[str, ...] = ()
    looks_ahead: bool = False

    @property
    def defaults(self):
        """dict: Hyperparameter names and defaults (``inspect.Parameter.empty`` where there is none)."""
        return dict(_defaults(self.rule, len(self.state_names)))

    def hyperparameters(self, **given):
        """Return ``given`` completed by the defaults, or say what is wrong with it.

        Parameters
        ----------
        **given : float or ndarray
            Hyperparameters by name, for instance ``epsilon=0.1, alpha=0.9``.

        Returns
        -------
        dict
            One entry per hyperparameter of the rule, in its order.

        Raises
        ------
        TypeError
            For a name the rule does not have, or a required one that is missing.
        ValueError
            For a value outside its range.
        """
        key = self.rule, len(self.state_names), self.name
        try:
            return dict(_hyperparameters(*key, **given))
        except TypeError:
            pass  # an array cannot be looked up; and what is wrong is said below, once
        return _hyperparameters.__wrapped__(*key, **given)

    def start(self, theta, **initial):
        """Return the state before the first step: zeros, or what is given in ``initial``.

        Parameters
        ----------
        theta : float or ndarray
            Initial parameters.
        **initial : float or ndarray
            State to start from instead of zero, by name: ``MOMENTUM.start(theta, v=v0)``.

        Returns
        -------
        tuple
            The state in the rule's order; empty for SGD.
        """
        try:
            zero = 0.0 * theta + 0.0  # the sum turns -0.0 into 0.0
        except _OBSCURE:
            zero = 0.0 * checks.array("theta", theta) + 0.0
        for name, value in initial.items():
            if name not in self.state_names:
                known = ", ".join(self.state_names) or "none"
                raise TypeError(f"{self.name} has no state {name}; it has {known}")
            if name == "t":
                checks.whole_number(name, value, least=0)
            else:
                checks.same_shape(name, checks.array(name, value), "theta", theta)
        return tuple(initial.get(name, 0 if name == "t" else zero) for name in self.state_names)

    def gradient_point(self, theta, state, **hyper):
        """Return the point at which this algorithm takes its gradient.

        Parameters
        ----------
        theta : float or ndarray
            Parameters.
        state : tuple
            State as :meth:`start` or :meth:`step` returned it.
        **hyper : float or ndarray
            Hyperparameters.

        Returns
        -------
        float or ndarray
            ``theta``, or ``theta + alpha * v`` for the two Nesterov forms.
        """
        try:
            return interim(theta, state[0], hyper["alpha"]) if self.looks_ahead else theta
        except _OBSCURE:
            self._look_at(theta, state, self.hyperparameters(**hyper))
            raise

    def _look_at(self, theta, state, hyper):
        """Say what is wrong with parameters, state or the shape of hyperparameters, for which a step has failed."""
        checks.array("theta", theta, kinds="biufc")
        state = checks.sequence("state", state)
        if len(state) != len(self.state_names):
            expected = ", ".join(self.state_names) or "nothing"
            raise ValueError(f"state of {self.name} must hold {expected}, got {len(state)} parts")
        for name, part in zip(self.state_names, state, strict=True):
            if name != "t":
                checks.same_shape(f"state {name}", checks.array(f"state {name}", part, kinds="biufc"), "theta", theta)
        checks.broadcastable({"theta": theta, **hyper})

    def step(self, gradient, theta, state, **hyper):
        """Ask for the gradient where the algorithm wants it and apply the rule once.

        Parameters
        ----------
        gradient : callable
            ``gradient(theta) -> g`` with the shape of ``theta``.
        theta : float or ndarray
            Parameters.
        state : tuple
            State as :meth:`start` or the previous call returned it.
        **hyper : float or ndarray
            Hyperparameters; those with a default may be left out.

        Returns
        -------
        theta : float or ndarray
            New parameters.
        state : tuple
            New state.

        Raises
        ------
        ValueError
            For a hyperparameter out of range or a gradient of another shape.
        FloatingPointError
            For a gradient that is not finite.
        """
        return self.checked_step(gradient, theta, state, self.hyperparameters(**hyper))

    def checked_step(self, gradient, theta, state, hyper):
        """Apply :meth:`step` with hyperparameters that :meth:`hyperparameters` has already checked."""
        try:
            g = gradient(self.gradient_point(theta, state, **hyper) if self.looks_ahead else theta)
            new = handful.step(self.rule, self.state_names, theta, g, state, hyper)
            if new is None:
                checks.same_shape("g", g, "theta", theta)
                checks.finite("g", g)
                new = self.rule(theta, g, *state, **hyper)
        except _OBSCURE:  # a good step costs nothing; of a failed one, say which argument is wrong
            checks.function("gradient", gradient)
            self._look_at(theta, state, hyper)
            raise
        return new[0], tuple(new[1:])


SGD = Algorithm("SGD", "Algorithm 8.1", sgd)
MOMENTUM = Algorithm("Momentum", "Algorithm 8.2", momentum, ("v",))
NESTEROV = Algorithm("Nesterov momentum", "Algorithm 8.3", momentum, ("v",), looks_ahead=True)
ADAGRAD = Algorithm("AdaGrad", "Algorithm 8.4", adagrad, ("r",))
RMSPROP = Algorithm("RMSProp", "Algorithm 8.5", rmsprop, ("r",))
RMSPROP_NESTEROV = Algorithm(
    "RMSProp with Nesterov momentum", "Algorithm 8.6", rmsprop_nesterov, ("v", "r"), looks_ahead=True
)
ADADELTA = Algorithm("AdaDelta", "Zeiler (2012), Algorithm 1", adadelta, ("r", "d"))
ADAM = Algorithm("Adam", "Kingma and Ba (2015), Algorithm 1", adam, ("s", "r", "t"))
ADAMW = Algorithm("AdamW", "Loshchilov and Hutter (2019), Algorithm 2", adamw, ("s", "r", "t"))

#: The eight algorithms in the lecture's order.
ALGORITHMS = (SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, RMSPROP_NESTEROV, ADADELTA, ADAM)

#: Every algorithm of this module by its constant's name: the eight, and those that were added since.
EVERY = {name: value for name, value in list(globals().items()) if isinstance(value, Algorithm)}
