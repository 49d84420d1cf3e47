"""The race of the first page: the eight algorithms on one surface, from a start that the reader moves.

The picture is drawn here, whole, so that it is there without a script; `race.js` moves it by the translated rules.
Rates are not chosen by hand: each algorithm has the one of a grid with which it arrives soonest from many starts.
"""

import functools
import html
import json
import math
import re

import numpy as np
from drawing import Frame, line

from lecture_optim import ALGORITHMS
from lecture_optim.algorithms import interim
from lecture_optim.contest import hyperparameters
from lecture_optim.descent import descend, sweep
from lecture_optim.explorers import Run, script, translate
from lecture_optim.explorers.explorer import compiled
from lecture_optim.explorers.static import COLOURS
from lecture_optim.objectives import Rosenbrock

SURFACE, MINIMISER = Rosenbrock(1, 4), (1.0, 1.0)
BOUNDS = ((-1.9, 2.1), (-0.9, 2.7))
START = (-1.4, 0.2)
STEPS, NEAR = 300, 1e-2  # an algorithm has arrived where the value stays below NEAR
RATES = 10 ** np.linspace(-3, 1.5, 91)
STARTS = np.stack(np.meshgrid(np.linspace(-1.5, 1.5, 5), np.linspace(-0.5, 2.3, 5))).reshape(2, -1)
SHOWN = 16  # the step that is drawn where nothing moves: the paths have parted by then
SIZE = (480, 420)
FRAME = Frame(BOUNDS, SIZE)
SHORT = {"Nesterov momentum": "Nesterov", "RMSProp with Nesterov momentum": "RMSProp + Nesterov"}
PAGES = ("07_sgd", "08_momentum", "09_nesterov", "10_adagrad", *["11_rmsprop"] * 2, *["12_adadelta_adam"] * 2)
DASHES = re.findall(r'dash: "([^"]*)", marker', script())  # those of the moving pictures
ALT = (
    "A curved valley seen from above. The paths of eight algorithms lead from one start, each its own way, to the "
    "lowest point, which a cross marks."
)


def arrivals(algorithm, starts, rates):
    """Return for each start and each rate the step from which the value stays below NEAR; infinite for never."""
    reached = lambda theta: SURFACE.value(theta) < NEAR  # noqa: E731
    starts = np.asarray(starts)[:, :, None]
    hyper = hyperparameters(algorithm)
    return sweep(algorithm, SURFACE.gradient, starts, STEPS, epsilon=rates, reached=reached, stay=True, **hyper)[1]


@functools.cache
def tuned():
    """Return the rate of each algorithm by its name: on average over STARTS it arrives first; never counts as STEPS."""
    best = {}
    for algorithm in ALGORITHMS:
        mean = np.minimum(arrivals(algorithm, STARTS, RATES), STEPS).mean(axis=0)
        best[algorithm.name] = float(RATES[np.argmin(mean)])
    return best


def settings(algorithm):
    """Return all the hyperparameters with which an algorithm takes part."""
    return hyperparameters(algorithm) | {"epsilon": tuned()[algorithm.name]}


def runs():
    """Return each algorithm's points and the step of its arrival, from the first start."""
    found = []
    for algorithm in ALGORITHMS:
        hyper = settings(algorithm)
        way = descend(algorithm, SURFACE.gradient, START, STEPS, on_divergence="stop", **hyper)
        rate = np.array([hyper["epsilon"]])
        found.append((way.theta, float(arrivals(algorithm, np.array(START)[:, None], rate).item())))
    return found


def dark():
    """Return the algorithms' colours in the dark, as the moving pictures have them."""
    return json.loads(re.search(r"const DARK = (\[[^]]*\])", script())[1])


def state():
    """Return what race.js needs, as a dict that JSON can hold."""
    return {
        "objective": compiled(SURFACE, ("value", "gradient")),
        "interim": translate(interim),
        "runs": [Run(a, hyper=settings(a)).state({}) for a in ALGORITHMS],
        "start": START,
        "bounds": BOUNDS,
        "size": SIZE,
        "steps": STEPS,
        "near": NEAR,
        "shown": SHOWN,
    }


