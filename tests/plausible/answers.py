"""Wrong answers that students plausibly write and that no question file knows, with words of what they should read.

Each one is listed with its question and a phrase of the message. They were written before the properties that name
them, as somebody would who has read the question and slips once.
"""

import math

import numpy as np

from lecture_grader import bank

# Chapter 1


def train(X, y, epsilon, steps, value, gradient, error=lambda z, y: np.mean((z > 0) != y)):
    theta, values, errors = np.zeros(X.shape[1]), [], []
    for _ in range(steps + 1):
        z = X @ theta
        values.append(value(z, y))
        errors.append(error(z, y))
        theta = theta - epsilon * gradient(X, 1 / (1 + np.exp(-z)), y)
    return np.array(values), np.array(errors)


def surrogate(z, y):
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def surrogate_gradient(X, p, y):
    return X.T @ (p - y) / len(y)


def training_half(X, y, epsilon, steps):
    return train(X, y, epsilon, steps, lambda z, y: 0.5 * surrogate(z, y), surrogate_gradient)


def training_by_coordinates(X, y, epsilon, steps):
    return train(X, y, epsilon, steps, surrogate, lambda X, p, y: X.T @ (p - y) / X.shape[1])


def training_squared(X, y, epsilon, steps):
    return train(X, y, epsilon, steps, lambda z, y: np.mean((1 / (1 + np.exp(-z)) - y) ** 2), surrogate_gradient)


def training_of_sizes(X, y, epsilon, steps):
    return train(X, y, epsilon, steps, surrogate, lambda X, p, y: -X.T @ abs(p - y) / len(y))


def training_half_wrong(X, y, epsilon, steps):
    return train(X, y, epsilon, steps, surrogate, surrogate_gradient, lambda z, y: np.mean((z > 0) != y) / 2)


def left_out_pairs(X, y):
    def cost(keep, test):
        theta = np.linalg.lstsq(X[keep], y[keep], rcond=None)[0]
        return 0.5 * np.mean((X[test] @ theta - y[test]) ** 2)

    numbers = np.arange(len(y))
    return cost(numbers, numbers), np.mean([cost(numbers // 2 != k, numbers // 2 == k) for k in range(len(y) // 2)])


def left_out_only_late(X, y):
    def cost(keep, test):
        theta = np.linalg.lstsq(X[keep], y[keep], rcond=None)[0]
        return 0.5 * np.mean((X[test] @ theta - y[test]) ** 2)

    numbers = np.arange(len(y))
    return cost(numbers, numbers), cost(numbers != 0, numbers == 0)


def left_out_root(X, y):
    low, high = bank.load("risk_left_out").reference(X, y)
    return low**0.5, high**0.5


def stop_counts_from_the_end(errors, patience):
    best, waited, where = errors[0], 0, 0
    for k in range(1, len(errors)):
        if errors[k] < best:
            best, waited, where = errors[k], 0, k
        else:
            waited += 1
        if waited == patience:
            return where, where + 1
    return where, where + 1


# Chapter 2


def forecast_and_change(X, y, epsilon, steps, forecast, change=lambda after, before: after - before):
    theta, found = np.zeros(X.shape[1]), []
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ theta))
        g = X.T @ (p - y) / len(y)
        bend = np.mean(p * (1 - p) * (X @ g) ** 2)
        new = theta - epsilon * g
        costs = [np.mean(np.log(1 + np.exp(X @ t)) - y * (X @ t)) for t in (new, theta)]
        found.append((forecast(g @ g, bend), change(*costs)))
        theta = new
    return tuple(np.array(found).T)


def forecast_without_epsilon(X, y, epsilon, steps):
    return forecast_and_change(X, y, epsilon, steps, lambda slope, bend: -slope + 0.5 * epsilon * bend)


def forecast_cubic(X, y, epsilon, steps):
    return forecast_and_change(X, y, epsilon, steps, lambda slope, bend: -epsilon * slope + 0.5 * epsilon**3 * bend)


def change_halved(X, y, epsilon, steps):
    right = lambda slope, bend: -epsilon * slope + 0.5 * epsilon**2 * bend  # noqa: E731
    return forecast_and_change(X, y, epsilon, steps, right, lambda after, before: (after - before) / 2)


def product_divided_by_v(gradient, theta, v, h):
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h * np.linalg.norm(v))


