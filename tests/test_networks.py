"""The gradients of the networks against differences, and what many runs at once must keep."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from lecture_optim import SGD
from lecture_optim.data import digits, memory_task
from lecture_optim.descent import minibatch_gradient, sweep
from lecture_optim.linear import LogisticRegression
from lecture_optim.networks import MLP, cross_entropy, sigmoid
from lecture_optim.recurrent import RNN, OneUnitRNN


def by_differences(value, theta, h=1e-6):
    """Return the gradient of ``value`` by central differences, coordinate by coordinate."""
    gradient = np.empty_like(theta)
    for i in range(len(theta)):
        step = np.zeros_like(theta)
        step[i] = h
        gradient[i] = (value(theta + step) - value(theta - step)) / (2 * h)
    return gradient


def by_complex_step(value, theta, h=1e-30):
    """Return the gradient of ``value`` without a difference, so without its rounding."""
    return np.array([value(theta + 1j * h * e).imag / h for e in np.eye(len(theta))])


def start_of(net, seed=0, **kwargs):
    """Return parameters whose biases are not zero either."""
    rng = np.random.default_rng(seed)
    theta = net.init(rng, **kwargs)
    return theta + 0.3 * rng.standard_normal(theta.shape)


def examples(net, m=7, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((m, net.sizes[0]))
    if net.loss == "squared_error":
        return X, rng.standard_normal((m, net.sizes[-1]))
    return X, np.arange(m) % max(net.sizes[-1], 2)


NETS = [
    MLP([3, 4, 5, 3], "tanh"),
    MLP([3, 4, 5, 3], "relu"),
    MLP([3, 4, 1], "tanh"),
    MLP([3, 4, 1], "relu"),
    MLP([3, 2]),
    MLP([3, 1]),
    MLP([3, 4, 2], "tanh", "squared_error"),
    MLP([3, 4, 1], "relu", "squared_error"),
]
each_net = pytest.mark.parametrize("net", NETS, ids=lambda net: f"{net.sizes} {net.activation} {net.loss}")


@each_net
def test_backpropagation_agrees_with_differences(net):
    theta, (X, y) = start_of(net), examples(net)
    value, gradient = net.value_and_gradient(theta, X, y)
    expected = by_differences(lambda t: net.value(t, X, y), theta)
    assert np.abs(gradient).max() > 0.05
    np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)
    assert value == net.value(theta, X, y)
    np.testing.assert_array_equal(gradient, net.gradient(theta, X, y))


@pytest.mark.parametrize("net", [net for net in NETS if net.sizes[-1] > 1])
def test_backpropagation_is_exact_to_rounding(net):
    theta, (X, y) = start_of(net), examples(net)
    expected = by_complex_step(lambda t: net.value(t, X, y), theta)
    np.testing.assert_allclose(net.gradient(theta, X, y), expected, rtol=1e-11, atol=1e-14)


@each_net
def test_runs_side_by_side_are_the_runs_one_by_one(net):
    thetas, (X, y) = start_of(net, runs=4), examples(net)
    values, gradients = net.value_and_gradient(thetas, X, y)
    assert thetas.shape == gradients.shape == (net.size, 4)
    for run in range(4):
        value, gradient = net.value_and_gradient(thetas[:, run], X, y)
        np.testing.assert_allclose(values[run], value, rtol=1e-13)
        np.testing.assert_allclose(gradients[:, run], gradient, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(net.predict(thetas, X)[run], net.predict(thetas[:, run], X), rtol=1e-12)


def test_softmax_regression_by_hand():
    # At theta = 0 every class has p = 1/3. With X = [[2], [1]] and y = [0, 2] the slopes of the
    # scores are (p - one-hot) / 2 = [[-1/3, 1/6, 1/6], [1/6, 1/6, -1/3]]; W gets X.T times that, b
    # their column sums.
    net = MLP([1, 3])
    value, gradient = net.value_and_gradient(np.zeros(6), np.array([[2.0], [1.0]]), np.array([0, 2]))
    assert value == pytest.approx(np.log(3), rel=1e-15)
    np.testing.assert_allclose(gradient, [-1 / 2, 1 / 2, 0, -1 / 6, 1 / 3, -1 / 6], atol=1e-15)


def test_one_tanh_unit_by_hand():
    # h = tanh(0) = 0 with slope 1; output v h + c = 3; ½ (3 - 1)² = 2, slope 2: dw = 2 v x, db = 2
    # v, dv = 2 h = 0, dc = 2.
    net = MLP([1, 1, 1], loss="squared_error")
    value, gradient = net.value_and_gradient(np.array([0.5, -1.0, 4.0, 3.0]), np.array([[2.0]]), np.array([1.0]))
    assert value == 2
    np.testing.assert_allclose(gradient, [16, 8, 0, 2], atol=1e-15)


def test_layers_and_pack_are_inverse_and_layers_are_views():
    net = MLP([2, 3, 2])
    theta = start_of(net)
    layers = net.layers(theta)
    assert [(W.shape, b.shape) for W, b in layers] == [((2, 3), (3,)), ((3, 2), (2,))]
    np.testing.assert_array_equal(net.pack(layers), theta)
    layers[1][1][:] = 7
    np.testing.assert_array_equal(theta[-2:], [7, 7])
    thetas = start_of(net, runs=3)
    np.testing.assert_array_equal(net.pack(net.layers(thetas)), thetas)


def test_swapped_hidden_units_give_the_same_network():
    net = MLP([2, 3, 2])
    theta, (X, _) = start_of(net), examples(net)
    (W, b), (V, c) = net.layers(theta)
    swapped = net.pack([(W[:, ::-1], b[::-1]), (V[::-1], c)])
    assert np.abs(swapped - theta).max() > 0.1
    np.testing.assert_allclose(net.outputs(swapped, X), net.outputs(theta, X), atol=1e-14)


def test_the_start_keeps_the_spread_of_the_units():
    for activation, variance in (("tanh", 1 / 400), ("relu", 2 / 400)):
        net = MLP([400, 400, 400], activation)
        (W, b), (V, _) = net.layers(net.init(np.random.default_rng(0)))
        assert W.var() == pytest.approx(variance, rel=0.02)
        assert V.var() == pytest.approx(1 / 400, rel=0.02)
        assert not b.any()


def test_cross_entropy_does_not_overflow():
    value, slope = cross_entropy(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([1, 1]))
    assert value == 5000
    np.testing.assert_array_equal(slope, [[0.5, -0.5], [0, 0]])
    value, slope = cross_entropy(np.array([[1e4], [-1e4]]), np.array([0, 0]))
    assert value == 5000
    np.testing.assert_array_equal(slope, [[0.5], [0]])
    assert sigmoid(-1e6) == 0 and sigmoid(1e6) == 1 and sigmoid(0.0) == 0.5


def test_one_log_odds_is_two_scores():
    scores, y = np.array([[0.3], [-2.0], [1.1]]), np.array([1, 0, 0])
    value, slope = cross_entropy(scores, y)
    both, slopes = cross_entropy(np.hstack([0 * scores, scores]), y)
    assert value == pytest.approx(both, rel=1e-14)
    np.testing.assert_allclose(slope[:, 0], slopes[:, 1], atol=1e-15)


def test_error_is_the_fraction_of_wrong_classes():
    net = MLP([1, 1])
    X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 1, 1, 1])
    np.testing.assert_array_equal(net.predict(np.array([1.0, 0.0]), X), [0, 0, 1, 1])
    assert net.error(np.array([1.0, 0.0]), X, y) == 0.25
    np.testing.assert_array_equal(net.error(np.array([[1.0, -1.0], [0, 0]]), X, y), [0.25, 0.75])


def test_float32_stays_float32():
    net = MLP([3, 4, 2])
    X, y = examples(net)
    gradient = net.gradient(start_of(net).astype(np.float32), X.astype(np.float32), y)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, net.gradient(start_of(net), X, y), rtol=1e-4, atol=1e-6)


def test_it_learns_the_digits():
    data, net = digits(np.random.default_rng(0)), MLP([64, 64, 10])
    gradient = minibatch_gradient(net.gradient, data.X_train, data.y_train, 32, np.random.default_rng(1))
    starts = net.init(np.random.default_rng(2), runs=2)
    theta, _ = sweep(SGD, gradient, starts, 10 * 38, epsilon=0.3)
    assert (net.error(starts, data.X_test, data.y_test) > 0.7).all()
    assert (net.error(theta, data.X_test, data.y_test) < 0.08).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP([3]), r"sizes must name inputs and outputs at least, got \[3\]"),
        (lambda: MLP([3, 0]), "sizes must be a whole number of at least 1, got 0"),
        (lambda: MLP([3, 2], "swish"), 'activation must be "tanh" or "relu", got \'swish\''),
        (lambda: MLP([3, 2], loss="hinge"), "loss must be .* got 'hinge'"),
        (
            lambda: MLP([3, 2]).value(np.zeros(7), np.ones((1, 3)), np.array([0])),
            r"theta must have 8 parameters .* got shape \(7,\)",
        ),
        (
            lambda: MLP([3, 2]).value(np.zeros(8), np.ones((1, 4)), np.array([0])),
            r"X must have shape \(m, 3\) with at least one example, got \(1, 4\)",
        ),
        (
            lambda: MLP([3, 2]).value(np.zeros(8), np.ones((0, 3)), np.array([], dtype=int)),
            r"at least one example, got \(0, 3\)",
        ),
        (
            lambda: MLP([3, 2]).value(np.zeros(8), np.ones((2, 3)), np.array([0])),
            r"y must have shape \(2,\), one class per example, got \(1,\)",
        ),
        (
            lambda: MLP([3, 2]).value(np.zeros(8), np.ones((2, 3)), np.array([0, 2])),
            "y must hold classes from 0 to 1, got 0 to 2",
        ),
        (
            lambda: MLP([3, 2]).value(np.zeros(8), np.ones((2, 3)), np.array([0, -1])),
            "y must hold classes from 0 to 1, got -1 to 0",
        ),
        (
            lambda: MLP([3, 2]).value(np.zeros(8), np.ones((2, 3)), np.array([0.0, 1.0])),
            "y must hold whole numbers, the classes, got an array of float64",
        ),
        (
            lambda: MLP([3, 2], loss="squared_error").value(np.zeros(8), np.ones((2, 3)), np.zeros(2)),
            r"y must have shape \(2, 2\), one row per example, got \(2,\)",
        ),
        (
            lambda: MLP([3, 2], loss="squared_error").error(np.zeros(8), np.ones((2, 3)), np.zeros(2)),
            "error needs a network with loss",
        ),
        (
            lambda: MLP([3, 2]).error(np.zeros(8), np.ones((2, 3)), np.array([0])),
            r"y must have shape \(2,\), one per example, got \(1,\)",
        ),
        (
            lambda: MLP([3, 2]).pack([(np.zeros((2, 3)), np.zeros(2))]),
            r"arrays\[0\] must have shape \(3, 2\), got \(2, 3\)",
        ),
        (
            lambda: MLP([3, 2]).pack([(np.zeros((3, 2)),)]),
            "arrays must hold 2 arrays, got 1",
        ),
        (
            lambda: LogisticRegression(3).value(np.zeros(3), np.ones((2, 3)), np.array([0, 1])),
            r"theta must have shape \(4,\) or \(4, runs\), got \(3,\)",
        ),
        (
            lambda: LogisticRegression(3).value(np.zeros(4), np.ones((2, 4)), np.array([0, 1])),
            r"X must have shape \(m, 3\) with at least one example, got \(2, 4\)",
        ),
        (lambda: RNN(1, 2, 1), "outputs must be a whole number of at least 2, got 1"),
        (
            lambda: RNN(1, 2, 2).init(np.random.default_rng(0), "identity"),
            'recurrent must be "orthogonal" or "gaussian", got \'identity\'',
        ),
        (
            lambda: RNN(1, 2, 2).init(np.random.default_rng(0), gain=0),
            "gain must be positive, got 0",
        ),
        (
            lambda: RNN(1, 2, 2).value(np.zeros(14), np.ones((3, 1)), np.zeros(3, dtype=int)),
            r"X must have shape \(m, steps, 1\), with at least one of each, got \(3, 1\)",
        ),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("sparse", [False, True])
def test_logistic_regression_is_the_network_without_hidden_layer(sparse):
    rng = np.random.default_rng(0)
    X, y = (rng.random((9, 5)) < 0.3).astype(float), rng.integers(0, 2, 9)
    thetas = rng.standard_normal((6, 3))
    net, model = MLP([5, 1]), LogisticRegression(5)
    given = X
    if sparse:
        given = csr_array(X)
    for theta in (thetas, thetas[:, 0]):
        value, gradient = model.value_and_gradient(theta, given, y)
        np.testing.assert_allclose(value, net.value(theta, X, y), rtol=1e-13)
        np.testing.assert_allclose(gradient, net.gradient(theta, X, y), rtol=1e-11, atol=1e-15)
        np.testing.assert_array_equal(model.gradient(theta, given, y), gradient)
        np.testing.assert_array_equal(model.value(theta, given, y), value)
        np.testing.assert_array_equal(model.predict(theta, given), net.predict(theta, X))
        np.testing.assert_array_equal(model.error(theta, given, y), net.error(theta, X, y))
    assert model.init().shape == (6,) and model.init(runs=3).shape == (6, 3)


def test_an_absent_term_has_no_gradient():
    X = np.array([[1.0, 0, 1], [0, 0, 1]])
    gradient = LogisticRegression(3).gradient(np.array([0.1, 0.2, 0.3, 0.4]), X, np.array([0, 1]))
    assert gradient[1] == 0 and np.all(gradient[[0, 2, 3]] != 0)


def recurrent(runs=None):
    net = RNN(inputs=2, hidden=4, outputs=3)
    rng = np.random.default_rng(3)
    return net, start_of(net, runs=runs), rng.standard_normal((5, 6, 2)), np.array([0, 1, 2, 2, 1])


def test_backpropagation_through_time_is_exact_to_rounding():
    net, theta, X, y = recurrent()
    value, gradient = net.value_and_gradient(theta, X, y)
    expected = by_complex_step(lambda t: net.value(t, X, y), theta)
    assert np.abs(gradient).max() > 0.05
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-14)
    assert value == net.value(theta, X, y)
    np.testing.assert_array_equal(gradient, net.gradient(theta, X, y))


def test_recurrent_runs_side_by_side_are_the_runs_one_by_one():
    net, thetas, X, y = recurrent(runs=3)
    values, gradients = net.value_and_gradient(thetas, X, y)
    by_lag, errors = net.gradient_by_lag(thetas, X, y), net.error(thetas, X, y)
    for run in range(3):
        theta = thetas[:, run]
        value, gradient = net.value_and_gradient(theta, X, y)
        np.testing.assert_allclose(values[run], value, rtol=1e-13)
        np.testing.assert_allclose(gradients[:, run], gradient, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(by_lag[:, run], net.gradient_by_lag(theta, X, y), rtol=1e-12)
        assert errors[run] == net.error(theta, X, y)


def test_gradient_by_lag_is_the_derivative_with_respect_to_each_state():
    net, theta, X, y = recurrent()
    W, U, b, V, c = net.matrices(theta)

    def loss_from(state, t, i):
        """Loss of example i when its state after step t is ``state``."""
        for x in X[i, t:]:
            state = np.tanh(x @ U + state @ W + b)
        return cross_entropy((state @ V + c)[np.newaxis], y[i : i + 1])[0]

    expected = np.zeros(6)
    for i in range(5):
        state = np.zeros(4)
        for t in range(1, 7):
            state = np.tanh(X[i, t - 1] @ U + state @ W + b)
            derivative = by_complex_step(lambda s, t=t, i=i: loss_from(s, t, i), state)
            expected[6 - t] += np.linalg.norm(derivative) / 5
    np.testing.assert_allclose(net.gradient_by_lag(theta, X, y), expected, rtol=1e-11)


@pytest.mark.parametrize("gain", [0.9, 1.0, 1.1])
def test_without_input_an_orthogonal_start_scales_the_gradient_by_its_gain(gain):
    net = RNN(inputs=2, hidden=16, outputs=2)
    theta = net.init(np.random.default_rng(0), "orthogonal", gain)
    by_lag = net.gradient_by_lag(theta, np.zeros((3, 50, 2)), np.array([0, 1, 1]))
    np.testing.assert_allclose(by_lag, by_lag[0] * gain ** np.arange(50), rtol=1e-10)


def test_the_starts_of_the_recurrent_matrix():
    net = RNN(inputs=2, hidden=200, outputs=2)
    W, *_ = net.matrices(net.init(np.random.default_rng(0), "orthogonal", gain=1.1))
    np.testing.assert_allclose(W @ W.T, 1.1**2 * np.eye(200), atol=1e-12)
    W, *_ = net.matrices(net.init(np.random.default_rng(0), "gaussian", gain=1.1))
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(1.1, rel=0.1)


def test_a_recurrent_network_learns_a_short_memory():
    net = RNN(inputs=2, hidden=8, outputs=2)
    X, y = memory_task(np.random.default_rng(0), 200, lag=5)
    start = net.init(np.random.default_rng(1), runs=1)
    gradient = minibatch_gradient(net.gradient, X, y, 20, np.random.default_rng(2))
    theta, _ = sweep(SGD, gradient, start, 100, epsilon=0.3)
    fresh, right = memory_task(np.random.default_rng(3), 200, lag=5)
    assert net.error(theta, fresh, right) < 0.02


def test_one_unit_gradient_agrees_with_differences_and_broadcasts():
    surface = OneUnitRNN(steps=8)
    theta = np.array(np.meshgrid([-2.0, 0.5, 4.7], [-2.4, 0.3])).astype(float)
    gradient = surface.gradient(theta)
    assert gradient.shape == (2, 2, 3) and surface.value(theta).shape == (2, 3)
    np.testing.assert_allclose(gradient, by_differences(surface.value, theta), rtol=1e-6, atol=1e-9)
    assert surface.states(theta).shape == (9, 2, 3)


def test_one_unit_by_hand():
    # One step from 0 with w = 5, b = 0: h = sigmoid(0) = ½; (½ - 1)² = ¼; dh/dw = 0, dh/db = ¼.
    surface = OneUnitRNN(steps=1, start=0.0, target=1.0)
    assert surface.value(np.array([5.0, 0.0])) == 0.25
    np.testing.assert_array_equal(surface.gradient(np.array([5.0, 0.0])), [0, -0.25])


def test_fifty_steps_make_a_cliff():
    grid = np.array(np.meshgrid(np.linspace(4, 6, 201), np.linspace(-3.5, -1.5, 201)))
    norms = np.hypot(*OneUnitRNN(steps=50).gradient(grid))
    flat = np.hypot(*OneUnitRNN(steps=1).gradient(grid))
    assert norms.max() > 1000 * np.median(norms)
    assert flat.max() < 10 * np.median(flat)


@pytest.mark.parametrize("outputs", [1, 3])
def test_runs_with_examples_of_their_own_are_as_each_alone(outputs):
    rng = np.random.default_rng(21)
    net, rates, runs, m = MLP([4, 5, outputs]), 2, 3, 7
    theta = rng.standard_normal((net.size, rates, runs))
    X, y = rng.standard_normal((runs, m, 4)), rng.integers(max(outputs, 2), size=(runs, m))
    value, gradient = net.value_and_gradient(theta, X, y)
    error = net.error(theta, X, y)
    for i, j in np.ndindex(rates, runs):
        alone = net.value_and_gradient(theta[:, i, j], X[j], y[j])
        np.testing.assert_allclose(value[i, j], alone[0], rtol=1e-13)
        np.testing.assert_allclose(gradient[:, i, j], alone[1], rtol=0, atol=1e-14)
        assert error[i, j] == net.error(theta[:, i, j], X[j], y[j])


def test_squared_error_of_runs_with_examples_of_their_own():
    rng = np.random.default_rng(22)
    net = MLP([4, 2], loss="squared_error")
    theta = rng.standard_normal((net.size, 2, 3))
    X, y = rng.standard_normal((3, 7, 4)), rng.standard_normal((3, 7, 2))
    value = net.value(theta, X, y)
    for i, j in np.ndindex(2, 3):
        assert value[i, j] == pytest.approx(net.value(theta[:, i, j], X[j], y[j]), rel=1e-13)


def test_axes_of_runs_that_do_not_fit_are_told():
    net, y = MLP([4, 3]), np.zeros(7, dtype=int)
    with pytest.raises(ValueError, match=r"X must have the axes of runs of theta, \(2,\), or none, got \(3,\)"):
        net.value(np.zeros((net.size, 2)), np.ones((3, 7, 4)), y)
    with pytest.raises(ValueError, match="y must have shape"):
        net.value(np.zeros((net.size, 2)), np.ones((7, 4)), np.zeros((3, 7), dtype=int))


def test_recurrent_runs_with_sequences_of_their_own_are_as_each_alone():
    rng = np.random.default_rng(23)
    net = RNN(2, 4, 3)
    theta = rng.standard_normal((net.size, 2, 3))
    X, y = rng.standard_normal((3, 6, 5, 2)), rng.integers(3, size=(3, 6))
    value, gradient = net.value_and_gradient(theta, X, y)
    lags = net.gradient_by_lag(theta, X, y)
    for i, j in np.ndindex(2, 3):
        alone = net.value_and_gradient(theta[:, i, j], X[j], y[j])
        np.testing.assert_allclose(value[i, j], alone[0], rtol=1e-13)
        np.testing.assert_allclose(gradient[:, i, j], alone[1], rtol=0, atol=1e-13)
        np.testing.assert_allclose(lags[:, i, j], net.gradient_by_lag(theta[:, i, j], X[j], y[j]), rtol=1e-12)


# --- initial scales ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("activation", "gain"), [("tanh", 1), ("relu", 2)])
@pytest.mark.parametrize("runs", [None, 3])
def test_the_start_goes_by_the_units_below_and_each_run_has_its_own(activation, gain, runs):
    # Layers of unlike sizes: a variance by the units above, or by both, is another one.
    net = MLP([150, 400, 60, 250], activation)
    layers = net.layers(net.init(np.random.default_rng(5), runs=runs))
    for (W, b), variance in zip(layers, (gain / 150, gain / 400, 1 / 60), strict=True):
        assert not b.any()
        # The variance of the variance of N Gaussian numbers is 2/N of it squared: five standard errors.
        assert W.var() == pytest.approx(variance, rel=5 * (2 / W.size) ** 0.5)
        assert abs(W.mean()) < 5 * (variance / W.size) ** 0.5
        if runs:
            flat = W.reshape(runs, -1)
            assert np.abs(np.corrcoef(flat) - np.eye(runs)).max() < 5 / flat.shape[1] ** 0.5


@pytest.mark.parametrize("recurrent", ["orthogonal", "gaussian"])
@pytest.mark.parametrize("runs", [None, 3])
def test_the_recurrent_start_goes_by_the_units_below(recurrent, runs):
    net = RNN(inputs=40, hidden=150, outputs=25)
    W, U, b, V, c = net.matrices(net.init(np.random.default_rng(6), recurrent, gain=1.3, runs=runs))
    for A, variance in ((W, 1.3**2 / 150), (U, 1 / 40), (V, 1 / 150)):
        assert A.var() == pytest.approx(variance, rel=5 * (2 / A.size) ** 0.5)
        assert abs(A.mean()) < 5 * (variance / A.size) ** 0.5
    assert not b.any() and not c.any()
    plain, *_ = net.matrices(net.init(np.random.default_rng(6), recurrent, runs=runs))
    np.testing.assert_allclose(W, 1.3 * plain, rtol=1e-12)  # the default gain is 1


def test_the_orthogonal_start_is_uniform_over_the_orthogonal_matrices():
    # Of a uniform orthogonal 3 × 3 matrix each element has the mean 0 and the mean square 1/3, half of the
    # determinants are positive, and the trace has the mean 0 and the mean square 1 (QR alone fails in the trace).
    net, runs = RNN(inputs=1, hidden=3, outputs=2), 4000
    W, *_ = net.matrices(net.init(np.random.default_rng(7), "orthogonal", runs=runs))
    error = runs**-0.5
    trace = np.trace(W, axis1=1, axis2=2)
    assert np.abs(W.mean(axis=0)).max() < 5 * 3**-0.5 * error
    np.testing.assert_allclose((W**2).mean(axis=0), 1 / 3, atol=5 * 0.3 * error)
    assert abs(np.mean(np.linalg.det(W))) < 5 * error
    assert abs(trace.mean()) < 5 * error and np.mean(trace**2) == pytest.approx(1, abs=5 * 1.5 * error)


def test_the_one_unit_network_is_the_textbooks():
    surface = OneUnitRNN()
    assert surface.coordinates == 2 and surface.states(np.zeros(2)).shape == (51,)
    assert surface.states(np.zeros(2))[0] == pytest.approx(sigmoid(0.5), abs=0.005)
    np.testing.assert_array_equal(surface.states(np.array([[4.7, -3.0], [0.3, -2.4]]))[0], [0.62, 0.62])
    assert surface.value(np.zeros(2)) == pytest.approx(0.2**2, rel=1e-12)  # sigmoid(0) = ½, and 0.7 is wanted
    np.testing.assert_allclose(surface.gradient(np.zeros(2)), [2 * -0.2 * 0.25 * 0.5, 2 * -0.2 * 0.25], rtol=1e-12)
    with pytest.raises(AttributeError):
        surface.steps = 3
