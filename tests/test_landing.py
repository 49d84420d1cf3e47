"""The first page: the race runs on the course's rules at measured rates, the map is what the chapters say."""

import course_map
import emblems
import numpy as np
import pytest
import race
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT

from lecture_optim import ALGORITHMS
from lecture_optim.explorers.static import COLOURS

WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
STYLE = (ROOT / "book" / "assets" / "landing.css").read_text(encoding="utf-8")
SCRIPTS = [ROOT / "lecture_optim" / "explorers" / "explorers.js", ROOT / "book" / "assets" / "race.js"]
STORE = "window.read = { '02': {}, '08': {} }; window.course = { entries: kind => kind === 'read' ? window.read : {} }"
DONE = "[...document.querySelectorAll('.map-level .map-done')].map(e => e.dataset.chapter)"


# The rates.


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda a: a.name)
def test_each_rate_is_the_best_of_a_grid_that_is_wide_enough(algorithm):
    """No other rate of the grid arrives sooner on average, and the best one does not lie at an end."""
    late = np.minimum(race.arrivals(algorithm, race.STARTS, race.RATES), race.STEPS)
    best = int(np.flatnonzero(race.RATES == race.tuned()[algorithm.name]).item())
    assert late.mean(axis=0).min() == late.mean(axis=0)[best] < race.STEPS
    assert 5 < best < len(race.RATES) - 6


def test_the_rates_are_chosen_on_twenty_starts_or_more_all_in_the_picture():
    assert race.STARTS.shape[1] >= 20
    for values, (low, high) in zip(race.STARTS, race.BOUNDS, strict=True):
        assert low < values.min() and values.max() < high
    assert race.SURFACE.value(np.array(race.MINIMISER)) == 0


def test_the_looks_are_those_of_the_moving_pictures():
    assert len(race.DASHES) == len(race.dark()) == len(COLOURS) == len(ALGORITHMS) == len(race.PAGES)


# The map.


def reached(pairs, number):
    """Return from which chapters arrows lead to one, directly or not."""
    direct = {one for one, other in pairs if other == number}
    return direct.union(*(reached(pairs, one) for one in direct))


def test_the_arrows_are_what_the_chapters_ask_for():
    found = course_map.chapters()
    pairs = course_map.arrows(found)
    assert list(found) == [f"{n:02}" for n in range(1, 14)]
    for number in found:
        assert reached(pairs, number) == course_map.before(found, number), number
        assert found[number]["needs"] <= reached(pairs, number), number
        direct = [one for one, other in pairs if other == number]
        assert not any(one in reached(pairs, other) for one in direct for other in direct), number


def test_a_line_that_names_a_range_names_all_of_it():
    assert course_map.needs(next(ROOT.glob("book/13_*.ipynb"))) == {"07", "08", "09", "10", "11", "12"}


def test_every_chapter_has_a_place_of_its_own():
    places = course_map.places(course_map.chapters())
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize("upright", [True, False])
def test_titles_fit_into_their_boxes(upright):
    for chapter in course_map.chapters().values():
        rows = course_map.lines(chapter["title"], 12 if upright else 14)
        assert "".join(rows).replace(" ", "") == chapter["title"].replace(" ", "")
        assert len(rows) <= 3 and max(map(len, rows)) <= 14


# The chapters' small pictures.


def test_every_chapter_has_a_small_picture_of_its_own():
    drawn = {number: emblems.emblem(number) for number in course_map.chapters()}
    assert len(set(drawn.values())) == 13
    for number, svg in drawn.items():
        assert len(svg) < 30_000, number
        assert 'aria-hidden="true"' in svg and "nan" not in svg, number


# In the browser.


@pytest.fixture(scope="module")
def first_page(tmp_path_factory):
    """A page of both pictures alone, with the scripts that they need and a reader who has read two chapters."""
    path = tmp_path_factory.mktemp("landing") / "index.html"
    scripts = "".join(f"<script>{each.read_text(encoding='utf-8')}</script>" for each in SCRIPTS)
    path.write_text(
        '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Course</title>'
        f"<style>:root{{--pst-color-link:#0b5bc4;--pst-color-background:#fff;--pst-color-text-base:#222}}{STYLE}</style>"
        f"<script>{STORE}</script><main class='bd-article'><h1>Course</h1>{race.race()}{course_map.course_map()}</main>"
        + scripts,
        encoding="utf-8",
    )
    return path


def listed(page):
    """Return what the list says of each algorithm's arrival."""
    return page.locator(".race-step").all_text_contents()


@pytest.mark.needs("chromium")
def test_the_page_computes_the_arrivals_that_python_computes(visit, first_page):
    expected = [race.arrival_text(arrival) for _, arrival in race.runs()]
    assert sum("step" in text for text in expected) >= 6
    page = visit(first_page, viewport=WIDE, reduced_motion="reduce").page
    assert page.locator(".race-play").text_content() == "Play"  # nothing moves by itself
    page.locator(".race-controls input").fill(str(race.STEPS))
    assert listed(page) == expected
    point = race.FRAME.pixel(race.runs()[0][0])[-1]
    head = page.locator(".race-head").first
    assert np.allclose([float(head.get_attribute(name)) for name in ("cx", "cy")], point, atol=1e-3)

    # The start moves by the keyboard, says where it is, and the paths follow it.
    start = page.locator(".race-start")
    start.focus()
    before = page.locator(".race-ways path").first.get_attribute("d")
    page.keyboard.press("ArrowRight")
    assert "−1.3" in start.get_attribute("aria-valuetext")
    assert page.locator(".race-ways path").first.get_attribute("d") != before
    page.wait_for_function("document.querySelector('.race-said').textContent.startsWith('First to stay')")
    assert page.locator(".race-play").text_content() == "Play"

    # So it does by the hand.
    box = page.locator(".race-field svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    assert "θ₁ 1.3" in start.get_attribute("aria-valuetext")
    page.get_by_role("button", name="First start").click()
    assert "−1.4" in start.get_attribute("aria-valuetext")

    # The map marks what has been read, and follows the reader.
    assert page.evaluate(DONE) == ["02", "08"]
    assert page.get_by_role("link", name="8 Momentum, after 7 (read)").count() == 1
    page.evaluate("window.read = {}; document.dispatchEvent(new CustomEvent('course-change'))")
    assert page.evaluate(DONE) == []
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [item["id"] for item in found] == []


@pytest.mark.needs("chromium")
def test_it_plays_by_itself_and_can_be_paused(visit, first_page):
    opened = visit(first_page, viewport=PHONE)
    page, step = opened.page, "+document.querySelector('.race output').textContent"
    page.locator(".race-field").scroll_into_view_if_needed()
    page.wait_for_function(f"{step} > {race.SHOWN + 2}")
    page.get_by_role("button", name="Pause").click()
    paused = page.evaluate(step)
    page.wait_for_timeout(250)
    assert page.evaluate(step) == paused < race.STEPS
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".map-upright").is_visible() and not page.locator(".map-level").is_visible()
    assert opened.problems == []


@pytest.mark.needs("chromium")
def test_without_a_script_everything_is_there(visit, first_page):
    page = visit(first_page, viewport=WIDE, java_script_enabled=False).page
    assert page.locator(".race-name:visible").count() == len(ALGORITHMS)
    assert page.locator(".map-level a:visible").count() == 13
    assert not page.locator(".race-controls button").first.is_visible()
