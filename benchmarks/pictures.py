"""Measure the moving pictures in Chromium: how soon a slider, a step and a frame of the play are on the screen.

``python benchmarks/pictures.py`` prints medians and 95th percentiles, beside matplotlib's ``to_jshtml`` and, where it
is installed, plotly, and writes ``_build/bench-pictures.json``. All contestants show the paths of gradient descent and
momentum in a valley and take turns in one browser. "To paint" is the time from an event of the slider to the first task
after the next frame, with the browser's limit of 60 frames a second taken off.
"""

import json
import os
import shutil
from pathlib import Path

import numpy as np
from measure import installed, machine
from playwright.sync_api import sync_playwright

from lecture_optim import MOMENTUM, SGD
from lecture_optim.algorithms import EVERY, interim
from lecture_optim.descent import descend
from lecture_optim.explorers import Control, PathExplorer, Run, script, translate
from lecture_optim.explorers.explorer import compiled
from lecture_optim.objectives import Bowl, Rosenbrock

OUT = Path(__file__).parent.parent / "_build" / "bench-pictures.json"
ROUNDS = 40
FRAMES = np.geomspace(0.002, 0.03, 40)
VALLEY, START, ALPHA, STEPS = Bowl(flat=1.0, steep=50.0), [-4.0, 0.5], 0.8, 100
#: Without the limit of frames; otherwise what is measured is the wait for the screen.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-background-networking"]

TO_PAINT = """i => new Promise(done => { const before = performance.now(); poke(i);
  requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - before); port2.postMessage(0); }); })"""
ENGINE = """([spec, objective, interim, settings]) => {
  const times = [], { runOf, objectiveOf, descend } = LectureOptim;
  const run = runOf(spec, interim), made = objectiveOf(objective)(), hyper = run.settings(settings);
  for (let i = 0; i < 210; i++) { const before = performance.now();
    for (let n = 0; n < 5; n++) descend(run, made, [-1.2, 1], 1000, hyper, {});
    times.push((performance.now() - before) / 5); }
  return times.slice(10); }"""


def move(selector, value):
    """Return what moves a page's slider."""
    return f"const s = document.querySelector('{selector}'); s.value = {value}; s.dispatchEvent(new Event('input'));"


def page_of(body, tail=""):
    """Return a page around what a contestant shows."""
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Picture</title><body>{body}{tail}'


def ours():
    """The valley as a moving picture of the course; a slider, one step, a frame of the play."""
    picture = PathExplorer(
        VALLEY, (SGD, MOMENTUM), start=START, bounds=((-4.5, 1.5), (-1.2, 1.2)), steps=STEPS, title="A valley",
        controls=[Control("epsilon", 0.002, 0.08, 0.01, log=True), Control("alpha", 0, 0.99, ALPHA, step=0.01)],
        beside=("values", "stability"), alt="Two paths in a narrow valley, their values, and a map of the settings.",
    )  # fmt: skip
    page = page_of(picture.html(), f"<script>{script()}</script>")
    slider = move(".lo-controls input", "40 + 8 * i")
    view = "document.querySelector('.explorer').view"
    yield "the course: slider", page, slider
    yield "the course: one step", page, f"{view}.player.go(1 + i % 90);"
    frame = f"const v = {view}; v.player.playing = true; v.player.at = 1.7 * i + 0.4; v.shown();"
    yield "the course: a frame of the play", page, frame


def paths():
    """Return the two paths at each rate of the frames, for those who must bring them along."""
    hyper = {SGD: {}, MOMENTUM: {"alpha": ALPHA}}
    return [[descend(a, VALLEY.gradient, START, STEPS, epsilon=e, **hyper[a]).theta.T for a in hyper] for e in FRAMES]


