"""Wrong answers that students plausibly write and that no question file knows, with words of what they should read.

Each one is listed with its question and a phrase of the message. They were written before the properties that name
them, as somebody would who has read the question and slips once.
"""

import math

import numpy as np


def numeric_gradient(f, theta, h=1e-6):
    steps = np.eye(len(theta)) * h
    return np.array([(f(theta + step) - f(theta - step)) / (2 * h) for step in steps])


# Chapter 1


def surrogate_half(theta, X, y):
    p = 1 / (1 + np.exp(-X @ theta))
    value = -0.5 * np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return value, X.T @ (p - y) / len(y)


def surrogate_by_coordinates(theta, X, y):
    p = 1 / (1 + np.exp(-X @ theta))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), X.T @ (p - y) / X.shape[1]


def surrogate_squared(theta, X, y):
    p = 1 / (1 + np.exp(-X @ theta))
    return np.mean((y - p) ** 2), X.T @ (p - y) / len(y)


def surrogate_unsigned(theta, X, y):
    p = 1 / (1 + np.exp(-X @ theta))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), X.T @ abs(p - y) / len(y)


def surrogate_accuracy(theta, X, y):
    p = 1 / (1 + np.exp(-X @ theta))
    return np.mean(np.abs(y - p)), X.T @ (p - y) / len(y)


def optimism_of_unit_noise_twice(sigma, d, m):
    return 0.5 * sigma**4 * d * (1 / m + 1 / (m - d - 1))


def optimism_without_d(sigma, d, m):
    return 0.5 * sigma**2 * (1 / m + 1 / (m - d - 1))


def optimism_one_more(sigma, d, m):
    return 0.5 * sigma**2 * d * (1 / m + 1 / (m - d + 1))


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


def change_without_epsilon(epsilon, g, H):
    return -(g @ g) + 0.5 * epsilon * (g @ H @ g), 2 * (g @ g) / (g @ H @ g)


def change_cubic(epsilon, g, H):
    return -epsilon * (g @ g) + 0.5 * epsilon**3 * (g @ H @ g), 2 * (g @ g) / (g @ H @ g)


def critical_half(epsilon, g, H):
    return -epsilon * (g @ g) + 0.5 * epsilon**2 * (g @ H @ g), 0.5 * (g @ g) / (g @ H @ g)


def product_tiny_step(gradient, theta, v, h):
    h = 1e-4
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h)


def product_divided_by_v(gradient, theta, v, h):
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h * np.linalg.norm(v))


def product_divided_by_four(gradient, theta, v, h):
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (4 * h)


def rate_of_sorted_ends(eigenvalues):
    low, high = eigenvalues[0], eigenvalues[-1]
    return 2 / (low + high), (high - low) / (high + low)


def contraction_one_minus(eigenvalues):
    low, high = eigenvalues.min(), eigenvalues.max()
    return 2 / (low + high), 1 - (high - low) / (high + low)


def rate_without_two(eigenvalues):
    low, high = eigenvalues.min(), eigenvalues.max()
    return 1 / (low + high), (high - low) / (high + low)


# Chapter 3


def copy_signs_on_columns(W, b, V, order, signs):
    return W[:, order] * signs, b[order] * signs, (V[order].T * signs).T * signs[:, None]


def copy_with_negative_bias(W, b, V, order, signs):
    return W[:, order] * signs, -b[order] * signs, V[order] * signs[:, None]


def copy_transposed(W, b, V, order, signs):
    return (W[:, order] * signs).T, b[order] * signs, V[order] * signs[:, None]


def count_halved(units, activation):
    count = 1
    for n in units:
        count *= math.factorial(n) * (2 ** (n - 1) if activation == "tanh" else 1)
    return count


def count_first_layer(units, activation):
    n = units[0]
    return math.factorial(n) * (2**n if activation == "tanh" else 1)


def escape_one_early(distance, epsilon, curvature):
    return math.ceil(math.log(1 / distance) / math.log(1 + epsilon * curvature)) - 1


def escape_half_curvature(distance, epsilon, curvature):
    return math.ceil(math.log(1 / distance) / math.log(1 + epsilon * curvature / 2))


# Chapter 4


def clipped_without_start(theta, g, epsilon, threshold):
    return -epsilon * g * min(1, threshold / np.linalg.norm(g))


def clipped_twice_as_far(theta, g, epsilon, threshold):
    return theta - 2 * epsilon * g * min(1, threshold / np.linalg.norm(g))


