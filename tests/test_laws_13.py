"""The laws of chapter 13: the ranking differs between problems; equal training losses, unequal test errors."""

import numpy as np
import pytest

from lecture_optim import ADADELTA, ADAGRAD, ADAM, ALGORITHMS, MOMENTUM, NESTEROV, SGD, contest, data
from lecture_optim.descent import sweep

RATES = 10.0 ** np.arange(-4, 3.5, 0.5)
SEEDS = range(3)


@pytest.fixture(scope="module")
def surfaces():
    return [
        np.array([contest.losses(a, problem, RATES, SEEDS) for a in ALGORITHMS])
        for problem in (contest.curved_valley(), contest.rotated_quadratic())
    ]


def test_every_best_rate_is_inside_the_grid(surfaces):
    for losses in surfaces:
        best = contest.best_rates(losses)
        assert best.min() > 0
        assert best.max() < len(RATES) - 1


def test_the_ranking_differs_between_problems(surfaces):
    valley, quadratic = (dict(zip(ALGORITHMS, contest.tuned(losses), strict=True)) for losses in surfaces)
    assert np.all(valley[ADAM] < valley[NESTEROV])
    assert np.all(quadratic[NESTEROV] < 1e-2 * quadratic[ADAM])
    assert np.all(quadratic[SGD] < 1e-1 * quadratic[ADADELTA])


def test_rare_terms_turn_the_ranking_round():
    problem = contest.documents_regression(steps=150)
    rates, seeds = 10.0 ** np.arange(-1, 2, 0.5), range(2)
    adagrad, nesterov = contest.tuned([contest.losses(a, problem, rates, seeds) for a in (ADAGRAD, NESTEROV)])
    assert np.all(adagrad < 0.3 * nesterov)


def test_diverged_runs_count_as_infinite():
    found = contest.losses(SGD, contest.rotated_quadratic(steps=2_000), [0.01, 10.0], [0, 1])
    assert found.shape == (2, 2)
    assert np.all(np.isinf(found[:, 1]))
    assert np.all(found[:, 0] < 1e-6)


def test_a_seed_gives_everyone_the_same_start_and_the_same_minibatches():
    problem = contest.memory_network(steps=3)
    first, second = (problem.draw(4) for _ in range(2))
    other = problem.draw(5)
    np.testing.assert_array_equal(first[0], second[0])
    for _ in range(10):  # more than one pass
        np.testing.assert_array_equal(first[1](first[0]), second[1](first[0]))
    assert not np.allclose(first[0], other[0])
    once, again = (contest.losses(ADAM, problem, [0.01, 0.1], [1, 2]) for _ in range(2))
    np.testing.assert_array_equal(once, again)


def test_best_rates_tuned_ranks_and_places_by_hand():
    losses = np.array(
        [
            [[9, 2, np.inf], [9, 4, 1], [9, 3, np.inf]],  # the median of the last rate is infinite
            [[5, 8, 1], [5, 8, 9], [5, 8, 9]],  # one lucky seed does not count
            [[7, 7, 1], [7, 7, 2], [7, 7, 2]],
        ]
    )
    np.testing.assert_array_equal(contest.best_rates(losses), [1, 0, 2])
    best = contest.tuned(losses)
    np.testing.assert_array_equal(best, [[2, 4, 3], [5, 5, 5], [1, 2, 2]])
    np.testing.assert_array_equal(contest.ranks(best), [[2, 2, 2], [3, 3, 3], [1, 1, 1]])
    np.testing.assert_array_equal(contest.places(best), [2, 3, 1])
    # The first two take turns: neither pushes the other down, and the third is behind both.
    taking_turns = [[1, 2, 1], [2, 1, 2], [3, 3, 3]]
    np.testing.assert_array_equal(contest.places(taking_turns), [1, 1, 3])
    np.testing.assert_array_equal(contest.ranks(taking_turns), [[1, 2, 1], [2, 1, 2], [3, 3, 3]])


@pytest.mark.parametrize(
    ("rates", "seeds", "word"),
    [([], [0], "rates"), (0.1, [0], "rates"), ([0.1], [], "seeds"), ([-0.1], [0], "epsilon")],
)
def test_bad_grids_are_told(rates, seeds, word):
    with pytest.raises(ValueError, match=word):
        contest.losses(SGD, contest.curved_valley(), rates, seeds)
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        contest.best_rates(np.ones((2, 3)))


@pytest.fixture(scope="module")
def wilson():
    X, y = data.one_honest_feature(np.random.default_rng(0), 60)
    rates = 10.0 ** np.arange(-4, 0, 0.5)
    found = {}
    for algorithm in ALGORITHMS:
        hyper = {"alpha": 0.9} if "alpha" in algorithm.defaults else {}
        w, _ = sweep(
            algorithm, lambda w: X.T @ (X @ w - y[:, None]) / len(y), np.zeros((X.shape[1], 1)), 500,
            epsilon=rates, **hyper,
        )  # fmt: skip
        with np.errstate(all="ignore"):
            loss = np.mean((X @ w - y[:, None]) ** 2, axis=0)
        best = np.nanargmin(loss)
        found[algorithm] = w[:, best], loss[best]
    return X, y, found


def test_the_examples_of_wilson(wilson):
    X, y, _ = wilson
    own = X[:, 3:]
    np.testing.assert_array_equal(X[:, 0], y)
    np.testing.assert_array_equal(X[:, 1:3], 1)
    np.testing.assert_array_equal(own.sum(axis=1), np.where(y > 0, 1, 5))
    assert own.sum(axis=0).max() == 1
    # The lemma's condition: X sign(Xᵀ y) is a multiple of y.
    np.testing.assert_array_equal(X @ np.sign(X.T @ y), 4 * y)
    with pytest.raises(ValueError, match="positive"):
        data.one_honest_feature(np.random.default_rng(0), 3, positive=2)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda a: a.name)
def test_all_fit_wilsons_examples_and_only_three_learn(wilson, algorithm):
    X, y, found = wilson
    w, loss = found[algorithm]
    assert loss < 1e-6
    new = np.array([-1.0, 1.0])  # the first three features of a new example of each class
    scores = new * w[0] + w[1] + w[2]
    if algorithm in (SGD, MOMENTUM, NESTEROV):
        np.testing.assert_allclose(w, np.linalg.lstsq(X, y, rcond=None)[0], rtol=0, atol=1e-3)
        np.testing.assert_array_equal(np.sign(scores), new)
    else:
        signs = np.sign(X.T @ y)
        assert w @ signs / np.linalg.norm(w) / np.linalg.norm(signs) > 0.98
        np.testing.assert_array_equal(np.sign(scores), [1, 1])  # every new example is called positive
