"""The laws of chapter 10: no scale, the effective rates of rare terms, the √N law, noise, regret."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from lecture_optim import ADAGRAD
from lecture_optim.algorithms import adagrad
from lecture_optim.descent import descend, sweep
from lecture_optim.linear import LogisticRegression
from lecture_optim.objectives import Bowl


def bags(rng, size, probabilities):
    """Draw sparse documents, term j being in each with its own probability, and random classes."""
    X = (rng.random((size, len(probabilities))) < probabilities).astype(float)
    return csr_array(X), rng.integers(2, size=size)


def test_an_absent_term_has_gradient_zero_and_with_weight_decay_it_has_not():
    rng = np.random.default_rng(0)
    X, y = bags(rng, 1, np.full(40, 0.3))
    model = LogisticRegression(40)
    theta = rng.standard_normal(model.size)
    g = model.gradient(theta, X, y)
    present = X.toarray()[0] > 0
    assert np.array_equal(g[:-1] != 0, present)
    assert np.all(g + 0.01 * theta != 0)
    moved, r = adagrad(theta, g, np.zeros(model.size), 0.1)
    assert np.array_equal(moved[:-1] != theta[:-1], present)
    assert np.array_equal(r[:-1] > 0, present)


def test_at_fixed_parameters_accumulators_are_proportional_to_frequency():
    X, y = bags(np.random.default_rng(1), 400, np.geomspace(0.01, 0.9, 30))
    model = LogisticRegression(30)
    theta, r = model.init(), np.zeros(31)
    for i in range(400):
        _, r = adagrad(theta, model.gradient(theta, X[[i]], y[[i]]), r, 0.1)
    np.testing.assert_allclose(r[:-1], 0.25 * X.sum(axis=0), rtol=1e-12)


def test_effective_rates_go_like_the_root_of_the_frequency_while_the_model_learns():
    probabilities = np.repeat(np.geomspace(0.004, 0.5, 6), 60)
    X, y = bags(np.random.default_rng(2), 2_000, probabilities)
    model = LogisticRegression(len(probabilities))
    theta, r = model.init(), np.zeros(model.size)
    for i in range(2_000):
        theta, r = adagrad(theta, model.gradient(theta, X[[i]], y[[i]]), r, 0.05)
    frequency = X.sum(axis=0).reshape(6, 60).mean(axis=1)
    effective = r[:-1].reshape(6, 60).mean(axis=1) ** -0.5
    slope = np.polyfit(np.log(frequency), np.log(effective), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.04)


def test_the_path_does_not_depend_on_the_condition_number():
    paths = [
        descend(ADAGRAD, Bowl(1.0, steep).gradient, [-4.0, 1.0], 100, epsilon=1.0).theta
        for steep in (1.0, 1e4)
    ]
    np.testing.assert_allclose(*paths, rtol=0, atol=1e-6)


@pytest.mark.parametrize("slope", [1e-3, 1e3])
def test_a_constant_gradient_travels_2_epsilon_root_n(slope):
    steps, epsilon = 10_000, 0.01
    run = descend(ADAGRAD, lambda theta: slope, 0.0, steps, epsilon=epsilon, delta=0.0)
    n = np.arange(1, steps + 1)
    travelled = -run.theta[1:] / epsilon
    np.testing.assert_allclose(travelled, np.cumsum(n**-0.5), rtol=1e-10)
    assert np.all((2 * np.sqrt(n + 1) - 2 < travelled) & (travelled < 2 * np.sqrt(n) - 1 + 1e-9))
    assert 2 * steps**0.5 - travelled[-1] == pytest.approx(1.46, abs=0.01)


def test_every_rate_converges_on_a_parabola():
    rates = np.array([0.1, 1.0, 10.0, 100.0])
    final, _ = sweep(ADAGRAD, Bowl(4.0, 4.0).gradient, np.full((2, 1), 3.0), 3_000, epsilon=rates)
    assert np.abs(final[0]).max() < 1e-3


def test_under_noise_the_variance_falls_like_one_over_root_k():
    rng, sigma, curvature, epsilon = np.random.default_rng(3), 0.7, 1.5, 0.8
    theta, r = np.zeros(4_000), np.zeros(4_000)
    for k in range(1, 1_601):
        theta, r = adagrad(theta, curvature * theta + sigma * rng.standard_normal(4_000), r, epsilon)
        if k in (400, 1_600):
            predicted = epsilon * sigma / (2 * curvature * k**0.5)
            assert theta.var() == pytest.approx(predicted, rel=0.1)


def test_the_regret_bound():
    rng, epsilon = np.random.default_rng(4), 0.3
    X, y = bags(rng, 500, np.geomspace(0.02, 0.9, 20))
    model = LogisticRegression(20)
    fixed = 0.3 * rng.standard_normal(model.size)
    theta, r, regret, D = model.init(), np.zeros(model.size), 0.0, 0.0
    for i in range(500):
        value, g = model.value_and_gradient(theta, X[[i]], y[[i]])
        regret += value - model.value(fixed, X[[i]], y[[i]])
        D = max(D, np.abs(theta - fixed).max())
        theta, r = adagrad(theta, g, r, epsilon)
    assert D < 2
    assert regret < (D**2 / (2 * epsilon) + epsilon) * np.sum(r**0.5)
    assert np.sum(r**0.5) <= (len(r) * r.sum()) ** 0.5