def product_divided_by_four(gradient, theta, v, h):
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (4 * h)


# Chapter 3


def copy_with_negative_bias(W, b, V, order, signs):
    return W[:, order] * signs, -b[order] * signs, V[order] * signs[:, None]


def copy_transposed(W, b, V, order, signs):
    return (W[:, order] * signs).T, b[order] * signs, V[order] * signs[:, None]


def tiny_network(X, y, W, v, epsilon, steps, rate_of_v=1.0):
    for _ in range(steps):
        h = np.tanh(X @ W)
        pushed = (1 / (1 + np.exp(-h @ v)) - y) / len(y)
        to_W = X.T @ (pushed[:, None] * v * (1 - h**2))
        v = v - rate_of_v * epsilon * (h.T @ pushed)
        W = W - epsilon * to_W
    return W, v


def network_doubles_v(X, y, W, v, epsilon, steps):
    return tiny_network(X, y, W, v, epsilon, steps, rate_of_v=2.0)


def network_one_step_more(X, y, W, v, epsilon, steps):
    return tiny_network(X, y, W, v, epsilon, steps + 1)


def escape_half_curvature(distance, epsilon, curvature):
    return math.ceil(math.log(1 / distance) / math.log(1 + epsilon * curvature / 2))


# Chapter 4


def clipped_without_start(theta, g, epsilon, threshold):
    return -epsilon * g * min(1, threshold / np.linalg.norm(g))


def clipped_twice_as_far(theta, g, epsilon, threshold):
    return theta - 2 * epsilon * g * min(1, threshold / np.linalg.norm(g))


def clipped_including_theta(theta, g, epsilon, threshold):
    g = g * min(1, threshold / np.linalg.norm(np.concatenate([g, theta])))
    return theta - epsilon * g


def tumours_pass(X, y, epsilon, threshold, start=0, rate=1.0):
    theta, clipped = np.zeros(X.shape[1]), 0
    for x, c in zip(X[start:], y[start:], strict=True):
        g = (x @ theta - c) * x
        norm = np.linalg.norm(g)
        clipped += norm > threshold
        theta = theta - rate * epsilon * min(1, threshold / norm) * g
    return theta, clipped / len(y)


def clipped_pass_half_rate(X, y, epsilon, threshold):
    return tumours_pass(X, y, epsilon, threshold, rate=0.5)


def clipped_pass_without_first(X, y, epsilon, threshold):
    return tumours_pass(X, y, epsilon, threshold, start=1)


def clipped_pass_threshold_squared(X, y, epsilon, threshold):
    theta, share = tumours_pass(X, y, epsilon, threshold**0.5)
    return theta, share


# Chapter 5


def backward_squared_slope(g, h, W):
    out = np.empty_like(h)
    out[-1] = g
    for t in range(len(h) - 1, 0, -1):
        out[t - 1] = W.T @ ((1 - h[t] ** 2) ** 2 * g)
        g = out[t - 1]
    return out


def backward_same_gradient(g, h, W):
    out = np.empty_like(h)
    out[-1] = g
    for t in range(len(h) - 1, 0, -1):
        out[t - 1] = W.T @ ((1 - h[t] ** 2) * g)
    return out


def backward_last_slope(g, h, W):
    out = np.empty_like(h)
    out[-1] = g
    for t in range(len(h) - 1, 0, -1):
        out[t - 1] = W.T @ ((1 - h[-1] ** 2) * out[t])
    return out


def backward_columns(g, h, W):
    out = np.empty_like(h)
    out[-1] = g
    for t in range(len(h) - 1, 0, -1):
        out[t - 1] = W.T @ ((1 - h[t] ** 2) * out[t])
    return out.T


def scale_of_both_layers(layers, units, factor):
    return (2 * factor ** (1 / layers) / (units + units)) ** 0.5 * 2**0.5


def scale_of_uniform(layers, units, factor):
    return (3 * factor ** (1 / layers) / units) ** 0.5


