"""Questions that are graded by running a design: margins, what their text claims, and whatever may be handed in."""

import importlib

import numpy as np
import pytest

from lecture_grader import bank, samples
from lecture_grader.inside import values
from lecture_grader.inside.observe import observe
from lecture_grader.instant import instant_judge

DESIGNS = ("conditioning_scales", "sgd_design", "momentum_design", "rmsprop_design")


def module(name):
    return importlib.import_module(f"lecture_grader.questions.{name}")


def points(name, answer):
    this = instant_judge(name)
    return this.verdict(observe(answer, this.cases)).points


@pytest.mark.parametrize("name", DESIGNS)
def test_any_way_to_write_a_right_design_counts(name):
    right = bank.load(name).reference
    for answer in (list(right), np.array(right), tuple(np.float64(x) for x in right)):
        assert points(name, answer) == 1
    assert points("sgd_design", (20.0, 0.3, 0)) == 1
    assert points("sgd_design", (20.5, 0.3, 0)) == 0


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("item", [None, "1", np.nan, np.inf, -np.inf, 0, -1.0, 1e300, 10**18, True, [1], {}, 1e-300])
def test_whatever_is_handed_in_is_judged(name, item):
    end, right = module(name).QUESTION.parts[0].of, bank.load(name).reference
    for k in range(len(right)):
        answer = [*right[:k], item, *right[k + 1 :]]
        assert isinstance(end(values.decode(values.encode(answer))), str)
        assert isinstance(points(name, answer), (int, float))
    for answer in (item, [], [item], np.zeros((2, 2)), values.Other("function")):
        assert isinstance(end(answer), str)


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_does_not_arrive_by_a_hair(name):
    """Neither the reference nor its neighbours: a student who is near it is not put out by rounding."""
    right = np.array(bank.load(name).reference)
    for k in range(len(right)):
        for factor in (1 - 1e-15, 1 + 1e-15, 0.98, 1.02):
            near = right.copy()
            near[k] *= 1 if name == "sgd_design" and k == 0 else factor
            assert points(name, near) == 1, near


def test_what_the_exercises_say_no_single_rate_does():
    rates = np.geomspace(0.003, 0.6, 40).tolist()
    assert min(module("rmsprop_design").remainder(rate, rate) for rate in rates) > 1.5 * module("rmsprop_design").LEFT
    sgd = module("sgd_design")
    assert min(sgd.excess(m, rate, rate) for m in (10, 20, 40, 60, 100) for rate in rates[::2]) > 1.1 * sgd.ABOVE
    momentum = module("momentum_design")
    assert min(momentum.remainder(rate, 0.0) for rate in np.linspace(0.1, 0.75, 40).tolist()) > 10 * momentum.LEFT
    assert momentum.remainder(*momentum.best_constants()) > 10 * momentum.LEFT


def test_standard_deviations_are_one_of_many_answers():
    X, _ = samples.measurements()
    for scales in (
        X.std(axis=0),
        7 * X.std(axis=0),
        np.ptp(X, axis=0),
        np.quantile(X, 0.8, axis=0) - np.median(X, axis=0),
    ):
        assert points("conditioning_scales", tuple(scales.tolist())) == 1
