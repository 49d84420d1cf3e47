// The first page: the race of the eight algorithms, which landing.py has drawn, comes alive. It runs on the engine of
// the moving pictures (LectureOptim), whose rules are the course's own, translated.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("race");
  if (!root || !globalThis.LectureOptim) return;
  const { objectiveOf, runOf, descend, staysFrom } = LectureOptim;
  const spec = JSON.parse(root.querySelector("script").textContent);
  const objective = objectiveOf(spec.objective)(), runs = spec.runs.map((run) => runOf(run, spec.interim));
  const [[left, right], [low, high]] = spec.bounds, [width, height] = spec.size;
  const toPixel = ([x, y]) => [((x - left) / (right - left)) * width, ((high - y) / (high - low)) * height];
  const toPoint = (x, y) => [left + (x / width) * (right - left), high - (y / height) * (high - low)];
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
  const minus = (number) => number.toFixed(1).replace("-", "−");

  const find = (selector) => root.querySelector(selector);
  const svg = find(".race-field svg"), start = find(".race-start"), said = find(".race-said");
  const play = find(".race-play"), again = find(".race-again"), slider = find("input"), count = find("output");
  const lanes = [...root.querySelectorAll(".race-ways > g")].map((group, i) => {
    const [line, head, name] = group.children, row = root.querySelectorAll(".race-side li")[i];
    return { line, head, name, step: row.querySelector(".race-step"), bar: row.querySelector(".race-bar"), label: row.querySelector("a").textContent };
  });
  const PACE = 24; // steps a second
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = spec.start.slice(), k = spec.shown, wanted = !still.matches, playing = false, last = 0, ways = [], measured = 0;

  function compute() {
    const first = objective.value(at);
    ways = runs.map((run) => {
      const path = descend(run, objective, at, spec.steps, run.settings({}));
      const arrival = path.diverged === null ? staysFrom(path.values, (value) => value < spec.near) : Infinity;
      const far = Math.log(Math.max(first, 2 * spec.near) / spec.near);
      const share = path.values.map((value) => clamp(Math.log(Math.max(first, 2 * spec.near) / value) / far, 0, 1));
      return { ...path, arrival, share, pixels: path.theta.map(toPixel) };
    });
  }

  function draw() {
    const whole = Math.floor(k), labels = [], size = parseFloat(getComputedStyle(lanes[0].name).fontSize) || 13;
    if (size !== measured) {
      measured = size;
      for (const lane of lanes) lane.needs = lane.name.getComputedTextLength() + 16;
    }
    ways.forEach((way, i) => {
      const lane = lanes[i], end = Math.min(whole, way.pixels.length - 1), [x, y] = way.pixels[end];
      const [nextX, nextY] = way.pixels[Math.min(end + 1, way.pixels.length - 1)];
      const here = [x + (k - whole) * (nextX - x), y + (k - whole) * (nextY - y)].map((value) => clamp(value, -9999, 9999));
      lane.line.setAttribute("d", "M" + [...way.pixels.slice(0, end + 1), here].map(([a, b]) => `${clamp(a, -9999, 9999).toFixed(1)} ${clamp(b, -9999, 9999).toFixed(1)}`).join("L"));
      lane.head.setAttribute("cx", here[0]);
      lane.head.setAttribute("cy", here[1]);
      const there = k >= way.arrival, lost = way.diverged !== null && k >= way.diverged - 1;
      lane.bar.style.setProperty("--way", there ? 1 : way.share[end]);
      lane.step.textContent = there ? `step ${way.arrival}` : lost ? "diverges" : k >= spec.steps ? "not there yet" : "on its way";
      const inside = here[0] >= 0 && here[0] <= width && here[1] >= 0 && here[1] <= height;
      lane.name.style.visibility = there || !inside ? "hidden" : "visible";
      if (!there && inside) labels.push({ name: lane.name, needs: lane.needs, x: here[0], y: here[1] });
    });
    // Names stand to the right of the heads, if there is room; where they would overlap, each goes below the one above it.
    labels.sort((a, b) => a.y - b.y);
    let floor = -Infinity;
    const gap = size * 1.2, room = height - 4;
    labels.forEach((label, i) => {
      label.at = Math.min(Math.max(label.y + size / 3, floor + gap, size), room - (labels.length - 1 - i) * gap);
      floor = label.at;
      const turned = label.x + label.needs > width;
      label.name.setAttribute("text-anchor", turned ? "end" : "start");
      label.name.setAttribute("x", label.x + (turned ? -10 : 10));
      label.name.setAttribute("y", label.at);
    });
    slider.value = count.textContent = Math.round(k);
  }

  function moveStart(point) {
    at = [clamp(point[0], left, right), clamp(point[1], low, high)];
    const [x, y] = toPixel(at);
    start.setAttribute("transform", `translate(${x} ${y})`);
    start.setAttribute("aria-valuenow", at[0].toFixed(1));
    start.setAttribute("aria-valuetext", `θ₁ ${minus(at[0])}, θ₂ ${minus(at[1])}`);
    compute();
  }

  function say() {
    const order = ways.map((way, i) => ({ arrival: way.arrival, label: lanes[i].label })).sort((a, b) => a.arrival - b.arrival);
    const there = order.filter((one) => one.arrival < Infinity), rest = order.length - there.length;
    const names = there.slice(0, 3).map((one) => `${one.label} (${one.arrival})`).join(", ");
    said.textContent = (there.length ? `First to stay there: ${names}.` : "None arrives.") + (rest && there.length ? ` Not within ${spec.steps} steps: ${rest} of ${order.length}.` : "");
  }

  function frame(now) {
    if (!playing) return;
    k = clamp(k + ((now - last) / 1000) * PACE, 0, spec.steps); // the first frame may be older than the click
    last = now;
    draw();
    if (k < spec.steps && ways.some((way) => k < Math.min(way.arrival, way.diverged ?? Infinity))) requestAnimationFrame(frame);
    else stop(true);
  }
  function go() {
    if (playing) return;
    if (k >= spec.steps || ways.every((way) => k >= Math.min(way.arrival, way.diverged ?? Infinity))) k = 0;
    playing = true;
    play.textContent = "Pause";
    last = performance.now();
    requestAnimationFrame(frame);
  }
  function stop(done = false) {
    playing = false;
    play.textContent = "Play";
    if (done) { k = Math.max(k, Math.floor(k)); draw(); say(); }
  }

  /** The start has a new place: everything that follows is shown at once, and the race begins anew when it rests there. */
  let resting = 0;
  function moved(point) {
    stop();
    moveStart(point);
    k = spec.steps;
    draw();
    clearTimeout(resting);
    resting = setTimeout(() => {
      say();
      if (wanted) { k = 0; go(); }
    }, 900);
  }

  const place = (event) => {
    const box = svg.getBoundingClientRect();
    return toPoint(((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height);
  };
  const press = (event) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    start.focus({ preventScroll: true });
    moved(place(event));
    const target = event.currentTarget;
    target.onpointermove = (next) => moved(place(next));
    target.onpointerup = target.onpointercancel = () => { target.onpointermove = null; };
  };
  start.addEventListener("pointerdown", (event) => { event.stopPropagation(); press(event); });
  svg.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") press(event); }); // a finger scrolls
  start.addEventListener("keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [];
    if (dx === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the theme turns pages with these keys
    const far = event.shiftKey ? 0.02 : 0.1;
    moved([at[0] + dx * far, at[1] + dy * far]);
  });
  play.addEventListener("click", () => {
    clearTimeout(resting);
    wanted = !playing;
    if (playing) stop();
    else go();
  });
  again.addEventListener("click", () => moved(spec.start));
  slider.addEventListener("input", () => {
    clearTimeout(resting);
    stop();
    wanted = false;
    k = Number(slider.value);
    draw();
  });
  slider.addEventListener("keydown", (event) => event.stopPropagation());
  still.addEventListener("change", () => { if (still.matches) { wanted = false; stop(); } });

  for (const [name, value] of Object.entries({
    role: "slider", tabindex: 0, "aria-label": "Start of the race; the arrow keys move it", "aria-valuemin": left, "aria-valuemax": right,
  })) start.setAttribute(name, value);
  moveStart(at);
  root.classList.add("race-live");
  draw();
  // It begins when it is seen, and rests when it is not.
  new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting && wanted) { if (k === spec.shown) k = 0; go(); }
    else if (!entry.isIntersecting) stop();
  }, { threshold: 0.4 }).observe(root);
  window.addEventListener("resize", draw);
});

// The map: chapters that the reader has read carry a mark.
document.addEventListener("DOMContentLoaded", () => {
  const marked = () => {
    const read = window.course ? window.course.entries("read") : {};
    for (const chapter of document.querySelectorAll(".course-map [data-chapter]")) {
      const done = chapter.dataset.chapter in read, label = chapter.getAttribute("aria-label").replace(/ \(read\)$/, "");
      chapter.classList.toggle("map-done", done);
      chapter.setAttribute("aria-label", done ? `${label} (read)` : label);
    }
  };
  marked();
  document.addEventListener("course-change", marked);
});
