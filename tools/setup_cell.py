"""The first cell of every notebook: on Google Colab it fetches the course's modules."""

from paths import repository

ID = "setup"
TAGS = ["remove-cell"]


def source():
    """Return the cell's text, with the repository's address from _config.yml."""
    url, branch = repository()
    return f"""\
# On Google Colab this fetches the course's modules; anywhere else it does nothing.
import importlib.util
import sys

if "google.colab" in sys.modules and importlib.util.find_spec("lecture_optim") is None:
    %pip install --quiet git+{url}@{branch}"""


def put(notebook):
    """Make the notebook's first code cell the setup cell, in place; return the notebook."""
    from nbformat.v4 import new_code_cell

    notebook.cells = [cell for cell in notebook.cells if cell.get("id") != ID]
    cell = new_code_cell(source(), id=ID, metadata={"tags": TAGS})
    first_code = next((i for i, c in enumerate(notebook.cells) if c.cell_type == "code"), 0)
    notebook.cells.insert(first_code, cell)
    return notebook
