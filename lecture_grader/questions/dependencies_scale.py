"""Long-term dependencies: the scale of the weights of a deep feed-forward network."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def dependencies_scale(layers, units, factor):
    """Return the standard deviation of the weights that a deep linear network should be drawn with.

    Every layer multiplies by a matrix of its own, of independent Gaussian weights with mean 0.

    Parameters
    ----------
    layers : int
        Number of layers.
    units : int
        Number of units in each layer.
    factor : float
        By what the mean *squared* length of a signal shall be multiplied over all the layers together.

    Returns
    -------
    float
        The standard deviation, the same for all layers.
    """
    raise NotImplementedError


def cases(rng):
    """Few and many layers, factors above and below 1, layers never as many as units."""
    inputs = []
    for layers, units, factor in ((3, 20, 5.0), (8, 50, 0.3), (5, 12, 30.0), (30, 100, 0.01)):
        inputs.append(
            dict(
                layers=layers,
                units=units + int(rng.integers(0, 8)),
                factor=round(float(factor * rng.uniform(1, 1.5)), 3),
            )
        )
    return inputs


def right_in_steps(layers, units, factor):
    per_layer = np.exp(np.log(factor) / layers)
    return float(np.sqrt(per_layer / units))


QUESTION = Question(
    chapter=5,
    section="Why depth alone is not the problem",
    stub=dependencies_scale,
    cases=cases,
    reference=lambda layers, units, factor: (factor ** (1 / layers) / units) ** 0.5,
    parts=(Part("the standard deviation", 1),),
    mistakes=(
        Mistake(
            lambda layers, units, factor: factor ** (1 / layers) / units,
            "That is the variance. The standard deviation is asked for.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: factor ** (0.5 / layers),
            "You forget that each unit adds up the signals of all units below it.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: factor ** (1 / layers) / units**0.5,
            "You let the factor stand for the length. It is the factor of the squared length.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (factor / units) ** 0.5,
            "Every layer of yours has the whole factor. What do they make together?",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (factor / layers / units) ** 0.5,
            "You divide the factor among the layers. They multiply; they do not add.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: units**-0.5,
            "That keeps the length as it is. The factor must appear.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (2 / units) ** 0.5,
            "That is the scale for rectifiers that keeps the length. The network is linear, and the factor must appear.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: factor ** (0.5 / layers) / units,
            "You divide by the number of units where its root belongs.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (factor ** (1 / units) / layers) ** 0.5,
            "You have taken the number of layers for the number of units, and the other way round.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (factor ** (-1 / layers) / units) ** 0.5,
            "You have the factor upside down: a factor above 1 needs larger weights.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (factor ** (1 / (layers - 1)) / units) ** 0.5,
            "You count one layer too few.",
            0,
        ),
        Mistake(
            lambda layers, units, factor: (factor ** (1 / layers) * units) ** 0.5,
            "The more units there are, the smaller the weights must be.",
            0,
        ),
    ),
    alternatives=(
        right_in_steps,
        lambda layers, units, factor: factor ** (1 / (2 * layers)) / np.sqrt(units),
        lambda layers, units, factor: np.float32(factor) ** np.float32(0.5 / layers) / np.float32(units**0.5),
    ),
)
