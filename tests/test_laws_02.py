"""The laws of the chapter "Ill-conditioning"."""

import numpy as np
import pytest

from experiments import edge_of_stability, hessian_spectra
from lecture_optim import SGD, data
from lecture_optim.algorithms import sgd
from lecture_optim.curvature import along_gradient, best_rate, critical_rate, hvp, predicted_change, sharpness
from lecture_optim.descent import descend, minibatch_gradient
from lecture_optim.networks import MLP
from lecture_optim.objectives import Bowl, Quadratic


@pytest.fixture(scope="module")
def digits():
    parts = data.digits(np.random.default_rng(0))
    return parts.X_train[:100], np.eye(10)[parts.y_train[:100]]


@pytest.fixture(scope="module")
def network(digits):
    """Return the cost and the gradient of a small network on digits, and a start."""
    net = MLP([64, 8, 10], loss="squared_error")
    return lambda t: net.value(t, *digits), lambda t: net.gradient(t, *digits), net.init(np.random.default_rng(1))


def test_predicted_and_actual_change_of_a_network_agree_to_third_order(network):
    cost, gradient, theta = network
    g = gradient(theta)
    rates = 4e-4 / 2.0 ** np.arange(4)
    actual = np.array([cost(theta - rate * g) for rate in rates]) - cost(theta)
    errors = np.abs(actual - predicted_change(rates, *along_gradient(gradient, theta)))
    np.testing.assert_allclose(errors[:-1] / errors[1:], 8, rtol=0.1)


@pytest.mark.verdict(
    "reach",
    "over 24 networks the best rate is 1.03 times the predicted one (0.98 to 1.12), the critical rate 1.11 times",
    runs="24 (start, digits)",
    shows=" to 1.",
)
def test_the_prediction_from_one_point_is_good_for_the_best_rate_and_fair_for_the_critical_one():
    factors, ratios = np.linspace(0, 4, 161), []
    for seed in range(300, 308):
        cost, gradient, theta = edge_of_stability.problem(seed)
        step = best_rate(*along_gradient(gradient, theta)) * gradient(theta)
        costs = cost(theta[:, np.newaxis] - factors * step[:, np.newaxis])
        ratios.append((factors[costs.argmin()], factors[1:][costs[1:] > costs[0]][0] / 2))
    best, critical = np.transpose(ratios)
    assert np.median(best) == pytest.approx(1.03, abs=0.05)
    assert np.median(critical) == pytest.approx(1.11, abs=0.08)
    assert np.all(critical > 1)


def test_the_critical_rate_parts_steps_down_from_steps_up():
    bowl = Quadratic([[3.0, 1.0], [1.0, 0.5]])
    theta = np.array([1.0, -2.5])
    gg, gHg = along_gradient(bowl.gradient, theta)
    g = bowl.gradient(theta)

    def after(rate):
        return bowl.value(theta - rate * g)

    assert after(0.999 * critical_rate(gg, gHg)) < bowl.value(theta) < after(1.001 * critical_rate(gg, gHg))
    best = best_rate(gg, gHg)
    assert after(best) < min(after(0.99 * best), after(1.01 * best))


@pytest.mark.parametrize("kappa", [5.0, 100.0, 1000.0])
def test_contraction_per_step_on_the_quadratic(kappa):
    run = descend(SGD, Bowl(flat=1.0, steep=kappa).gradient, np.ones(2), 200, epsilon=2 / (1 + kappa))
    error = np.linalg.norm(run.theta, axis=1)
    np.testing.assert_allclose(error[1:] / error[:-1], (kappa - 1) / (kappa + 1), rtol=1e-10)


@pytest.mark.parametrize(("kappa", "steps"), [(5, 35), (100, 691), (1000, 6908)])
def test_steps_to_a_millionth(kappa, steps):
    run = descend(SGD, Bowl(flat=1.0, steep=kappa).gradient, np.ones(2), 7000, epsilon=2 / (1 + kappa))
    error = np.linalg.norm(run.theta, axis=1)
    assert run.first(error <= 1e-6 * error[0]) == steps