def scale_one_layer_more(layers, units, factor):
    return (factor ** (1 / (layers + 1)) / units) ** 0.5


def digits_read(X, y, W, U, epsilon, steps, memory=1.0, more=0, power=1):
    h = np.zeros((len(X), len(W)))
    for t in range(X.shape[1]):
        h = np.tanh(memory * h @ W.T + X[:, t] @ U.T)
    v = np.zeros(len(W))
    for _ in range(steps + more):
        v = v - epsilon**power * h.T @ (1 / (1 + np.exp(-h @ v)) - y) / len(y)
    return v


def reading_without_memory(X, y, W, U, epsilon, steps):
    return digits_read(X, y, W, U, epsilon, steps, memory=0.0)


def reading_with_halved_memory(X, y, W, U, epsilon, steps):
    return digits_read(X, y, W, U, epsilon, steps, memory=0.5)


def reading_with_squared_rate(X, y, W, U, epsilon, steps):
    return digits_read(X, y, W, U, epsilon, steps, power=2)


# Chapter 6


def way_and_middle(X, y, theta, epsilon, steps, pair):
    points = [theta]
    for _ in range(steps):
        points.append(points[-1] - epsilon * X.T @ (1 / (1 + np.exp(-X @ points[-1])) - y) / len(y))
    length = sum(np.linalg.norm(b - a) for a, b in zip(points[:-1], points[1:], strict=True))
    z = X @ (points[0] + points[-1]) / 2
    return pair(length / np.linalg.norm(points[-1] - points[0]), np.mean(np.log(1 + np.exp(z)) - y * z))


def detour_of_closed_path(X, y, theta, epsilon, steps):
    return way_and_middle(X, y, theta, epsilon, steps, lambda detour, middle: (detour + 1, middle))


def detour_less_one(X, y, theta, epsilon, steps):
    return way_and_middle(X, y, theta, epsilon, steps, lambda detour, middle: (detour - 1, middle))


def middle_doubled(X, y, theta, epsilon, steps):
    return way_and_middle(X, y, theta, epsilon, steps, lambda detour, middle: (detour, 2 * middle))


def line_minus(f, start, end, points):
    return np.array([-f(start + s * (end - start)) for s in np.linspace(0, 1, points)])


def saddle_squared(curvature, centre, r):
    return -curvature * centre / r**2


def saddle_from_centre(curvature, centre, r):
    return -curvature * centre / (centre + r)


# Chapter 7


def pass_of_squares(theta, X, y, order, m, epsilon):
    for k in range(0, len(order), m):
        batch = order[k : k + m]
        theta = theta - epsilon * X[batch].T @ np.abs(X[batch] @ theta - y[batch]) / len(batch)
    return theta


def pass_back_to_front(theta, X, y, order, m, epsilon):
    for k in reversed(range(0, len(order), m)):
        batch = order[k : k + m]
        theta = theta - epsilon * X[batch].T @ (X[batch] @ theta - y[batch]) / len(batch)
    return theta


def schedule_quadratic(steps, first, last, tau):
    a = np.minimum(np.arange(steps) / tau, 1)
    return (1 - a) ** 2 * first + (1 - (1 - a) ** 2) * last


def schedule_adds(steps, first, last, tau):
    a = np.minimum(np.arange(steps) / tau, 1)
    return (1 - a) * first + last


def rate_for_floor_without_m_twice(target, curvature, sigma, m):
    return 2 * target * curvature / (sigma**2 / m + target * curvature**3)


# Chapter 8


def momentum_half_gradient(theta, g, v, epsilon, alpha):
    v = alpha * v - 0.5 * epsilon * g
    return theta + v, v


def momentum_first_row(theta, g, v, epsilon, alpha):
    new_theta, new_v = theta.copy(), v.copy()
    for i in range(len(theta)):
        new_v[i] = alpha * v[i] - epsilon * g[i]
        new_theta[i] = theta[i] + new_v[i]
        break
    return new_theta, new_v


def momentum_alpha_squared(theta, g, v, epsilon, alpha):
    v = alpha**2 * v - epsilon * g
    return theta + v, v


