"""Print the built book to _build/book.pdf: a title page, the contents, and each page by Chromium, joined.

Each page is printed with a running head and goes on with the numbers of the page before it. So the contents, which
stand in front and are numbered apart, are made last, when it is known where every heading has come to stand.
"""

import html
import io
import json
import shutil
import sys
from typing import NamedTuple
from urllib.parse import quote, unquote

import yaml
from paths import CONFIG, ROOT, TOC, pages, site
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    Fit,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

HTML = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "book.pdf"
ASSETS = ROOT / "book" / "assets"
SCRIPT = ROOT / "tools" / "print_pdf.js"
ONLY_LIVE = {"book/back/where_you_are"}  # what a page without a memory cannot show
RENAMED = {"book/index": "Preface"}  # the book's own title stands on the title page
WIDTH = 642  # CSS pixels between the margins of A4: what fits here fits on paper
PAPER = """
@page {{
  size: A4; margin: 24mm 20mm 22mm;
  font-family: "Source Serif 4", Georgia, serif; font-size: 9pt; color: #515a66;
  @top-left {{ content: {left} }}
  @top-right {{ content: {right} }}
  @bottom-center {{ content: counter(page{style}) }}
}}
@page :first {{ @top-left {{ content: none }} @top-right {{ content: none }} {first} }}
html {{ counter-reset: page {before} }}
"""
FILL_IN = """(numbers) => {
  for (const link of document.querySelectorAll(".print-number")) {
    link.textContent = numbers[link.hash.slice(1)];
  }
}"""


class Heading(NamedTuple):
    """A heading of the book: its page's file without the suffix, and where it stands in the whole."""

    level: int
    text: str
    name: str
    anchor: str
    part: str
    number: int = 0  # of the printed page
    top: float = 0.0


def titles():
    """Return the book's title and author as _config.yml gives them."""
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    return settings["title"], settings["author"]


def parts():
    """Return the part to which each page belongs, by the page's file without the suffix."""
    found = {}
    for part in yaml.safe_load(TOC.read_text(encoding="utf-8"))["parts"]:
        for chapter in part["chapters"]:
            for node in (chapter, *chapter.get("sections", [])):
                found[node["file"]] = part["caption"]
    return found


def on_paper(left, right, before=0, style="", first=""):
    """Return the style of a page's paper: its running head, and its numbers going on from those before it."""
    words = {"left": json.dumps(left, ensure_ascii=False), "right": json.dumps(right, ensure_ascii=False)}
    return PAPER.format(**words, before=before, style=style, first=first)


def printed(page):
    """Return an open page as PDF."""
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)))


def places(reader):
    """Return where the named places of a printed page are: the sheet, counted from 0, and the height on it."""
    found = {unquote(key.removeprefix("/")): to for key, to in reader.named_destinations.items()}
    return {anchor: (reader.get_destination_page_number(to), float(to.top)) for anchor, to in found.items()}


def open_page(page, name, part=""):
    """Open a page of the book and make it fit for paper; return its headings as (tag, text, anchor)."""
    # The course's scripts would make of it what moves and remembers, but for the one that keeps lines together.
    page.route(lambda address: ".js" in address and "/course.js" not in address, lambda route: route.abort())
    page.goto((HTML / f"{name}.html").as_uri())
    page.unroute_all()
    return page.evaluate(
        SCRIPT.read_text(encoding="utf-8").strip().removesuffix(";"),
        {
            "root": f"{HTML.as_uri()}/",
            "name": f"{name}.html",
            "title": RENAMED.get(name, ""),
            "part": part,
            "live": site(),
            "mathjax": (HTML / "_static" / "mathjax" / "tex-mml-chtml.js").as_uri(),
        },
    )


def front(headings):
    """Return the title page and the contents as HTML."""
    title, author = titles()
    address = site()
    rows, part = [], None
    for heading in headings:
        if heading.part != part:
            part = heading.part
            rows.append(f"</ol><h2>{html.escape(part)}</h2><ol>" if part else "")
        kind = "page" if heading.level == 1 else "section"
        target = f"book:{heading.name}.html#{quote(heading.anchor)}"
        rows.append(
            f'<li class="print-{kind}"><a href="{target}"><span>{html.escape(heading.text)}</span>'
            f"<span>{heading.number}</span></a></li>"
        )
    return (
        f'<section class="print-cover">{(ASSETS / "mark.svg").read_text(encoding="utf-8")}<h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(author[0].upper() + author[1:])}</p>"
        f'<p class="print-foot">{html.escape(address)}<br>Text and pictures: CC BY 4.0. Code: MIT.<br>'
        "The pictures that stand still here move in the pages of the book.</p></section>"
        f'<section class="print-contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></section>'
    )


def link(book, found):
    """Let the links within the book lead to their places; those to a page that is not printed lead to the site."""
    for sheet in book.pages:
        kept = ArrayObject()
        for one in sheet.get("/Annots", []):
            note = one.get_object()
            address = note.get("/A", {}).get("/URI", "")
            if address.startswith("book:"):
                name, _, anchor = address.removeprefix("book:").partition("#")
                key = (name.removesuffix(".html"), unquote(anchor))
                number, top = found.get(key) or found.get((key[0], ""), (None, None))
                if number is not None:
                    there = book.pages[number].indirect_reference
                    note[NameObject("/Dest")] = ArrayObject(
                        [there, NameObject("/XYZ"), NullObject(), FloatObject(top), NullObject()]
                    )
                    del note["/A"]
                elif site():
                    note[NameObject("/A")][NameObject("/URI")] = TextStringObject(f"{site()}/{name}")
                else:
                    continue
            kept.append(one)
        if "/Annots" in sheet:
            sheet[NameObject("/Annots")] = kept


