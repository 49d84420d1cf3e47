"""Learning problems whose true risk is known in closed form, so that the empirical risk can be held against it.

The inputs are independent standard Gaussians in d dimensions. As everywhere in the module the first axis of
``theta`` counts the coordinates; a second axis, if there is one, counts repetitions of the whole experiment.
"""

import numpy as np

from lecture_optim import checks


def draw_linear(rng, w, sigma, m, repeats):
    """Draw training sets of the linear problem ``y = x·w + sigma · noise``.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the draw.
    w : array_like, shape (d,)
        The true parameters.
    sigma : float
        Standard deviation of the Gaussian noise in the targets.
    m : int
        Examples in each training set.
    repeats : int
        Number of training sets.

    Returns
    -------
    X : ndarray, shape (repeats, m, d)
        Inputs.
    y : ndarray, shape (repeats, m)
        Targets.

    Raises
    ------
    ValueError
        If ``m`` or ``repeats`` is not a whole number of at least 1, ``sigma`` is negative, or ``w`` is no vector.

    Notes
    -----
    Goodfellow et al. (2016), sections 5.1.4 and 8.1.1.
    """
    checks.generator("rng", rng)
    m = checks.whole_number("m", m, least=1)
    repeats = checks.whole_number("repeats", repeats, least=1)
    sigma = checks.number("sigma", sigma, 0)
    w = checks.floats("w", w, "d")
    checks.room("repeats, m and w", repeats, m, len(w))
    X = rng.standard_normal((repeats, m, len(w)))
    return X, X @ w + sigma * rng.standard_normal((repeats, m))


def risk(theta, w, sigma):
    """Return the true risk ``E ½ (x·theta - y)²`` of the linear problem.

    Parameters
    ----------
    theta : array_like, shape (d,) or (d, repeats)
        Parameters.
    w, sigma
        As for :func:`draw_linear`.

    Returns
    -------
    float or ndarray, shape (repeats,)
        ``½ (sigma² + |theta - w|²)``.

    Notes
    -----
    Lecture, second slide "How Learning Differs from Pure Optimization"; Goodfellow et al. (2016), equation 8.2.
    """
    theta = checks.floats("theta", theta, "d", ...)
    w = checks.floats("w", w)
    sigma = checks.number("sigma", sigma, 0)
    checks.same_shape("w", w, "a column of theta", np.empty(len(theta)))
    offset = theta - w.reshape(-1, *[1] * (theta.ndim - 1))
    return 0.5 * (sigma**2 + np.sum(offset**2, axis=0))


def empirical_risk(theta, X, y):
    """Return the mean of ``½ (x·theta - y)²`` over each training set.

    Parameters
    ----------
    theta : array_like, shape (d,) or (d, repeats)
        Parameters, the same for all training sets or one column for each.
    X : ndarray, shape (repeats, m, d)
        Inputs.
    y : ndarray, shape (repeats, m)
        Targets.

    Returns
    -------
    ndarray, shape (repeats,)
        Empirical risks.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Lecture, second slide "How Learning Differs from Pure Optimization"; Goodfellow et al. (2016), equation 8.3.
    """
    theta, X, y = (checks.floats(name, a) for name, a in (("theta", theta), ("X", X), ("y", y)))
    if X.ndim != 3 or y.shape != X.shape[:2]:
        raise ValueError(f"X and y must have shapes (repeats, m, d) and (repeats, m), got {X.shape} and {y.shape}")
    if theta.shape not in ((X.shape[2],), (X.shape[2], len(X))):
        raise ValueError(f"theta must have shape ({X.shape[2]},) or ({X.shape[2]}, {len(X)}), got {theta.shape}")
    columns = np.broadcast_to(theta.T, (len(X), X.shape[2]))
    residual = (X @ columns[..., np.newaxis])[..., 0] - y
    return 0.5 * np.mean(residual**2, axis=1)


def minimiser(X, y):
    """Return the parameters of least empirical risk for each training set: least squares.

    Parameters
    ----------
    X, y : ndarray
        As for :func:`empirical_risk`, with m > d.

    Returns
    -------
    ndarray, shape (d, repeats)
        One column for each training set.

    Raises
    ------
    ValueError
        If a training set has no more examples than coordinates.

    Notes
    -----
    The normal equations, Goodfellow et al. (2016), equation 5.12.
    """
    X = checks.floats("X", X, "repeats", "m", "d")
    y = checks.floats("y", y, *X.shape[:2])
    if X.shape[1] <= X.shape[2]:
        raise ValueError(f"X must have more examples than coordinates, got m = {X.shape[1]} and d = {X.shape[2]}")
    columns = X.swapaxes(1, 2)
    return np.linalg.solve(columns @ X, columns @ y[..., np.newaxis])[..., 0].T


def angle_error(theta, w):
    """Return the true 0-1 risk of a linear classifier: the angle between ``theta`` and ``w``, over π.

    Parameters
    ----------
    theta : array_like, shape (d,) or (d, repeats)
        Parameters of the classifier ``sign(x·theta)``.
    w : array_like, of the shape of theta
        Parameters of the true classes ``sign(x·w)``.

    Returns
    -------
    float or ndarray, shape (repeats,)
        Between 0 and 1; 0.5 is no better than a coin.

    Raises
    ------
    ValueError
        If the shapes differ, or one of the vectors is zero.

    Notes
    -----
    A Gaussian input is as likely to lie in one direction as in another, and it is put into the wrong class when it
    lies between the two planes. Goodfellow et al. (2016), section 8.1.2, says why this loss cannot be descended.
    """
    theta, w = checks.floats("theta", theta, "d", ...), checks.floats("w", w)
    checks.same_shape("w", w, "theta", theta)
    lengths = np.linalg.norm(theta, axis=0) * np.linalg.norm(w, axis=0)
    if not np.all(lengths > 0):
        raise ValueError("theta and w must have a direction, got a vector of length 0")
    return np.arccos(np.clip(np.sum(theta * w, axis=0) / lengths, -1, 1)) / np.pi
