"""The contest on the command line: the same bytes everywhere, resumed, and joined by a rule of one's own."""

import csv
import threading
import time

import numpy as np
import pytest

from lecture_optim import ADAM, contest
from lecture_optim.contest import __main__ as cli
from lecture_optim.contest import held as held_module
from lecture_optim.contest import report, units
from lecture_optim.contest.entry import ContestError, ours, theirs
from lecture_optim.contest.held import Contest

SMALL = ["--problems", "rosenbrock,aligned", "--algorithms", "SGD,ADAM", "--steps", "12", "--seeds", "3"]
SIGN = """
def sign(theta, g, epsilon, delta=1e-30):
    return (theta - epsilon * g / (delta + g * g) ** 0.5,)
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def hold(*words):
    return cli.main([*SMALL, "--processes", "1", *words])


def files(folder):
    return [(folder / name).read_bytes() for name in ("contest.csv", "report.txt")]


@pytest.fixture
def counted(monkeypatch):
    """Every unit that is computed."""
    seen, real = [], units.compute
    monkeypatch.setattr(units, "compute", lambda unit, code: seen.append(unit) or real(unit, code))
    return seen


def test_rows_are_the_runs_of_the_contest(tmp_path):
    assert hold("--out", "out") == 0
    with (tmp_path / "out" / "contest.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (row["problem"], row["algorithm"]) == ("aligned", "Adam")]
    rates = 10.0 ** (np.array(sorted({round(4 * np.log10(float(row["rate"]))) for row in rows})) / 4)
    assert len(rates) >= 22
    for schedule in contest.SCHEDULES:
        expected = contest.losses(ADAM, contest.aligned_quadratic(steps=12), rates, range(3), schedule)
        found = [float(row["train"]) for row in rows if row["schedule"] == schedule]
        np.testing.assert_allclose(np.reshape(found, (3, -1)), expected, rtol=1e-5)


def test_what_is_done_is_not_done_again(tmp_path, counted, monkeypatch):
    assert hold("--out", "whole") == 0
    all_of_them = list(counted)
    assert len(set(all_of_them)) == len(all_of_them)
    counted.clear()
    real = units.Kept.keep

    def stop(self, unit, rows):
        real(self, unit, rows)
        if len(counted) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(units.Kept, "keep", stop)
        assert hold("--out", "parts") == 130
    assert len(counted) == 5
    assert not (tmp_path / "parts" / "contest.csv").exists()
    assert hold("--out", "parts") == 0
    assert sorted(map(repr, counted)) == sorted(map(repr, all_of_them))
    assert files(tmp_path / "parts") == files(tmp_path / "whole")
    counted.clear()
    assert hold("--out", "parts") == 0
    assert not counted
    assert hold("--out", "parts", "--steps", "13") == 0
    assert {unit.steps for unit in counted} == {13}
    counted.clear()
    monkeypatch.setattr(units, "code", lambda: "another version")
    assert hold("--out", "parts") == 0
    assert sorted(map(repr, counted)) == sorted(map(repr, all_of_them))


def test_only_a_changed_rule_is_run_again(tmp_path, counted):
    rule = tmp_path / "mine.py"
    rule.write_text(SIGN)
    assert hold("--rule", "mine.py:sign") == 0
    counted.clear()
    rule.write_text(SIGN.replace("1e-30", "1e-20"))
    assert hold("--rule", "mine.py:sign") == 0
    assert {unit.entry.label for unit in counted} == {"mine:sign"}


def test_two_processes_write_the_same(tmp_path):
    assert hold("--out", "one") == 0
    assert cli.main([*SMALL, "--processes", "2", "--out", "two"]) == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


# A rule of one's own.


def test_a_copy_of_adam_is_adam(tmp_path, capsys):
    (tmp_path / "copy.py").write_text(
        "from dataclasses import replace\nfrom lecture_optim import ADAM, algorithms\n"
        "THEIRS = replace(ADAM, name='theirs')\nmine = algorithms.adam\n"
    )
    for name in ("mine", "THEIRS"):
        entry = theirs(f"copy.py:{name}")
        assert entry.algorithm.state_names == ("s", "r", "t")
        held = Contest([entry, *ours(["ADAM"])], ["rosenbrock"], 12, range(20))
        cli.perform(held, units.Kept(tmp_path / "kept"), 1, None)
        text = report.report(held, entry)
        assert text.count("1 (1 to 1)") == 2
        assert "0 of 20  undecided" in text
        assert "than Adam: undecided everywhere" in text


def test_its_grid_is_as_wide_as_all_others_and_grows(tmp_path):
    lowest = [contest.quarters(name, "rosenbrock").start for name in contest.LOWEST]
    highest = [contest.quarters(name, "rosenbrock").stop for name in contest.LOWEST]
    assert contest.quarters("mine:sign", "rosenbrock") == range(min(lowest), max(highest))
    assert contest.quarters("SGD", "digits") == range(-8, 10)
    (tmp_path / "mine.py").write_text(SIGN.replace("epsilon * g", "epsilon * 1e-6 * g"))
    entry = theirs("mine.py:sign")
    held = Contest([entry], ["aligned"], 12, range(3))
    cli.perform(held, units.Kept(tmp_path / "kept"), 1, None)
    rates = held.rates("aligned", entry)
    np.testing.assert_allclose(np.diff(np.log10(rates)), 0.25, atol=1e-5)
    assert rates[-1] > 1e5 > 10.0 ** (max(highest) / 4)
    assert {held.at_end("aligned", entry, "train", schedule) for schedule in contest.SCHEDULES} == {0}


def test_a_best_rate_at_the_end_gets_no_verdict(tmp_path, monkeypatch):
    monkeypatch.setattr(held_module, "TIMES", 0)
    (tmp_path / "mine.py").write_text(SIGN.replace("epsilon * g", "epsilon * 1e-6 * g"))
    entry = theirs("mine.py:sign")
    held = Contest([entry, *ours(["SGD"])], ["aligned"], 12, range(20))
    cli.perform(held, units.Kept(tmp_path / "kept"), 1, None)
    text = report.report(held, entry)
    assert "0 of 20  no verdict" in text
    assert "at the end of the grid" in text
    assert "undecided everywhere" in text


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (SIGN, "none.py:sign", "No such file"),
        (SIGN, "mine.py", "FILE.py:NAME"),
        (SIGN, "mine.py:sing", "the file has sign"),
        ("sign = 3", "mine.py:sign", "must be a function or an Algorithm, got 3"),
        ("def sign(theta", "mine.py:sign", "SyntaxError"),
        ("import nothing_of_that_name", "mine.py:sign", "travels alone"),
        ("1 / 0", "mine.py:sign", "ZeroDivisionError"),
        ("def sign(theta, g):\n return (theta,)", "mine.py:sign", r"must take .*epsilon.*, got \(theta, g\)"),
        ("def sign(*a, epsilon):\n return a", "mine.py:sign", "must take"),
        ("def sign(theta, g, epsilon, beta):\n return (theta,)", "mine.py:sign", "default for beta"),
        ("def sign(theta, g, epsilon):\n return theta", "mine.py:sign", r"tuple \(theta,\), got ndarray"),
        ("def sign(theta, g, v, epsilon):\n return (theta,)", "mine.py:sign", r"tuple \(theta, v\), got 1 values"),
        ("def sign(theta, g, epsilon):\n return (theta[:1],)", "mine.py:sign", r"theta of shape \(4, 2\), got"),
        ("def sign(theta, g, v, epsilon):\n return theta, 0.0", "mine.py:sign", r"v of shape \(4, 2\), got \(\)"),
        ("def sign(theta, g, epsilon):\n return (theta - epsilon * g / abs(g),)", "mine.py:sign", "gradient is 0"),
        ("def sign(theta, g, epsilon):\n theta -= epsilon * g\n return (theta,)", "mine.py:sign", "changes theta in"),
        ("def sign(theta, g, epsilon):\n g *= epsilon\n return (theta - g,)", "mine.py:sign", "changes g in place"),
        ("def sign(theta, g, v, epsilon):\n v += g\n return theta - epsilon * v, v", "mine.py:sign", "changes v in"),
        ("def sign(theta, g, epsilon):\n if g > 0: pass\n return (theta,)", "mine.py:sign", "ValueError: The truth"),
        ("def sign(theta, g, epsilon):\n return (theta - epsilon * g / (g * g).sum(),)", "mine.py:sign", "mixes runs"),
    ],
)
def test_what_will_not_do_is_said_in_one_sentence(tmp_path, capsys, body, place, words):
    (tmp_path / "mine.py").write_text(body)
    assert hold("--rule", place) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    with pytest.raises(ContestError, match=words):
        theirs(place)
    assert not (tmp_path / "contest").exists()


def test_bad_options_are_told(tmp_path, capsys):
    for words, expected in (
        (["--problems", "valley"], "got valley"),
        (["--algorithms", "ADMA"], "no algorithm ADMA"),
        (["--dask", "tcp://127.0.0.1:1"], None),
    ):
        if expected:
            assert hold(*words) == 2
            assert expected in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert hold("--out", "file") == 2
    assert "--out file cannot be written" in capsys.readouterr().err


def test_a_rule_that_fails_later_is_named_with_its_place(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(
        "def sign(theta, g, t, epsilon):\n if t > 5: raise ValueError('enough')\n return theta - epsilon * g, t + 1"
    )
    assert hold("--rule", "mine.py:sign") == 2
    assert "mine:sign failed on rosenbrock, seed 0: ValueError: enough" in capsys.readouterr().err


# What the report says.


def test_verdicts_need_nine_tenths_of_the_seeds():
    mine, theirs = np.ones(20), np.full(20, 2.0)
    assert report.verdict(mine, theirs) == "better"
    assert report.verdict(theirs, mine) == "worse"
    theirs[:2] = 0.5
    assert report.verdict(mine, theirs) == "better"
    theirs[:3] = 0.5
    assert report.verdict(mine, theirs) == "undecided"
    assert report.verdict(mine, mine) == "undecided"
    np.testing.assert_array_equal(report.ratio(np.array([0, np.inf, 1]), np.array([0, np.inf, np.inf])), [1, 1, 0])


def test_few_seeds_are_a_first_look(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(SIGN)
    assert hold("--rule", "mine.py:sign") == 0
    text = capsys.readouterr().out
    assert text == (tmp_path / "contest" / "report.txt").read_text()
    assert "3 seeds are a first look. A verdict takes 20" in text
    assert "Is mine:sign better?" not in text
    assert not any(line.endswith(("better", "worse", "undecided")) for line in text.splitlines())


# On a cluster.


@pytest.mark.slow
def test_a_worker_killed_half_way_changes_nothing(cluster, tmp_path, capsys, monkeypatch):
    address, workers = cluster
    (tmp_path / "mine.py").write_text(SIGN)
    words = [*SMALL, "--steps", "400", "--seeds", "5", "--rule", "mine.py:sign"]
    killed_at = []

    def kill():
        kept = tmp_path / "there" / "units"
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            done = len(list(kept.glob("[!.]*.json"))) if kept.exists() else 0
            if done >= 8:
                break
            time.sleep(0.005)
        workers[0].kill()
        killed_at.append(done)

    killer = threading.Thread(target=kill)
    killer.start()
    assert cli.main([*words, "--dask", address, "--out", "there"]) == 0
    killer.join()
    units_there = len(list((tmp_path / "there" / "units").glob("*.json")))
    assert 8 <= killed_at[0] < units_there, "the worker was not killed half-way"
    assert cli.main([*words, "--processes", "1", "--out", "here"]) == 0
    assert files(tmp_path / "there") == files(tmp_path / "here")
    # A rule that fails on a worker is named as here, and a file of the rule is not looked for there.
    (tmp_path / "mine.py").write_text(SIGN.replace("return", "if epsilon.min() < 1e-6: raise OSError\n    return"))
    capsys.readouterr()
    monkeypatch.setattr(units, "seconds", lambda unit: 1.0)  # which would run it here
    assert cli.main([*words, "--dask", address, "--out", "low"]) == 2
    assert "mine:sign failed on" in capsys.readouterr().err


def test_another_version_on_a_worker_is_refused():
    unit = Contest(ours(["SGD"]), ["aligned"], 3, [0]).missing()[0]
    with pytest.raises(ContestError, match="another version"):
        units.compute(unit, "what another machine has")
