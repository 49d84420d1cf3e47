"""Predictions: what is right is read from the stored output, and the page covers that until the reader has guessed."""

import itertools
import math
import re

import edition
import nbformat
import predictions
import pytest
from axe_playwright_python.sync_playwright import Axe
from predictions import as_read, made, rounded, without_intervals, words

every_chapter = pytest.mark.parametrize("path", edition.chapters(), ids=lambda path: path.stem)
OUTPUT = """\
alpha   steps   loss
 0.50   1,200   ≈ 0.40 (≈ 0.30 to ≈ 0.50)
 0.90     300   ≈ 0.10 (≈ 0.08 to ≈ 0.11)
"""
ROWS = "rate   loss\n  0.1   ≈ 0.5\n  1     ≈ 0.02\n  10    ≈ 0.9\n"
BOTH_ROWS = r":find: 0\.50 +# +#[\s\S]*0\.90 +# +#"


def asked(content, name="some-steps", output=OUTPUT, **metadata):
    """Return a prediction that stands above a cell with this output."""
    stream = nbformat.v4.new_output("stream", text=output)
    code = nbformat.v4.new_code_cell(outputs=[stream], metadata=metadata, id="prints")
    return made("book/08_some", name, content, [nbformat.v4.new_markdown_cell(""), code], 0)


@every_chapter
def test_the_right_choice_is_what_was_measured_here_and_elsewhere(path):
    for one in predictions.of_page(path).values():
        assert one.question, one.id
        assert one.says or one.choices or one.points, one.id
        if one.spot:
            assert sum(one.about[:2]) == 0, f"{one.id}: a point that differs between machines has no one place"
        if one.value is None:
            continue
        assert math.isfinite(one.value), one.id
        for a, b in itertools.combinations(one.choices, 2):
            assert a.high <= b.low or b.high <= a.low, f"{one.id}: {a} and {b} overlap"
        # What is marked with ≈ may be another number on another machine: the same choice must be right.
        for value in one.elsewhere():
            held = [i for i, choice in enumerate(one.choices) if choice.holds(value)]
            assert held == ([one.right] if one.choices else []), f"{one.id}: at {value:g} another choice is right"


def test_ids_are_one_a_prediction():
    found = predictions.predictions()
    assert len({one["id"] for one in found}) == len({one["anchor"] for one in found}) == len(found) >= 7
    assert all(re.fullmatch(r"\d\d/[a-z0-9]+(-[a-z0-9]+)*", one["id"]) for one in found)


def test_a_choice_is_right_by_its_interval():
    items = "- about 10 {..30}\n- about 1,000 {300..1e4}\n- more\n  by far {1e4..}\n"
    one = asked(f":find: ^ 0\\.50 +#\n:unit: steps\n\nHow many?\n\n{items}")
    assert [choice.text for choice in one.choices] == ["about 10", "about 1,000", "more\n  by far"]
    assert [choice[1:] for choice in one.choices] == [(-math.inf, 30), (300, 1e4), (1e4, math.inf)]
    assert (one.question, one.value, one.right, one.says) == ("How many?", 1200, 1, "it is 1,200 steps")
    assert (one.id, one.anchor, one.title) == ("08/some-steps", "predict-08-some-steps", "Some steps")


def test_a_value_is_computed_and_about_stays_about():
    one = asked(f"{BOTH_ROWS}\n:value: b / d\n:says: {{}} times, {{b}} against {{d}}, {{c}} steps\n\nHow many times?\n")
    assert one.value == 4 and one.right is None
    assert one.says == "≈ 4.00 times, ≈ 0.40 against ≈ 0.10, 300 steps"
    assert [round(value, 2) for value in (min(one.elsewhere()), max(one.elsewhere()))] == [3.27, 4.89]
    items = "- 0.5 {1}\n- 0.9 {2}\n"
    steps = asked(f"{BOTH_ROWS}\n:value: least(a, c)\n:says: it is {{c}} steps\n\nWhich?\n\n{items}")
    assert (steps.right, steps.says, set(steps.elsewhere())) == (1, "it is 300 steps", {2.0})


def test_where_no_number_decides_the_output_must_say_it():
    content = ":right: 2\n:shows: {}\n\nWhich?\n\n- this\n- that\n"
    assert asked(content.format("alpha   steps")).right == 1
    with pytest.raises(ValueError, match="'shows' must be words of the output"):
        asked(content.format("beta"))


def test_a_curve_is_read_from_the_rows():
    one = asked(":rows: ^ +# +#$\n:x: rate $\\epsilon$, log\n:y: loss, 0.01 to 1, log\n\nSketch it.\n", output=ROWS)
    assert one.points == ((0.1, 0.5), (1, 0.02), (10, 0.9)) and one.right is None
    assert one.axes["x"] == {"label": "rate ε", "log": True}
    assert one.axes["y"] == {"label": "loss", "log": True, "low": 0.01, "high": 1}


