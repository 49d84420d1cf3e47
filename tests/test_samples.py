"""The extracts that questions train on are what they say, and need NumPy alone."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lecture_grader import samples

STORED = json.loads((Path(samples.__file__).parent / "samples.json").read_text(encoding="utf-8"))


def test_digits_and_tumours_are_those_of_scikit_learn():
    from sklearn.datasets import load_breast_cancer, load_digits

    X, y = samples.digits()
    pixels, classes = load_digits(return_X_y=True)
    of = STORED["digits"]["numbers"]
    blocks = pixels[of].reshape(100, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(100, 16) / 16
    assert np.allclose(X, blocks, rtol=0, atol=0.0051)
    assert np.array_equal(np.where(y == 1, 8, 3), classes[of])

    found, of = load_breast_cancer(), STORED["tumours"]["numbers"]
    X, y = samples.measurements()
    columns = [list(found.feature_names).index(name) for name in samples.FEATURES]
    assert np.array_equal(X, found.data[of][:, columns])
    assert np.array_equal(y == 1, found.target_names[found.target[of]] == "malignant")
    assert np.allclose(samples.tumours()[0].std(axis=0), 1, rtol=0, atol=1e-2)


def test_documents_are_bags_of_the_terms_named():
    X, y = samples.documents()
    assert set(np.unique(X)) == {0, 1} and X.shape == (100, len(samples.TERMS))
    assert X.any(axis=1).all() and y.sum() == 50
    more = dict(zip(samples.TERMS, X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0), strict=True))
    assert more["axes"] > 0 > more["array"]


@pytest.mark.parametrize("make", [samples.digits, samples.tumours, samples.documents])
def test_a_draw_has_half_of_each_class_and_is_nobody_elses(make):
    X, y = make(np.random.default_rng(3), 12)
    assert len(X) == 12 and y.sum() == 6
    everything = make()[0]
    assert all((everything == row).all(axis=1).any() for row in X)
    everything[:] = 9
    assert make()[0].max() < 9


def test_drawing_needs_numpy_alone():
    code = (
        "import sys; from lecture_grader import instant; instant.instant_judge('risk_training');"
        "print(sorted({'sklearn', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
