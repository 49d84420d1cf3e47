"""The first cell of every notebook: on Google Colab it fetches the course's modules and lets the pictures move."""

from paths import repository, site

ID = "setup"
TAGS = ["remove-cell"]


def source():
    """Return the cell's text, with the repository's address from _config.yml."""
    url, branch = repository()
    fetch = f"%pip install --quiet git+{url}@{branch}"
    no_address = 'raise ModuleNotFoundError("this copy of the course has no public address to be fetched from")'
    return f"""\
# On Google Colab this fetches the course's modules; anywhere else it does nothing.
import importlib.util
import sys

if "google.colab" in sys.modules:
    from google.colab import output

    output.enable_custom_widget_manager()  # the moving pictures are widgets of their own
    if importlib.util.find_spec("lecture_optim") is None:
        {fetch if site() else no_address}"""


def put(notebook):
    """Make the notebook's first code cell the setup cell, in place; return the notebook."""
    from nbformat.v4 import new_code_cell

    notebook.cells = [cell for cell in notebook.cells if cell.get("id") != ID]
    cell = new_code_cell(source(), id=ID, metadata={"tags": TAGS})
    first_code = next((i for i, c in enumerate(notebook.cells) if c.cell_type == "code"), 0)
    notebook.cells.insert(first_code, cell)
    return notebook
