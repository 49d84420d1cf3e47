"""The slides: what is taken from a chapter, and a deck in a browser, by keyboard, on paper and on a phone."""

import io
import re

import edition
import nbformat
import pytest
import slides
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from docutils.nodes import make_id
from pypdf import PdfReader

CHAPTERS = {path.stem: path for path in edition.chapters()}
SECTION = """<section id="how-far"><h2><span class="section-number">8.3. </span>How far?<a class="headerlink">#</a></h2>
<p>First words.</p>
<p>Words before a formula:</p>
<div class="math notranslate" id="equation-1">\\[ v \\]</div>
<p>Words that nobody sees.</p>
<div class="admonition tip predict" id="p-1" data-predict='{"right": 1, "says": "it is 3"}'>
<p class="admonition-title">Predict</p><p>How many?</p>
<div class="predict-choices"><ul><li>two</li><li>three</li></ul></div>
<div class="predict-says" hidden>it is 3</div></div>
<div class="admonition tip predict" id="p-2" data-predict='{"right": null, "says": ""}'>
<p class="admonition-title">Predict</p><p>Sketch it.</p><div class="predict-says" hidden></div></div>
<div class="cell container"><div class="cell_input">print(3)</div>
<div class="cell_output predict-answer answer-to-p-1 container">
<div class="output stream"><pre>three: 3 &lt; 4</pre></div></div></div>
<div class="predict-answer answer-to-p-1 container"><p>What it says.</p>
<div class="cell container"><div class="cell_output"><figure id="f"><img src="x.svg" alt="A line."></figure></div></div>
<section id="and-then"><h3>And then</h3><ul><li>a</li><li>b</li><li>c</li><li>d</li></ul></section></div>
</section>"""


def test_what_is_taken_from_a_section():
    found = list(slides.of_section(BeautifulSoup(SECTION, "html.parser").section))
    assert [title for title, _ in found] == ["How far?"] * 6 + ["And then"] * 2
    texts = [BeautifulSoup(content, "html.parser").get_text(" ", strip=True) for _, content in found]
    assert texts == [
        "First words.",
        "Words before a formula: \\[ v \\]",
        "Predict How many? two three",
        "Predict Sketch it.",
        "Outcome two three Measured: it is 3. three: 3 < 4",
        "",
        "a b",
        "c d",
    ]
    # The question does not know the answer, not even where nobody looks; its outcome marks the right choice.
    assert "data-predict" not in found[2][1] and "it is 3" not in found[2][1]
    assert BeautifulSoup(found[4][1], "html.parser").select_one(".right").text == "three"
    assert "<figure" in found[5][1]


def test_the_settings_name_sections_that_are_there():
    found = slides.decks()
    assert len({deck["name"] for deck in found}) == len(found) == 4
    # Every chapter is in one deck, in the order of the book.
    assert [name for deck in found for name in deck["chapters"]] == list(CHAPTERS)
    for deck in found:
        for name, wanted in deck["chapters"].items():
            cells = nbformat.read(CHAPTERS[name], as_version=4).cells
            text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
            headings = [make_id(line) for line in re.findall(r"^##+ (.*)$", text, re.MULTILINE)]
            assert [anchor for anchor in wanted if anchor not in headings] == [], name
            assert sorted(wanted, key=headings.index) == wanted, name


def test_a_section_that_is_not_there_is_named(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    goals = "<ul><li><strong>You will be able to</strong> see.</li></ul>"
    page = tmp_path / "book" / "08_momentum.html"
    page.write_text(f"<article><section id='a'><h1>A</h1>{goals}</section></article>")
    monkeypatch.setattr(slides, "HTML", tmp_path)
    with pytest.raises(ValueError, match="08_momentum must have a section 'nowhere'"):
        list(slides.of_chapter("08_momentum", ["nowhere"]))


@pytest.fixture(scope="module")
def deck(built, tmp_path_factory):
    """A deck of one chapter, and how many slides it has."""
    folder = tmp_path_factory.mktemp("decks") / "slides"
    wanted = ["give-the-point-a-mass", "how-fast-does-it-go", "the-moving-picture", "summary"]
    slides.write(folder, [{"name": "one", "title": "Momentum", "chapters": {"08_momentum": wanted}}])
    return folder / "one.html"


NOW = "Number(location.hash.slice(2))"
READY = "document.documentElement.dataset.ready"


@pytest.mark.needs("chromium")
def test_a_deck_by_keyboard_on_paper_and_on_a_phone(deck, visit):
    opened = visit(deck, viewport={"width": 1400, "height": 850}, color_scheme="light", reduced_motion="reduce")
    here = opened.page
    here.wait_for_function(READY)
    count = here.locator(".slide").count()
    assert count > 15 and here.evaluate(NOW) == 1
    here.keyboard.press("ArrowRight")
    here.keyboard.press("PageDown")
    here.keyboard.press("ArrowLeft")
    assert here.evaluate(NOW) == 2 and here.evaluate("document.activeElement.id") == "s2"
    assert here.locator(".turn a").inner_text() == f"2 / {count}"
    here.keyboard.press("End")
    assert here.evaluate(NOW) == count
    here.get_by_role("button", name="Slide before").click()
    assert here.evaluate(NOW) == count - 1

    # A moving picture lives, and its arrow keys are its own.
    live = here.locator(".slide .explorer.lo-live")
    assert live.count() == here.locator(".slide .explorer").count() >= 1
    slider = live.first.locator("input[type=range]").first
    slider.scroll_into_view_if_needed()
    slider.focus()
    before, place = slider.input_value(), here.evaluate("scrollY")
    here.keyboard.press("ArrowLeft")
    assert slider.input_value() != before and here.evaluate("scrollY") == place
    here.keyboard.press("Escape")
    here.keyboard.press("ArrowRight")
    assert here.evaluate("scrollY") > place
    assert here.locator("mjx-container").count() > 20

    for theme in ("light", "dark"):
        assert here.evaluate("document.documentElement.dataset.theme") == theme
        found = Axe().run(here, options={"preload": False}).response["violations"]
        assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
        here.keyboard.press("t")

    printed = PdfReader(io.BytesIO(here.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(printed.pages) == count
    here.set_viewport_size({"width": 390, "height": 800})
    assert here.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.problems == []
    # The address leads back to the slide.
    here.goto("about:blank")
    here.goto(f"{deck.as_uri()}#s5")
    here.wait_for_function(READY)
    assert here.evaluate(NOW) == 5


@pytest.mark.needs("chromium")
def test_a_deck_without_its_script_is_there_to_be_read(deck, browser):
    context = browser.new_context(java_script_enabled=False)
    here = context.new_page()
    here.goto(deck.as_uri())
    assert here.locator(".slide").first.is_visible() and here.locator(".turn").count() == 0
    assert here.locator(".explorer-static").first.is_visible()
    context.close()
