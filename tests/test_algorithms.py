"""The algorithms: steps by hand, the closed-form laws, and every kind of input."""

import importlib.util
import inspect

import numpy as np
import pytest

from lecture_optim import (
    ADADELTA,
    ADAGRAD,
    ADAM,
    ALGORITHMS,
    MOMENTUM,
    NESTEROV,
    RMSPROP,
    RMSPROP_NESTEROV,
    SGD,
    algorithms,
    checks,
    handful,
)
from lecture_optim.algorithms import EVERY, Algorithm, interim, momentum, sgd

# Steps by hand, three for each of the lecture's algorithms. Each case but Adam starts from a state that is not
# zero (zeros hide mistakes), and the numbers are such that roots come out rational, or at worst one root deep.
# A row is one step: the gradient that is fed in, the point where the algorithm must ask for it, the new
# parameters, the new state.
HAND = {
    # theta - 0.5 g:  1 - 0.5*4 = -1, -2 + 0.5*2 = -1;  -1 + 0.5 = -0.5, -1 - 1.5 = -2.5;
    # -0.5 - 2 = -2.5, -2.5 - 0.5 = -3.
    SGD: {
        "hyper": {"epsilon": 0.5},
        "theta": [1, -2],
        "state": (),
        "steps": [
            ([4, -2], [1, -2], [-1, -1], ()),
            ([-1, 3], [-1, -1], [-0.5, -2.5], ()),
            ([4, 1], [-0.5, -2.5], [-2.5, -3], ()),
        ],
    },
    # v = 0.5 v - 0.25 g:  0.5*2 - 2 = -1, -0.5*4 - 1 = -3;  -0.5 + 1.5 = 1, -1.5 - 0.5 = -2;
    # 0.5 - 1 = -0.5, -1 + 3 = 2.  Then theta + v.
    MOMENTUM: {
        "hyper": {"epsilon": 0.25, "alpha": 0.5},
        "theta": [3, -2],
        "state": ([2, -4],),
        "steps": [
            ([8, 4], [3, -2], [2, -5], ([-1, -3],)),
            ([-6, 2], [2, -5], [3, -7], ([1, -2],)),
            ([4, -12], [3, -7], [2.5, -5], ([-0.5, 2],)),
        ],
    },
    # The numbers of momentum; the gradient is asked for at theta + 0.5 v:
    # 3 + 1, -2 - 2;  2 - 0.5, -5 - 1.5;  3 + 0.5, -7 - 1.
    NESTEROV: {
        "hyper": {"epsilon": 0.25, "alpha": 0.5},
        "theta": [3, -2],
        "state": ([2, -4],),
        "steps": [
            ([8, 4], [4, -4], [2, -5], ([-1, -3],)),
            ([-6, 2], [1.5, -6.5], [3, -7], ([1, -2],)),
            ([4, -12], [3.5, -8], [2.5, -5], ([-0.5, 2],)),
        ],
    },
    # r = r + g²:  0 + 9, + 16 = 25, + 144 = 169 with roots 3, 5, 13;
    #   36 + 64 = 100, + 576 = 676, + 380.25 = 1056.25 with roots 10, 26, 32.5.  theta - 2 / (1 + root) g:
    #   4 - 2/4*3 = 5/2;  5/2 - 2/6*4 = 7/6;  7/6 - 2/14*12 = -23/42
    #   -3 + 2/11*8 = -17/11;  -17/11 - 2/27*24 = -329/99;  -329/99 - 2/33.5*19.5 = -29765/6633
    ADAGRAD: {
        "hyper": {"epsilon": 2, "delta": 1},
        "theta": [4, -3],
        "state": ([0, 36],),
        "steps": [
            ([3, -8], [4, -3], [5 / 2, -17 / 11], ([9, 100],)),
            ([4, 24], [5 / 2, -17 / 11], [7 / 6, -329 / 99], ([25, 676],)),
            ([12, 19.5], [7 / 6, -329 / 99], [-23 / 42, -29765 / 6633], ([169, 1056.25],)),
        ],
    },
    # r = r/4 + 3/4 g²:  4 + 12 = 16, 4 + 108 = 112, 28 + 27 = 55;  9.25 + 6.75 = 16, 112, 28 + 363 = 391.
    # sqrt(9 + r) = 5, 11, 8;  5, 11, 20.  theta - 2 / sqrt(9 + r) g:
    #   1 - 8/5 = -3/5;  -3/5 - 24/11 = -153/55;  -153/55 - 12/8 = -471/110
    #   -2 - 6/5 = -16/5;  -16/5 + 24/11 = -56/55;  -56/55 - 44/20 = -177/55
    RMSPROP: {
        "hyper": {"epsilon": 2, "rho": 0.25, "delta": 9},
        "theta": [1, -2],
        "state": ([16, 37],),
        "steps": [
            ([4, 3], [1, -2], [-3 / 5, -16 / 5], ([16, 16],)),
            ([12, -12], [-3 / 5, -16 / 5], [-153 / 55, -56 / 55], ([112, 112],)),
            ([6, 22], [-153 / 55, -56 / 55], [-471 / 110, -177 / 55], ([55, 391],)),
        ],
    },
    # r as in RMSProp; v = 0.5 v - 2 / sqrt(9 + r) g:
    #   1 - 8/5 = -3/5;  -3/10 - 24/11 = -273/110;  -273/220 - 3/2 = -603/220
    #   -2 - 6/5 = -16/5;  -8/5 + 24/11 = 32/55;  16/55 - 11/5 = -21/11
    # theta + v:  1 - 3/5 = 2/5;  2/5 - 273/110 = -229/110;  -229/110 - 603/220 = -1061/220
    #   -2 - 16/5 = -26/5;  -26/5 + 32/55 = -254/55;  -254/55 - 21/11 = -359/55
    # asked at theta + 0.5 v:  1 + 1, -2 - 2;  2/5 - 3/10 = 1/10, -26/5 - 8/5 = -34/5;
    #   -229/110 - 273/220 = -731/220, -254/55 + 16/55 = -238/55
    RMSPROP_NESTEROV: {
        "hyper": {"epsilon": 2, "alpha": 0.5, "rho": 0.25, "delta": 9},
        "theta": [1, -2],
        "state": ([2, -4], [16, 37]),
        "steps": [
            ([4, 3], [2, -4], [2 / 5, -26 / 5], ([-3 / 5, -16 / 5], [16, 16])),
            ([12, -12], [1 / 10, -34 / 5], [-229 / 110, -254 / 55], ([-273 / 110, 32 / 55], [112, 112])),
            ([6, 22], [-731 / 220, -238 / 55], [-1061 / 220, -359 / 55], ([-603 / 220, -21 / 11], [55, 391])),
        ],
    },
    # r as in RMSProp; update u = -sqrt(9 + d) / sqrt(9 + r) g, d = d/4 + 3/4 u²; theta + 0.5 u.
    #   d + 9 = 16:  u = -4*4/5 = -3.2,  d = 1.75 + 7.68 = 9.43
    #   d + 9 = 18.43:  u² = 18.43*144/121,  d = 2.3575 + 108*18.43/121 = 2.3575 + 1990.44/121
    #   d + 9 = 11.3575 + 1990.44/121 = 3364.6975/121:  u = -sqrt(3364.6975)/11 * 6/8,
    #     d = 2.3575/4 + 497.61/121 + 3/4 * 3364.6975/121 * 9/16
    #   second: d + 9 = 25:  u = -5*3/5 = -3,  d = 4 + 6.75 = 10.75
    #   d + 9 = 19.75:  u = +sqrt(19.75)*12/11,  d = 2.6875 + 108*19.75/121 = 2.6875 + 2133/121
    #   d + 9 = 11.6875 + 2133/121 = 3547.1875/121:  u = -sqrt(3547.1875)/11 * 22/20 = -sqrt(3547.1875)/10,
    #     d = 2.6875/4 + 533.25/121 + 3/4 * 35.471875
    ADADELTA: {
        "hyper": {"epsilon": 0.5, "rho": 0.25, "delta": 9},
        "theta": [1, -2],
        "state": ([16, 37], [7, 16]),
        "steps": [
            ([4, 3], [1, -2], [-0.6, -3.5], ([16, 16], [9.43, 10.75])),
            (
                [12, -12],
                [-0.6, -3.5],
                [-0.6 - 18.43**0.5 * 6 / 11, -3.5 + 19.75**0.5 * 6 / 11],
                ([112, 112], [2.3575 + 1990.44 / 121, 2.6875 + 2133 / 121]),
            ),
            (
                [6, 22],
                [-0.6 - 18.43**0.5 * 6 / 11, -3.5 + 19.75**0.5 * 6 / 11],
                [
                    -0.6 - 18.43**0.5 * 6 / 11 - 3364.6975**0.5 * 3 / 88,
                    -3.5 + 19.75**0.5 * 6 / 11 - 3547.1875**0.5 / 20,
                ],
                (
                    [55, 391],
                    [
                        0.589375 + 497.61 / 121 + 27 * 3364.6975 / 7744,
                        0.671875 + 533.25 / 121 + 26.60390625,
                    ],
                ),
            ),
        ],
    },
    # s = s/4 + 3/4 g, divided by 1 - 4^-t = 3/4, 15/16, 63/64;  r = r/2 + 1/2 g², by 1 - 2^-t = 1/2, 3/4, 7/8.
    # From zero (the correction is exact only there), g = 10, 2, -15 and -5, 1, 17:
    #   s = 7.5, 3.375, -10.40625;  -3.75, -0.1875, 12.703125
    #   s_hat = 10, 3.6, -74/7 = -666/63;  -5, -0.2, 813/63 = 271/21
    #   r = 50, 27, 126;  12.5, 6.75, 147.875
    #   r_hat = 100, 36, 144;  25, 9, 169; roots 10, 6, 12;  5, 3, 13
    # theta - 2 s_hat / (root + 1):
    #   1 - 20/11 = -9/11;  -9/11 - 7.2/7 = -711/385;  -711/385 + 148/91 = -1103/5005
    #   -2 + 10/6 = -1/3;  -1/3 + 0.4/4 = -7/30;  -7/30 - 271/147 = -3053/1470
    ADAM: {
        "hyper": {"epsilon": 2, "rho1": 0.25, "rho2": 0.5, "delta": 1},
        "theta": [1, -2],
        "state": ([0, 0], [0, 0], 0),
        "steps": [
            ([10, -5], [1, -2], [-9 / 11, -1 / 3], ([7.5, -3.75], [50, 12.5], 1)),
            ([2, 1], [-9 / 11, -1 / 3], [-711 / 385, -7 / 30], ([3.375, -0.1875], [27, 6.75], 2)),
            (
                [-15, 17],
                [-711 / 385, -7 / 30],
                [-1103 / 5005, -3053 / 1470],
                ([-10.40625, 12.703125], [126, 147.875], 3),
            ),
        ],
    },
    # Adam's numbers, and 2/8 of theta is taken away with each step:
    #   3/4 - 20/11 = -47/44;  3/4 (-47/44) - 36/35 = -11271/6160;  3/4 (-11271/6160) + 148/91 = 81391/320320
    #   -3/2 + 10/6 = 1/6;  1/8 + 1/10 = 9/40;  27/160 - 271/147 = -39391/23520
    algorithms.ADAMW: {
        "hyper": {"epsilon": 2, "rho1": 0.25, "rho2": 0.5, "delta": 1, "decay": 1 / 8},
        "theta": [1, -2],
        "state": ([0, 0], [0, 0], 0),
        "steps": [
            ([10, -5], [1, -2], [-47 / 44, 1 / 6], ([7.5, -3.75], [50, 12.5], 1)),
            ([2, 1], [-47 / 44, 1 / 6], [-11271 / 6160, 9 / 40], ([3.375, -0.1875], [27, 6.75], 2)),
            (
                [-15, 17],
                [-11271 / 6160, 9 / 40],
                [81391 / 320320, -39391 / 23520],
                ([-10.40625, 12.703125], [126, 147.875], 3),
            ),
        ],
    },
}

