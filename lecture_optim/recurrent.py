"""A small recurrent network with backpropagation through time, and one of a single unit.

:class:`RNN` is trained on a memory task and tells how much gradient reaches each step of the past.
:class:`OneUnitRNN` has two parameters only, so its whole loss surface, with its cliff, can be
drawn.
"""

from dataclasses import dataclass

import numpy as np

from lecture_optim import checks
from lecture_optim.networks import (
    FlatParameters,
    chosen_class,
    cross_entropy,
    sigmoid,
    zero_one_loss,
)
from lecture_optim.objectives import Surface, stack


class RNN:
    """A recurrent network of tanh units that names a class after the last step of a sequence.

    ``h_t = tanh(x_t @ U + h_{t-1} @ W + b)`` from ``h_0 = 0``, and scores ``h_T @ V + c``. The
    parameters are one flat vector in the order W, U, b, V, c. As for
    :class:`lecture_optim.networks.MLP`, further axes of ``theta`` count separate runs, and the sequences may
    have axes of runs too.

    Parameters
    ----------
    inputs, hidden, outputs : int
        Number of inputs per step, of hidden units, and of classes (at least 2).

    Attributes
    ----------
    size : int
        Number n of parameters.

    Notes
    -----
    Lecture, slide "Challenges in Neural Network Optimization" ("long-term dependencies");
    Goodfellow et al. (2016), sections 8.2.5, 10.2 and 10.2.2.

    Examples
    --------
    >>> net = RNN(inputs=3, hidden=8, outputs=2)
    >>> theta = net.init(np.random.default_rng(0))
    >>> X, y = np.ones((4, 20, 3)), np.array([0, 1, 1, 0])
    >>> net.gradient(theta, X, y).shape, net.gradient_by_lag(theta, X, y).shape
    ((114,), (20,))
    """

    def __init__(self, inputs, hidden, outputs):
        self.inputs = checks.whole_number("inputs", inputs, least=1)
        self.hidden = checks.whole_number("hidden", hidden, least=1)
        self.outputs = checks.whole_number("outputs", outputs, least=2)
        inputs, hidden, outputs = self.inputs, self.hidden, self.outputs
        checks.room("inputs, hidden and outputs", hidden * (hidden + inputs + 1) + (hidden + 1) * outputs)
        self._flat = FlatParameters([(hidden, hidden), (inputs, hidden), (hidden,), (hidden, outputs), (outputs,)])
        self.size = self._flat.size

    def init(self, rng, recurrent="orthogonal", gain=1.0, runs=None):
        """Draw starting parameters.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of the draw.
        recurrent : {"orthogonal", "gaussian"}
            The recurrent matrix W: ``gain`` times a random orthogonal matrix, or Gaussian elements
            of standard deviation ``gain / sqrt(hidden)``, whose spectral radius is near ``gain``.
        gain : float, default 1.0
            Factor on W.
        runs : int, optional
            How many starts to draw.

        Returns
        -------
        ndarray, shape (n,) or (n, runs)
            Zero biases; U and V Gaussian with variance 1 / (units below).

        Raises
        ------
        ValueError
            For an unknown ``recurrent`` or a ``gain`` that is not positive.

        Notes
        -----
        Saxe et al. (2014) for the orthogonal start; Goodfellow et al. (2016), section 8.4.
        """
        checks.generator("rng", rng)
        checks.choice("recurrent", recurrent, ("orthogonal", "gaussian"))
        gain = checks.positive("gain", gain)
        shape = () if runs is None else (checks.whole_number("runs", runs, least=1),)
        checks.room("runs", self.size, *shape)
        inputs, hidden, outputs = self.inputs, self.hidden, self.outputs
        W = rng.standard_normal((*shape, hidden, hidden))
        if recurrent == "orthogonal":
            W, R = np.linalg.qr(W)
            # The signs make the draw uniform over the orthogonal matrices (Mezzadri 2007).
            W = W * np.sign(np.diagonal(R, axis1=-2, axis2=-1))[..., np.newaxis, :]
        else:
            W = W / hidden**0.5
        return self._flat.pack(
            [
                gain * W,
                rng.standard_normal((*shape, inputs, hidden)) / inputs**0.5,
                np.zeros((*shape, hidden)),
                rng.standard_normal((*shape, hidden, outputs)) / hidden**0.5,
                np.zeros((*shape, outputs)),
            ]
        )

    def matrices(self, theta):
        """Return ``W, U, b, V, c``, each of shape ``(*runs, its shape)``."""
        return self._flat.views(self._flat.runs_first(theta))

    def _forward(self, arrays, X):
        W, U, b, V, c = arrays
        X = checks.array("X", X)
        if X.ndim < 3 or X.shape[-1] != self.inputs or 0 in X.shape:
            raise ValueError(f"X must have shape (m, steps, {self.inputs}), with at least one of each, got {X.shape}")
        m, steps = X.shape[-3:-1]
        runs = W.shape[:-2]
        checks.axes_of_runs("X", X.shape[:-3], runs)
        # One product for the inputs of all steps; time goes first so that each step is contiguous.
        flat = np.ascontiguousarray(X.swapaxes(-3, -2)).reshape(*X.shape[:-3], steps * m, self.inputs)
        drive = (flat @ U + b[..., np.newaxis, :]).reshape(*runs, steps, m, self.hidden)
        h = np.zeros((steps + 1, *runs, m, self.hidden), dtype=drive.dtype)
        for t in range(steps):
            h[t + 1] = np.tanh(h[t] @ W + drive[..., t, :, :])
        return flat, h, h[-1] @ V + c[..., np.newaxis, :]

    def _backward(self, arrays, h, delta):
        """Yield t, dL/dh_t and dL/da_t for t = T, …, 1, where h_t = tanh(a_t)."""
        W, _, _, V, _ = arrays
        to_h = delta @ V.swapaxes(-1, -2)
        for t in reversed(range(1, len(h))):
            to_a = to_h * (1 - h[t] * h[t])
            yield t, to_h, to_a
            to_h = to_a @ W.swapaxes(-1, -2)

    def value_and_gradient(self, theta, X, y):
        """Return the mean cross-entropy and its gradient, by backpropagation through time.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.
        X : ndarray, shape (m, steps, inputs) or (*runs, m, steps, inputs)
            Sequences, the same for all runs or each run's own.
        y : ndarray of int, shape (m,) or (*runs, m)
            The right class of each.

        Returns
        -------
        value : float or ndarray, shape runs
            Mean cross-entropy after the last step, in nats.
        gradient : ndarray, shape (n, *runs)
            Its gradient.

        Raises
        ------
        ValueError
            If ``theta``, ``X`` or ``y`` does not fit the network or each other.
        """
        rows = self._flat.runs_first(theta)
        arrays = self._flat.views(rows)
        flat, h, scores = self._forward(arrays, X)
        value, delta = cross_entropy(scores, y)
        steps, runs, m = len(h) - 1, h.shape[1:-2], h.shape[-2]
        to_a = np.empty((*runs, steps, m, self.hidden), dtype=h.dtype)
        gradient = np.zeros_like(rows)
        W, U, b, V, c = self._flat.views(gradient)
        for t, _, step in self._backward(arrays, h, delta):
            to_a[..., t - 1, :, :] = step
            W += h[t - 1].swapaxes(-1, -2) @ step
        to_a = to_a.reshape(*runs, steps * m, self.hidden)
        U[...] = flat.swapaxes(-1, -2) @ to_a
        b[...] = to_a.sum(axis=-2)
        V[...] = h[-1].swapaxes(-1, -2) @ delta
        c[...] = delta.sum(axis=-2)
        return value, np.moveaxis(gradient, -1, 0)

    def gradient_by_lag(self, theta, X, y):
        """Return how much gradient reaches each step of the past.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.
        X : ndarray, shape (m, steps, inputs) or (*runs, m, steps, inputs)
            Sequences, the same for all runs or each run's own.
        y : ndarray of int, shape (m,) or (*runs, m)
            The right class of each.

        Returns
        -------
        ndarray, shape (steps, *runs)
            Entry k is the norm of dL_i/dh_t at t = T - k, where L_i is the loss of example i and T
            the last step, averaged over the examples: entry 0 is the last step, entry ``steps -
            1`` the first.

        Raises
        ------
        ValueError
            As :meth:`value_and_gradient`.

        Notes
        -----
        Goodfellow et al. (2016), section 8.2.5 and equation 10.57; Bengio et al. (1994).
        """
        arrays = self.matrices(theta)
        _, h, scores = self._forward(arrays, X)
        _, delta = cross_entropy(scores, y)
        # The loss is a mean over m examples, so the sum of the norms is the mean of m times the
        # norms.
        return np.stack(
            [np.sqrt(np.sum(to_h * to_h, axis=-1)).sum(axis=-1) for _, to_h, _ in self._backward(arrays, h, delta)]
        )

    def scores(self, theta, X):
        """Return the scores of the classes, shape ``(*runs, m, outputs)``."""
        return self._forward(self.matrices(theta), X)[2]

    def value(self, theta, X, y):
        """Return the mean cross-entropy, a float or shape ``runs``."""
        return cross_entropy(self.scores(theta, X), y)[0]

    def gradient(self, theta, X, y):
        """Return the gradient of the mean cross-entropy, the shape of ``theta``."""
        return self.value_and_gradient(theta, X, y)[1]

    def predict(self, theta, X):
        """Return the predicted classes, shape ``(*runs, m)``."""
        return chosen_class(self.scores(theta, X))

    def error(self, theta, X, y):
        """Return the fraction of sequences put into the wrong class, a float or shape ``runs``."""
        return zero_one_loss(self.predict(theta, X), y)


