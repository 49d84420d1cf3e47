// Predictions: a box takes the reader's guess, and only then shows the output below it. Guesses are kept by store.js.
// Without this script a box is text and nothing is covered.
(() => {
  document.documentElement.classList.add("predicting"); // covers from the first paint, until `start` knows more
  const boxes = new Map(); // by the id of the element
  const seen = new Set(); // covered parts that a link or a search has opened, for this visit
  let answers = []; // what is covered: {element, ids, cover}

  const NEAR = 0.15, ANYWHERE = 1 / 3; // of the axis: so far a sketch may lie off on average, and so far anywhere

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const inline = (li) => (li.children.length === 1 && li.firstElementChild.matches("p") ? li.firstElementChild : li);
  const parsed = (text) => Number(text.trim().replace(/[,\s]/g, "").replace("−", "-") || NaN);
  const short = (value) => Number(value.toPrecision(2)).toLocaleString("en-GB", { maximumSignificantDigits: 2 });
  const finite = (values, length) => Array.isArray(values) && values.length === length && values.every(Number.isFinite);

  /** How near a sketch is: whether near enough, and what to say to it. A mean alone would pass over a missed collapse. */
  function judgeSketch(sketch) {
    const far = sketch.far(), worst = sketch.worst(), part = (share) => `${Math.round(100 * share)} % of the axis`;
    const level = far <= NEAR, right = level && worst.far <= ANYWHERE;
    const said = `you said ${worst.said}, measured ${worst.measured}`;
    if (right) return { right, brief: `${part(far)} away on average`, long: `On average your curve lies ${part(far)} away from the measured one, and nowhere more than ${part(worst.far)}` };
    const brief = `${part(far)} away on average, and it ${worst.what}`;
    if (level) return { right, brief, long: `On average your curve is near the measured one, ${part(far)} away, but it ${worst.what}: ${said}` };
    return { right, brief, long: `On average your curve lies ${part(far)} away from the measured one, and it ${worst.what}: ${said}` };
  }

  /** How far a number is from the measured one: in words, and whether that is near enough. */
  function judge(guess, { value, within }) {
    if (within.endsWith("x")) {
      if (guess > 0 && value > 0) {
        const factor = Math.max(guess / value, value / guess);
        const far = `${short(factor)} times too ${guess < value ? "small" : "large"}`;
        return { right: factor <= parseFloat(within), how: guess === value ? "exactly" : far };
      }
      return { right: guess === value, how: guess === value ? "exactly" : "another sign, or zero" };
    }
    const far = Math.abs(guess - value);
    return { right: far <= Number(within), how: far ? `${short(far)} too ${guess < value ? "small" : "large"}` : "exactly" };
  }

  /** Take the Tab stops from formulas that are copied, or stand in a choice: MathJax gives them its menu, and with it a stop. */
  const withoutStops = (element) => element.querySelectorAll("mjx-container").forEach((formula) => formula.removeAttribute("tabindex"));

  /** Turn the text of a box into a form. */
  function build(element) {
    const data = JSON.parse(element.dataset.predict);
    const box = { id: data.id, data, element, options: [] };
    const name = element.id;
    const fields = make("fieldset", {}, make("legend", { textContent: "Your guess" }));
    const list = element.querySelector(":scope > .predict-choices");
    if (list) {
      for (const [index, li] of [...list.querySelectorAll(":scope > ul > li")].entries()) {
        const text = make("span", {}, ...inline(li).childNodes);
        const input = make("input", { type: "radio", name, value: index, required: true });
        // Not every screen reader finds a formula in a label.
        if (text.querySelector(".math")) input.setAttribute("aria-label", data.choices[index]);
        const mark = make("span", { className: "predict-mark" });
        li.replaceChildren(make("label", {}, input, make("span", {}, text, mark)));
        box.options.push({ input, text, mark, li });
      }
      fields.append(list);
      window.MathJax?.startup?.promise.then(() => withoutStops(list));
    } else if (data.point) {
      box.point = window.makePoint(data.point, element.clientWidth - 60);
      const how = "Click or tap where you expect it, move the point by the arrow keys, or type both numbers.";
      fields.append(make("p", { className: "predict-how", textContent: how }), box.point.element);
    } else if (data.sketch) {
      box.sketch = window.makeSketch(data.sketch, element.clientWidth - 60);
      box.sketch.element.addEventListener("input", () => { box.result.textContent = ""; });
      fields.append(make("p", { className: "predict-how", textContent: "Draw the curve, or move its points by the arrow keys." }), box.sketch.element);
    } else {
      box.input = make("input", { type: "text", inputMode: "decimal", required: true, autocomplete: "off", id: `${name}-guess` });
      box.input.addEventListener("input", () => box.input.setCustomValidity(
        Number.isFinite(parsed(box.input.value)) ? "" : "Please give a number, such as 30 or 0.05."));
      fields.append(make("label", { className: "predict-number" },
        make("span", { className: "predict-unseen", textContent: "A number " }), box.input, ` ${data.unit}`));
    }
    const commit = make("button", { type: "submit", textContent: "That is my guess" });
    const skip = make("button", { type: "button", className: "predict-plain", textContent: "Show me" });
    box.again = make("button", { type: "button", className: "predict-plain", textContent: "Forget my guess" });
    box.result = make("p", { className: "predict-result", tabIndex: -1 });
    box.result.setAttribute("role", "status");
    box.buttons = make("p", { className: "predict-buttons" }, commit, skip);
    box.fields = fields;
    const form = make("form", {}, fields, box.buttons, box.result, box.again);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (box.sketch && !box.sketch.heights()) box.result.textContent = "Draw a curve first.";
      else decide(box, read(box));
    });
    skip.addEventListener("click", () => decide(box, { guess: null, shown: true, measured: data.says, right: null }));
    box.again.addEventListener("click", () => {
      window.course.remove("predict", box.id);
      form.reset();
      show(box);
      (box.input ?? box.options[0]?.input ?? (box.sketch ?? box.point).element.querySelector("circle")).focus();
    });
    element.append(form);
    return box;
  }

  /** The reader's guess, as it is kept. */
  function read({ data, input, options, sketch, point }) {
    const common = { shown: false, measured: data.says };
    if (sketch) {
      const { right, brief } = judgeSketch(sketch);
      return { guess: "a curve", curve: sketch.heights(), shown: false, measured: brief, right };
    }
    if (point) return { guess: point.told(), point: point.get(), ...common, right: point.far() <= Number(data.within) };
    if (input) return { guess: input.value.trim(), ...common, right: judge(parsed(input.value), data).right };
    const choice = options.findIndex((option) => option.input.checked);
    return { guess: data.choices[choice], choice, ...common, right: choice === data.right };
  }

  function decide(box, value) {
    window.course.set("predict", box.id, value);
    show(box);
    box.result.focus({ preventScroll: true });
    box.result.scrollIntoView({ block: "nearest" });
  }

  /** The verdict: what was said, and beside it what was measured. */
  function sentence({ data, element, options, sketch, point }, value, chosen) {
    const copy = (from) => { // with its formulas
      const clone = from.cloneNode(true);
      withoutStops(clone);
      return [...clone.childNodes];
    };
    const verdict = (right, [yes, no]) => make("strong", { textContent: right ? `${yes}. ` : `${no}. ` }), NEARNESS = ["Near enough", "Not near"];
    const measured = sketch ? [] : data.says ? copy(element.querySelector(":scope > .predict-says")) : ["it is ", make("q", {}, ...copy(options[data.right].text))];
    if (sketch && value.shown) return ["Not sketched; this is the measured curve."];
    if (sketch) {
      const { right, long } = judgeSketch(sketch);
      return [verdict(right, NEARNESS), `${long}. `, make("span", { className: "predict-unseen", textContent: `${sketch.told()}.` })];
    }
    if (value.shown) return ["Not guessed; ", ...measured, "."];
    if (point) {
      const how = point.far() ? `${short(point.far())} away` : "exactly";
      return [verdict(point.far() <= Number(data.within), NEARNESS), `You said ${point.told()}, `, ...measured, `: ${how}.`];
    }
    if (!options.length) {
      const { right, how } = judge(parsed(value.guess), data);
      return [verdict(right, NEARNESS), `You said ${value.guess}, `, ...measured, `: ${how}.`];
    }
    return [verdict(chosen === data.right, ["Right", "Not so"]), "You said ", make("q", {}, ...copy(options[chosen].text)), "; ", ...measured, "."];
  }

  /** Bring a box, and what it covers, into the state that is kept. */
  function show(box) {
    const value = window.course.get("predict", box.id);
    // A choice may have been put differently since.
    const chosen = value && !value.shown ? box.data.choices.indexOf(value.guess) : -1;
    const fits = box.sketch ? finite(value?.curve, box.data.sketch.points.length)
      : box.point ? finite(value?.point, 2)
      : box.input ? Number.isFinite(parsed(String(value?.guess))) : chosen >= 0;
    const known = value && (value.shown || fits);
    box.done = Boolean(known);
    box.element.classList.toggle("predict-done", box.done);
    box.buttons.hidden = box.done;
    box.again.hidden = !box.done;
    box.fields.disabled = box.done;
    if (box.sketch) {
      box.sketch.close(box.done, !value?.shown);
      if (box.done && !value.shown) box.sketch.set(value.curve);
    }
    if (box.point) {
      box.point.close(box.done, !value?.shown);
      if (box.done && !value.shown) box.point.set(value.point);
    }
    if (box.done && box.input) box.input.value = value.guess ?? "";
    box.options.forEach(({ input, mark, li }, index) => {
      if (box.done) input.checked = index === chosen;
      const right = box.done && index === box.data.right;
      li.classList.toggle("predict-right", right);
      mark.textContent = right ? " ✓ right" : box.done && index === chosen ? " ✗ your guess" : "";
    });
    cover();
    const closed = answers.some(({ element, ids }) => ids.includes(box.element.id) && element.hidden);
    const more = closed ? " One more guess, and the output below is uncovered." : " The output below is uncovered.";
    box.result.replaceChildren(...(box.done ? [...sentence(box, value, chosen), make("span", { className: "predict-unseen", textContent: more })] : []));
    box.again.textContent = value?.shown ? "Cover it again" : "Forget my guess";
  }

  function cover() {
    for (const { element, ids, notice } of answers) {
      const open = seen.has(element) || ids.every((id) => boxes.get(id).done);
      if (open) element.removeAttribute("hidden");
      else element.setAttribute("hidden", "until-found"); // the browser's search and links find it, and open it
      if (notice) notice.hidden = open;
    }
    window.dispatchEvent(new Event("resize")); // what is drawn to its width, draws
  }

  /** Open what an element lies in, for this visit. */
  function open(element) {
    for (let at = element; at; at = at.parentElement?.closest(".predict-answer")) {
      const names = answers.find((answer) => answer.element === at)?.ids.join() ?? "";
      answers.filter(({ ids }) => names && ids.join() === names).forEach((answer) => seen.add(answer.element));
    }
    cover();
  }
  function follow() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest(".predict-answer[hidden]")) return;
    open(target.closest(".predict-answer"));
    target.scrollIntoView();
  }

  /** What stands in the place of a covered output. */
  function notice(ids, first) {
    const link = make("a", { href: `#${ids[0]}`, textContent: "your guess" });
    const text = make("p", { className: "predict-cover" }, "Covered until you have made ", link, ".");
    if (first) {
      const all = make("button", { type: "button", className: "predict-plain", textContent: "Show everything on this page" });
      all.addEventListener("click", () => {
        for (const box of boxes.values()) {
          if (!box.done) window.course.set("predict", box.id, { guess: null, shown: true, measured: box.data.says, right: null });
        }
        boxes.forEach(show);
        boxes.get(ids[0]).result.focus();
      });
      text.append(" ", all);
    }
    return text;
  }

  function start() {
    document.querySelectorAll(".predict").forEach((element) => boxes.set(element.id, build(element)));
    answers = [...document.querySelectorAll(".predict-answer")].map((element) => {
      const ids = [...element.classList].filter((name) => name.startsWith("answer-to-")).map((name) => name.slice(10));
      return { element, ids };
    });
    const told = new Set();
    for (const answer of answers.filter(({ ids }) => !told.has(ids.join()))) {
      if (told.has(answer.ids.join())) continue;
      answer.notice = notice(answer.ids, !told.size);
      answer.element.before(answer.notice);
      told.add(answer.ids.join());
    }
    boxes.forEach((box) => { box.done = false; });
    boxes.forEach(show);
    document.documentElement.classList.remove("predicting");
    follow();
  }

  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("beforematch", (event) => open(event.target));
  window.addEventListener("hashchange", follow);
  // Taken in or deleted elsewhere: on another page, or in another tab.
  document.addEventListener("course-change", ({ detail }) => {
    if (!detail.kind) boxes.forEach(show);
  });
})();