by_name = pytest.mark.parametrize("algorithm", algorithms.EVERY.values(), ids=lambda a: a.name)


def test_every_algorithm_has_a_step_worked_out_by_hand():
    assert [name for name, algorithm in algorithms.EVERY.items() if not HAND.get(algorithm, {}).get("steps")] == []


def arrays(state):
    return tuple(np.array(s, dtype=float) if np.ndim(s) else s for s in state)


def assert_equal(actual, expected, rtol=1e-14):
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=0)


@by_name
def test_rule_by_hand(algorithm):
    case = HAND[algorithm]
    theta, state = np.array(case["theta"], dtype=float), arrays(case["state"])
    for g, _, expected_theta, expected_state in case["steps"]:
        theta, *state = algorithm.rule(theta, np.array(g, dtype=float), *state, **case["hyper"])
        assert_equal(theta, expected_theta)
        assert len(state) == len(expected_state)
        for part, expected in zip(state, expected_state, strict=True):
            assert_equal(part, expected)


@by_name
def test_step_by_hand(algorithm):
    case = HAND[algorithm]
    theta = np.array(case["theta"], dtype=float)
    state = algorithm.start(theta, **dict(zip(algorithm.state_names, arrays(case["state"]), strict=True)))
    for g, expected_point, expected_theta, expected_state in case["steps"]:
        asked = []

        def gradient(point, g=g, asked=asked):
            asked.append(point)
            return np.array(g, dtype=float)

        theta, state = algorithm.step(gradient, theta, state, **case["hyper"])
        assert len(asked) == 1
        assert_equal(asked[0], expected_point)
        assert_equal(theta, expected_theta)
        assert isinstance(state, tuple)
        for part, expected in zip(state, expected_state, strict=True):
            assert_equal(part, expected)


