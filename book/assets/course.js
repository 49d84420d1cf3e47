// What the theme leaves out for those who use the keyboard or a screen reader.
document.addEventListener("DOMContentLoaded", () => {
  const sidebar = document.querySelector(".bd-sidebar-primary");
  if (sidebar) {
    sidebar.setAttribute("role", "region");
    sidebar.setAttribute("aria-label", "Contents of the course");
    for (const toggle of sidebar.querySelectorAll("details > summary")) {
      const chapter = toggle.closest("li").querySelector("a").textContent.trim();
      toggle.setAttribute("aria-label", `Exercise of "${chapter}"`);
    }
  }

  // The theme's switch is called what it does; the titles of its icons would be read as another name.
  for (const icon of document.querySelectorAll(".theme-switch[title]")) {
    icon.removeAttribute("title");
  }

  // The button that looks like a field is called what is written on it, with its keys.
  document.querySelector(".search-button-field")?.removeAttribute("aria-label");

  // The entries of a bibliography carry a role that is no longer in use.
  for (const entry of document.querySelectorAll(".citation-list > .citation")) {
    entry.setAttribute("role", "listitem");
  }

  // Between a formula and the comma behind it, or the bracket before it, a browser may begin a new line.
  for (const formula of document.querySelectorAll(".bd-article span.math")) {
    const [before, after] = [formula.previousSibling, formula.nextSibling];
    const open = before?.nodeType === Node.TEXT_NODE && /[(\[“‘]+$/.exec(before.data)?.[0];
    const close = after?.nodeType === Node.TEXT_NODE && /^[.,;:!?)\]’”]+/.exec(after.data)?.[0];
    if (open || close) {
      const whole = document.createElement("span");
      whole.className = "unbroken";
      formula.replaceWith(whole);
      whole.append(open || "", formula, close || "");
      if (open) before.data = before.data.slice(0, -open.length);
      if (close) after.data = after.data.slice(close.length);
    }
  }

  // A number keeps its per cent sign, the sign for "about" before it, and its exponent.
  const texts = document.createTreeWalker(document.querySelector(".bd-article") ?? document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (/\d %|≈ [\d−]|\de-\d/.test(text.data) && !text.parentElement.closest("pre, code, script, .explorer, .race")) {
      text.data = text.data.replace(/(\d) %/g, "$1\u00a0%").replace(/≈ (?=[\d−])/g, "≈\u00a0").replace(/(\de-)(?=\d)/g, "$1\u2060");
    }
  }

  // A box that scrolls sideways must be reachable by Tab, or its end cannot be read.
  const boxes = document.querySelectorAll(".bd-article :is(div.math, .cell_output, .proof, pre, section > figure, .pst-scrollable-table-container)");
  const mark = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
      } else if (box.tabIndex === 0) {
        box.removeAttribute("tabindex");
      }
    }
  };
  const ready = window.MathJax && window.MathJax.startup ? window.MathJax.startup.promise : Promise.resolve();
  ready.then(mark);
  window.addEventListener("load", mark);
  window.addEventListener("resize", mark);
});
