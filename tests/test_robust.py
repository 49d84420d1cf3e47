"""Fragile numbers are seen: the jitter moves what it should, and the comparison is as strict as it says."""

import re
import subprocess
import sys

import jitter
import nbformat
import numpy as np
import outputs
import pytest
from conftest import ROOT

from lecture_optim.results import about

RUN = """\
import numpy as np
from lecture_optim import RMSPROP
from lecture_optim.descent import sweep
from lecture_optim.objectives import Rosenbrock

rates = np.array([0.01, 0.01 + 1e-12])
ends, _ = sweep(RMSPROP, Rosenbrock().gradient, [[-1.2], [1.0]], 2_000, epsilon=rates)
"""
FRAGILE = 'print("best:", Rosenbrock().value(ends).argmin())'
STURDY = 'print("near the minimum:", *np.abs(ends[0] - 1).round())'


@pytest.mark.slow
def test_an_argmin_between_two_nearly_equal_rates_is_caught_and_nothing_else(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (RUN, FRAGILE, STURDY)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "page.ipynb"
    nbformat.write(notebook, path)
    subprocess.run([sys.executable, ROOT / "tools" / "run_notebooks.py", path], check=True, capture_output=True)
    command = [sys.executable, ROOT / "tools" / "robust.py", "--jitter", *"1234", "--", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Outputs differ under: jitter" in done.stdout
    assert set(re.findall(r"page.ipynb, code cell (\d+)", done.stdout)) == {"3"}  # the first cell is for Colab


def test_an_element_moves_by_one_unit_at_most_and_a_zero_stays():
    x = np.concatenate([np.zeros(10), np.random.default_rng(0).standard_normal(1_000)])
    moved = jitter.Jitter(1).moved(x)
    units = (moved - x) / np.spacing(x)
    assert set(units[10:]) == {-1, 0, 1}
    assert not moved[:10].any()
    assert set(map(np.sign, jitter.Jitter(2).moved(x) - moved)) == {-1, 0, 1}
    whole = np.arange(3)
    assert jitter.Jitter(1).moved(whole) is whole
    assert np.isinf(jitter.Jitter(1).moved(np.array([np.inf]))).all()


def test_a_result_is_moved_once_where_functions_call_each_other():
    source = jitter.Jitter(3)
    inner = source.around(lambda x: x)
    outer = source.around(lambda x: inner(x))
    x = np.random.default_rng(0).standard_normal(1_000)
    assert np.abs((outer(x) - x) / np.spacing(x)).max() == 1


@pytest.mark.parametrize(
    ("stored", "found", "same"),
    [
        ("loss 0.024", "loss 0.024", True),
        ("loss 0.024", "loss 0.025", False),
        ("loss ≈ 0.024", "loss ≈ 0.025", True),
        ("loss   ≈ 0.10", "loss ≈ 0.099", True),
        ("loss ≈ 0.024", "loss ≈ 0.034", False),
        ("loss ≈ 0.024", "loss 0.024", False),
        ("≈ ∞ and ≈ 1e-08", "≈ ∞ and ≈ 1.05e-08", True),
        ("≈ ∞", "≈ 3", False),
        ("≈ 1,200 steps", "≈ 1,250 steps", True),
        ("≈ 1,200 steps", "≈ 1,250 step", False),
        ("one\ntwo", "one", False),
    ],
)
def test_outputs_are_equal_but_for_marked_numbers(stored, found, same):
    assert bool(outputs.difference(stored, found)) != same


def test_a_cell_may_state_a_wider_tolerance():
    def notebook(text, **metadata):
        cell = nbformat.v4.new_code_cell("0", metadata=metadata)
        cell.outputs = [nbformat.v4.new_output("stream", text=text)]
        return nbformat.v4.new_notebook(cells=[cell])

    assert list(outputs.differences(notebook("≈ 1.0"), notebook("≈ 1.3")))
    assert not list(outputs.differences(notebook("≈ 1.0", tolerance=0.4), notebook("≈ 1.3", tolerance=0.4)))


def test_numbers_are_read_as_they_are_written():
    numbers = [0.024, 1234.0, -1.25, 3e-9, np.inf, -np.inf]
    assert outputs.numbers(" ".join(map(about, numbers))) == [0.024, 1200, -1.2, 3e-9, np.inf, -np.inf]