def momentum_step_alone(theta, g, v, epsilon, alpha):
    v = alpha * v - epsilon * g
    return v, v


# Chapter 9


def nesterov_two_gradients(gradient, theta, v, epsilon, alpha):
    v = alpha * v - epsilon * (gradient(theta + alpha * v) + gradient(theta))
    return theta + v, v


def nesterov_average_gradient(gradient, theta, v, epsilon, alpha):
    v = alpha * v - epsilon * (gradient(theta + alpha * v) + gradient(theta)) / 2
    return theta + v, v


def nesterov_ahead_by_epsilon(gradient, theta, v, epsilon, alpha):
    v = alpha * v - epsilon * gradient(theta + epsilon * v)
    return theta + v, v


def library_divided(phi, buffer, epsilon, alpha):
    return phi + alpha * epsilon * buffer, -buffer / epsilon


def restart_plus_two(values):
    j, out = 0, []
    for k in range(len(values)):
        if k and values[k] > values[k - 1]:
            j = 0
        out.append((j + 1) / (j + 4))
        j += 1
    return np.array(out)


def tumours_with_nesterov(X, y, epsilon, alpha, steps, damped=1.0, of=0.5):
    theta = v = np.zeros(X.shape[1])
    for _ in range(steps):
        v = damped * (alpha * v - epsilon * X.T @ (X @ (theta + alpha * v) - y) / len(y))
        theta = theta + v
    return tuple(of * np.mean((X @ point - y) ** 2) for point in (theta, theta + alpha * v))


def nesterov_costs_of_quarter(X, y, epsilon, alpha, steps):
    return tumours_with_nesterov(X, y, epsilon, alpha, steps, of=0.25)


def nesterov_damped(X, y, epsilon, alpha, steps):
    return tumours_with_nesterov(X, y, epsilon, alpha, steps, damped=0.9)


def nesterov_ahead_with_new_rate(X, y, epsilon, alpha, steps):
    return tumours_with_nesterov(X, y, epsilon, alpha**2, steps)


# Chapter 10


def adagrad_cube_root(theta, g, r, epsilon, delta):
    r = r + g**2
    return theta - epsilon / (delta + r ** (1 / 3)) * g, r


def adagrad_halved_square(theta, g, r, epsilon, delta):
    r = r + 0.5 * g**2
    return theta - epsilon / (delta + np.sqrt(r)) * g, r


def adagrad_sign(theta, g, r, epsilon, delta):
    r = r + g**2
    return theta - epsilon / (delta + np.sqrt(r)) * abs(g), r


def adagrad_two_deltas(theta, g, r, epsilon, delta):
    r = r + g**2
    return theta - epsilon / (delta + np.sqrt(r + delta)) * g, r


def documents_pass(X, y, epsilon, delta, squares=lambda g: g * g, slope=lambda p: 1):
    w, r = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    for x, c in zip(X, y, strict=True):
        p = 1 / (1 + np.exp(-x @ w))
        g = (p - c) * slope(p) * x
        r = r + squares(g)
        w = w - epsilon / (delta + np.sqrt(r)) * g
    return w, epsilon / (delta + np.sqrt(r))


def documents_with_slope(X, y, epsilon, delta):
    return documents_pass(X, y, epsilon, delta, slope=lambda p: p * (1 - p))


def documents_of_mean_square(X, y, epsilon, delta):
    return documents_pass(X, y, epsilon, delta, squares=lambda g: np.mean(g * g))


def documents_halved_rates(X, y, epsilon, delta):
    w, rates = documents_pass(X, y, epsilon, delta)
    return w, rates / 2


def budget_integral(distance, steps):
    return distance / (2 * (np.sqrt(steps + 1) - 1))


# Chapter 11


def rmsprop_root_of_accumulator(theta, g, r, epsilon, rho, delta):
    r = np.sqrt(rho * r + (1 - rho) * g**2)
    return theta - epsilon / np.sqrt(delta + r**2) * g, r


def rmsprop_epsilon_squared(theta, g, r, epsilon, rho, delta):
    r = rho * r + (1 - rho) * g**2
    return theta - epsilon**2 / np.sqrt(delta + r) * g, r


