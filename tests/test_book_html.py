"""The built book, opened page by page in a real browser that has no network."""

import re
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, Visit
from paths import pages

sys.path.insert(0, str(ROOT / "benchmarks"))
from pages import MOST, weight  # noqa: E402

AXE = Axe().axe_script
HTML = ROOT / "_build" / "html"
BUILT = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    # The first page only leads on to the landing page, which is among the others.
    if "_static" not in path.parts and path != HTML / "index.html"
)
WIDE = {"width": 1400, "height": 1000}
PHONE = {"width": 390, "height": 844}
DESCRIBED = 40  # characters: fewer cannot say what is to be seen

every_page = pytest.mark.parametrize("opened", BUILT, indirect=True)
needs_browser = pytest.mark.needs("chromium")

# Pictures in the text that lack a description. A copy button's icon is named by its button.
UNDESCRIBED = """least => {
  const named = e => [e.getAttribute('alt'), e.getAttribute('aria-label'),
    document.getElementById(e.getAttribute('aria-labelledby'))?.textContent,
    e.querySelector(':scope > title')?.textContent].some(t => t && t.trim().length >= least);
  return [...document.querySelectorAll('.bd-article :is(img, svg, canvas, .explorer)')]
    .filter(e => !e.closest('[aria-hidden="true"], button, a.headerlink') && !e.parentElement.closest('svg'))
    .filter(e => !named(e) && !(e.matches('.explorer') && [...e.querySelectorAll('[role="img"]')].some(named)))
    .map(e => e.outerHTML.slice(0, 200));
}"""

# Controls that Tab does not reach.
UNREACHABLE = """() => [...document.querySelectorAll(
    '.bd-article :is(input, select, textarea, button, summary, [role="slider"], [onclick])')]
  .filter(e => e.checkVisibility() && !e.disabled && e.tabIndex < 0)
  .map(e => e.outerHTML.slice(0, 200))"""

# Formulas and directives that reached the reader as they were written.
UNRENDERED = r"""() => {
  const text = (document.querySelector('.bd-article') || document.body).cloneNode(true);
  text.querySelectorAll('pre, code, script, svg, mjx-container').forEach(e => e.remove());
  return text.textContent.match(/.{0,60}([$]|:::|\{(doc|eq|numref|cite:.|ref|term)\}).{0,60}/g) || [];
}"""

COVERED = (".predict", ".predict-cover", ".predict-answer")
KINDS_OF_BOX = ("input[type=radio]", ".predict-number", ".sketch")
CONTROLS = ":is(input:not([type=radio]), select, button, [role=slider]):visible"
FOCUSED = "all => all.indexOf(document.activeElement)"
# The theme has followed the reader's choice, and its colours have stopped changing.
DARK = """document.documentElement.dataset.theme === 'dark'
  && document.getAnimations().every(a => a.playState !== 'running')"""


# Code and formulas are thousands of spans in the theme's own colours: minutes for nothing, and axe is slow even over
# what it is told to leave out. So each gives way to a box of its size.
EMPTIED = """() => {
  const boxes = [...document.querySelectorAll('pre, mjx-container')].map(e => [e, e.scrollWidth, e.scrollHeight]);
  for (const [e, width, height] of boxes) {
    const box = document.createElement('span');
    box.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
    e.replaceChildren(box);
  }
}"""

# Text of one ink on one ground and of one size has one contrast, however often it is there: of each kind three are
# marked. On pictures axe gives no verdict.
MARKED = """() => {
  const kinds = new Map();
  const kind = (e, own) => e && [own, ...['backgroundColor', 'backgroundImage', 'opacity', 'filter']
    .map(name => getComputedStyle(e)[name])].join() + kind(e.parentElement, '');
  document.querySelectorAll('[data-kind]').forEach(e => e.removeAttribute('data-kind'));
  for (const e of document.body.querySelectorAll(':not(svg *)')) {
    const written = [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    const { width, height } = e.getBoundingClientRect();
    if (!written || width < 2 || height < 2 || !e.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textShadow, position } = getComputedStyle(e);
    const name = kind(e, [color, fontSize, fontWeight, textShadow, position].join());
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
    if (kinds.get(name) <= 3) e.dataset.kind = '';
  }
}"""
TEXTS = "[data-kind], input, select, textarea"

RUN = """([rules, include, selector]) => {
  axe.configure({ rules: [{ id: 'color-contrast', selector }] });
  // Without "preload" axe would fetch the style sheets anew, which a page from a file may not.
  const options = { preload: false, resultTypes: ['violations'], ...(rules.length ? { runOnly: rules } : {}) };
  return axe.run({ include, exclude: [['pre'], ['mjx-container']] }, options)
    .then(found => found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`));
}"""


