"""Make the decks of slides in _build/slides from the built chapters: what they show and ask, in their own words.

`book/slides/decks.yml` says which sections. Of each come its first paragraph, the equations with the words before them,
predictions (a question, and on the next slide the outcome), boxed algorithms with their rule, figures, moving pictures
and what to try with them, corrections of the lecture, and tables. A deck is one page without a server or network; the
slides stand below one another, so without its script it is still there to be scrolled, read and printed.
"""

import html
import json
import math
import re
import shutil
import sys

import yaml
from bs4 import BeautifulSoup, Tag
from build_book import BUILD, HTML
from paths import ROOT

SOURCE = ROOT / "book" / "slides"
TARGET = BUILD / "slides"
TALL = 16  # printed lines that a slide holds
SHORT = 9  # printed lines that it holds beside an outcome
NARROW = 52  # characters of a rule's lines that stand beside its box
ITEMS = 3  # of a summary, on a slide
HELP = """<p>From the course “Optimization for Training Deep Models”.
All that these slides say is taken from its chapters.</p>
<p class="keys"><kbd>→</kbd> and <kbd>←</kbd>, or <kbd>Page Down</kbd> and <kbd>Page Up</kbd>, turn the slides.
In a moving picture the arrows belong to it; <kbd>Esc</kbd> gives them back. <kbd>T</kbd> changes the colours.</p>
"""
SLIDE = """<section class="slide{first}" id="s{number}" aria-label="{label}" tabindex="-1">
<{tag}>{title}</{tag}>
<div class="body">{body}</div>
</section>
"""
INDEX = """<section class="slide first">
<h1>Slides</h1>
<div class="body"><p>A deck for each part of the course.</p><ul>{links}</ul></div>
</section>
"""
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="assets/mark.svg">
<link rel="stylesheet" href="assets/face.css">
<link rel="stylesheet" href="assets/slides.css">
<script defer src="assets/slides.js"></script>
<script defer src="assets/explorers.js"></script>
<script defer src="assets/mathjax/tex-mml-chtml.js"></script>
</head>
<body>
<main class="bd-article">
{slides}
</main>
</body>
</html>
"""


def decks():
    """Return the decks as the file of settings has them."""
    return yaml.safe_load((SOURCE / "decks.yml").read_text(encoding="utf-8"))


def has(node, *names):
    """Tell whether an element has all of these classes."""
    return isinstance(node, Tag) and set(names) <= set(node.get("class", []))


def flat(parent):
    """Yield the elements of a section in order; what a prediction covers is opened."""
    for node in parent.find_all(True, recursive=False):
        if has(node, "predict-answer", "container") and not has(node, "cell_output"):
            yield from flat(node)
        else:
            yield node


def titled(node, title):
    """Tell whether an element is a box with this title."""
    return has(node, "admonition") and (head := node.find(class_="admonition-title")) and head.text.strip() == title


def outcome(box):
    """Return what the next slide says of a prediction: the choices, the right one marked, and what was measured."""
    if "data-predict" not in box.attrs:
        return ""
    right = json.loads(box["data-predict"])["right"]
    items = box.select(".predict-choices li")
    marks = ["" if i != right else ' class="right"' for i in range(len(items))]
    choices = "".join(f"<li{mark}>{li.decode_contents()}</li>" for mark, li in zip(marks, items, strict=True))
    says = box.find(class_="predict-says").decode_contents().strip()
    said = f"<ul>{choices}</ul>" * bool(items) + f"<p><strong>Measured:</strong> {says}.</p>" * bool(says)
    return f'<div class="admonition tip"><p class="admonition-title">Outcome</p>{said}</div>' if said else ""


def question(box):
    """Return a prediction's slide: without what answers it."""
    copy = BeautifulSoup(str(box), "html.parser").div
    for node in copy.select(".predict-says"):
        node.decompose()
    copy.attrs = {"class": ["admonition", "tip"]}
    return str(copy)


def printed(cell):
    """Return what a cell printed, if a slide holds it."""
    found = [node for node in cell.select(".cell_output .output.stream pre") if node.text.count("\n") <= TALL]
    return "".join(f"<pre>{html.escape(node.text)}</pre>" for node in found)


def listed(node):
    """Yield the slides of a list, with some of its items each."""
    items = node.find_all("li", recursive=False)
    pages = math.ceil(len(items) / ITEMS)
    size = math.ceil(len(items) / pages)  # rather two and two than three and one
    for k in range(0, len(items), size):
        start = f' start="{k + 1}"' if node.name == "ol" else ""
        yield f"<{node.name}{start}>" + "".join(map(str, items[k : k + size])) + f"</{node.name}>"


def of_cell(cell, waiting):
    """Yield the slides of a code cell: what was predicted of it, its figures and its moving pictures."""
    answers = [answer for answer in map(outcome, waiting) if answer]
    text = printed(cell) if waiting else ""
    # The last outcome stands with what was printed, where a slide holds both.
    if answers and text and text.count("\n") <= SHORT:
        answers[-1], text = answers[-1] + text, ""
    yield from answers
    if text:
        yield text
    yield from map(str, cell.select("figure, .explorer"))


