"""The mathematics of the lecture "Optimization for Training Deep Models", in NumPy."""

from lecture_optim.algorithms import (
    ADADELTA,
    ADAGRAD,
    ADAM,
    ALGORITHMS,
    MOMENTUM,
    NESTEROV,
    RMSPROP,
    RMSPROP_NESTEROV,
    SGD,
    Algorithm,
)

__version__ = "1.0.0"

__all__ = [
    "ADADELTA",
    "ADAGRAD",
    "ADAM",
    "ALGORITHMS",
    "MOMENTUM",
    "NESTEROV",
    "RMSPROP",
    "RMSPROP_NESTEROV",
    "SGD",
    "Algorithm",
]