@pytest.mark.parametrize("kappa", [3.0, 20.0])
def test_the_best_rate_at_each_step_zigzags_just_as_slowly(kappa):
    bowl = Bowl(flat=1.0, steep=kappa)
    theta, values = np.array([kappa, 1.0]), []
    for _ in range(15):
        values.append(bowl.value(theta))
        g = bowl.gradient(theta)
        (theta,) = sgd(theta, g, best_rate(g @ g, g @ bowl.hessian(theta) @ g))
    values = np.array(values)
    np.testing.assert_allclose(values[1:] / values[:-1], ((kappa - 1) / (kappa + 1)) ** 2, rtol=1e-10)


@pytest.mark.parametrize(("kappa", "epsilon", "share"), [(1, 0.5, 0), (1, 2.1, 1), (100, 0.01, 0), (100, 0.021, 1)])
def test_the_criterion_of_the_slide_depends_on_the_rate_and_not_on_the_conditioning(kappa, epsilon, share):
    bowl = Bowl(flat=1.0, steep=float(kappa))
    run = descend(SGD, bowl.gradient, np.ones(2), 50, epsilon=epsilon, value=lambda t: bowl.value(t))
    curved = np.einsum("ki,ij,kj->k", run.g, bowl.hessian(None), run.g)
    fires = critical_rate(np.sum(run.g**2, axis=1), curved) < epsilon
    assert fires.mean() == share
    assert np.mean(np.diff(run.values) > 0) == share


def test_two_rates_in_turn_end_the_run_on_two_curvatures():
    bowl = Bowl(flat=1.0, steep=20.0)
    theta = np.array([20.0, 1.0])
    for rate in (1 / 20, 1):
        (theta,) = sgd(theta, bowl.gradient(theta), rate)
    np.testing.assert_allclose(theta, 0, atol=1e-14)


def test_a_step_can_lower_the_loss_and_raise_the_gradient_along_one_direction():
    bowl = Bowl(flat=1.0, steep=20.0)
    run = descend(SGD, bowl.gradient, [20.0, 1.0], 8, epsilon=0.02)
    (after,) = sgd(run.theta[0], run.g[0], 0.15)
    assert bowl.value(after) < bowl.value(run.theta[0])
    np.testing.assert_allclose(bowl.gradient(after) / run.g[0], [0.85, -2])
    rates = [critical_rate(g @ g, g @ bowl.hessian(None) @ g) for g in map(bowl.gradient, run.theta)]
    assert rates[0] == pytest.approx(0.19, abs=0.01)
    assert rates[8] == pytest.approx(1.99, abs=0.01)


@pytest.mark.verdict(
    "spectra",
    "In all of the 24 networks the largest curvature is more than a thousand times the median size",
    runs="24 (start, split)",
    shows="ratio         ",
)
def test_a_network_has_few_steep_directions_many_flat_ones_and_negative_ones():
    for seed in (300, 301):
        for row in hessian_spectra.run(seed, steps=(0, 300)[: 302 - seed]):
            assert row["largest"] > 700 * row["median_size"]
            assert 0.03 < row["negative"] < 0.45
            assert row["above"] < 0.2


def values(seed, epsilon=0.15):
    """Return what an experiment's run measures in its first 400 steps."""
    return {row["what"]: row["value"] for row in edge_of_stability.run(seed, epsilon, only_beginning=True)}


