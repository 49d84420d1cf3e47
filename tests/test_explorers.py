"""The moving pictures: their numbers equal the module's, and hand, eye and keyboard reach all of them."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, Visit

from lecture_optim import ADAM, MOMENTUM, NESTEROV, RMSPROP, SGD
from lecture_optim.algorithms import EVERY, interim
from lecture_optim.curvature import along_gradient, predicted_change, sharpness
from lecture_optim.descent import descend, inverse_schedule, minibatch_gradient
from lecture_optim.explorers import (
    Choice,
    Control,
    Curve,
    CurveExplorer,
    DirectionsExplorer,
    EigenvalueExplorer,
    MapExplorer,
    Mark,
    MinibatchExplorer,
    Outcome,
    PathExplorer,
    Readout,
    Run,
    ScheduledRunsExplorer,
    ScheduleExplorer,
    StepExplorer,
    Task,
    explorer,
    script,
    static,
    step,
    translate,
)
from lecture_optim.networks import MLP
from lecture_optim.objectives import Bowl, Quadratic, Rosenbrock, Saddle, stack
from lecture_optim.recurrent import OneUnitRNN
from lecture_optim.schedules import constant_schedule, cosine_schedule, linear_schedule

ALT = "Contour lines of a narrow bowl with two paths from the same start to the middle."
SURFACES = (Bowl(1.0, 20.0), Rosenbrock(1.0, 10.0), Saddle(1.0))
EPSILON = Control("epsilon", 1e-3, 0.2, 0.03, log=True)
ALPHA = Control("alpha", 0, 0.99, 0.8)


@dataclass(frozen=True)
class Wave:
    depth: float = 1.0

    def value(self, theta):
        (x,) = theta
        return 0.1 * x**2 + self.depth * np.sin(3 * x)

    def gradient(self, theta):
        (x,) = theta
        return stack(0.2 * x + 3 * self.depth * np.cos(3 * x))


def path(**changes):
    given = dict(
        controls=[EPSILON, ALPHA, Control("steep", 1, 100, 20, log=True, label="condition number κ")],
        start=(-4, 1.2), bounds=((-5, 5), (-2, 2)), beside=("values", "stability"), title="A bowl", alt=ALT,
        task=Task("Bring momentum below 10⁻⁶ within 55 steps.", "Momentum", below=1e-6, within=55),
    )  # fmt: skip
    return PathExplorer(Bowl(), (SGD, MOMENTUM), **given | changes)


def valley():
    return PathExplorer(
        Wave(), (SGD, Run(MOMENTUM, "α = 0.5", {"alpha": 0.5}), Run(MOMENTUM, "α = 0.9", {"alpha": 0.9})),
        controls=[EPSILON, Control("depth", 0, 2, 1), Control("noise", 0, 2, 0.5)], start=(4,),
        bounds=((-6, 6),), minimum=None, title="A wave", alt=ALT,
    )  # fmt: skip


def floor(epsilon, sigma):
    return 0.5 * epsilon * sigma**2 / (2 - epsilon)


def expected(x, epsilon, sigma):
    decay = (1 - epsilon) ** (2 * x)
    return 2 * decay + floor(epsilon, sigma) * (1 - decay)


def curve():
    losses = [[3.0, 2.0, 1.5], [3.0, 1.0, np.nan]]
    return CurveExplorer(
        [Curve("expected value", expected), Curve("measured", losses, x=[10, 50, 90], by=("seed",), dots=True)],
        [Control("epsilon", 1e-3, 1, 0.1, log=True), Control("sigma", 0, 2, 1), Choice("seed", (1, 2), 1)],
        x=(0, 100), y=(1e-4, 10), log_y=True, x_label="step", y_label="value",
        marks=[Mark("noise floor", y=floor), Mark("seen", x=[10.0, 50.0], by=("seed",))],
        readouts=[Readout("noise floor", floor), Readout("last", [1.5, 1.0], by=("seed",))],
        title="Noise floor", alt=ALT, task=Task("Bring the floor below 0.01.", "noise floor", below=0.01),
    )  # fmt: skip


def settings_map(**changes):
    outcome = dict(start=(-4, 1), steps=60, bounds=((-5, 5), (-2, 2)))
    return MapExplorer(
        Outcome(Bowl(), (SGD, MOMENTUM, NESTEROV), **outcome | changes), EPSILON, ALPHA,
        [Control("steep", 1, 100, 20, log=True)], title="Settings that arrive", alt=ALT, said="Arrived",
        task=Task("Find a setting that arrives within 50 steps.", "cursor", below=51),
    )  # fmt: skip


def starts_map():
    minima = {"upper": (0, 1), "lower": (0, -1)}
    return MapExplorer(
        Outcome(Saddle(), (MOMENTUM, ADAM), start=(0, 0), steps=80, shows="minimum", minimisers=minima),
        Control("x", -2, 2, 0.5), Control("y", -2, 2, 0.7), [EPSILON, ALPHA],
        title="Which minimum", alt=ALT, said="Upper",
    )  # fmt: skip


def loss(w, b, depth):
    h = 0.5
    for _t in range(10):
        h = np.tanh(w * h + b)
    return depth * (h - 0.3) ** 2


def function_map():
    return MapExplorer(
        loss, Control("w", -4, 4, 1), Control("b", -2, 2, 0), [Control("depth", 1, 3, 2)], label="loss",
        log=True, title="A recurrent unit", alt=ALT,
    )  # fmt: skip


def array_map():
    return MapExplorer(
        np.arange(24.0).reshape(2, 3, 4), Control("w", 0, 4, 3.5), Control("b", 0, 3, 2.5),
        [Choice("seed", (1, 2), 1)], by=("seed",), label="error", title="An array", alt=ALT,
    )  # fmt: skip


def companion(epsilon, alpha):
    return np.array([[1 - epsilon, alpha], [-epsilon, alpha]])


def eigenvalue():
    return EigenvalueExplorer(
        companion, [Control("epsilon", 0.01, 4, 0.5, log=True), ALPHA], title="A matrix", alt=ALT,
        task=Task("Make the spectral radius less than 0.5.", "spectral radius", below=0.5),
    )  # fmt: skip


SADDLE, RATES = Saddle(), np.linspace(0, 4, 81)


def step_of(surface=SADDLE, start=(1.0, 0.01), at=(0, 20, 45), rates=RATES, rate=0.5, **changes):
    run = descend(SGD, surface.gradient, start, max(at), epsilon=0.1)
    hessian = getattr(surface, "hessian", None)
    given = dict(hessian=hessian, title="A step", alt=ALT,
                 task=Task("Find a step whose promise is broken.", "broken promise", above=0))  # fmt: skip
    return StepExplorer(surface.value, surface.gradient, {k: run.theta[k] for k in at}, rates, rate, **given | changes)


def step_promise():
    return step_of()


def directions():
    return DirectionsExplorer(
        (1, 5, 20), (MOMENTUM, SGD, NESTEROV), [Control("epsilon", 0.001, 0.12, 0.02, log=True), ALPHA], title="Three",
        alt=ALT, task=Task("Make each shrink by a fifth.", "slowest factor", below=0.8),
    )  # fmt: skip


def noisy_step(value, epsilon, sigma):
    return (1 - epsilon) ** 2 * value + epsilon**2 * sigma**2


def greedy(value, sigma):
    return value / (value + sigma**2)


def schedule():
    return ScheduleExplorer(
        noisy_step, 10, (0, 30, 100), (0.5, 0.2, 0.05), limits=(1e-3, 1), bounds=(1e-3, 20), best=greedy, title="Draw",
        controls=[Control("sigma", 0.1, 2, 1)], alt=ALT, task=Task("Come near the least.", "ratio", below=1.2),
    )  # fmt: skip


def line_loss(theta, example):
    w, b = theta
    x, y = example
    return 0.5 * (w * x + b - y) ** 2


def line_gradient(theta, example):
    w, b = theta
    x, y = example
    return stack((w * x + b - y) * x, w * x + b - y)


POINTS = np.random.default_rng(9).normal(size=(12, 2))


def minibatch():
    return MinibatchExplorer(
        line_loss, line_gradient, POINTS, (1, 3, 12), 1, [EPSILON], start=(1.5, -1), bounds=((-2, 2), (-2, 2)),
        minimiser=np.polyfit(*POINTS.T, 1), heights=(1e-3, 10), steps=20, seed=4, title="Minibatches", alt=ALT,
        task=Task("Come near with few gradients.", "gradients", below=100),
    )  # fmt: skip


def scheduled():
    schedules = {"constant": constant_schedule(1.0), "linear": linear_schedule(1.0, 0, 100),
                 "cosine": cosine_schedule(1.0, 0.01, 100)}  # fmt: skip
    runs = SGD, Run(MOMENTUM, hyper={"alpha": 0.8}), RMSPROP
    return ScheduledRunsExplorer(
        Bowl(1, 20), runs, ((1e-3, 0.2, 0.05), (1e-3, 0.2, 0.02), (1e-3, 0.5, 0.1)), schedules, (0, 50, 100),
        start=(-2, 1), bounds=(1e-12, 1e3), title="Runs", alt=ALT, task=Task("Bring all down.", "all", below=1e-3),
    )  # fmt: skip


KINDS = (
    path,
    valley,
    curve,
    settings_map,
    starts_map,
    function_map,
    array_map,
    eigenvalue,
    step_promise,
    directions,
    schedule,
    scheduled,
    minibatch,
)
chromium = pytest.mark.needs("chromium")


TITLE = '<h1 style="margin:0;line-height:30px">Pictures</h1>'  # of whole pixels, as the pointer goes


def write_page(file, bodies, before=""):
    """Write a page with these pictures, given as HTML."""
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title>'
    view = '<meta name="viewport" content="width=device-width">'
    body = f"{head}{view}<body><main>{TITLE}{''.join(bodies)}</main>{before}<script>{script()}</script>"
    file.write_text(body, encoding="utf-8")
    return file


def alive(opened):
    """Wait until all pictures are drawn."""
    opened.page.wait_for_function("[...document.querySelectorAll('.explorer')].every(e => e.view)")
    settle(opened.page)
    return opened


MOUNT = f"""bodies => {{ for (const old of document.querySelectorAll('.explorer')) old.view.observer.disconnect();
  document.body.onkeydown = null; delete window.leaked;
  document.querySelector('main').innerHTML = '{TITLE}' + bodies; scrollTo(0, 0); LectureOptim.mountAll(); }}"""


@pytest.fixture(scope="module")
def stage(browser, tmp_path_factory):
    """One page for all tests that need a picture of their own: loading a page costs more than most of them."""
    opened = Visit(browser, write_page(tmp_path_factory.mktemp("stage") / "page.html", []))
    yield opened
    opened.context.close()


@pytest.fixture
def show(stage):
    """Put these pictures on the page, alone: `show(picture, …, color_scheme=…)`."""

    def put(*pictures, **media):
        stage.page.emulate_media(**{"color_scheme": "light"} | media)
        stage.page.evaluate(MOUNT, "".join(picture.html() for picture in pictures))
        return alive(stage)

    yield put
    assert stage.problems == []


@pytest.fixture(scope="module")
def timed(browser, tmp_path_factory):
    """A page whose clock stands still; `page.clock.run_for` lets timers and frames come, and nothing else does."""
    opened = Visit(browser, write_page(tmp_path_factory.mktemp("timed") / "page.html", []))
    opened.page.clock.install(time=0)
    opened.page.clock.pause_at(1000)
    yield opened.page
    opened.context.close()


@pytest.fixture(scope="module")
def drawn():
    """A picture of every kind and its HTML, made once."""
    pictures = [(kind, kind()) for kind in KINDS]
    return {kind: (picture, picture.html()) for kind, picture in pictures}


@pytest.fixture(scope="module")
def gallery(browser, drawn, tmp_path_factory):
    """One page with a picture of every kind, shared: `gallery(kind, …)` gives the page, the place, the picture."""
    opened = {}
    file = write_page(tmp_path_factory.mktemp("gallery") / "page.html", [html for _, html in drawn.values()])

    def of(kind, **context):
        key = str(context)
        if key not in opened:
            opened[key] = Visit(browser, file, **context)
            if context.get("java_script_enabled", True):
                alive(opened[key])
        picture, _ = drawn[kind]
        place = opened[key].page.locator(f"#{picture._id}")
        if context.get("java_script_enabled", True):
            place.get_by_role("button", name="Reset").click()
            settle(opened[key].page)
        return opened[key], place, picture

    yield of
    for visit in opened.values():
        visit.context.close()


PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


@pytest.fixture(scope="module")
def core(browser):
    """A page that has the script and nothing else, for its numerics."""
    page = browser.new_page()
    page.add_script_tag(content=script())
    yield page
    page.close()


def settle(page):
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


RUN = """([runs, objective, interim, start, steps, values, options]) => {
  const {runOf, objectiveOf, descend} = LectureOptim, made = objectiveOf(objective)(values);
  return runs.map(spec => { const run = runOf(spec, interim);
    return descend(run, made, start, steps, run.settings(values), options); });
}"""


def in_page(core, algorithms, surface, start, steps, values, options=None):
    runs = [Run(a).state({}) for a in algorithms]
    objective = explorer.compiled(surface, ("value", "gradient"))
    return core.evaluate(RUN, [runs, objective, translate(interim), list(start), steps, values, options or {}])


def close(seen, wanted):
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(np.array(seen), wanted, rtol=1e-12, atol=1e-12 * np.abs(wanted).max())


# ------------------------------------------------------------------------------------- numbers


@chromium
@pytest.mark.parametrize("surface", [*SURFACES, Wave(1.3)], ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("algorithm", EVERY.values(), ids=lambda a: a.name)
def test_the_page_descends_as_the_module_does(core, algorithm, surface):
    rng = np.random.default_rng([3, list(EVERY.values()).index(algorithm)])
    for _ in range(6):
        start = rng.uniform(-1.5, 1.5, 1 if isinstance(surface, Wave) else 2)
        wanted = {name: rng.uniform(0.3, 0.95) for name in algorithm.defaults if name != "delta"}
        hyper = wanted | {"epsilon": 10 ** rng.uniform(-3, -1.2)}
        here = descend(algorithm, surface.gradient, start, 40, value=surface.value, on_divergence="stop", **hyper)
        (there,) = in_page(core, [algorithm], surface, start.tolist(), 40, hyper)
        close(there["theta"], here.theta)
        close(there["values"], here.values)
        assert there["diverged"] == (None if here.diverged is None else here.steps + 1)


@chromium
def test_a_run_that_overflows_stops_at_the_same_step(core):
    here = descend(SGD, SURFACES[1].gradient, [2.0, 2.0], 50, epsilon=0.1, value=SURFACES[1].value,
                   on_divergence="stop")  # fmt: skip
    (there,) = in_page(core, [SGD], SURFACES[1], [2, 2], 50, {"epsilon": 0.1})
    assert here.diverged
    assert there["diverged"] == here.steps + 1


@chromium
def test_schedule_noise_and_clipping(core):
    start, values = [-1.0, 1.0], {"epsilon": 0.01, "alpha": 0.7}
    here = descend(NESTEROV, SURFACES[1].gradient, start, 30, epsilon=inverse_schedule(0.01, 7), alpha=0.7)
    (there,) = in_page(core, [NESTEROV], SURFACES[1], start, 30, values, {"tau": 7})
    close(there["theta"], here.theta)

    draws = iter(core.evaluate("() => { const d = LectureOptim.normal(1); return Array.from({length: 60}, d); }"))

    def noisy(theta):
        return SURFACES[0].gradient(theta) + 0.5 * np.array([next(draws), next(draws)])

    (there,) = in_page(core, [MOMENTUM], SURFACES[0], start, 30, values, {"noise": 0.5})
    close(there["theta"], descend(MOMENTUM, noisy, start, 30, **values).theta)

    def clipped(theta):
        g = SURFACES[1].gradient(theta)
        return g * min(1, 0.8 / np.hypot(*g))

    (there,) = in_page(core, [MOMENTUM], SURFACES[1], start, 30, values, {"clip": 0.8})
    close(there["theta"], descend(MOMENTUM, clipped, start, 30, **values).theta)


@chromium
def test_the_noise_is_normal(core):
    draws = core.evaluate("() => { const d = LectureOptim.normal(5); return Array.from({length: 40000}, d); }")
    assert abs(np.mean(draws)) < 0.02
    assert abs(np.std(draws) - 1) < 0.02
    assert abs(np.mean(np.abs(draws) < 1) - 0.6827) < 0.01


RATE = """([run, interim, lambdas, grid]) => grid.map(([epsilon, alpha]) =>
  LectureOptim.rate(LectureOptim.runOf(run, interim), lambdas, {epsilon, alpha}))"""


@chromium
@pytest.mark.parametrize("algorithm", [SGD, MOMENTUM, NESTEROV], ids=lambda a: a.name)
def test_rates_of_the_stability_map(core, algorithm):
    rng = np.random.default_rng(4)
    grid = np.column_stack([rng.uniform(0.001, 0.5, 40), rng.uniform(0, 0.99, 40)])
    seen = core.evaluate(RATE, [Run(algorithm).state({}), translate(interim), [1, 20], grid.tolist()])
    ahead, has_v = algorithm is NESTEROV, algorithm is not SGD
    for (epsilon, alpha), rate in zip(grid, seen, strict=True):
        radii = []
        for curvature in (1, 20):
            alpha, s = alpha * has_v, epsilon * curvature
            b = alpha * (1 - s) if ahead else alpha
            radii.append(max(abs(np.linalg.eigvals([[1 - s, b], [-s, b]]))))
        assert rate == pytest.approx(max(radii), rel=1e-9)
        if algorithm is MOMENTUM:
            assert (rate < 1) == (20 * epsilon < 2 + 2 * alpha)


@chromium
def test_python_draws_the_same_stability_map(core):
    picture = path()
    epsilon, alpha = np.meshgrid(EPSILON.grid(5), ALPHA.grid(4))
    grid = np.column_stack([epsilon.ravel(), alpha.ravel()]).tolist()
    seen = core.evaluate(RATE, [Run(MOMENTUM).state({}), translate(interim), [1, 20], grid])
    np.testing.assert_allclose(picture.rate(epsilon, alpha).ravel(), seen, rtol=1e-7)


CELLS = "([root, xs, ys]) => ys.map(y => xs.map(x => document.getElementById(root).view.at(x, y)))"


@chromium
@pytest.mark.parametrize("shows", ["steps", "value"])
def test_maps_of_settings(show, shows):
    picture = settings_map(shows=shows)
    page = show(picture).page
    xs, ys, arrived = EPSILON.grid(9), ALPHA.grid(7), False
    for i, run in enumerate(picture.runs):
        page.evaluate("([root, i]) => { document.getElementById(root).view.choose(i) }", [picture._id, i])
        settle(page)
        seen = page.evaluate(CELLS, [picture._id, xs.tolist(), ys.tolist()])
        here = picture.outcomes(*np.meshgrid(xs, ys), run)
        arrived |= np.isfinite(here).any()
        np.testing.assert_allclose(np.array(seen, dtype=float), here, rtol=1e-10)
    assert arrived


@chromium
def test_maps_of_starts(show):
    picture = starts_map()
    page = show(picture).page
    xs, ys = picture.x.grid(9), picture.y.grid(8)
    seen = page.evaluate(CELLS, [picture._id, xs.tolist(), ys.tolist()])
    here = picture.outcomes(*np.meshgrid(xs, ys))
    assert {0, 1} <= set(here.ravel())
    np.testing.assert_array_equal(seen, here)


@chromium
def test_maps_of_functions_and_arrays(show):
    pictures = function_map(), array_map()
    page = show(*pictures).page
    seen = page.evaluate(CELLS, [pictures[0]._id, [-2, 1], [0.5, 1]])
    np.testing.assert_allclose(seen, [[loss(w, b, 2) for w in (-2, 1)] for b in (0.5, 1)], rtol=1e-12)
    at = f"document.getElementById('{pictures[1]._id}').view"
    assert page.evaluate(f"{at}.here") == 11
    page.get_by_label("seed").press("ArrowRight")
    settle(page)
    assert page.evaluate(f"{at}.here") == 23
    assert page.evaluate(f"{at}.cell(0, 0)") == 12


@chromium
def test_a_map_is_filled_to_the_last_cell(show):
    picture = settings_map()
    page = show(picture).page
    page.wait_for_function(f"document.getElementById('{picture._id}').view.grid?.nx === 96")
    seen = page.evaluate(f"[...document.getElementById('{picture._id}').view.grid.values]")
    here = picture.outcomes(*np.meshgrid(EPSILON.grid(96), ALPHA.grid(72)))
    assert np.mean(np.array(seen, dtype=float) == here.ravel()) > 0.999
    share = page.evaluate(f"document.getElementById('{picture._id}').view.measure('share')")
    assert share == pytest.approx(np.isfinite(here).mean(), abs=1e-3)
    assert f"Arrived: {round(100 * share)} %" in page.locator(".lo-readout").text_content()


@chromium
def test_eigenvalues_and_norms(core):
    rng = np.random.default_rng(6)
    for _ in range(20):
        matrix, v = rng.normal(size=(2, 2)), rng.normal(size=2)
        seen = core.evaluate("m => LectureOptim.eigenvalues(m)", matrix.tolist())
        pairs = np.sort_complex([complex(*pair) for pair in seen])
        np.testing.assert_allclose(pairs, np.sort_complex(np.linalg.eigvals(matrix)), rtol=1e-9, atol=1e-9)
        lengths = core.evaluate("([m, v]) => LectureOptim.norms(m, v, 12)", [matrix.tolist(), v.tolist()])
        wanted = [np.linalg.norm(np.linalg.matrix_power(matrix, t) @ v) for t in range(13)]
        np.testing.assert_allclose(lengths, wanted, rtol=1e-9)


def test_a_promise_on_a_quadratic_is_the_closed_form():
    curvatures, rates = np.array([20.0, 3.0, -1.0]), np.linspace(0, 0.3, 31)
    turn = np.linalg.qr(np.random.default_rng(7).standard_normal((3, 3)))[0]
    surface, theta = Quadratic.with_eigenvalues(curvatures, turn), np.array([1.0, -2.0, 0.5])
    there = curvatures * (turn.T @ theta)  # the gradient along each eigenvector
    for hessian in (surface.hessian, None):
        p = step.promise(surface.value, surface.gradient, theta, rates, hessian)
        np.testing.assert_allclose(p.curvatures, curvatures, rtol=1e-7)
        np.testing.assert_allclose(p.shares, there**2 / np.sum(there**2), rtol=1e-7)
        assert p.gg == pytest.approx(np.sum(there**2))
        assert p.gHg == pytest.approx(np.sum(curvatures * there**2))
        left = 1 - np.outer(rates, curvatures)  # what a step leaves of each part
        wanted = 0.5 * np.sum((left**2 - 1) * there**2 / curvatures, axis=1)
        np.testing.assert_allclose(p.changes, wanted, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(p.changes, predicted_change(rates, p.gg, p.gHg), rtol=1e-6, atol=1e-9)


def test_a_promise_of_a_network_has_the_eigenvalues_largest_in_size():
    rng = np.random.default_rng(8)
    net, X, y = MLP([4, 5, 3]), rng.standard_normal((30, 4)), rng.integers(0, 3, 30)
    theta, gradient = net.init(rng), lambda theta: net.gradient(theta, X, y)
    p = step.promise(lambda theta: net.value(theta, X, y), gradient, theta, [0.1, 0.2], leading=4)
    H = np.array([step.hvp(gradient, theta, e) for e in np.eye(net.size)])
    every, vectors = np.linalg.eigh((H + H.T) / 2)
    wanted = np.sort(every[np.argsort(np.abs(every))[-4:]])[::-1]
    np.testing.assert_allclose(p.curvatures, wanted, rtol=1e-5)
    assert p.curvatures.max() == pytest.approx(sharpness(gradient, theta, rng), rel=2e-3)
    g = gradient(theta)
    seen = [((vectors.T @ g) ** 2)[np.abs(every - c).argmin()] / (g @ g) for c in p.curvatures]
    np.testing.assert_allclose(p.shares, seen, rtol=1e-3, atol=1e-9)
    assert p.shares.sum() < 1
    assert (p.gg, p.gHg) == along_gradient(gradient, theta)
    np.testing.assert_allclose(p.changes, [net.value(theta - e * g, X, y) - p.value for e in (0.1, 0.2)], rtol=1e-12)


def test_the_cliff_promises_a_fall_and_the_step_before_it_a_fall_that_is_a_rise():
    net, rates = OneUnitRNN(), [1e-6, 1e-4, 0.3]
    run = descend(SGD, net.gradient, [4.6, -2.0], 9, epsilon=0.3)
    before, fatal = (step.promise(net.value, net.gradient, run.theta[k], rates) for k in (8, 9))
    assert fatal.gHg / fatal.gg == pytest.approx(-21_900, rel=0.01)
    assert fatal.curvatures[1] < -20_000 < 0 < fatal.curvatures[0]
    predicted = predicted_change(np.array(rates), fatal.gg, fatal.gHg)
    assert fatal.changes[0] == pytest.approx(predicted[0], rel=0.01)
    assert predicted[2] < -1e6
    assert -0.05 < fatal.changes[2] < -0.04
    assert fatal.changes[1] < -0.13
    assert predicted_change(0.3, before.gg, before.gHg) < 0 < before.changes[2]


SEEN = """([root, epsilon, point]) => { const view = document.getElementById(root).view;
  if (point !== null) view.set.point(point); view.set.epsilon(epsilon); view.update();
  return [view.actual, view.predicted, view.factors, view.panel.y.low, view.panel.y.high,
    Object.fromEntries(["actual change", "predicted change", "broken promise", "false alarm", "hidden growth"].map(
      label => [label, view.measure(label)]))]; }"""


@chromium
@pytest.mark.parametrize("surface", [Bowl(1, 20), Saddle(), OneUnitRNN(steps=20)], ids=lambda s: type(s).__name__)
def test_the_page_keeps_a_steps_promise(show, surface):
    rates = np.geomspace(1e-4, 3, 31) if isinstance(surface, OneUnitRNN) else np.linspace(0, 3, 31)
    start = (4.6, -2.0) if isinstance(surface, OneUnitRNN) else (1.0, 0.3)
    picture = step_of(surface, start, (0, 9, 15), rates, 0.1, log=rates[0] > 0, task=None)
    page = show(picture).page
    for point, p in zip(picture.points, picture.promises, strict=True):
        theta = descend(SGD, surface.gradient, start, 15, epsilon=0.1).theta[point]
        g, value = surface.gradient(theta), surface.value(theta)
        low, high = step.span(p.changes, predicted_change(picture.rates, p.gg, p.gHg))
        for rate in picture.rates[[1, 10, 30]]:
            actual, predicted, factors, bottom, top, measures = page.evaluate(SEEN, [picture._id, float(rate), point])
            change = surface.value(theta - rate * g) - value
            assert actual == pytest.approx(change, rel=1e-3, abs=1e-12)
            along = along_gradient(surface.gradient, theta)
            assert predicted == pytest.approx(predicted_change(rate, *along), rel=1e-4, abs=1e-9)
            np.testing.assert_allclose(factors, 1 - rate * p.curvatures, rtol=1e-6, atol=1e-8)
            assert [bottom, top] == pytest.approx([value + low, value + high], abs=1e-3 * (high - low))
            assert (measures["actual change"], measures["predicted change"]) == (actual, predicted)
            nothing = [k for k in ("broken promise", "false alarm", "hidden growth") if np.isnan(measures[k])]
            assert ("broken promise" in nothing) == (predicted >= 0)
            assert ("false alarm" in nothing) == (predicted <= 0)
            assert ("hidden growth" in nothing) == (actual >= 0)
            if actual < 0:
                assert measures["hidden growth"] == pytest.approx(max(np.abs(factors)))


@chromium
def test_a_steps_bars_and_numbers_are_shown(show):
    page = show(step_of(Bowl(1, 20), (20.0, 1.0), (0, 3), np.linspace(0, 0.25, 26), 0.15, task=None)).page
    bars = page.locator(".lo-part")
    assert ["lo-kept" in bar.get_attribute("class") for bar in bars.all()] == [False, True]
    assert page.locator(".lo-factor").all_text_contents() == ["2", "0.85"]
    words = page.locator(".lo-box").nth(1).locator("text").all_text_contents()
    assert ["20", "50 %", "1", "50 %"] == [w for w in words if w in ("20", "50 %", "1")][:4]
    numbers = page.locator(".lo-numbers").all_text_contents()
    assert numbers[:2] == ["actual change −25.5", "predicted change −25.5; critical rate 0.19"]
    handle = page.get_by_role("slider", name="Step length")
    handle.press("ArrowRight")
    settle(page)
    assert page.get_by_label("learning rate ε", exact=True).get_attribute("aria-valuetext") == "0.16"
    assert handle.get_attribute("aria-valuetext") == "learning rate ε = 0.16"
    box = page.locator(".lo-box").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 16, box["y"] + 60)  # the right end of the axis
    settle(page)
    assert page.evaluate("document.querySelector('.explorer').view.rate") == 0.25


@chromium
def test_contour_of_a_circle(core):
    points = core.evaluate("""() => {
      const line = Array.from({length: 81}, (_, i) => -2 + i / 20);
      return LectureOptim.contour(LectureOptim.gridOf((x, y) => x * x + y * y, line, line), 1).flatMap(
        ([a, b, c, d]) => [[a, b], [c, d]]); }""")
    assert len(points) > 100
    np.testing.assert_allclose(np.hypot(*(np.array(points).T / 20 - 2)), 1, atol=1e-3)


# ------------------------------------------------------------------------------------- hand, eye and keyboard


@chromium
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_opens_without_a_problem(gallery, kind):
    opened, place, picture = gallery(kind)
    assert opened.problems == []
    assert place.locator(".lo svg[role=img]").count() >= 1
    for label in place.locator(".lo svg[role=img]").evaluate_all("all => all.map(e => e.ariaLabel)"):
        assert len(label) >= 40
    assert not place.locator(".explorer-static").is_visible()
    opened.page.wait_for_function(
        "id => document.querySelector(`#${id} .lo-status`).textContent.length > 10", arg=picture._id
    )


@chromium
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_fits_a_phone_and_a_finger(gallery, kind):
    opened, place, _ = gallery(kind, **PHONE)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    for box in place.locator(".lo button, .lo input, .lo-handle").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.width, b.height])"
    ):
        assert min(box) >= 24


@chromium
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_slider_moves_its_picture_by_keyboard(gallery, kind):
    opened, place, picture = gallery(kind)
    page = opened.page
    page.evaluate("() => { document.body.onkeydown = () => { window.leaked = true } }")
    seen = ".lo-box svg path[d], .lo-readout, .lo-numbers"
    for control in picture.controls:
        before = place.locator(seen).evaluate_all("all => all.map(e => e.getAttribute('d') ?? e.textContent).join()")
        picture_before = place.locator("canvas").evaluate_all("all => all.map(e => e.toDataURL()).join()")
        slider = place.get_by_label(control.label, exact=True)
        text = slider.get_attribute("aria-valuetext")
        for _ in range(3):
            slider.press("ArrowRight" if kind is array_map or control.name in ("seed", "point", "m") else "ArrowLeft")
        settle(page)
        assert slider.get_attribute("aria-valuetext") != text
        after = place.locator(seen).evaluate_all("all => all.map(e => e.getAttribute('d') ?? e.textContent).join()")
        picture_after = place.locator("canvas").evaluate_all("all => all.map(e => e.toDataURL()).join()")
        assert (after, picture_after) != (before, picture_before), control.name
    assert not page.evaluate("window.leaked")  # JupyterLab would take the arrow keys


@chromium
def test_the_path_shown_is_the_modules_after_moving(show):
    page = show(path()).page
    for label, presses in (("learning rate ε", 5), ("momentum α", 3)):
        for _ in range(presses):
            page.get_by_label(label).press("ArrowRight")
    start = page.get_by_role("slider", name="Start point")
    start.press("ArrowRight")
    start.press("ArrowDown")
    settle(page)
    seen = page.evaluate(
        "(({values, start, paths}) => ({values, start, paths}))(document.querySelector('.explorer').view)"
    )
    assert seen["start"] == [-3.8, 1.12]
    assert seen["values"]["epsilon"] == pytest.approx(0.03 * 200 ** (5 / 400), rel=2e-3)
    assert seen["values"]["alpha"] == 0.83
    epsilon, alpha = seen["values"]["epsilon"], seen["values"]["alpha"]
    for algorithm, there, hyper in zip((SGD, MOMENTUM), seen["paths"], ({}, {"alpha": alpha}), strict=True):
        here = descend(algorithm, Bowl().gradient, seen["start"], 100, epsilon=epsilon, value=Bowl().value, **hyper)
        close(there["theta"], here.theta)
        numbers = page.locator(".lo-numbers").nth((SGD, MOMENTUM).index(algorithm)).text_content()
        shown = float(re.sub(r" × 10⁻(\d)", "", numbers.split()[1]))
        assert f"{here.values[-1]:.2e}".startswith(f"{shown:.2f}"[:4]) or shown == float(f"{here.values[-1]:.3g}")


@chromium
def test_pointer_drags_the_start_and_the_setting(show):
    page = show(path()).page
    plane, _, stability = page.locator(".lo-box").all()
    box = plane.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 90)
    page.mouse.up()
    settle(page)
    view = "document.querySelector('.explorer').view"
    seen = page.evaluate(f"[{view}.start, {view}.plane.x.invert(150), {view}.plane.y.invert(90)]")
    assert seen[0] == pytest.approx(seen[1:], abs=2e-3)
    page.mouse.move(box["x"] + 100, box["y"] + 60)  # the button is up
    settle(page)
    assert page.evaluate(f"{view}.start") == seen[0]
    box = stability.bounding_box()
    page.mouse.click(box["x"] + 120, box["y"] + 100)
    settle(page)
    values, epsilon, alpha = page.evaluate(f"[{view}.values, {view}.map.x.invert(120), {view}.map.y.invert(100)]")
    assert values["epsilon"] == pytest.approx(epsilon, rel=2e-2)
    assert values["alpha"] == pytest.approx(alpha, abs=1e-2)
    assert float(page.get_by_label("momentum α").input_value()) == pytest.approx(values["alpha"])
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.evaluate(f"{view}.values.epsilon") == 0.03
    assert page.evaluate(f"{view}.start") == [-4, 1.2]


@chromium
def test_a_finger_taps_the_plane(gallery):
    opened, place, picture = gallery(path, **PHONE)
    page, view = opened.page, f"document.getElementById('{picture._id}').view"
    place.scroll_into_view_if_needed()
    box = place.locator(".lo-box").first.bounding_box()
    page.touchscreen.tap(box["x"] + 200, box["y"] + 60)
    settle(page)
    start, x = page.evaluate(f"[{view}.start, {view}.plane.x.invert(200)]")
    assert start[0] == pytest.approx(x, abs=0.02)


@chromium
def test_a_run_can_be_hidden(show):
    page = show(path()).page
    shown = page.locator(".lo-line.lo-c1[visibility=visible]")
    assert shown.count() == 2  # on the plane and beside it
    button = page.get_by_role("button", name="Momentum")
    button.press("Enter")
    settle(page)
    assert button.get_attribute("aria-pressed") == "false"
    assert shown.count() == 0
    assert page.locator(".lo-line.lo-c0[visibility=visible]").count() == 2


@chromium
@pytest.mark.parametrize(
    ("kind", "moves"),
    [
        (path, {"epsilon": 0.1, "alpha": 0.6}),
        (curve, {"epsilon": 0.01}),
        (settings_map, {}),
        (eigenvalue, {"alpha": 0.1}),
        (step_promise, {"epsilon": 3, "point": 45}),
        (schedule, {}),
        (directions, {"epsilon": 0.09, "alpha": 0.5}),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_a_task_says_when_it_is_reached(show, kind, moves):
    page = show(kind()).page
    assert page.locator(".lo-goal").text_content() == "Not reached yet"
    view = "document.querySelector('.explorer').view"
    if kind in (settings_map, directions):
        page.get_by_role("button", name="Momentum", exact=True).click()
        moves = moves or {"epsilon": 0.1, "alpha": 0.5}
    if kind is schedule:
        page.evaluate(f"[0.9, 0.04, 0.01].forEach((rate, i) => {view}.bend(i, rate))")
    for name, value in moves.items():
        page.evaluate(f"{view}.set.{name}({value})")
    settle(page)
    assert page.locator(".lo-goal").text_content() == "✓ Reached"
    page.wait_for_function("document.querySelector('.lo-status').textContent.startsWith('Task reached')")


@chromium
def test_to_fly_through_is_not_to_arrive(show):
    task = Task("Bring momentum below 0.01 within 20 steps.", "Momentum", below=1e-2, within=20)
    start, moving = (1.0, 0.0), {"epsilon": 0.15, "alpha": 0.9}
    here = descend(MOMENTUM, Bowl().gradient, start, 40, value=Bowl().value, **moving)
    good = here.values < 1e-2
    assert here.first(good) < 20  # a visit
    since = 1 + np.flatnonzero(~good)[-1]
    assert 20 < since < 40  # and the arrival
    bound = dict(task=task, start=start, steps=40, beside="values", tolerance=1e-2)
    page = show(path(**bound)).page
    view = "document.querySelector('.explorer').view"
    for name, value in moving.items():
        page.evaluate(f"{view}.set.{name}({value})")
    settle(page)
    assert page.locator(".lo-goal").text_content() == "Not reached yet"
    assert page.locator(".lo-numbers").nth(1).text_content().endswith(f"below 0.01 from step {since} on")
    assert page.evaluate(f"{view}.meets({{measure: 'Momentum', below: 0.01, within: {since}}})")
    assert not page.evaluate(f"{view}.meets({{measure: 'Momentum', below: 0.01, within: {since - 1}}})")
    end = page.evaluate(f"{view}.paths[1].values.at(-1)")  # without "within" the bound holds from some step on, to here
    assert page.evaluate(f"{view}.meets({{measure: 'Momentum', below: {1.1 * end}}})")
    assert not page.evaluate(f"{view}.meets({{measure: 'Momentum', below: {0.9 * end}}})")
    picture = settings_map(start=start, tolerance=1e-2)
    assert picture.outcomes(0.15, 0.9, picture.runs[1], steep=20.0) == since


@chromium
def test_a_curve_runs_into_the_wall_where_it_is_infinite_and_has_a_gap_where_it_is_nan(show):
    ends = [[1.0, 3.0, np.inf, np.inf], [1.0, np.nan, 2.0, 5.0]]
    picture = CurveExplorer(
        [Curve("loss", ends, x=[0, 1, 2, 3], by=("run",))], [Choice("run", (1, 2), 1)], y=(0, 4), title="A wall",
        alt=ALT, readouts=[Readout("last", [np.inf, 5.0], by=("run",))],
    )  # fmt: skip
    page = show(picture).page
    line, panel = page.locator(".lo-box .lo-line.lo-c0"), "document.querySelector('.explorer').view.panel"

    def drawn():
        points = re.findall(r"([ML])(-?[\d.]+) (-?[\d.]+)", line.get_attribute("d"))
        return "".join(p[0] for p in points), [float(p[2]) for p in points]

    top = page.evaluate(f"{panel}.y.to")
    pens, heights = drawn()
    assert (pens, [h < top for h in heights]) == ("MLLM", [False, False, True, True])
    assert "last: ∞" in page.locator(".lo-readouts").text_content()
    page.get_by_label("run").press("ArrowRight")
    settle(page)
    pens, heights = drawn()
    assert (pens, [h < top for h in heights]) == ("MML", [False, False, True])
    assert picture.static_svg()


# ------------------------------------------------------------------------------------- time

ANATOMY = """([spec, objective, interim, start, steps, values, options]) => {
  const {runOf, objectiveOf, descend, anatomy} = LectureOptim, run = runOf(spec, interim);
  const settings = run.settings(values), made = objectiveOf(objective)(values);
  const path = descend(run, made, start, steps, settings, options);
  return Array.from({length: steps}, (_, k) => anatomy(run, path, k, settings, options)); }"""


@chromium
@pytest.mark.parametrize("algorithm", EVERY.values(), ids=lambda a: a.name)
def test_the_arrows_are_the_parts_of_the_modules_step(core, algorithm):
    surface, start, options = SURFACES[1], [-1.0, 1.0], {"tau": 7}
    hyper = {name: 0.8 for name in algorithm.defaults if name != "delta"} | {"epsilon": 0.01}
    given = [Run(algorithm).state({}), explorer.compiled(surface, ("value", "gradient")), translate(interim)]
    seen = core.evaluate(ANATOMY, [*given, start, 12, hyper, options])
    theta, state = np.array(start), algorithm.start(np.array(start))
    for k, parts in enumerate(seen):
        now = algorithm.hyperparameters(**hyper | {"epsilon": inverse_schedule(0.01, 7)(k)})
        at = algorithm.gradient_point(theta, state, **now)
        with np.errstate(all="ignore"):
            carried = algorithm.rule(theta, 0 * theta, *state, **now)[0]
        carried = np.where(np.isfinite(carried), carried, theta)
        close(parts["from"], theta)
        close(parts["at"], at)
        close(parts["carried"], carried)
        theta, *state = algorithm.rule(theta, surface.gradient(at), *state, **now)
        close(parts["to"], theta)
        if algorithm in (MOMENTUM, NESTEROV):  # the velocity carries αv, the gradient adds −εg
            pull = np.array(parts["to"]) - parts["carried"]
            np.testing.assert_allclose(pull, -now["epsilon"] * surface.gradient(at), rtol=1e-9, atol=1e-12)


VIEW = "document.querySelector('.explorer').view"


@chromium
def test_a_path_that_has_diverged_is_not_drawn_on(show):
    """Its dashes would be set for millions of pixels, and a slider would wait for them."""
    page = show(path(steps=100)).page
    settle(page)
    length = "document.querySelector('.lo-box .lo-line.lo-c1').getTotalLength()"
    inside = page.evaluate(length)
    diverging = "view.set.steep(50); view.set.alpha(0.8); view.set.epsilon(0.078); view.update()"
    page.evaluate(f"() => {{ const view = {VIEW}; {diverging}; }}")
    assert page.evaluate(f"{VIEW}.paths[1].values.at(-1)") > 1e6
    assert inside < page.evaluate(length) < 2e5


@chromium
def test_time_goes_by_keyboard_and_says_where_it_stands(show):
    page = show(path(steps=30)).page
    page.evaluate("() => { document.body.onkeydown = () => { window.leaked = true } }")
    moment = lambda: page.evaluate(f"{VIEW}.player.moment")  # noqa: E731
    scrubber, line = page.get_by_label("step", exact=True), page.locator(".lo-box").first.locator(".lo-line.lo-c1")
    points = lambda: len(re.findall("[ML]", line.get_attribute("d")))  # noqa: E731
    assert moment() == 30
    assert not page.evaluate(f"{VIEW}.player.playing")  # nothing plays by itself: the whole path
    assert (points(), scrubber.get_attribute("aria-valuetext")) == (31, "step 30 of 30")
    scrubber.press("Home")
    assert (moment(), points()) == (0, 1)
    page.get_by_role("button", name="One step on").press("Enter")
    page.get_by_role("button", name="One step on").press("ArrowRight")
    scrubber.press("ArrowRight")
    assert (moment(), points(), scrubber.input_value()) == (3, 4, "3")
    page.get_by_role("button", name="One step back").press("Space")
    assert (moment(), scrubber.get_attribute("aria-valuetext")) == (2, "step 2 of 30")
    value = page.evaluate(f"{VIEW}.paths[1].values[2]")
    shown = page.locator(".lo-numbers").nth(1).text_content()
    assert re.fullmatch(r"value [\d.]+ at step 2", shown)
    assert float(shown.split()[1]) == float(f"{value:.3g}")
    page.wait_for_function("document.querySelector('.lo-status').textContent.startsWith('step 2 of 30. SGD: value')")
    assert page.locator(".lo-arrow.lo-c1").evaluate_all("all => all.filter(e => e.getAttribute('d')).length") == 2
    page.get_by_label("momentum α").press("ArrowRight")
    settle(page)
    assert (moment(), points()) == (2, 3)  # another path, the same moment
    scrubber.press("End")
    assert page.locator(".lo-arrow.lo-c1").evaluate_all("all => all.filter(e => e.getAttribute('d')).length") == 0
    assert "after 30 steps" in page.locator(".lo-numbers").nth(1).text_content()
    assert not page.evaluate("window.leaked")


SPOKEN = """() => { window.heard = []; const status = document.querySelector('.lo-status');
  new MutationObserver(() => window.heard.push(status.textContent)).observe(status, {childList: true}); }"""


@chromium
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_plays_in_silence_and_speaks_when_it_pauses(timed, motion):
    page, clock = timed, timed.clock
    page.emulate_media(reduced_motion=motion)
    page.evaluate(MOUNT, path(steps=30).html())
    clock.run_for(1000)
    assert page.evaluate("document.querySelector('.lo-status').textContent")
    assert page.evaluate(f"{VIEW}.player.moment") == 30  # nothing plays by itself
    page.evaluate(SPOKEN)
    page.get_by_label("step", exact=True).press("Space")
    assert page.get_by_role("button", name="Pause").count() == 1
    moments = []
    for _ in range(16):  # three steps a second
        clock.run_for(64)
        moments.append(page.evaluate(f"{VIEW}.player.moment"))
    assert page.evaluate("heard") == []
    assert moments == sorted(moments)
    assert moments[-1] == pytest.approx(3, abs=0.1) or (motion == "reduce" and moments[-1] in (2, 3))
    travels = any(m != int(m) for m in moments)
    assert travels == (motion == "no-preference")
    page.get_by_role("button", name="Pause").press("Space")
    clock.run_for(1000)
    k = page.evaluate(f"{VIEW}.player.moment")
    assert k == int(moments[-1])
    assert [text.partition(". ")[0] for text in page.evaluate("heard")] == [f"step {k} of 30"]
    page.get_by_role("button", name="Play").press("Space")
    clock.run_for(11_000)
    assert page.evaluate(f"[{VIEW}.player.playing, {VIEW}.player.ended]") == [False, True]
    page.get_by_role("button", name="Play").click()  # from the end: once more from the start
    assert page.evaluate(f"[{VIEW}.player.playing, {VIEW}.player.moment]") == [True, 0]  # before the first frame
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate(f"[{VIEW}.player.playing, {VIEW}.player.ended]") == [False, True]


@chromium
@pytest.mark.parametrize("kind", [path, starts_map, directions, scheduled, minibatch], ids=lambda kind: kind.__name__)
def test_a_frame_of_the_play_computes_nothing_anew(show, kind):
    """How long it takes is told by the benchmark; this is why."""
    work = """view => { const count = { computed: 0, nodes: 0 }, compute = view.compute.bind(view);
      view.compute = () => { count.computed++; compute(); };
      const shapes = () => view.root.querySelectorAll('svg *').length;
      const show = (k) => { view.player.at = k; view.shown(); };
      view.player.playing = true; show(0.5); show(1.5);
      const before = shapes();
      for (let k = 2; k < 12; k += 0.25) show(k);
      view.player.stop();
      return [count.computed, shapes() - before]; }"""
    page = show(kind()).page
    assert page.evaluate(f"({work})({VIEW})") == [0, 0]


EXPLORER = re.compile(r'<div class="explorer" id="[^"]*">\s*<script type="application/json">(.*?)</script>', re.S)
VIEWS = "const views = [...document.querySelectorAll('.explorer')].map(({ view }) => view);"
TIMES = f"""() => {{ {VIEWS} return views.map(view => ({{ title: view.spec.title,
  time: view.spec.steps !== undefined || view.spec.knots !== undefined || Boolean(view.spec.descent)
    || view.pictures.some(p => ['step', 't', 'epoch'].includes(p.xLabel)),
  plays: Boolean(view.player) }})); }}"""
PLAYED = f"""() => {{ {VIEWS} return views.filter(view => view.player).map(view => {{
  const lines = () => [...view.root.querySelectorAll('.lo-box path')].map(e => e.getAttribute('d')).join();
  view.player.go(0);
  const start = lines();
  view.root.querySelector('[aria-label="One step on"]').click();
  const one = [view.player.moment, lines() !== start];
  view.player.go(0);
  view.root.querySelector('[aria-label="Play"]').click();
  return [view.spec.title, ...one, view.player.playing]; }}); }}"""
MOMENTS = f"""() => {{ {VIEWS} return views.map(view => view.player).filter(Boolean).map(player => {{
  const {{ moment, playing, ended }} = player; player.pause(); return moment > 0 && (playing || ended); }}); }}"""


@chromium
def test_every_picture_of_the_book_plays_or_has_no_time(timed, built):
    pages = sorted((built / "book").glob("[0-9][0-9]_*.html"))
    states = [state for page in pages for state in EXPLORER.findall(page.read_text(encoding="utf-8"))]
    assert len(states) >= len(pages) == 13
    timed.emulate_media(reduced_motion="no-preference")
    mounts = (f'<div class="explorer"><script type="application/json">{s}</script></div>' for s in states)
    timed.evaluate(MOUNT, "".join(mounts))
    timed.clock.run_for(50)
    seen = timed.evaluate(TIMES)
    assert [each["title"] for each in seen if each["plays"] != each["time"]] == []
    assert len(seen) == len(states)
    played = timed.evaluate(PLAYED)
    assert len(played) == sum(each["plays"] for each in seen) > len(pages)
    assert [title for title, *rest in played if rest != [1, True, True]] == []
    timed.clock.run_for(100)
    assert all(timed.evaluate(MOMENTS))


MINIBATCH = """m => { const view = document.querySelector('.explorer').view; view.set.m(m); view.update();
  const { path: { theta, values }, own, fall } = view, over = view.plane.nodes.own.getAttribute('d');
  return { theta, values, own, fall, over, batches: own.map((_, k) => view.batch(k)), strides: theta.map(view.stride),
    measure: view.measure('gradients') }; }"""


@chromium
def test_sgd_goes_down_the_surface_of_each_minibatch_as_the_module_does(show):
    picture = minibatch()
    page, drawn = show(picture).page, {}
    X = np.column_stack([POINTS[:, 0], np.ones(12)])

    def gradient(theta, A, b):
        return A.T @ (A @ theta - b) / len(b)

    for m in (1, 3, 12):
        seen = page.evaluate(MINIBATCH, m)
        here = picture.path(m=m)
        close(seen["theta"], here.theta)
        close(seen["values"], here.values)
        g = minibatch_gradient(gradient, X, POINTS[:, 1], m, np.random.default_rng(4))
        close(seen["theta"], descend(SGD, g, picture.start, 20, epsilon=0.03).theta)
        np.testing.assert_array_equal(seen["batches"], picture.batches(m))
        batches, theta = picture.batches(m), here.theta
        own = [[picture.loss(theta[k + i], batches[k]) for i in (0, 1)] for k in range(20)]
        close(seen["own"], own)
        assert seen["fall"] == [sum(b < a for a, b in own), int(np.sum(np.diff(here.values) < 0))]
        close(seen["strides"], [t - 0.03 * picture.slope(t) for t in theta])
        good = here.values - picture.loss(np.array(picture.minimiser)) < picture.tolerance
        since = 1 + np.flatnonzero(~good)[-1]
        assert seen["measure"] == (None if since > 20 else since * m) or np.isinf(seen["measure"])
        drawn[m] = seen["over"]
    assert len(set(drawn.values())) == 3
    # All examples: one surface. Its lines are every second one of the blue, on a grid of another width.
    same = """() => { const view = document.querySelector('.explorer').view, f = (x, y) => view.loss(view.all, [x, y]);
      view.plane.over('test', f, view.levels, 1, true); return view.plane.nodes.test.getAttribute('d'); }"""
    assert page.evaluate(same) == drawn[12]


@chromium
def test_the_step_stands_at_right_angles_on_its_minibatchs_contour_lines(show):
    page = show(minibatch()).page
    page.get_by_label("step", exact=True).press("ArrowRight")
    seen = page.evaluate(
        f"""() => {{ const {{ plane, path }} = {VIEW};
          const [x1, y1, x2, y2] = plane.nodes.step.getAttribute('d').match(/-?[\\d.]+/g).map(Number);
          const segments = [...plane.nodes.own.getAttribute('d').matchAll(/M(\\S+) ([^L]+)L(\\S+) ([^M]+)/g)];
          return [[x2 - x1, y2 - y1], segments.map(s => s.slice(1).map(Number)), {VIEW}.batch(1), path.theta[1]]; }}"""
    )
    step, segments, (i,), theta = seen
    lines = np.array(segments)
    along = lines[:, 2:] - lines[:, :2]
    along = along[np.hypot(*along.T) > 3]  # longer than the rounding of its ends
    cosines = along @ step / np.hypot(*along.T) / np.hypot(*step)
    assert len(along) > 20
    assert np.abs(cosines).max() < 0.05  # the surface of one example is a valley: all lines are parallel
    pull = -line_gradient(theta, POINTS[i]) * [1, -1]  # down in pixels is up
    assert pull @ step > 0.999 * np.hypot(*pull) * np.hypot(*step)


@chromium
def test_runs_under_a_schedule_are_the_modules(show):
    picture = scheduled()
    page = show(picture).page
    names = list(picture.shares)
    for i, name in enumerate(names):
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
        assert page.evaluate(f"{VIEW}.buttons.map(b => b.ariaPressed)") == [str(j == i).lower() for j in range(3)]
        paths, planned, every = page.evaluate(f"[{VIEW}.paths, {VIEW}.planned, {VIEW}.measure('all')]")
        assert planned == picture.shares[name]
        here = picture.courses(name)
        for there, one in zip(paths, here, strict=True):
            close(there["theta"], one.theta)
            close(there["values"], one.values)
        close(every, np.max([one.values for one in here], axis=0))
    assert page.locator(".lo-goal").text_content() == "Not reached yet"  # no constant or cosine stays below: RMSProp
    page.get_by_label("first rate of RMSProp").press("Home")
    knot = page.get_by_role("slider", name="Rate at step 100")
    knot.press("ArrowDown")
    settle(page)
    low = page.evaluate(f"{VIEW}.rates")
    shares = np.exp(np.interp(np.arange(100), picture.knots, np.log(low)))
    close(page.evaluate(f"{VIEW}.planned"), shares)
    for there, one in zip(page.evaluate(f"{VIEW}.paths"), picture.courses(shares, epsilon2=1e-3), strict=True):
        close(there["values"], one.values)
    assert page.locator(".lo-pick[aria-pressed=true]").count() == 0


@chromium
def test_a_schedule_and_curves_over_steps_play(show):
    pictures = schedule(), scheduled(), curve()
    page = show(*pictures).page
    own, runs, lines = (f"document.getElementById('{p._id}').view" for p in pictures)
    count = "(panel, name) => [...panel.nodes[name].getAttribute('d').matchAll(/[ML]/g)].length"
    points = page.evaluate(
        f"""() => {{ const count = {count}, views = [{own}, {runs}, {lines}];
          [10, 40, 50].forEach((k, i) => views[i].player.go(k));
          return [count(views[0].course, "own"), count(views[1].course, "SGD"), count(views[2].panel, "line0")]; }}"""
    )
    assert points == [10, 41, 51]  # the logarithmic axis begins at step 1
    values, sliders = curve().ys[0], curve().values()
    assert page.locator(f"#{pictures[2]._id} .lo-numbers").first.text_content() == f"{values(sliders, 25.0):.3g}"
    assert "after 10 steps" in page.locator(f"#{pictures[0]._id} .lo-numbers").first.text_content()
    assert "after 40 steps" in page.locator(f"#{pictures[1]._id} .lo-numbers").first.text_content()
    assert page.locator(f"#{pictures[2]._id} .lo-player output").text_content() == "25 of 100"


@chromium
def test_powers_of_eigenvalues_and_the_map_have_time_too(show):
    pictures = eigenvalue(), starts_map()
    page = show(*pictures).page
    seen = page.evaluate(
        """([a, b]) => { const [powers, map] = [a, b].map(id => document.getElementById(id).view);
          powers.player.go(7); map.player.go(5);
          const points = (panel, name) => [...panel.nodes[name].getAttribute("d").matchAll(/[ML](\\S+) ([^ML]+)/g)].map(
            ([, x, y]) => [panel.x.invert(Number(x)), panel.y.invert(Number(y))]);
          return [powers.values_, points(powers.plane, "powers0"), points(powers.plane, "powers1"), powers.norms,
            points(powers.growth, "norms").length, map.path.theta, points(map.map, "path")]; }""",
        [p._id for p in pictures],
    )
    values, *spirals, norms, count, theta, drawn = seen
    for (re_, im), spiral in zip(values, spirals, strict=True):
        wanted = complex(re_, im) ** np.arange(8)
        np.testing.assert_allclose(spiral, np.column_stack([wanted.real, wanted.imag]), atol=0.01)
    assert count == 8 < len(norms)
    assert "length after 7 steps" in page.locator(".lo-readout").first.text_content()
    np.testing.assert_allclose(drawn, theta[:6], atol=0.01)


@chromium
def test_the_error_along_each_direction_is_the_modules(show):
    picture = directions()
    page, root = show(picture).page, f"document.getElementById('{picture._id}').view"
    for i, run in enumerate(picture.runs):
        for moved in ({"epsilon": 0.02, "alpha": 0.8}, {"epsilon": 0.07, "alpha": 0.33}):
            seen = page.evaluate(
                f"([i, moved]) => {{ const view = {root}; view.choose(i); for (const k in moved) view.set[k](moved[k]);"
                " view.update(); return [view.each, view.errors.map(line => line.map(p => p[1])),"
                " ...['slowest factor', view.run.label, 'another'].map(label => view.measure(label))]; }",
                [i, moved],
            )
            close(seen[0], picture.factors(run=run, **moved))
            close(np.transpose(seen[1]), np.abs(picture.errors(run, **moved)))
            assert seen[2] == seen[3] == max(seen[0])
            assert np.isnan(seen[4])  # the task of another algorithm is not reached by this one
    descent = picture.factors(run=picture.runs[1], epsilon=0.07)
    np.testing.assert_allclose(descent, np.abs(1 - 0.07 * picture.curvatures), rtol=1e-12)
    scrubber = page.get_by_label("step", exact=True)
    scrubber.press("Home")
    scrubber.press("ArrowRight")
    assert page.locator(".lo-numbers").first.text_content() == "× 0.893, 0.93 left"


@chromium
def test_a_schedule_is_drawn_and_drives_what_the_module_computes(show):
    picture = schedule()
    page = show(picture).page
    plain, course, least = page.evaluate(f"[{VIEW}.schedule(), {VIEW}.values_, {VIEW}.least]")
    close(plain, picture.schedule())
    close(course, picture.course())
    close(least, picture.best_course())
    assert all(least[k] <= course[k] for k in range(101))
    knot = page.get_by_role("slider", name="Rate at step 30")
    knot.press("ArrowDown")
    settle(page)
    rate = page.evaluate(f"{VIEW}.rates[1]")
    assert rate == pytest.approx(0.2 * 1e-3 ** (1 / 50), rel=3e-3)
    assert float(knot.get_attribute("aria-valuenow")) == rate
    rates = np.exp(np.interp(np.arange(100), picture.knots, np.log([0.5, rate, 0.05])))
    close(page.evaluate(f"{VIEW}.values_"), picture.course(rates))
    box = page.locator(".lo-box").first.bounding_box()
    x, y = (f"{VIEW}.plan.{axis}.at" for axis in "xy")
    places = page.evaluate(f"[[2, 0.3], [28, 0.03], [97, 0.01]].map(([k, e]) => [{x}(k), {y}(e)])")
    for i, (left, top) in enumerate(places):  # one stroke
        page.mouse.move(box["x"] + left, box["y"] + top)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    settle(page)
    assert page.evaluate(f"{VIEW}.rates") == pytest.approx([0.3, 0.03, 0.01], rel=0.05)
    ratio = page.evaluate(f"{VIEW}.values_.at(-1) / {VIEW}.least.at(-1)")
    assert f"{ratio:.3g} times the least" in page.locator(".lo-numbers").first.text_content()


@chromium
def test_the_axis_of_a_curve_follows_what_is_shown(show):
    picture = CurveExplorer(
        [Curve("loss", [[1.0, 0.3], [1e-9, 1e-12]], x=[1, 2], by=("run",))], [Choice("run", (1, 2), 1)], y=(1e-11, 30),
        fit_y=True, log_y=True, title="Two", alt=ALT,
    )  # fmt: skip
    page = show(picture).page
    ends = f"(({{y}}) => [y.low, y.high])({VIEW}.panel)"
    assert page.evaluate(ends) == pytest.approx([0.1, 1])
    page.get_by_label("run").press("ArrowRight")
    settle(page)
    assert page.evaluate(ends) == pytest.approx([1e-10, 1e-9])


@chromium
def test_a_zone_of_a_curve_is_shaded_where_it_is(show):
    picture = PathExplorer(Wave(), (SGD,), controls=[EPSILON], start=(4,), bounds=((-6, 6),), minimum=None,
                           zones=[(1, 2, "here")], title="A wave", alt=ALT)  # fmt: skip
    page = show(picture).page
    left, right = (float(x) for x in re.findall(r"[MH]([\d.]+)", page.locator(".lo-zone").get_attribute("d"))[:2])
    assert page.evaluate(f"[{left}, {right}].map(p => {VIEW}.plane.x.invert(p))") == pytest.approx([1, 2])
    assert page.get_by_text("here", exact=True).is_visible()


@chromium
def test_a_picture_may_start_at_a_step_with_its_arrows(show):
    page = show(path(steps=30, moment=3)).page
    assert page.evaluate(f"{VIEW}.player.moment") == 3
    assert page.locator(".lo-arrow.lo-c1").evaluate_all("all => all.filter(e => e.getAttribute('d')).length") == 2


@chromium
def test_a_task_once_reached_is_remembered_by_the_page(visit, tmp_path):
    store = (ROOT / "book" / "assets" / "store.js").read_text(encoding="utf-8")
    pictures = valley(), path(), curve()  # the first has no task
    file = write_page(tmp_path / "08_momentum.html", [p.html() for p in pictures], before=f"<script>{store}</script>")
    page = alive(visit(file)).page
    assert page.locator(".lo-goal").all_text_contents() == ["Not reached yet"] * 2
    assert page.evaluate("course.entries('task')") == {}
    page.evaluate(f"document.getElementById('{pictures[2]._id}').view.set.epsilon(0.01)")
    settle(page)
    kept = page.evaluate("course.entries('task')")
    assert {k: v["done"] for k, v in kept.items()} == {"08/2": True}
    page.reload()
    page.wait_for_function("document.querySelectorAll('.lo-goal')[1]?.textContent")
    assert page.locator(".lo-goal").all_text_contents() == ["Not reached yet", "✓ Reached before"]
    page.evaluate("course.clear()")
    settle(page)
    assert page.locator(".lo-goal").all_text_contents() == ["Not reached yet"] * 2


@chromium
def test_divergence_is_said(show):
    page = show(path()).page
    page.evaluate("document.querySelector('.explorer').view.set.epsilon(0.2)")
    settle(page)
    assert "moves away" in page.locator(".lo-numbers").first.text_content()
    show(PathExplorer(Rosenbrock(), (SGD,), controls=[EPSILON], start=(-1.2, 1), steps=50,
                      bounds=((-2, 2), (-1, 3)), title="A valley", alt=ALT))  # fmt: skip
    assert "diverged at step" in page.locator(".lo-numbers").first.text_content()


@chromium
def test_in_jupyter_the_same_script_is_a_module(visit, tmp_path):
    picture = path()
    file = tmp_path / "empty.html"
    file.write_text("<!doctype html><title>Notebook</title><div id=cell style='width:800px'></div>")
    opened = visit(file)
    page = opened.page
    page.evaluate(
        """async ([text, state]) => {
          const url = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
          const widget = (await import(url)).default;
          widget.render({ model: { get: (name) => ({ state })[name] }, el: document.getElementById("cell") });
        }""",
        [explorer._widget_class()._esm, json.dumps(picture.state())],
    )
    settle(page)
    view = "document.getElementById('cell').view"
    before = page.locator(".lo-numbers").nth(1).text_content()
    page.get_by_label("momentum α").press("ArrowRight")
    settle(page)
    assert page.locator(".lo-numbers").nth(1).text_content() != before
    there, values = page.evaluate(f"[{view}.paths[1].theta, {view}.values]")
    here = descend(MOMENTUM, Bowl().gradient, picture.start, 100, epsilon=values["epsilon"], alpha=values["alpha"])
    assert values["alpha"] == 0.81
    close(there, here.theta)
    assert opened.problems == []


@chromium
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_without_scripts_a_static_picture_stays(gallery, kind):
    _, place, _ = gallery(kind, java_script_enabled=False)
    static = place.locator("svg.explorer-static")
    assert static.is_visible()
    assert static.bounding_box()["height"] > 100


@chromium
def test_on_paper_the_static_picture_stands_with_its_title(gallery):
    opened, place, picture = gallery(path)
    opened.page.emulate_media(media="print")
    static, title = place.locator("svg.explorer-static"), place.get_by_text(picture.title, exact=True)
    seen = [static.is_visible(), title.is_visible(), place.locator(".lo-panels").is_visible()]
    opened.page.emulate_media(media="screen")
    assert seen == [True, True, False]
    assert not static.is_visible() and place.locator(".lo-panels").is_visible()


@chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(gallery, scheme):
    opened, _, picture = gallery(path)
    page = opened.page
    page.emulate_media(color_scheme=scheme)
    page.evaluate(f"document.getElementById('{picture._id}').view.set.epsilon(0.01)")
    settle(page)
    said = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
    page.emulate_media(color_scheme="light")
    assert said == []


@chromium
def test_dark_theme(show):
    page = show(path()).page

    def ink(scheme, theme="", jupyter=""):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(
            """given => given.forEach(([node, name, value]) => {
              if (value) document[node].dataset[name] = value; else delete document[node].dataset[name]; })""",
            [["documentElement", "theme", theme], ["body", "jpThemeLight", jupyter]],
        )
        return page.locator(".lo").evaluate(
            """e => { const style = getComputedStyle(e);
              return [style.color, style.backgroundColor, style.getPropertyValue('--lo-accent')]; }"""
        )

    light, dark = ink("light"), ink("dark")
    assert light != dark
    assert ink("dark", theme="light") == light
    assert ink("light", jupyter="false") == dark
    assert ink("light", theme="dark") == dark
    ink("light")


def test_controls_have_the_colours_of_the_face():
    face = (ROOT / "book" / "assets" / "face.css").read_text(encoding="utf-8")
    ways, ends = (re.findall(rf"--face-{name}: (#\w+);", face) for name in ("way", "end"))
    assert len(ways) == len(ends) == 2
    assert set(re.findall(r"--lo-accent:(#\w+)", script())) == set(ways)
    assert set(re.findall(r"--lo-ask:(#\w+)", script())) == set(ends)


# ------------------------------------------------------------------------------------- the Python side


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_forms_for_notebook_and_page(drawn, monkeypatch, kind):
    picture, html = drawn[kind]
    monkeypatch.setattr(picture, "html", lambda: html)
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == picture.alt
    assert "application/vnd.jupyter.widget-view+json" in bundle
    page = bundle["text/html"]
    state = re.search(r'<script type="application/json">(.*?)</script>', page, re.S).group(1)
    assert json.loads(state) == json.loads(json.dumps(picture.state()))
    assert len(state) < 10_000
    static = page[page.index("<svg") : page.index("</svg>")]
    assert len(static) < 25_000
    assert 'role="img"' in static
    assert ALT in static
    assert "<style" not in static  # it would hold for the whole page
    assert kind().static_svg() in html


def test_the_static_picture_shows_the_first_setting_of_the_sliders():
    controls = [EPSILON, Control("steep", 1, 100, 50), Control("clip", 0.1, 10, 2), Control("tau", 1, 100, 9)]
    picture = PathExplorer(Bowl(steep=20), (SGD,), controls=controls, start=(1, 1), bounds=((-2, 2), (-2, 2)),
                           steps=20, title="One", alt=ALT)  # fmt: skip

    def clipped(theta):
        g = Bowl(steep=50).gradient(theta)
        return g * min(1, 2 / np.hypot(*g))

    here = descend(SGD, clipped, [1, 1], 20, epsilon=inverse_schedule(0.03, 9))
    close(picture.trajectories()[0].theta, here.theta)
    assert picture.objective == Bowl(steep=20)


def test_a_closing_tag_in_the_text_does_not_end_the_state():
    picture = path(title="A </script><b>bowl</b>")
    assert picture.html().count("</script>") == 1


def test_only_what_is_used_is_imported():
    code = "import sys, lecture_optim.explorers; print({'matplotlib', 'anywidget', 'traitlets'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_without_anywidget_the_page_form_stays():
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "sys.path.insert(0, 'tests'); import test_explorers as t\n"
        "print(sorted(t.path()._repr_mimebundle_()))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert out.stdout.strip() == "['text/html', 'text/plain']", out.stderr


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DirectionsExplorer((2, 1), (SGD,), [EPSILON], title="a", alt=ALT), "two to eight rising positive"),
        (lambda: DirectionsExplorer((1, 2), (ADAM,), [EPSILON], title="a", alt=ALT), "SGD or of the momentum kind"),
        (lambda: ScheduleExplorer(noisy_step, 1, (1, 2), (1, 1), limits=(0.1, 1), bounds=(0, 1), title="a", alt=ALT,
                                  controls=[Control("sigma", 0, 1, 1)]), "knots must be two or more rising steps"),
        (lambda: ScheduleExplorer(noisy_step, 1, (0, 2), (1, 9), limits=(0.1, 1), bounds=(0, 1), title="a", alt=ALT,
                                  controls=[Control("sigma", 0, 1, 1)]), "rates must be one for each knot"),
        (lambda: MinibatchExplorer(line_loss, line_gradient, POINTS, (1, 5), 1, [EPSILON], start=(0, 0),
                                   minimiser=(0, 0), bounds=((-1, 1), (-1, 1)), heights=(1, 2), title="a", alt=ALT),
         r"sizes must divide the number of examples, 12, got \(1, 5\)"),
        (lambda: MinibatchExplorer(line_loss, line_gradient, POINTS[0], (1, 2), 1, [EPSILON], start=(0, 0),
                                   minimiser=(0, 0), bounds=((-1, 1), (-1, 1)), heights=(1, 2), title="a", alt=ALT),
         r"examples must have the shape \(examples, numbers\), got \(2,\)"),
        (lambda: ScheduledRunsExplorer(Bowl(), (SGD,), (), {"constant": constant_schedule(1.0)}, (0, 9), start=(1, 1),
                                       bounds=(1, 2), title="a", alt=ALT), "rates must be .* for each of the 1 runs"),
        (lambda: ScheduledRunsExplorer(Bowl(), (SGD,), ((0.1, 1, 1),), {}, (0, 9), start=(1, 1), bounds=(1, 2),
                                       title="a", alt=ALT), "schedules must be one or more, got none"),
        (lambda: path(moment=101), "moment must be a step from 0 to 100, got 101"),
        (lambda: path(zones=[(0, 1, "flat")]), "zones are stretches of a curve, but start has two dimensions"),
        (lambda: path(alt="A bowl."), "alt must say in at least 40 characters"),
        (lambda: path(title=" "), "title must be a heading"),
        (lambda: path(start=(1, 2, 3)), "start and bounds must be of one or two dimensions"),
        (lambda: path(bounds=((1, -1), (0, 1))), r"bounds must be a pair \(low, high\)"),
        (lambda: path(controls=[EPSILON, ALPHA, EPSILON]), "controls must have different names"),
        (lambda: path(controls=[EPSILON, ALPHA, Control("rho", 0, 1, 0.5)]), "a slider must move one of .*got 'rho'"),
        (lambda: path(controls=["epsilon"]), "controls must be of the class Control or Choice"),
        (lambda: path(beside="loss"), 'beside must be made of "values" and "stability"'),
        (lambda: path(controls=[EPSILON]), "sliders for epsilon and alpha|needs the hyperparameter alpha"),
        (lambda: path(task=Task("Reach it.", "Adam", below=1)), "measure of the task must be one of SGD, Momentum"),
        (lambda: Task("Reach it.", "SGD"), "a task needs below or above"),
        (lambda: Control("epsilon", 0, 1, 0.5, log=True), "logarithmic slider epsilon must be positive"),
        (lambda: Control("epsilon", 0.1, 1, 2), r"value of the slider epsilon must lie in \[0.1, 1\]"),
        (lambda: Choice("seed", (1,), 1), "one of at least two choices"),
        (lambda: Choice("seed", (1, 2), 3), "must be one of at least two choices, got 3"),
        (lambda: Run(SGD, hyper={"alpha": 0.5}), "SGD has no hyperparameter 'alpha'"),
        (lambda: PathExplorer(Saddle(), controls=[EPSILON, ALPHA], start=(0, 1), bounds=((-1, 1), (-1, 1)),
                              beside="stability", title="Saddle", alt=ALT), "quadratic objective"),
        (lambda: PathExplorer(Bowl(), (SGD, SGD), controls=[EPSILON], start=(0, 1), bounds=((-1, 1), (-1, 1)),
                              title="Twice", alt=ALT), "with different labels"),
        (lambda: CurveExplorer([Curve("a", expected)], [EPSILON], x=(0, 1), title="a", alt=ALT),
         "y of 'a' must take the arguments x, then any of the sliders, epsilon, got x, epsilon, sigma"),
        (lambda: CurveExplorer([Curve("a", [1, 2], x=[1, 2, 3])], [], title="a", alt=ALT), "shape of its curve"),
        (lambda: CurveExplorer([Curve("a", [[1, 2]], x=[1, 2], by=("seed",))], [Choice("seed", (1, 2), 1)],
                               title="a", alt=ALT), "must have 2 entries along axis 0"),
        (lambda: Outcome(Bowl(), (SGD,), (0, 0), shows="rate"), 'shows must be "steps", "value" or "minimum"'),
        (lambda: Outcome(Bowl(), (SGD,), (0, 0), shows="minimum"), "needs minimisers"),
        (lambda: MapExplorer(np.zeros((2, 2, 2)), ALPHA, EPSILON, title="a", alt=ALT), r"\(\*choices, rows, columns\)"),
        (lambda: EigenvalueExplorer(companion, [EPSILON], title="a", alt=ALT), "matrix must take the arguments"),
        (lambda: EigenvalueExplorer(companion, [], title="a", alt=ALT), "one or more Control sliders"),
        (lambda: step_of(rates=[0.1]), "rates must be two or more rising numbers"),
        (lambda: step_of(log=True), "rates must start above 0 for a logarithmic axis"),
        (lambda: step_of(start=(0, 0)), "a point must not be critical"),
        (lambda: step_of(point=7), "value of point must be one of at least two choices, got 7"),
        (lambda: step_of(task=Task("Fall.", "loss", below=0)), "measure of the task must be one of actual change"),
        (lambda: StepExplorer(None, None, {}, [1, 2], 1, title="a", alt=ALT), "points must be one or more"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_clear_sentence(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_rmsprop_goes_through_the_whole_chain():
    picture = PathExplorer(Bowl(), (RMSPROP,), controls=[EPSILON, Control("rho", 0.5, 0.99, 0.9)], start=(1, 1),
                           bounds=((-2, 2), (-2, 2)), title="One", alt=ALT)  # fmt: skip
    assert picture.state()["runs"][0]["hyper"] == ["epsilon", "rho", "delta"]


def test_numbers_in_a_static_picture_are_not_rounded():
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", step_of(Bowl(), rates=np.linspace(0, 0.25, 26)).static_svg())
    assert {"0.05", "0.10", "0.25"} <= {text.strip() for text in texts}


def test_static_pictures_and_figures_have_the_colours_of_the_moving_ones():
    assert f"const LIGHT = {json.dumps(static.COLOURS)};" in script()


def test_colours_stay_apart_with_a_colour_vision_deficiency_and_stand_out_from_the_page():
    def linear(colour):
        c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)

    def oklab(rgb):  # Ottosson (2020)
        cones = [[0.412221, 0.536333, 0.051446], [0.211903, 0.680700, 0.107397], [0.088302, 0.281719, 0.629979]]
        lab = [[0.210454, 0.793618, -0.004072], [1.977998, -2.428592, 0.450594], [0.025904, 0.782772, -0.808676]]
        return np.array(lab) @ np.cbrt(np.array(cones) @ np.clip(rgb, 0, 1))

    sights = [  # Machado, Oliveira and Fernandes (2009), of full strength
        np.eye(3),
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ]
    for name, page in (("LIGHT", "#ffffff"), ("DARK", "#1c2127")):
        colours = json.loads(re.search(rf"const {name} = (\[.*?\]);", script()).group(1))
        for sight in sights:
            seen = [oklab(np.array(sight) @ linear(c)) for c in colours]
            gaps = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
            assert min(gaps) > 0.045
        light = [np.array([0.2126, 0.7152, 0.0722]) @ linear(c) for c in (*colours, page)]
        contrasts = [(max(c, light[-1]) + 0.05) / (min(c, light[-1]) + 0.05) for c in light[:-1]]
        assert min(contrasts) > 3
