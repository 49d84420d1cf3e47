"""Curvature along a direction, without ever forming the Hessian: from differences of gradients.

Everything here takes ``gradient(theta) -> g`` of one run, ``theta`` of shape ``(n,)``; a network's
is ``lambda theta: net.gradient(theta, X, y)``.
"""

import numpy as np

from lecture_optim import checks


def hvp(gradient, theta, v):
    """Return the Hessian-vector product ``H v``, from a central difference of gradients.

    Parameters
    ----------
    gradient : callable
        ``gradient(theta) -> g``, shape ``(n,)``.
    theta : array_like, shape (n,)
        Where.
    v : array_like, shape (n,)
        Direction, of any length but zero.

    Returns
    -------
    ndarray, shape (n,)
        ``H v``, to about nine digits in float64 where the third derivative is moderate. At a kink
        of a rectifier it is the slope across the kink.

    Raises
    ------
    ValueError
        If ``v`` is zero or of another shape than ``theta``.

    Notes
    -----
    Goodfellow et al. (2016), sections 4.3.1 and 8.2.1; Pearlmutter (1994), section 2. The step is
    ``u**(1/3) max(1, |theta|) / |v|``, u being the spacing of floats at 1, which balances rounding
    and truncation.
    """
    checks.function("gradient", gradient)
    theta = checks.floats("theta", theta)
    v = checks.floats("v", v)
    checks.same_shape("v", v, "theta", theta)
    length = np.linalg.norm(v)
    if not length > 0:
        raise ValueError(f"v must be a direction of positive length, got one of length {length:g}")
    h = np.finfo(float).eps ** (1 / 3) * max(1.0, np.linalg.norm(theta)) / length
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h)


def along_gradient(gradient, theta):
    """Return ``gᵀg`` and ``gᵀHg`` at ``theta``: slope and curvature along the gradient.

    Parameters
    ----------
    gradient : callable
        ``gradient(theta) -> g``, shape ``(n,)``.
    theta : array_like, shape (n,)
        Where; not a critical point.

    Returns
    -------
    gg, gHg : float
        Squared norm of the gradient, and the curvature along it times that squared norm.

    Raises
    ------
    ValueError
        If the gradient is zero.

    Notes
    -----
    Lecture, slide "Ill-Conditioning"; Goodfellow et al. (2016), section 8.2.1.
    """
    checks.function("gradient", gradient)
    theta = checks.floats("theta", theta, "n")
    g = gradient(theta)
    if not np.any(g):
        raise ValueError("theta must not be a critical point, got one whose gradient is zero")
    return float(g @ g), float(g @ hvp(gradient, theta, g))


@checks.arithmetic
def predicted_change(epsilon, gg, gHg):
    """Return the change of the objective that the second-order Taylor series predicts for a step.

    Parameters
    ----------
    epsilon : float or ndarray
        Learning rate of the gradient step ``theta - epsilon g``.
    gg, gHg : float or ndarray
        As :func:`along_gradient` returns them.

    Returns
    -------
    float or ndarray
        ``-ε gᵀg + ½ ε² gᵀHg``.

    Notes
    -----
    Lecture, slide "Ill-Conditioning" (whose minus signs are lost); Goodfellow et al. (2016),
    equations 4.9 and 8.10.
    """
    return -epsilon * gg + 0.5 * epsilon**2 * gHg


@checks.arithmetic
def critical_rate(gg, gHg):
    """Return the learning rate above which the predicted change is a rise, ``2 gᵀg / gᵀHg``.

    Parameters
    ----------
    gg, gHg : float or ndarray
        As :func:`along_gradient` returns them.

    Returns
    -------
    float or ndarray
        The rate; infinite where the curvature along the gradient is not positive.

    Notes
    -----
    Where ``½ ε² gᵀHg`` exceeds ``ε gᵀg``: lecture, slide "Ill-Conditioning".
    """
    gg, gHg = np.broadcast_arrays(np.asarray(gg, dtype=float), gHg)
    return np.divide(2 * gg, gHg, out=np.full(gg.shape, np.inf), where=gHg > 0)[()]


@checks.arithmetic
def best_rate(gg, gHg):
    """Return the learning rate of the lowest predicted value, ``gᵀg / gᵀHg``.

    Parameters
    ----------
    gg, gHg : float or ndarray
        As :func:`along_gradient` returns them.

    Returns
    -------
    float or ndarray
        The rate, half the critical one; infinite where the curvature is not positive.

    Notes
    -----
    Goodfellow et al. (2016), equation 4.10.
    """
    return 0.5 * critical_rate(gg, gHg)


def sharpness(gradient, theta, rng, tolerance=1e-3, most=100):
    """Return the largest eigenvalue of the Hessian at ``theta``, by the Lanczos iteration.

    Parameters
    ----------
    gradient : callable
        ``gradient(theta) -> g``, shape ``(n,)``.
    theta : array_like, shape (n,)
        Where.
    rng : numpy.random.Generator
        Source of the first direction.
    tolerance : float, default 1e-3
        Relative error at which to stop, by the residual of the eigenvector.
    most : int, default 100
        Most Hessian-vector products to spend, two gradients each.

    Returns
    -------
    float
        The largest eigenvalue (the most positive, not the largest in size).

    Raises
    ------
    ArithmeticError
        If ``most`` products do not reach the tolerance.

    Notes
    -----
    Golub and Van Loan (2013), *Matrix Computations*, section 10.1, with full reorthogonalisation.
    Named sharpness, with the law that it settles near 2 / ε, by Cohen et al. (2021).
    """
    theta = checks.floats("theta", theta, "n")
    checks.generator("rng", rng)
    tolerance = checks.number("tolerance", tolerance, 0)
    most = min(checks.whole_number("most", most, least=1), theta.size)
    q = rng.standard_normal(theta.size)
    basis = [q / np.linalg.norm(q)]
    diagonal, beside = [], []
    for k in range(1, most + 1):
        w = hvp(gradient, theta, basis[-1])
        checks.finite("H v", w)
        diagonal.append(basis[-1] @ w)
        Q = np.array(basis)
        for _ in range(2):  # once is not enough against rounding
            w = w - Q.T @ (Q @ w)
        T = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        values, vectors = np.linalg.eigh(T)
        rest = np.linalg.norm(w)
        if rest * abs(vectors[-1, -1]) <= tolerance * np.abs(values).max() or k == theta.size:
            return float(values[-1])
        beside.append(rest)
        basis.append(w / rest)
    raise ArithmeticError(f"sharpness did not reach tolerance {tolerance:g} in {most} products")
