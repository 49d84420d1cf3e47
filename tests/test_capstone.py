"""The capstone: students' rules are judged as the eight are, and a hostile one harms nobody."""

import csv
import io
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import ROOT

import exercises

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import notebook, soon_ended  # noqa: E402

from lecture_grader import capstone, cli, sandbox  # noqa: E402
from lecture_grader.capstone import classes, instant, marks, page, problems, rules, runs  # noqa: E402
from lecture_grader.capstone.rules import Box, Here, Inside  # noqa: E402
from lecture_optim import ALGORITHMS, MOMENTUM, NESTEROV, SGD, algorithms  # noqa: E402

needs_sandbox = pytest.mark.needs("bwrap", "setpriv", "prlimit")
HIDDEN = 41  # a seed of held-out problems

RULE = '''
def capstone_rule(theta, g, v, epsilon, alpha):
    """Take a step of momentum: theta moves by v, which is alpha of itself less epsilon times g."""
    v = alpha * v - epsilon * g
    theta = theta + v
    return theta, v
'''
HAND = {
    "theta": [1.0, -2.0],
    "g": [4.0, -1.0],
    "state": {"v": [1.0, 2.0]},
    "hyper": {"epsilon": 0.5, "alpha": 0.5},
    "expected": {"theta": [-0.5, -0.5], "v": [-1.5, 1.5]},
}
FORESEEN = {name: ("undecided", "better") for name in problems.NAMES}


def one(body, *lines, state=""):
    """A rule of SGD's arguments, and perhaps a state, with this body."""
    return "\n    ".join([f"def capstone_rule(theta, g, {state}epsilon):", body, *lines])


def defined(source):
    scope = {"np": np}
    exec(source, scope)
    return scope["capstone_rule"]


@pytest.fixture
def short(monkeypatch):
    """The same with fewer steps, runs and rates."""
    monkeypatch.setattr(runs, "BUDGET", 12)
    monkeypatch.setattr(runs, "CHOSEN_ON", range(2))
    monkeypatch.setattr(runs, "JUDGED_ON", range(2, 5))
    monkeypatch.setattr(runs, "RATES", 10.0 ** np.arange(-5, 3))
    instant.eight.cache_clear()
    yield
    instant.eight.cache_clear()


# The problems.


@pytest.mark.parametrize("name", [name for name in problems.NAMES if name not in ("tumours", "diabetes")])
def test_gradients_are_those_of_the_losses(name):
    problem = problems.PROBLEMS[name](HIDDEN, range(3))
    rng = np.random.default_rng(0)
    theta = problem.theta + 0.1 * rng.standard_normal((*problem.theta.shape[:2], 4))
    g, h = problem.gradient(theta), 1e-5
    for i in range(theta.shape[1]):
        e = h * (np.arange(theta.shape[1]) == i)[:, np.newaxis]
        slope = (problem.loss(theta + e) - problem.loss(theta - e)) / (2 * h)
        np.testing.assert_allclose(g[:, i], slope, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["tumours", "diabetes"])
def test_minibatch_gradients_average_to_those_of_the_losses(name, monkeypatch):
    monkeypatch.setattr(problems, "M", 20)  # parts without a rest
    problem = problems.PROBLEMS[name](HIDDEN, range(2))
    rng = np.random.default_rng(0)
    theta = problem.theta + 0.1 * rng.standard_normal((*problem.theta.shape[:2], 3))
    g, h = np.mean([problem.gradient(theta) for _ in range({"tumours": 19, "diabetes": 17}[name])], axis=0), 1e-5
    for i in range(theta.shape[1]):
        e = h * (np.arange(theta.shape[1]) == i)[:, np.newaxis]
        slope = (problem.loss(theta + e) - problem.loss(theta - e)) / (2 * h)
        np.testing.assert_allclose(g[:, i], slope, rtol=1e-5, atol=1e-7)


def test_problems_follow_the_secret_and_runs_their_numbers():
    for make in problems.PROBLEMS.values():
        a, same, other = (make(seed, [3, 4]) for seed in (1, 1, 2))
        swapped = make(1, [4, 3])
        theta = a.theta + 0.3
        losses = [problem.loss(theta) for problem in (a, same, other)]
        assert np.array_equal(losses[0], losses[1]) and not np.allclose(losses[0], losses[2])
        np.testing.assert_allclose(swapped.loss(swapped.theta + 0.3), losses[0][::-1], rtol=1e-9)


# The runs.


