"""The stored results of the experiments: well formed, small, and a random sample recomputed."""

import datetime
import os

import numpy as np
import pytest

from experiments import harness

NAMES = harness.names()
#: Another sample every day; the same all day, so that a failure can be repeated.
SEED = int(os.environ.get("EXPERIMENTS_SEED", datetime.date.today().toordinal()))


def files(experiment):
    return {harness.file_of(experiment, setting) for setting in experiment.runs()}


@pytest.mark.parametrize("name", NAMES)
def test_results_are_stored_whole_and_small(name):
    experiment = harness.load(name)
    assert len(experiment.__doc__.strip()) > 40
    for path in files(experiment):
        text = path.read_text(encoding="utf-8")
        assert len(text) < 300_000
        head = [line for line in text.splitlines() if line.startswith("#")]
        assert len(head) == 4
        assert head[1] == f"# command: python -m experiments {name}"
        assert "NumPy" in head[2]
        rows = harness.read(path)
        assert set(experiment.MEASURED) & set(rows[0])
        keys = [tuple(v for k, v in row.items() if k not in experiment.MEASURED) for row in rows]
        assert len(set(keys)) == len(keys)
    settings = experiment.runs()
    columns = list(harness.columns_of(experiment, settings[0]))
    wanted = {
        (harness.file_of(experiment, setting), *[harness.text(setting[c]) for c in columns]) for setting in settings
    }
    stored = {(path, *[row[c] for c in columns]) for path in files(experiment) for row in harness.read(path)}
    assert stored == wanted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_a_random_sample_comes_out_again(name):
    experiment = harness.load(name)
    found = harness.recompute(name, np.random.default_rng(SEED))
    assert sum(of for _, of in found.values()) > 0
    for column, (agree, of) in found.items():
        assert agree >= getattr(experiment, "SHARE", 1.0) * of, f"{column}: {agree} of {of} agree (seed {SEED})"


def test_every_result_belongs_to_an_experiment():
    owned = {path for name in NAMES for path in files(harness.load(name))}
    assert set(harness.RESULTS.glob("*.csv")) == owned


def test_the_rules_of_agreement():
    inf = np.inf
    stored, again = np.array([1.0, 100.0, inf, inf, 0.0]), np.array([1.05, 130.0, inf, 1.0, 0.0])
    np.testing.assert_array_equal(harness.relative(0.1)(stored, again), [1, 0, 1, 0, 1])
    np.testing.assert_array_equal(harness.absolute(0.1)(stored, again), [1, 0, 1, 0, 1])
    np.testing.assert_array_equal(harness.decades(0.5)(stored, again), [1, 1, 1, 0, 1])
    np.testing.assert_array_equal(harness.decades(0.05)(stored, again), [1, 0, 1, 0, 1])
    np.testing.assert_array_equal(harness.exact(np.array([1.234, 1.234]), np.array([1.235, 1.237])), [1, 0])
    assert harness.decades(0.5, least=1e-8)(1e-30, 1e-9)


def test_a_changed_result_is_noticed(tmp_path, monkeypatch):
    class Toy:
        """A toy whose rows are squares."""

        NAME, MEASURED, SAMPLE = "00_toy", {"square": harness.exact}, 2

        @staticmethod
        def runs():
            return [{"start": 1}, {"start": 10}]

        @staticmethod
        def run(start):
            return [{"x": x, "square": x * x / 7} for x in range(start, start + 3)]

    monkeypatch.setattr(harness, "RESULTS", tmp_path)
    monkeypatch.setattr(harness, "load", lambda name: Toy)
    rows = [row for setting in Toy.runs() for row in harness.complete(Toy, setting, Toy.run(**setting))]
    path = harness.file_of(Toy, Toy.runs()[0])
    harness.write(path, rows, Toy, "python -m experiments toy")
    assert harness.recompute("toy", np.random.default_rng(0)) == {"square": (6, 6)}
    path.write_text(path.read_text().replace("17.29", "17.92"))
    assert harness.recompute("toy", np.random.default_rng(0)) == {"square": (5, 6)}
