"""Logistic regression on dense or sparse examples, for the documents of the chapter on AdaGrad."""

import numpy as np

from lecture_optim import checks
from lecture_optim.networks import chosen_class, cross_entropy, zero_one_loss


class LogisticRegression:
    """A linear model of two classes; the same as ``MLP([d, 1])``, but ``X`` may be sparse.

    ``theta`` holds the d weights and then the bias. Its first axis counts the coordinates; a second
    axis, if there is one, counts separate runs, for instance one per learning rate.

    Parameters
    ----------
    d : int
        Number of features.

    Attributes
    ----------
    size : int
        Number of parameters, d + 1.

    Notes
    -----
    Lecture, second slide "AdaGrad" ("consider a linear model for document classification");
    Goodfellow et al. (2016), section 5.7.1. The problem is convex, so runs may all start at
    :meth:`init`, zero.

    Examples
    --------
    >>> model = LogisticRegression(3)
    >>> model.value(model.init(), np.eye(3), np.array([0, 1, 1])).round(3)
    np.float64(0.693)
    """

    def __init__(self, d):
        self.d = checks.whole_number("d", d, least=1)
        self.size = self.d + 1
        checks.room("d", self.size)

    def init(self, runs=None):
        """Return the start at zero, shape ``(d + 1,)`` or ``(d + 1, runs)``."""
        if runs is None:
            return np.zeros(self.size)
        runs = checks.whole_number("runs", runs, least=1)
        checks.room("runs", self.size, runs)
        return np.zeros((self.size, runs))

    def log_odds(self, theta, X):
        """Return the log-odds of class 1.

        Parameters
        ----------
        theta : ndarray, shape (d + 1,) or (d + 1, runs)
            Parameters.
        X : ndarray or scipy.sparse array, shape (m, d)
            Examples.

        Returns
        -------
        ndarray, shape (m,) or (runs, m)
            Log-odds.

        Raises
        ------
        ValueError
            If ``theta`` or ``X`` has another shape.
        """
        theta = checks.array("theta", theta, kinds="iufc")
        X = checks.examples("X", X)
        if theta.ndim not in (1, 2) or len(theta) != self.size:
            raise ValueError(f"theta must have shape ({self.size},) or ({self.size}, runs), got {theta.shape}")
        if X.ndim != 2 or X.shape[1] != self.d or X.shape[0] == 0:
            raise ValueError(f"X must have shape (m, {self.d}) with at least one example, got {X.shape}")
        return (X @ theta[:-1] + theta[-1]).T

    def value_and_gradient(self, theta, X, y):
        """Return the mean cross-entropy over the examples and its gradient.

        Parameters
        ----------
        theta : ndarray, shape (d + 1,) or (d + 1, runs)
            Parameters.
        X : ndarray or scipy.sparse array, shape (m, d)
            Examples.
        y : ndarray of int, shape (m,)
            Classes, 0 or 1.

        Returns
        -------
        value : float or ndarray, shape (runs,)
            Mean cross-entropy, in nats.
        gradient : ndarray, the shape of theta
            Zero for every term that is in none of the documents.

        Raises
        ------
        ValueError
            If ``theta``, ``X`` or ``y`` does not fit.
        """
        X = checks.examples("X", X)
        value, slope = cross_entropy(self.log_odds(theta, X)[..., np.newaxis], y)
        slope = slope[..., 0].T
        return value, np.concatenate([X.T @ slope, slope.sum(axis=0, keepdims=True)])

    def value(self, theta, X, y):
        """Return the mean cross-entropy, a float or shape ``(runs,)``."""
        return cross_entropy(self.log_odds(theta, X)[..., np.newaxis], y)[0]

    def gradient(self, theta, X, y):
        """Return the gradient of the mean cross-entropy, the shape of ``theta``."""
        return self.value_and_gradient(theta, X, y)[1]

    def predict(self, theta, X):
        """Return the predicted classes, shape ``(m,)`` or ``(runs, m)``."""
        return chosen_class(self.log_odds(theta, X)[..., np.newaxis])

    def error(self, theta, X, y):
        """Return the fraction of wrong classes, a float or shape ``(runs,)``."""
        return zero_one_loss(self.predict(theta, X), y)