def test_nesterov_closed_loop_by_hand():
    # f = (x² + 4 y²) / 2, epsilon 0.25, alpha 0.5, from (4, 2) with v = (-4, 4):
    #   interim (2, 4), g (2, 16): v = (-2 - 0.5, 2 - 4) = (-2.5, -2), theta = (1.5, 0)
    #   interim (0.25, -1), g (0.25, -4): v = (-1.25 - 0.0625, -1 + 1) = (-1.3125, 0), theta = (0.1875, 0)
    # With the gradient at theta itself the first velocity would be (-3, 0).
    theta, state = np.array([4.0, 2.0]), (np.array([-4.0, 4.0]),)
    for expected_theta, expected_v in (
        ([1.5, 0.0], [-2.5, -2.0]),
        ([0.1875, 0.0], [-1.3125, 0.0]),
    ):
        theta, state = NESTEROV.step(lambda p: np.array([1.0, 4.0]) * p, theta, state, epsilon=0.25, alpha=0.5)
        assert_equal(theta, expected_theta)
        assert_equal(state[0], expected_v)


# --- the laws ---------------------------------------------------------------------------------------


def run(algorithm, gradient, theta, steps, state=None, **hyper):
    """Return every point of a run, without the loop of lecture_optim.descent."""
    state = algorithm.start(theta) if state is None else state
    path = [theta]
    for _ in range(steps):
        theta, state = algorithm.step(gradient, theta, state, **hyper)
        path.append(theta)
    return np.array(path), state