def jshtml():
    """The same paths as an animation of matplotlib, a frame for each rate."""
    from matplotlib.animation import FuncAnimation
    from matplotlib.figure import Figure

    figure, every = Figure(figsize=(6, 4)), paths()
    axes = figure.add_subplot()
    x, y = np.meshgrid(np.linspace(-4.5, 1.5, 61), np.linspace(-1.2, 1.2, 49))
    axes.contour(x, y, VALLEY.value(np.stack([x, y])), 12)
    lines = [axes.plot([], [])[0] for _ in range(2)]

    def draw(i):
        for line, path in zip(lines, every[i], strict=True):
            line.set_data(*path)
        return lines

    page = page_of(FuncAnimation(figure, draw, len(FRAMES)).to_jshtml(default_mode="once"))
    slider = move("input[type=range]", "i % 40")
    yield "matplotlib, to_jshtml: slider", page, slider


def plotly():
    """The same paths in plotly, a frame for each rate."""
    if not installed("plotly"):
        return
    import plotly.graph_objects as go
    from plotly.offline import get_plotlyjs

    x, y = np.linspace(-4.5, 1.5, 61), np.linspace(-1.2, 1.2, 49)
    z = VALLEY.value(np.stack(np.meshgrid(x, y)))
    lines = [[go.Scatter(x=p[0], y=p[1], mode="lines") for p in pair] for pair in paths()]
    frames = [go.Frame(data=pair, traces=[1, 2], name=str(i)) for i, pair in enumerate(lines)]
    figure = go.Figure([go.Contour(x=x, y=y, z=z), *lines[0]], frames=frames)
    body = figure.to_html(include_plotlyjs=False, full_html=False, div_id="plot", auto_play=False)
    page = page_of(f"<script>{get_plotlyjs()}</script>", body)
    still = '{mode: "immediate", frame: {duration: 0, redraw: false}, transition: {duration: 0}}'
    yield "plotly: slider", page, f"Plotly.animate('plot', [String(i % 40)], {still});"


def spread(times):
    """Return median and 95th percentile, in milliseconds."""
    return {"median": float(np.median(times)), "95 %": float(np.quantile(times, 0.95))}


def main():
    """Measure, print, write."""
    load, found = os.getloadavg()[0], {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tabs = {}
        for make in (ours, jshtml, plotly):
            for name, page, poke in make():
                tab = tabs[name] = browser.new_page(viewport={"width": 1000, "height": 800})
                tab.set_content(page, wait_until="load")
                tab.evaluate(f"() => {{ window.poke = i => {{ {poke} }}; }}")
        times = {name: [] for name in tabs}
        for i in range(ROUNDS):  # all take turns, so that a busy moment falls on all
            for name, tab in tabs.items():
                tab.bring_to_front()
                tab.evaluate(TO_PAINT, i)  # awake
                times[name].append(tab.evaluate(TO_PAINT, i + 1))
        found["to paint, ms"] = {name: spread(each) for name, each in times.items()}
        tab, valley = browser.new_page(), compiled(Rosenbrock(1.0, 10.0), ("value", "gradient"))
        tab.add_script_tag(content=script())
        found["1,000 steps, ms"] = {}
        for algorithm in EVERY.values():
            settings = {k: 0.9 for k in algorithm.defaults if k != "delta"} | {"epsilon": 1e-3}
            given = [Run(algorithm).state({}), valley, translate(interim), settings]
            found["1,000 steps, ms"][algorithm.name] = spread(tab.evaluate(ENGINE, given))
        found["browser"] = browser.version
        browser.close()
    for what in ("to paint, ms", "1,000 steps, ms"):
        print(f"\n{what}: median, 95th percentile")
        for name, numbers in found[what].items():
            print(f"  {name:34}{numbers['median']:9.2f}{numbers['95 %']:9.2f}")
    if not installed("plotly"):
        print("\nplotly is left out: it is not installed")
    content = {"preliminary": load > 0.5, "load before": load, "machine": machine(), **found}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"\n{OUT}{' (preliminary: the machine was busy)' if content['preliminary'] else ''}")


if __name__ == "__main__":
    main()
