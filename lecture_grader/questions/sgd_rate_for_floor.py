"""SGD: the largest fixed learning rate that comes near enough to the minimum."""

from lecture_grader.model import Mistake, Part, Question


def sgd_rate_for_floor(target, curvature, sigma, m):
    """Return the largest fixed learning rate with which the mean of theta² ends at `target` or below.

    Parameters
    ----------
    target : float
        The wanted mean square of theta in the long run.
    curvature : float
        Curvature of the objective ½ curvature theta².
    sigma : float
        Standard deviation of the noise in the gradient of one example.
    m : int
        Independent examples in a minibatch.

    Returns
    -------
    float
        The rate.
    """
    raise NotImplementedError


def cases(rng):
    """Targets large enough that the approximation for small rates is clearly wrong."""
    inputs = []
    for m in (3, 5, 7):
        target, curvature = round(rng.uniform(0.05, 0.09), 3), round(rng.uniform(1.3, 1.8), 2)
        inputs.append(dict(target=target, curvature=curvature, sigma=round(rng.uniform(1.5, 2.5), 2), m=m))
    return inputs


def rate(target, curvature, sigma, m):
    """Solve target = ε s / (λ (2 - ελ)) with s = σ²/m for ε."""
    return 2 * target * curvature / (sigma**2 / m + target * curvature**2)


def right_by_halving(target, curvature, sigma, m):
    low, high = 0.0, 2 / curvature
    for _ in range(100):
        middle = (low + high) / 2
        enough = middle * sigma**2 / (m * curvature * (2 - middle * curvature)) <= target
        low, high = (middle, high) if enough else (low, middle)
    return low


QUESTION = Question(
    chapter=7,
    section="The price: a floor of noise",
    stub=sgd_rate_for_floor,
    cases=cases,
    reference=rate,
    parts=(Part("the rate", 1),),
    mistakes=(
        Mistake(
            lambda target, curvature, sigma, m: 2 * target * curvature * m / sigma**2,
            "That solves the approximation for small rates. Your rate misses the target by a little.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: rate(target, curvature, sigma, 1),
            "You forget the minibatch: with m examples the noise is less, so the rate may be higher.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: rate(target, curvature, sigma, m**2),
            "You divide the standard deviation by m. The variance is what is divided by m.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: rate(target, curvature, sigma**0.5, m),
            "You forget to square sigma.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: 2 * target * curvature / (sigma**2 / m - target * curvature**2),
            "A sign is wrong: bring both terms with epsilon to one side and look again.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: rate(target**2, curvature, sigma, m),
            "You square the target. It is a mean square already.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: rate(target, curvature, sigma, m) / 2,
            "That is half of it: a 2 is lost.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: 2 / curvature,
            "That is the limit of stability. Just below it the noise floor is enormous.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: 2 * target * curvature / (sigma**2 / m + target * curvature),
            "In the denominator the curvature is lost once: multiply the bracket out again.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: rate(target, curvature, sigma, m) / curvature,
            "In the numerator the curvature is lost.",
            0,
        ),
        Mistake(
            lambda target, curvature, sigma, m: target,
            "That is the target itself. Which rate leads to it?",
            0,
        ),
    ),
    alternatives=(
        right_by_halving,
        lambda target, curvature, sigma, m: 2 / (sigma**2 / (m * target * curvature) + curvature),
    ),
)
