"""The same rules under JAX: ``pip install -e '.[jax]'``.

A rule is pure arithmetic, so ``jax.jit``, ``jax.vmap`` and sharding take it as it stands. Nothing is translated.
"""

from dataclasses import replace

from lecture_optim.algorithms import Algorithm


def jax64():
    """Return JAX, counting in float64 as the rest of the course does.

    Raises
    ------
    ModuleNotFoundError
        If JAX is not installed; the message has the command.
    """
    try:
        import jax
    except ModuleNotFoundError:
        raise ModuleNotFoundError("rules under JAX need it: pip install -e '.[jax]'") from None
    jax.config.update("jax_enable_x64", True)
    return jax


def jitted(algorithm: Algorithm):
    """Return the algorithm with its rule under ``jax.jit``.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``, or your own.

    Returns
    -------
    Algorithm
        For arrays of JAX, sharded or not.
    """
    return replace(algorithm, rule=jax64().jit(algorithm.rule))


def run(algorithm: Algorithm, gradient, theta, steps, **hyper):
    """Take ``steps`` steps in one compiled loop; ``jax.vmap`` of it runs a grid.

    Parameters
    ----------
    algorithm : Algorithm
        One of ``lecture_optim.ALGORITHMS``, or your own.
    gradient : callable
        ``gradient(theta) -> g`` in JAX, for instance ``jax.grad(value)``.
    theta : array of JAX
        Initial parameters.
    steps : int
        Number of steps.
    **hyper : float or array of JAX
        Hyperparameters, complete or with the rule's defaults; JAX cannot check what it has not computed yet.

    Returns
    -------
    array of JAX
        The last parameters.
    """
    jax = jax64()

    def step(_, carry):
        theta, state = carry
        g = gradient(algorithm.gradient_point(theta, state, **hyper))
        theta, *state = algorithm.rule(theta, g, *state, **hyper)
        return theta, tuple(state)

    return jax.lax.fori_loop(0, steps, step, (theta, algorithm.start(theta)))[0]
