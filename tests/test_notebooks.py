"""The stored notebooks: executed from top to bottom, without errors, without pictures in them."""

import re

import minutes
import nbformat
import outputs
import pytest
import setup_cell
from build_book import CACHE
from conftest import ROOT
from jupyter_cache import get_cache
from paths import notebooks, pages

NOTEBOOKS = [path.relative_to(ROOT).as_posix() for path in notebooks()]
PAGES = [path.relative_to(ROOT).as_posix() for path in pages() if path.suffix == ".ipynb"]
CHAPTERS = [name for name in NOTEBOOKS if re.match(r"book/\d\d_", name)]
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
every_chapter = pytest.mark.parametrize("name", CHAPTERS)
RUN = "run `make notebooks`"


def code_cells(name):
    """Return the code cells of a notebook."""
    notebook = nbformat.read(ROOT / name, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_every_page_notebook_is_in_the_contents():
    # A student's notebook is handed out; its page in the book is the solution's.
    shown = {path.relative_to(ROOT).as_posix() for path in pages()}
    meant = {n for n in NOTEBOOKS if n.startswith(("book/", "exercises/solutions/"))}
    assert meant <= shown


@every_notebook
def test_every_code_cell_was_executed_in_order(name):
    # nbval does not compare a cell without a count, so a stripped notebook would pass it.
    counts = [cell.execution_count for cell in code_cells(name) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1)), RUN


@every_notebook
def test_no_cell_failed(name):
    kinds = {output.output_type for cell in code_cells(name) for output in cell.outputs}
    assert "error" not in kinds


@every_notebook
def test_no_picture_is_stored(name):
    kinds = {kind for cell in code_cells(name) for output in cell.outputs for kind in output.get("data", {})}
    assert not [kind for kind in kinds if kind.startswith("image/") or "widget" in kind], RUN


@every_notebook
def test_every_figure_says_what_is_to_be_seen(name):
    for cell in code_cells(name):
        figures = [o for o in cell.outputs if "<Figure" in o.get("data", {}).get("text/plain", "")]
        if figures:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) >= 40, f"no alternative text on the figure of:\n{cell.source}"


@every_notebook
def test_setup_cell_agrees_with_the_config(name):
    first = code_cells(name)[0]
    assert first.source == setup_cell.source(), RUN
    assert first.metadata["tags"] == setup_cell.TAGS, RUN


@every_notebook
def test_no_cell_changes_the_search_path_or_ends_with_a_semicolon(name):
    for cell in code_cells(name):
        assert "sys.path" not in cell.source
        # nbval runs cells outside the history, where IPython does not heed the semicolon.
        assert not cell.source.rstrip().endswith(";"), f"end with plt.show():\n{cell.source}"


@pytest.mark.parametrize("name", PAGES)
def test_the_build_printed_what_is_stored(name, built):
    # nbval compares under jitter of one unit in the last place; this is the run without.
    stored = nbformat.read(ROOT / name, as_version=4)
    cache = get_cache(str(CACHE))
    found = cache.get_cache_bundle(cache.match_cache_notebook(stored).pk).nb
    assert not list(outputs.differences(stored, found)), RUN


@every_chapter
def test_a_measurement_is_printed_as_a_number(name):
    for cell in code_cells(name):
        if not {"source", "nbval-ignore-output"} & set(cell.metadata.get("tags", [])):
            said = re.findall(r"\b(True|False|yes|no)\b", outputs.text_of(cell))
            assert not said, f"cell {cell.id} prints {', '.join(said)}:\n{outputs.text_of(cell)}"


@every_chapter
def test_minutes_are_honest_and_no_sitting_is_too_long(name):
    notebook = nbformat.read(ROOT / name, as_version=4)
    assert minutes.told(notebook) in notebook.cells[0].source, RUN
    assert minutes.rounded(max(minutes.sittings(notebook))) <= minutes.SITTING


def words(source):
    """Return the number of words of Markdown, where a formula, a reference or a name from code is one word."""
    source = re.sub(r"^(`{3,}|:{3,})[^\n]*\n.*?^\1 *$", " ", source, flags=re.DOTALL | re.MULTILINE)
    source = re.sub(r"\$\$.*?\$\$( *\([\w-]+\))?|\$[^$]*\$", " x ", source, flags=re.DOTALL)
    source = re.sub(r"(\{[\w:]+\})?`[^`]*`", " x ", source)
    return len(re.findall(r"\w[\w’'./,:-]*", source))


def test_words_count_a_formula_once():
    text = "So $a + b$ is {cite:p}`smith2017`, e.g. `x.y(z)`:\n\n$$\nc = d\n$$ (eq-c)\n\n```{note}\nnot these\n```\n"
    assert words(text) == len(["So", "a + b", "is", "smith2017", "e.g.", "x.y(z)", "c = d"])


@every_chapter
def test_what_came_after_is_short(name):
    cells = nbformat.read(ROOT / name, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    head = "\n## What came after (not in the lecture)\n"
    assert text.count(head) == 1
    text, _, rest = text.partition(head)[2].partition("\n## ")
    assert rest.startswith("Check yourself")
    assert "In PyTorch: " in text
    assert 150 <= words(text) <= 250