POINT = r":find: 0\.50 .* # \(≈ # to ≈ #\)" + "\n:x: low, 0 to 1\n:y: high, 0 to 0.5\n:within: 0.1\n"


def test_a_point_is_read_with_what_is_drawn_on_its_axes():
    one = asked(POINT + ":marks: start (1, 0), one, step 2 (c, a / 2)\n:contours: Bowl(flat=1, steep=2)\n\nWhere?\n")
    assert one.spot == (0.4, 0.3) and one.value is one.right is None
    assert one.says == "it is (≈ 0.40, ≈ 0.30)"
    assert asked(POINT + ":says: it ends at ({a}, {b})\n\nWhere?\n").says == "it ends at (≈ 0.40, ≈ 0.30)"
    plane = one.plane()
    assert plane["at"] == (0.4, 0.3) and plane["x"] == {"label": "low", "log": False, "low": 0, "high": 1}
    assert plane["marks"] == [{"label": "start", "x": 1, "y": 0}, {"label": "one, step 2", "x": 0.5, "y": 0.2}]
    # An ellipse's axes: at y = 0 a level curve of x² + 2y² is √2 times as far from the origin as at x = 0.
    ends = [[tuple(map(int, point.split(","))) for point in line.split()] for line in plane["contours"]]
    inner = next(line for line in ends if {line[0][0], line[-1][0]} & {0} and {line[0][1], line[-1][1]} & {500})
    (across,), (up,) = {x for x, y in inner if y == 500}, {500 - y for x, y in inner if x == 0}
    assert across / up == pytest.approx(2**0.5, rel=0.03)


WRONG = {
    "'find' must have two groups for a point": POINT.replace("# \\(≈ # to ≈ #", "# .*") + "\nWhere?\n",
    "the axes do not hold (0.4, 0.3)": POINT.replace("0 to 0.5", "0 to 0.25") + "\nWhere?\n",
    "the axes do not hold (2, 0)": POINT + ":marks: start (2, 0)\n\nWhere?\n",
    "'marks' must be like": POINT + ":marks: start 2, 0\n\nWhere?\n",
    "a point's axes have one scale": POINT.replace("0 to 1", "0 to 9") + "\nWhere?\n",
    "a point has no choices, and a distance as 'within', got '2x'": POINT.replace("0.1\n", "2x\n") + "\nWhere?\n",
    "'x' must be like": POINT.replace("low, 0 to 1", "low") + "\nWhere?\n",
    "there is no option 'finds'": ":finds: #\n\nHow?\n",
    "'find' must be a pattern": ":unit: steps\n\nHow?\n",
    "met 2 times": ":find: ^ 0\\.\\d0 +#\n\nHow?\n",
    "met 0 times": ":find: epsilon #\n\nHow?\n",
    "each choice must end with the values": ":find: 0\\.50 +#\n\nHow?\n\n- a {..3}\n- b\n",
    "exactly one choice must hold the value 1200, but 0 do": ":find: 0\\.50 +#\n\nHow?\n\n- a {..3}\n- b {3..9}\n",
    "exactly one choice must hold the value 1200, but 2 do": ":find: 0\\.50 +#\n\nHow?\n\n- a {3..}\n- b {9..}\n",
    "'cell' must be the id": ":cell: elsewhere\n:find: 0\\.50 +#\n\nHow?\n",
    "'rows' must be met at least three times": ":rows: ^ +# +#\n:x: a\n:y: b, 0 to 1\n\nHow?\n",
    "'right' must be the number of a choice, 1 to 2, got '3'": ":right: 3\n:shows: alpha\n\nHow?\n\n- a\n- b\n",
}


@pytest.mark.parametrize("axis", ["loss", "loss, 0 to 0.7"])
def test_an_axis_has_ends_that_hold_the_curve(axis):
    with pytest.raises(ValueError, match="must be like 'loss, 0.01 to 1, log'|does not hold 0.9"):
        asked(f":rows: ^ +# +#$\n:x: rate\n:y: {axis}\n\nSketch it.\n", output=ROWS)


@pytest.mark.parametrize("message", WRONG)
def test_what_is_wrong_is_named(message):
    with pytest.raises(ValueError, match="prediction 'some-steps' of book/08_some: ") as raised:
        _ = asked(WRONG[message]).right
    assert message in str(raised.value)


def test_a_name_that_is_no_id_is_refused():
    with pytest.raises(ValueError, match="the name must be of small letters"):
        asked(":find: 0\\.50 +#\n\nHow?\n", name="Some steps")


