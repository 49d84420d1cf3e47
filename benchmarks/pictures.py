"""Measure the moving pictures in Chromium: how soon a slider, a step and a frame of the play are on the screen.

``python benchmarks/pictures.py`` prints medians and 95th percentiles, beside ipywidgets with html-manager, matplotlib's
``to_jshtml`` and plotly, and writes ``_build/bench-pictures.json``. All contestants show the paths of gradient descent
and momentum in a valley and take turns in one browser; one that cannot be had is left out, with the reason. "To paint"
is the time from an event of the slider to the first task after the next frame, with the browser's limit of 60 frames a
second taken off.
"""

import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

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
NPM = OUT.parent / "npm"
HTML_MANAGER = "@jupyter-widgets/html-manager@1.0.15"
#: What ours must reach, in milliseconds.
GOALS = {"median": 16.0, "95 %": 33.0}
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


class Missing(Exception):
    """A contestant cannot be had here; says why."""


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


def drawn():
    """Return a figure of matplotlib with the same paths, and what draws those of one rate."""
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

    return figure, draw


def html_manager():
    """Return the script that runs ipywidgets in a page without a kernel; npm brings it once."""
    script = NPM / "package" / "dist" / "embed.js"
    if not script.exists():
        if not shutil.which("npm"):
            raise Missing("npm, which brings html-manager, is not installed")
        NPM.mkdir(parents=True, exist_ok=True)
        words = [shutil.which("npm"), "pack", "--silent", HTML_MANAGER]
        packed = subprocess.run(words, cwd=NPM, capture_output=True, text=True)
        if packed.returncode:
            raise Missing(f"npm could not bring {HTML_MANAGER}")
        shutil.unpack_archive(NPM / packed.stdout.strip(), NPM)
    return script.as_uri()


def ipywidgets():
    """The same paths as a stack of pictures that a slider leafs through, as a page without a kernel has it."""
    if not installed("ipywidgets"):
        raise Missing("ipywidgets is not installed")
    from ipywidgets import Image, IntSlider, Stack, VBox, jslink
    from ipywidgets.embed import embed_snippet

    manager, (figure, draw), pictures = html_manager(), drawn(), []
    for i in range(len(FRAMES)):
        draw(i)
        figure.savefig(held := io.BytesIO(), format="png")
        pictures.append(Image(value=held.getvalue()))
    slider, stack = IntSlider(max=len(FRAMES) - 1), Stack(pictures, selected_index=0)
    jslink((slider, "value"), (stack, "selected_index"))
    page = page_of(embed_snippet(VBox([slider, stack]), requirejs=False, embed_url=manager, cors=False))
    # Its slider is no input: it hears the arrow keys, up the rates and down again.
    key = f"(poke.n = (poke.n ?? -1) + 1) / {len(FRAMES) - 1} % 2 < 1 ? 'ArrowRight' : 'ArrowLeft'"
    press = f"new KeyboardEvent('keydown', {{key: {key}, bubbles: true}})"
    yield "ipywidgets, html-manager: slider", page, f"document.querySelector('.noUi-handle').dispatchEvent({press});"


def jshtml():
    """The same paths as an animation of matplotlib, a frame for each rate."""
    from matplotlib.animation import FuncAnimation

    figure, draw = drawn()
    page = page_of(FuncAnimation(figure, draw, len(FRAMES)).to_jshtml(default_mode="once"))
    slider = move("input[type=range]", "i % 40")
    yield "matplotlib, to_jshtml: slider", page, slider


def plotly():
    """The same paths in plotly, a frame for each rate."""
    if not installed("plotly"):
        raise Missing("plotly is not installed")
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


def contestants(left_out):
    """Yield every contestant's name, page and what moves its slider; note who is left out, and why."""
    for make in (ours, ipywidgets, jshtml, plotly):
        try:
            yield from make()
        except Missing as why:
            left_out[make.__name__] = str(why)


def main():
    """Measure, print, write."""
    if not shutil.which("chromium"):
        print("left out: there is no Chromium")
        return
    load, found = os.getloadavg()[0], {"left out": {}}
    with sync_playwright() as driver, TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tabs = {}
        for name, page, poke in contestants(found["left out"]):
            tab = tabs[name] = browser.new_page(viewport={"width": 1000, "height": 800})
            # From a file, as html-manager asks where it came from.
            file = Path(folder, f"{len(tabs)}.html")
            file.write_text(page, encoding="utf-8")
            tab.goto(file.as_uri())
            tab.wait_for_selector("input[type=range], .noUi-handle, .js-plotly-plot", state="attached")
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
    found["goals"] = goals = {
        f"{name}, {which}": {"goal": most, "met": numbers[which] <= most}
        for name, numbers in found["to paint, ms"].items() if name.startswith("the course")
        for which, most in GOALS.items()
    }  # fmt: skip
    for what in ("to paint, ms", "1,000 steps, ms"):
        print(f"\n{what}: median, 95th percentile")
        for name, numbers in found[what].items():
            print(f"  {name:34}{numbers['median']:9.2f}{numbers['95 %']:9.2f}")
    print("\ngoals, ms")
    for name, goal in goals.items():
        print(f"  {name:48} at most {goal['goal']:.0f}: {'met' if goal['met'] else 'MISSED'}")
    for name, why in found["left out"].items():
        print(f"\n{name} is left out: {why}")
    content = {"preliminary": load > 0.5, "load before": load, "machine": machine(), **found}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"\n{OUT}{' (preliminary: the machine was busy)' if content['preliminary'] else ''}")


if __name__ == "__main__":
    main()
