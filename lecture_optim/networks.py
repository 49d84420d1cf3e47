"""A small multilayer network with hand-written backpropagation.

All its weights and biases live in **one flat parameter vector**, so that every rule of
:mod:`lecture_optim.algorithms` takes one step of the whole network. As for the analytic surfaces,
the first axis of ``theta`` counts the coordinates and any further axes are separate runs:
``theta`` of shape ``(n,)`` is one network, of shape ``(n, 30)`` thirty of them, all evaluated in one
call: on the same examples, or, where these have axes of runs too, each on its own.

Source: Goodfellow, Bengio and Courville (2016), Algorithms 6.3 and 6.4.
"""

import math
from itertools import accumulate, pairwise

import numpy as np

from lecture_optim import checks


class FlatParameters:
    """Arrays of given shapes, kept one after another in one flat vector.

    Parameters
    ----------
    shapes : sequence of tuple of int
        The shapes, in their order in the vector.

    Attributes
    ----------
    size : int
        Length n of the vector.
    """

    def __init__(self, shapes):
        self.shapes = tuple(
            tuple(checks.whole_number("shapes", length, least=1) for length in checks.sequence("shapes", shape))
            for shape in checks.sequence("shapes", shapes)
        )
        ends = list(accumulate(map(math.prod, self.shapes)))
        if not ends:
            raise ValueError("shapes must name at least one shape, got none")
        self.size = ends[-1]
        checks.room("shapes", self.size)
        self._slices = list(zip(self.shapes, [0, *ends[:-1]], ends, strict=True))

    def runs_first(self, theta):
        """Return ``theta`` with the runs first, as the matrix products want it.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.

        Returns
        -------
        ndarray, shape (*runs, n)
            Contiguous; a copy only if ``theta`` has runs.

        Raises
        ------
        ValueError
            If the first axis of ``theta`` is not n.
        """
        theta = checks.array("theta", theta, kinds="iufc")
        if theta.ndim == 0 or len(theta) != self.size:
            raise ValueError(f"theta must have {self.size} parameters on its first axis, got shape {theta.shape}")
        return theta if theta.ndim == 1 else np.ascontiguousarray(np.moveaxis(theta, 0, -1))

    def views(self, rows):
        """Return the arrays as views into ``rows``, each of shape ``(*runs, *its shape)``.

        Parameters
        ----------
        rows : ndarray, shape (*runs, n)
            As :meth:`runs_first` returns it.

        Returns
        -------
        list of ndarray
            One per shape; writing into one writes into ``rows``.
        """
        if not isinstance(rows, np.ndarray) or rows.shape[-1:] != (self.size,):
            rows = checks.array("rows", rows, ..., self.size, kinds="iufc")
        runs = rows.shape[:-1]
        return [rows[..., a:b].reshape(*runs, *shape) for shape, a, b in self._slices]

    def pack(self, arrays):
        """Return the flat vector that holds ``arrays``.

        Parameters
        ----------
        arrays : sequence of array_like
            One per shape, each of shape ``(*runs, *its shape)``.

        Returns
        -------
        ndarray, shape (n, *runs)
            The parameters.

        Raises
        ------
        ValueError
            If the number of arrays or one of their shapes is wrong.
        """
        arrays = [checks.array("arrays", array, kinds="iufc") for array in checks.sequence("arrays", arrays)]
        if len(arrays) != len(self.shapes):
            raise ValueError(f"arrays must hold {len(self.shapes)} arrays, got {len(arrays)}")
        flat = []
        for i, (array, shape) in enumerate(zip(arrays, self.shapes, strict=True)):
            runs = array.ndim - len(shape)
            if runs < 0 or array.shape[runs:] != shape:
                raise ValueError(f"arrays[{i}] must have shape {shape}, got {array.shape}")
            if array.shape[:runs] != arrays[0].shape[: -len(self.shapes[0])]:
                raise ValueError(f"arrays must have the same axes of runs, got {[array.shape for array in arrays]}")
            flat.append(array.reshape(*array.shape[:runs], -1))
        return np.moveaxis(np.concatenate(flat, axis=-1), -1, 0)


