"""Clipping the norm of a gradient: the cure for a cliff."""

import numpy as np

from lecture_optim import checks


def shortened(g, threshold):
    """Return ``g``, cut to the length ``threshold`` where it is longer: the rule of :func:`clip_norm`.

    Parameters
    ----------
    g : ndarray, shape (n, ...)
        Gradient, of finite floats.
    threshold : float or ndarray
        Largest length, positive.

    Returns
    -------
    ndarray, shape (n, ...)
        The shorter gradient.

    Notes
    -----
    The length is taken of ``g`` divided by its largest element, because the square of 1e200 is infinite.
    """
    largest = np.maximum(np.abs(g).max(axis=0), np.finfo(g.dtype).tiny ** 0.5)
    direction = g / largest
    length = np.maximum(np.sqrt(np.sum(direction * direction, axis=0)), 1.0)
    return g * np.minimum(threshold / largest / length, 1.0)


def clip_norm(g, threshold):
    """Shorten a gradient to the length ``threshold`` if it is longer; keep its direction.

    Parameters
    ----------
    g : array_like, shape (n, ...)
        Gradient; the first axis holds the coordinates, every further axis is a run of its own.
    threshold : float or ndarray
        Largest length allowed, positive. Infinity clips nothing; an array broadcasts over the runs.

    Returns
    -------
    ndarray, shape (n, ...)
        ``g`` where ``|g| <= threshold``, else ``threshold / |g| * g``.

    Raises
    ------
    ValueError
        If ``threshold`` is not positive or ``g`` has no axis of coordinates.
    FloatingPointError
        If ``g`` is not finite: infinity has no direction to keep.

    Notes
    -----
    Pascanu, Mikolov and Bengio (2013), Algorithm 1; Goodfellow et al. (2016), equations 10.48 and 10.49.

    Examples
    --------
    >>> clip_norm([30.0, -40.0], threshold=5.0)
    array([ 3., -4.])
    """
    g = checks.array("g", g)
    g = g.astype(np.result_type(g.dtype, np.float32), copy=False)
    if g.size == 0:
        raise ValueError(f"g must hold at least one number, got shape {g.shape}")
    if g.ndim == 0:
        raise ValueError("g must have its coordinates along the first axis, got a single number")
    threshold = checks.numbers("threshold", threshold)
    if not np.all(threshold > 0):
        raise ValueError(f"threshold must be positive, got {checks.given(threshold)}")
    checks.broadcasts("threshold", threshold, "the runs of g", g[0])
    checks.finite("g", g)
    return shortened(g, threshold)


def clipped(gradient, threshold):
    """Return the function ``gradient`` followed by :func:`clip_norm`, for a descent loop.

    Parameters
    ----------
    gradient : callable
        ``gradient(theta) -> g``, shape ``(n, ...)``.
    threshold : float
        Largest length allowed, positive.

    Returns
    -------
    callable
        ``theta -> clip_norm(gradient(theta), threshold)``.

    Examples
    --------
    >>> clipped(lambda theta: 10 * theta, threshold=1.0)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """
    checks.function("gradient", gradient)
    clip_norm([0.0], threshold)  # says what is wrong with it
    return lambda theta: clip_norm(gradient(theta), threshold)