@dataclass(frozen=True)
class OneUnitRNN(Surface, coordinates=2):
    """A recurrent network of one sigmoid unit and no input: ``h_t = sigmoid(w h_{t-1} + b)``.

    An analytic surface over ``theta = (w, b)`` like those of :mod:`lecture_optim.objectives`: the
    first axis holds the coordinates, the rest broadcasts. The loss is ``(h_T - target)²``.

    Parameters
    ----------
    steps : int, default 50
        Number T of steps.
    start : float, default 0.62
        State before the first step, about ``sigmoid(½)``. With 0.5 the line ``w = -2 b`` would keep
        the unit on its unstable fixed point for ever.
    target : float, default 0.7
        What the unit should say after the last step.

    Notes
    -----
    The promised slide "Cliffs and exploding gradients"; Goodfellow et al. (2016), section 8.2.4 and
    figure 8.3; Pascanu, Mikolov and Bengio (2013), section 2 and figure 6.

    Examples
    --------
    >>> OneUnitRNN().gradient(np.zeros((2, 5, 7))).shape
    (2, 5, 7)
    """

    steps: int = 50
    start: float = 0.62
    target: float = 0.7

    def __post_init__(self):
        """Check the fields."""
        super().__post_init__()
        checks.whole_number("steps", self.steps, least=0, most=100_000)

    def states(self, theta):
        """Return the states ``h_0, …, h_T``, shape ``(steps + 1, *theta.shape[1:])``."""
        w, b = theta
        h = [self.start + 0 * w]
        for _ in range(self.steps):
            h.append(sigmoid(w * h[-1] + b))
        return np.stack(h)

    def value(self, theta):
        """Return the value, shape ``theta.shape[1:]``."""
        # Not states(theta)[-1]: these very lines are translated for the book's moving pictures.
        w, b = theta
        h = self.start + 0 * w
        for _ in range(self.steps):
            h = sigmoid(w * h + b)
        return (h - self.target) ** 2

    def gradient(self, theta):
        """Return the gradient, the shape of ``theta``; dh/dw and dh/db are carried along with h."""
        w, b = theta
        h, to_w, to_b = self.start + 0 * w, 0 * w, 0 * w
        for _ in range(self.steps):
            following = sigmoid(w * h + b)
            slope = following * (1 - following)
            h, to_w, to_b = following, slope * (h + w * to_w), slope * (1 + w * to_b)
        return stack(2 * (h - self.target) * to_w, 2 * (h - self.target) * to_b)