def test_readers_see_no_options_and_no_intervals():
    source = "Text.\n\n:::{predict} some\n:find: a: #\n\nHow $x_{3}$?\n\n- $10^{3}$ {..30}\n- two {30}\n:::\n\nMore."
    assert as_read(source) == ("Text.\n\n\nHow $x_{3}$?\n\n- $10^{3}$\n- two\n\n\nMore.", 1)
    assert without_intervals("- $\\frac{1}{2}$\n- {doc}`x`") == "- $\\frac{1}{2}$\n- {doc}`x`"
    assert words("$\\alpha = 0.9$, at\n$\\epsilon$") == "α = 0.9, at ε"
    assert [rounded(x) for x in (0, 4, 0.12345, 1234.5, 3e-7)] == ["0", "4.00", "0.123", "1,234", "3.00e-07"]


# The page.

VISIBLE = "e => e.firstElementChild.checkVisibility({ contentVisibilityAuto: true })"
HIDDEN = f"e => !({VISIBLE})(e)"


def faults(page):
    """Return what axe finds wrong with the boxes and with what covers the answers."""
    options = {"preload": False, "resultTypes": ["violations"]}
    found = Axe().run(page, context={"include": [[".predict"], [".predict-cover"]]}, options=options).response
    return [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]]


@pytest.fixture
def chapter(built):
    return built / "book" / "08_momentum.html"


