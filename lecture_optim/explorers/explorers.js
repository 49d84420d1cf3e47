// The moving pictures of the course. One classic script without dependencies: in a built page it mounts every
// <div class="explorer"> from the JSON inside it; in Jupyter the same text is an anywidget. Sections: numerics,
// drawing, controls, time, kinds, host. The numerics are global as LectureOptim, so that tests can call them.
(function () {
"use strict";

// ---------------------------------------------------------------- numerics
// Rules, objectives and curves arrive as JavaScript translated from their Python source (translate.py).

const compile = (source) => new Function(`"use strict"; return ${source};`)();
const finite = (numbers) => numbers.every(Number.isFinite);

/** An objective {parameters, value, gradient, …}: a function from the sliders' values to its methods of theta. */
function objectiveOf(spec) {
  const { parameters, ...sources } = spec;
  const methods = Object.entries(sources).map(([name, source]) => [name, compile(source)]);
  return (values = {}) => {
    const self = { ...parameters };
    for (const name in self) if (name in values) self[name] = values[name];
    return Object.fromEntries(methods.map(([name, method]) => [name, (theta) => method(self, theta)]));
  };
}

/** What depends on the sliders: {source, names, free} of a translated function, or {values, by} precomputed for choices. */
function quantityOf(spec) {
  if (spec === null) return () => null;
  if (!("source" in spec)) return (view) => spec.by.reduce((values, name) => values[view.position[name]], spec.values);
  const f = compile(spec.source);
  return (view, ...free) => f(...free, ...spec.names.map((name) => view.values[name]));
}

/** A run {rule, states, hyper, own, defaults, ahead}: `apply(lane, g, hyper)` is its rule, `settings(values)` its hyperparameters. */
function runOf(spec, interimSource) {
  const state = Array.from({ length: spec.states }, (_, i) => `lane[${i + 1}]`), hyper = spec.hyper.map((_, i) => `h[${i}]`);
  const call = `rule(${["lane[0]", "g", ...state, ...hyper].join(", ")})`; // spelled out: spreading arrays is slow
  const apply = new Function("rule", `"use strict"; return (lane, g, h) => ${call};`)(compile(spec.rule));
  return { ...spec, apply, interim: compile(interimSource), settings: (values) => settingsOf(spec, values) };
}
function settingsOf(spec, values) {
  const settings = { ...spec.defaults };
  for (const name of spec.hyper) {
    if (name in spec.own) settings[name] = spec.own[name];
    else if (name in values) settings[name] = values[name];
  }
  return settings;
}

/** Normal deviates that depend on the seed alone (mulberry32 and Box-Muller). */
function normal(seed) {
  const uniform = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * A function that applies step k to lanes [[theta_i, ...state_i], …], one lane per coordinate, and returns false if not finite.
 * Options: the norm at which the gradient is clipped, the noise on it, and what becomes of the rate: tau, the steps after which it
 * has halved, or the share of it that each step has.
 */
function stepper(run, gradient, settings, { clip = Infinity, noise = 0, tau = Infinity, shares, seed = 1 } = {}) {
  const hyper = run.hyper.map((name) => settings[name]), at = run.hyper.indexOf("epsilon"), epsilon = settings.epsilon;
  const draw = noise > 0 ? normal(seed) : null, point = [];
  return (lanes, k) => {
    if (tau < Infinity) hyper[at] = epsilon / (1 + k / tau);
    if (shares) hyper[at] = shares[k] * epsilon;
    for (let i = 0; i < lanes.length; i++) point[i] = run.ahead ? run.interim(lanes[i][0], lanes[i][1], settings.alpha) : lanes[i][0];
    let g = gradient(point);
    if (draw) g = g.map((component) => component + noise * draw());
    if (clip < Infinity) {
      const norm = Math.hypot(...g);
      if (norm > clip) g = g.map((component) => (component * clip) / norm);
    }
    let good = true;
    for (let i = 0; i < lanes.length; i++) {
      lanes[i] = run.apply(lanes[i], g[i], hyper);
      good = good && Number.isFinite(g[i]) && Number.isFinite(lanes[i][0]);
    }
    return good;
  };
}
const lanesAt = (run, start) => start.map((x) => [x, ...Array(run.states).fill(0)]);

/** The path {theta, lanes, values, diverged}: all points finite; diverged is the step that was not, or null. */
function descend(run, objective, start, steps, settings, options) {
  const now = lanesAt(run, start), step = stepper(run, objective.gradient, settings, options);
  const path = { theta: [start.slice()], lanes: [now.slice()], values: [objective.value(start)], diverged: null };
  for (let k = 1; k <= steps; k++) {
    const good = step(now, k - 1), point = now.map((lane) => lane[0]), value = good ? objective.value(point) : NaN;
    if (!Number.isFinite(value)) return { ...path, diverged: k };
    path.theta.push(point);
    path.lanes.push(now.slice());
    path.values.push(value);
  }
  return path;
}

/**
 * Step k of a path, taken apart: `from`, the point the rule would reach without a gradient (`carried`, by its velocity), the point
 * `at` which the gradient is taken, and `to`; what is between `carried` and `to` is the gradient's part.
 */
function anatomy(run, { theta, lanes }, k, settings, { tau = Infinity } = {}) {
  const now = { ...settings, epsilon: tau < Infinity ? settings.epsilon / (1 + k / tau) : settings.epsilon };
  const hyper = run.hyper.map((name) => now[name]);
  const carried = lanes[k].map((lane) => { const [x] = run.apply(lane, 0, hyper); return Number.isFinite(x) ? x : lane[0]; });
  const at = lanes[k].map((lane) => (run.ahead ? run.interim(lane[0], lane[1], settings.alpha) : lane[0]));
  return { from: theta[k], carried, at, to: theta[k + 1] };
}

/** The step from which all values are good, to the last one; infinite if that one is not. */
function staysFrom(values, good) {
  let k = values.length;
  while (k > 0 && good(values[k - 1])) k--;
  return k < values.length ? k : Infinity;
}

/** What becomes of a run: the step from which it stays arrived, its last value, or the number of the minimum it ends at. */
function outcome(run, objective, start, steps, settings, { shows, minimum, tolerance, minimisers, radius }, options) {
  const lanes = lanesAt(run, start), step = stepper(run, objective.gradient, settings, options), point = start.slice();
  const arrived = () => objective.value(point) - minimum < tolerance;
  let since = shows === "steps" && arrived() ? 0 : Infinity;
  for (let k = 1; k <= steps; k++) {
    if (!step(lanes, k - 1)) return shows === "minimum" ? minimisers.length : Infinity;
    for (let i = 0; i < point.length; i++) point[i] = lanes[i][0];
    if (shows === "steps") since = arrived() ? Math.min(since, k) : Infinity;
  }
  if (shows === "steps") return since;
  if (shows === "value") return objective.value(point) - minimum;
  const near = minimisers.findIndex((place) => Math.hypot(...place.map((p, i) => p - point[i])) < radius);
  return near < 0 ? minimisers.length : near;
}

/** ‖Wᵗ v‖ for t = 0 … steps. */
function norms(matrix, vector, steps) {
  let v = vector;
  const lengths = [Math.hypot(...v)];
  for (let t = 0; t < steps; t++) {
    v = matrix.map((row) => row[0] * v[0] + row[1] * v[1]);
    lengths.push(Math.hypot(...v));
  }
  return lengths;
}

/** Eigenvalues [re, im] of the matrix [[a, b], [c, d]]. */
function eigenvalues([[a, b], [c, d]]) {
  const half = (a + d) / 2, square = ((a - d) / 2) ** 2 + b * c, root = Math.sqrt(Math.abs(square));
  return square >= 0 ? [[half + root, 0], [half - root, 0]] : [[half, root], [half, -root]];
}
const spectralRadius = (matrix) => Math.max(...eigenvalues(matrix).map(([re, im]) => Math.hypot(re, im)));

/** What one step of a linear rule does to (theta, v) where the gradient is lambda * theta: columns from unit vectors. */
function companion(run, lambda, settings) {
  const step = stepper(run, ([point]) => [lambda * point], settings);
  const column = (lane) => { const lanes = [lane]; step(lanes, 0); return lanes[0]; };
  if (run.states === 0) return [[column([1])[0], 0], [0, 0]];
  const [first, second] = [column([1, 0]), column([0, 1])];
  return [[first[0], second[0]], [first[1], second[1]]];
}

/** Factor by which the error shrinks per step in the long run: the largest spectral radius over the curvatures. */
const rate = (run, lambdas, settings) =>
  Math.max(...lambdas.map((lambda) => spectralRadius(companion(run, lambda, settings))));

/** Steps for one more decimal digit at a given rate; infinite when it does not converge. */
const stepsPerDigit = (rate) => (rate < 1 ? -1 / Math.log10(Math.max(rate, 1e-300)) : Infinity);

/** Values of f on a grid, row by row: {nx, ny, values}. */
function gridOf(f, xs, ys) {
  const values = new Float64Array(xs.length * ys.length);
  ys.forEach((y, j) => xs.forEach((x, i) => { values[j * xs.length + i] = f(x, y); }));
  return { nx: xs.length, ny: ys.length, values };
}

/** Marching squares: line segments [x1, y1, x2, y2] in units of grid cells where the values cross the level. */
function contour({ nx, ny, values }, level) {
  const segments = [];
  const cut = (a, b) => (a === b ? 0.5 : (level - a) / (b - a));
  for (let j = 0; j < ny - 1; j++) for (let i = 0; i < nx - 1; i++) {
    const k = j * nx + i, a = values[k], b = values[k + 1], c = values[k + nx + 1], d = values[k + nx];
    const code = (a > level) | ((b > level) << 1) | ((c > level) << 2) | ((d > level) << 3);
    if (code === 0 || code === 15 || !Number.isFinite(a + b + c + d)) continue;
    const bottom = [i + cut(a, b), j], right = [i + 1, j + cut(b, c)], top = [i + cut(d, c), j + 1], left = [i, j + cut(a, d)];
    const add = (p, q) => segments.push([...p, ...q]);
    switch (code) {
      case 1: case 14: add(left, bottom); break;
      case 2: case 13: add(bottom, right); break;
      case 4: case 11: add(right, top); break;
      case 8: case 7: add(top, left); break;
      case 3: case 12: add(left, right); break;
      case 6: case 9: add(bottom, top); break;
      case 5: add(left, top); add(bottom, right); break;
      case 10: add(left, bottom); add(right, top); break;
    }
  }
  return segments;
}

const linspace = (low, high, n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const logspace = (low, high, n) => linspace(Math.log(low), Math.log(high), n).map(Math.exp);
const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

// ---------------------------------------------------------------- drawing

const SVG = "http://www.w3.org/2000/svg";
const STYLES = [ // one dash and marker each, so that colour is never alone
  { dash: "5 3", marker: "circle" }, { dash: "", marker: "square" }, { dash: "9 3 2 3", marker: "diamond" },
  { dash: "2 3", marker: "up" }, { dash: "12 3", marker: "down" }, { dash: "7 2 2 2 2 2", marker: "plus" },
  { dash: "4 2", marker: "cross" }, { dash: "", marker: "star" },
];
const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#d30fb2", "#8a5a2b", "#7e5be0", "#00a0c8", "#111111"];
const DARK = ["#9fb5ff", "#ff8a48", "#00dc8c", "#eb97c8", "#b69088", "#a084ff", "#00e9ff", "#f4f4f4"];
const MARKERS = {
  circle: (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  square: (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  diamond: (r) => `m0 ${-1.4 * r}l${1.4 * r} ${1.4 * r}l${-1.4 * r} ${1.4 * r}l${-1.4 * r} ${-1.4 * r}z`,
  up: (r) => `m0 ${-1.3 * r}l${1.2 * r} ${2.2 * r}h${-2.4 * r}z`,
  down: (r) => `m0 ${1.3 * r}l${1.2 * r} ${-2.2 * r}h${-2.4 * r}z`,
  plus: (r) => `m${-r} ${-r / 3}h${r * 2 / 3}v${-r * 2 / 3}h${r * 2 / 3}v${r * 2 / 3}h${r * 2 / 3}v${r * 2 / 3}h${-r * 2 / 3}v${r * 2 / 3}h${-r * 2 / 3}v${-r * 2 / 3}h${-r * 2 / 3}z`,
  cross: (r) => `m0 ${-r * 0.5}l${r * 0.7} ${-r * 0.7}l${r * 0.5} ${r * 0.5}l${-r * 0.7} ${r * 0.7}l${r * 0.7} ${r * 0.7}l${-r * 0.5} ${r * 0.5}l${-r * 0.7} ${-r * 0.7}l${-r * 0.7} ${r * 0.7}l${-r * 0.5} ${-r * 0.5}l${r * 0.7} ${-r * 0.7}l${-r * 0.7} ${-r * 0.7}l${r * 0.5} ${-r * 0.5}z`,
  star: (r) => `m0 ${-1.6 * r}l${0.5 * r} ${1.1 * r}l${1.1 * r} ${0.5 * r}l${-1.1 * r} ${0.5 * r}l${-0.5 * r} ${1.1 * r}l${-0.5 * r} ${-1.1 * r}l${-1.1 * r} ${-0.5 * r}l${1.1 * r} ${-0.5 * r}z`,
};
const VIRIDIS = [[68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37]];
function viridis(t) {
  const u = clamp(t, 0, 1) * (VIRIDIS.length - 1), i = Math.min(Math.floor(u), VIRIDIS.length - 2);
  return VIRIDIS[i].map((c, k) => Math.round(c + (u - i) * (VIRIDIS[i + 1][k] - c)));
}

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const WALL = 1e300; // what JSON holds for an infinite point of a curve: a line goes up to the edge of the picture
const minus = (text) => String(text).replace(/-/g, "−");
const power = (n) => "10" + (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((d) => SUPERSCRIPT[d]).join("");
function format(x, digits = 3) {
  if (x === null || Number.isNaN(x)) return "–";
  if (!(Math.abs(x) < WALL)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  if (Math.abs(exponent) < 4) return minus(Number(x.toPrecision(digits)));
  const short = Number(mantissa);
  return (Math.abs(short) === 1 ? minus(short).slice(0, -1) : `${minus(short)} × `) + power(Number(exponent));
}

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
function shape(parent, tag, attributes = {}, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

const FAR = 2000; // pixels: what has diverged beyond is not drawn on, or the browser would set dashes for millions of them

/** A linear or logarithmic axis: `at(value)` in pixels, `invert(pixel)`, `ticks(n)`. */
class Axis {
  constructor(low, high, log = false) { Object.assign(this, { low, high, log, from: 0, to: 1 }); }
  unit(value) {
    return this.log ? Math.log(Math.max(value, 1e-300) / this.low) / Math.log(this.high / this.low)
      : (value - this.low) / (this.high - this.low);
  }
  value(unit) {
    return this.log ? this.low * Math.exp(unit * Math.log(this.high / this.low)) : this.low + unit * (this.high - this.low);
  }
  at(value) { return clamp(this.from + this.unit(value) * (this.to - this.from), -9999, 9999); }
  invert(pixel) { return clamp(this.value((pixel - this.from) / (this.to - this.from)), this.low, this.high); }
  ticks(n) {
    const eps = 1e-9;
    if (!this.log) {
      const raw = (this.high - this.low) / n, ten = 10 ** Math.floor(Math.log10(raw));
      const step = [1, 2, 5, 10].map((m) => m * ten).find((s) => s >= raw * (1 - eps));
      const first = Math.ceil(this.low / step - eps), last = Math.floor(this.high / step + eps);
      return Array.from({ length: last - first + 1 }, (_, i) => [(first + i) * step, minus(Number(((first + i) * step).toPrecision(6)))]);
    }
    const first = Math.ceil(Math.log10(this.low) - eps), last = Math.floor(Math.log10(this.high) + eps), decades = last - first + 1;
    const mantissas = decades > 2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5], every = Math.max(1, Math.ceil(decades / n)), ticks = [];
    for (let e = first - 1; e <= last; e++) for (const m of (e - first) % every ? [] : mantissas) {
      const tick = Number(`${m}e${e}`);
      if (tick >= this.low * (1 - eps) && tick <= this.high * (1 + eps)) ticks.push([tick, Math.abs(e) < 3 || m > 1 ? format(tick) : power(e)]);
    }
    return ticks;
  }
}

/** One picture with axes: a canvas for shades, an SVG for lines, and movable HTML handles on top. */
class Panel {
  constructor(view, { alt, x, y, xLabel, yLabel, ratio = 0.75, square = false, left = 54, bottom = 38 }) {
    Object.assign(this, { view, x, y, xLabel, yLabel, ratio, square, left, bottom, handles: [] });
    this.root = element("div", { class: "lo-panel" });
    this.box = element("div", { class: "lo-box" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.svg = shape(this.box, "svg", { role: "img", "aria-label": alt });
    this.box.prepend(this.canvas);
    this.root.append(this.box);
    this.axes = shape(this.svg, "g", { class: "lo-axes" });
    this.clip = `lo-clip-${Panel.count = (Panel.count || 0) + 1}`;
    this.clipRect = shape(shape(shape(this.svg, "defs"), "clipPath", { id: this.clip }), "rect");
    this.lines = shape(this.svg, "g", { "clip-path": `url(#${this.clip})` });
    view.panels.append(this.root);
    view.pictures.push(this);
  }
  layout() {
    const width = Math.max(200, Math.floor(this.box.clientWidth)), margin = { left: this.left, right: 16, top: 8, bottom: this.bottom };
    const inner = width - margin.left - margin.right;
    const height = Math.round(this.square ? inner + margin.top + margin.bottom : clamp(width * this.ratio, 220, 380));
    if (width === this.width && height === this.height) return false;
    Object.assign(this, { width, height, margin });
    Object.assign(this.x, { from: margin.left, to: width - margin.right });
    Object.assign(this.y, { from: height - margin.bottom, to: margin.top });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    const w = this.x.to - this.x.from, h = this.y.from - this.y.to;
    for (const [k, v] of Object.entries({ x: this.x.from, y: this.y.to, width: w, height: h })) this.clipRect.setAttribute(k, v);
    Object.assign(this.canvas.style, { left: `${this.x.from}px`, top: `${this.y.to}px`, width: `${w}px`, height: `${h}px` });
    this.drawAxes();
    return true;
  }
  drawAxes() {
    const { x, y, axes } = this;
    axes.replaceChildren();
    for (const [value, label, below] of x.ticks(Math.max(3, Math.round(this.width / 75)))) {
      shape(axes, "line", { x1: x.at(value), x2: x.at(value), y1: y.from, y2: y.from + 4 });
      shape(axes, "text", { x: x.at(value), y: y.from + 17, "text-anchor": "middle" }, label);
      if (below) shape(axes, "text", { x: x.at(value), y: y.from + 32, "text-anchor": "middle" }, below);
    }
    for (const [value, label] of y.ticks(Math.max(3, Math.round(this.height / 55)))) {
      shape(axes, "line", { x1: x.from - 4, x2: x.from, y1: y.at(value), y2: y.at(value) });
      shape(axes, "text", { x: x.from - 7, y: y.at(value) + 4, "text-anchor": "end" }, label);
    }
    shape(axes, "path", { d: `M${x.from} ${y.to}V${y.from}H${x.to}` });
    shape(axes, "text", { x: (x.from + x.to) / 2, y: this.height - 4, "text-anchor": "middle", class: "lo-label" }, this.xLabel);
    const middle = (y.from + y.to) / 2;
    shape(axes, "text", { x: 11, y: middle, transform: `rotate(-90 11 ${middle})`, "text-anchor": "middle", class: "lo-label" }, this.yLabel);
  }
  /** Keep one SVG node per name, so that drawing again only changes attributes. */
  node(name, tag, attributes) {
    this.nodes = this.nodes || {};
    const node = (this.nodes[name] = this.nodes[name] || shape(this.lines, tag));
    for (const [k, v] of Object.entries(attributes)) node.setAttribute(k, v);
    return node;
  }
  line(name, points, style, extra = {}) {
    let d = "", pen = "M", before = false;
    for (const [a, b] of points) {
      const drawn = b !== null && Number.isFinite(b); // a gap where there is no number
      const x = this.x.at(a), y = this.y.at(b), far = Math.max(Math.abs(x), Math.abs(y)) > FAR;
      if (drawn) d += `${far && before ? "M" : pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = drawn ? "L" : "M";
      before = far;
    }
    this.node(name, "path", { d, class: `lo-line lo-c${style}`, "stroke-dasharray": STYLES[style]?.dash ?? "", ...extra });
  }
  /** The points up to a moment; between two steps the last one travels in a straight line. */
  until(points, moment) {
    const k = Math.min(Math.floor(moment), points.length - 1), part = moment - k, shown = points.slice(0, k + 1);
    if (part <= 0 || k + 1 >= points.length) return shown;
    const between = (axis, a, b) => axis.value(axis.unit(a) + part * (axis.unit(b) - axis.unit(a)));
    return [...shown, [between(this.x, points[k][0], points[k + 1][0]), between(this.y, points[k][1], points[k + 1][1])]];
  }
  /** An arrow between two places in pixels; one too short for a head is left out. */
  arrow(name, [x1, y1], [x2, y2], style, extra = "") {
    const length = Math.hypot(x2 - x1, y2 - y1), u = (x2 - x1) / length, v = (y2 - y1) / length, head = Math.min(9, 0.6 * length);
    const barb = (side) => `${(x2 - head * u - side * 0.45 * head * v).toFixed(1)} ${(y2 - head * v + side * 0.45 * head * u).toFixed(1)}`;
    const d = length > 3 && length < 1e4 ? `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}M${barb(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}L${barb(-1)}` : "";
    this.node(name, "path", { d, class: `lo-arrow lo-c${style} ${extra}` });
  }
  /** Markers at least `gap` pixels apart, and always one at the last point. */
  marks(name, points, style, { gap = 7, radius = 2.2, last: final = 2, visible = true } = {}) {
    let d = "", last = null;
    points.forEach(([a, b], i) => {
      if (b === null || !Number.isFinite(b)) return;
      const p = [this.x.at(a), this.y.at(b)], end = i === points.length - 1;
      if (!end && last && Math.hypot(p[0] - last[0], p[1] - last[1]) < gap) return;
      d += `M${p[0].toFixed(1)} ${p[1].toFixed(1)}${MARKERS[STYLES[style].marker]((end ? final : 1) * radius)}`;
      last = p;
    });
    this.node(name, "path", { d, class: `lo-mark lo-c${style}`, visibility: visible ? "visible" : "hidden" });
  }
  /** Fill the canvas, `colour(i, j)` → [r, g, b, a] for pixel columns i and rows j from the bottom. */
  paint(width, height, colour) {
    const { canvas } = this, context = canvas.getContext("2d");
    Object.assign(canvas, { width, height });
    const image = context.createImageData(width, height);
    for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) image.data.set(colour(i, height - 1 - j), 4 * (j * width + i));
    context.putImageData(image, 0, 0);
  }
  /** Contour lines and bands of f(x, y): at logarithmic levels above the least value `base`, or, where there is none, at even levels of height. */
  surface(f, base) {
    const nx = 141, ny = 106, grid = gridOf(f, linspace(this.x.low, this.x.high, nx), linspace(this.y.low, this.y.high, ny));
    const good = grid.values.filter(Number.isFinite).sort(), floor = base ?? good[Math.floor(good.length * 0.02)], top = good[Math.floor(good.length * 0.98)] - floor;
    const height = base === undefined, levels = (height ? linspace(0, 1.05 * top, 15) : logspace(top * 1e-4, top, 13)).map((v) => v + floor), { values } = grid;
    this.node("contours", "path", { d: levels.map((level) => this.contourPath(grid, level)).join(""), class: "lo-contour" });
    this.canvas.classList.add("lo-tint");
    this.paint(nx * 2 - 1, ny * 2 - 1, (i, j) => { // the grid, twice as fine
      const k = (j >> 1) * nx + (i >> 1), right = i & 1, up = (j & 1) * nx;
      const v = (values[k] + values[k + right] + values[k + up] + values[k + up + right]) / 4;
      const band = levels.findIndex((level) => v < level);
      if (height) return [150, 95, 40, Math.round(130 * ((band < 0 ? levels.length : band) / levels.length) ** 2)];
      return [0, 114, 178, band < 0 ? 0 : Math.round(95 * (1 - band / levels.length))];
    });
    return levels;
  }
  /** Contour lines of a second surface over the first, at its heights. */
  over(name, f, levels, style, visible) {
    const [x, y] = [this.x, this.y].map(({ low, high }) => linspace(low, high, 61)), grid = gridOf(f, x, y);
    this.node(name, "path", { d: levels.map((level) => this.contourPath(grid, level)).join(""), class: `lo-over lo-c${style}`, visibility: visible ? "visible" : "hidden" });
  }
  contourPath(grid, level) {
    const u = (i) => (this.x.from + (i / (grid.nx - 1)) * (this.x.to - this.x.from)).toFixed(1);
    const v = (j) => (this.y.from + (j / (grid.ny - 1)) * (this.y.to - this.y.from)).toFixed(1);
    return contour(grid, level).map(([a, b, c, d]) => `M${u(a)} ${v(b)}L${u(c)} ${v(d)}`).join("");
  }
  /** A point that pointer and arrow keys move, freely or along one axis; `get()` → [x, y], `set([x, y])`, `step` the key steps. */
  handle({ name, get, set, step, horizontal = false, vertical = false }) {
    const button = element("div", { class: "lo-handle", role: "slider", tabindex: "0", "aria-label": `${name}; the arrow keys move it`, ...OWN_KEYS });
    const { low, high } = vertical ? this.y : this.x;
    button.setAttribute("aria-valuemin", decimal(low));
    button.setAttribute("aria-valuemax", decimal(high));
    const move = (event) => {
      const box = this.svg.getBoundingClientRect();
      set([this.x.invert(event.clientX - box.left), this.y.invert(event.clientY - box.top)]);
    };
    const drag = (target) => (event) => {
      if (target === this.svg && event.pointerType !== "mouse") return;
      event.preventDefault();
      target.setPointerCapture(event.pointerId);
      button.focus({ preventScroll: true });
      move(event);
      target.onpointermove = move;
      target.onpointerup = target.onpointercancel = () => { target.onpointermove = null; };
    };
    button.onpointerdown = drag(button);
    this.svg.onpointerdown = drag(this.svg); // a mouse may press anywhere; a finger taps, so that it can scroll
    this.svg.onclick = move;
    button.onkeydown = (event) => {
      const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [];
      event.stopPropagation();
      if (dx === undefined) return;
      event.preventDefault();
      const scale = event.shiftKey ? 0.2 : 1, [a, b] = get();
      if (step) return set(step(a, b, dx, dy, scale));
      const next = (axis, v, d) => clamp(axis.value(axis.unit(v) + d * scale / 50), axis.low, axis.high);
      set([dx ? next(this.x, a, dx) : a, dy ? next(this.y, b, dy) : b]);
    };
    this.svg.classList.add("lo-active");
    this.box.append(button);
    this.handles.push(() => {
      const [a, b] = get();
      button.style.transform = `translate(${this.x.at(a)}px, ${this.y.at(b)}px)`;
      button.setAttribute("aria-valuenow", decimal(vertical ? b : a));
      const one = vertical ? `${this.yLabel} = ${format(b)}` : `${this.xLabel} = ${format(a)}`;
      button.setAttribute("aria-valuetext", horizontal || vertical ? one : `${this.xLabel} ${format(a)}, ${this.yLabel} ${format(b)}`);
    });
  }
}

/** A number as the attributes of a slider want it: 3e-7 is no value there, 0.0000003 is one. */
const decimal = (x) => x.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 12 });

// ---------------------------------------------------------------- controls

/** JupyterLab and Notebook 7 would take the arrow keys: Lumino passes over what has this attribute. */
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

/** A labelled native slider. Logarithmic ones take 400 positions and are rounded to three digits: what is shown is what is used. */
function slider(view, control) {
  if (control.choices) return choice(view, control);
  const { name, low, high, log, step, label, unit } = control;
  const id = `lo-${view.id}-${name}`, range = log ? { min: 0, max: 400, step: 1 } : { min: low, max: high, step };
  const input = element("input", { type: "range", id, ...range, ...OWN_KEYS });
  const output = element("output", { for: id });
  const digits = log ? 3 : Math.max(3, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / step)) + 1);
  const snap = (value) => {
    const snapped = log ? Number(value.toPrecision(3)) : low + Math.round((value - low) / step) * step;
    return clamp(Number(snapped.toPrecision(12)), low, high);
  };
  const ratio = Math.log(high / low);
  const show = (value) => {
    view.values[name] = value;
    view.moved = name;
    write(input, output, format(value, digits), unit);
    view.request();
  };
  view.set[name] = (value) => {
    value = snap(value);
    input.value = log ? (400 * Math.log(value / low)) / ratio : value;
    show(value);
  };
  input.oninput = () => show(snap(log ? low * Math.exp((Number(input.value) / 400) * ratio) : Number(input.value)));
  input.onkeydown = (event) => event.stopPropagation(); // JupyterLab would take the arrow keys
  return element("div", { class: "lo-control" }, element("label", { for: id }, label), output, input);
}

function write(input, output, text, unit) {
  output.textContent = text + (unit ? ` ${unit}` : "");
  input.setAttribute("aria-valuetext", output.textContent);
}
/** A slider over a list: `view.values` gets the chosen item and `view.position` its place. */
function choice(view, { name, choices, label, unit }) {
  const id = `lo-${view.id}-${name}`, input = element("input", { type: "range", id, min: 0, max: choices.length - 1, step: 1, ...OWN_KEYS });
  const output = element("output", { for: id });
  const show = (i) => {
    view.position[name] = i;
    view.values[name] = choices[i];
    view.moved = name;
    write(input, output, typeof choices[i] === "number" ? format(choices[i]) : choices[i], unit);
    view.request();
  };
  view.set[name] = (value) => show((input.value = choices.indexOf(value)));
  input.oninput = () => show(Number(input.value));
  input.onkeydown = (event) => event.stopPropagation();
  return element("div", { class: "lo-control" }, element("label", { for: id }, label), output, input);
}

// ---------------------------------------------------------------- time

const ICONS = { back: "M4 3v10M13 3L6 8l7 5z", play: "M4 2.5L13 8l-9 5.5z", pause: "M4 3h3v10h-3zM10 3h3v10h-3z", on: "M12 3v10M3 3l7 5-7 5z" };
const QUICK = 12; // steps a second, above which arrows would only flicker

/**
 * Time for a picture whose paths have the steps 0 … `last()`: play, one step back or on, and a scrubber. `moment` is what is shown: a
 * step, or while it plays a time between two; the whole path at first, unless it starts at the step `from`. `draw` draws the moment alone.
 * `speed` is in steps a second, `word(k)` what stands for step k where that is not its number.
 */
class Player {
  constructor(view, { last, draw, from = Infinity, name = "step", speed, word = String }) {
    Object.assign(this, { view, last, draw, from, name, speed, word, at: from, playing: false });
    const id = `lo-${view.id}-moment`;
    const button = (icon, label, action) => {
      const node = element("button", { type: "button", class: "lo-toggle", ...OWN_KEYS });
      this.face(node, icon, label);
      node.onclick = action;
      return node;
    };
    this.range = element("input", { type: "range", id, min: 0, step: 1, ...OWN_KEYS });
    this.output = element("output", { for: id });
    this.switch = button("play", "Play", () => (this.playing ? this.pause() : this.play()));
    this.root = element("div", { class: "lo-player", role: "group", "aria-label": "Time" },
      button("back", "One step back", () => this.step(-1)), this.switch, button("on", "One step on", () => this.step(1)),
      element("label", { for: id }, name), this.range, this.output);
    this.range.oninput = () => this.go(Number(this.range.value));
    this.root.onkeydown = (event) => {
      event.stopPropagation(); // JupyterLab would take the keys
      const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (turn && event.target !== this.range) this.step(turn);
      else if (event.key === " " && event.target === this.range) this.switch.click();
      else return; // the browser's own: a button's space, the scrubber's arrows
      event.preventDefault();
    };
    view.panels.after(this.root);
  }
  face(node, icon, label) {
    const picture = document.createElementNS(SVG, "svg");
    for (const [k, v] of Object.entries({ viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" })) picture.setAttribute(k, v);
    shape(picture, "path", { d: ICONS[icon] });
    node.replaceChildren(picture);
    node.setAttribute("aria-label", label);
    node.title = label;
  }
  get moment() { return Math.min(this.at, this.last()); }
  get ended() { return this.at >= this.last(); }
  get pace() { return this.speed ?? clamp(this.last() / 12, 3, 50); } // steps a second: a run takes some twelve seconds
  get calm() { return matchMedia("(prefers-reduced-motion: reduce)").matches; } // from step to step, without travelling
  get arrows() { return !this.ended && !(this.playing && this.pace > QUICK); }
  restart() {
    this.stop();
    this.at = this.from;
  }
  go(k) {
    this.stop();
    this.at = k >= this.last() ? Infinity : Math.max(k, 0);
    this.view.shown();
  }
  step(turn) { this.go(turn > 0 ? Math.floor(this.moment) + 1 : Math.ceil(this.moment) - 1); }
  play() {
    if (this.ended) this.at = 0;
    let time = this.at, before = null;
    this.playing = true;
    this.face(this.switch, "pause", "Pause");
    const frame = (now) => {
      if (!this.playing || !this.view.root.isConnected) return;
      time += before === null ? 0 : (Math.min(now - before, 100) / 1000) * (this.calm ? Math.min(this.pace, 4) : this.pace);
      before = now;
      if (time >= this.last()) return this.go(Infinity);
      this.at = this.calm ? Math.floor(time) : time;
      this.view.shown();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
  stop() {
    this.playing = false;
    this.face(this.switch, "play", "Play");
  }
  pause() { this.go(Math.floor(this.moment)); }
  /** What buttons and scrubber say of the moment. */
  sync() {
    const last = this.last(), k = Math.floor(this.moment);
    if (Number(this.range.max) !== last) this.range.max = last;
    this.range.value = k;
    write(this.range, this.output, `${this.word(k)} of ${this.word(last)}`);
    this.range.setAttribute("aria-valuetext", this.said);
  }
  get said() { return `${this.name} ${this.word(Math.floor(this.moment))} of ${this.word(this.last())}`; }
}

/** The frame around a kind: title, panels, legend, sliders, task, spoken status. A kind defines build, compute, draw, report, measures. */
class View {
  constructor(root, spec) {
    Object.assign(this, { root, spec, values: {}, position: {}, set: {}, pictures: [], hidden: new Set(), id: (View.count = (View.count || 0) + 1) });
    this.panels = element("div", { class: "lo-panels" });
    this.legend = element("div", { class: "lo-legend" });
    this.status = element("div", { class: "lo-status", role: "status", "aria-live": "polite" });
    this.reset = element("button", { type: "button", class: "lo-button" }, "Reset");
    this.sliders = element("div", { class: "lo-controls" }, ...spec.controls.map((control) => slider(this, control)));
    this.frame = element("div", { class: "lo", role: "group", "aria-label": spec.title },
      element("div", { class: "lo-title" }, element("span", {}, spec.title), this.reset), this.panels, this.legend, this.sliders);
    if (spec.task) {
      this.goal = element("span", { class: "lo-goal" });
      this.frame.append(element("p", { class: "lo-task" }, element("strong", {}, "Task. "), spec.task.text, " ", this.goal));
    }
    this.frame.append(this.status);
    root.append(this.frame);
    this.build();
    this.reset.onclick = () => this.restart();
    this.restart();
    this.observer = new ResizeObserver(() => this.request());
    this.observer.observe(this.panels);
  }
  restart() {
    for (const control of this.spec.controls) this.set[control.name](control.value);
    this.player?.restart();
    this.begin?.();
    this.request();
  }
  /** Show another moment: nothing is computed anew. */
  shown() {
    this.player.draw();
    this.player.sync();
    if (this.player.playing) this.report(); // the numbers; what is spoken waits until it rests
    else this.judge();
  }
  request() {
    if (!this.pending) this.pending = requestAnimationFrame(() => { this.pending = 0; this.update(); });
  }
  update() {
    if (!this.panels.clientWidth) return; // not in a page yet; the observer calls again
    for (const picture of this.pictures) if (picture.layout()) this.stale = true;
    this.compute();
    this.draw();
    if (this.player) {
      this.player.draw();
      this.player.sync();
    }
    this.stale = false;
    for (const picture of this.pictures) for (const place of picture.handles) place();
    this.judge();
  }
  judge() {
    const text = (this.player && !this.player.ended ? `${this.player.said}. ` : "") + this.report(), { task } = this.spec;
    if (task) {
      const reached = this.meets(task), kept = this.kept(reached);
      this.goal.textContent = reached ? "✓ Reached" : kept ? "✓ Reached before" : "Not reached yet";
      this.goal.classList.toggle("lo-reached", reached || kept);
      this.spoken = (reached ? "Task reached. " : "") + text;
    } else this.spoken = text;
    clearTimeout(this.timer); // speak when the hand rests
    if (!this.player?.playing) this.timer = setTimeout(() => { this.status.textContent = this.spoken; }, 500);
  }
  /** Whether the reader has reached the task, now or on an earlier visit; the page remembers it, a notebook does not. */
  kept(reached) {
    const store = window.course, [, chapter] = /\/(\d\d)_[^/]*$/.exec(location.pathname) ?? [];
    if (!store || !chapter) return reached;
    const tasks = [...document.querySelectorAll("div.explorer")].filter((root) => root.view?.spec.task || root === this.root);
    const id = `${chapter}/${tasks.indexOf(this.root) + 1}`, done = store.get("task", id)?.done === true;
    if (reached && !done) store.set("task", id, { done: true });
    return reached || done;
  }
  /** Whether the task is reached: by a run only if it stays where it should be from some step on to its end. */
  meets(task) {
    const series = this.measure(task.measure), within = task.within ?? Infinity;
    const good = (v) => !(task.below !== undefined && !(v < task.below)) && !(task.above !== undefined && !(v > task.above));
    if (!Array.isArray(series)) return good(series);
    const since = staysFrom(series, good);
    return since < Infinity && since <= within;
  }
  /** A row of the legend: a switch with the line's sample, and a place for its numbers. */
  entry(key, label, style, onChange) {
    const sample = document.createElementNS(SVG, "svg");
    for (const [k, v] of Object.entries({ width: 34, height: 14, "aria-hidden": "true" })) sample.setAttribute(k, v);
    shape(sample, "path", { d: "M1 7H33", class: `lo-line lo-c${style}`, "stroke-dasharray": STYLES[style].dash });
    shape(sample, "path", { d: `M17 7${MARKERS[STYLES[style].marker](3.2)}`, class: `lo-mark lo-c${style}` });
    const button = element("button", { type: "button", class: "lo-toggle", "aria-pressed": "true" }, sample, label);
    const text = element("span", { class: "lo-numbers" });
    button.onclick = () => {
      this.hidden.has(key) ? this.hidden.delete(key) : this.hidden.add(key);
      button.setAttribute("aria-pressed", String(!this.hidden.has(key)));
      onChange?.();
      this.request();
    };
    this.legend.append(element("div", { class: "lo-entry" }, button, text));
    return text;
  }
  /** Buttons for the runs, of which one is shown. */
  chooser() {
    const buttons = this.runs.map((run) => element("button", { type: "button", class: "lo-toggle lo-pick" }, run.label));
    this.choose = (i) => {
      this.run = this.runs[i];
      buttons.forEach((button, j) => button.setAttribute("aria-pressed", String(i === j)));
      this.request();
    };
    buttons.forEach((button, i) => { button.onclick = () => this.choose(i); });
    if (buttons.length > 1) this.legend.append(element("div", { class: "lo-choices" }, ...buttons));
  }
}

// ---------------------------------------------------------------- kinds

/** What sliders may do to the gradient and the rate; one that is not there does nothing. */
const optionsOf = ({ noise, clip, tau }) => ({ noise, clip, tau });

/** Paths on a surface or a curve. */
class PathView extends View {
  build() {
    const { spec } = this, [bx, by] = spec.bounds;
    this.flat = spec.start.length === 1;
    this.runs = spec.runs.map((run) => runOf(run, spec.interim));
    this.objectives = objectiveOf(spec.objective);
    this.plane = new Panel(this, {
      alt: spec.alt, x: new Axis(...bx), y: new Axis(...(by || [0, 1])), xLabel: spec.labels[0], yLabel: spec.labels[1],
    });
    this.start = spec.start.slice();
    this.plane.handle({
      name: "Start point", horizontal: this.flat,
      get: () => (this.flat ? [this.start[0], this.paths[0].values[0]] : this.start),
      set: (point) => { this.start = point.slice(0, this.start.length).map((v) => Number(v.toPrecision(4))); this.request(); },
    });
    if (spec.beside.includes("values")) this.buildValues();
    if (spec.beside.includes("stability")) this.buildStability();
    this.numbers = this.runs.map((run) => this.entry(run.label, run.label, run.style));
    this.player = new Player(this, { last: () => this.steps(), draw: () => this.drawMoment(), from: spec.moment ?? Infinity });
    if (this.runs.some((run) => run.hyper.includes("alpha") || run.hyper.includes("rho1"))) {
      const ahead = this.runs.some((run) => run.ahead) ? [["at", "the point ahead, where Nesterov takes it"]] : [];
      this.player.root.append(arrowKey([["carry", "what the velocity carries"], ["pull", "what the gradient adds"], ...ahead]));
    }
  }
  begin() { this.start = this.spec.start.slice(); }
  steps() { return this.values.steps ?? this.spec.steps; }
  above(value) { return value - (this.spec.minimum ?? 0); }

  compute() {
    const { spec, values } = this, key = JSON.stringify(Object.keys(spec.objective.parameters).map((name) => values[name]));
    if (key !== this.key) { this.key = key; this.objective = this.objectives(values); this.stale = true; }
    const options = optionsOf(values);
    this.paths = this.runs.map((run) => descend(run, this.objective, this.start, this.steps(), run.settings(values), options));
    this.arrivals = this.paths.map((path) => (path.diverged ? Infinity : staysFrom(path.values, (v) => this.above(v) < spec.tolerance)));
  }
  measure(label) {
    const { values, diverged } = this.paths[this.runs.findIndex((run) => run.label === label)];
    return diverged ? [NaN] : values.map((v) => this.above(v));
  }

  draw() {
    if (this.stale) {
      this.flat ? this.drawCurve() : this.plane.surface((x, y) => this.objective.value([x, y]), this.spec.minimum ?? undefined);
      this.cross();
    }
    this.points = this.paths.map(({ theta, values }) => (this.flat ? theta.map(([x], k) => [x, values[k]]) : theta));
    if (this.valuePanel) this.fitValues();
    if (this.map) this.drawStability();
    this.ghosts = false;
  }
  /** The paths up to the moment shown, over their faint whole; with the arrows of the step that follows. */
  drawMoment() {
    const { plane, valuePanel, player, paths } = this, { moment, ended } = player, k = Math.floor(moment);
    const heights = valuePanel && paths.map(({ values }) => values.map((v, j) => [j, this.above(v)]));
    for (const panel of [plane, valuePanel]) panel?.svg.classList.toggle("lo-ended", ended);
    this.runs.forEach((run, i) => {
      const visible = !this.hidden.has(run.label), visibility = visible ? "visible" : "hidden", ghost = { class: `lo-ghost lo-c${run.style}`, visibility };
      const points = plane.until(this.points[i], moment);
      if (!ended && !this.ghosts) {
        plane.line(`ghost${i}`, this.points[i], run.style, ghost);
        valuePanel?.line(`ghost${i}`, heights[i], run.style, ghost);
      }
      plane.line(`path${i}`, points, run.style, { visibility });
      plane.marks(`marks${i}`, points, run.style, { visible, last: ended ? 2 : 2.6 });
      this.drawArrows(run, i, player.arrows && visible && k + 1 < this.points[i].length ? k : null);
      if (!valuePanel) return;
      const course = valuePanel.until(heights[i], moment);
      valuePanel.line(`values${i}`, course, run.style, { visibility });
      valuePanel.marks(`now${i}`, course.slice(-1), run.style, { visible: visible && !ended });
    });
    this.ghosts = !ended;
  }
  /** What makes up step k: the velocity carries, the gradient pulls where it is taken. */
  drawArrows(run, i, k) {
    const { plane } = this, names = ["carry", "pull", "rest", "at"].map((name) => `${name}${i}`);
    if (k === null) return names.forEach((name) => plane.nodes?.[name]?.setAttribute("d", ""));
    const { from, carried, at, to } = anatomy(run, this.paths[i], k, run.settings(this.values), optionsOf(this.values));
    const height = (point) => (this.flat ? this.objective.value(point) : point[1]), level = plane.y.at(height(from)) - 12 - 20 * i;
    const place = (point) => [plane.x.at(point[0]), this.flat ? level : plane.y.at(point[1])]; // a curve's arrows lie level above its point
    const pulled = at.map((x, j) => x + to[j] - carried[j]), lower = ([x, y]) => [x, this.flat && !run.ahead ? y + 9 : y];
    plane.arrow(names[0], place(from), place(carried), run.style, "lo-carry");
    plane.arrow(names[1], lower(place(at)), lower(place(pulled)), run.style);
    const [a, b, c] = [carried, to, pulled].map(place), dotted = !run.ahead && !this.flat; // a parallelogram, where both start together
    plane.node(names[2], "path", { d: dotted ? `M${a}L${b}L${c}` : "", class: "lo-bound" });
    const ring = [plane.x.at(at[0]), plane.y.at(height(at))];
    plane.node(names[3], "path", { d: run.ahead ? `M${ring}${MARKERS.circle(4.5)}` : "", class: `lo-arrow lo-c${run.style}` });
  }
  drawCurve() {
    const { plane, objective, spec } = this, xs = linspace(plane.x.low, plane.x.high, 401);
    const points = xs.map((x) => [x, objective.value([x])]);
    if (!spec.bounds[1]) {
      const ys = points.map((p) => p[1]).filter(Number.isFinite), low = Math.min(...ys), high = Math.max(...ys), pad = 0.08 * (high - low);
      Object.assign(plane.y, { low: low - pad, high: high + pad });
      plane.drawAxes();
    }
    spec.zones.forEach(([low, high, text], i) => {
      const [from, to] = [plane.x.at(low), plane.x.at(high)];
      plane.node(`zone${i}`, "path", { d: `M${from} ${plane.y.to}H${to}V${plane.y.from}H${from}z`, class: "lo-zone" });
      plane.node(`word${i}`, "text", { x: (from + to) / 2, y: plane.y.to + 14, "text-anchor": "middle", class: "lo-label" }).textContent = text;
    });
    plane.line("curve", points, "curve", { class: "lo-curve" });
  }
  cross() {
    const at = ([x, y]) => `M${this.plane.x.at(x)} ${this.plane.y.at(y ?? this.objective.value([x]))}m-5 0h10m-5 -5v10`;
    this.plane.node("minimisers", "path", { d: this.spec.minimisers.map(at).join(""), class: "lo-cross" });
  }

  buildValues() {
    const { spec } = this, log = spec.minimum !== null;
    this.valuePanel = new Panel(this, {
      alt: `Value against step for each path. ${spec.alt}`, x: new Axis(0, 1), y: new Axis(log ? 1e-9 : 0, 1, log),
      xLabel: "step", yLabel: spec.minimum ? "value above the minimum" : "value",
    });
  }
  fitValues() {
    const panel = this.valuePanel, { spec } = this, steps = this.steps();
    const first = this.above(this.paths[0].values[0]);
    let low, high;
    if (panel.y.log) { low = spec.tolerance / 100; high = 10 ** Math.ceil(Math.log10(Math.max(first, spec.tolerance)) + 0.3); }
    else {
      const all = this.paths.flatMap((p) => p.values).filter((v) => v <= first + 1e3 * Math.abs(first) + 1e3);
      const [a, b] = [Math.min(...all), Math.max(...all)], pad = 0.05 * (b - a) || 1;
      [low, high] = [a - pad, b + pad];
    }
    if (panel.x.high !== steps || panel.y.low !== low || panel.y.high !== high || this.stale) {
      panel.x.high = steps;
      Object.assign(panel.y, { low, high });
      panel.drawAxes();
      if (panel.y.log) panel.line("tolerance", [[0, spec.tolerance], [steps, spec.tolerance]], "tolerance", { class: "lo-bound" });
    }
  }

  buildStability() {
    const control = (name) => this.spec.controls.find((c) => c.name === name), [e, a] = [control("epsilon"), control("alpha")];
    this.mapRun = this.runs.find((run) => run.states === 1 && run.hyper.includes("alpha"));
    this.map = new Panel(this, {
      alt: `Map of learning rate against momentum for ${this.mapRun.label}: colour gives the steps per decimal digit; beyond the drawn edge it diverges.`,
      x: new Axis(e.low, e.high, e.log), y: new Axis(a.low, a.high, a.log), xLabel: e.label, yLabel: a.label,
    });
    this.map.handle({
      name: "Setting on the map",
      get: () => [this.values.epsilon, this.values.alpha],
      set: ([epsilon, alpha]) => { this.set.epsilon(epsilon); this.set.alpha(alpha); },
    });
    this.map.root.append(colourBar("steps per decimal digit", new Axis(3, 1000, true), perDigitColour, "diverges"));
  }
  curvatures() {
    const [[a, b], [c, d]] = this.objective.hessian(this.start);
    return eigenvalues([[a, b], [c, d]]).map(([re]) => re);
  }
  drawStability() {
    if (!this.stale) return;
    const { map, mapRun } = this, lambdas = this.curvatures(), settings = mapRun.settings(this.values), nx = 121, ny = 91;
    const along = (axis, n) => linspace(0, 1, n).map((u) => axis.value(u));
    const grid = gridOf((epsilon, alpha) => rate(mapRun, lambdas, { ...settings, epsilon, alpha }), along(map.x, nx), along(map.y, ny));
    map.paint(nx, ny, (i, j) => perDigitColour(stepsPerDigit(grid.values[j * nx + i])));
    const edge = []; // of convergence: in each row, by bisection, where the rate reaches 1
    for (let j = 0; j < ny; j++) {
      const i = grid.values.subarray(j * nx, (j + 1) * nx).findIndex((r) => r >= 1), alpha = map.y.value(j / (ny - 1));
      if (i <= 0) continue;
      let [inside, outside] = [i - 1, i].map((k) => k / (nx - 1));
      for (let n = 0; n < 12; n++) {
        const u = (inside + outside) / 2;
        if (rate(mapRun, lambdas, { ...settings, epsilon: map.x.value(u), alpha }) < 1) inside = u; else outside = u;
      }
      edge.push([map.x.value(outside), alpha]);
    }
    map.line("edge", edge, 0, { class: "lo-edge", "stroke-dasharray": "" });
  }

  report() {
    const sentences = this.runs.map((run, i) => {
      const { values, diverged } = this.paths[i], last = this.above(values.at(-1)), steps = this.steps(), arrival = this.arrivals[i];
      const { player } = this, k = Math.floor(player.moment);
      let text = `value ${format(last)} after ${values.length - 1} steps`;
      if (!player.ended && k < values.length) text = `value ${format(this.above(values[k]))} at step ${k}`;
      else if (diverged) text = `diverged at step ${diverged}`;
      else if (last > this.above(values[0])) text = `moves away: ${text}`;
      else if (arrival < Infinity) text += `; below ${format(this.spec.tolerance)} from step ${arrival} on`;
      this.numbers[i].textContent = text;
      return this.hidden.has(run.label) ? "" : `${run.label}: ${text}.`;
    });
    if (!this.map) return sentences.filter(Boolean).join(" ");
    const r = rate(this.mapRun, this.curvatures(), this.mapRun.settings(this.values));
    const text = `${this.mapRun.label}: the error shrinks by ${format(r)} per step`;
    return `${sentences.filter(Boolean).join(" ")} ${r < 1 ? text : `${this.mapRun.label} does not converge at this setting`}.`;
  }
}

/** What the arrows of a step mean: pairs of a class and words. */
function arrowKey(words) {
  const sample = (name) => {
    const picture = document.createElementNS(SVG, "svg");
    for (const [k, v] of Object.entries({ width: 26, height: 12, "aria-hidden": "true" })) picture.setAttribute(k, v);
    shape(picture, "path", { d: name === "at" ? `M13 6${MARKERS.circle(4.5)}` : "M1 6H24M17 2L24 6L17 10", class: `lo-arrow lo-${name}` });
    return picture;
  };
  return element("div", { class: "lo-key" }, ...words.map(([name, text]) => element("span", {}, sample(name), text)));
}

/** The error along each eigenvector of a quadratic, beside the factor that a step multiplies it by. */
class DirectionsView extends View {
  build() {
    const { spec } = this, [low, high] = spec.range;
    this.runs = spec.runs.map((run) => runOf(run, spec.interim));
    this.panel = new Panel(this, { alt: spec.alt, x: new Axis(0, spec.steps), y: new Axis(spec.smallest, 10, true), xLabel: "step", yLabel: "error along the eigenvector" });
    this.factors = new Panel(this, {
      alt: `Factor by which one step multiplies the error, against the curvature. ${spec.alt}`, x: new Axis(low, high, true), y: new Axis(0, 1.2), xLabel: "curvature λ", yLabel: "factor per step",
    });
    this.chooser();
    this.numbers = spec.curvatures.map((c, i) => this.entry(i, `λ = ${format(c)}`, i));
    this.text = element("output", { class: "lo-readout" });
    this.legend.append(this.text);
    this.player = new Player(this, { last: () => spec.steps, draw: () => this.drawMoment() });
  }
  begin() { this.choose(0); }
  compute() {
    const { spec, run } = this, settings = run.settings(this.values);
    this.factor = (curvature) => rate(run, [curvature], settings);
    this.each = spec.curvatures.map(this.factor);
    this.errors = spec.curvatures.map((c) => {
      const objective = { gradient: ([error]) => [c * error], value: () => 0 };
      return descend(run, objective, [1], spec.steps, settings, {}).theta.map(([error], k) => [k, Math.abs(error)]);
    });
  }
  measure(label) { return ["slowest factor", this.run.label].includes(label) ? Math.max(...this.each) : NaN; }
  draw() {
    const { spec, factors, panel } = this;
    factors.line("one", [[spec.range[0], 1], [spec.range[1], 1]], "one", { class: "lo-bound" });
    factors.line("curve", logspace(...spec.range, 161).map((c) => [c, this.factor(c)]), "curve", { class: "lo-curve" });
    this.errors.forEach((points, i) => {
      const visible = !this.hidden.has(i);
      panel.line(`ghost${i}`, points, i, { class: `lo-ghost lo-c${i}`, visibility: visible ? "visible" : "hidden" });
      factors.marks(`factor${i}`, [[spec.curvatures[i], this.each[i]]], i, { radius: 2.6, visible });
    });
  }
  drawMoment() {
    const { panel, player, errors } = this, { moment, ended } = player;
    panel.svg.classList.toggle("lo-ended", ended);
    errors.forEach((points, i) => {
      const visible = !this.hidden.has(i), shown = panel.until(points, moment);
      panel.line(`line${i}`, shown, i, { visibility: visible ? "visible" : "hidden" });
      panel.marks(`now${i}`, shown.slice(-1), i, { visible: visible && !ended });
    });
  }
  report() {
    const { spec, each, numbers, errors, run } = this, k = Math.floor(this.player.moment), slowest = Math.max(...each), where = spec.curvatures[each.indexOf(slowest)];
    numbers.forEach((output, i) => { output.textContent = `× ${format(each[i])}, ${format(errors[i][k]?.[1] ?? Infinity, 2)} left`; });
    this.text.textContent = `${run.label}: ${slowest < 1 ? `the slowest direction is λ = ${format(where)}, × ${format(slowest)} a step` : `diverges along λ = ${format(where)}`}.`;
    return `${this.text.textContent} After ${k} steps: ${spec.curvatures.map((c, i) => `λ ${format(c)}: ${numbers[i].textContent}`).join("; ")}.`;
  }
}

/** A schedule whose knots the reader moves, or draws with one stroke; beside it the quantity that it drives. */
class ScheduleView extends View {
  build() {
    const { spec } = this;
    this.update_ = quantityOf(spec.update);
    this.best = spec.best && quantityOf(spec.best);
    this.buildPlan("learning rate ε");
    this.course = new Panel(this, { alt: spec.alt, x: new Axis(1, this.steps, true), y: new Axis(...spec.bounds, true), xLabel: "step", yLabel: spec.label });
    this.numbers = this.entry("own", "your schedule", 1);
    if (this.best) this.bestNumbers = this.entry("best", "the best rate at each step", 0);
  }
  buildPlan(yLabel) {
    const { spec } = this, { knots } = spec;
    this.steps = knots.at(-1);
    this.plan = new Panel(this, { alt: `The schedule: ${yLabel} at each step. ${spec.alt}`, x: new Axis(0, this.steps), y: new Axis(...spec.limits, true), xLabel: "step", yLabel });
    this.rates = spec.rates.slice();
    knots.forEach((k, i) => this.plan.handle({ name: `Rate at step ${k}`, vertical: true, get: () => [k, this.rates[i]], set: ([, rate]) => this.bend(i, rate) }));
    this.plan.box.classList.add("lo-knots");
    const { svg } = this.plan; // a stroke takes along the knots that it passes
    const stroke = (event) => {
      const box = svg.getBoundingClientRect(), step = this.plan.x.invert(event.clientX - box.left);
      this.bend(nearest(knots, step, false), this.plan.y.invert(event.clientY - box.top));
    };
    svg.onclick = stroke;
    svg.onpointerdown = (event) => {
      if (event.pointerType !== "mouse") return; // a finger scrolls, taps, or drags a knot
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
      svg.onpointermove = stroke;
      svg.onpointerup = svg.onpointercancel = () => { svg.onpointermove = null; };
      stroke(event);
    };
    this.player = new Player(this, { last: () => this.steps, draw: () => this.drawMoment() });
  }
  begin() { this.rates = this.spec.rates.slice(); }
  bend(i, rate) {
    this.rates[i] = clamp(Number(rate.toPrecision(3)), ...this.spec.limits);
    this.request();
  }
  /** The rate of each step: its logarithm is linear between the knots. */
  schedule() {
    const { knots } = this.spec, logs = this.rates.map(Math.log), rates = [];
    for (let i = 0; i + 1 < knots.length; i++) for (let k = knots[i]; k < knots[i + 1]; k++) {
      rates.push(Math.exp(logs[i] + ((logs[i + 1] - logs[i]) / (knots[i + 1] - knots[i])) * (k - knots[i])));
    }
    return rates;
  }
  compute() {
    const rates = (this.planned = this.schedule()), run = (rate) => {
      const values = [this.spec.start];
      rates.forEach((epsilon, k) => values.push(this.update_(this, values[k], rate(epsilon, values[k]))));
      return values;
    };
    this.values_ = run((epsilon) => epsilon);
    this.least = this.best && run((_, value) => this.best(this, value));
    this.lines = [["own", 1, this.values_], ...(this.best ? [["best", 0, this.least]] : [])];
  }
  measure(label) { return label === "end" ? this.values_.at(-1) : this.values_.at(-1) / this.least.at(-1); }
  /** On a logarithmic axis of the steps the start has no place: its point stands at step 1, and the line begins there. */
  points(values) { return values.map((v, k) => [Math.max(k, this.course.x.low), v]); }
  begun(points) { return this.course.x.log ? points.slice(1) : points; }
  draw() {
    const rates = this.planned.map((rate, k) => [k, rate]);
    this.plan.line("rates", [...rates, [this.steps, this.last ?? this.rates.at(-1)]], 1, { "stroke-dasharray": "" });
    for (const [key, style, values] of this.lines) {
      this.course.line(`ghost ${key}`, this.begun(this.points(values)), style, { class: `lo-ghost lo-c${style}`, visibility: this.hidden.has(key) ? "hidden" : "visible" });
    }
  }
  drawMoment() {
    const { plan, course, player } = this, { moment, ended } = player, k = Math.min(Math.floor(moment), this.steps - 1);
    course.svg.classList.toggle("lo-ended", ended);
    plan.node("now", "path", { d: ended ? "" : `M${plan.x.at(moment)} ${plan.y.from}V${plan.y.to}`, class: "lo-rule" });
    plan.node("rate", "path", { d: ended ? "" : `M${plan.x.at(moment)} ${plan.y.at(this.planned[k])}${MARKERS.circle(4)}`, class: "lo-mark lo-c1" });
    for (const [key, style, values] of this.lines) {
      const visible = !this.hidden.has(key), shown = course.until(this.points(values), moment);
      course.line(key, this.begun(shown), style, { visibility: visible ? "visible" : "hidden" });
      course.marks(`now ${key}`, shown.slice(-1), style, { visible: visible && !ended });
    }
  }
  report() {
    const k = Math.floor(this.player.moment), { label } = this.spec;
    this.numbers.textContent = `${format(this.values_[k])} after ${format(k, 4)} steps`;
    if (!this.best) return `${label} ${this.numbers.textContent}.`;
    this.numbers.textContent += `, ${format(this.values_[k] / this.least[k])} times the least`;
    this.bestNumbers.textContent = `${format(this.least[k])}`;
    return `${label} ${this.numbers.textContent}, which is ${this.bestNumbers.textContent}.`;
  }
}

/** Runs of algorithms under one schedule, chosen from a list or drawn: each has a first rate of its own, the schedule the share of it. */
class ScheduledRunsView extends ScheduleView {
  build() {
    const { spec } = this;
    this.runs = spec.runs.map((run) => runOf(run, spec.interim));
    this.objective = objectiveOf(spec.objective)();
    this.buildPlan("share of the first rate");
    this.course = new Panel(this, { alt: spec.alt, x: new Axis(0, this.steps), y: new Axis(...spec.bounds, true), xLabel: "step", yLabel: "value" });
    this.buttons = spec.schedules.map(({ label }) => element("button", { type: "button", class: "lo-toggle lo-pick" }, label));
    this.buttons.forEach((button, i) => { button.onclick = () => this.take(i); });
    this.legend.append(element("div", { class: "lo-choices", role: "group", "aria-label": "Schedule" }, ...this.buttons));
    this.numbers = this.runs.map((run) => this.entry(run.label, run.label, run.style));
  }
  begin() { this.take(0); }
  /** Take a schedule of the list; until a knot is moved it holds exactly, not only at the knots. */
  take(i) {
    const { knots, limits, schedules } = this.spec, { shares } = schedules[i];
    this.taken = i;
    this.rates = knots.map((k) => clamp(shares[Math.min(k, this.steps - 1)], ...limits));
    this.request();
  }
  bend(i, rate) {
    this.taken = null;
    super.bend(i, rate);
  }
  schedule() { return this.taken === null ? super.schedule() : this.spec.schedules[this.taken].shares; }
  compute() {
    const { spec, steps } = this, shares = (this.planned = this.schedule());
    this.last = shares.at(-1);
    this.paths = this.runs.map((run, i) => descend(run, this.objective, spec.start, steps, { ...run.settings({}), epsilon: this.values[`epsilon${i}`] }, { shares }));
    this.lines = this.runs.map((run, i) => [run.label, run.style, this.paths[i].values]);
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === this.taken)));
  }
  measure(label) {
    const paths = this.paths.filter((_, i) => label === "all" || this.runs[i].label === label);
    return paths.some(({ diverged }) => diverged) ? [NaN] : paths[0].values.map((_, k) => Math.max(...paths.map(({ values }) => values[k])));
  }
  report() {
    const k = Math.floor(this.player.moment), sentences = this.runs.map((run, i) => {
      const { values, diverged } = this.paths[i];
      this.numbers[i].textContent = k < values.length ? `${format(values[k])} after ${k} steps` : `diverged at step ${diverged}`;
      return this.hidden.has(run.label) ? "" : `${run.label}: ${this.numbers[i].textContent}.`;
    });
    return `${this.taken === null ? "Your own schedule" : this.spec.schedules[this.taken].label}. ${sentences.filter(Boolean).join(" ")}`;
  }
}

/** The surface of each minibatch over that of all examples, and SGD's path, which takes a step down each of them in turn. */
class MinibatchView extends View {
  build() {
    const { spec } = this, [bx, by] = spec.bounds;
    this.run = runOf(spec.run, spec.interim);
    this.value = compile(spec.value);
    this.gradient = compile(spec.gradient);
    this.all = spec.examples.map((_, i) => i);
    this.plane = new Panel(this, { alt: spec.alt, x: new Axis(...bx), y: new Axis(...by), xLabel: spec.labels[0], yLabel: spec.labels[1], square: true });
    this.plane.handle({ name: "Start point", get: () => this.start, set: (point) => { this.start = point.map((v) => Number(v.toPrecision(4))); this.request(); } });
    this.course = new Panel(this, {
      alt: `The loss of all examples at each step. ${spec.alt}`, x: new Axis(0, spec.steps), y: new Axis(...spec.heights, true), xLabel: "step", yLabel: "loss above its least",
    });
    this.numbers = { path: this.entry("path", "SGD", this.run.style), own: this.entry("own", "the surface of this minibatch", 1) };
    this.text = element("output", { class: "lo-readout" });
    this.legend.append(this.text);
    this.player = new Player(this, { last: () => spec.steps, draw: () => this.drawMoment(), from: 0, speed: 2 });
    this.player.root.append(arrowKey([["own", "the step down the minibatch’s surface"], ["all", "the step of the full gradient"]]));
  }
  begin() { this.start = this.spec.start.slice(); }
  batch(k) { return this.spec.order.slice(k * this.values.m, (k + 1) * this.values.m); }
  loss(batch, theta) { return batch.reduce((sum, i) => sum + this.value(theta, this.spec.examples[i]), 0) / batch.length; }
  slope(batch, theta) {
    const sum = theta.map(() => 0);
    for (const i of batch) this.gradient(theta, this.spec.examples[i]).forEach((g, j) => { sum[j] += g; });
    return sum.map((s) => s / batch.length);
  }
  above(value) { return value - this.spec.minimum; }
  compute() {
    const { spec, run, all } = this, settings = run.settings(this.values);
    let k = 0;
    this.path = descend(run, { value: (theta) => this.loss(all, theta), gradient: (theta) => this.slope(this.batch(k++), theta) }, this.start, spec.steps, settings, {});
    const { theta, values, diverged } = this.path, steps = theta.slice(1).map((_, j) => j);
    this.own = steps.map((j) => [this.loss(this.batch(j), theta[j]), this.loss(this.batch(j), theta[j + 1])]);
    this.fall = [this.own.filter(([a, b]) => b < a), steps.filter((j) => values[j + 1] < values[j])].map((list) => list.length);
    this.arrival = diverged ? Infinity : staysFrom(values, (v) => this.above(v) < spec.tolerance);
    this.stride = (point) => { const lanes = lanesAt(run, point); stepper(run, (at) => this.slope(all, at), settings)(lanes, 0); return lanes.map(([x]) => x); };
    this.shown_ = null;
  }
  measure(label) {
    if (label === "gradients") return this.arrival * this.values.m;
    return this.path.diverged ? [NaN] : this.path.values.map((v) => this.above(v));
  }
  draw() {
    const { plane, course, spec, path } = this, seen = { visibility: this.hidden.has("path") ? "hidden" : "visible" }, { style } = this.run;
    if (this.stale) {
      this.levels = plane.surface((x, y) => this.loss(this.all, [x, y]), spec.minimum).filter((_, i) => i >= 4 && i % 2 === 0);
      const [a, b] = spec.minimiser;
      plane.node("minimiser", "path", { d: `M${plane.x.at(a)} ${plane.y.at(b)}m-5 0h10m-5 -5v10`, class: "lo-cross" });
      course.line("tolerance", [[0, spec.tolerance], [spec.steps, spec.tolerance]], "tolerance", { class: "lo-bound" });
    }
    this.heights = path.values.map((v, k) => [k, this.above(v)]);
    plane.line("ghost", path.theta, style, { class: `lo-ghost lo-c${style}`, ...seen });
    course.line("ghost", this.heights, style, { class: `lo-ghost lo-c${style}`, ...seen });
  }
  drawMoment() {
    const { plane, course, player, path, run: { style } } = this, { moment, ended } = player, k = ended ? null : Math.floor(moment), visible = !this.hidden.has("path");
    for (const panel of [plane, course]) panel.svg.classList.toggle("lo-ended", ended);
    const key = `${k} ${this.hidden.has("own")}`;
    if (this.shown_ !== key) { // a surface is drawn once a step, not once a frame
      this.shown_ = key;
      const batch = this.batch(k);
      plane.over("own", (x, y) => this.loss(batch, [x, y]), k === null ? [] : this.levels, 1, !this.hidden.has("own"));
    }
    const points = plane.until(path.theta, moment), heights = course.until(this.heights, moment);
    plane.line("path", points, style, { visibility: visible ? "visible" : "hidden" });
    plane.marks("marks", points, style, { visible, last: 2.4 });
    course.line("path", heights, style, { visibility: visible ? "visible" : "hidden" });
    course.marks("now", heights.slice(-1), style, { visible: visible && !ended });
    const place = ([a, b]) => [plane.x.at(a), plane.y.at(b)], from = path.theta[k], to = path.theta[k + 1], here = from && to ? place(from) : [0, 0];
    plane.arrow("full", here, from && to ? place(this.stride(from)) : here, "all", "lo-all");
    plane.arrow("step", here, from && to ? place(to) : here, 1);
  }
  report() {
    const { player, path, spec, own, numbers, fall, values: { m } } = this, { values, diverged } = path, k = Math.floor(player.moment);
    const change = ([a, b]) => `${b < a ? "falls" : "rises"} from ${format(a)} to ${format(b)}`;
    const step = !player.ended && k < own.length;
    numbers.own.textContent = step ? `in this step it ${change(own[k])}` : "";
    numbers.path.textContent = step ? `the loss of all examples ${change([values[k], values[k + 1]])}`
      : diverged ? `diverged at step ${diverged}`
      : this.arrival < Infinity ? `below ${format(spec.tolerance)} from step ${this.arrival} on, after ${this.arrival * m} single gradients` : `${format(this.above(values.at(-1)))} above the least after ${spec.steps} steps`;
    this.text.textContent = `Of ${own.length} steps ${fall[0]} go down on the surface of their minibatch, ${fall[1]} on that of all examples.`;
    const now = step ? `Minibatch of ${m}: ${numbers.own.textContent}, ` : `Minibatches of ${m}: `;
    return `${now}${numbers.path.textContent}. ${this.text.textContent}`;
  }
}

/** Colour of a number of steps per digit, dark for many, grey where it diverges. */
const perDigitColour = (steps) => (Number.isFinite(steps) ? [...viridis(1 - Math.log(steps / 3) / Math.log(1000 / 3)), 255] : NOWHERE);
const NOWHERE = [128, 128, 128, 90];

/** A legend of colours along an axis, with a box for what lies outside. */
function colourBar(label, axis, colour, outside) {
  const stops = linspace(0, 1, 16).map((u) => `rgb(${colour(axis.value(u)).slice(0, 3)})`);
  const bar = element("div", { class: "lo-bar", style: `background:linear-gradient(90deg,${stops})` });
  const ticks = axis.ticks(5).map(([value, text]) => element("span", { style: `left:${100 * axis.unit(value)}%` }, text));
  const box = outside ? [element("span", { class: "lo-swatch", style: `background:rgba(${NOWHERE.slice(0, 3)},.35)` }), outside] : [];
  return element("div", { class: "lo-scale" }, element("span", {}, label), element("div", { class: "lo-scale-bar" }, bar, element("div", { class: "lo-ticks" }, ...ticks)), element("span", { class: "lo-outside" }, ...box));
}

/** Curves against x that the sliders bend, with marks and readouts. */
class CurveView extends View {
  build() {
    const { spec } = this, { x, y } = spec;
    this.panel = new Panel(this, {
      alt: spec.alt, x: new Axis(x.low, x.high, x.log), y: new Axis(y.low, y.high, y.log), xLabel: x.label, yLabel: y.label, ratio: 0.5,
    });
    this.curves = spec.curves.map((curve) => ({ ...curve, y: quantityOf(curve.y), computed: "source" in curve.y }));
    this.marks = spec.marks.map((mark) => ({ ...mark, x: quantityOf(mark.x), y: quantityOf(mark.y) }));
    this.numbers = this.curves.map((curve) => this.entry(curve.label, curve.label, curve.style));
    const row = element("div", { class: "lo-readouts" }); // of their own: beside the last curve's name they would seem to be its numbers
    this.legend.after(row);
    this.readouts = spec.readouts.map((readout) => {
      const output = element("output", {});
      row.append(element("span", { class: "lo-readout" }, `${readout.label}: `, output));
      return { ...readout, get: quantityOf(readout.value), output };
    });
    this.xs = (x.log ? logspace : linspace)(x.low, x.high, x.points);
    if (x.time) this.player = new Player(this, { last: () => x.points - 1, draw: () => this.drawMoment(), name: x.label, word: (k) => format(Math.round(this.xs[k]), 4) });
  }
  compute() {
    this.series = this.curves.map(({ x, y, computed }) => (computed ? this.xs.map((v) => [v, y(this, v)]) : x.map((v, i) => [v, y(this)[i]])));
    this.results = this.readouts.map((readout) => readout.get(this));
  }
  measure(label) { return this.results[this.readouts.findIndex((readout) => readout.label === label)]; }
  /** Let the axis of y follow what is shown, to whole decades or with a margin, within its range. */
  fit() {
    const { panel, spec } = this, { y } = panel, shown = this.series.filter((_, i) => !this.hidden.has(this.curves[i].label)).flat();
    const found = shown.map(([, v]) => v).filter((v) => v !== null && v >= spec.y.low && v <= spec.y.high);
    if (!found.length) return;
    let [low, high] = [Math.min(...found), Math.max(...found)];
    if (y.log) [low, high] = [10 ** Math.floor(Math.log10(low) - 0.2), 10 ** Math.ceil(Math.log10(high))];
    else [low, high] = [low - 0.06 * (high - low), high + 0.06 * (high - low)];
    [low, high] = [Math.max(low, spec.y.low), Math.min(high, spec.y.high)];
    if (!(low < high) || (low === y.low && high === y.high)) return;
    Object.assign(y, { low, high });
    panel.drawAxes();
  }
  draw() {
    const { panel } = this;
    if (this.spec.y.fit) this.fit();
    this.curves.forEach(({ label, style, dots }, i) => {
      const visible = !this.hidden.has(label);
      if (!this.player) panel.line(`line${i}`, this.series[i], style, { visibility: visible && !dots ? "visible" : "hidden" });
      else panel.line(`ghost${i}`, this.series[i], style, { class: `lo-ghost lo-c${style}`, visibility: visible && !dots ? "visible" : "hidden" });
      if (dots) panel.marks(`dots${i}`, this.series[i], style, { gap: 0, radius: 3, visible, last: 1 });
    });
    this.marks.forEach(({ label, x, y }, i) => {
      const [a, b] = [x(this), y(this)], { x: ax, y: ay } = panel;
      const d = a === null ? `M${ax.from} ${ay.at(b)}H${ax.to}` : b === null ? `M${ax.at(a)} ${ay.from}V${ay.to}` : `M${ax.at(a)} ${ay.at(b)}${MARKERS.circle(5)}`;
      panel.node(`mark${i}`, "path", { d, class: "lo-rule" });
      const left = a === null || ax.at(a) > (ax.from + ax.to) / 2; // the text stays inside
      const text = panel.node(`text${i}`, "text", {
        x: (a === null ? ax.to : ax.at(a)) + (left ? -8 : 8), y: b === null ? ay.to + 14 + 16 * (i % 3) : ay.at(b) - 8, "text-anchor": left ? "end" : "start", class: "lo-label",
      });
      text.textContent = label;
    });
  }
  /** Where x is time: the lines up to the moment, with a point at their end. */
  drawMoment() {
    const { panel, player, xs } = this, k = Math.floor(player.moment), part = player.moment - k, { x } = panel;
    const now = x.value(x.unit(xs[k]) + part * (x.unit(xs[Math.min(k + 1, xs.length - 1)]) - x.unit(xs[k])));
    panel.svg.classList.toggle("lo-ended", player.ended);
    this.curves.forEach(({ label, style, dots }, i) => {
      const visible = !this.hidden.has(label) && !dots, points = this.series[i], next = points.findIndex(([v]) => v > now * (1 + 1e-12));
      const [a, b] = points[next - 1] ?? [], [c, d] = points[next] ?? [], way = (x.unit(now) - x.unit(a)) / (x.unit(c) - x.unit(a));
      const last = next < 0 ? points.length : next; // precomputed points may lie far apart: between them the line travels, but not over a gap
      const shown = next > 0 && b !== null && d !== null ? panel.until(points, next - 1 + way) : points.slice(0, last);
      panel.line(`line${i}`, shown, style, { visibility: visible ? "visible" : "hidden" });
      panel.marks(`now${i}`, shown.slice(-1), style, { visible: visible && !player.ended });
      this.numbers[i].textContent = player.ended || !last ? "" : format(points[last - 1][1]);
    });
  }
  report() {
    this.readouts.forEach(({ output, unit }, i) => { output.textContent = format(this.results[i]) + (unit ? ` ${unit}` : ""); });
    const now = this.player && !this.player.ended ? this.curves.map(({ label }, i) => `${label}: ${this.numbers[i].textContent}. `).join("") : "";
    return now + this.readouts.map(({ label, output }) => `${label}: ${output.textContent}.`).join(" ");
  }
}

/** A map whose colour is an outcome, with a movable cursor; runs show the path from the cursor. */
class MapView extends View {
  build() {
    const { spec } = this, { x, y, descent, scale } = spec;
    this.map = new Panel(this, { alt: spec.alt, x: new Axis(x.low, x.high, x.log), y: new Axis(y.low, y.high, y.log), xLabel: x.label, yLabel: y.label });
    for (const axis of [x, y]) this.set[axis.name] = (value) => { this.values[axis.name] = Number(value.toPrecision(3)); this.request(); };
    this.map.handle({
      name: "Cursor", get: () => [this.values[x.name], this.values[y.name]],
      set: (point) => { this.set[x.name](point[0]); this.set[y.name](point[1]); },
    });
    if (descent) {
      this.runs = descent.runs.map((run) => runOf(run, descent.interim));
      this.objectives = objectiveOf(descent.objective);
      this.onStarts = x.name === "x" && y.name === "y";
      if (!this.onStarts && descent.bounds) {
        const [bx, by] = descent.bounds;
        this.plane = new Panel(this, { alt: `The path at the cursor. ${spec.alt}`, x: new Axis(...bx), y: new Axis(...by), xLabel: "θ₁", yLabel: "θ₂" });
      }
      this.pathPanel = this.onStarts ? this.map : this.plane;
      if (this.pathPanel) this.player = new Player(this, { last: () => this.values.steps ?? descent.steps, draw: () => this.drawMoment() });
      this.chooser();
    } else this.value = quantityOf(spec.value);
    this.scale = new Axis(scale.low, scale.high, scale.log);
    this.drawLegend();
    this.map.canvas.classList.toggle("lo-cells", spec.frames || spec.categories !== null);
    this.text = element("output", { class: "lo-readout" });
    this.legend.append(this.text);
  }
  begin() {
    for (const axis of [this.spec.x, this.spec.y]) this.values[axis.name] = axis.value;
    this.choose?.(0);
  }
  at(a, b) {
    const { spec } = this, { descent } = spec;
    if (!descent) return this.value(this, a, b);
    const values = { ...this.values, [spec.x.name]: a, [spec.y.name]: b };
    const objective = this.moving ? this.objectives(values) : this.objective;
    return outcome(this.run, objective, this.startOf(values), values.steps ?? descent.steps, this.run.settings(values), descent, optionsOf(values));
  }
  startOf(values) { return this.spec.descent.start.map((s, i) => values["xy"[i]] ?? s); }

  compute() {
    const { spec } = this, { x, y } = spec, { [x.name]: a, [y.name]: b, ...others } = this.values;
    const key = JSON.stringify([others, this.position, this.run?.label]);
    if (key !== this.key) {
      this.key = key;
      if (spec.descent) {
        this.objective = this.objectives(this.values);
        this.moving = [x.name, y.name].some((name) => name in spec.descent.objective.parameters);
      }
      this.refine();
    }
    this.here = spec.frames ? this.cell(a, b) : this.at(a, b);
    if (spec.descent) {
      const objective = this.objectives(this.values);
      this.path = descend(this.run, objective, this.startOf(this.values), this.values.steps ?? spec.descent.steps, this.run.settings(this.values), optionsOf(this.values));
    }
  }
  /** Fill the map: first coarse and at once, then fine in slices of some milliseconds, so that a slider never waits. */
  refine() {
    cancelAnimationFrame(this.filling);
    if (this.spec.frames) {
      const rows = this.value(this);
      return this.show({ nx: rows[0].length, ny: rows.length, values: Float64Array.from(rows.flat(), (v) => v ?? NaN) });
    }
    const along = (axis, n) => linspace(0.5 / n, 1 - 0.5 / n, n).map((u) => axis.value(u)), { map } = this;
    const fill = (nx, ny, patience) => {
      const xs = along(map.x, nx), ys = along(map.y, ny), values = new Float64Array(nx * ny);
      let j = 0;
      const slice = () => {
        for (const end = performance.now() + patience; j < ny && performance.now() < end; j++) {
          for (let i = 0; i < nx; i++) values[j * nx + i] = this.at(xs[i], ys[j]);
        }
        if (j < ny) this.filling = requestAnimationFrame(slice);
        else this.show({ nx, ny, values });
      };
      slice();
    };
    const before = performance.now();
    fill(24, 18, Infinity);
    const once = performance.now() - before;
    if (once * 16 < 12) fill(96, 72, Infinity);
    else this.filling = requestAnimationFrame(() => fill(96, 72, 12));
  }
  show(grid) {
    this.grid = grid;
    this.map.paint(grid.nx, grid.ny, (i, j) => this.colour(grid.values[j * grid.nx + i]));
    if (this.path) this.judge();
  }
  cell(a, b) {
    const { map, grid } = this, place = (axis, v, n) => clamp(Math.floor(axis.unit(v) * n), 0, n - 1);
    return grid.values[place(map.y, b, grid.ny) * grid.nx + place(map.x, a, grid.nx)];
  }
  colour(value) {
    if (this.spec.categories) return CATEGORIES[value] ?? NOWHERE;
    return Number.isFinite(value) ? [...viridis(this.spec.scale.reverse ? 1 - this.scale.unit(value) : this.scale.unit(value)), 255] : NOWHERE;
  }
  drawLegend() {
    const { spec } = this, { scale, categories } = spec;
    if (categories) {
      const box = (i) => element("span", { class: "lo-swatch", style: `background:rgba(${(CATEGORIES[i] ?? NOWHERE).slice(0, 3)})` });
      this.map.root.append(element("div", { class: "lo-scale" }, ...categories.map((name, i) => element("span", { class: "lo-outside" }, box(i), name))));
    } else this.map.root.append(colourBar(scale.label, this.scale, (v) => this.colour(v), spec.outside));
  }
  measure(label) { return label === "share" ? this.share() : this.here; }
  /** Share of the map that arrived (that has a finite value), or that ends in the first category. */
  share() {
    const good = this.spec.categories ? (v) => v === 0 : Number.isFinite;
    return this.grid.values.filter(good).length / this.grid.values.length;
  }
  draw() {
    const { spec, plane, pathPanel: panel } = this;
    if (!panel) return;
    if (this.stale || this.drawn !== this.key) {
      this.drawn = this.key;
      if (plane) plane.surface((x, y) => this.objective.value([x, y]), spec.descent.minimum);
    }
    const at = ([a, b]) => `M${panel.x.at(a)} ${panel.y.at(b)}m-5 0h10m-5 -5v10`;
    panel.node("minimisers", "path", { d: spec.descent.minimisers.map(at).join(""), class: this.onStarts ? "lo-trace" : "lo-cross" });
  }
  drawMoment() {
    const { path, pathPanel: panel, player, run } = this, points = panel.until(path.theta, player.moment);
    panel.line("path", points, run.style, this.onStarts ? { class: "lo-trace" } : {});
    if (this.onStarts) panel.node("now", "path", { d: player.ended ? "" : `M${panel.x.at(points.at(-1)[0])} ${panel.y.at(points.at(-1)[1])}${MARKERS.circle(4)}`, class: "lo-trace" });
    else panel.marks("marks", points, run.style);
  }
  report() {
    const { spec, here } = this, { x, y, categories, scale } = spec, values = this.values;
    const what = categories ? categories[here] ?? "–" : Number.isFinite(here) ? `${scale.label} ${format(here)}` : spec.outside || "no value";
    const share = spec.said ? ` ${spec.said}: ${Math.round(100 * this.share())} % of the map.` : "";
    this.text.textContent = `${this.run ? `${this.run.label}, at` : "At"} ${x.label} ${format(values[x.name])}, ${y.label} ${format(values[y.name])}: ${what}.${share}`;
    return this.text.textContent;
  }
}
const CATEGORIES = [[0, 114, 178, 255], [230, 159, 0, 255], [0, 158, 115, 255], [204, 121, 167, 255], [86, 180, 233, 255], [213, 94, 0, 255]];

/** The eigenvalues of a 2 × 2 matrix in the complex plane, beside the length of its powers times a vector. */
class EigenvalueView extends View {
  build() {
    const { spec } = this, r = spec.reach;
    this.matrix = quantityOf(spec.matrix);
    this.plane = new Panel(this, { alt: spec.alt, x: new Axis(-r, r), y: new Axis(-r, r), xLabel: "real part", yLabel: "imaginary part", square: true });
    this.growth = new Panel(this, {
      alt: `Length of the vector after t steps. ${spec.alt}`, x: new Axis(0, spec.steps), y: new Axis(...spec.bounds, true), xLabel: "t", yLabel: spec.label,
    });
    this.growth.root.style.flexGrow = 1.3;
    this.entry("norms", spec.label, 1);
    this.entry("slope", "ρᵗ: the slope is log ρ", 0);
    this.text = element("output", { class: "lo-readout" });
    this.legend.append(this.text);
    this.player = new Player(this, { last: () => spec.steps, draw: () => this.drawMoment(), name: "t" });
  }
  begin() { this.moved = this.spec.controls[0].name; }
  compute() {
    const { spec } = this, matrix = this.matrix(this);
    this.values_ = eigenvalues(matrix);
    this.radius = spectralRadius(matrix);
    this.norms = norms(matrix, spec.vector, spec.steps);
    // Where the eigenvalues go when the slider that moved last runs through its range.
    const { name, low, high, log } = spec.controls.find((c) => c.name === this.moved), axis = new Axis(low, high, log);
    const moved = (u) => ({ values: { ...this.values, [name]: axis.value(u) } });
    this.travel = linspace(0, 1, 241).flatMap((u) => eigenvalues(this.matrix(moved(u))));
  }
  measure(label) { return label === "spectral radius" ? this.radius : this.norms.at(-1); }
  draw() {
    const { plane, growth, spec } = this, circle = linspace(0, 2 * Math.PI, 181).map((a) => [Math.cos(a), Math.sin(a)]);
    plane.line("circle", circle, 0, { class: "lo-circle", "stroke-dasharray": "" });
    plane.line("real", [[-spec.reach, 0], [spec.reach, 0]], 0, { class: "lo-bound", "stroke-dasharray": "" });
    plane.line("imaginary", [[0, -spec.reach], [0, spec.reach]], 0, { class: "lo-bound", "stroke-dasharray": "" });
    const dot = ([re, im], r) => `M${plane.x.at(re).toFixed(1)} ${plane.y.at(im).toFixed(1)}${MARKERS.circle(r)}`;
    plane.node("travel", "path", { d: this.travel.map((v) => dot(v, 1.1)).join(""), class: "lo-travel" });
    plane.node("rho", "path", { d: `M${plane.x.at(0)} ${plane.y.at(0)}${MARKERS.circle(plane.x.at(this.radius) - plane.x.at(0))}`, class: "lo-line lo-c0", "stroke-dasharray": STYLES[0].dash });
    plane.node("values", "path", { d: this.values_.map((v) => dot(v, 5.5)).join(""), class: "lo-mark lo-c1" });
    const points = this.norms.map((v, t) => [t, v]), visibility = (key) => ({ visibility: this.hidden.has(key) ? "hidden" : "visible" });
    const scale = Math.hypot(...spec.vector);
    growth.line("slope", points.map(([t]) => [t, scale * this.radius ** t]), 0, visibility("slope"));
    growth.line("ghost", points, 1, { class: "lo-ghost lo-c1", ...visibility("norms") });
  }
  /** The length up to t, and the powers λᵗ of the eigenvalues on their spirals. */
  drawMoment() {
    const { plane, growth, player, norms } = this, { moment, ended } = player, visible = !this.hidden.has("norms");
    growth.svg.classList.toggle("lo-ended", ended);
    const points = growth.until(norms.map((v, t) => [t, v]), moment);
    growth.line("norms", points, 1, { visibility: visible ? "visible" : "hidden" });
    growth.marks("marks", points, 1, { gap: 9, radius: 1.8, visible });
    const powers = (pair) => linspace(0, Math.floor(moment), Math.floor(moment) + 1).map((t) => powerOf(pair, t));
    this.values_.forEach((pair, i) => {
      const spiral = ended ? [] : plane.until([...powers(pair), powerOf(pair, Math.floor(moment) + 1)], moment);
      plane.line(`powers${i}`, spiral, 2, {});
      plane.marks(`dots${i}`, spiral, 2, {});
    });
  }
  report() {
    const complex = ([re, im]) => format(re) + (im ? ` ${im < 0 ? "−" : "+"} ${format(Math.abs(im))}i` : "");
    const pair = this.values_.map(complex).join(" and "), t = Math.floor(this.player.moment);
    this.text.textContent = `Eigenvalues ${pair}; spectral radius ρ = ${format(this.radius)}; log ρ = ${format(Math.log(this.radius))}; length after ${t} steps ${format(this.norms[t])}.`;
    return this.text.textContent;
  }
}

/** The power (re + im i)ᵗ. */
function powerOf([re, im], t) {
  const size = Math.hypot(re, im) ** t, angle = Math.atan2(im, re) * t;
  return [size * Math.cos(angle), size * Math.sin(angle)];
}

/** The loss along −g with its Taylor parabola, beside a bar |1 − ελᵢ| for each eigen-direction; all precomputed. */
class StepView extends View {
  build() {
    const { spec } = this, [{ choices: rates }, points] = spec.controls, most = Math.max(...spec.promises.map((p) => p.curvatures.length));
    this.rates = rates;
    this.panel = new Panel(this, {
      alt: spec.alt, x: new Axis(rates[0], rates.at(-1), spec.log), y: new Axis(0, 1), xLabel: spec.controls[0].label, yLabel: spec.valueLabel, ratio: 0.62, left: 62, bottom: 53,
    });
    this.bars = new Panel(this, {
      alt: `A bar for each eigen-direction of the Hessian. ${spec.alt}`, x: new Slots(0, most), y: new Axis(0, 2.5),
      xLabel: "curvature λᵢ; below it the share of gᵀg", yLabel: "|1 − ελᵢ|", ratio: 0.62, bottom: 53,
    });
    const set = (i) => this.set.epsilon(rates[clamp(i, 0, rates.length - 1)]);
    this.panel.handle({
      name: "Step length", horizontal: true,
      get: () => [this.rate, clamp(this.level(this.actual), this.panel.y.low, this.panel.y.high)],
      set: ([x]) => set(nearest(rates, x, spec.log)),
      step: (a, b, dx, dy) => [rates[clamp(this.position.epsilon + dx + dy, 0, rates.length - 1)]],
    });
    this.numbers = { actual: this.entry("actual", "the loss along −g", 1), predicted: this.entry("predicted", "the parabola f − εgᵀg + ½ε²gᵀHg", 0) };
    this.text = element("output", { class: "lo-readout" });
    this.legend.append(this.text, element("span", { class: "lo-numbers" }, "Bars: what the step makes of the gradient’s part along each eigenvector, as far as the parabola is right. Above 1 it grows; hollow: it changes its sign."));
    this.point = points ? (i) => `At ${points.label} ${points.choices[i]}: ` : () => "";
  }
  predict(rate) { return -rate * this.here.gg + 0.5 * rate * rate * this.here.gHg; }
  level(change) { return this.here.value + (change ?? 0); }
  compute() {
    const { spec, rates } = this, place = this.position.point ?? 0;
    if (this.place !== place) { this.place = place; this.stale = true; }
    this.here = spec.promises[place];
    this.rate = this.values.epsilon;
    this.actual = this.here.changes[this.position.epsilon];
    this.predicted = this.predict(this.rate);
    this.factors = this.here.curvatures.map((c) => 1 - this.rate * c);
  }
  measure(label) {
    const { actual, predicted } = this, falls = actual !== null && actual < 0;
    return {
      "actual change": actual ?? NaN, "predicted change": predicted, "broken promise": predicted < 0 ? actual ?? NaN : NaN,
      "false alarm": predicted > 0 ? actual ?? NaN : NaN, "hidden growth": falls ? Math.max(...this.factors.map(Math.abs)) : NaN,
    }[label];
  }
  draw() {
    const { panel, bars, here, rates, factors } = this, shown = (key) => ({ visibility: this.hidden.has(key) ? "hidden" : "visible" });
    if (this.stale) {
      const [low, high] = span(here.changes.filter((v) => v !== null), rates.map((r) => this.predict(r)));
      Object.assign(panel.y, { low: this.level(low), high: this.level(high) });
      panel.drawAxes();
      bars.x.labels = here.curvatures.map((c, i) => [format(c, 2), percent(here.shares[i])]);
      bars.drawAxes();
      panel.line("before", [[rates[0], here.value], [rates.at(-1), here.value]], "before", { class: "lo-bound" });
      bars.line("one", [[0, 1], [bars.x.high, 1]], "one", { class: "lo-bound" });
    }
    const fine = (panel.x.log ? logspace : linspace)(rates[0], rates.at(-1), 241);
    panel.line("actual", here.changes.map((v, i) => [rates[i], v === null ? null : this.level(v)]), 1, shown("actual"));
    panel.line("predicted", fine.map((r) => [r, this.level(this.predict(r))]), 0, shown("predicted"));
    const at = panel.x.at(this.rate);
    panel.node("rate", "path", { d: `M${at} ${panel.y.from}V${panel.y.to}`, class: "lo-rule" });
    panel.marks("promised", [[this.rate, this.level(this.predicted)]], 0, { visible: !this.hidden.has("predicted") });
    const width = (bars.x.at(1) - bars.x.at(0)) * 0.6;
    for (let i = 0; i < bars.x.high; i++) {
      const there = i < factors.length, factor = factors[i] ?? 0, x = bars.x.at(i + 0.5), top = bars.y.at(Math.min(Math.abs(factor), bars.y.high));
      bars.node(`bar${i}`, "path", {
        d: there ? `M${x - width / 2} ${bars.y.from}V${top}h${width}V${bars.y.from}z` : "", class: `lo-line lo-c2 lo-part${factor < 0 ? "" : " lo-kept"}`,
      });
      bars.node(`factor${i}`, "text", { x, y: Math.max(top - 5, bars.y.to + 13), "text-anchor": "middle", class: "lo-label lo-factor" }).textContent = there ? format(Math.abs(factor), 2) : "";
    }
  }
  report() {
    const { here, rate, actual, predicted, numbers } = this, critical = here.gHg > 0 ? `critical rate ${format((2 * here.gg) / here.gHg)}` : "no critical rate";
    numbers.actual.textContent = `actual change ${actual === null ? "not finite" : format(actual)}`;
    numbers.predicted.textContent = `predicted change ${format(predicted)}; ${critical}`;
    this.text.textContent = `gᵀg ${format(here.gg)}, gᵀHg / gᵀg ${format(here.gHg / here.gg)}.`;
    const parts = here.curvatures.map((c, i) => `${format(c, 2)}: ${format(Math.abs(this.factors[i]), 2)}`).join("; ");
    return `${this.point(this.place)}ε ${format(rate)}, ${numbers.actual.textContent}, ${numbers.predicted.textContent}. ${this.text.textContent} Factor by curvature: ${parts}.`;
  }
}
/** The axis of the bars: one place each, with the texts of `labels` under it. */
class Slots extends Axis {
  labels = [];
  ticks() { return this.labels.map((label, i) => [i + 0.5, ...label]); }
}
const percent = (share) => (share > 0 && share < 0.005 ? "<1 %" : `${Math.round(100 * share)} %`);
/** Place of the rate nearest to x. */
const nearest = (rates, x, log) => rates.map((r) => Math.abs(log ? Math.log(r / x) : r - x)).reduce((best, d, i, all) => (d < all[best] ? i : best), 0);
/** The range of changes to show: all of the dip, and of what rises above it as much as lets it be seen. */
function span(changes, predicted) {
  const low = Math.min(0, ...changes), most = Math.max(0, ...changes), high = low < 0 ? Math.min(most, -2 * low) : most;
  const room = 0.6 * (high - low || 1), bottom = Math.max(Math.min(low, ...predicted), low - room), top = Math.min(Math.max(high, ...predicted), high + room);
  return [bottom - 0.1 * room, top + 0.1 * room];
}

const KINDS = { path: PathView, curve: CurveView, map: MapView, eigenvalue: EigenvalueView, step: StepView, directions: DirectionsView, schedule: ScheduleView,
  scheduled: ScheduledRunsView, minibatch: MinibatchView };

// ---------------------------------------------------------------- host

const dark = `--lo-ink:#e8e8e8;--lo-soft:#a9b0b8;--lo-rule:#5a6068;--lo-card:#1c2127;--lo-accent:#74bdf0;--lo-ask:#ff9f68;--lo-done:#2fc79b;${DARK.map((c, i) => `--lo-c${i}:${c}`).join(";")}`;
const CSS = `
.lo{--lo-ink:#1f2328;--lo-soft:#59636e;--lo-rule:#c4cad1;--lo-card:#fff;--lo-accent:#005a8f;--lo-ask:#b3440c;--lo-done:#006b4c;${LIGHT.map((c, i) => `--lo-c${i}:${c}`).join(";")};
 color:var(--lo-ink);background:var(--lo-card);border:1px solid var(--lo-rule);border-radius:8px;padding:14px 16px;margin:.5rem 0;font-size:14px;line-height:1.4;max-width:1100px;box-sizing:border-box}
html[data-theme=dark] .lo,body[data-jp-theme-light=false] .lo{${dark}}
@media (prefers-color-scheme:dark){html:not([data-theme=light]) body:not([data-jp-theme-light=true]) .lo{${dark}}}
.lo *{box-sizing:border-box}
.lo-title{display:flex;align-items:center;justify-content:space-between;gap:12px;font-weight:600;font-size:15px;margin-bottom:6px}
.lo-panels{display:flex;flex-wrap:wrap;gap:12px}
.lo-panel{flex:1 1 270px;min-width:0}
.lo-box{position:relative}
.lo-cells{image-rendering:pixelated}
.lo-box canvas{position:absolute;display:block}
html[data-theme=dark] .lo-tint,body[data-jp-theme-light=false] .lo-tint{filter:brightness(1.7)}
.lo-box svg{position:relative;display:block;width:100%;overflow:hidden;background:none}
.lo-active{cursor:crosshair}
.lo svg text{font-size:11.5px;fill:var(--lo-soft);font-family:inherit}
.lo svg text.lo-label{fill:var(--lo-ink);font-size:12.5px}
.lo-axes path,.lo-axes line{stroke:var(--lo-rule);fill:none;shape-rendering:crispEdges}
.lo-line{fill:none;stroke-width:2;stroke-linejoin:round}
.lo-mark{stroke:var(--lo-card);stroke-width:.7}
.lo-contour{fill:none;stroke:var(--lo-soft);stroke-width:.6;opacity:.55}
.lo-curve{fill:none;stroke:var(--lo-soft);stroke-width:2}
.lo-zone{fill:var(--lo-soft);opacity:.22}
.lo-cross{stroke:var(--lo-ink);stroke-width:1.6}
.lo-edge{stroke:var(--lo-ink);stroke-width:2.6;fill:none}
.lo-bound{stroke:var(--lo-soft);stroke-width:1;stroke-dasharray:1 3;fill:none}
${LIGHT.map((_, i) => `.lo-line.lo-c${i}{stroke:var(--lo-c${i})}.lo-mark.lo-c${i}{fill:var(--lo-c${i})}:is(.lo-ghost,.lo-arrow,.lo-over).lo-c${i}{stroke:var(--lo-c${i})}`).join("")}
.lo-handle{position:absolute;left:-14px;top:-14px;width:28px;height:28px;border-radius:50%;cursor:grab;touch-action:none}
.lo-handle::after{content:"";position:absolute;inset:6px;border-radius:50%;border:2.5px solid var(--lo-ink);box-shadow:0 0 0 1px var(--lo-card),inset 0 0 0 1px var(--lo-card)}
.lo-knots .lo-handle::after{inset:8px;background:var(--lo-card);border-color:var(--lo-c1)}
.lo-over{fill:none;stroke-width:1.3}
.lo-ghost{fill:none;stroke-width:1.5;opacity:.3}
.lo-ended .lo-ghost{display:none}
.lo-arrow{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round}
.lo-arrow.lo-all{stroke:var(--lo-ink);stroke-dasharray:3 3.5}
.lo-arrow.lo-own{stroke:var(--lo-c1)}
.lo-arrow.lo-carry{stroke-dasharray:3 3.5}
.lo-player{display:flex;flex-wrap:wrap;align-items:center;gap:4px 6px;margin:6px 0}
.lo-player button{justify-content:center;min-width:32px;color:var(--lo-ink)}
.lo-player button path{fill:currentColor;stroke:currentColor;stroke-width:1.4;stroke-linejoin:round}
.lo-player label{margin:0 0 0 6px}
.lo-player input{flex:1 1 56px;min-width:56px;height:26px;margin:0;accent-color:var(--lo-accent)}
.lo-player output{font-weight:600;font-variant-numeric:tabular-nums;min-width:4.6em;text-align:right}
.lo-key{display:flex;flex-wrap:wrap;gap:2px 16px;flex-basis:100%;color:var(--lo-soft);font-size:13px}
.lo-key span{display:inline-flex;align-items:center;gap:6px}
.lo-choices{display:flex;flex-wrap:wrap;gap:4px 10px;flex-basis:100%}
.lo-readouts{display:flex;flex-wrap:wrap;gap:2px 24px;margin:2px 0 4px}
.lo-handle:focus-visible{outline:3px solid var(--lo-accent);outline-offset:-2px}
.lo-legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:8px 0 4px}
.lo-entry{display:flex;align-items:center;flex-wrap:wrap;gap:2px 8px;min-width:0}
.lo-toggle,.lo-button{display:inline-flex;align-items:center;gap:6px;min-height:28px;padding:2px 8px;border:1px solid var(--lo-rule);border-radius:6px;background:none;color:inherit;font:inherit;cursor:pointer}
.lo-button{font-weight:400;font-size:13px}
.lo-toggle:hover,.lo-button:hover{border-color:var(--lo-accent)}
.lo-toggle:focus-visible,.lo-button:focus-visible,.lo input:focus-visible{outline:3px solid var(--lo-accent);outline-offset:1px}
.lo-pick[aria-pressed=true]{background:var(--lo-accent);color:var(--lo-card);border-color:var(--lo-accent)}
.lo-toggle[aria-pressed=false]:not(.lo-pick){opacity:.55;text-decoration:line-through}
.lo-numbers{color:var(--lo-soft);font-variant-numeric:tabular-nums}
.lo-controls{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(240px,100%),1fr));gap:4px 24px;margin-top:6px}
.lo-control{display:grid;grid-template-columns:1fr auto;align-items:baseline}
.lo-control output{font-weight:600;font-variant-numeric:tabular-nums}
.lo-control label{margin:0}
.lo-control input{grid-column:1/-1;width:100%;height:26px;margin:0;accent-color:var(--lo-accent)}
.lo-task{margin:10px 0 0;padding:8px 12px;border-left:3px solid var(--lo-ask);border-radius:0 4px 4px 0;background:color-mix(in srgb,var(--lo-ask) 7%,transparent)}
.lo-goal{white-space:nowrap;color:var(--lo-soft);font-weight:600}
.lo-goal.lo-reached{color:var(--lo-done)}
.lo-status{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.lo-scale{display:flex;align-items:flex-start;flex-wrap:wrap;gap:2px 10px;font-size:12px;color:var(--lo-soft);padding:2px 16px 0 54px;line-height:14px}
.lo-scale-bar{flex:1 1 130px}
.lo-bar{height:12px;border-radius:2px}
.lo-ticks{position:relative;height:15px;font-size:11px}
.lo-ticks span{position:absolute;transform:translateX(-50%)}
.lo-outside{display:inline-flex;gap:5px}
.lo-swatch{width:16px;height:12px;border-radius:2px;border:1px solid var(--lo-rule)}
.lo-readout{font-variant-numeric:tabular-nums}
.lo-part{stroke-width:1.6}
.lo-kept{fill:var(--lo-c2);fill-opacity:.45}
.lo svg text.lo-factor{font-size:11.5px;paint-order:stroke;stroke:var(--lo-card);stroke-width:3px}
.lo-rule{stroke:var(--lo-ink);stroke-width:1.3;stroke-dasharray:4 3;fill:none}
.lo-trace{stroke:#fff;stroke-width:2;fill:none;paint-order:stroke;filter:drop-shadow(0 0 1px #000)}
.lo-circle{stroke:var(--lo-ink);stroke-width:1.4;fill:none}
.lo-travel{fill:var(--lo-soft);opacity:.6}
.explorer{position:relative}
.explorer-static{max-width:100%;height:auto}
.explorer .lo~.explorer-static,.explorer.lo-live>.explorer-static{display:none}
div.cell_output .text_html:has(.explorer){background:none!important;color:inherit!important;padding:0!important;border:0!important}
@media print{.lo-controls,.lo-button,.lo-player{display:none}.lo,.explorer{break-inside:avoid}.explorer.lo-live>.explorer-static{display:block}
.explorer.lo-live>.lo{border:0;padding:0;background:none}.explorer.lo-live>.lo> :not(.lo-title){display:none}}
`;

function mount(root, spec) {
  if (!document.getElementById("lo-css")) document.head.append(Object.assign(element("style", { id: "lo-css" }), { textContent: CSS }));
  const view = new KINDS[spec.kind](root, spec);
  root.view = view;
  return () => view.observer.disconnect();
}
function mountAll() {
  for (const root of document.querySelectorAll("div.explorer:not(.lo-live)")) {
    const json = root.querySelector('script[type="application/json"]');
    if (!json) continue;
    root.classList.add("lo-live");
    mount(root, JSON.parse(json.textContent));
  }
}

// Another page may have forgotten, or taken in, what was reached.
document.addEventListener("course-change", ({ detail }) => {
  if ((detail?.kind ?? "task") === "task") for (const root of document.querySelectorAll("div.explorer.lo-live")) if (root.view?.spec.task) root.view.request();
});

globalThis.LectureOptim = { compile, objectiveOf, runOf, descend, anatomy, eigenvalues, spectralRadius, companion, rate, stepsPerDigit, quantityOf, staysFrom, outcome, norms, normal, gridOf, contour, format, mount, mountAll };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mountAll);
else mountAll();
})();
