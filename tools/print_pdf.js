// What a page becomes on paper: only the article, with what is folded gathered at its end, and nothing too wide.
// Called by tools/print_pdf.py with the page's address in the book; returns its headings.
async ({ root, name, title, part, live, mathjax }) => {
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const linked = (text, id) => Object.assign(document.createElement("a"), { href: `#${id}`, textContent: text });

  const article = document.querySelector(".bd-article");
  const titles = new Map();
  for (const state of article.querySelectorAll(".explorer > script")) {
    titles.set(state.parentElement, JSON.parse(state.textContent).title);
  }
  article.querySelectorAll("script").forEach((script) => script.remove());
  document.body.replaceChildren(article);
  article.querySelectorAll(".headerlink").forEach((link) => link.remove());
  const top = article.querySelector("h1");
  if (part) top.before(make("p", "print-part", part));
  if (title) top.textContent = title;
  // Where a notebook is to be had, a button in the page says.
  if (name.startsWith("exercises/")) article.querySelector("p:has(> a.download)")?.remove();

  // A moving picture stands still here, and says where it moves.
  for (const picture of article.querySelectorAll(".explorer, .race")) {
    picture.querySelectorAll(".race-controls, .race-said").forEach((part) => part.remove());
    const line = make("p", "print-live");
    if (titles.has(picture)) line.append(make("strong", "", titles.get(picture)), ". ");
    line.append("Alive ");
    if (live) {
      const address = `${live}/${name}#${picture.id}`;
      line.append("at ", Object.assign(document.createElement("a"), { href: address, textContent: address }));
    } else {
      line.append("in the pages: ", make("code", "", name));
    }
    picture.append(line);
  }

  // The code of a figure is in the notebook; the imports are part of the text.
  article.querySelectorAll(".cell:not(.tag_solution) > details.hide").forEach((code) => code.remove());
  article.querySelectorAll("details.folded-code").forEach((code) => (code.open = true));

  // What is folded in the pages is what a reader should not see yet: it goes to the end.
  const end = make("section", "print-answers");
  end.id = "answers-and-solutions";
  const answers = article.querySelector(".quiz, .solution, .tag_solution, .admonition.dropdown, details:not([class])");
  end.append(make("h2", "", answers ? "Answers and solutions" : "What is folded in the page"));
  let last = "";
  const entry = (title, id, ...content) => {
    if (title !== last) {
      const heading = make("h3", "");
      heading.id = `answer-${end.childElementCount}`;
      heading.append(linked(title, id));
      end.append(heading);
      last = title;
    }
    end.append(...content);
    return end.querySelector(":scope > h3:last-of-type").id;
  };
  const turn = (before, text, id) => {
    const line = make("p", "print-turn", `${text}: page `);
    const number = linked("000", id); // filled in when the page is printed, and as wide as it can get
    number.className = "print-number";
    line.append(number);
    before.before(line);
  };
  const above = (element) => {
    const section = element.closest("section");
    section.id ||= `above-${end.childElementCount}`;
    return [section.querySelector("h1, h2, h3").textContent.trim(), section.id];
  };

  const quizzes = article.querySelectorAll(".quiz");
  if (quizzes.length) turn(quizzes[0], "Answers", end.id);
  for (const quiz of quizzes) {
    const right = [];
    const why = make("ul", "");
    for (const option of quiz.querySelectorAll("details[data-option]")) {
      if (option.dataset.right) right.push(`(${option.dataset.option})`);
      const item = make("li", "", `(${option.dataset.option}) `);
      item.append(...option.querySelector(".quiz-why").childNodes);
      why.append(item);
      const choice = make("p", "print-option");
      choice.append(...option.querySelector("summary").childNodes);
      option.replaceWith(choice);
    }
    const number = quiz.querySelector(".quiz-question strong").textContent.replace(/\.\s*$/, "");
    entry(`Question ${number}: ${right.join(" and ")}`, quiz.id, why);
  }
  for (const folded of article.querySelectorAll(".admonition.dropdown, .tag_solution, details.sd-dropdown, details:not([class])")) {
    if (folded.matches(".solution")) {
      const title = folded.querySelector(".admonition-title");
      const target = title.querySelector("a");
      const name = title.textContent.replace(/^Solution to\s*/, "");
      const before = make("div", "");
      folded.replaceWith(before);
      turn(before, "Solution", entry(name, target.getAttribute("href").slice(1), folded));
      before.remove();
      title.remove();
      folded.className = "solution";
      continue;
    }
    if (folded.matches(":not([class])")) {
      const question = make("p", "");
      question.id = `question-${end.childElementCount}`;
      question.append(...folded.querySelector("summary").childNodes);
      folded.querySelector("summary").remove();
      folded.replaceWith(question);
      entry(question.textContent.trim(), question.id, ...folded.childNodes);
      continue;
    }
    if (folded.matches(".admonition")) {
      const title = folded.querySelector(".admonition-title");
      const before = make("div", "");
      folded.replaceWith(before);
      turn(before, title.textContent, entry(title.textContent, above(before)[1], folded));
      before.remove();
      title.remove();
      folded.className = "";
      continue;
    }
    const details = folded.matches("details") ? folded : folded.querySelector("details");
    const said = details.querySelector("summary").textContent.trim();
    // What explains an exercise stands with its solution; anything else has a name of its own.
    const own = !name.startsWith("exercises/");
    const [section, id] = above(folded);
    const title = own ? said : section;
    const first = title !== last;
    details.querySelector("summary").remove();
    const before = make("div", "");
    folded.replaceWith(before);
    const answer = entry(title, id, folded);
    const box = make("div", "");
    box.append(...details.childNodes);
    details.replaceWith(box);
    if (first) turn(before, own ? said : "Solution", answer);
    before.remove();
  }
  if (end.childElementCount > 1) top.parentElement.append(end);

  // The formulas are set only now, when all of them are in view.
  if (article.querySelector(".math")) {
    await new Promise((done) => document.head.append(Object.assign(document.createElement("script"), { src: mathjax, onload: done })));
    await MathJax.startup.promise;
    // Of what a formula is set from, the tags of a PDF know nothing. So its source stands before it, to be read aloud.
    for (const { math, typesetRoot } of MathJax.startup.document.math) {
      if (!typesetRoot.closest("h1, h2, h3")) typesetRoot.before(make("span", "print-said", `${math} `));
    }
  }
  await document.fonts.ready;

  // What does not fit is made smaller, until it fits or would be too small to read; then it is wrapped.
  const SMALLEST = 8.3; // pixels: a line of 120 characters fits
  const LONG = 16; // lines; what is longer may go on overleaf
  const fit = (element, width, room) => {
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (width > room + 0.5) element.style.fontSize = `${Math.max(SMALLEST, (size * room) / width - 0.1)}px`;
  };
  for (const box of article.querySelectorAll("pre")) {
    box.textContent = box.textContent; // without colours, the parts of a line would only be many tags
    box.style.whiteSpace = "pre";
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    const text = document.createRange();
    text.selectNodeContents(box);
    fit(box, text.getBoundingClientRect().width, box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
    box.style.whiteSpace = "";
    box.style.breakInside = box.textContent.split("\n").length > LONG ? "auto" : "avoid";
  }
  for (const table of article.querySelectorAll("table")) fit(table, table.offsetWidth, article.clientWidth);
  for (const formula of article.querySelectorAll("mjx-container[display]")) {
    fit(formula, formula.querySelector("mjx-math").offsetWidth, formula.parentElement.clientWidth - 60);
  }

  // Links within the book are resolved when it is joined; each place gets a name that they can ask for.
  for (const link of article.querySelectorAll("a[href]")) {
    const { href } = new URL(link.getAttribute("href"), document.baseURI);
    if (href.startsWith(root)) link.setAttribute("href", `book:${href.slice(root.length)}`);
  }
  const anchors = make("div", "");
  anchors.hidden = true;
  for (const place of article.querySelectorAll("[id]:not(svg *, mjx-container *)")) anchors.append(linked("", place.id));
  article.append(anchors);

  return [...article.querySelectorAll("section[id] > :is(h1, h2)")].map((heading) => {
    const plain = heading.cloneNode(true);
    plain.querySelectorAll(".math").forEach((math) => (math.textContent = math.querySelector("mjx-assistive-mml")?.textContent));
    return [heading.tagName, plain.textContent.trim(), heading.parentElement.id];
  });
};
