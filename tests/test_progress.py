"""The page "Where you are": its list is complete and leads somewhere, and it shows what the browser has kept."""

import json
import re

import progress
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT

from lecture_grader import bank

KINDS = ("predict", "quiz", "task", "exercise")
CATALOGUE = progress.catalogue()
ITEMS = [item for chapter in CATALOGUE for kind in KINDS for item in chapter[kind]]


def test_the_list_has_every_chapter_and_every_question_of_its_exercise():
    assert [chapter["id"] for chapter in CATALOGUE] == [f"{number:02}" for number in bank.CHAPTERS]
    for chapter in CATALOGUE:
        names = {item["id"].partition("/")[2] for item in chapter["exercise"]}
        assert names == set(bank.of_chapter(int(chapter["id"])))
        assert len(chapter["quiz"]) >= 4 and len(chapter["task"]) >= 1


def test_every_id_is_one_that_can_be_kept_and_every_title_is_plain_text():
    form = re.search(r"const ID = /(.*)/;", (ROOT / "book" / "assets" / "store.js").read_text(encoding="utf-8"))[1]
    form = form.replace(r"\/", "/")
    for kind in KINDS:
        ids = [item["id"] for chapter in CATALOGUE for item in chapter[kind]]
        assert len(set(ids)) == len(ids)
    for item in ITEMS:
        assert re.fullmatch(form, item["id"]), item
        assert item["title"] and not re.search(r"[$\\`{}]", item["title"]), item


def test_every_place_is_in_the_built_book(built):
    found = {}
    for place in [item["place"] for item in ITEMS] + [chapter["end"] for chapter in CATALOGUE]:
        name, _, anchor = place.partition("#")
        if name not in found:
            found[name] = set(re.findall(r'\bid="([^"]+)"', (built / name).read_text(encoding="utf-8")))
        assert anchor in found[name], place
    html = (built / f"{progress.PAGE}.html").read_text(encoding="utf-8")
    text = re.search(r'<script type="application/json" id="catalogue">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(text) == CATALOGUE


@pytest.fixture
def folder(tmp_path):
    """The page as the build makes it, without the theme, and a chapter whose end is out of sight."""
    script = '<script src="../../{}.js"></script>'
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'
    for name in ("store", "progress"):
        (tmp_path / f"{name}.js").write_text((ROOT / "book" / "assets" / f"{name}.js").read_text(encoding="utf-8"))
    text = (ROOT / f"{progress.PAGE}.md").read_text(encoding="utf-8")
    place = re.search(r'<div id="answers">.*</div>', text)[0]
    data = json.dumps(CATALOGUE).replace("</", "<\\/")
    page = tmp_path / "book" / "back" / "where_you_are.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        f'{head}<body><main><h1>Where you are</h1>{place}<script type="application/json" id="catalogue">{data}</script>'
        f"{script.format('store')}{script.format('progress')}</main>"
    )
    (tmp_path / "book" / "08_momentum.html").write_text(
        f'{head}<body><h1>Momentum</h1><div style="height: 5000px"></div>'
        '<section id="check-yourself"><h2>Check</h2></section>'
        f"{script.format('store').replace('../../', '../')}{script.format('progress').replace('../../', '../')}"
    )
    return tmp_path / "book"


