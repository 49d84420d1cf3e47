/* The limit to compare with: each algorithm as a loop written by hand, and the memory's bandwidth.
   h holds the hyperparameters in the order of lecture_optim's rule; t counts from 1. Nesterov's x is the interim point. */
#include <math.h>

typedef double *restrict out;
typedef const double *restrict in;

void sgd(long n, int t, in g, out x, out a, out b, in h) {
  for (long i = 0; i < n; i++) x[i] -= h[0] * g[i];
}
void momentum(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], m = h[1];
  for (long i = 0; i < n; i++) { a[i] = m * a[i] - e * g[i]; x[i] += a[i]; }
}
void nesterov(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], m = h[1];
  for (long i = 0; i < n; i++) {
    double y = x[i] - m * a[i];
    a[i] = m * a[i] - e * g[i];
    x[i] = y + a[i] + m * a[i];
  }
}
void adagrad(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], d = h[1];
  for (long i = 0; i < n; i++) { a[i] += g[i] * g[i]; x[i] -= e / (d + sqrt(a[i])) * g[i]; }
}
void rmsprop(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], r = h[1], q = 1 - h[1], d = h[2];
  for (long i = 0; i < n; i++) { a[i] = r * a[i] + q * g[i] * g[i]; x[i] -= e / sqrt(d + a[i]) * g[i]; }
}
void rmsprop_nesterov(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], m = h[1], r = h[2], q = 1 - h[2], d = h[3];
  for (long i = 0; i < n; i++) {
    double y = x[i] - m * a[i];
    b[i] = r * b[i] + q * g[i] * g[i];
    a[i] = m * a[i] - e / sqrt(d + b[i]) * g[i];
    x[i] = y + a[i] + m * a[i];
  }
}
void adadelta(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], r = h[1], q = 1 - h[1], d = h[2];
  for (long i = 0; i < n; i++) {
    a[i] = r * a[i] + q * g[i] * g[i];
    double u = -sqrt((b[i] + d) / (a[i] + d)) * g[i];
    b[i] = r * b[i] + q * u * u;
    x[i] += e * u;
  }
}
void adam(long n, int t, in g, out x, out a, out b, in h) {
  const double e = h[0], r = h[1], s = h[2], d = h[3], q = 1 - r, w = 1 - s;
  const double c = 1 / (1 - pow(r, t)), f = 1 / (1 - pow(s, t));
  for (long i = 0; i < n; i++) {
    a[i] = r * a[i] + q * g[i];
    b[i] = s * b[i] + w * g[i] * g[i];
    x[i] -= e * (a[i] * c) / (sqrt(b[i] * f) + d);
  }
}

/* Adam on Rosenbrock's valley (1 - x)^2 + 100 (y - x^2)^2 from n starts, lanes of 64; z holds x and y. */
void map_adam(long n, long steps, out z, in h) {
  const double e = h[0], r = h[1], s = h[2], d = h[3], q = 1 - r, w = 1 - s;
  for (long first = 0; first < n; first += 64) {
    double a[2][64] = {{0}}, b[2][64] = {{0}}, x[64], y[64], c = 1, f = 1;
    for (int j = 0; j < 64; j++) { x[j] = z[first + j]; y[j] = z[n + first + j]; }
    for (long k = 0; k < steps; k++) {
      c *= r; f *= s;
      const double u = 1 / (1 - c), v = 1 / (1 - f);
      for (int j = 0; j < 64; j++) {
        double wall = y[j] - x[j] * x[j];
        double gx = -2 * (1 - x[j]) - 400 * x[j] * wall, gy = 200 * wall;
        a[0][j] = r * a[0][j] + q * gx; b[0][j] = s * b[0][j] + w * gx * gx;
        a[1][j] = r * a[1][j] + q * gy; b[1][j] = s * b[1][j] + w * gy * gy;
        x[j] -= e * (a[0][j] * u) / (sqrt(b[0][j] * v) + d);
        y[j] -= e * (a[1][j] * u) / (sqrt(b[1][j] * v) + d);
      }
    }
    for (int j = 0; j < 64; j++) { z[first + j] = x[j]; z[n + first + j] = y[j]; }
  }
}

/* 16 and 24 bytes a number, and what it takes to write a line of the cache that was not read; the last takes nothing more. */
void copy(long n, in x, out y) { for (long i = 0; i < n; i++) y[i] = x[i]; }
void triad(long n, in x, in y, out z) { for (long i = 0; i < n; i++) z[i] = x[i] + 3.0 * y[i]; }
void update(long n, in x, out y) { for (long i = 0; i < n; i++) y[i] += 3.0 * x[i]; }
