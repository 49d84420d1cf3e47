"""The PDF is a book: its numbers agree, folded answers stand at the end, and nothing lies beyond the paper's edge."""

import io
import re

import print_pdf
import pytest
from pypdf import PdfReader

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

PIECES = ["book/08_momentum", "book/back/self_check"]
HEADS = ["8. Momentum", "What you need to know"]
# What reaches beyond the edge: all but the parts of a formula and of a drawing, which lie in what is measured.
BEYOND = """(width) => [...document.querySelectorAll(".bd-article *:not(svg *, mjx-container *)")]
  .filter((each) => each.getBoundingClientRect().right > width + 1 || each.getBoundingClientRect().left < -1)
  .map((each) => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 60)}`)"""

# Code of which a line is wrapped that could stand whole.
WRAPPED = """() => [...document.querySelectorAll(".bd-article pre")].filter((box) => {
  const lines = box.textContent.replace(/\\n$/, "").split("\\n");
  const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(box);
  const rows = (box.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom)) / parseFloat(lineHeight);
  return rows > lines.length + 0.5 && Math.max(...lines.map((line) => line.length)) <= 120;
}).map((box) => box.textContent)"""


def words(text):
    """Return text with single blanks, without those that a PDF's lines may lose or gain."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def made(browser, built):
    """A book of one chapter and one page behind it, as it is read back, and what lay beyond the edge of the paper."""
    page = browser.new_page(viewport={"width": print_pdf.WIDTH, "height": 950})
    page.emulate_media(media="print")
    beyond = []

    def printed(page, as_before=print_pdf.printed):
        said = page.locator(".print-said").evaluate_all("all => all.map((one) => getComputedStyle(one).fontSize)")
        assert set(said) <= {"1px"}, "the source of a formula can be seen"
        beyond.extend(page.evaluate(BEYOND, print_pdf.WIDTH) + page.evaluate(WRAPPED))
        return as_before(page)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(print_pdf, "printed", printed)
        book = print_pdf.print_book(page, PIECES)
    page.close()
    target = io.BytesIO()
    book.write(target)
    return PdfReader(target), beyond


@pytest.fixture(scope="module")
def book(made):
    return made[0]


@pytest.fixture(scope="module")
def texts(book):
    """The text of each page."""
    return [page.extract_text() for page in book.pages]


def flat(outline):
    """Return the bookmarks, one after the other."""
    for item in outline:
        yield from flat(item) if isinstance(item, list) else [item]


def test_nothing_lies_beyond_the_edge_no_code_is_wrapped_and_no_page_is_empty(made, texts):
    assert made[1] == []
    for text in texts:
        assert len(text) > 100, f"a page says only {text!r}"


def test_a_title_page_then_the_contents_whose_numbers_agree_with_the_text(book, texts):
    title, author = print_pdf.titles()
    assert words(title) in words(texts[0]) and "CC BY 4.0" in texts[0]
    assert book.metadata.title == title
    ahead = book.page_labels.index("1")
    assert book.page_labels[:ahead] == ["i", "ii", "iii"][:ahead]
    assert book.page_labels[ahead:] == [str(i + 1) for i in range(len(texts) - ahead)]

    contents = words("".join(texts[1:ahead]))
    marks = [(mark.title, book.get_destination_page_number(mark)) for mark in flat(book.outline)]
    headings = [(title, sheet) for title, sheet in marks if title not in set(print_pdf.parts().values())]
    second = dict(headings)[HEADS[1]]
    assert len(headings) > 12 and [title for title, _ in headings if title in HEADS] == HEADS
    for title, sheet in headings:
        assert words(title) in words(texts[sheet]), f"'{title}' is not on the page of its bookmark"
    # Of what stands behind the chapters, the contents have only the pages.
    for title, sheet in [each for each in headings if each[1] < second or each[0] in HEADS]:
        assert f"{words(title)}{sheet - ahead + 1}" in contents, f"the contents give another page for '{title}'"


def test_every_page_has_its_number_and_a_running_head(book, texts):
    ahead = book.page_labels.index("1")
    second = book.get_destination_page_number(next(mark for mark in flat(book.outline) if mark.title == HEADS[1]))
    first = {ahead, second}
    title = words(print_pdf.titles()[0])
    for sheet in range(ahead, len(texts)):
        text = words(texts[sheet])
        assert str(sheet - ahead + 1) in texts[sheet].splitlines()
        head = words(HEADS[sheet >= second])
        assert (title + head in text) == (sheet not in first)


def test_folded_answers_stand_at_the_end_where_their_questions_say(book, texts):
    ahead = book.page_labels.index("1")
    plain = [words(text) for text in texts]
    check = next(sheet for sheet, text in enumerate(plain) if sheet >= ahead and "Choose an answer" in texts[sheet])
    answers = next(sheet for sheet, text in enumerate(plain) if "Question1:(c)" in text)
    assert answers > check and "1.Onaslope" in plain[check]
    said = re.findall(r"Solution:page(\d+)", "".join(plain[check : answers + 1]))
    assert len(said) == 5
    for number, page in enumerate(said, start=1):
        assert f"Exercise8.{number}(" in plain[ahead + int(page) - 1], f"no solution to 8.{number} on page {page}"
    solution = "Withequalgradientstheshare"
    assert solution in "".join(plain[answers:]) and solution not in "".join(plain[:answers])


def tags(element, above=()):
    """Yield the elements of the tree of tags, each with the kinds of those above it."""
    element = element.get_object()
    kind = element.get("/S")
    if kind is None:  # not an element, but a piece of a page or a link
        return
    yield element, above
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if not isinstance(kid, int):
            yield from tags(kid, (*above, kind))


def test_tags_tell_a_screen_reader_what_is_what(book):
    root = book.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    found = list(tags(root["/StructTreeRoot"]["/K"]))
    kinds = [element["/S"] for element, _ in found]
    assert kinds.count("/Document") == 1 and kinds.count("/Part") == 1 + len(PIECES)
    assert kinds.count("/H1") == 2 + len(PIECES)  # with the title and the contents
    assert kinds.count("/H2") > 12 and kinds.count("/LI") > 30
    shown = [element["/Alt"] for element, _ in found if element["/S"] == "/Figure" and "/Alt" in element]
    assert len(shown) >= 6 and min(len(alt) for alt in shown) > 40


def test_a_page_and_its_links_know_their_tags(book):
    tree = book.root_object["/StructTreeRoot"]
    numbers = tree["/ParentTree"]["/Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert len(owners) == len(numbers) / 2 and tree["/ParentTreeNextKey"] > max(owners)
    for page in book.pages:
        here = [owner.get_object() for owner in owners[page["/StructParents"]].get_object()]
        on = [owner.raw_get("/Pg").idnum == page.indirect_reference.idnum for owner in here if owner and "/Pg" in owner]
        assert any(on), "the numbers of a page lead to the tags of another"
        for note in page.get("/Annots", []):
            assert owners[note.get_object()["/StructParent"]].get_object()["/S"] == "/Link"


def test_a_formula_is_read_as_its_source(texts):
    said = words("".join(texts))
    assert words(r"0 < \epsilon\lambda < 2 + 2\alpha") in said and words("0 < ϵλ < 2 + 2α") in said


def test_links_lead_into_the_book_and_never_to_a_file(book):
    inner = 0
    for page in book.pages:
        for note in page.get("/Annots", []):
            note = note.get_object()
            address = note.get("/A", {}).get("/URI", "")
            assert not address.startswith(("file:", "book:"))
            inner += "/Dest" in note
    assert inner > 40