@pytest.mark.verdict(
    "from-step-0",
    "At each of the steps 0 to 7 the criterion of the slide is fulfilled",
    runs="deterministic",
    shows="steps up to 200",
)
@pytest.mark.verdict(
    "two-terms",
    "measured from step 0, $g^\\top g$ falls: to its lowest value by a factor of 6,000 (93 to 37,422)",
    runs="24 (start, digits)",
    shows="first over",
)
def test_the_story_of_the_two_terms_from_step_0():
    runs = [values(seed) for seed in range(300, 304)]
    for run in runs:
        assert run["beginning_firing_of_ten"] >= 2
        assert run["beginning_gg"] > 40 * run["beginning_gg_lowest"]
        assert run["beginning_sharpness_lowest"] < 2 / 0.15 + 0.5 < run["beginning_sharpness"]
    assert np.median([run["beginning_gg"] / run["beginning_gg_lowest"] for run in runs]) > 1000
    assert np.median([run["beginning_cost_highest"] / run["beginning_cost"] for run in runs]) > 1.2


@pytest.mark.verdict(
    "two-terms",
    "Late in the run the criterion is fulfilled in more than a third of the steps, 38 % (24 to 46)",
    runs="24 (start, digits)",
    shows="late: criterion",
)
@pytest.mark.verdict(
    "edge",
    "After 2,000 steps more the sharpness is 1.18 times 20 (1.06 to 1.31), above the edge in every run.",
    runs="24 (start, digits)",
    shows="then 0.025",
)
@pytest.mark.verdict(
    "edge",
    "It stays there in all of the 24 runs, for either rate",
    runs="24 (start, digits)",
    shows="est ",
)
@pytest.mark.parametrize("epsilon", [0.1, 0.15])
def test_late_in_the_run_the_sharpness_stays_at_the_edge_and_rises_where_the_rate_is_lowered(epsilon):
    cost, gradient, theta = edge_of_stability.problem(304 if epsilon == 0.1 else 305)
    terms, ratios, costs = [], [], []
    for k in range(2000):
        if k == 1000:
            middle = theta
        if k >= 1000 and k % 200 == 0:
            ratios.append(edge_of_stability.top(gradient, theta) * epsilon / 2)
            costs.append(cost(theta))
        if k >= 1500 and epsilon == 0.15:
            terms.append((cost(theta), *along_gradient(gradient, theta)))
        theta = theta - epsilon * gradient(theta)
    np.testing.assert_allclose(ratios, 1, atol=0.1)
    assert costs[-1] < 0.8 * costs[0]
    for _ in range(2000 if epsilon == 0.1 else 1000):
        middle = middle - epsilon / 4 * gradient(middle)
    assert edge_of_stability.top(gradient, middle) * epsilon / 2 > 1.03
    if terms:
        late = edge_of_stability.late(np.array(terms), epsilon)
        assert 0.1 < late["late_share_firing"] < 0.55
        assert late["late_share_switching"] < 0.3


def test_an_oscillation_turns_the_mean_gradient_towards_less_sharpness(network):
    _, gradient, theta = network
    for _ in range(100):
        theta = theta - 0.02 * gradient(theta)
    n = len(theta)

    def top(point):
        H = np.array([hvp(gradient, point, e) for e in np.eye(n)])
        eigenvalues, vectors = np.linalg.eigh((H + H.T) / 2)
        return eigenvalues[-1], vectors[:, -1]

    q, x, h = top(theta)[1], 0.02, 1e-3
    turned = (gradient(theta + x * q) + gradient(theta - x * q)) / 2 - gradient(theta)
    u = turned / np.linalg.norm(turned)
    slope = (top(theta + h * u)[0] - top(theta - h * u)[0]) / (2 * h)
    assert turned @ u == pytest.approx(0.5 * x**2 * slope, rel=0.02)
    assert slope > 0  # so a step against the mean gradient lowers the largest eigenvalue


