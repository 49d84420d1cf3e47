"""Write MyST as plain Markdown, which Jupyter, VS Code, Colab and GitHub show as it is meant.

The text is parsed with the build's own parser, and its tokens are written again: admonitions as quotes, labelled
equations with their number, citations with their year and a link, references as links. What this file does not know
stops it, so that nothing slips through.
"""

import functools
import os
import re
from collections import Counter
from typing import NamedTuple

import mdformat_tables.plugin as tables
import nbformat
import yaml
from markdown_it.renderer import RendererHTML
from mdformat.renderer import DEFAULT_RENDERERS, MDRenderer
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from paths import CONFIG, ROOT, pages, site
from predictions import without_intervals
from pybtex.database import parse_file
from quiz import read as read_quiz

FOLDER = ROOT / "notebooks"
KINDS = {"exercise": "Exercise"}  # directives that the build numbers
OPEN, SHUT = "<details>\n<summary>", "</details>"  # an answer that is folded away, but for its summary
SPACE = f"{SHUT}\n<br>"  # Jupyter leaves none below what is folded


@functools.cache
def parser():
    """Return the build's Markdown parser."""
    extensions = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["parse"]["myst_enable_extensions"]
    return create_md_parser(MdParserConfig(enable_extensions=set(extensions)), RendererHTML)


class Directive(NamedTuple):
    """A directive: `{name} title`, its options and its text."""

    name: str
    title: str
    options: dict
    text: str


def directive_of(token):
    """Return the directive that a token is, or None."""
    match = re.fullmatch(r"\{([\w:-]+)\}\s*(.*)", token.info.strip())
    if token.type not in ("fence", "colon_fence") or not match:
        return None
    options, lines = {}, token.content.splitlines()
    while lines and (option := re.fullmatch(r":([\w-]+):\s*(.*)", lines[0])):
        options[option[1]] = option[2]
        lines.pop(0)
    text = "\n".join(lines).strip()
    return Directive(*match.groups(), options, without_intervals(text) if match[1] == "predict" else text)


def inside(text):
    """Yield all tokens of a text, those in its lines and in its directives too."""
    waiting = parser().parse(text)[::-1]
    while waiting:
        token = waiting.pop()
        yield token
        directive = directive_of(token)
        waiting += (parser().parse(directive.text) if directive else token.children or [])[::-1]


# What the text refers to.


class Label(NamedTuple):
    """What the build calls a labelled thing, and the page on which it stands."""

    kind: str
    number: str
    title: str
    page: str


class Book(NamedTuple):
    """The titles of the pages, and the labels."""

    titles: dict
    labels: dict


def name_of(path):
    """Return a page's name as the build has it, such as book/08_momentum."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


def cells_of(path):
    """Return a page's cells; a page of text is one cell."""
    if path.suffix == ".md":
        return [nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))]
    return nbformat.read(path, as_version=4).cells


def labelled(cell):
    """Yield the numbered things of a cell: kind, label or None, and title."""
    if cell.cell_type == "code":
        figure = cell.metadata.get("mystnb", {}).get("figure")
        if figure and "remove-cell" not in cell.metadata.get("tags", []):
            yield "Figure", figure.get("name"), figure["caption"]
        return
    for token in inside(cell.source):
        directive = directive_of(token)
        if token.type == "math_block_label":
            yield "Equation", token.info, ""
        elif directive and directive.name in KINDS:
            yield KINDS[directive.name], directive.options.get("label"), directive.title


@functools.cache
def book():
    """Return the titles and labels of the book, counted chapter by chapter as the build does."""
    found, count = Book({}, {}), Counter()
    for path in pages():
        page = name_of(path)
        for cell in cells_of(path):
            if page not in found.titles and (title := re.search(r"^# (.*)", cell.source, re.MULTILINE)):
                found.titles[page] = title[1]
            for kind, label, title in labelled(cell):
                chapter = re.match(r"book/(\d\d)_", page)
                count[kind, page] += 1
                number = f"{int(chapter[1])}.{count[kind, page]}" if chapter else str(count[kind, page])
                found.labels[label] = Label(kind, number, title, page)
    return found


@functools.cache
def references():
    """Return the book's bibliography."""
    return parse_file(ROOT / "book" / "references.bib").entries


def citation(key, bracketed):
    """Return a citation by authors and year, with a link where the bibliography has one."""
    entry = references()[key]
    names = [" ".join(person.prelast_names + person.last_names).strip("{}") for person in entry.persons["author"]]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    text = f"{authors}, {entry.fields['year']}" if bracketed else f"{authors} ({entry.fields['year']})"
    url = entry.fields.get("url") or ("https://doi.org/" + entry.fields["doi"] if "doi" in entry.fields else "")
    return f"[{text}]({url.replace('(', '%28').replace(')', '%29')})" if url else text


def address(page):
    """Return where a page is, seen from the edition: a notebook beside it, the published page, or its source."""
    if re.match(r"book/\d\d_", page):
        return f"{page.removeprefix('book/')}.ipynb"
    if page.startswith("exercises/"):
        return f"../exercises/{page.rpartition('/')[2]}.ipynb"
    if site():
        return f"{site()}/{page}.html"
    path = {name_of(path): path for path in pages()}[page]
    return os.path.relpath(path, FOLDER).replace(os.sep, "/")