def entry(**values):
    """Return a dictionary of a PDF."""
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in values.items()})


def join_tags(book, readers):
    """Join the trees of tags, by which a screen reader knows headings, lists, tables and what a picture shows.

    Chromium gives each piece such a tree; when pieces are joined, pypdf leaves it behind.
    """
    tree = entry(Type=NameObject("/StructTreeRoot"))
    whole = entry(Type=NameObject("/StructElem"), S=NameObject("/Document"))
    root, document = book._add_object(tree), book._add_object(whole)
    whole[NameObject("/P")] = root
    parts, owners = ArrayObject(), ArrayObject()
    first = sheet = 0
    for reader in readers:
        piece = reader.root_object.raw_get("/StructTreeRoot").clone(book).get_object()
        part = piece.raw_get("/K")
        part.get_object()[NameObject("/S")] = NameObject("/Part")
        part.get_object()[NameObject("/P")] = document
        parts.append(part)
        # Pages and links have numbers under which the tree finds their owners: here they go on from piece to piece.
        numbers = piece["/ParentTree"]["/Nums"]
        for number, owner in zip(numbers[::2], numbers[1::2], strict=True):
            owners.extend((NumberObject(first + number), owner))
        for page, old in zip(book.pages[sheet:], reader.pages, strict=False):
            page[NameObject("/StructParents")] = NumberObject(first + old["/StructParents"])
            for note in (each.get_object() for each in page.get("/Annots", [])):
                note[NameObject("/StructParent")] = NumberObject(first + note["/StructParent"])
        first += piece["/ParentTreeNextKey"]
        sheet += len(reader.pages)
    whole[NameObject("/K")] = parts
    tree[NameObject("/K")] = document
    tree[NameObject("/ParentTree")] = entry(Nums=owners)
    tree[NameObject("/ParentTreeNextKey")] = NumberObject(first)
    book.root_object[NameObject("/StructTreeRoot")] = root
    book.root_object[NameObject("/MarkInfo")] = entry(Marked=BooleanObject(True))


def print_book(page, names):
    """Return the book of these pages, named by their files without the suffix, printed in an open browser page."""
    title, author = titles()
    part_of = parts()
    readers, headings, found = [], [], {}
    before, part = 0, ""
    for name in names:
        begins = part_of.get(name, "") != part
        part = part_of.get(name, "")
        spoken = open_page(page, name, part if begins else "")
        page.add_style_tag(content=on_paper(title, spoken[0][1], before))
        reader = printed(page)
        here = places(reader)
        if page.locator(".print-number").count():
            page.evaluate(FILL_IN, {anchor: before + sheet + 1 for anchor, (sheet, _) in here.items()})
            reader = printed(page)
            if places(reader) != here:
                raise RuntimeError(f"{name}: the numbers of pages, filled in, have moved what they lead to")
        found[name, ""] = (before, float(reader.pages[0].mediabox.top))
        found |= {(name, anchor): (before + sheet, top) for anchor, (sheet, top) in here.items()}
        for tag, text, anchor in spoken:
            sheet, top = here[anchor]
            headings.append(Heading(int(tag[1]), text, name, anchor, part, before + sheet + 1, top))
        readers.append(reader)
        before += len(reader.pages)
        print(f"{name}: {len(reader.pages)}", flush=True)

    shown = [one for one in headings if one.level == 1 or one.name.startswith("book/") and "/back/" not in one.name]
    page.locator(".bd-article").evaluate("(article, text) => { article.innerHTML = text; }", front(shown))
    page.add_style_tag(
        content=on_paper(title, "Contents", style=", lower-roman", first="@bottom-center { content: none }")
    )
    contents = printed(page)
    ahead = len(contents.pages)

    book = PdfWriter()
    for reader in (contents, *readers):
        book.append(reader, import_outline=False)
    join_tags(book, (contents, *readers))
    link(book, {key: (number + ahead, top) for key, (number, top) in found.items()})
    outline(book, headings, ahead)
    book.set_page_label(0, ahead - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    book.set_page_label(ahead, len(book.pages) - 1, style=PageLabelStyle.DECIMAL)
    book.add_metadata({"/Title": title, "/Author": author[0].upper() + author[1:]})
    book.root_object[NameObject("/Lang")] = TextStringObject("en-GB")
    book.root_object[NameObject("/ViewerPreferences")] = entry(DisplayDocTitle=BooleanObject(True))
    book.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")
    book.compress_identical_objects()  # each piece brought the same fonts
    return book


def outline(book, headings, ahead):
    """Give the book its bookmarks: parts, pages, sections."""
    part, over, above = "", None, None
    for one in headings:
        there = {"page_number": one.number - 1 + ahead, "fit": Fit.xyz(top=one.top)}
        if one.part != part:
            part, over = one.part, book.add_outline_item(title=one.part, **there)
        if one.level == 1:
            above = book.add_outline_item(title=one.text, parent=over, **there)
        else:
            book.add_outline_item(title=one.text, parent=above, **there)


def main():
    program = shutil.which("chromium")
    if program is None:
        print("make pdf needs Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    names = [source.relative_to(ROOT).with_suffix("").as_posix() for source in pages()]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light", viewport={"width": WIDTH, "height": 950})
        page.emulate_media(media="print")
        book = print_book(page, [name for name in names if name not in ONLY_LIVE])
        browser.close()
    book.write(TARGET)
    print(f"Printed {len(book.pages)} pages. Open {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
