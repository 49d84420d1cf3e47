// Turning the slides. They stand below one another, so this only scrolls from one to the next, and tells which it is.
(() => {
  const root = document.documentElement;
  const slides = [...document.querySelectorAll(".slide")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const wanted = Number(/^#s(\d+)$/.exec(location.hash)?.[1]) || 0; // before anything moves
  let chosen = null;
  const dress = () => (root.dataset.theme = chosen ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", dress);
  dress();

  /** The slide in view: the last one that begins above the middle of the window. */
  const here = () => Math.max(0, slides.findLastIndex((slide) => slide.getBoundingClientRect().top < innerHeight / 2));
  const show = (i) => {
    const slide = slides[Math.min(Math.max(i, 0), slides.length - 1)];
    slide.scrollIntoView({ behavior: "instant", block: "start" });
    slide.focus({ preventScroll: true }); // a screen reader says which slide it is
    tell();
  };
  const theme = () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    dress();
  };

  const bar = document.createElement("nav");
  bar.className = "turn";
  bar.setAttribute("aria-label", "Slides");
  const add = (text, label, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    bar.append(button);
  };
  const number = document.createElement("a");
  number.href = "index.html";
  if (slides.length > 1) {
    add("←", "Slide before", () => show(here() - 1));
    bar.append(number);
    add("→", "Next slide", () => show(here() + 1));
  }
  add("◐", "Change between light and dark", theme);
  document.body.append(bar);
  function tell() {
    number.textContent = `${here() + 1} / ${slides.length}`;
    number.setAttribute("aria-label", `Slide ${here() + 1} of ${slides.length}: to all decks`);
    if (slides.length > 1 && location.hash !== `#s${here() + 1}`) history.replaceState(null, "", `#s${here() + 1}`);
  }

  // In a picture, a field or a button the keys are theirs; Esc leaves it.
  const theirs = (target) => target.closest(".explorer, input, select, textarea, button, a, [tabindex='0']");
  const turns = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = theirs(event.target);
    if (event.key === "Escape" && inside) show(here());
    else if (event.key in turns && (!inside || event.key.startsWith("Page"))) show(here() + turns[event.key]);
    else if (event.key === "Home" && !inside) show(0);
    else if (event.key === "End" && !inside) show(slides.length - 1);
    else if (event.key === "t" && !inside) theme();
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", press, true); // on the way down: pictures keep their keys from going up

  // A box that scrolls sideways must be reachable by Tab, or its end cannot be read.
  const mark = () => {
    for (const box of document.querySelectorAll(".slide :is(pre, div.math, .proof, .beside, table)")) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    }
  };
  let pending = false;
  addEventListener("scroll", () => {
    if (pending || !root.dataset.ready) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      tell();
    });
  });
  addEventListener("resize", mark);
  addEventListener("load", async () => {
    // Formulas and pictures move what is below them: go to the slide of the address once they are there.
    await window.MathJax?.startup?.promise;
    mark();
    if (wanted) show(wanted - 1);
    else tell();
    root.dataset.ready = "yes";
  });
})();
