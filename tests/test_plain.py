"""The runner's edition: every construct has its plain form, nothing is lost, and its numbers are those of the page."""

import re
import textwrap

import edition
import nbformat
import plain
import pytest
from nbconvert import HTMLExporter

CHAPTERS = {plain.name_of(path): path for path in edition.chapters()}
every_chapter = pytest.mark.parametrize("page", CHAPTERS)
RUN = "run `make edition`"
RAW = re.compile(r":::|```\{|\{(doc|eq|numref|ref|term|func|cite(:\w)?)\}|\[@|\$\$\s*\(")


def cells(path, kind):
    """Return a notebook's cells of a kind."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@pytest.fixture
def small_book(monkeypatch):
    """A book of two pages with a label of each kind."""
    labels = {
        "eq-here": plain.Label("Equation", "8.3", "", "book/08_momentum"),
        "eq-there": plain.Label("Equation", "2.7", "", "book/02_ill_conditioning"),
        "fig-here": plain.Label("Figure", "8.1", "A valley.", "book/08_momentum"),
        "ex-here": plain.Label("Exercise", "8.4", "Pencil: two $x$", "book/08_momentum"),
    }
    titles = {"book/07_sgd": "Stochastic gradient descent", "book/back/glossary": "Glossary"}
    monkeypatch.setattr(plain, "book", lambda: plain.Book(titles, labels))
    monkeypatch.setattr(plain, "site", lambda: "")


FORMS = {
    "an admonition is a quote with a bold title": (
        ":::{admonition} Predict\n:class: tip\n\nHow many?\n\n- one\n- two\n:::",
        "> **Predict**\n>\n> How many?\n>\n> - one\n> - two",
    ),
    "a prediction is a quote without what measures it": (
        ":::{predict} valley-steps\n:find: below: #\n:unit: steps\n\nHow many?\n\n- $1$ {..3}\n- two {3..}\n:::",
        "> **Predict**\n>\n> How many?\n>\n> - $1$\n> - two",
    ),
    "a formula in a quote stands on one line": (
        ":::{admonition} So\nThen\n\n$$\na\n= b\n$$ (eq-here)\n:::",
        "> **So**\n>\n> Then\n>\n> $$ a = b \\tag{8.3} $$",
    ),
    "a labelled formula has its number": ("$$\na\n= b\n$$ (eq-here)", "$$\na\n= b \\tag{8.3}\n$$"),
    "an inline formula stands on one line": ("as $a\n= b$ says", "as $a = b$ says"),
    "an algorithm is a quote with a numbered list, and without a number of ours": (
        "```{prf:algorithm} Momentum\n:label: alg-here\n\n**while** so **do**\n\n1. $v$\n2. $\\theta$\n```",
        "> **Algorithm: Momentum**\n>\n> **while** so **do**\n>\n> 1. $v$\n> 2. $\\theta$",
    ),
    "an exercise has its number": (
        "```{exercise} Pencil: two $x$\n:label: ex-here\n\nShow it.\n```",
        "**Exercise 8.4. Pencil: two $x$**\n\nShow it.",
    ),
    "a solution is folded": (
        "```{solution} ex-here\n:class: dropdown\n\nAs {eq}`eq-here`.\n```",
        "<details>\n<summary>Solution of exercise 8.4</summary>\n\nAs (8.3).\n\n</details>\n<br>",
    ),
    "an answer stands above what is folded": (
        ":::{quiz} one\nHow many?\n\n( ) $x$\n: No.\n\n(*) 2\n: Yes,\n  as $x$\n\n  says.\n:::\n\n"
        ":::{quiz} two\nWhy?\n\n(*) So.\n: Yes.\n\n( ) No.\n: No.\n:::",
        "**1.** How many?\n\n(a) $x$\n\n<details>\n<summary>Is it right?</summary>\n\nNo.\n\n</details>\n<br>\n\n"
        "(b) 2\n\n<details>\n<summary>Is it right?</summary>\n\nYes,\nas $x$\n\nsays.\n\n</details>\n<br>\n\n"
        "**2.** Why?\n\n(a) So.\n\n<details>\n<summary>Is it right?</summary>\n\nYes.\n\n</details>\n<br>\n\n"
        "(b) No.\n\n<details>\n<summary>Is it right?</summary>\n\nNo.\n\n</details>\n<br>",
    ),
    "numbers on the same page": (
        "{eq}`eq-here`, {numref}`fig-here`, {ref}`ex-here`",
        "(8.3), Figure 8.1, Pencil: two $x$",
    ),
    "numbers on another page lead there": ("{eq}`eq-there`", "[(2.7)](02_ill_conditioning.ipynb)"),
    "a page is the notebook beside": ("{doc}`07_sgd`", "[Stochastic gradient descent](07_sgd.ipynb)"),
    "a page of exercises is the student's": (
        "{doc}`it </exercises/solutions/07_sgd>`",
        "[it](../exercises/07_sgd.ipynb)",
    ),
    "a page behind is its source": ("{term}`velocity`", "[velocity](../book/back/glossary.md)"),
    "a function is code": ("{func}`lecture_optim.descent.descend`", "`lecture_optim.descent.descend`"),
    "a citation in the text": (
        "{cite:t}`goodfellow2016`",
        "[Goodfellow et al. (2016)](https://www.deeplearningbook.org)",
    ),
    "a citation in brackets": (
        "So {cite:p}`polyak1964`.",
        "So ([Polyak, 1964](https://doi.org/10.1016/0041-5553%2864%2990137-5)).",
    ),
    "a dollar sign is none of a formula": (r"It costs \$5.", r"It costs \$5."),
    "code stays": ("```python\nx = {1}\n```", "```python\nx = {1}\n```"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_construct_has_its_form(small_book, form):
    source, expected = FORMS[form]
    assert plain.plain(source, "book/08_momentum") == expected


UNKNOWN = {
    "directive {tab-set}": "::::{tab-set}\n::::",
    "role {download}": "{download}`x.ipynb`",
    "<img": '<img src="x.png">',
    "link to x.md": "[x](x.md)",
    "eq-nowhere": "{eq}`eq-nowhere`",
    "nobody1900": "{cite:t}`nobody1900`",
    "substitution": "{{ launch }}",
    "myst_target": "(here)=\n# Here",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_construct_is_named(small_book, name):
    with pytest.raises(ValueError, match=re.escape(name)):
        plain.plain(UNKNOWN[name], "book/08_momentum")


def test_with_an_address_what_is_no_notebook_is_the_published_page(small_book, monkeypatch):
    monkeypatch.setattr(plain, "site", lambda: "https://ada.github.io/course")
    page = "https://ada.github.io/course/book/back/glossary.html"
    assert plain.plain("{term}`velocity`, {doc}`07_sgd`", "book/08_momentum") == (
        f"[velocity]({page}), [Stochastic gradient descent](07_sgd.ipynb)"
    )


def test_the_first_line_leads_back_and_on(monkeypatch):
    pages = list(CHAPTERS)
    monkeypatch.setattr(edition, "site", lambda: "https://ada.github.io/course")
    line = edition.first_line(pages[7], pages[8:9])
    for target in (f"https://ada.github.io/course/{pages[7]}.html", "(../exercises/08_", "(09_"):
        assert target in line
    assert "next" not in edition.first_line(pages[-1], [])


def test_the_stored_edition_is_what_the_chapters_say():
    stored = {path.name: path.read_text(encoding="utf-8") for path in plain.FOLDER.glob("*.ipynb")}
    made = edition.texts()
    assert sorted(stored) == sorted(made), RUN
    assert [name for name in made if made[name] != stored[name]] == [], RUN


@every_chapter
def test_the_code_and_its_outputs_are_those_of_the_chapter(page):
    source, made = (cells(path, "code") for path in (CHAPTERS[page], plain.FOLDER / CHAPTERS[page].name))
    for key in ("id", "source", "execution_count", "outputs"):
        assert [cell[key] for cell in made] == [cell[key] for cell in source], RUN


@every_chapter
def test_only_the_cells_behind_solutions_are_folded(page):
    source, made = (cells(path, "code") for path in (CHAPTERS[page], plain.FOLDER / CHAPTERS[page].name))
    imports = next(i for i, cell in enumerate(source) if "remove-cell" not in cell.metadata.get("tags", []))
    for number, (chapter, cell) in enumerate(zip(source, made, strict=True)):
        hidden = number > imports and "remove-cell" in chapter.metadata.get("tags", [])
        assert cell.metadata == ({"jupyter": {"source_hidden": True, "outputs_hidden": True}} if hidden else {})


def words(text):
    """Yield the words of a text: of prose, code and formulas."""
    for token in plain.inside(text):
        if token.type in ("text", "code_inline", "math_inline", "math_block", "math_block_label"):
            yield from re.findall(r"\w+", token.content)


@every_chapter
def test_no_word_is_lost(page):
    made = (word for cell in cells(plain.FOLDER / CHAPTERS[page].name, "markdown") for word in words(cell.source))
    for cell in cells(CHAPTERS[page], "markdown"):
        for word in words(cell.source):
            assert word in made, f"'{word}' is missing, or not in its place, of:\n{cell.source}"


def told(html, label):
    """Return the number that a built page gives a label."""
    equation = rf'class="eqno">\(([\d.]+)\)<a class="headerlink" href="#equation-{label}"'
    other = rf'id="{label}".*?class="caption-number">\w+ (\d+\.\d+)'
    match = re.search(equation, html) or re.search(other, html, re.DOTALL)
    return match[1] if match else None


@every_chapter
def test_the_numbers_are_those_of_the_built_page(page, built):
    html = (built / f"{page}.html").read_text(encoding="utf-8")
    made = {name: label.number for name, label in plain.book().labels.items() if label.page == page}
    assert len(made) >= 8
    assert {name: told(html, name) for name in made} == made


@every_chapter
def test_nbconvert_shows_nothing_raw(page):
    text_cells = cells(plain.FOLDER / CHAPTERS[page].name, "markdown")
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(nbformat.v4.new_notebook(cells=text_cells))
    text = re.sub(r"<pre.*?</pre>|<code.*?</code>|<style.*?</style>", "", html, flags=re.DOTALL)
    assert [match[0] for match in RAW.finditer(text)] == []
    assert html.count("<blockquote>") >= 5 and html.count("<details>") >= 12


def test_raw_text_is_noticed():
    for text in (":::{admonition} So", "{doc}`x`", "{cite:t}`y`", "```{exercise}", "$$ (eq-x)"):
        assert RAW.search(textwrap.dedent(text))