def cross_entropy(scores, y):
    """Return the mean cross-entropy of a softmax over the scores, and its derivative.

    Parameters
    ----------
    scores : ndarray, shape (*runs, m, k)
        Unnormalised log-probabilities of k classes; with k = 1 the log-odds of class 1 against
        class 0.
    y : ndarray of int, shape (m,) or (*runs, m)
        The right classes, 0 to k - 1 (0 or 1 if k = 1); with fewer axes than the scores they are the
        same for all runs on the axes before.

    Returns
    -------
    value : ndarray, shape runs
        Mean over the m examples of ``-log p(y)``, in nats.
    slope : ndarray, shape (*runs, m, k)
        Derivative of ``value`` with respect to ``scores``.

    Raises
    ------
    ValueError
        If ``y`` does not hold m classes.

    Notes
    -----
    The surrogate loss of the lecture's slide "How Learning Differs from Pure Optimization";
    Goodfellow et al. (2016), sections 6.2.2.2 and 6.2.2.3.
    """
    if not isinstance(scores, np.ndarray) or scores.ndim < 2:
        scores = checks.array("scores", scores, ..., "m", "k", kinds="iufc")
    m, k = scores.shape[-2:]
    y = _classes(y, scores.shape[:-1], max(k, 2))
    if k == 1:
        z = scores[..., 0]
        value = np.mean(np.logaddexp(0, z) - y * z, axis=-1)
        return value, ((sigmoid(z) - y) / m)[..., np.newaxis]
    right = (..., np.arange(m), y) if y.ndim == 1 else (*np.indices(scores.shape[:-1], sparse=True), y)
    shifted = scores - scores.max(axis=-1, keepdims=True)
    slope = np.exp(shifted)
    total = slope.sum(axis=-1, keepdims=True)
    value = np.mean(np.log(total[..., 0]) - shifted[right], axis=-1)
    slope /= total
    slope[right] -= 1
    slope /= m
    return value, slope


def squared_error(outputs, y):
    """Return half the mean squared error, and its derivative.

    Parameters
    ----------
    outputs : ndarray, shape (*runs, m, k)
        What the network says.
    y : ndarray, shape (m, k) or (*runs, m, k); or (m,) if k = 1
        What it should say.

    Returns
    -------
    value : ndarray, shape runs
        ``½ Σ (outputs - y)²`` over the k outputs, averaged over the m examples.
    slope : ndarray, shape (*runs, m, k)
        Derivative of ``value`` with respect to ``outputs``.

    Raises
    ------
    ValueError
        If ``y`` has another shape.
    """
    if not isinstance(outputs, np.ndarray) or outputs.ndim < 2:
        outputs = checks.array("outputs", outputs, ..., "m", "k", kinds="iufc")
    y = checks.array("y", y, kinds="biufc")
    m, k = outputs.shape[-2:]
    if k == 1 and y.shape == (m,):
        y = y[:, np.newaxis]
    if y.shape[-2:] != (m, k) or not checks.fit_runs(y.shape[:-2], outputs.shape[:-2]):
        raise ValueError(f"y must have shape {(m, k)}, one row per example, got {y.shape}")
    slope = outputs - y
    value = 0.5 * np.mean(np.sum(slope * slope, axis=-1), axis=-1)
    slope /= m
    return value, slope


@checks.arithmetic
def sigmoid(z):
    """Return the logistic function ``1 / (1 + exp(-z))``, written so that it cannot overflow.

    Parameters
    ----------
    z : float or ndarray
        Any real numbers.

    Returns
    -------
    float or ndarray
        Between 0 and 1.
    """
    return 0.5 * (1 + np.tanh(0.5 * z))


def chosen_class(scores):
    """Return the class with the highest score.

    Parameters
    ----------
    scores : ndarray, shape (*runs, m, k)
        As for :func:`cross_entropy`.

    Returns
    -------
    ndarray of int, shape (*runs, m)
        Classes; with k = 1, class 1 where its log-odds are positive.
    """
    scores = checks.array("scores", scores, ..., "m", "k")
    if scores.shape[-1] == 1:
        return (scores[..., 0] > 0).astype(int)
    return scores.argmax(axis=-1)


def zero_one_loss(predicted, y):
    """Return the fraction of wrong classes.

    Parameters
    ----------
    predicted : ndarray of int, shape (*runs, m)
        Predicted classes.
    y : ndarray of int, shape (m,) or (*runs, m)
        The right ones.

    Returns
    -------
    ndarray, shape runs
        Mean 0-1 loss, between 0 and 1.

    Notes
    -----
    Goodfellow et al. (2016), section 8.1.2: the measure we care about, with a derivative that is
    zero or undefined.
    """
    predicted, y = checks.array("predicted", predicted, ..., "m"), checks.array("y", y)
    if y.shape[-1:] != predicted.shape[-1:] or not checks.fit_runs(y.shape[:-1], predicted.shape[:-1]):
        raise ValueError(f"y must have shape {predicted.shape[-1:]}, one per example, got {y.shape}")
    return np.mean(predicted != y, axis=-1)