@pytest.mark.needs("chromium")
def test_a_guess_uncovers_the_output_and_is_kept(visit, chapter):
    opened = visit(chapter, viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = opened.page
    box, answers = page.locator("#predict-08-valley-steps"), page.locator(".answer-to-predict-08-valley-steps")
    assert answers.count() == 2  # the cell's output, and the text and figure below
    assert all(each.evaluate(HIDDEN) for each in answers.all())
    assert faults(page) == []

    # By keyboard alone.
    box.locator("input").first.focus()
    for key in ("ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    result = box.locator("[role=status]")
    assert "You said about 100; it is 122 steps." in result.inner_text()
    button, mark = (
        box.locator("input").nth(1).bounding_box(),
        box.locator(".predict-right .predict-mark").bounding_box(),
    )
    assert mark["x"] > button["x"] + button["width"]  # beside the text or below it, not below the button
    assert result.evaluate("e => e === document.activeElement")
    assert not any(each.evaluate(HIDDEN) for each in answers.all())
    kept = page.evaluate("course.get('predict', '08/valley-steps')")
    assert (kept["guess"], kept["measured"]) == ("about 100", "it is 122 steps")
    assert (kept["right"], kept["shown"]) == (True, False)

    # Two questions above one cell: both come first. A number is compared with what was measured.
    speed, steps = page.locator("#predict-08-terminal-speed"), page.locator("#predict-08-steps-to-terminal-speed")
    both = page.locator(".answer-to-predict-08-terminal-speed")
    speed.get_by_role("textbox").fill("many")
    speed.get_by_role("button", name="That is my guess").click()
    assert page.evaluate("course.get('predict', '08/terminal-speed')") is None
    speed.get_by_role("textbox").fill("2.5")
    page.keyboard.press("Enter")
    assert "You said 2.5, it is 10.0 times as fast: 4 times too small." in speed.locator("[role=status]").inner_text()
    assert both.first.evaluate(HIDDEN)
    steps.get_by_role("button", name="Show me").click()
    assert not both.first.evaluate(HIDDEN)

    # A curve, sketched by keys; the measured one is laid over it.
    page.locator("#predict-08-square-root").get_by_role("button", name="Show me").click()
    curve = page.locator("#predict-08-rates-that-forgive")
    assert curve.locator("rect").first.is_hidden()
    curve.get_by_role("slider", name="α 0.95").focus()
    page.keyboard.press("Home")
    assert faults(page) == []
    curve.get_by_role("button", name="That is my guess").click()
    assert re.search(r"lies \d+ % of the axis away", curve.locator("[role=status]").inner_text())

    # Near on average is not enough: this guess is the measured curve but for its collapse.
    missed = """() => {
        const box = document.getElementById("predict-08-rates-that-forgive");
        const curve = JSON.parse(box.dataset.predict).sketch.points.map(([x, y]) => (x === 0.95 ? 60 : y));
        const old = course.export(), file = JSON.parse(old);
        Object.assign(file.entries.predict["08/rates-that-forgive"], { curve, when: "2099-01-01T00:00:00Z" });
        course.import(JSON.stringify(file));
        const said = box.querySelector("[role=status]").textContent;
        course.clear();
        course.import(old);
        return said;
    }"""
    assert page.evaluate(missed).startswith(
        "Not near. On average your curve is near the measured one, 10 % of the axis away, "
        "but it misses the fall at α 0.95: you said 60, measured 0. "
    )
    assert curve.locator("rect").first.is_visible()
    heights = page.evaluate("course.get('predict', '08/rates-that-forgive').curve")
    assert heights == [50] * 5 + [0]

    page.reload()
    assert curve.locator("circle").last.get_attribute("aria-valuenow") == "0"
    assert not any(each.evaluate(HIDDEN) for each in (*answers.all(), *both.all()))
    assert box.locator("input").nth(1).is_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box.get_by_role("button", name="Forget my guess").click()
    assert answers.first.evaluate(HIDDEN) and page.evaluate("course.get('predict', '08/valley-steps')") is None

    # A link into what is covered opens it; on paper all is there.
    page.evaluate("location.hash = '#fig-digits-speed'")
    page.wait_for_function("!document.getElementById('fig-digits-speed').closest('[hidden]')")
    assert answers.first.evaluate(HIDDEN)
    page.emulate_media(media="print")
    assert all(each.evaluate(VISIBLE) for each in page.locator(".predict-answer").all())
    assert page.locator(".predict :is(input, button):visible").count() == 0
    assert opened.problems == []


@pytest.mark.needs("chromium")
def test_a_point_is_placed_by_keys_pointer_or_numbers(visit, built):
    opened = visit(built / "book" / "02_ill_conditioning.html", viewport={"width": 390, "height": 844})
    page = opened.page
    box, entry = page.locator("#predict-02-two-best-steps"), "course.get('predict', '02/two-best-steps')"
    handle, result = box.locator("circle"), box.locator("[role=status]")
    across, up = box.get_by_role("spinbutton").all()
    commit = box.get_by_role("button", name="That is my guess")
    commit.click()
    assert page.evaluate(entry) is None  # both numbers are required
    assert box.locator("rect").is_hidden() and faults(page) == []

    box.locator("svg").click(position={"x": 120, "y": 80})  # the fields follow
    assert 14 < float(across.input_value()) < 22 and -2 < float(up.input_value()) < 2
    across.fill("18")
    up.fill("0")
    handle.focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert (across.input_value(), up.input_value()) == ("17.8", "0.21")
    assert handle.get_attribute("aria-valuetext") == "θ₁ 17.8, θ₂ 0.21"
    across.press("Enter")
    assert "Not near. You said (17.8, 0.21), it is (16.37, 0.82): 1.6 away." in result.inner_text()
    assert box.locator("rect").is_visible() and across.is_disabled() and faults(page) == []
    kept = page.evaluate(entry)
    assert (kept["guess"], kept["point"], kept["right"]) == ("(17.8, 0.21)", [17.8, 0.21], False)

    # It goes and comes with the file; one that was tampered with is no guess.
    text = page.evaluate("course.export()")
    said = {"17.8, 0.21": "Not near. You said (17.8, 0.21)", "16.4, 0.8": "Near enough. You said (16.4, 0.8)"}
    for point, start in (*said.items(), ('"17.8", 0.21', "")):
        file = re.sub(r"\[\s*17\.8,\s*0\.21", f"[{point}", text)
        page.evaluate("text => { course.clear(); course.import(text); }", file)
        assert result.inner_text().startswith(start) and bool(result.inner_text()) == bool(start), point
    assert commit.is_visible() and across.input_value() == ""

    # A formula in a choice or an option is no stop of its own, and can be read.
    page.wait_for_function("document.querySelector('.predict-choices mjx-container')")
    page.evaluate("MathJax.startup.promise")
    formulas = page.locator(".predict-choices mjx-container, .quiz-option > label mjx-container")
    assert formulas.count() > 3 and page.locator("p > .math mjx-container[tabindex]").count() > 3
    assert not [each for each in formulas.all() if each.get_attribute("tabindex")]
    assert all(each.locator("mjx-assistive-mml").count() for each in formulas.all())

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert box.locator("svg:visible, input:visible, .predict-how:visible").count() == 0
    assert opened.problems == []


@pytest.mark.needs("chromium")
def test_without_scripts_everything_is_there(visit, chapter, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(chapter.as_uri())
    assert page.locator(".predict-answer").count() == page.locator(".predict-answer:visible").count() >= 10
    assert page.locator(".predict :is(input, button, .predict-says:visible)").count() == 0
    context.close()


@pytest.mark.needs("chromium")
def test_a_browser_that_keeps_nothing_takes_guesses_all_the_same(browser, chapter):
    context = browser.new_context()
    refused = "{ get() { throw new DOMException('refused'); } }"
    context.add_init_script(f"Object.defineProperty(window, 'localStorage', {refused})")
    page = context.new_page()
    page.goto(chapter.as_uri())
    page.get_by_role("button", name="Show everything on this page").click()
    assert not any(each.evaluate(HIDDEN) for each in page.locator(".predict-answer").all())
    context.close()
