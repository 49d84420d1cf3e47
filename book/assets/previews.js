// Reading aids: what a link leads to is shown when the mouse rests on it or the Tab key reaches it. Escape closes it.
// Texts from other pages are in the page (previews.py); equations, figures and boxes of this page are copied from it.
document.addEventListener("DOMContentLoaded", () => {
  const article = document.querySelector(".bd-article");
  if (!article) return;
  const embedded = document.getElementById("previews");
  const texts = embedded ? JSON.parse(embedded.textContent) : {};
  const SHOWN = "div.math, figure, .admonition, .exercise, .proof, dt";
  const REST = 250; // milliseconds before it opens, and before it closes

  const box = Object.assign(document.createElement("div"), { id: "preview", className: "preview", hidden: true });
  box.setAttribute("role", "tooltip");
  article.append(box);
  let open = null, waiting = 0;

  /** What a link previews, as nodes, or null. */
  function contentOf(link) {
    const address = link.getAttribute("href");
    const holder = document.createElement("div");
    if (texts[address]) {
      holder.innerHTML = texts[address];
      holder.dataset.typeset = "";
    } else if (link.dataset.citation) {
      holder.textContent = link.dataset.citation;
    } else if (address.startsWith("#")) {
      const target = document.getElementById(decodeURIComponent(address.slice(1)));
      const thing = target && (target.matches(SHOWN) ? target : target.querySelector(":scope > figure"));
      if (!thing || thing.matches("dt")) return null;
      const copy = thing.cloneNode(true);
      for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
      for (const each of copy.querySelectorAll(".headerlink, button, script")) each.remove();
      for (const each of [copy, ...copy.querySelectorAll("[tabindex], a, summary")]) each.setAttribute("tabindex", "-1");
      holder.append(copy);
    } else return null;
    return holder;
  }

  function place(link) {
    const at = link.getClientRects()[0] || link.getBoundingClientRect(), page = article.getBoundingClientRect();
    box.style.maxWidth = `${Math.min(box.classList.contains("preview-wide") ? 560 : 420, page.width - 16)}px`;
    box.style.left = 0; // so that its width does not depend on its place
    const width = box.offsetWidth;
    box.style.left = `${Math.max(8, Math.min(at.left - page.left, page.width - width - 8))}px`;
    const below = at.bottom + box.offsetHeight + 12 < window.innerHeight || at.top < box.offsetHeight + 12;
    box.style.top = `${(below ? at.bottom + 4 : at.top - box.offsetHeight - 4) - page.top}px`;
  }
  function show(link) {
    const content = contentOf(link);
    if (!content) return;
    close();
    open = link;
    box.classList.toggle("preview-wide", content.querySelector("figure, .math, .admonition") !== null);
    box.replaceChildren(content);
    box.hidden = false;
    link.setAttribute("aria-describedby", box.id);
    place(link);
    if ("typeset" in content.dataset && window.MathJax?.typesetPromise) {
      window.MathJax.typesetPromise([content]).then(() => { if (open === link) place(link); });
    }
  }
  function close() {
    clearTimeout(waiting);
    if (open) open.removeAttribute("aria-describedby");
    open = null;
    box.hidden = true;
  }
  const later = (what) => {
    clearTimeout(waiting);
    waiting = setTimeout(what, REST);
  };

  for (const link of article.querySelectorAll("a.reference.internal[href*='#']")) {
    if (link.title && /references\.html#/.test(link.getAttribute("href"))) {
      link.dataset.citation = link.title;
      link.removeAttribute("title"); // or the browser would show it, too
    }
    // A finger follows the link: only a mouse can rest on it.
    link.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") later(() => show(link)); });
    link.addEventListener("pointerleave", () => later(close));
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(link); });
    link.addEventListener("blur", close);
  }
  box.addEventListener("pointerenter", () => clearTimeout(waiting));
  box.addEventListener("pointerleave", () => later(close));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && open) close(); });
});
