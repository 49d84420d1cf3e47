"""Notebooks as pages: imports folded, the student's page for an exercise and the way there, previews of links."""

import json
import re

import nbformat
import notebook_pages
import plain
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from outputs import text_of

from lecture_grader import bank
from lecture_grader.exports import answered

CHAPTERS = sorted(ROOT.glob("book/[0-9]*.ipynb"))
SOLUTIONS = sorted(ROOT.glob("exercises/solutions/*.ipynb"))
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
WIDE = {"width": 1400, "height": 1000}


def shown(path):
    """Return a notebook's cells before and after, as the build reads them."""
    source = [path.read_text(encoding="utf-8")]
    notebook_pages.show(None, plain.name_of(path), source)
    return nbformat.read(path, as_version=4).cells, nbformat.reads(source[0], as_version=4).cells


@pytest.mark.parametrize("path", CHAPTERS + SOLUTIONS, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_code_cell_is_touched(path):
    """The cache of outputs knows a notebook by its code cells and their metadata."""
    before, after = ([c for c in cells if c.cell_type == "code"] for cells in shown(path))
    assert [(c.source, c.metadata) for c in before] == [(c.source, c.metadata) for c in after]


@every_chapter
def test_a_chapter_shows_its_imports_and_leads_to_its_exercise(path):
    _, cells = shown(path)
    (imports,) = [c.source for c in cells if c.id == "imports"]
    assert "<summary>Imports</summary>" in imports and "figures.use_style()" in imports
    buttons = re.findall(r"\{button-ref\} /(\S+)", "\n".join(c.source for c in cells if c.cell_type == "markdown"))
    assert buttons == [f"exercises/solutions/{path.stem}"] * 2
    first = next(i for i, c in enumerate(cells) if "button-ref" in c.source)
    assert first == 1


@every_chapter
def test_no_algorithm_of_the_lecture_gets_a_number_of_ours(path):
    _, cells = shown(path)
    for cell in cells:
        assert cell.source.count("{prf:algorithm}") == cell.source.count("\n:nonumber:\n")


@every_solution
def test_an_exercises_page_shows_what_is_handed_out_before_each_solution(path):
    _, cells = shown(path)
    for stub, solution in zip(cells, cells[1:], strict=False):
        if solution.cell_type == "code" and "solution" in solution.metadata.get("tags", []):
            assert {"hide-cell", "hide-input"} & set(solution.metadata.tags), "a solution must be folded"
            for name in answered(solution.source):
                assert bank.load(name).stub_source.strip() in stub.source
    assert sum(c.id.startswith("stub-") for c in cells) >= 4


# The built pages.


@every_chapter
def test_the_texts_of_links_to_elsewhere_are_in_the_page(path, built):
    html = (built / "book" / f"{path.stem}.html").read_text(encoding="utf-8")
    links = set(re.findall(r'<a class="reference internal" href="([^"#]+#(?:term|equation)-[^"]+)"', html))
    texts = re.search(r'<script type="application/json" id="previews">(.*?)</script>', html, re.DOTALL)
    found = json.loads(texts[1]) if texts else {}
    assert set(found) == links
    assert all(len(re.sub(r"<[^>]+>", "", text)) > 20 and "href" not in text for text in found.values())


@every_solution
def test_solutions_are_folded_under_their_name(path, built):
    html = (built / "exercises" / "solutions" / f"{path.stem}.html").read_text(encoding="utf-8")
    folds = re.findall(r'<p class="collapsed admonition-title">([^<]*)</p>', html)
    assert folds.count("Solution") >= 4
    assert "Show code cell" not in html


@every_solution
def test_an_exercises_page_prints_what_the_students_notebook_prints(path, built):
    """The solution's check below an empty stub would say that all is right."""
    html = (built / "exercises" / "solutions" / f"{path.stem}.html").read_text(encoding="utf-8")
    blocks = BeautifulSoup(html, "html.parser").select(".cell:not(.tag_solution) > .cell_output pre")
    handed_out = nbformat.read(ROOT / "exercises" / path.name, as_version=4)
    printed = [text_of(cell) for cell in handed_out.cells if cell.cell_type == "code" and cell.outputs]
    assert [block.text.strip("\n") for block in blocks] == printed


@pytest.mark.needs("chromium")
def test_a_link_shows_what_it_leads_to(visit, built):
    """By the mouse and by the Tab key; Escape closes it; a finger only follows the link."""
    opened = visit(built / "book" / "07_sgd.html", viewport=WIDE)
    page, box = opened.page, opened.page.locator("#preview")
    page.get_by_role("button", name="Show everything on this page").click()
    link = page.locator('.bd-article a.reference[href*="glossary.html#term-"]').first
    link.scroll_into_view_if_needed()
    link.hover()
    box.wait_for(state="visible")
    assert page.evaluate("document.querySelector('#preview strong').textContent").split()[0].lower() in (
        link.get_attribute("href") + link.text_content().lower()
    )
    assert link.get_attribute("aria-describedby") == "preview"
    box.hover()  # the mouse may go into it
    page.wait_for_timeout(400)
    assert box.is_visible()
    page.keyboard.press("Escape")
    assert not box.is_visible() and link.get_attribute("aria-describedby") is None

    seen = []
    for kind in ('[href*="references.html#"]', '[href^="#equation-"]'):
        link = page.locator(f".bd-article a.reference.internal{kind}").first
        link.evaluate("e => { const before = document.createElement('button'); e.before(before); before.focus(); }")
        page.keyboard.press("Tab")
        assert box.is_visible(), kind
        assert link.get_attribute("title") is None
        seen.append(box.inner_html())
        box_at, link_at = box.bounding_box(), link.bounding_box()
        assert 0 <= box_at["x"] and box_at["x"] + box_at["width"] <= WIDE["width"]
        below, above = box_at["y"] - link_at["y"] - link_at["height"], link_at["y"] - box_at["y"] - box_at["height"]
        assert min(abs(below), abs(above)) < 12
        page.keyboard.press("Escape")
        assert not box.is_visible()
    assert re.search(r"\d{4}", seen[0]) and "mjx-container" in seen[1] and ' id="' not in seen[1]
    assert opened.problems == []
