// Quizzes: of the options that a page holds as <details>, a group of radio buttons. What is chosen shows its explanation
// and is kept (store.js); a later visit shows it again.
(() => {
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };
  const day = (when) => {
    const date = new Date(when), year = date.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
    return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...year });
  };

  /** One option: its button, and its explanation in a place that a screen reader watches. */
  function optionOf(details, quiz) {
    const letter = details.dataset.option, right = "right" in details.dataset, id = `${quiz.id}-${letter}`;
    const button = element("input", { type: "radio", name: quiz.id, value: letter, id });
    const label = element("label", { for: id }, ...details.querySelector("summary").childNodes);
    const why = details.querySelector(".quiz-why");
    why.prepend(element("span", { class: "quiz-mark", role: "img", "aria-label": right ? "Right" : "Not right" }, right ? "✓" : "✗"));
    why.hidden = true;
    const line = element("div", { class: "quiz-option", "data-right": right ? "yes" : "no" }, button, label, element("div", { "aria-live": "polite" }, why));
    details.replaceWith(line);
    return { letter, right, button, why, line };
  }

  function mount(quiz) {
    const id = quiz.dataset.quiz, question = quiz.querySelector(".quiz-question");
    question.id = `${quiz.id}-question`;
    const options = [...quiz.querySelectorAll("details")].map((details) => optionOf(details, quiz));
    const said = element("span"), again = element("button", { type: "button" }, "Try again");
    const memory = element("p", { class: "quiz-memory", hidden: "" }, said, " ", again);
    const group = element("fieldset", { role: "radiogroup", "aria-labelledby": question.id }, ...quiz.childNodes, memory);
    quiz.append(group);

    function show() {
      const kept = window.course.get("quiz", id);
      const chosen = options.find(({ letter }) => letter === kept?.chosen);
      for (const option of options) {
        option.button.checked = option === chosen;
        option.why.hidden = option !== chosen;
        option.line.classList.toggle("quiz-chosen", option === chosen);
      }
      memory.hidden = !chosen;
      if (!chosen) return;
      const first = kept.first !== kept.chosen && options.some(({ letter }) => letter === kept.first) ? `, and (${kept.first}) at first` : "";
      said.textContent = `You chose (${kept.chosen}) on ${day(kept.when)}${first}.`;
    }
    function choose({ letter, right }) {
      window.course.set("quiz", id, { chosen: letter, right, first: window.course.get("quiz", id)?.first ?? letter });
    }
    options.forEach((option, i) => {
      option.button.addEventListener("change", () => choose(option));
      // The arrow keys would choose whatever they pass; here they only move, and Space or Enter chooses.
      option.button.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
        if (step) options[(i + step + options.length) % options.length].button.focus();
        else if (event.key === "Enter") option.button.click();
        else return;
        event.preventDefault();
      });
    });
    again.addEventListener("click", () => {
      window.course.remove("quiz", id);
      options[0].button.focus();
    });
    document.addEventListener("course-change", ({ detail }) => {
      if (!detail.kind || (detail.kind === "quiz" && detail.id === id)) show();
    });
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".quiz").forEach(mount);
    // MathJax gives each formula a menu, and with it a Tab stop; one within an option would stand between the buttons.
    window.MathJax?.startup?.promise.then(() => {
      for (const formula of document.querySelectorAll(".quiz-option > label mjx-container")) formula.removeAttribute("tabindex");
    });
  });
})();