def clipped_by_both(theta, g, epsilon, threshold):
    norm = np.linalg.norm(g)
    return theta - epsilon * (g * threshold / norm if norm > 1 else g)


def clipped_including_theta(theta, g, epsilon, threshold):
    g = g * min(1, threshold / np.linalg.norm(np.concatenate([g, theta])))
    return theta - epsilon * g


def edge_halved(w, start, target, steps):
    to_w = to_b = 0.0
    for _ in range(steps):
        s = start * (1 - start)
        to_w, to_b = s * (start + w * to_w), s * (1 + w * to_b)
    return (start - target) * to_w, 2 * (start - target) * to_b


def edge_without_target(w, start, target, steps):
    to_w = to_b = 0.0
    for _ in range(steps):
        s = start * (1 - start)
        to_w, to_b = s * (start + w * to_w), s * (1 + w * to_b)
    return to_w, to_b


def edge_w_of_target(w, start, target, steps):
    to_b = 0.0
    for _ in range(steps):
        to_b = start * (1 - start) * (1 + w * to_b)
    to_b = 2 * (start - target) * to_b
    return target * to_b, to_b


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


def slope_of_symmetric_part(W):
    return np.log(np.abs(np.linalg.eigvalsh((W + W.T) / 2)).max())


def slope_of_trace(W):
    return np.log(abs(np.trace(W)))


# Chapter 6


def detour_of_closed_path(theta):
    steps = np.diff(np.vstack([theta, theta[:1]]), axis=0)
    return np.linalg.norm(steps, axis=1).sum() / np.linalg.norm(theta[-1] - theta[0])


def detour_less_one(theta):
    steps = np.diff(theta, axis=0)
    return np.linalg.norm(steps, axis=1).sum() / np.linalg.norm(theta[-1] - theta[0]) - 1


def detour_from_origin(theta):
    lengths = np.linalg.norm(theta, axis=1)
    return np.abs(np.diff(lengths)).sum() / np.linalg.norm(theta[-1] - theta[0])


def line_by_points(f, start, end, points):
    return np.array([f(start + k / points * (end - start)) for k in range(points)])


def line_minus(f, start, end, points):
    return np.array([-f(start + s * (end - start)) for s in np.linspace(0, 1, points)])


def saddle_squared(curvature, centre, r):
    return -curvature * centre / r**2


def saddle_from_centre(curvature, centre, r):
    return -curvature * centre / (centre + r)


def restarts_one_fewer(p, confidence):
    return math.ceil(math.log(1 - confidence) / math.log(1 - p)) - 1


# Chapter 7


def floor_doubled(epsilon, curvature, sigma, m):
    return 2 * epsilon * sigma**2 / (m * curvature * (2 - epsilon * curvature))


def floor_with_one(epsilon, curvature, sigma, m):
    return epsilon * sigma**2 / (m * curvature * (1 - epsilon * curvature))


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


def constants_of_fourth_root(smallest, largest):
    low, high = smallest**0.5, largest**0.5
    return 2 / (high + low) ** 2, ((high - low) / (high + low)) ** 2


def constants_without_four(smallest, largest):
    low, high = smallest**0.5, largest**0.5
    return 1 / (high + low) ** 2, ((high - low) / (high + low)) ** 2


def largest_rate_alpha_squared(alpha, eigenvalues):
    return 2 * (1 + alpha**2) / eigenvalues.max()


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


def nesterov_rate_of_minus(alpha, eigenvalues):
    return 2 * (1 + alpha) / (1 + 2 * alpha) / np.abs(eigenvalues).sum()


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


def accumulator_of_first_class(X, y, w):
    p = 1 / (1 + np.exp(-(X @ w)))
    return X.T @ ((p - 1) ** 2)


def accumulator_with_slope(X, y, w):
    p = 1 / (1 + np.exp(-(X @ w)))
    return X.T @ ((p - y) * p * (1 - p)) ** 2


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


def first_steps_all_rho(epsilon, rho, steps):
    return epsilon / np.sqrt(1 - rho ** (2 * np.arange(1, steps + 1)))


def first_steps_backwards(epsilon, rho, steps):
    return epsilon / np.sqrt(1 - rho ** np.arange(steps, 0, -1))


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


def amsgrad_corrected(theta, g, s, r, largest, epsilon, rho1, rho2):
    s = rho1 * s + (1 - rho1) * g
    r = rho2 * r + (1 - rho2) * g**2
    largest = np.maximum(largest, r)
    return theta - epsilon * s / (1 - rho1) / np.sqrt(largest), s, r, largest


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
