// Axes on which the reader guesses, by pointer or by keys: a curve, one height for each measured place, or a point.
// Afterwards what was measured is drawn beside it. Used by predict.js.
//
//   makeSketch(spec, width)   spec: {points: [[x, y], …], x: {label, log}, y: {label, low, high, log}}
//     element, heights() (null until one was moved), set(heights), close(closed, guessed), far(), worst(), told()
//   makePoint(spec, width)    spec: {at: [x, y], x: {label, low, high}, y: …, marks: [{label, x, y}], contours: [points]}
//     element, get() (null until it was placed), set([x, y]), close(closed, guessed), far(), told()
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const STEEP = 0.2; // of the axis, from one place to the next: a fall or a rise that a guess can miss
  const draw = (name, attributes = {}, text = "") => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const minus = (text) => String(text).replace("-", "−");
  const short = (value) => minus(Number(value.toPrecision(2)));
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  /** A scale from values to the unit interval, and back. */
  function scale({ low, high, log }) {
    const [to, from] = log ? [Math.log10, (t) => 10 ** t] : [(t) => t, (t) => t];
    const [a, b] = [to(low), to(high)];
    return { part: (value) => (to(value) - a) / (b - a), value: (part) => from(a + part * (b - a)) };
  }
  /** Some round numbers of an axis. */
  function ticks({ low, high, log }) {
    if (log) {
      const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
      return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
    }
    const least = (high - low) / 5, power = 10 ** Math.floor(Math.log10(least) + 1e-9);
    const step = power * [1, 2, 4, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9));
    const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
  }

  /** Drawn axes. `tall`: the height of the drawn part as a share of its width, or nothing for the usual height. */
  function makeAxes({ x, y }, width, what, tall) {
    const W = clamp(width, 280, 560), left = 58, right = 18, top = 30, bottom = 46;
    const H = tall ? top + bottom + tall * (W - left - right) : 276;
    const across = scale(x), up = scale(y);
    const atX = (value) => left + across.part(value) * (W - left - right);
    const atY = (value) => H - bottom - up.part(value) * (H - top - bottom);
    const ends = ({ label, low, high }) => `${label}, from ${minus(low)} to ${minus(high)}`;
    const svg = draw("svg", { viewBox: `0 0 ${W} ${H}`, width: W, class: "sketch", role: "group" });
    svg.setAttribute("aria-label", `Axes for ${what}: ${ends(y)}, against ${ends(x)}`);
    for (const value of ticks(y)) {
      svg.append(draw("line", { x1: left, x2: W - right, y1: atY(value), y2: atY(value), class: "sketch-grid" }));
      svg.append(draw("text", { x: left - 8, y: atY(value) + 4, "text-anchor": "end" }, minus(value)));
    }
    let last = -Infinity;
    for (const value of x.places ?? ticks(x)) { // as many numbers as have room
      if (atX(value) - last < 34) continue;
      last = atX(value);
      if (tall) svg.append(draw("line", { x1: last, x2: last, y1: top, y2: H - bottom, class: "sketch-grid" }));
      svg.append(draw("text", { x: last, y: H - bottom + 18, "text-anchor": "middle" }, minus(value)));
    }
    svg.append(draw("text", { x: (left + W - right) / 2, y: H - 8, "text-anchor": "middle" }, x.label));
    const aside = { x: 0, y: 0, "text-anchor": "middle", transform: `translate(13 ${(top + H - bottom) / 2}) rotate(-90)` };
    svg.append(draw("text", aside, y.label));

    const legend = draw("text", { x: W - right, y: 14, "text-anchor": "end", class: "sketch-legend" });
    legend.append(draw("tspan", { class: "sketch-guess" }, `● ${what}`), draw("tspan", { dx: 14 }, "■ measured"));
    const place = (event) => {
      const box = svg.getBoundingClientRect();
      return { x: ((event.clientX - box.left) / box.width) * W, y: ((event.clientY - box.top) / box.height) * H };
    };
    const valueAt = (point) => [
      across.value(clamp((point.x - left) / (W - left - right), 0, 1)),
      up.value(clamp((H - bottom - point.y) / (H - top - bottom), 0, 1)),
    ];
    return { svg, atX, atY, up, place, valueAt, legend, frame: { left, top, width: W - left - right, height: H - top - bottom } };
  }
  /** Take no more, and show what was measured beside the guess, if there is one; or begin anew. */
  function mark(svg, closed, guessed) {
    svg.classList.toggle("sketch-skipped", closed && !guessed);
    svg.classList.toggle("sketch-closed", closed);
  }

  window.makeSketch = (spec, width) => {
    const places = spec.points.map(([x]) => x), measured = spec.points.map(([, y]) => y);
    const x = { ...spec.x, low: Math.min(...places), high: Math.max(...places), places };
    const { svg, atX, atY, up, place, valueAt, legend } = makeAxes({ x, y: spec.y }, width, "your curve");
    const heights = places.map(() => up.value(0.5));
    let moved = false, closed = false;

    const truth = draw("polyline", { class: "sketch-measured", points: spec.points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(" ") });
    const squares = draw("g", { class: "sketch-measured" });
    for (const [x, y] of spec.points) squares.append(draw("rect", { x: atX(x) - 4, y: atY(y) - 4, width: 8, height: 8 }));
    const line = draw("polyline", { class: "sketch-guess" });
    const dots = places.map((x) => draw("circle", {
      cx: atX(x), r: 7, class: "sketch-guess", tabindex: 0, role: "slider", "aria-orientation": "vertical",
      "aria-label": `${spec.x.label} ${x}`, "aria-valuemin": spec.y.low, "aria-valuemax": spec.y.high,
    }));
    svg.append(line, ...dots, truth, squares, legend);

    function render() {
      line.setAttribute("points", places.map((x, i) => `${atX(x)},${atY(heights[i])}`).join(" "));
      dots.forEach((dot, i) => {
        dot.setAttribute("cy", atY(heights[i]));
        dot.setAttribute("aria-valuenow", heights[i]);
        dot.setAttribute("aria-valuetext", short(heights[i]));
        dot.setAttribute("aria-disabled", closed);
      });
    }
    function put(index, height) {
      if (closed) return;
      heights[index] = height;
      moved = true;
      render();
      svg.dispatchEvent(new Event("input"));
    }

    // A stroke sets every place that it passes, so none between two events is left out.
    let before = null;
    svg.addEventListener("pointerdown", (event) => {
      if (closed) return;
      before = place(event);
      svg.setPointerCapture(event.pointerId);
      const gaps = places.map((x) => Math.abs(atX(x) - before.x));
      put(gaps.indexOf(Math.min(...gaps)), valueAt(before)[1]);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!before) return;
      const now = place(event);
      places.forEach((x, i) => {
        const share = (atX(x) - before.x) / (now.x - before.x);
        if (share >= 0 && share <= 1) put(i, valueAt({ x: now.x, y: before.y + share * (now.y - before.y) })[1]);
      });
      before = now;
    });
    for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => { before = null; });
    dots.forEach((dot, i) => dot.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 0.05, ArrowRight: 0.05, ArrowDown: -0.05, ArrowLeft: -0.05, PageUp: 0.2, PageDown: -0.2, Home: -1, End: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      put(i, up.value(clamp(up.part(heights[i]) + step, 0, 1)));
    }));

    render();
    const gaps = () => heights.map((height, i) => up.part(height) - up.part(measured[i]));
    return {
      element: svg,
      heights: () => (moved ? [...heights] : null),
      set(some) {
        some.forEach((height, i) => { heights[i] = height; });
        moved = true;
        render();
      },
      close(now, guessed = true) {
        closed = now;
        mark(svg, now, guessed);
        if (!now) {
          moved = false;
          heights.fill(up.value(0.5));
        }
        render();
      },
      /** How far apart the two curves are on average, as a share of the axis. */
      far: () => gaps().reduce((sum, gap) => sum + Math.abs(gap), 0) / heights.length,
      /** Where they are farthest apart: how far, and in words what the guess misses there. */
      worst() {
        const all = gaps(), far = Math.max(...all.map(Math.abs)), i = all.findIndex((gap) => Math.abs(gap) === far);
        const step = i ? up.part(measured[i]) - up.part(measured[i - 1]) : 0;
        const missed = Math.abs(step) >= STEEP && step * all[i] < 0; // the guess stays above the fall, below the rise
        const what = missed ? `misses the ${step < 0 ? "fall" : "rise"}` : `is far too ${all[i] < 0 ? "low" : "high"}`;
        return { far, what: `${what} at ${spec.x.label} ${minus(places[i])}`, said: short(heights[i]), measured: short(measured[i]) };
      },
      /** Both curves in words. */
      told: () => places.map((x, i) => `at ${x} you said ${short(heights[i])}, measured ${short(measured[i])}`).join("; "),
    };
  };

  // A point lies in a plane of parameters. So both axes have one scale, and a distance is what the eye sees.
  window.makePoint = (spec, width) => {
    const { x, y } = spec, axes = [x, y];
    const { svg, atX, atY, place, valueAt, legend, frame } = makeAxes(spec, width, "your point", (y.high - y.low) / (x.high - x.low));
    const unit = 10 ** Math.floor(Math.log10((x.high - x.low) / 100)), digits = Math.max(0, -Math.round(Math.log10(unit)));
    const middle = () => axes.map(({ low, high }) => (low + high) / 2);
    let at = middle(), placed = false, closed = false;

    const lines = draw("g", { class: "sketch-contours", transform: `translate(${frame.left} ${frame.top}) scale(${frame.width / 1000})` });
    lines.append(...spec.contours.map((points) => draw("polyline", { points })));
    const marks = draw("g", { class: "sketch-marks" });
    for (const one of spec.marks) {
      const far = atX(one.x) + 7 * (one.label.length + 1) > frame.left + frame.width, low = atY(one.y) > frame.top + 22;
      marks.append(draw("path", { d: `M${atX(one.x) - 6} ${atY(one.y)}h12m-6 -6v12` }));
      marks.append(draw("text", { x: atX(one.x) + (far ? -7 : 7), y: atY(one.y) + (low ? -7 : 17), "text-anchor": far ? "end" : "start" }, one.label));
    }
    const way = draw("line", { class: "sketch-measured", x2: atX(spec.at[0]), y2: atY(spec.at[1]) });
    const truth = draw("rect", { class: "sketch-measured", x: atX(spec.at[0]) - 5, y: atY(spec.at[1]) - 5, width: 10, height: 10 });
    const handle = draw("circle", {
      r: 7, class: "sketch-guess sketch-handle", tabindex: 0, role: "slider", "aria-label": "Your point; the arrow keys move it",
      "aria-valuemin": x.low, "aria-valuemax": x.high,
    });
    svg.append(lines, marks, way, handle, truth, legend);

    const fields = axes.map(({ label, low, high }) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "number", step: "any", min: low, max: high, required: true, autocomplete: "off" });
      const shown = document.createElement("label");
      shown.append(`${label} `, input);
      return { input, shown };
    });
    const both = document.createElement("p"), element = document.createElement("div");
    both.className = "sketch-fields";
    both.append(...fields.map(({ shown }) => shown));
    element.append(svg, both);

    function render() {
      const [cx, cy] = [atX(at[0]), atY(at[1])];
      for (const [key, value] of Object.entries({ cx, cy, "aria-valuenow": at[0], "aria-disabled": closed })) handle.setAttribute(key, value);
      handle.setAttribute("aria-valuetext", placed ? `${x.label} ${minus(at[0])}, ${y.label} ${minus(at[1])}` : "not placed yet");
      way.setAttribute("x1", cx);
      way.setAttribute("y1", cy);
      svg.classList.toggle("sketch-unplaced", !placed);
    }
    function put(values) {
      at = values.map((value, i) => clamp(value, axes[i].low, axes[i].high));
      placed = true;
      render();
    }
    /** Move the point by pointer or keys: to a number with few digits, which the fields show. */
    function move(values) {
      if (closed) return;
      put(values.map((value) => Number(value.toFixed(digits))));
      fields.forEach(({ input }, i) => { input.value = at[i]; });
    }
    fields.forEach(({ input }) => input.addEventListener("input", () => {
      const values = fields.map(({ input }) => input.valueAsNumber);
      if (values.every(Number.isFinite)) put(values);
    }));
    // A mouse may press anywhere and drag; a finger taps, so that it can scroll, or drags the point itself.
    svg.addEventListener("click", (event) => move(valueAt(place(event))));
    svg.addEventListener("pointerdown", (event) => {
      if (closed || (event.pointerType !== "mouse" && event.target !== handle)) return;
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      move(valueAt(place(event)));
      svg.onpointermove = (moved) => move(valueAt(place(moved)));
    });
    for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => { svg.onpointermove = null; });
    handle.addEventListener("keydown", (event) => {
      const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
      if (dx === undefined) return;
      event.preventDefault();
      const step = event.shiftKey ? unit : (x.high - x.low) / 40;
      move([at[0] + dx * step, at[1] + dy * step]);
    });

    render();
    return {
      element,
      get: () => (placed ? [...at] : null),
      set(values) {
        put(values);
        fields.forEach(({ input }, i) => { input.value = at[i]; });
      },
      close(now, guessed = true) {
        closed = now;
        mark(svg, now, guessed);
        if (!now) {
          [at, placed] = [middle(), false];
          fields.forEach(({ input }) => { input.value = ""; });
        }
        render();
      },
      far: () => Math.hypot(at[0] - spec.at[0], at[1] - spec.at[1]),
      told: () => `(${minus(at[0])}, ${minus(at[1])})`,
    };
  };
})();
