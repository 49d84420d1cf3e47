"""The stored notebooks: executed from top to bottom, without errors, without pictures in them."""

import nbformat
import pytest
import setup_cell
from conftest import ROOT
from paths import notebooks, pages

NOTEBOOKS = [path.relative_to(ROOT).as_posix() for path in notebooks()]
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
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
    kinds = {
        kind
        for cell in code_cells(name)
        for output in cell.outputs
        for kind in output.get("data", {})
    }
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
