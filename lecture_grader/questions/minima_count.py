"""Local minima: the number of copies of a network."""

from math import factorial, prod

from lecture_grader.model import Mistake, Part, Question


def minima_count(units, activation):
    """Return how many parameter vectors the symmetries of the units make, the given one included.

    Parameters
    ----------
    units : list of int
        Number of units in each hidden layer. All weights differ.
    activation : str
        "tanh" (orders and signs) or "relu" (orders only).

    Returns
    -------
    int
        Number of copies.
    """
    raise NotImplementedError


def cases(rng):
    """One to three layers, of different sizes, none smaller than 3."""
    sizes = [int(n) for n in 3 + rng.permutation(4)]
    return [
        dict(units=sizes[:2], activation="tanh"),
        dict(units=sizes[1:3], activation="relu"),
        dict(units=[sizes[3]], activation="tanh"),
        dict(units=[sizes[0], sizes[2], sizes[3]], activation="relu"),
    ]


def right(units, activation):
    count = 1
    for n in units:
        count *= factorial(n) * (2**n if activation == "tanh" else 1)
    return count


QUESTION = Question(
    chapter=3,
    section="How many copies has a network?",
    stub=minima_count,
    cases=cases,
    reference=right,
    parts=(
        Part("copies of tanh networks", 0.5, where=lambda activation, **_: activation == "tanh"),
        Part("copies of rectifier networks", 0.5, where=lambda activation, **_: activation == "relu"),
    ),
    mistakes=(
        Mistake(
            lambda units, activation: prod(factorial(n) for n in units),
            "Right for rectifiers. A tanh unit can also turn its signs.",
            0.5,
        ),
        Mistake(
            lambda units, activation: prod(factorial(n) * 2**n for n in units),
            "Right for tanh. A rectifier has no copy with turned signs: it is not odd.",
            0.5,
        ),
        Mistake(
            lambda units, activation: prod(factorial(n) * (2 if activation == "tanh" else 1) for n in units),
            "Right for rectifiers. In a tanh layer each unit can turn its signs, not only all of them together.",
            0.5,
        ),
        Mistake(
            lambda units, activation: prod(factorial(n) * (2 * n if activation == "tanh" else 1) for n in units),
            "Right for rectifiers. The choices of sign of the units multiply; you add them.",
            0.5,
        ),
        Mistake(
            lambda units, activation: factorial(sum(units)) * (2 ** sum(units) if activation == "tanh" else 1),
            "You exchange units of different layers. A unit stays in its layer.",
            0,
        ),
        Mistake(
            lambda units, activation: sum(right([n], activation) for n in units),
            "You add the copies of the layers. Each copy of one layer goes with each copy of another.",
            0,
        ),
        Mistake(
            lambda units, activation: prod(n**n * (2**n if activation == "tanh" else 1) for n in units),
            "You let two units take the same place. An order uses each unit once.",
            0,
        ),
        Mistake(
            lambda units, activation: prod(n * (n - 1) // 2 * (2**n if activation == "tanh" else 1) for n in units),
            "You count pairs that can be exchanged. Exchanges can follow each other: count the orders.",
            0,
        ),
        Mistake(
            lambda units, activation: right(units, activation) - 1,
            "You leave out the given network itself.",
            0,
        ),
    ),
    alternatives=(
        lambda units, activation: float(right(units, activation)),
        lambda units, activation: prod(
            prod((2 if activation == "tanh" else 1) * i for i in range(1, n + 1)) for n in units
        ),
    ),
)