# How each kind of token is written.


def role(node, context):
    """Write a role, such as {doc}`08_momentum`."""
    name = node.meta["name"]
    named = re.fullmatch(r"(.*?)\s*<([^>]+)>", node.content, re.DOTALL)
    text, aim = named.groups() if named else ("", node.content)
    if name == "doc":
        page = aim[1:] if aim.startswith("/") else os.path.normpath(os.path.join("book", aim))
        return f"[{text or book().titles[page]}]({address(page)})"
    if name in ("eq", "numref", "ref"):
        label = book().labels[aim]
        if not text:
            number = f"({label.number})" if name == "eq" else f"{label.kind} {label.number}"
            text = within(label.title, context) if name == "ref" else number
        return text if label.page == context.env["page"] else f"[{text}]({address(label.page)})"
    if name == "term":
        return f"[{text or aim}]({address('book/back/glossary')})"
    if name == "func":
        return f"`{aim.rpartition('.')[2] if aim.startswith('~') else aim}`"
    if name in ("cite:t", "cite:p"):
        found = [citation(key.strip(), name == "cite:p") for key in node.content.split(",")]
        return f"({'; '.join(found)})" if name == "cite:p" else " and ".join(found)
    raise KeyError(f"role {{{name}}}")


def formula(node, context):
    """Write a displayed formula, with the number that the book gives it."""
    content = node.content.strip()
    if node.type == "math_block_label":
        content += rf" \tag{{{book().labels[node.info].number}}}"
    # In a quote Jupyter would take the marks of the quote's lines for a part of the formula.
    return f"$$ {one_line(content)} $$" if context.env["quoted"] else f"$$\n{content}\n$$"


def one_line(text):
    return " ".join(text.split())


def within(text, context, quoted=False):
    """Write a text that stands inside another one."""
    return plain(text, context.env["page"], quoted or context.env["quoted"])


def quote(title, text, context):
    """Write a box: a quote with a bold title."""
    lines = f"**{within(title, context)}**\n\n{within(text, context, quoted=True)}".splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def fence(node, context):
    """Write a directive, or a block of code."""
    directive = directive_of(node)
    if not directive:
        return DEFAULT_RENDERERS["fence"](node, context)
    name, title, options, text = directive
    if name == "admonition":
        return quote(title, text, context)
    if name == "predict":
        return quote("Predict", text, context)
    if name == "prf:algorithm":
        return quote(f"Algorithm: {title}", text, context)  # it has the lecture's number, and none of ours
    if name == "exercise":
        heading = f"Exercise {book().labels[options['label']].number}. {title}"
        return f"**{within(heading, context)}**\n\n{within(text, context)}"
    if name == "quiz":
        return questions(read_quiz(title, text), context)
    if name == "solution":
        summary = f"Solution of exercise {book().labels[title].number}"
        return f"{OPEN}{summary}</summary>\n\n{within(text, context)}\n\n{SPACE}"
    raise KeyError(f"directive {{{name}}}")


def questions(quiz, context):
    """Write a quiz: the question with its number on the page, and each option with its explanation folded away.

    The option itself goes above the fold: in a summary some programs show no formula, and others the mark on a line
    of its own.
    """
    context.env["quizzes"] += 1
    parts = [f"**{context.env['quizzes']}.** {within(quiz.question, context)}"]
    for option in quiz.options:
        parts.append(f"({option.letter}) {within(option.text, context)}")
        parts.append(f"{OPEN}Is it right?</summary>\n\n{within(option.why, context)}\n\n{SPACE}")
    return "\n\n".join(parts)


def html(node, context):
    """Refuse HTML, of which the edition knows none."""
    raise KeyError(node.content.strip())


def link(node, context):
    """Write a link, if it leads to the network; links inside the book are roles."""
    if not str(node.attrs["href"]).startswith("https://"):
        raise KeyError(f"link to {node.attrs['href']}")
    return DEFAULT_RENDERERS["link"](node, context)


class Writer:
    """What the Markdown writer is told beyond CommonMark."""

    RENDERERS = {
        "myst_role": role,
        "math_inline": lambda node, context: f"${one_line(node.content)}$",
        "math_block": formula,
        "math_block_label": formula,
        "fence": fence,
        "colon_fence": fence,
        "html_block": html,
        "html_inline": html,
        "link": link,
        # A dollar sign that is no formula must not become one.
        "text": lambda node, context: DEFAULT_RENDERERS["text"](node, context).replace("$", r"\$"),
        **tables.RENDERERS,
    }


def plain(text, page="", quoted=False):
    """Return a text of a page as plain Markdown."""
    options = {"parser_extension": [Writer], "mdformat": {"number": True}}
    context = {"page": page, "quoted": quoted, "quizzes": 0}
    try:
        return MDRenderer().render(parser().parse(text), options, context).strip()
    except KeyError as unknown:
        raise ValueError(f"{page}: the runner's edition has no form or no target for {unknown}, in:\n{text}") from None