def _classes(y, shape, k):
    y = checks.array("y", y, kinds="biufcOSU")
    if y.shape[-1:] != shape[-1:] or not checks.fit_runs(y.shape[:-1], shape[:-1]):
        raise ValueError(f"y must have shape {shape[-1:]}, one class per example, got {y.shape}")
    if y.dtype.kind not in "iu":
        raise ValueError(f"y must hold whole numbers, the classes, got an array of {y.dtype}")
    if y.min() < 0 or y.max() >= k:
        raise ValueError(f"y must hold classes from 0 to {k - 1}, got {y.min()} to {y.max()}")
    return y


_LOSSES = {"cross_entropy": cross_entropy, "squared_error": squared_error}


def _relu(a):
    return np.maximum(a, 0)


#: For each activation: the function, its derivative from the function's value, and the variance
#: gain that keeps the spread of the units through a layer (Glorot and Bengio 2010; He et al. 2015).
_ACTIVATIONS = {
    "tanh": (np.tanh, lambda h: 1 - h * h, 1.0),
    "relu": (_relu, lambda h: h > 0, 2.0),
}


class MLP:
    """A multilayer perceptron whose parameters are one flat vector.

    With no hidden layer, ``MLP([d, k])`` is softmax regression and ``MLP([d, 1])`` logistic
    regression.

    Parameters
    ----------
    sizes : sequence of int
        Number of inputs, of units in each hidden layer, and of outputs: ``[64, 64, 10]``.
    activation : {"tanh", "relu"}
        Of the hidden layers. The output layer is linear.
    loss : {"cross_entropy", "squared_error"}
        :func:`cross_entropy` over classes (two classes if there is one output), or
        :func:`squared_error`.

    Attributes
    ----------
    size : int
        Number n of parameters.

    Raises
    ------
    ValueError
        For bad sizes or an unknown name.

    Notes
    -----
    Goodfellow et al. (2016), Algorithms 6.3 (forward) and 6.4 (backward).

    Examples
    --------
    >>> net = MLP([2, 3, 1])
    >>> theta = net.init(np.random.default_rng(0))
    >>> theta.shape
    (13,)
    >>> net.gradient(theta, X=np.ones((4, 2)), y=np.array([0, 1, 1, 0])).shape
    (13,)
    """

    def __init__(self, sizes, activation="tanh", loss="cross_entropy"):
        sizes = checks.sequence("sizes", sizes)
        if len(sizes) < 2:
            raise ValueError(f"sizes must name inputs and outputs at least, got {sizes}")
        self.sizes = tuple(checks.whole_number("sizes", size, least=1) for size in sizes)
        checks.room("sizes", sum(d * k + k for d, k in pairwise(self.sizes)))
        checks.choice("activation", activation, _ACTIVATIONS)
        checks.choice("loss", loss, _LOSSES)
        self.activation, self.loss = activation, loss
        self._activate, self._slope, self._gain = _ACTIVATIONS[activation]
        self._flat = FlatParameters([shape for d, k in pairwise(self.sizes) for shape in ((d, k), (k,))])
        self.size = self._flat.size

    def init(self, rng, runs=None):
        """Draw starting parameters: Gaussian weights and zero biases.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of the draw.
        runs : int, optional
            How many starts to draw.

        Returns
        -------
        ndarray, shape (n,) or (n, runs)
            Weights have variance 1 / (units below) for tanh and the output layer, twice that below
            a layer of rectifiers.

        Notes
        -----
        Goodfellow et al. (2016), section 8.4; Glorot and Bengio (2010); He et al. (2015).
        """
        checks.generator("rng", rng)
        shape = () if runs is None else (checks.whole_number("runs", runs, least=1),)
        checks.room("runs", self.size, *shape)
        arrays = []
        for i, (d, k) in enumerate(pairwise(self.sizes)):
            gain = self._gain if i < len(self.sizes) - 2 else 1.0
            arrays += [
                (gain / d) ** 0.5 * rng.standard_normal((*shape, d, k)),
                np.zeros((*shape, k)),
            ]
        return self._flat.pack(arrays)

    def layers(self, theta):
        """Return the weights and biases of each layer, as views where ``theta`` is one run.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.

        Returns
        -------
        list of tuple of ndarray
            ``(W, b)`` per layer, shapes ``(*runs, units below, units)`` and ``(*runs, units)``;
            the layer computes ``h @ W + b``.
        """
        arrays = self._flat.views(self._flat.runs_first(theta))
        return list(zip(arrays[::2], arrays[1::2], strict=True))

    def pack(self, layers):
        """Return the flat parameters of ``layers``: the inverse of :meth:`layers`.

        Parameters
        ----------
        layers : sequence of tuple of array_like
            ``(W, b)`` per layer.

        Returns
        -------
        ndarray, shape (n, *runs)
            The parameters.
        """
        layers = [checks.sequence("layers", layer) for layer in checks.sequence("layers", layers)]
        try:
            return self._flat.pack([array for layer in layers for array in layer])
        except ValueError as error:
            raise ValueError(f"layers must fit the network: {error}") from None

    def _forward(self, layers, X):
        X = checks.array("X", X)
        if X.ndim < 2 or X.shape[-1] != self.sizes[0] or X.shape[-2] == 0:
            raise ValueError(f"X must have shape (m, {self.sizes[0]}) with at least one example, got {X.shape}")
        checks.axes_of_runs("X", X.shape[:-2], layers[0][0].shape[:-2])
        h = [X]
        for W, b in layers[:-1]:
            h.append(self._activate(h[-1] @ W + b[..., np.newaxis, :]))
        W, b = layers[-1]
        return h, h[-1] @ W + b[..., np.newaxis, :]

    def outputs(self, theta, X):
        """Return the outputs before any softmax: scores of classes, or the regression.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.
        X : ndarray, shape (m, inputs) or (*runs, m, inputs)
            Examples, the same for all runs or each run's own.

        Returns
        -------
        ndarray, shape (*runs, m, outputs)
            The scores.
        """
        return self._forward(self.layers(theta), X)[1]

    def value_and_gradient(self, theta, X, y):
        """Return the mean loss over the examples and its gradient, by backpropagation.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.
        X : ndarray, shape (m, inputs) or (*runs, m, inputs)
            Examples, the same for all runs or each run's own.
        y : ndarray, shape (m,) or (*runs, m) of int; or (m, outputs) or (*runs, m, outputs)
            Classes, or targets of a regression.

        Returns
        -------
        value : float or ndarray, shape runs
            Mean loss.
        gradient : ndarray, shape (n, *runs)
            Its gradient.

        Raises
        ------
        ValueError
            If ``theta``, ``X`` or ``y`` does not fit the network or each other.
        """
        rows = self._flat.runs_first(theta)
        arrays = self._flat.views(rows)
        layers = list(zip(arrays[::2], arrays[1::2], strict=True))
        h, outputs = self._forward(layers, X)
        value, delta = _LOSSES[self.loss](outputs, y)
        gradient = np.empty_like(rows)
        parts = self._flat.views(gradient)
        for i in reversed(range(len(layers))):
            parts[2 * i][...] = h[i].swapaxes(-1, -2) @ delta
            parts[2 * i + 1][...] = delta.sum(axis=-2)
            if i > 0:
                delta = delta @ layers[i][0].swapaxes(-1, -2) * self._slope(h[i])
        return value, np.moveaxis(gradient, -1, 0)

    def value(self, theta, X, y):
        """Return the mean loss, a float or shape ``runs``; see :meth:`value_and_gradient`."""
        return _LOSSES[self.loss](self.outputs(theta, X), y)[0]

    def gradient(self, theta, X, y):
        """Return the gradient of :meth:`value`, the shape of ``theta``."""
        return self.value_and_gradient(theta, X, y)[1]

    def predict(self, theta, X):
        """Return the classes, shape ``(*runs, m)``; of a regression, its :meth:`outputs`."""
        outputs = self.outputs(theta, X)
        return chosen_class(outputs) if self.loss == "cross_entropy" else outputs

    def error(self, theta, X, y):
        """Return the fraction of examples put into the wrong class.

        Parameters
        ----------
        theta : ndarray, shape (n, *runs)
            Parameters.
        X : ndarray, shape (m, inputs) or (*runs, m, inputs)
            Examples, the same for all runs or each run's own.
        y : ndarray of int, shape (m,) or (*runs, m)
            The right classes.

        Returns
        -------
        float or ndarray, shape runs
            Mean 0-1 loss.

        Raises
        ------
        ValueError
            If the network is a regression.
        """
        if self.loss != "cross_entropy":
            raise ValueError(f'error needs a network with loss "cross_entropy", got {self.loss!r}')
        return zero_one_loss(self.predict(theta, X), y)