def of_section(section):
    """Yield the slides of a section and its subsections, each as its heading and its content."""
    title, nodes = heading(section), list(flat(section))
    waiting, words, first = [], "", True
    for node, after in zip(nodes, [*nodes[1:], None], strict=True):
        slides = []
        if node.name == "section":
            yield from of_section(node)
        elif node.name == "p":
            words = str(node)
            if first and not has(after, "math"):
                slides = [words]
            first = False
        elif has(node, "math"):
            slides, words = [words + str(node)], ""
        elif has(node, "predict") or titled(node, "Predict"):
            waiting.append(node)
            slides = [question(node)]
        elif has(node, "proof"):
            rule = printed(after) if has(after, "tag_source") else ""
            beside = rule and max(map(len, rule.splitlines())) <= NARROW
            slides = [f'<div class="beside">{node}{rule}</div>'] if beside else [str(node), rule][: 1 + bool(rule)]
        elif has(node, "cell") and not has(node, "tag_source"):
            slides = of_cell(node, waiting)
            waiting = [] if node.find(class_="cell_output") else waiting
        elif titled(node, "Try to") or has(node, "warning") or node.name == "table" or node.find("table"):
            slides = [str(node)]
        elif node.name in ("ul", "ol"):
            slides = listed(node)
        for slide in slides:
            yield title, slide


def heading(section):
    """Return a section's heading, without its number and link."""
    copy = BeautifulSoup(str(section.find(["h1", "h2", "h3"])), "html.parser").contents[0]
    for extra in copy.select(".headerlink, .section-number"):
        extra.decompose()
    return copy.decode_contents().strip()


def of_chapter(name, wanted):
    """Yield a chapter's slides, each as its heading and its content."""
    page = BeautifulSoup((HTML / "book" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    top = page.select_one("article section:has(> h1)")
    number = int(name[:2])
    goals = top.find(string="You will be able to").find_parent("li")
    yield f"{number}. {heading(top)}", f"<p>{goals.decode_contents()}</p>"
    for anchor in wanted:
        section = page.find("section", id=anchor)
        if section is None:
            raise ValueError(f"decks.yml: {name} must have a section '{anchor}', but there is none in the built page")
        yield from of_section(section)


def tidy(soup, images):
    """Make a slide stand alone: no links, no names that could come twice, and pictures in the deck's folder."""
    for node in soup.select(".headerlink, .predict-says, details.above-input"):
        node.decompose()
    for link in soup.select("a"):
        link.unwrap()
    for node in soup.select("[id]:not(.explorer *)"):
        del node["id"]
    for image in soup.select("img[src]"):
        source = HTML / "book" / image["src"]
        if source.is_file():
            images.add(source)
            image["src"] = f"images/{source.name}"
    return soup


def deck(settings, images):
    """Return a deck's page."""
    chapters = settings["chapters"]
    slides = [("h1", settings["title"], HELP)]
    for name, wanted in chapters.items():
        slides += [("h2", title, content) for title, content in of_chapter(name, wanted)]
    parts = []
    for number, (tag, title, content) in enumerate(slides, 1):
        words = " ".join(re.sub(r"\\[()]", "", BeautifulSoup(title, "html.parser").text).split())
        label = html.escape(f"Slide {number} of {len(slides)}: {words}")
        body = tidy(BeautifulSoup(content, "html.parser"), images)
        first = " first" * (tag == "h1")
        parts.append(SLIDE.format(first=first, number=number, label=label, tag=tag, title=title, body=body))
    return PAGE.format(title=html.escape(f"{settings['title']}: slides"), slides="".join(parts))


def index(found):
    """Return the page that leads to the decks."""
    links = "".join(f'<li><a href="{one["name"]}.html">{html.escape(one["title"])}</a></li>' for one in found)
    return PAGE.format(title="Slides", slides=INDEX.format(links=links))


def write(target, found):
    """Write decks, their pictures and what they load into a folder."""
    shutil.rmtree(target, ignore_errors=True)
    assets = target / "assets"
    shutil.copytree(HTML / "_static" / "mathjax", assets / "mathjax", ignore=shutil.ignore_patterns("sre", "a11y"))
    shutil.copytree(ROOT / "book" / "assets" / "fonts", assets / "fonts")
    for path in (
        *(ROOT / "book" / "assets" / name for name in ("face.css", "mark.svg")),
        *(SOURCE / name for name in ("slides.css", "slides.js")),
        ROOT / "lecture_optim" / "explorers" / "explorers.js",
    ):
        shutil.copy(path, assets)
    images = set()
    for settings in found:
        (target / f"{settings['name']}.html").write_text(deck(settings, images), encoding="utf-8")
    (target / "images").mkdir()
    for image in images:
        shutil.copy(image, target / "images")
    (target / "index.html").write_text(index(found), encoding="utf-8")


def main():
    found = decks()
    try:
        write(TARGET, found)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(f"{len(found)} decks. Open {TARGET / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
