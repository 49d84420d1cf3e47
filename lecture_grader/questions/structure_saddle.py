"""Local and global structure: the curvature at the saddle behind a mountain."""

from lecture_grader.model import Mistake, Part, Question


def structure_saddle(curvature, centre, r):
    """Return the second derivative along y at the point behind a round mountain where the gradient is zero.

    The surface is curvature / 2 * ((x - centre)² + y²) + m(x² + y²), with some falling function m.

    Parameters
    ----------
    curvature : float
        Of the bowl.
    centre : float
        The bowl's centre is at (centre, 0), with centre > 0.
    r : float
        The point is at (-r, 0), with r > 0.

    Returns
    -------
    float
        The second derivative along y.
    """
    raise NotImplementedError


def cases(rng):
    """Bowls whose centre is not 3, the number in the chapter."""
    return [
        dict(curvature=c, centre=d, r=r)
        for c, d, r in zip(
            rng.uniform(0.1, 0.8, 4).round(2).tolist(),
            rng.uniform(3.5, 6, 4).round(2).tolist(),
            rng.uniform(1.2, 2.8, 4).round(2).tolist(),
        )
    ]


def right_by_differences(curvature, centre, r):
    # The mountain h exp(-(x² + y²) / 2), with h so that the gradient is zero at (-r, 0).
    push = curvature * (r + centre) / r
    return (curvature * 1e-3 - push * 2.718281828459045 ** (-0.5e-6) * 1e-3) / 1e-3


QUESTION = Question(
    chapter=6,
    section="The length of the way",
    stub=structure_saddle,
    cases=cases,
    reference=lambda curvature, centre, r: -curvature * centre / r,
    parts=(Part("the second derivative", 1),),
    mistakes=(
        Mistake(
            lambda curvature, centre, r: curvature * centre / r,
            "The size is right. Is the point a minimum along y? Look at which of bowl and mountain is stronger.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: -curvature * 3 / r,
            "You use the 3 of the chapter. Here the bowl's centre is an argument.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: -curvature * (r + centre) / r,
            "That is the mountain's share. The bowl adds its own curvature.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: curvature,
            "That is the bowl alone. The mountain bends the surface, too.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: -curvature * r / centre,
            "Your fraction is upside down: far behind the mountain the point is less of a saddle.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: -centre / r,
            "You forget the curvature of the bowl as a factor.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: curvature - curvature * (centre - r) / r,
            "The distance from the point to the bowl's centre is wrong: the point is on the negative side.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: curvature * (2 * r + centre) / r,
            "The mountain's part has the wrong sign: it pushes away from its top.",
            0,
        ),
        Mistake(
            lambda curvature, centre, r: -curvature * centre,
            "You have the slope of y's force times r: divide by the distance from the mountain's top.",
            0,
        ),
    ),
    alternatives=(
        right_by_differences,
        lambda curvature, centre, r: curvature * (1 - (r + centre) / r),
    ),
)
