"""The weight space symmetry of a network: other parameters, the same function."""

from itertools import permutations, product

import numpy as np

from lecture_optim import checks
from lecture_optim.networks import MLP


def rearranged(network, theta, order, signs=None, layer=0):
    """Return parameters of the same function, with the units of one hidden layer in another order.

    A unit takes its incoming weights, its bias **and its outgoing weights** along.

    Parameters
    ----------
    network : MLP
        With at least one hidden layer.
    theta : ndarray, shape (n, *runs)
        Parameters.
    order : array_like of int, shape (units,)
        Unit ``order[i]`` becomes unit ``i``: a permutation of ``range(units)``.
    signs : array_like, shape (units,), optional
        +1 or -1 for each new unit; -1 turns the signs of its incoming and outgoing weights, which leaves the
        function of a tanh network as it is. Default +1.
    layer : int, default 0
        Which hidden layer.

    Returns
    -------
    ndarray, shape (n, *runs)
        The parameters of the copy.

    Raises
    ------
    ValueError
        If ``layer`` is no hidden layer, ``order`` is no permutation, or ``signs`` are not +1 or -1, or turned in
        a network whose activation is not odd.

    Notes
    -----
    Lecture, second slide "Local Minima"; Goodfellow et al. (2016), section 8.2.2. A layer of n tanh units has
    ``n! 2**n`` such copies, one of rectifiers ``n!``.

    Examples
    --------
    >>> from lecture_optim.networks import MLP
    >>> rearranged(MLP([1, 2, 1]), np.array([1, 2, 3, 4, 5, 6, 7]), order=[1, 0])
    array([2, 1, 4, 3, 6, 5, 7])
    """
    checks.instance("network", network, MLP, "an MLP")
    layer = checks.whole_number("layer", layer, least=0)
    hidden = network.sizes[1:-1]
    if layer >= len(hidden):
        raise ValueError(f"layer must be one of the {len(hidden)} hidden layers, counted from 0, got {layer}")
    order = checks.array("order", order, "units", kinds="iu")
    if not np.array_equal(np.sort(order), np.arange(hidden[layer])):
        raise ValueError(f"order must be a permutation of 0 to {hidden[layer] - 1}, got {checks.given(order.tolist())}")
    signs = np.ones(len(order), dtype=int) if signs is None else checks.array("signs", signs)
    if signs.shape != order.shape or not np.all(np.abs(signs) == 1):
        raise ValueError(f"signs must be {len(order)} numbers +1 or -1, got {checks.given(signs.tolist())}")
    if np.any(signs < 0) and network.activation != "tanh":
        raise ValueError(f"signs must be +1 for {network.activation} units: only tanh is odd")
    layers = network.layers(theta)
    (W, b), (V, c) = layers[layer : layer + 2]
    layers[layer] = (W[..., order] * signs, b[..., order] * signs)
    layers[layer + 1] = (V[..., order, :] * signs[:, np.newaxis], c)
    return network.pack(layers)


def copies(network, theta):
    """Return every copy of a network with one hidden layer that :func:`rearranged` can make, one by one.

    Parameters
    ----------
    network : MLP
        With one hidden layer.
    theta : ndarray, shape (n,)
        Parameters.

    Returns
    -------
    iterator of ndarray, shape (n,)
        ``units!`` copies for rectifiers, ``units! 2**units`` for tanh, ``theta`` itself first.

    Raises
    ------
    ValueError
        At the call, if ``network`` has another number of hidden layers or ``theta`` does not fit it.
    """
    checks.instance("network", network, MLP, "an MLP")
    if len(network.sizes) != 3:
        raise ValueError(f"network must have one hidden layer, got {len(network.sizes) - 2}")
    units = network.sizes[1]
    network.layers(theta)  # says what is wrong with theta
    turns = (1, -1) if network.activation == "tanh" else (1,)
    orders = permutations(range(units))
    return (rearranged(network, theta, order, signs) for order in orders for signs in product(turns, repeat=units))