QUIZ = CATALOGUE[7]["quiz"]
SEED = f"""() => {{
  course.set("quiz", "{QUIZ[0]["id"]}", {{ chosen: "a", right: false, first: "a" }});
  course.set("quiz", "{QUIZ[1]["id"]}", {{ chosen: "b", right: true, first: "c" }});
  course.set("task", "08/1", {{ done: true }});
  course.set("quiz", "08/no-longer-asked", {{ chosen: "a", right: false, first: "a" }});
}}"""


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_a_chapter_is_read_when_its_end_has_been_in_view_and_the_page_shows_it(folder, visit, tmp_path):
    opened = visit(folder / "08_momentum.html")
    here = opened.page
    here.wait_for_timeout(100)
    assert here.evaluate("course.entries('read')") == {}
    here.mouse.wheel(0, 6000)
    here.wait_for_function("course.get('read', '08')")
    here.evaluate(SEED)

    here.goto((folder / "back" / "where_you_are.html").as_uri())
    text = here.locator("#answers").inner_text()
    assert "read 1 of 13 chapters" in text
    assert re.search(r"answered 2 of \d+ questions \(1 right\), reached 1 of \d+ tasks", text)
    wrong = here.locator("h2:has-text('What went wrong') + ul a")
    assert wrong.evaluate_all("all => all.map(a => a.getAttribute('href'))") == [f"../../{QUIZ[0]['place']}"]
    on = here.locator("h2:has-text('Go on') + p a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    first = (CATALOGUE[7]["predict"] or QUIZ[2:])[0]
    assert on == [f"../../{first['place']}", "../../book/09_nesterov.html"]

    # A chapter opens by keyboard; a tick is kept, and the focus stays on it.
    here.locator("#where-08-summary").press("Enter")
    name = CATALOGUE[7]["exercise"][0]["id"]
    here.locator(f"[id='tick-{name}']").press("Space")
    assert here.evaluate("id => course.get('exercise', id).done", name) is True
    assert here.evaluate("document.activeElement.id") == f"tick-{name}"
    # Ticked, and taken back, right after a chapter was opened: sooner than the browser tells of the opening.
    focused = here.evaluate("""() => {
      const chapter = document.getElementById("where-09");
      chapter.open = true;
      const tick = chapter.querySelector("input");
      return [tick, null].map((one) => {
        (one ?? document.activeElement).focus();
        document.activeElement.click();
        return document.activeElement.id === tick.id;
      });
    }""")
    assert focused == [True, True]
    assert here.locator("#where-08").get_attribute("open") is not None
    assert "solved 1 of" in here.locator("#answers").inner_text()
    found = Axe().run(here, options={"preload": False}).response["violations"]
    assert [item["id"] for item in found] == []

    # Out as a file, away, and back.
    with here.expect_download() as download:
        here.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    here.once("dialog", lambda dialog: dialog.dismiss())
    here.get_by_role("button", name="Delete all").click()
    assert "read 1 of 13" in here.locator("#answers").inner_text()
    here.once("dialog", lambda dialog: dialog.accept())
    here.get_by_role("button", name="Delete all").click()
    assert "read 0 of 13" in here.locator("#answers").inner_text()
    assert here.locator("h2:has-text('Go on') + p a").get_attribute("href") == "../../book/01_empirical_risk.html"

    other = tmp_path / "other.json"
    other.write_text('{"entries": "<b>"}')
    take, status = here.get_by_label("Take in a file"), here.get_by_role("status")
    take.set_input_files(other)
    here.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('This file was not')")
    assert "read 0 of 13" in here.locator("#answers").inner_text()
    take.set_input_files(saved)
    here.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('Taken in')")
    assert status.inner_text() == "Taken in: 6 entries."
    assert (
        "read 1 of 13" in here.locator("#answers").inner_text()
        and "solved 1 of" in here.locator("#answers").inner_text()
    )
    assert opened.problems == []


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_what_a_file_brings_is_shown_as_text_and_without_storage_the_page_says_so(folder, visit, browser):
    here = visit(folder / "back" / "where_you_are.html").page
    here.evaluate(f"course.set('quiz', '{QUIZ[0]['id']}', {{ chosen: '<img src=x>', right: false }})")
    here.evaluate(
        f"course.set('predict', '{(CATALOGUE[7]['predict'] or [{'id': '08/x'}])[0]['id']}', {{ guess: '<b>3</b>' }})"
    )
    assert here.locator("#answers :is(img, b)").count() == 0 and "<img src=x>" in here.locator("#answers").inner_text()

    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})")
    here = context.new_page()
    here.goto((folder / "back" / "where_you_are.html").as_uri())
    assert here.get_by_role("status").inner_text().startswith("This browser keeps nothing")
    context.close()