def test_the_budget_is_the_number_of_gradients(short, monkeypatch):
    asked = dict.fromkeys(problems.NAMES, 0)

    def counted(name, make):
        def problem(*args):
            made = make(*args)

            def gradient(theta):
                asked[name] += 1
                return made.gradient(theta)

            return problems.Problem(name, made.theta, gradient, made.loss)

        return problem

    watched = {name: counted(name, make) for name, make in problems.PROBLEMS.items()}
    monkeypatch.setattr(runs, "PROBLEMS", watched)
    runs.results(Here(SGD.rule), HIDDEN)
    assert set(asked.values()) == {2 * runs.BUDGET}  # to choose the rate, and to judge


def test_a_run_is_what_descend_does(short):
    """Of one run at one rate, for a rule that looks ahead, too."""
    from lecture_optim.descent import descend

    for algorithm in (MOMENTUM, NESTEROV):
        rule = Here(algorithm.rule, algorithm.looks_ahead)
        rates = {name: [[0.001], [0.002]] for name in problems.NAMES}
        found = runs.lowest(rule, HIDDEN, [7], rates)["valley"]
        problem = problems.valley(HIDDEN, [7])
        gradient = lambda theta, p=problem: p.gradient(theta[np.newaxis, :, np.newaxis])[0, :, 0]  # noqa: E731
        for i, rate in enumerate((0.001, lambda k: 0.002 * (1 - k / runs.BUDGET))):
            path = descend(algorithm, gradient, problem.theta[0, :, 0], runs.BUDGET, epsilon=rate, alpha=0.9)
            np.testing.assert_allclose(found[i, 0, 0], problem.loss(path.theta[-1][np.newaxis, :, np.newaxis])[0, 0])


def test_a_diverged_run_counts_as_infinitely_bad(short):
    rates = {name: [[1e3], [1e3]] for name in problems.NAMES}
    found = runs.lowest(Here(lambda theta, g, epsilon: (theta - epsilon * g**3,)), HIDDEN, range(2), rates)
    assert np.all(found["valley"] == np.inf)


def test_every_best_rate_of_the_eight_is_inside_the_grid_but_for_adadelta():
    """AdaDelta's own rate is 1; with a falling one on the tumours it wants as much as there is."""
    ends = {name for name, rows in instant.eight().items() if any(row["end"] for row in rows)}
    assert ends <= {"AdaDelta"}


# What is refused, and how.

WRONG = {
    "arguments": ("def capstone_rule(theta, epsilon, g):\n    return (theta,)", "must take"),
    "in_place": (one("theta -= epsilon * g", "return (theta,)"), "changes theta in place"),
    "no_tuple": (one("return theta - epsilon * g"), "must return a tuple"),
    "states": (one("return theta - epsilon * g, v, v", state="v, "), "must return a tuple .theta, v., got 3 values"),
    "shape": (one("return (np.append(theta, 1),)"), "of the shape of theta"),
    "text": (one('return ("low",)'), "must return real numbers for theta, got str"),
    "complex": (one("return (theta - 1j * epsilon * g,)"), "must return real numbers"),
    "nan": (one("return (theta - epsilon * g / (g * g) ** 0.5,)"), "not finite where the gradient is 0"),
    "infinite": (one("return (theta - epsilon * g * 1e308 * 1e308,)"), "not finite"),
    "epsilon": (one("return (theta - 0.1 * g,)"), "ignores epsilon"),
    "gradient": (one("return ((1 - epsilon) * theta,)"), "ignores g"),
    "norm": (one("return (theta - epsilon * g / np.linalg.norm(g),)"), "mixes elements"),
    "clock": (one("import time", "return (theta - epsilon * g * (time.time() % 1),)"), "the same on the same inputs"),
    "chance": (one("return (theta - epsilon * g * np.random.rand(),)"), "the same on the same inputs"),
    "t": (one("return theta - epsilon * g, t + 2", state="t, "), "must return t . 1"),
    "default": (
        "def capstone_rule(theta, g, epsilon, lam):\n    return (theta - lam * epsilon * g,)",
        "a default for lam",
    ),
    "raises": (one("return (theta / 0 .real,)"), "ZeroDivisionError|not finite"),
    "branch": (one("if g > 0:", "    return (theta - epsilon * g,)", "return (theta,)"), "ValueError: The truth value"),
    "slow": (
        one("import time", "time.sleep(0.3 * (theta.size > 100))", "return (theta - epsilon * g,)"),
        "too slow",
    ),
    "look": (one("return theta - epsilon * g, u", state="u, "), "needs v as its first state and alpha"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_check_says_what_is_wrong(name, capsys):
    source, reason = WRONG[name]
    capstone.check(defined(source), looks_ahead=name == "look")
    said = capsys.readouterr().out
    assert said.startswith("Not yet: ") and re.search(reason, said), said


def test_the_eight_pass_the_trial():
    for algorithm in ALGORITHMS:
        runs.trial(Here(algorithm.rule, algorithm.looks_ahead))


def test_what_the_module_has_beside_the_eight_passes_too():
    runs.trial(Here(algorithms.adamw))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"expected": {"theta": [-0.5, -0.4], "v": [-1.5, 1.5]}}, "the rule gives theta"),
        ({"state": {"v": [0, 0]}}, "zeros alone"),
        ({"g": [0, 0]}, "zeros alone"),
        ({"theta": [1.0]}, "as many of each"),
        ({"theta": ["x", 2]}, "must be a list of numbers"),
        ({"state": {}}, "in its state"),
        ({"hyper": {"alpha": 0.5}}, "in its state and hyper"),
        ({"hyper": {"epsilon": "0.5"}}, "epsilon must be a number"),
        ({"hyper": {"epsilon": 0.5, "beta": 1}}, "nothing unknown"),
        ({"expected": {"theta": [-0.5, -0.5]}}, "it lacks 'v'"),
        (None, "There is no"),
        ("word", "must be a dict"),
    ],
)
def test_a_step_by_hand(change, reason):
    hand = HAND | change if isinstance(change, dict) else change
    said = marks.by_hand(Here(defined(RULE)), hand)
    assert said is None if reason is None else re.search(reason, said), said


