"""Who is ahead: best rates, ranks, places, and what turns them over."""

import numpy as np


def best_rates(losses):
    """Return the place in the grid of each algorithm's best rate: the lowest median over the seeds.

    Parameters
    ----------
    losses : array_like, shape (algorithms, seeds, rates)
        As :func:`lecture_optim.contest.runs.losses` returns them for each algorithm.

    Returns
    -------
    ndarray of int, shape (algorithms,)
        Indices of rates. One at either end of the grid says that the grid is too short.

    Raises
    ------
    ValueError
        If ``losses`` has another shape.
    """
    losses = np.asarray(losses)
    if losses.ndim != 3 or 0 in losses.shape:
        raise ValueError(f"losses must have shape (algorithms, seeds, rates), got {losses.shape}")
    return np.median(losses, axis=1).argmin(axis=1)


def tuned(losses, by=None):
    """Return the losses at each algorithm's best rate.

    Parameters
    ----------
    losses : array_like, shape (algorithms, seeds, rates)
        As for :func:`best_rates`.
    by : array_like of the same shape, optional
        What the rate is chosen by, for instance validation losses where ``losses`` holds test losses;
        default ``losses`` itself.

    Returns
    -------
    ndarray, shape (algorithms, seeds)
        One loss a seed.
    """
    losses = np.asarray(losses)
    by = losses if by is None else np.asarray(by)
    if by.shape != losses.shape:
        raise ValueError(f"by must have the shape of losses, {losses.shape}, got {by.shape}")
    return losses[np.arange(len(losses)), :, best_rates(by)]


def ranks(tuned):
    """Return the rank of each algorithm on each seed.

    Parameters
    ----------
    tuned : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them.

    Returns
    -------
    ndarray of int, shape (algorithms, seeds)
        1 for the lowest loss of the seed; equal losses share a rank.
    """
    tuned = np.asarray(tuned)
    return 1 + np.sum(tuned[np.newaxis] < tuned[:, np.newaxis], axis=1)


def places(tuned, share=1.0):
    """Return the place of each algorithm, where only what holds on enough seeds counts as better.

    Parameters
    ----------
    tuned : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them.
    share : float, default 1
        On which share of the seeds, over ½ and up to 1, the better algorithm has the lower loss.

    Returns
    -------
    ndarray of int, shape (algorithms,)
        1 plus the number of algorithms that are better. Algorithms of which now one and now the other is
        ahead do not push each other down.

    Raises
    ------
    ValueError
        For another share.
    """
    tuned = np.asarray(tuned)
    if not 0.5 < share <= 1:
        raise ValueError(f"share must be over 0.5 and at most 1, got {share!r}")
    better = np.mean(tuned[np.newaxis] < tuned[:, np.newaxis], axis=2) >= share
    return 1 + np.sum(better, axis=1)


def turned(first, second):
    """Return how many pairs of algorithms stand in another order in a second contest.

    Parameters
    ----------
    first, second : array_like, shape (algorithms, seeds)
        Losses as :func:`tuned` returns them, of the same algorithms; the numbers of seeds may differ.

    Returns
    -------
    int
        Pairs of which one has the lower median in the first contest and the other in the second; of eight
        algorithms there are 28 pairs. Equal medians have no order.
    """
    signs = []
    for losses in (first, second):
        medians = np.median(losses, axis=1)
        signs.append((medians[:, np.newaxis] > medians).astype(int) - (medians[:, np.newaxis] < medians))
    if signs[0].shape != signs[1].shape:
        raise ValueError(f"both contests must have the same algorithms, got {len(signs[0])} and {len(signs[1])}")
    return int(np.sum(signs[0] * signs[1] < 0)) // 2


def profile(losses, factors):
    """Return the share of problems on which each algorithm is within a factor of the best.

    Parameters
    ----------
    losses : array_like, shape (problems, algorithms)
        One loss, at least 0, for each; ``inf`` where it diverged.
    factors : array_like, shape (factors,)
        How many times the lowest loss of the problem still counts, at least 1.

    Returns
    -------
    ndarray, shape (factors, algorithms)
        Shares, from 0 to 1.

    Notes
    -----
    Dolan and Moré (2002), with the loss after a budget in place of the time to a target.
    """
    losses, factors = np.asarray(losses, dtype=float), np.asarray(factors, dtype=float)
    if losses.ndim != 2 or 0 in losses.shape:
        raise ValueError(f"losses must have shape (problems, algorithms), got {losses.shape}")
    if np.any(factors < 1):
        raise ValueError(f"factors must be at least 1, got {factors.min():g}")
    best = losses.min(axis=1, keepdims=True)
    within = (losses <= factors[:, np.newaxis, np.newaxis] * best) & np.isfinite(losses)
    return within.mean(axis=1)
