// Marks a chapter as read, and makes the page "Where you are": what the reader's browser has kept (store.js), set beside the
// list of all that can be done (tools/progress.py).
(() => {
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children.filter((child) => child !== ""));
    return made;
  };
  const KINDS = {
    predict: { title: "Predictions", one: "prediction", many: "predictions", done: "made" },
    quiz: { title: "Questions", one: "question", many: "questions", done: "answered" },
    task: { title: "Tasks of the moving pictures", one: "task", many: "tasks", done: "reached" },
    exercise: { title: "Exercise", one: "exercise question", many: "exercise questions", done: "solved" },
  };
  const ROOT = "../../"; // from this page to the book's folder

  /** A chapter is read when its end has been in view. */
  function watch() {
    const chapter = /\/book\/(\d\d)_[^/]*$/.exec(location.pathname)?.[1];
    const end = document.querySelector("#check-yourself > :is(h1, h2)");
    if (!chapter || !end || window.course.get("read", chapter)) return;
    const watcher = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watcher.disconnect();
      window.course.set("read", chapter, {});
    });
    watcher.observe(end);
  }

  function page(place) {
    const chapters = JSON.parse(document.querySelector("#catalogue").textContent);
    const overview = element("div"), said = element("p", { role: "status" }), opened = new Set();
    place.replaceChildren(overview, element("h2", {}, "Your answers as a file"), ...file(said));
    place.classList.add("where");

    function show() {
      const focus = document.activeElement?.id;
      // Asked of the page: its event for an opened chapter comes later, perhaps after a tick in it.
      for (const { id, open } of document.querySelectorAll(".where-chapter")) opened[open ? "add" : "delete"](id.replace("where-", ""));
      overview.replaceChildren(...view(chapters.map(state), opened));
      if (focus) document.getElementById(focus)?.focus();
    }
    document.addEventListener("course-change", show);
    show();
    if (!window.course.lasting) said.textContent = "This browser keeps nothing for this page: what you do is lost when you leave it. A file can still be saved.";
  }

  /** A chapter with what is kept of each of its items. */
  function state(chapter) {
    const with_ = (kind) => chapter[kind].map((item) => ({ ...item, kind, chapter, kept: window.course.get(kind, item.id) }));
    return { ...chapter, number: Number(chapter.id), read: window.course.get("read", chapter.id), items: Object.keys(KINDS).flatMap(with_) };
  }
  const link = (place, text) => element("a", { href: ROOT + place }, text);
  const count = (items, kind) => {
    const some = items.filter((item) => item.kind === kind);
    return { all: some.length, done: some.filter((item) => item.kept).length, right: some.filter((item) => item.kept?.right === true).length };
  };
  const named = ({ chapter, title }) => `${chapter.title}: ${title[0].toLowerCase()}${title.slice(1)}`;
  const wrong = ({ kept }) => kept?.right === false;

  /** In words, what is kept of an item. */
  function verdict({ kind, kept }) {
    if (!kept) return { predict: "not made yet", quiz: "not answered yet", task: "not reached yet" }[kind];
    if (kind === "task") return "✓ reached";
    if (kind === "quiz") return kept.right ? `✓ right, (${kept.chosen})` : `✗ not right, (${kept.chosen})`;
    if (kept.guess === null || kept.guess === undefined) return "shown without a guess";
    return `${kept.right ? "✓" : "✗"} you said ${kept.guess}${kept.measured ? `; ${kept.measured}` : ""}`;
  }

  function view(chapters, opened) {
    const items = chapters.flatMap((chapter) => chapter.items), mistakes = items.filter(wrong);
    const parts = [`read ${chapters.filter(({ read }) => read).length} of ${chapters.length} chapters`];
    for (const kind in KINDS) {
      const { all, done, right } = count(items, kind), words = KINDS[kind];
      if (all) parts.push(`${words.done} ${done} of ${all} ${words.many}${kind === "quiz" && done ? ` (${right} right)` : ""}`);
    }
    const sum = `You have ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}.`;
    const list = mistakes.map((item) => element("li", {}, link(item.place, named(item)), `: ${verdict(item)}`));
    return [
      element("p", {}, sum),
      element("h2", {}, "Go on"), element("p", {}, ...next(chapters)),
      element("h2", {}, "What went wrong"), mistakes.length ? element("ul", {}, ...list) : element("p", {}, "Nothing, as far as this browser knows."),
      element("h2", {}, "Chapter by chapter"), ...chapters.map((chapter) => row(chapter, opened)),
    ];
  }

  /** What to do next: the first thing left open in the chapter touched last, and the next chapter to read. */
  function next(chapters) {
    const dates = ({ read, items }) => [read, ...items.map(({ kept }) => kept)].map((kept) => kept?.when ?? "");
    const newest = chapters.map((chapter) => dates(chapter).sort().at(-1)), last = newest.slice().sort().at(-1);
    if (!last) return ["Begin with ", link(chapters[0].place, `chapter ${chapters[0].number}, ${chapters[0].title}`), "."];
    const at = newest.indexOf(last), here = chapters[at], order = [...chapters.slice(at + 1), ...chapters.slice(0, at)];
    const open = here.items.find(({ kept, kind }) => !kept && (here.read || kind !== "exercise"));
    const following = order.find(({ read }) => !read);
    const found = [];
    if (!here.read) found.push(link(open?.kind === "predict" ? open.place : here.place, `reading ${here.title}`));
    else if (open) found.push(link(open.place, named(open)));
    if (following) found.push(link(following.place, `chapter ${following.number}, ${following.title}`));
    if (!found.length) return ["You have been through everything. ", link("book/back/self_check.html", "What you need to know"), " asks for all of it at once."];
    return ["With ", ...found.flatMap((one, i) => (i ? [", or with ", one] : [one])), "."];
  }

  /** A chapter's line, which opens to its items. */
  function row(chapter, opened) {
    const counts = Object.keys(KINDS).map((kind) => ({ ...KINDS[kind], ...count(chapter.items, kind) })).filter(({ all }) => all);
    const done = Number(Boolean(chapter.read)) + counts.reduce((sum, one) => sum + one.done, 0);
    const share = done / (1 + counts.reduce((sum, one) => sum + one.all, 0));
    const words = [chapter.read ? "read" : "not read", ...counts.map((one) => `${one.done} of ${one.all} ${one.all === 1 ? one.one : one.many}`)];
    const bar = element("span", { class: "where-bar", "aria-hidden": "true" }, element("span", { style: `width: ${100 * share}%` }));
    const summary = element("summary", {}, element("strong", {}, `${chapter.number}. ${chapter.title}`), element("span", { class: "where-counts" }, words.join(" · ")), bar);
    const lists = Object.keys(KINDS).filter((kind) => chapter[kind].length).flatMap((kind) => [
      element("h3", {}, KINDS[kind].title),
      element("ul", {}, ...chapter.items.filter((item) => item.kind === kind).map(entry)),
    ]);
    const details = element("details", { class: "where-chapter", id: `where-${chapter.id}` }, summary, element("p", {}, link(chapter.place, "The chapter")), ...lists);
    details.open = opened.has(chapter.id);
    summary.id = `where-${chapter.id}-summary`;
    return details;
  }
  function entry(item) {
    if (item.kind !== "exercise") return element("li", {}, link(item.place, item.title), `: ${verdict(item)}`);
    const box = element("input", { type: "checkbox", id: `tick-${item.id}` });
    box.checked = Boolean(item.kept);
    box.addEventListener("change", () => {
      if (box.checked) window.course.set("exercise", item.id, { done: true });
      else window.course.remove("exercise", item.id);
    });
    return element("li", { class: "where-tick" }, element("label", {}, box, ` ${item.title}`), " ", element("a", { href: ROOT + item.place, "aria-label": `Open "${item.title}"` }, "open"));
  }

  /** Save, take in, delete. */
  function file(said) {
    const save = element("button", { type: "button" }, "Save as a file"), wipe = element("button", { type: "button" }, "Delete all");
    const input = element("input", { type: "file", accept: ".json,application/json" });
    save.addEventListener("click", () => {
      const url = URL.createObjectURL(new Blob([window.course.export()], { type: "application/json" }));
      element("a", { href: url, download: `answers-${new Date().toISOString().slice(0, 10)}.json` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      said.textContent = "Saved where your browser puts what it downloads.";
    });
    input.addEventListener("change", async () => {
      const text = await input.files[0].slice(0, 3000000).text(); // more is refused
      input.value = "";
      try {
        const number = window.course.import(text);
        said.textContent = `Taken in: ${number} ${number === 1 ? "entry" : "entries"}.`;
      } catch (error) {
        said.textContent = error.message;
      }
    });
    wipe.addEventListener("click", () => {
      if (!window.confirm("Delete all your answers in this browser? Nobody can bring them back, but a file that you have saved.")) return;
      window.course.clear();
      said.textContent = "Deleted. Nothing of you is kept here.";
    });
    return [element("p", { class: "where-buttons" }, save, element("label", { class: "where-file" }, "Take in a file", input), wipe), said];
  }

  document.addEventListener("DOMContentLoaded", () => {
    watch();
    const place = document.querySelector("#answers");
    if (place) page(place);
  });
})();