def names_beside(heads, names, gap=15):
    """Return where each algorithm's name stands beside its head: the place of text, and from which end it is set."""
    found, floor = {}, -math.inf
    for i in np.argsort([y for _, y in heads]):
        x, y = heads[i]
        floor = max(y + 4, floor + gap)
        turned = x + 8 * len(names[i]) + 16 > SIZE[0]  # no room to the right
        found[int(i)] = x + (-10 if turned else 10), floor, "end" if turned else "start"
    return found


def arrival_text(step):
    """Return how the list tells the step of an arrival."""
    return f"step {step:.0f}" if math.isfinite(step) else "not there yet"


def entry(number, algorithm, theta, arrival):
    """Return an algorithm's line of the list: its look, its name, which leads to its chapter, and its arrival."""
    first, last = (float(SURFACE.value(point)) for point in (theta[0], theta[-1]))
    way = 1 if math.isfinite(arrival) else max(0, math.log(first / last) / math.log(first / NEAR))
    look = f'<path class="race-line" d="M0 4H26" stroke-dasharray="{DASHES[number]}"/>'
    return (
        f'<li style="--c:var(--race-{number})"><svg viewBox="0 0 26 8" aria-hidden="true">{look}</svg>'
        f'<a href="{PAGES[number]}.html">{algorithm.name}</a>'
        f'<span class="race-step">{arrival_text(arrival)}</span>'
        f'<span class="race-bar" style="--way:{way:.3f}"></span></li>'
    )


def race():
    """Return the race as HTML: whole without a script, and with one alive."""
    ways, rows, found = "", "", runs()
    names = [SHORT.get(algorithm.name, algorithm.name) for algorithm in ALGORITHMS]
    beside = names_beside([FRAME.pixel(theta[: SHOWN + 1])[-1] for theta, _ in found], names)
    for i, (algorithm, (theta, arrival)) in enumerate(zip(ALGORITHMS, found, strict=True)):
        points = FRAME.pixel(theta[: SHOWN + 1])
        (x, y), (left, base, end) = points[-1], beside[i]
        ways += (
            f'<g style="--c:var(--race-{i})"><path class="race-line" d="{line(points)}" '
            f'stroke-dasharray="{DASHES[i]}"/><circle class="race-head" r="5" cx="{x:.1f}" cy="{y:.1f}"/>'
            f'<text class="race-name" x="{left:.1f}" y="{base:.1f}" text-anchor="{end}">{names[i]}</text></g>'
        )
        rows += entry(i, algorithm, theta, arrival)
    (x, y), (a, b) = FRAME.pixel([START])[0], FRAME.pixel([MINIMISER])[0]
    colours = [";".join(f"--race-{i}:{c}" for i, c in enumerate(each)) for each in (COLOURS, dark())]
    text = json.dumps(state(), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f"""<style>.race{{{colours[0]}}}html[data-theme=dark] .race{{{colours[1]}}}</style>
<div class="race" id="race"><script type="application/json">{text}</script>
<div class="race-field"><svg viewBox="0 0 {SIZE[0]} {SIZE[1]}" role="group" aria-label="{html.escape(ALT)}">
{FRAME.shades(SURFACE.value)}<path class="race-goal" d="M{a - 7:.1f} {b:.1f}h14M{a:.1f} {b - 7:.1f}v14"/>
<g class="race-ways">{ways}</g>
<g class="race-start" transform="translate({x:.1f} {y:.1f})"><circle class="race-reach" r="24"/><circle r="9"/></g>
</svg></div>
<div class="race-side"><p id="race-since">There to stay from</p><ol aria-labelledby="race-since">{rows}</ol>
<div class="race-controls"><button type="button" class="race-play">Play</button>
<label>Step <input type="range" min="0" max="{STEPS}" value="{SHOWN}"></label><output>{SHOWN}</output>
<button type="button" class="race-again">First start</button></div>
<p class="race-said" aria-live="polite"></p></div></div>"""
