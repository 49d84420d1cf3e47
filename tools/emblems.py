"""Sphinx extension: beside a chapter's title stands a small picture of its idea, drawn by the course's own functions.

It is decoration, said in words by the text, so a screen reader passes over it.
"""

import re

import numpy as np
import race
from drawing import Frame, line

from lecture_optim import ADADELTA, ADAGRAD, ADAM, ALGORITHMS, MOMENTUM, NESTEROV, RMSPROP, SGD
from lecture_optim.clipping import clipped
from lecture_optim.descent import descend
from lecture_optim.objectives import Bowl, Obstacle, TurnedBowl, Waves
from lecture_optim.recurrent import OneUnitRNN

SIZE = (240, 84)
CHAPTER = re.compile(r"book/(\d\d)_")


def way(surface, algorithm, start, steps, **hyper):
    """Return the points of a run."""
    return descend(algorithm, surface.gradient, start, steps, on_divergence="stop", **hyper).theta


def curve(f, low, high):
    """Return the points of a function's graph."""
    x = np.linspace(low, high, 120)
    return np.stack([x, f(x)], axis=1)


def on_surface(bounds, surface, *ways):
    """Return a picture of runs on a surface."""
    return bounds, surface.value, ways


def graph(bounds, *lines):
    """Return a picture of lines alone."""
    return bounds, None, lines


def empirical_risk():
    risk = curve(lambda x: 0.5 * (x - 1) ** 2 + 0.5, -1.5, 4)
    return graph(((-1.5, 4), (-0.1, 2.6)), risk, curve(lambda x: 0.6 * (x - 1.7) ** 2 + 0.2, -1.5, 4))


def ill_conditioning():
    bowl = Bowl(1, 50)
    return on_surface(((-4.6, 1.2), (-0.75, 0.75)), bowl, way(bowl, SGD, (-4.0, 0.5), 120, epsilon=0.037))


def local_minima():
    waves = Waves()
    steps = way(waves, SGD, (5.2,), 40, epsilon=0.02)[:, 0]
    f = lambda x: waves.value(x[None])  # noqa: E731
    return graph(
        ((-6, 6), (-0.5, 1.05 * f(np.array([6.0])).item())), curve(f, -6, 6), np.stack([steps, f(steps)], axis=1)
    )


def cliffs():
    net = OneUnitRNN()
    gradient = clipped(net.gradient, 1.0)
    hops = descend(SGD, gradient, (4.6, -2.0), 40, epsilon=0.3).theta
    return on_surface(((3.4, 6.0), (-3.4, -1.2)), net, hops)


def long_term_dependencies():
    t = np.arange(41)
    return graph(((0, 40), (-0.1, 3)), *(np.stack([t, rho**t], axis=1) for rho in (0.93, 1.05)))


def local_and_global_structure():
    bump = Obstacle()
    start = (-3 * np.cos(0.1), 3 * np.sin(0.1))
    return on_surface(((-4.5, 6.5), (-2.2, 2.8)), bump, way(bump, SGD, start, 200, epsilon=0.1))


def sgd():
    bowl, rng = Bowl(1, 3), np.random.default_rng(3)
    noisy = descend(SGD, lambda theta: bowl.gradient(theta) + rng.normal(0, 2.0, 2), (-4.0, 0.9), 150, epsilon=0.1)
    return on_surface(((-4.8, 2.4), (-1.4, 1.4)), bowl, noisy.theta)


def momentum():
    bowl = Bowl(1, 50)
    heavy = way(bowl, MOMENTUM, (-4.0, 0.5), 120, epsilon=0.01, alpha=0.8)
    return on_surface(((-4.6, 1.6), (-0.75, 0.75)), bowl, way(bowl, SGD, (-4.0, 0.5), 30, epsilon=0.037), heavy)


def nesterov():
    bowl = Bowl(1, 20)
    both = (way(bowl, one, (-4.0, 0.8), 120, epsilon=0.03, alpha=0.9) for one in (MOMENTUM, NESTEROV))
    return on_surface(((-4.6, 2.6), (-1.2, 1.2)), bowl, *both)


def adagrad():
    bowl = Bowl(1, 30)
    both = (way(bowl, SGD, (-4.0, 0.8), 60, epsilon=0.05), way(bowl, ADAGRAD, (-4.0, 0.8), 150, epsilon=0.8))
    return on_surface(((-4.6, 1.2), (-1.2, 1.2)), bowl, *both)


def rmsprop():
    bowl = Bowl(1, 30)
    both = (way(bowl, ADAGRAD, (-4.0, 1.4), 60, epsilon=0.3), way(bowl, RMSPROP, (-4.0, 1.4), 90, epsilon=0.12))
    return on_surface(((-4.6, 1.2), (-0.9, 1.9)), bowl, *both)


def adam():
    bowl = TurnedBowl(1, 20, 20)
    both = (way(bowl, ADADELTA, (-4.0, 1.0), 300, epsilon=6.0), way(bowl, ADAM, (-4.0, 1.0), 150, epsilon=0.4))
    return on_surface(((-4.8, 2.2), (-2.4, 2.4)), bowl, *both)


def choosing():
    """Return how long each algorithm of the race takes, against its rate."""
    exponents = np.log10(race.RATES)
    late = [np.minimum(race.arrivals(one, race.STARTS, race.RATES), race.STEPS).mean(axis=0) for one in ALGORITHMS]
    return graph(((-3, 1.5), (-10, 310)), *(np.stack([exponents, each], axis=1) for each in late))


IDEAS = {
    f"{number:02}": idea
    for number, idea in enumerate(
        (empirical_risk, ill_conditioning, local_minima, cliffs, long_term_dependencies, local_and_global_structure)
        + (sgd, momentum, nesterov, adagrad, rmsprop, adam, choosing),
        start=1,
    )
}


def emblem(number):
    """Return a chapter's picture as SVG."""
    bounds, value, lines = IDEAS[number]()
    frame = Frame(bounds, SIZE)
    shapes = frame.shades(value, levels=8, across=45) if value else ""
    for i, points in enumerate(lines):
        pixels = frame.pixel(points)
        x, y = pixels[-1]
        shapes += f'<g class="way-{i % 2}"><path d="{line(pixels)}"/>'
        inside = 0 < x < SIZE[0] - 1 and 0 < y < SIZE[1]  # a run ends here, a curve at the edge
        shapes += f'<circle r="3.2" cx="{x:.1f}" cy="{y:.1f}"/></g>' if inside else "</g>"
    width, height = SIZE
    return (
        f'<svg class="emblem" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f"{shapes}</svg>"
    )


def place(app, pagename, templatename, context, doctree):
    """Put its picture before a chapter's title."""
    number = CHAPTER.match(pagename)
    if doctree is not None and number and number[1] in IDEAS:
        context["body"] = emblem(number[1]) + context["body"]


def setup(app):
    app.connect("html-page-context", place, priority=430)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