@pytest.mark.parametrize("alpha", [0.5, 0.9, 0.99])
def test_momentum_reaches_its_terminal_speed(alpha):
    # v_k = -epsilon g (1 + alpha + … + alpha^(k-1)) = -epsilon g (1 - alpha^k) / (1 - alpha)
    g, epsilon = np.array([3.0, -4.0]), 0.1
    for k in (1, 5, 4000):
        _, (v,) = run(MOMENTUM, lambda theta: g, np.zeros(2), k, epsilon=epsilon, alpha=alpha)
        assert_equal(v, -epsilon * g * (1 - alpha**k) / (1 - alpha), rtol=1e-12)
    assert np.linalg.norm(v) == pytest.approx(epsilon * 5 / (1 - alpha), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("curvature", [0.3, 1.0, 50.0])
def test_momentum_is_stable_below_two_plus_two_alpha(alpha, curvature):
    # z² - (1 + alpha - epsilon lambda) z + alpha = 0 has its roots inside the unit circle
    # if and only if 0 < epsilon lambda < 2 + 2 alpha.
    limit = (2 + 2 * alpha) / curvature

    def end(epsilon):
        path, _ = run(MOMENTUM, lambda theta: curvature * theta, np.array([1.0]), 3000, epsilon=epsilon, alpha=alpha)
        return abs(path[-1, 0])

    assert end(0.99 * limit) < 1e-3
    with np.errstate(over="ignore"):
        assert end(1.01 * limit) > 1e6


@pytest.mark.parametrize(
    ("kappa", "descent_steps", "heavy_ball_steps"), [(5, 35, 18), (100, 691, 93), (1000, 6908, 315)]
)
def test_steps_to_a_millionth_with_the_best_constants(kappa, descent_steps, heavy_ball_steps):
    # f = (x² + kappa y²) / 2 from (1, 1) with v = 0: the first step k with ‖theta_k‖ <= 1e-6 ‖theta_0‖.
    # Gradient descent: epsilon = 2 / (1 + kappa).  Heavy ball (Polyak 1964): epsilon = (2 / (√kappa + 1))²,
    # alpha = ((√kappa - 1) / (√kappa + 1))².
    hessian, theta = np.array([1.0, kappa]), np.ones(2)
    root = kappa**0.5

    def steps(algorithm, enough, **hyper):
        path, _ = run(algorithm, lambda p: hessian * p, theta, enough, **hyper)
        arrived = np.linalg.norm(path, axis=1) <= 1e-6 * np.linalg.norm(theta)
        return int(np.argmax(arrived)) if arrived.any() else None

    assert steps(SGD, 7000, epsilon=2 / (1 + kappa)) == descent_steps
    alpha = ((root - 1) / (root + 1)) ** 2
    assert steps(MOMENTUM, 400, epsilon=(2 / (root + 1)) ** 2, alpha=alpha) == heavy_ball_steps


def test_nesterov_is_momentum_with_the_gradient_at_the_interim_point():
    hessian = np.array([[3.0, 1.0], [1.0, 2.0]])
    theta, v = np.array([1.0, -2.0]), np.array([0.5, 0.25])
    path, _ = run(NESTEROV, lambda p: hessian @ p, theta, 20, state=(v,), epsilon=0.1, alpha=0.8)
    for point in path[1:]:
        theta, v = momentum(theta, hessian @ interim(theta, v, 0.8), v, 0.1, 0.8)
        assert_equal(point, theta)
    # and that point is not the point of momentum
    plain, _ = run(MOMENTUM, lambda p: hessian @ p, path[0], 20, state=(np.array([0.5, 0.25]),), epsilon=0.1, alpha=0.8)
    assert np.abs(plain - path).max() > 0.1


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_adagrad_travels_as_the_root_of_the_number_of_steps(size):
    # sum of epsilon / √k for k = 1 … N = epsilon (2 √N + ζ(1/2) + N^(-1/2) / 2 - N^(-3/2) / 24 + …)
    # (Euler and Maclaurin), whatever the gradient's size
    epsilon, steps = 0.1, 10_000
    path, _ = run(ADAGRAD, lambda p: np.array([size, -size]), np.zeros(2), steps, epsilon=epsilon, delta=0)
    zeta = -1.4603545088095868
    for n in (100, 10_000):
        travel = epsilon * (2 * n**0.5 + zeta + n**-0.5 / 2 - n**-1.5 / 24)
        assert_equal(path[n], [-travel, travel], rtol=1e-6)


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.99])
def test_rmsprop_first_step_window_and_settled_step(rho):
    epsilon = 0.01
    path, _ = run(RMSPROP, lambda p: np.array([5.0, -0.2]), np.zeros(2), 4000, epsilon=epsilon, rho=rho, delta=0)
    assert_equal(path[1], [-epsilon / (1 - rho) ** 0.5, epsilon / (1 - rho) ** 0.5], rtol=1e-12)
    assert_equal(path[-1] - path[-2], [-epsilon, epsilon], rtol=1e-9)

    # one unit gradient, then none: its weight after k steps is (1 - rho) rho^k, in all 1, and the weights
    # times their number of steps, counted from 1, add up to the window 1 / (1 - rho)
    r, weights = 0.0, []
    for k in range(5000):
        _, r = RMSPROP.rule(0.0, float(k == 0), r, epsilon=epsilon, rho=rho, delta=1e-6)
        weights.append(r)
    assert sum(weights) == pytest.approx(1, rel=1e-12)
    assert np.dot(np.arange(1, 5001), weights) == pytest.approx(1 / (1 - rho), rel=1e-12)