def violations(page, *rules, within=("html",)):
    """Return what axe finds wrong with a page, by these rules or by all, one line for each kind.

    All are WCAG's of levels A and AA and the best practices.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
        page.evaluate(EMPTIED)
    page.evaluate(MARKED)
    return page.evaluate(RUN, [rules, [[name] for name in within], TEXTS])


def test_every_page_of_the_contents_is_built(built):
    expected = {path.relative_to(ROOT).with_suffix(".html").as_posix() for path in pages()}
    assert expected <= set(BUILT)


@needs_browser
def test_first_page_leads_to_the_landing_page(visit, built):
    opened = visit(built / "index.html")
    opened.page.wait_for_url("**/book/index.html")
    assert opened.problems == []


@pytest.fixture(scope="module")
def opened(browser, request):
    """A page opened once, on a phone: the tests of that page widen it and darken it."""
    opened = Visit(browser, HTML / request.param, viewport=PHONE, color_scheme="light")
    for button in opened.page.get_by_role("button", name="Show everything on this page").all():
        button.click()  # what waits for the reader's guess is tested too
    yield opened
    opened.context.close()


@needs_browser
@every_page
def test_formulas_are_set(opened):
    page = opened.page
    formulas = page.locator(".bd-article .math").count()
    assert page.locator("mjx-container").count() >= formulas
    assert page.locator("mjx-merror").count() == 0


@needs_browser
@every_page
def test_page_on_a_phone_does_not_scroll_sideways(opened):
    page = opened.page
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, "scrollable-region-focusable") == []
    assert opened.problems == []


@needs_browser
@every_page
def test_page_is_whole_with_the_network_closed(opened):
    page = opened.page
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(UNRENDERED) == []
    assert page.evaluate(UNDESCRIBED, DESCRIBED) == []
    assert page.evaluate(UNREACHABLE) == []
    assert page.locator("svg .missing").count() == 0, "an icon is not in the script that tools/icons.py leaves"
    assert violations(page) == []
    assert opened.problems == []


@needs_browser
@every_page
def test_page_weighs_at_most_a_megabyte(opened):
    assert weight(opened.asked) <= MOST


@needs_browser
@every_page
def test_page_in_the_dark(opened):
    page = opened.page
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(DARK)
    assert violations(page, "color-contrast") == []
    assert opened.problems == []


@needs_browser
@every_page
def test_moving_pictures_come_alive_and_answer_the_tab_key(opened):
    page = opened.page
    page.set_viewport_size(WIDE)
    for explorer in page.locator(".explorer").all():
        controls = explorer.locator(CONTROLS)
        count = controls.count()
        assert count > 0, "the moving picture has no controls: its script did not mount it"
        controls.first.focus()
        reached = set()
        for _ in range(3 * count):
            reached.add(controls.evaluate_all(FOCUSED))
            page.keyboard.press("Tab")
        assert reached >= set(range(count))


def test_the_line_below_a_solutions_link_begins_with_its_words(built):
    text = (built / "book" / "08_momentum.html").read_text(encoding="utf-8")
    assert re.findall(r"Solution to( ?)<a [^>]*>(.)", text) == [(" ", "E")] * 5


@needs_browser
def test_what_waits_for_a_guess_is_accessible(visit, built):
    page = visit(built / "book" / "01_empirical_risk.html", viewport=PHONE).page
    assert page.locator(".predict-answer[hidden]").count() > 0
    assert {page.locator(f".predict {kind}").count() > 0 for kind in KINDS_OF_BOX} == {True}
    assert violations(page, within=COVERED) == []


@needs_browser
def test_a_broken_page_is_noticed(visit, tmp_path):
    """The tests above can fail: a page with each fault is caught by the same means."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        """<!doctype html><html lang="en"><title>Bad</title><body><div class="bd-article">
        <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="short">
        <button tabindex="-1">Go</button><p>Raw $x$</p>
        <p>Ink</p><p>Ink</p><p>Ink</p><p>Ink</p><p style="color: #aaa">Pale</p><div style="width: 900px">wide</div>
        <script src="https://example.org/remote.js"></script>
        <script>throw new Error("broken")</script></div></body></html>"""
    )
    opened = visit(bad, viewport=PHONE)
    assert len(opened.page.evaluate(UNDESCRIBED, DESCRIBED)) == 1
    assert len(opened.page.evaluate(UNRENDERED)) == 1
    assert len(opened.page.evaluate(UNREACHABLE)) == 1
    assert opened.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]
    assert any("network" in problem for problem in opened.problems)
    assert any("broken" in problem for problem in opened.problems)
    found = {line.partition(":")[0] for line in violations(opened.page)}
    assert found >= {"color-contrast", "landmark-one-main", "page-has-heading-one"}
