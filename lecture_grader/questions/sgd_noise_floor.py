"""SGD: the noise floor of a fixed learning rate."""

import numpy as np

from lecture_grader.model import Mistake, Part, Question


def sgd_noise_floor(epsilon, curvature, sigma, m):
    """Return the mean square of theta, after very many steps of SGD with a fixed rate on ½ curvature theta².

    Parameters
    ----------
    epsilon : float
        Learning rate, small enough that the run is stable.
    curvature : float
        Curvature, positive.
    sigma : float
        Standard deviation of the noise in the gradient of ONE example.
    m : int
        Independent examples in a minibatch.

    Returns
    -------
    float
        The mean of theta² in the long run.
    """
    raise NotImplementedError


def cases(rng):
    """Stable rates that are not small, and nothing equal to 1."""
    inputs = []
    for m in (3, 5, 8):
        curvature = round(rng.uniform(1.3, 2.5), 2)
        epsilon = round(rng.uniform(0.5, 0.9) / curvature, 2)
        inputs.append(dict(epsilon=epsilon, curvature=curvature, sigma=round(rng.uniform(1.5, 2.5), 2), m=m))
    return inputs


def floor(epsilon, curvature, sigma, m):
    """Return the fixed point of E ← (1 - ελ)² E + ε²σ²/m."""
    return epsilon * sigma**2 / (m * curvature * (2 - epsilon * curvature))


def right_by_iteration(epsilon, curvature, sigma, m):
    square = np.float64(0)
    for _ in range(500):
        square = (1 - epsilon * curvature) ** 2 * square + epsilon**2 * sigma**2 / m
    return square


QUESTION = Question(
    chapter=7,
    section="The price: a floor of noise",
    stub=sgd_noise_floor,
    cases=cases,
    reference=floor,
    parts=(Part("the noise floor", 1),),
    mistakes=(
        Mistake(
            lambda epsilon, curvature, sigma, m: epsilon * sigma**2 / (2 * m * curvature),
            "That is the approximation for very small rates. The exact value is asked for.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: floor(epsilon, curvature, sigma, 1),
            "You forget the minibatch: its mean has less noise than one example.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: floor(epsilon, curvature, sigma, m**2),
            "You divide the standard deviation by m. The variance is what is divided by m.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: floor(epsilon, curvature, sigma, m**0.5),
            "You divide the variance by the root of m. That belongs to the standard deviation.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: floor(epsilon, curvature, sigma**0.5, m),
            "You forget to square sigma: it is a standard deviation.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: floor(epsilon, curvature, sigma, m) ** 0.5,
            "That is the root of the mean square. The mean square itself is asked for.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: curvature * floor(epsilon, curvature, sigma, m),
            "You have lost one factor of the curvature: look again at 1 - (1 - epsilon * curvature)².",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: epsilon * sigma**2 / (m * curvature * (2 - epsilon)),
            "The curvature is missing beside epsilon in the bracket.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: epsilon * floor(epsilon, curvature, sigma, m),
            "There is one epsilon too many: a factor of it cancels.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: epsilon * sigma**2 / (m * curvature * (2 + epsilon * curvature)),
            "A sign is wrong in the bracket: your floor would be finite for every rate, also for unstable ones.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: 0.5 * curvature * floor(epsilon, curvature, sigma, m),
            "That is the mean of the objective. The mean of theta² is asked for.",
            0,
        ),
        Mistake(
            lambda epsilon, curvature, sigma, m: epsilon**2 * sigma**2 / m,
            "That is what one step adds. The steps before it have left noise too, each a little less.",
            0,
        ),
    ),
    alternatives=(right_by_iteration,),
)