def test_delta_inside_and_outside_the_root():
    # at g = 1e-6 and delta = 1e-6 the first AdaGrad step is epsilon / 2; δ inside the root makes it ~1e-3 epsilon
    _, r = ADAGRAD.rule(0.0, 1e-6, 0.0, epsilon=1.0, delta=1e-6)
    outside = -ADAGRAD.rule(0.0, 1e-6, 0.0, epsilon=1.0, delta=1e-6)[0]
    inside = -RMSPROP.rule(0.0, 1e-6, 0.0, epsilon=1.0, rho=0.0, delta=1e-6)[0]
    assert r == pytest.approx(1e-12)
    assert outside == pytest.approx(0.5)
    assert outside / inside == pytest.approx(500, rel=1e-3)


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_adam_first_step_is_the_learning_rate_times_the_sign(size):
    # the bias correction cancels (1 - rho1) and (1 - rho2): epsilon g / (|g| + delta), at every step of a
    # constant gradient
    g, epsilon, delta = np.array([size, -2 * size]), 0.3, 1e-8
    path, (s, r, t) = run(ADAM, lambda p: g, np.zeros(2), 50, epsilon=epsilon, delta=delta)
    assert_equal(np.diff(path, axis=0), np.tile(-epsilon * g / (abs(g) + delta), (50, 1)), rtol=1e-9)
    # the estimates themselves are biased towards zero
    assert_equal(s, (1 - 0.9**50) * g, rtol=1e-12)
    assert_equal(r, (1 - 0.999**50) * g**2, rtol=1e-12)
    assert t == 50
    # without the correction the first step would be (1 - rho1) / √(1 - rho2) = 3.16 times as long
    assert abs(path[1, 0]) == pytest.approx(epsilon, rel=1e-3)


@pytest.mark.parametrize("rho", [0.9, 0.95])
def test_adadelta_first_step(rho):
    # -√delta / √((1 - rho) g² + delta) g, here close to √(delta / (1 - rho)) whatever the gradient's size
    delta = 1e-6
    path, (r, d) = run(ADADELTA, lambda p: np.array([7.0, -70.0]), np.zeros(2), 1, rho=rho, delta=delta)
    length = (delta / (1 - rho)) ** 0.5
    assert_equal(path[1], [-length, length], rtol=1e-6)
    assert_equal(d, (1 - rho) * path[1] ** 2, rtol=1e-12)


def test_8_6_is_finite_at_a_zero_gradient_and_the_printed_box_is_not():
    zero = np.zeros(2)
    theta, v, r = RMSPROP_NESTEROV.rule(np.ones(2), zero, zero, zero, epsilon=0.1, alpha=0.9)
    assert_equal(theta, np.ones(2))
    with np.errstate(divide="ignore", invalid="ignore"):
        theta, v, r = RMSPROP_NESTEROV.rule(np.ones(2), zero, zero, zero, epsilon=0.1, alpha=0.9, delta=0)
    assert np.isnan(theta).all()
    with pytest.raises(ZeroDivisionError):
        RMSPROP_NESTEROV.rule(1.0, 0.0, 0.0, 0.0, epsilon=0.1, alpha=0.9, delta=0)


# --- the same on every kind of input ------------------------------------------------------------------

GENTLE = {"epsilon": 0.02, "alpha": 0.8, "rho": 0.8, "rho1": 0.8, "rho2": 0.95, "delta": 1e-3, "decay": 0.1}
HYPER = {algorithm: {name: GENTLE[name] for name in algorithm.defaults} for algorithm in algorithms.EVERY.values()}
HYPER[ADAGRAD]["epsilon"], HYPER[ADADELTA]["epsilon"], HYPER[ADAM]["epsilon"] = 0.3, 0.5, 0.1
HYPER[RMSPROP_NESTEROV]["alpha"] = 0.7


