// A curve that the reader sketches on axes: one height for each measured place, drawn by pointer or set by arrow keys.
// Afterwards the measured curve is laid over it. Used by predict.js.
//
//   const sketch = makeSketch(spec, width);  spec: {points: [[x, y], …], x: {label, log}, y: {label, low, high, log}}
//   sketch.element, sketch.heights() (null until one was moved), sketch.set(heights), sketch.close(closed, guessed),
//   sketch.far(), sketch.told()
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (name, attributes = {}, text = "") => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const short = (value) => String(Number(value.toPrecision(2)));

  /** A scale from values to the unit interval, and back. */
  function scale({ low, high, log }) {
    const [to, from] = log ? [Math.log10, (t) => 10 ** t] : [(t) => t, (t) => t];
    const [a, b] = [to(low), to(high)];
    return { part: (value) => (to(value) - a) / (b - a), value: (part) => from(a + part * (b - a)) };
  }
  function ticks({ low, high, log }) {
    if (!log) return [0, 0.25, 0.5, 0.75, 1].map((part) => low + part * (high - low));
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  }

  window.makeSketch = (spec, width) => {
    const places = spec.points.map(([x]) => x), measured = spec.points.map(([, y]) => y);
    const W = Math.max(280, Math.min(560, width)), H = 276, left = 58, right = 18, top = 30, bottom = 46;
    const across = scale({ low: Math.min(...places), high: Math.max(...places), log: spec.x.log });
    const up = scale(spec.y);
    const atX = (x) => left + across.part(x) * (W - left - right);
    const atY = (y) => H - bottom - up.part(y) * (H - top - bottom);
    const heights = places.map(() => up.value(0.5));
    let moved = false, closed = false;

    const element = draw("svg", { viewBox: `0 0 ${W} ${H}`, width: W, class: "sketch", role: "group" });
    const ends = ({ label, low, high }) => `${label}, from ${low} to ${high}`;
    const x = { label: spec.x.label, low: Math.min(...places), high: Math.max(...places) };
    element.setAttribute("aria-label", `Axes for your curve: ${ends(spec.y)}, against ${ends(x)}`);
    for (const y of ticks(spec.y)) {
      element.append(draw("line", { x1: left, x2: W - right, y1: atY(y), y2: atY(y), class: "sketch-grid" }));
      element.append(draw("text", { x: left - 8, y: atY(y) + 4, "text-anchor": "end" }, short(y)));
    }
    let last = -Infinity;
    for (const x of places) { // as many numbers as have room
      if (atX(x) - last < 34) continue;
      last = atX(x);
      element.append(draw("text", { x: last, y: H - bottom + 18, "text-anchor": "middle" }, String(x)));
    }
    element.append(draw("text", { x: (left + W - right) / 2, y: H - 8, "text-anchor": "middle" }, spec.x.label));
    const aside = { x: 0, y: 0, "text-anchor": "middle", transform: `translate(13 ${(top + H - bottom) / 2}) rotate(-90)` };
    element.append(draw("text", aside, spec.y.label));
    const truth = draw("polyline", { class: "sketch-measured", points: spec.points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(" ") });
    const squares = draw("g", { class: "sketch-measured" });
    for (const [x, y] of spec.points) squares.append(draw("rect", { x: atX(x) - 4, y: atY(y) - 4, width: 8, height: 8 }));
    const line = draw("polyline", { class: "sketch-guess" });
    const dots = places.map((x) => draw("circle", {
      cx: atX(x), r: 7, class: "sketch-guess", tabindex: 0, role: "slider", "aria-orientation": "vertical",
      "aria-label": `${spec.x.label} ${x}`, "aria-valuemin": spec.y.low, "aria-valuemax": spec.y.high,
    }));
    const legend = draw("g", { class: "sketch-legend" });
    const names = draw("text", { x: W - right, y: 14, "text-anchor": "end" });
    names.append(draw("tspan", { class: "sketch-guess" }, "● your curve"), draw("tspan", { dx: 14 }, "■ measured"));
    legend.append(names);
    element.append(line, ...dots, truth, squares, legend);

    function render() {
      line.setAttribute("points", places.map((x, i) => `${atX(x)},${atY(heights[i])}`).join(" "));
      dots.forEach((dot, i) => {
        dot.setAttribute("cy", atY(heights[i]));
        dot.setAttribute("aria-valuenow", heights[i]);
        dot.setAttribute("aria-valuetext", short(heights[i]));
        dot.setAttribute("aria-disabled", closed);
      });
    }
    function put(index, part) {
      if (closed) return;
      heights[index] = up.value(Math.min(1, Math.max(0, part)));
      moved = true;
      render();
      element.dispatchEvent(new Event("input"));
    }

    // A stroke sets every place that it passes, so none between two events is left out.
    let before = null;
    const place = (event) => {
      const box = element.getBoundingClientRect();
      return { x: ((event.clientX - box.left) / box.width) * W, y: ((event.clientY - box.top) / box.height) * H };
    };
    const part = (y) => (H - bottom - y) / (H - top - bottom);
    element.addEventListener("pointerdown", (event) => {
      if (closed) return;
      before = place(event);
      element.setPointerCapture(event.pointerId);
      const gaps = places.map((x) => Math.abs(atX(x) - before.x));
      put(gaps.indexOf(Math.min(...gaps)), part(before.y));
    });
    element.addEventListener("pointermove", (event) => {
      if (!before) return;
      const now = place(event);
      places.forEach((x, i) => {
        const share = (atX(x) - before.x) / (now.x - before.x);
        if (share >= 0 && share <= 1) put(i, part(before.y + share * (now.y - before.y)));
      });
      before = now;
    });
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, () => { before = null; });
    dots.forEach((dot, i) => dot.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 0.05, ArrowRight: 0.05, ArrowDown: -0.05, ArrowLeft: -0.05, PageUp: 0.2, PageDown: -0.2, Home: -1, End: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      put(i, up.part(heights[i]) + step);
    }));

    render();
    return {
      element,
      heights: () => (moved ? [...heights] : null),
      set(some) {
        some.forEach((height, i) => { heights[i] = height; });
        moved = true;
        render();
      },
      /** Take no more, and lay the measured curve over the guess, if there is one; or begin anew. */
      close(now, guessed = true) {
        closed = now;
        element.classList.toggle("sketch-skipped", now && !guessed);
        element.classList.toggle("sketch-closed", now);
        if (!now) {
          moved = false;
          heights.fill(up.value(0.5));
        }
        render();
      },
      /** How far apart the two curves are on average, as a share of the axis. */
      far: () => heights.reduce((sum, height, i) => sum + Math.abs(up.part(height) - up.part(measured[i])), 0) / heights.length,
      /** Both curves in words. */
      told: () => places.map((x, i) => `at ${x} you said ${short(heights[i])}, measured ${short(measured[i])}`).join("; "),
    };
  };
})();