def test_a_docstring_says_what_each_argument_is():
    assert marks.documented(Here(defined(RULE))) is None
    assert "alpha" in marks.documented(Here(defined(RULE.replace("alpha of itself", "some of itself"))))
    assert "begin with a sentence" in marks.documented(Here(defined(one("return (theta - epsilon * g,)"))))


@pytest.mark.parametrize(
    "given", [None, {}, {**FORESEEN, "valley": ("better",)}, {**FORESEEN, "valley": ("best", "worse")}, "better", 3]
)
def test_claims_that_are_none(given):
    words, wrong = marks.claims(given)
    assert words is None and "capstone_claims" in wrong


# The points.


def losses(*medians):
    return [
        {"problem": f"p{k // 2}", "schedule": ("constant", "falling")[k % 2], "rate": 1.0, "end": False,
         "losses": [median * (1 + i / 100) for i in range(10)]}
        for k, median in enumerate(medians)
    ]  # fmt: skip


def test_points_by_hand():
    eight = {algorithm.name: losses(*[2 + k] * 8) for k, algorithm in enumerate(ALGORITHMS)}  # SGD is lowest
    rule = Here(defined(RULE))
    foreseen = {name: ("better", "better") for name in problems.NAMES}
    first, _ = marks.marks(rule, losses(*[1] * 8), eight, HAND, foreseen)
    assert first == {name: float(points) for name, points in marks.POINTS.items()}
    # Four of the eight are better on five, eight on three; worse than SGD everywhere, as nobody foresaw.
    middle, said = marks.marks(rule, losses(*[5.5] * 5, *[99] * 3), eight, HAND, foreseen)
    assert (middle["not behind the eight"], middle["ahead of SGD"], middle["what was foreseen"]) == (1, 0, 0)
    assert "are better on 5." in said[-2] and "worse on 8" in said[-1]
    last, _ = marks.marks(rule, losses(*[99] * 8), eight, HAND, {n: ("worse", "worse") for n in problems.NAMES})
    assert (last["not behind the eight"], last["what was foreseen"], sum(last.values())) == (0, 2, 8)
    copied, said = marks.marks(rule, losses(*[3] * 8), eight, HAND, None)
    assert "the steps of Momentum" in said[-1] and copied["not behind the eight"] == copied["ahead of SGD"] == 0


def test_nine_of_ten_runs_decide():
    ten = np.arange(10.0)
    for lower, word in ((10, "better"), (9, "better"), (8, "undecided"), (2, "undecided"), (1, "worse"), (0, "worse")):
        assert marks.verdict(ten + np.where(ten < lower, -0.5, 0.5), ten) == word
    assert marks.verdict([np.inf] * 10, [np.inf] * 10) == "undecided"


# In the sandbox.


@needs_sandbox
def test_a_copy_of_an_algorithm_gets_exactly_its_results(short):
    with Box(sandbox.working_command()) as box:
        for ahead, name in ((False, "Momentum"), (True, "Nesterov momentum")):
            rule = Inside(box, RULE, ahead, 5)
            assert runs.results(rule, HIDDEN) == runs.results(rules.eight()[name], HIDDEN)


