"""The measurements of speed: turns, goals, and the page that is drawn from them. Nothing here depends on a clock."""

import json
import os
import subprocess
import sys

import bench_pages
import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import goals  # noqa: E402
import measure  # noqa: E402

# What run.py would measure, without measuring it: the names of all contestants in each case.
NAMES = """
import json, sys
sys.path.insert(0, "benchmarks")
import run

seen = {}
class Names:
    allowed = 0.01
    def take(self, part, case, contestants, **more):
        seen.setdefault(part, {})[case] = list(contestants)
    def add(self, part, case, clock, times, calls):
        self.take(part, case, times)
    def say(self, part, case, text):
        seen.setdefault(part, {})[case] = text
run.page.__globals__["in_chromium"] = lambda program: ([1.0], [1.0, 1.0])
run.page.__globals__["np"].testing.assert_allclose = lambda *a, **k: None
run.SIZES = (2, 100)
for part in run.PARTS.values():
    part(Names(), 1000)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def named():
    """All contestants by part and case, with those of frameworks that are not installed."""
    ran = subprocess.run([sys.executable, "-c", NAMES], cwd=ROOT, capture_output=True, text=True, check=True,
                         env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    return json.loads(ran.stdout.splitlines()[-1])


def result(part, case, clock="processor", **times):
    rows = [{"contestant": name, "calls": 1, "microseconds": found} for name, found in times.items()]
    return {"part": part, "case": case, "clock": clock, "contestants": rows}


def content(*results):
    return {
        "preliminary": False, "load before": 0.1, "date": "2026-01-02", "seconds": 9,
        "machine": {"processor": "a processor", "cores": 2, "vectors": "", "system": "Linux", "python": "3.11.0"},
        "versions": {"numpy": "2.0", "torch": None}, "results": list(results),
    }  # fmt: skip


def whole(factor=1.0):
    """Measurements that reach every goal by ``factor``."""
    rounds = np.array([1.0, 1.1, 0.9, 1.0, 1.05])
    times = {
        "compiled": 1, "C": factor, "torch, fused": 100 * factor, "torch": 300.0, "optax, jit": 50 * factor,
        "Keras": 900.0, "NumPy, with checks": 10, "NumPy, the rule alone": 7,
    }  # fmt: skip
    row = {name: list(time * rounds) for name, time in times.items()}
    steps = [result("steps", f"{name}, n = {n}", **row) for n in (2, 100, 10**4, 10**6, 10**7) for name in goals.NAMES]
    starts = {"NumPy": 1, "NumPy, one start after another": 900 * factor, "compiled": 0.1, "C": 0.1 * factor}
    starts = {name: list(time * rounds) for name, time in (starts | {"optax, vmap and jit": 0.2 * factor}).items()}
    two = {"compiled, 2 threads": list(rounds / 3), "C, update": list(factor * rounds)}
    imports = {"import numpy": [1e5] * 5, "import lecture_optim": [2e5 / factor] * 5}
    chromium = {"the page, in Chromium": list(500 * rounds / factor), "NumPy, descend": list(9000 * rounds)}
    return content(
        *steps,
        *[result("threads", f"{name}, n = 10000000", "wall", **two) for name in goals.BYTES],
        result(*goals.MAP, **starts),
        result(*goals.EPOCH, NumPy=[1.0] * 5, **{"torch, fused": [3.0 * factor] * 5, "scikit-learn": [2 * factor] * 5}),
        result("start", "of a process", "wall", **imports),
        result("page", "a path of 1,000 steps of Adam", "wall", **chromium),
    )


# Measuring.


def test_contestants_take_turns():
    order = []
    times, calls = measure.seconds({name: lambda name=name: order.append(name) for name in "ab"}, 1e-9)
    assert len(times["a"]) == len(times["b"]) == measure.ROUNDS[0]
    a, b = calls["a"], calls["b"]
    assert "".join(order) == "ab" + ("a" * a + "b" * b) * measure.ROUNDS[0]


def test_what_fails_is_left_out_and_said(tmp_path, capsys):
    book = measure.Book(tmp_path / "new" / "bench.json", 1e-9)

    def broken():
        raise RuntimeError("no such form\nand more")

    book.take("steps", "one", {"good": lambda: None, "bad": broken, "part": lambda: None}, scales={"part": 1e9})
    written = book.write()
    assert written == json.loads(book.out.read_text(encoding="utf-8"))
    said, measured = written["results"]
    assert said["said"] == "bad is left out: RuntimeError: no such form"
    assert [row["contestant"] for row in measured["contestants"]] == ["good", "part"]
    good, part = (np.median(row["microseconds"]) for row in measured["contestants"])
    assert part > 1e5 * good
    assert written["versions"]["numpy"] == np.__version__
    assert "bad is left out" in capsys.readouterr().out


def test_every_goal_names_what_is_measured(named):
    threads = {case: names for case, names in named["threads"].items() if isinstance(names, list)}
    assert {"compiled, 2 threads", "C, update"} <= set().union(*threads.values())
    for name in goals.NAMES:
        for n in (2, 100):
            assert {"NumPy, with checks", "compiled", "C"} <= set(named["steps"][f"{name}, n = {n}"])
    assert set(named["map"]) == {goals.MAP[1]}
    assert {"NumPy", "NumPy, one start after another", "compiled", "C"} <= set(named["map"][goals.MAP[1]])
    assert {"NumPy", "scikit-learn"} <= set(named["training"][goals.EPOCH[1]])
    assert {"import numpy", "import lecture_optim"} <= set(named["start"]["of a process"])
    assert set(named["page"]) == {"a path of 1,000 steps of Adam"}


# Goals.


def test_ratios_are_paired_and_the_worst_case_counts():
    pairs = goals.paired([2.0, 40.0, 6.0], [1.0, 20.0, 2.0])  # 2, 2, 3: not 6 / 2
    np.testing.assert_allclose(pairs, (2, 2, 2.5))
    steps = [result("steps", f"{n}", compiled=[1.0] * 3, torch=[t] * 3, **{"torch, fused": [t / 2] * 3})
             for n, t in (("a", 8.0), ("b", 6.0))]  # fmt: skip
    found = goals.against([("steps", "a"), ("steps", "b")], "torch", "compiled")(content(*steps))
    assert (found.median, found.what) == (3.0, "b, torch, fused")
    assert goals.against([("steps", "a"), ("steps", "c")], "torch", "compiled")(content(*steps)) is None


def test_goals_are_met_or_not_as_measured():
    for factor, met in ((1.1, True), (1e-3, False)):
        for goal, found in goals.judged(whole(factor)):
            assert goal.met(found) == met, (goal.text, found)
    assert {goals.words(goal, found) for goal, found in goals.judged(content())} == {("not measured", "?")}
    assert len(list(goals.lines(content()))) == len(goals.GOALS)


def test_memory_sets_the_limit_of_ten_million_parameters():
    found = goals.traffic(whole())
    assert found.median == pytest.approx(1 / 3)  # of SGD, which moves what the update moves
    assert found.what == "SGD"


# The page.


def substitutions(monkeypatch, tmp_path, stored=None):
    class Config:
        myst_substitutions = {}

    file = tmp_path / "results.json"
    if stored:
        file.write_text(json.dumps(stored), encoding="utf-8")
    monkeypatch.setattr(bench_pages, "STORED", file)
    config = Config()
    bench_pages.configure(None, config)
    return config.myst_substitutions


def test_the_page_without_measurements_says_how(monkeypatch, tmp_path):
    there = substitutions(monkeypatch, tmp_path)
    assert "make bench" in there["measured_goals"]
    text = (ROOT / "book" / "back" / "engines.md").read_text(encoding="utf-8")
    assert all(f"{{{{ {name} }}}}" in text for name in there)


def test_the_page_has_every_goal_and_what_falls_short():
    good = bench_pages.setting(whole()) + bench_pages.goal_table(whole(1.1))
    assert good.count("\N{NO-BREAK SPACE}yes |") == len(goals.GOALS)
    assert "falls short" not in good
    assert "a processor, 2 cores" in good
    assert "Not installed there, so not measured: PyTorch." in good
    bad = bench_pages.setting(whole() | {"preliminary": True}) + bench_pages.goal_table(whole(1e-3))
    assert bad.count("\N{NO-BREAK SPACE}no |") == len(goals.GOALS)
    assert bad.count("\n- ") == len(goals.GOALS)
    assert "instead of at least 5. Adam's step on two parameters is some thirty operations on floats" in bad
    assert "**Preliminary**" in bad


def test_the_picture_is_drawn_and_told(monkeypatch, tmp_path):
    there = substitutions(monkeypatch, tmp_path, whole())
    assert there["measured_steps"].count("<svg ") == 1
    assert "Adam, PyTorch, its best: 1e+02 times at 2 parameters, 1e+02 times at 10,000,000" in there["measured_steps"]
    assert "| compiled | 1 | " in there["measured_steps"]
    for title in bench_pages.PARTS.values():
        assert f"{{dropdown}} {title}" in there["measured_rest"]
    points = bench_pages.ratios(whole(), "ADAM")["torch"]
    assert points[0][:2] == (2, pytest.approx(100)) and len(points) == 5