def wave(theta):
    """Return a gradient of plain arithmetic: ``4 x³ / 10 + x - 1``, so that it takes floats and arrays."""
    return 0.4 * theta * theta * theta + theta - 1


@by_name
def test_floats_arrays_and_grids_agree(algorithm):
    grid = np.random.default_rng(3).uniform(-2, 2, size=(2, 3, 4))
    whole, state = run(algorithm, wave, grid, 30, **HYPER[algorithm])
    assert whole.shape == (31, 2, 3, 4)
    for index in np.ndindex(grid.shape):
        start = float(grid[index])
        one, one_state = run(algorithm, wave, start, 30, **HYPER[algorithm])
        assert_equal(whole[(slice(None), *index)], one, rtol=1e-12)
        for part, one_part in zip(state, one_state, strict=True):
            assert_equal(part[index] if np.ndim(part) else part, one_part, rtol=1e-12)
    theta, state = algorithm.start(0.5), None
    theta, state = algorithm.step(wave, 0.5, algorithm.start(0.5), **HYPER[algorithm])
    assert type(theta) is float
    assert all(type(part) in (float, int) for part in state)


@by_name
def test_hyperparameters_may_be_arrays(algorithm):
    rates = np.array([0.01, 0.02, 0.05])
    start = np.array([[1.5], [-0.5]]) * np.ones(3)
    together, _ = run(algorithm, wave, start, 20, **{**HYPER[algorithm], "epsilon": rates})
    for lane, epsilon in enumerate(rates):
        alone, _ = run(algorithm, wave, start[:, lane], 20, **{**HYPER[algorithm], "epsilon": epsilon})
        assert_equal(together[..., lane], alone, rtol=1e-12)


@by_name
@pytest.mark.parametrize("scalar", [float, np.float64, np.float32, np.array])
def test_float32_stays_float32(algorithm, scalar):
    hyper = {name: scalar(value) for name, value in HYPER[algorithm].items()}
    start = np.array([1.5, -0.5, 0.1], dtype=np.float32)
    theta, state = start, algorithm.start(start)
    for _ in range(20):
        theta, state = algorithm.step(wave, theta, state, **hyper)
        assert theta.dtype == np.float32
        assert all(part.dtype == np.float32 for part in state if np.ndim(part))
    double, _ = run(algorithm, wave, start.astype(float), 20, **HYPER[algorithm])
    assert_equal(theta, double[-1], rtol=2e-5)
    assert np.abs(theta - double[-1]).max() > 0  # it really was computed in float32


@by_name
def test_nothing_is_written_in_place(algorithm):
    rng = np.random.default_rng(5)
    theta, g = rng.normal(size=(2, 3))
    state = [rng.uniform(0.1, 1, size=3) if name != "t" else 3 for name in algorithm.state_names]
    inputs = [theta, g, *(part for part in state if np.ndim(part))]
    copies = [a.copy() for a in inputs]
    for a in inputs:
        a.flags.writeable = False
    algorithm.step(lambda p: g, theta, tuple(state), **HYPER[algorithm])
    new = algorithm.rule(theta, g, *state, **HYPER[algorithm])
    for a, copy in zip(inputs, copies, strict=True):
        np.testing.assert_array_equal(a, copy)
        assert not any(np.shares_memory(a, part) for part in new if np.ndim(part))


# --- the layer around a rule --------------------------------------------------------------------------


def test_the_records_agree_with_the_lecture():
    assert [a.name for a in ALGORITHMS] == [
        "SGD",
        "Momentum",
        "Nesterov momentum",
        "AdaGrad",
        "RMSProp",
        "RMSProp with Nesterov momentum",
        "AdaDelta",
        "Adam",
    ]
    assert [a.name for a in ALGORITHMS if a.looks_ahead] == ["Nesterov momentum", "RMSProp with Nesterov momentum"]
    assert list(algorithms.EVERY.values())[: len(ALGORITHMS)] == list(ALGORITHMS)
    for algorithm in algorithms.EVERY.values():
        names = list(inspect.signature(algorithm.rule).parameters)
        assert tuple(names[2 : 2 + len(algorithm.state_names)]) == algorithm.state_names
        assert list(algorithm.defaults) == names[2 + len(algorithm.state_names) :]


def test_defaults_are_those_of_the_sources():
    required = inspect.Parameter.empty
    assert ADAM.defaults == {"epsilon": 0.001, "rho1": 0.9, "rho2": 0.999, "delta": 1e-8}
    assert ADADELTA.defaults == {"epsilon": 1.0, "rho": 0.95, "delta": 1e-6}
    assert ADAGRAD.defaults == {"epsilon": required, "delta": 1e-7}
    assert RMSPROP.defaults == {"epsilon": required, "rho": 0.9, "delta": 1e-6}
    assert RMSPROP_NESTEROV.defaults == {"epsilon": required, "alpha": required, "rho": 0.9, "delta": 1e-6}
    assert MOMENTUM.defaults == NESTEROV.defaults == {"epsilon": required, "alpha": required}
    defaults = ADAM.defaults
    defaults["epsilon"] = 7  # a copy: the next reader must not see this
    assert ADAM.defaults["epsilon"] == 0.001