def test_descent_settles_where_the_sharpness_is_two_over_epsilon(digits):
    net = MLP([64, 32, 32, 10], loss="squared_error")
    theta, epsilon, late, costs = net.init(np.random.default_rng(1)), 0.15, [], []

    def gradient(theta):
        return net.gradient(theta, *digits)

    for k in range(800):
        if k >= 400 and k % 40 == 0:
            late.append(sharpness(gradient, theta, np.random.default_rng(0), tolerance=1e-2))
            costs.append(net.value(theta, *digits))
        (theta,) = sgd(theta, gradient(theta), epsilon)
    assert np.median(late) * epsilon / 2 == pytest.approx(1, abs=0.1)
    assert costs[-1] < 0.8 * costs[0]


@pytest.mark.verdict(
    "gradient-grows",
    "It grows: from 0.55 to 1.1, while the validation error falls from 0.36 to 0.093",
    runs="24 (points, start, order)",
    shows=" to ",
)
def test_the_gradient_norm_grows_while_the_validation_error_falls():
    runs = 10
    rngs = [np.random.default_rng([305, run]) for run in range(runs)]
    drawn = [(*data.spirals(rng, 600, noise=0.1), *data.spirals(rng, 500, noise=0.1)) for rng in rngs]
    X, y, X_new, y_new = map(np.stack, zip(*drawn, strict=True))
    net = MLP([2, 32, 32, 1], activation="relu")
    theta = np.stack([net.init(rng) for rng in rngs], axis=1)
    gradient = minibatch_gradient(net.gradient, X, y, 8, [np.random.default_rng([306, run]) for run in range(runs)])
    norms, errors = [], []
    for _ in range(60):
        seen = []
        for _ in range(75):
            g = gradient(theta)
            seen.append(np.linalg.norm(g, axis=0))
            (theta,) = sgd(theta, g, 0.05)
        norms.append(np.mean(seen, axis=0))
        errors.append(net.error(theta, X_new, y_new))
    norms, errors = np.array(norms), np.array(errors)
    assert np.all(norms[-10:].mean(axis=0) > 1.3 * norms[:5].mean(axis=0))
    assert np.median(norms[-10:].mean(axis=0) / norms[:5].mean(axis=0)) == pytest.approx(1.9, abs=0.35)
    assert np.mean(errors[-10:]) < 0.5 * np.mean(errors[:5])


def product_run(rate, x, y, steps=300):
    """Descend (1 - xy)²/2; return the losses, the sharpness at the end, and the product of 1 - ε²r²."""
    losses, shrunk = [], 1.0
    for _ in range(steps):
        r = 1 - x * y
        losses.append(r * r / 2)
        before = x * x - y * y
        x, y = x + rate * r * y, y + rate * r * x
        assert x * x - y * y == pytest.approx((1 - (rate * r) ** 2) * before, rel=1e-9)
        shrunk *= 1 - (rate * r) ** 2
    top = np.linalg.eigvalsh([[y * y, 2 * x * y - 1], [2 * x * y - 1, x * x]])[-1]
    return np.array(losses), top, shrunk


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.25, 0.35])
def test_sharpness_at_the_end_follows_from_the_residuals_on_the_way(rate):
    _, top, shrunk = product_run(rate, 0.2, 2.9)
    assert top == pytest.approx(((shrunk * (0.2**2 - 2.9**2)) ** 2 + 4) ** 0.5, rel=1e-6)


@pytest.mark.verdict(
    "after-catapult",
    "At 0.35 the loss first rises to 4.53, and the run ends where the sharpness is 2.00, below $2/\\epsilon$.",
    runs="deterministic",
    shows="0.35        5.71",
)
@pytest.mark.parametrize("x, y", [(0.1, 2.9), (0.15, 3.0), (0.1, 3.1)])
def test_above_the_critical_rate_the_loss_rises_and_the_end_is_flatter(x, y):
    losses, top, _ = product_run(0.35, x, y)
    assert losses.max() > 5 * losses[0] and losses[-1] < 1e-12
    assert top < 2 / 0.35
    losses, slow, _ = product_run(0.1, x, y)
    assert losses.max() == losses[0] and slow > 2 / 0.35
