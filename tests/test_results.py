"""Numbers as text, and stored runs."""

import numpy as np
import pytest

from lecture_optim import results


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.02371, "≈ 0.024"),
        (0.0996, "≈ 0.10"),
        (1234.0, "≈ 1200"),
        (68.1, "≈ 68"),
        (-1.25, "≈ -1.2"),
        (0.0, "≈ 0"),
        (3e-9, "≈ 3.0e-09"),
        (np.inf, "≈ ∞"),
        (-np.inf, "≈ -∞"),
        (np.nan, "≈ ?"),
    ],
)
def test_about(x, text):
    assert results.about(x) == text


def test_about_keeps_the_digits_asked_for():
    assert results.about(0.99999, 3) == "≈ 1.00"
    assert results.about(421.7, 3) == "≈ 422"


def test_spread_and_mean_with_its_standard_error():
    assert results.spread([1.0, 2.0, 4.0]) == "≈ 2.0 (≈ 1.0 to ≈ 4.0)"
    # The deviations of 1, 2, 3 have the sum of squares 2, so the standard error is sqrt(2 / 2 / 3).
    assert results.mean_se([1.0, 2.0, 3.0]) == "≈ 2.0 ± ≈ 0.6"


def test_load_reads_numbers_words_and_infinity(monkeypatch, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "few.csv").write_text("# command: none\nname,loss\nSGD,0.5\nAdam,inf\n")
    monkeypatch.setattr(results, "files", lambda package: tmp_path)
    found = results.load("few")
    assert found["name"].tolist() == ["SGD", "Adam"]
    np.testing.assert_array_equal(found["loss"], [0.5, np.inf])