def rmsprop_rho_half(theta, g, r, epsilon, rho, delta):
    r = rho * r + (1 - rho) * g**2 / 2
    return theta - epsilon / np.sqrt(delta + r) * g, r


def decay_square(before, after, steps):
    return (after**2 / (before**2 + after**2)) ** (2 / steps)


def rmsprop_rate_four(delta, eigenvalues):
    return 4 * delta**0.5 / eigenvalues.max()


# Chapter 12


def adam_delta_twice(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g**2
    return theta - epsilon * s / (1 - rho1**t) / (np.sqrt(r / (1 - rho2**t)) + 2 * delta), s, r, t


def adam_correction_multiplied(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g**2
    return theta - epsilon * s * (1 - rho1**t) / (np.sqrt(r / (1 - rho2**t)) + delta), s, r, t


def adam_gradient_in_numerator(theta, g, s, r, t, epsilon, rho1, rho2, delta):
    t = t + 1
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g**2
    return theta - epsilon * g / (np.sqrt(r / (1 - rho2**t)) + delta), s, r, t


def adadelta_with_half(theta, g, r, d, rho, delta):
    r = rho * r + (1 - rho) * g**2
    update = -0.5 * np.sqrt(d + delta) / np.sqrt(r + delta) * g
    return theta + update, r, rho * d + (1 - rho) * update**2


def turned_adam(X, y, Q, epsilon, steps, delta=1e-8, of=1.0, slowed=0.0):
    costs = []
    for A in (X, X @ Q.T):
        w = s = r = np.zeros(A.shape[1])
        for t in range(1, steps + 1):
            g = A.T @ (1 / (1 + np.exp(-A @ w)) - y) / len(y)
            s, r = 0.9 * s + 0.1 * g, 0.999 * r + 0.001 * g * g
            w = w - epsilon / (1 + slowed * (t - 1)) * s / (1 - 0.9**t) / (np.sqrt(r / (1 - 0.999**t)) + delta)
        costs.append(of * np.mean(np.log(1 + np.exp(A @ w)) - y * (A @ w)))
    return tuple(costs)


def turned_adam_halved(X, y, Q, epsilon, steps):
    return turned_adam(X, y, Q, epsilon, steps, of=0.5)


def turned_adam_falling(X, y, Q, epsilon, steps):
    return turned_adam(X, y, Q, epsilon, steps, slowed=0.1)


def turned_adam_large_delta(X, y, Q, epsilon, steps):
    return turned_adam(X, y, Q, epsilon, steps, delta=0.1)


def drift_of_sizes(gradients, rho2):
    r = moved = 0.0
    for k in range(400 * len(gradients)):
        g = gradients[k % len(gradients)]
        r = rho2 * r + (1 - rho2) * g * g
        if k >= 399 * len(gradients):
            moved -= abs(g) / np.sqrt(r)
    return moved


# Chapter 13


def best_rate_by_last_seed(losses, rates):
    scores = [np.inf if v is None else v for v in losses[-1]]
    j = int(np.argmin(scores))
    return rates[j], 0 < j < len(rates) - 1


def least_norm_scaled(X, y):
    w = np.linalg.pinv(X) @ y
    return w / np.linalg.norm(w)


def least_norm_first_only(X, y):
    w = X.T @ np.linalg.solve(X @ X.T, y)
    return np.round(w, 1)


def fits_but_not_least(X, y):
    m = len(y)
    w = np.zeros(X.shape[1])
    w[-m:] = np.linalg.solve(X[:, -m:], y)
    return w


def places_doubled(losses):
    n = len(losses)
    return np.array([1 + 2 * sum(np.all(losses[j] < losses[i]) for j in range(n)) for i in range(n)])


def places_from_the_back(losses):
    n = len(losses)
    return np.array([n - sum(np.all(losses[j] < losses[i]) for j in range(n)) for i in range(n)])


#: Question, answer, and words of the message.
ANSWERS = [
    ("risk_training", training_half, "it is ½ times what is asked, in every case"),
    ("risk_training", training_by_coordinates, "only the first step is right"),
    ("risk_training", training_squared, "it is wrong even before the first step, where every probability is ½"),
    ("risk_training", training_of_sizes, "only the first step is right"),
    ("risk_training", training_half_wrong, "it is ½ times what is asked, in every case"),
    ("risk_left_out", left_out_pairs, "it changes when the examples come in another order, and should not"),
    ("risk_left_out", left_out_only_late, "it changes when the examples come in another order, and should not"),
    ("risk_left_out", left_out_root, "it is the root of what is asked"),
    ("risk_early_stop", stop_counts_from_the_end, "it is wrong even where every evaluation is an improvement"),
    ("conditioning_forecast", forecast_without_epsilon, "it is 1/epsilon times what is asked, in every case"),
    ("conditioning_forecast", forecast_cubic, "it is right for a very small rate; so look at the second-order term"),
    ("conditioning_forecast", change_halved, "it is ½ times what is asked, in every case"),
    ("conditioning_product", product_divided_by_v, "it has the right direction in every case, and a wrong length"),
    ("conditioning_product", product_divided_by_four, "it is ½ times what is asked, in every case"),
    ("minima_copy", copy_with_negative_bias, "its sign is wrong in every case, and its size is right"),
    ("minima_copy", copy_transposed, "has shape (3, 2) where (2, 3) is wanted"),
    ("minima_training", network_doubles_v, "it is right after a single step, and goes wrong later"),
    ("minima_training", network_one_step_more, "it is wrong even where no step is to be made"),
    ("cliffs_step", clipped_without_start, "it is what is asked minus theta"),
    ("cliffs_step", clipped_twice_as_far, "its step from theta is 2 times the one asked for"),
    ("cliffs_step", clipped_including_theta, "its step from theta has the right direction and a wrong length"),
    ("cliffs_training", clipped_pass_half_rate, "it is wrong even for the first example alone"),
    ("cliffs_training", clipped_pass_without_first, "it is wrong even for the first example alone"),
    ("cliffs_training", clipped_pass_threshold_squared, "it is wrong even for the first example alone"),
    ("dependencies_backward", backward_squared_slope, "only the last row is right"),
    ("dependencies_backward", backward_same_gradient, "it ends well; up to some row it is wrong"),
    ("dependencies_backward", backward_last_slope, "it ends well; up to some row it is wrong"),
    ("dependencies_backward", backward_columns, "has shape (2, 4) where (4, 2) is wanted"),
    ("dependencies_scale", scale_of_both_layers, "it is √2 times what is asked, in every case"),
    ("dependencies_scale", scale_of_uniform, "it is √3 times what is asked, in every case"),
    (
        "dependencies_scale",
        scale_one_layer_more,
        "it follows units as it should; look at what layers and factor do in it",
    ),
    ("dependencies_training", reading_without_memory, "it is right where W is 0, and only the last row counts"),
    ("dependencies_training", reading_with_halved_memory, "it is right where W is 0, and only the last row counts"),
    ("dependencies_training", reading_with_squared_rate, "it is wrong even where W is 0, and only the last row counts"),
    ("structure_training", detour_of_closed_path, "it is what is asked plus 1 in every case"),
    ("structure_training", detour_less_one, "it is what is asked minus 1 in every case"),
    ("structure_training", middle_doubled, "it is 2 times what is asked, in every case"),
    ("structure_on_line", line_minus, "its sign is wrong in every case, and its size is right"),
    ("structure_saddle", saddle_squared, "it is 1/r times what is asked, in every case"),
    ("structure_saddle", saddle_from_centre, "it follows curvature as it should; look at what centre and r do in it"),
    ("sgd_pass", pass_of_squares, "it is wrong even after the first minibatch"),
    ("sgd_pass", pass_back_to_front, "it is right after the first minibatch, and goes wrong later"),
    ("sgd_schedule", schedule_quadratic, "before tau it does not fall by the same amount in every step"),
    ("sgd_schedule", schedule_adds, "it follows first as it should; look at what last and tau do in it"),
    (
        "sgd_rate_for_floor",
        rate_for_floor_without_m_twice,
        "it follows target, sigma and m as it should; look at what curvature does in it",
    ),
    (
        "momentum_step",
        momentum_half_gradient,
        "it follows theta, v and alpha as it should; look at what g and epsilon do in it",
    ),
    ("momentum_step", momentum_first_row, "only the first value is right"),
    (
        "momentum_step",
        momentum_alpha_squared,
        "it follows theta, g and epsilon as it should; look at what v and alpha do in it",
    ),
    ("momentum_step", momentum_step_alone, "it is what is asked minus theta"),
    (
        "nesterov_step",
        nesterov_two_gradients,
        "it follows v and alpha as it should; look at what theta and epsilon do in it",
    ),
    (
        "nesterov_step",
        nesterov_average_gradient,
        "it is right where the gradient is the same everywhere; so look at the point where you take it",
    ),
    (
        "nesterov_step",
        nesterov_ahead_by_epsilon,
        "it is right where the gradient is the same everywhere; so look at the point where you take it",
    ),
    ("nesterov_from_library", library_divided, "it is 1/epsilon² times what is asked, in every case"),
    ("nesterov_training", nesterov_costs_of_quarter, "it is ½ times what is asked, in every case"),
    ("nesterov_training", nesterov_damped, "it is wrong even after a single step"),
    ("nesterov_training", nesterov_ahead_with_new_rate, "it is right after a single step, and goes wrong later"),
    ("nesterov_restart", restart_plus_two, "it is wrong even where the values never rise"),
    (
        "adagrad_step",
        adagrad_cube_root,
        "it follows theta, epsilon and delta as it should; look at what g and r do in it",
    ),
    ("adagrad_step", adagrad_halved_square, "its step from r is ½ times the one asked for"),
    ("adagrad_step", adagrad_sign, "it is right in the elements where g is positive, and only there"),
    ("adagrad_step", adagrad_two_deltas, "it is right where delta is 0; so look at where delta stands"),
    ("adagrad_training", documents_with_slope, "it is wrong even for the first document alone"),
    ("adagrad_training", documents_of_mean_square, "it is wrong even for the first document alone"),
    ("adagrad_training", documents_halved_rates, "it is ½ times what is asked, in every case"),
    ("adagrad_rate_for_budget", budget_integral, "it is wrong even for a single step"),
    ("rmsprop_step", rmsprop_root_of_accumulator, "it is the root of what is asked"),
    ("rmsprop_step", rmsprop_epsilon_squared, "its step from theta is epsilon times the one asked for"),
    ("rmsprop_step", rmsprop_rho_half, "it follows r as it should; look at what g and rho do in it"),
    ("rmsprop_decay", decay_square, "it is the square of what is asked"),
    ("rmsprop_largest_rate", rmsprop_rate_four, "it is 2 times what is asked, in every case"),
    ("adam_step", adam_delta_twice, "it is right where delta is 0; so look at where delta stands"),
    ("adam_step", adam_correction_multiplied, "its step from theta has the right direction and a wrong length"),
    ("adam_step", adam_gradient_in_numerator, "it does not change with s and rho1, and should"),
    ("adam_adadelta", adadelta_with_half, "its step from theta is ½ times the one asked for"),
    ("adam_training", turned_adam_halved, "it is ½ times what is asked, in every case"),
    ("adam_training", turned_adam_falling, "it is right after a single step, and goes wrong later"),
    ("adam_training", turned_adam_large_delta, "it is wrong even after a single step"),
    ("adam_drift", drift_of_sizes, "when all gradients change their sign, it does not change its own"),
    ("choosing_best_rate", best_rate_by_last_seed, "it changes when the seeds come in another order, and should not"),
    ("choosing_least_norm", least_norm_scaled, "it has the right direction in every case, and a wrong length"),
    ("choosing_least_norm", least_norm_first_only, "it is rounded to 1 decimal"),
    ("choosing_least_norm", fits_but_not_least, "it fits the targets, and is not a combination of the examples"),
    ("choosing_places", places_doubled, "places begin with 1 and do not pass the number of algorithms"),
    ("choosing_places", places_from_the_back, "it runs the other way: where what is asked grows, it falls by as much"),
]

#: What only its own value and the section of the book are said of.
WITHOUT_DIRECTION = [("minima_escape_steps", escape_half_curvature)]