@by_name
def test_start_is_zero_or_what_is_given(algorithm):
    theta = np.array([1.0, -2.0])
    for name, part in zip(algorithm.state_names, algorithm.start(theta), strict=True):
        assert str(part) == ("0" if name == "t" else "[0. 0.]")  # no "-0." either
    for position, name in enumerate(algorithm.state_names):
        given = 4 if name == "t" else np.array([3.0, 5.0])
        assert algorithm.start(theta, **{name: given})[position] is given


def sentence(error):
    """Return the error's message, which must be one line that ends without a full stop or a traceback."""
    text = str(error.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("algorithm", "hyper", "message"),
    [
        (SGD, {"epsilon": -0.1}, "epsilon must be a positive finite learning rate, got -0.1"),
        (SGD, {"epsilon": 0}, "epsilon must be a positive finite learning rate, got 0"),
        (SGD, {"epsilon": np.inf}, "epsilon must be a positive finite learning rate, got inf"),
        (SGD, {"epsilon": np.nan}, "epsilon must be a positive finite learning rate, got nan"),
        (SGD, {"epsilon": "0.1"}, "epsilon must be a number or an array of numbers, got '0.1'"),
        (SGD, {"epsilon": None}, "epsilon must be a number or an array of numbers, got None"),
        (SGD, {"epsilon": 1j}, "epsilon must be a number or an array of numbers, got 1j"),
        (SGD, {"epsilon": []}, "epsilon must be a number or an array of numbers, got []"),
        (
            SGD,
            {"epsilon": [0.1, -0.2]},
            "epsilon must be a positive finite learning rate, got values from -0.2 to 0.1",
        ),
        (MOMENTUM, {"epsilon": 0.1, "alpha": 1.0}, "alpha must be in [0, 1), got 1"),
        (NESTEROV, {"epsilon": 0.1, "alpha": -0.5}, "alpha must be in [0, 1), got -0.5"),
        (RMSPROP, {"epsilon": 0.1, "rho": 1.5}, "rho must be in [0, 1), got 1.5"),
        (ADAM, {"rho1": 1}, "rho1 must be in [0, 1), got 1"),
        (ADAM, {"rho2": -0.1}, "rho2 must be in [0, 1), got -0.1"),
        (ADAGRAD, {"epsilon": 0.1, "delta": -1e-7}, "delta must be finite and not negative, got -1e-07"),
        (ADADELTA, {"delta": np.inf}, "delta must be finite and not negative, got inf"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_hyperparameters_out_of_range(algorithm, hyper, message):
    with pytest.raises(ValueError) as error:
        algorithm.step(wave, 0.5, algorithm.start(0.5), **hyper)
    assert sentence(error) == message


def test_the_ends_of_the_ranges_are_allowed():
    assert RMSPROP.hyperparameters(epsilon=1e-300, rho=0, delta=0)["rho"] == 0
    assert MOMENTUM.hyperparameters(epsilon=1e300, alpha=np.nextafter(1, 0))["alpha"] < 1


def test_hyperparameters_that_are_not_there_or_missing():
    with pytest.raises(TypeError) as error:
        SGD.step(wave, 0.5, (), epsilon=0.1, alpha=0.9)
    assert sentence(error) == "SGD has no hyperparameter alpha; it has epsilon"
    with pytest.raises(TypeError) as error:
        MOMENTUM.step(wave, 0.5, (0.0,), epsilon=0.1)
    assert sentence(error) == "Momentum needs the hyperparameter alpha"


def test_state_that_is_not_there_or_of_another_shape():
    with pytest.raises(TypeError) as error:
        SGD.start(0.5, v=0.0)
    assert sentence(error) == "SGD has no state v; it has none"
    with pytest.raises(ValueError) as error:
        MOMENTUM.start(np.zeros(2), v=np.zeros(3))
    assert sentence(error) == "v must have the shape of theta, (2,), got (3,)"
    with pytest.raises(ValueError) as error:
        ADAM.start(np.zeros(2), t=-1)
    assert sentence(error) == "t must be a whole number of at least 0, got -1"


@by_name
def test_gradients_of_another_shape_or_not_finite(algorithm):
    theta = np.array([1.0, 2.0])
    state = algorithm.start(theta)
    for g, shape in ((np.zeros(3), "(3,)"), (np.zeros((2, 1)), "(2, 1)"), (0.0, "()")):
        with pytest.raises(ValueError) as error:
            algorithm.step(lambda p, g=g: g, theta, state, **HYPER[algorithm])
        assert sentence(error) == f"g must have the shape of theta, (2,), got {shape}"
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(FloatingPointError) as error:
            algorithm.step(lambda p, bad=bad: np.array([bad, 1.0]), theta, state, **HYPER[algorithm])
        assert sentence(error).startswith("g must be finite, got 1 of 2 elements infinite or not a number")
    with pytest.raises(FloatingPointError) as error:
        algorithm.step(lambda p: np.nan, 1.0, algorithm.start(1.0), **HYPER[algorithm])
    assert sentence(error).startswith("g must be finite, got 1 of 1 elements")


# A handful of parameters.


@pytest.mark.parametrize("algorithm", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_handful_takes_numpys_step_to_the_last_bit(algorithm, size):
    rng = np.random.default_rng(size)
    hyper = {k: v for k, v in {"epsilon": 0.03, "alpha": 0.9}.items() if k in algorithm.defaults}
    for _ in range(300):
        theta, g, *state = rng.normal(size=(2 + len(algorithm.state_names), size)) ** 3 * 10 ** rng.uniform(-160, 160)
        state = [7 if n == "t" else np.abs(part) for n, part in zip(algorithm.state_names, state, strict=True)]
        taken = handful.step(algorithm.rule, algorithm.state_names, theta, g, state, algorithm.hyperparameters(**hyper))
        with np.errstate(all="ignore"):
            expected = algorithm.rule(theta, g, *state, **hyper)
        finite = all(np.isfinite(part).all() for part in expected)
        assert (taken is not None) == finite or max(map(np.max, expected)) > 1e300
        for one, other in zip(taken or expected, expected, strict=True):
            assert type(one) is type(other) and np.array_equal(one, other, equal_nan=True)


def test_what_numpy_would_say_is_left_to_numpy():
    hyper = {"epsilon": 0.1, "delta": 0.0}
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
        ADAGRAD.step(lambda x: 0 * x, np.ones(2), (np.zeros(2),), **hyper)
    with pytest.warns(RuntimeWarning, match="invalid value"):
        ADAGRAD.step(lambda x: x, np.ones(2), (np.full(2, -5.0),), **hyper)  # a negative root
    with pytest.warns(RuntimeWarning, match="overflow"):
        ADAGRAD.step(lambda x: x, np.full(2, 1e200), (np.zeros(2),), **hyper)
    with pytest.raises(FloatingPointError, match="g must be finite, got 1 of 2"):
        SGD.step(lambda x: np.array([1.0, np.inf]), np.ones(2), (), epsilon=0.1)


def test_only_plain_arithmetic_on_float64_is_taken_off_numpy():
    def takes(rule, theta=None, **hyper):
        theta = np.ones(2) if theta is None else theta
        return handful.step(rule, (), theta, theta, (), {"epsilon": 0.1} | hyper) is not None

    def squared(theta, g, epsilon):  # a float's power is rounded by another library
        return (theta - epsilon * g**2,)

    def branching(theta, g, epsilon):
        return (theta - epsilon * (g if epsilon > 0 else theta),)

    def chosen(theta, g, epsilon):
        return (theta - epsilon * (g or theta),)

    def helped(theta, g, epsilon):
        return sgd(theta, g, epsilon)

    def in_place(theta, g, epsilon):
        theta -= epsilon * g
        return (theta,)

    assert takes(sgd)
    assert not any(map(takes, (squared, branching, chosen, helped, in_place, checks.arithmetic(sgd), np.subtract)))
    for other in (np.ones(2, np.float32), np.ones(2, complex), np.ones((1, 2)), np.ones(5), np.ones(0), np.float64(1)):
        assert not takes(sgd, other)
    assert not takes(sgd, epsilon=np.array([0.1]))
    assert not takes(sgd, np.ma.masked_array([1.0, 2.0], [True, False]))
    assert SGD.step(lambda x: x.astype(np.float32), np.ones(2), (), epsilon=0.5)[0].dtype == float
    listed = Algorithm("Listed", "here", momentum, ["v"])
    assert listed.step(lambda x: x, np.ones(2), (np.zeros(2),), epsilon=0.5, alpha=0.5)[0].tolist() == [0.5, 0.5]


def test_a_source_that_has_changed_is_not_run(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("def mine(theta, g, epsilon):\n    return (theta - epsilon * g,)\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("mine", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    file.write_text("def mine(theta, g, epsilon):\n    return (theta + epsilon * g,)\n", encoding="utf-8")
    theta, _ = Algorithm("Mine", "here", module.mine).step(lambda x: x, np.ones(2), (), epsilon=0.5)
    assert (theta == 0.5).all()


def test_hyperparameters_are_checked_each_by_its_own_type():
    assert ADAM.hyperparameters(epsilon=1.0) == ADAM.hyperparameters(epsilon=1)
    with pytest.raises(ValueError, match="epsilon must be a number or an array of numbers, got True"):
        ADAM.hyperparameters(epsilon=True)
    ADAM.hyperparameters(epsilon=1.0)["epsilon"] = 2.0  # what is returned is the caller's own
    assert ADAM.hyperparameters(epsilon=1.0)["epsilon"] == 1.0


def test_a_wrong_hyperparameter_is_said_once():
    with pytest.raises(TypeError, match="SGD has no hyperparameter rate") as caught:
        SGD.hyperparameters(rate=0.1)
    assert caught.value.__context__ is None
