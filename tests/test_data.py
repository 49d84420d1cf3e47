"""The data: counts, parts without an example in common, and the same draw every time."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from lecture_optim import SGD, data
from lecture_optim.descent import minibatch_gradient, sweep
from lecture_optim.linear import LogisticRegression
from lecture_optim.risk import angle_error, draw_linear, empirical_risk, risk


def parts(drawn):
    return [
        (drawn.X_train, drawn.y_train),
        (drawn.X_validation, drawn.y_validation),
        (drawn.X_test, drawn.y_test),
    ]


def test_importing_needs_numpy_only():
    code = (
        "import sys, lecture_optim.data, lecture_optim.networks, lecture_optim.recurrent, "
        "lecture_optim.linear, lecture_optim.curvature\n"
        "print({'scipy', 'sklearn', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_digits_are_all_there_once():
    drawn = data.digits(np.random.default_rng(0))
    assert [X.shape for X, _ in parts(drawn)] == [(1197, 64), (300, 64), (300, 64)]
    assert [y.shape for _, y in parts(drawn)] == [(1197,), (300,), (300,)]
    X = np.concatenate([X for X, _ in parts(drawn)])
    assert X.min() == 0 and X.max() == 1
    assert set(drawn.y_test) == set(range(10))
    from sklearn.datasets import load_digits

    original, classes = load_digits(return_X_y=True)
    ours = np.column_stack([X * 16, np.concatenate([y for _, y in parts(drawn)])])
    theirs = np.column_stack([original, classes])
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_the_split_follows_the_generator():
    first, again, other = (data.digits(np.random.default_rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.X_test, again.X_test)
    np.testing.assert_array_equal(first.y_train, again.y_train)
    assert (first.y_test != other.y_test).any()


def test_a_split_must_leave_something():
    with pytest.raises(ValueError, match="must leave some of the 1797 examples .* 1700 and 97"):
        data.digits(np.random.default_rng(0), validation=1700, test=97)
    with pytest.raises(ValueError, match="test must be a whole number of at least 0, got -1"):
        data.digits(np.random.default_rng(0), test=-1)


SOURCE = '''
"""Of the module."""
raise RuntimeError("nothing of it may run")

class Thing:
    """Of the class."""

    async def method(self):
        """Of the method."""
        def inner():
            """Of an inner function."""

def silent():
    return """not a docstring"""

if True:
    def twice():
        """Of the class."""
    add_newdoc("pkg", "f", """
        Of a compiled function.
        """)
    add_newdoc("pkg", "C", ("g", "Of a compiled method."))
'''


def test_docstrings_are_read_and_nothing_runs(tmp_path, monkeypatch):
    for folder in ("readable", "readable/tests", "readable/inner"):
        (tmp_path / folder).mkdir()
    (tmp_path / "readable" / "__init__.py").write_text(SOURCE)
    (tmp_path / "readable" / "tests" / "test_it.py").write_text('"""Of a test."""')
    (tmp_path / "readable" / "inner" / "odd.py").write_text('"""Of the café, \\d."""', "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = data.docstrings("readable")
    assert "readable" not in sys.modules
    assert found == [
        "Of the module.",
        "Of the class.",
        "Of the method.",
        "Of an inner function.",
        "Of a compiled function.",
        "g",
        "Of a compiled method.",
        "Of the café, \\d.",
    ]
    with pytest.raises(ImportError, match="an installed package, got 'no_such_library'"):
        data.docstrings("no_such_library")


@pytest.fixture(scope="module")
def documents():
    return data.documents(np.random.default_rng(0))


def test_documents_are_what_they_say(documents):
    d = len(documents.terms)
    assert [X.shape for X, _ in parts(documents)][1:] == [(600, d), (600, d)]
    m = documents.X_train.shape[0]
    # Another version of the two libraries has other docstrings, but not by much.
    assert 2000 < m < 4000 and 3000 < d < 5500
    assert 0.3 < np.mean(documents.y_train == 0) < 0.5
    assert documents.names == ("numpy", "matplotlib")
    for X, y in parts(documents):
        assert len(y) == X.shape[0] and set(y) == {0, 1}
        assert set(X.data) == {1.0}
    counted = documents.X_train.sum(axis=0)
    np.testing.assert_array_equal(documents.document_frequency, counted)
    assert documents.document_frequency.min() == 3
    assert list(documents.terms) == sorted(set(documents.terms))


def test_logistic_regression_learns_the_documents(documents):
    model = LogisticRegression(len(documents.terms))
    gradient = minibatch_gradient(model.gradient, documents.X_train, documents.y_train, 32, np.random.default_rng(1))
    theta, _ = sweep(SGD, gradient, model.init(runs=1), 200, epsilon=1.0)
    assert model.error(theta, documents.X_test, documents.y_test) < 0.12
    assert model.value(theta, documents.X_test, documents.y_test) < 0.35


def test_the_names_of_the_libraries_are_not_terms(documents):
    assert not data.NAMES & set(documents.terms)
    # The class is in the topic, and these two words of it are on opposite sides.
    for word, label in (("ndarray", 0), ("axes", 1)):
        having = documents.X_train[:, [documents.terms.index(word)]].toarray()[:, 0] > 0
        assert np.mean(documents.y_train[having] == label) > 0.8


def fingerprint(documents):
    digest = hashlib.sha256(" ".join(documents.terms).encode())
    for X, y in parts(documents):
        digest.update(X.indices.astype("<i8").tobytes() + y.astype("<i8").tobytes())
    return digest.hexdigest()


@pytest.mark.slow
def test_documents_do_not_depend_on_hashing_or_what_was_imported(documents):
    code = (
        "import sys, types, numpy, matplotlib.pyplot\n"
        "from tests.test_data import data, fingerprint\n"
        "print(fingerprint(data.documents(numpy.random.default_rng(0))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True,
        cwd=__file__.rpartition("tests")[0], env={**os.environ, "PYTHONHASHSEED": "1"},
    )  # fmt: skip
    assert done.stdout.strip() == fingerprint(documents)


def test_no_document_is_in_two_parts(documents):
    bags = [
        bag
        for library in data.LIBRARIES
        for bag in {data._words(text) for text in data.docstrings(library)}
        if len(bag) >= 10
    ]
    assert len(bags) == len(set(bags)) == sum(X.shape[0] for X, _ in parts(documents))
    three = data._split(50, 10, 5, np.random.default_rng(0))
    assert [len(part) for part in three] == [35, 10, 5]
    np.testing.assert_array_equal(np.sort(np.concatenate(three)), np.arange(50))


def test_spirals_lie_on_spirals():
    X, y = data.spirals(np.random.default_rng(0), 201, noise=0.0, turns=2.0)
    assert X.shape == (201, 2) and sorted(np.bincount(y)) == [100, 101]
    radius, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
    assert 0.95 < radius.max() <= 1
    turned = (angle - 2 * np.pi * 2.0 * radius - np.pi * y) / (2 * np.pi)
    np.testing.assert_allclose(turned, np.round(turned), atol=1e-12)
    noisy, _ = data.spirals(np.random.default_rng(0), 201, noise=0.05, turns=2.0)
    assert np.std(noisy - X) == pytest.approx(0.05, rel=0.15)


def test_memory_task_shows_the_symbol_first_and_noise_after():
    X, y = data.memory_task(np.random.default_rng(0), 300, lag=7, symbols=3, noise=0.2)
    assert X.shape == (300, 8, 3) and set(y) == {0, 1, 2}
    np.testing.assert_array_equal(X[:, 0], np.eye(3)[y])
    assert X[:, 1:].std() == pytest.approx(0.2, rel=0.05)
    for symbol in range(3):
        assert abs(X[y == symbol, 1:].mean()) < 0.02
    assert data.memory_task(np.random.default_rng(0), 2, lag=0)[0].shape == (2, 1, 2)


def test_one_feature_is_honest_and_the_rest_are_as_in_the_paper():
    X, y = data.one_honest_feature(np.random.default_rng(0), 600)
    assert X.shape == (600, 3_003) and set(y) == {-1.0, 1.0}
    assert abs(np.mean(y > 0) - 0.6) < 5 * (0.24 / 600) ** 0.5
    np.testing.assert_array_equal(X[:, 0], y)
    np.testing.assert_array_equal(X[:, 1:3], 1)
    own = X[:, 3:].reshape(600, 600, 5)  # five places for each example, used by that example only
    assert own.sum() == np.trace(own.sum(axis=2))
    for row, label in zip(own[np.arange(600), np.arange(600)], y, strict=True):
        assert row.tolist() == ([1, 0, 0, 0, 0] if label > 0 else [1, 1, 1, 1, 1])
    assert set(data.one_honest_feature(np.random.default_rng(0), 50, positive=1)[1]) == {1.0}
    assert set(data.one_honest_feature(np.random.default_rng(0), 50, positive=0)[1]) == {-1.0}


@pytest.mark.parametrize(
    ("make", "stated"),
    [
        (lambda rng, **more: data.spirals(rng, 30, **more), {"noise": 0.05, "turns": 1.5}),
        (lambda rng, **more: data.memory_task(rng, 30, 4, **more), {"symbols": 2, "noise": 0.1}),
        (lambda rng, **more: data.one_honest_feature(rng, 30, **more), {"positive": 0.6}),
    ],
)
def test_the_defaults_are_the_stated_ones(make, stated):
    for plain, named in zip(make(np.random.default_rng(0)), make(np.random.default_rng(0), **stated), strict=True):
        np.testing.assert_array_equal(plain, named)


def test_the_linear_problem_has_the_noise_and_the_inputs_it_says():
    w = np.array([2.0, -1.0, 0.5])
    X, y = draw_linear(np.random.default_rng(0), w, 0.7, 50, 400)
    assert X.shape == (400, 50, 3) and y.shape == (400, 50)
    noise = y - X @ w
    assert noise.std() == pytest.approx(0.7, rel=5 * (2 * noise.size) ** -0.5)
    assert abs(noise.mean()) < 5 * 0.7 / noise.size**0.5
    np.testing.assert_allclose(np.cov(X.reshape(-1, 3).T), np.eye(3), atol=5 * 2**0.5 / noise.size**0.5)
    assert abs(np.corrcoef(noise.ravel(), X[..., 0].ravel())[0, 1]) < 5 / noise.size**0.5
    assert draw_linear(np.random.default_rng(0), w[:1], 0.7, 1, 1)[0].shape == (1, 1, 1)
    exact, _ = draw_linear(np.random.default_rng(0), w, 0.0, 50, 400)
    np.testing.assert_array_equal(exact, X)


def test_risks_by_hand():
    w = np.array([3.0, 4.0])
    assert risk(np.zeros(2), w, 2.0) == 14.5  # ½ (2² + 3² + 4²)
    np.testing.assert_array_equal(risk(np.array([[0.0, 3], [0, 4]]), w, 1.0), [13, 0.5])
    X, y = np.array([[[1.0, 0], [0, 2]], [[1.0, 1], [2, 0]]]), np.array([[1.0, 0], [0, 4]])
    # Of (1, 1): the residuals 0, 2 and 2, -2, so ½ · 2 and ½ · 4; of a column for each set, (1, 0) and (2, -2): 0, 0.
    np.testing.assert_array_equal(empirical_risk(np.ones(2), X, y), [1, 2])
    np.testing.assert_array_equal(empirical_risk(np.array([[1.0, 2], [0, -2]]), X, y), [0, 0])


def test_the_angle_is_that_of_directions_of_any_length_and_never_nan():
    theta = np.random.default_rng(0).standard_normal((5, 2000))
    for length in (1e-3, 1.0, 1e3):  # rounding takes some cosines beyond 1
        np.testing.assert_allclose(angle_error(length * theta, theta), 0, atol=1e-7)
        np.testing.assert_allclose(angle_error(-length * theta, theta), 1, atol=1e-7)
    np.testing.assert_allclose(angle_error(np.array([1e-3, 1e-3]), np.array([0, 1e-3])), 0.25, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: data.spirals(rng, 1), "m must be a whole number of at least 2, got 1"),
        (lambda rng: data.spirals(rng, 9, noise=-1), "noise must be finite and not negative"),
        (lambda rng: data.memory_task(rng, 0, 3), "m must be a whole number of at least 1, got 0"),
        (lambda rng: data.memory_task(rng, 5, -1), "lag must be a whole number of at least 0"),
        (lambda rng: data.memory_task(rng, 5, 1, 1), "symbols must be .* at least 2, got 1"),
        (lambda rng: data.documents(rng, least_words=0), "least_words must be .* at least 1"),
        (lambda rng: data.one_honest_feature(rng, 5, 1.5), r"positive must be in \[0, 1\], got 1.5"),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


def test_splits_give_each_run_a_split_of_its_own():
    both = data.splits(data.digits, (3, 4))
    assert both.X_train.shape == (2, 1197, 64)
    assert both.y_test.shape == (2, 300)
    for i, seed in enumerate((3, 4)):
        alone = data.digits(np.random.default_rng(seed))
        np.testing.assert_array_equal(both.X_train[i], alone.X_train)
        np.testing.assert_array_equal(both.y_validation[i], alone.y_validation)