LATER = "theta.size > 100"  # after the trial's small steps: in the runs
SPY = """
    import gc, sys
    frame, seen = sys._getframe(), set()
    while frame:
        seen |= set(frame.f_globals) | set(frame.f_locals)
        frame = frame.f_back
    found = [o for o in gc.get_objects() if type(o).__name__ in ("Problem", "Quadratic", "Inside")]
    modules = [m for m in sys.modules if m.startswith(("lecture_optim", "lecture_grader.capstone", "sklearn"))]
    assert not found and not modules and not seen & {"problems", "H", "spectrum", "loss", "gradient"}
    return (theta - epsilon * g,)
"""
HOSTILE = {
    "spy": ("def capstone_rule(theta, g, epsilon):" + SPY, ""),
    "files": (one("open('/tmp/mark', 'w').write('x')", "return (theta - epsilon * g,)"), "stopped with"),
    "loop": (one(f"while {LATER}: pass", "return (theta - epsilon * g,)"), "did not come to an end in time"),
    "exit": (one("import os", f"{LATER} and os._exit(0)", "return (theta - epsilon * g,)"), "ended Python"),
    "text": (one(f'return ("x" if {LATER} else theta - epsilon * g,)'), "real numbers"),
    "nan": (one(f"return (theta * np.nan if {LATER} else theta - epsilon * g,)"), ""),
    "huge": (one(f"return (theta - epsilon * g * (1e300 if {LATER} else 1),)"), ""),
    "half": (one("return ((theta - epsilon * g).astype(np.float32),)"), ""),
    "shape": (one(f"return ((theta - epsilon * g)[: 9 if {LATER} else None],)"), "of the shape"),
    "in_place": (one(f"if {LATER}: g[:] = 0", "return (theta - epsilon * g,)"), "changes g in place"),
    # What it remembers is gone at the next step, so this is plain gradient descent.
    "memory": ("seen = []\n" + one("seen.append(1)", "return (theta - epsilon * g * (1 + 8 * (len(seen) > 4)),)"), ""),
    "bomb": (one(f"return theta - epsilon * (g + ({LATER} and t > 3) * g.mean()), t + 1", state="t, "), "mixes"),
    "late_bomb": (one(f"return (theta - epsilon * g + (g.mean() if {LATER} else 0),)"), "mixes elements"),
    "forged": (
        one(
            "import os, json",
            "reply = json.dumps({'arrays': ['AAAA']}).encode()",
            f"{LATER} and (os.write(3, reply), os._exit(0))",
            "return (theta - epsilon * g,)",
        ),
        "cannot be read",
    ),
    "patched": (
        one(
            "import sys",
            "sys.modules['lecture_grader.inside.rule'].take = lambda *a: a[3:5]",
            "return (theta - epsilon * g,)",
        ),
        "",
    ),
    "name": ("capstone_rule = 3", "must be a function"),
    "markup": (
        'def capstone_rule(theta, g, epsilon):\n    raise ValueError("<script>\\x1b[31m=1+1")',
        "stopped with ValueError: <script>",
    ),
    "broken": ("def capstone_rule(theta, g, epsilon:\n    return (theta,)", "not valid Python"),
    "none": ("x = 1", "There is no capstone_rule"),
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A class of hostile rules, with a good one among them."""
    folder = tmp_path_factory.mktemp("rules")
    extra = [f"capstone_by_hand = {HAND!r}", f"capstone_claims = {FORESEEN!r}"]
    for name, (source, _) in HOSTILE.items():
        (folder / f"{name}.ipynb").write_bytes(notebook(source))
    (folder / "good.ipynb").write_bytes(notebook(RULE, *extra))
    (folder / "wild.ipynb").write_bytes(notebook(RULE, "capstone_by_hand = 1 / 0", "while True: capstone_claims = 1"))
    patch = pytest.MonkeyPatch()
    soon_ended(patch, sandbox)
    for name, value in (("BUDGET", 8), ("CHOSEN_ON", range(1)), ("JUDGED_ON", range(1, 3))):
        patch.setattr(runs, name, value)
    patch.setattr(runs, "RATES", 10.0 ** np.arange(-4, 2))
    patch.setattr(rules, "WATCHED", 0.5)  # so few steps are to be watched as well as many
    try:
        found = classes.grade_class([folder], "secret", folder.parent / "kept", 2, sandbox.working_command())
        for name in HOSTILE.keys() - {"spy", "memory", "bomb", "in_place"}:
            (folder / f"{name}.ipynb").unlink()
        again = classes.grade_class([folder], "secret", folder.parent / "other", 2, sandbox.working_command())
    finally:
        patch.undo()
    return found, again


@needs_sandbox
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_gets_its_reason(hostile, name):
    result, reason = hostile[0][0][name], HOSTILE[name][1]
    said = " ".join(result["said"])
    if reason:
        assert result["results"] is None and re.search(reason, said), said
    else:
        assert result["results"], said
    assert said.isprintable()


@needs_sandbox
def test_the_others_are_judged_as_if_they_were_alone(hostile):
    (students, eight), again = hostile
    assert again[1] == eight and again[0] == {name: students[name] for name in again[0]}
    assert students["good"]["results"] == eight["Momentum"]
    assert students["memory"]["results"] == students["spy"]["results"] == eight["SGD"]
    for row in students["nan"]["results"]:
        assert row["losses"] == [np.inf] * 2
    wild = " ".join(students["wild"]["said"])
    assert "capstone_by_hand stopped with ZeroDivisionError" in wild and "capstone_claims" in wild
    assert students["wild"]["results"] == eight["Momentum"]


@needs_sandbox
def test_table_and_leaderboard_of_a_hostile_class_are_harmless(hostile):
    students, eight = hostile[0]
    rows = list(csv.reader(io.StringIO(classes.table(students))))
    assert len(rows) == 1 + len(students) and all(cell[:1] not in "=+@" for row in rows for cell in row if cell)
    text = page.leaderboard({**students, "<b>=1</b>": students["good"]}, eight)
    assert "<script" not in text and "<b>=1" not in text and "http" not in text
    for name in eight:
        assert text.count(f">{name}</th>") == 3
    hidden = page.leaderboard({"Ada Lovelace": students["good"]}, eight, hide_names=True)
    assert "Lovelace" not in hidden and "Rule 1" in hidden


@needs_sandbox
def test_the_command_writes_the_same_again_and_grades_only_what_is_missing(short, tmp_path, monkeypatch, capsys):
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    (folder / "ada.ipynb").write_bytes(notebook(RULE, f"capstone_by_hand = {HAND!r}"))
    words = [
        "capstone",
        str(folder),
        "--seed",
        "s",
        "-j",
        "1",
        "--csv",
        str(out / "c.csv"),
        "--html",
        str(out / "l.html"),
    ]
    assert cli.main(words) == 1
    first = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    monkeypatch.setattr(classes, "grade", None)  # nothing is graded again
    monkeypatch.setattr(runs, "results", None)
    assert cli.main(words) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == first
    assert b"ada,6,2,1,1,2,0,0,0," in first["c.csv"]
    (folder / "ada.ipynb").unlink()
    assert cli.main(words) == 2
    assert "There is no notebook" in capsys.readouterr().err


# The notebooks.


def test_the_students_notebook_is_the_generated_one_and_the_solution_holds():
    solution, student = (
        nbformat.read(ROOT / "exercises" / folder / "capstone.ipynb", as_version=4) for folder in ("solutions", "")
    )
    made = exercises.student_notebook(solution)
    assert exercises.what_it_says(student) == exercises.what_it_says(made), "run `make exercises`"
    shown = [cell for cell in solution.cells if cell.id == "capstone-check"]
    assert "earn 10 of 10 points" in shown[0].outputs[0].text
    first = next(cell for cell in student.cells if cell.id == "capstone-check")
    assert "2 of 2  a step by hand" in first.outputs[0].text, "as handed out it is gradient descent, which is right"


def test_the_notebook_says_the_numbers_of_the_code():
    text = (ROOT / "exercises" / "capstone.ipynb").read_text(encoding="utf-8")
    assert f"after {runs.BUDGET} gradients" in text and np.allclose(runs.RATES[[0, -1]], [1e-5, 1e3])
    assert (len(runs.CHOSEN_ON), len(runs.JUDGED_ON), rules.MOST_STATES, marks.MEDIAN) == (5, 10, 4, 4)
    assert marks.POSSIBLE == 10 and not set(runs.CHOSEN_ON) & set(runs.JUDGED_ON)


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_the_leaderboard_needs_nothing_and_can_be_used_by_everybody(tmp_path, visit, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    eight = {algorithm.name: losses(*[2 + k] * 8) for k, algorithm in enumerate(ALGORITHMS)}
    path = tmp_path / "leaderboard.html"
    name = "Maria Anna Walburga Ignatia " * 3
    path.write_text(page.leaderboard({name: {"results": losses(*[1e-12] * 8)}}, eight), encoding="utf-8")
    opened = visit(path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert [found["id"] for found in Axe().run(opened.page).response["violations"]] == []
    assert opened.page.locator("tbody tr").first.inner_text().startswith("Maria")
    assert opened.problems == []
