"""The minutes that a chapter takes: words at 150 a minute, and time for code, predictions and pictures.

The header of a chapter says them; `make notebooks` writes them there. A chapter of more than 75 minutes must have a
marked resting point that cuts it into sittings of at most 75.
"""

import re

from outputs import text_of
from predictions import as_read

WORDS = 150  # a minute
LINES = 8  # of visible code, a minute
OUTPUT = 20  # printed lines, a minute
PREDICTION = 2  # minutes
FIGURE = 1
EXPLORER = 4
QUESTION = 1  # of "Check yourself"
EXERCISE = 7
SITTING = 75
REST = "A good place to rest"
TIME = re.compile(r"\*\*Time:\*\* \d+ minutes, and \d+ for the exercises")


def parts(notebook):
    """Return the cells before "Check yourself", and those from there on."""
    start = next((i for i, c in enumerate(notebook.cells) if "\n## Check yourself" in "\n" + c.source), None)
    return notebook.cells[:start], notebook.cells[start:] if start is not None else []


def of_cells(cells):
    """Return the minutes that it takes to read some cells."""
    total = 0.0
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            text, boxes = as_read(cell.source)
            total += len(re.findall(r"[^\W_]\S*", text)) / WORDS
            total += PREDICTION * (boxes + len(re.findall(r"^:+\{admonition\} Predict", text, re.MULTILINE)))
        elif "remove-cell" not in tags:
            if "hide-input" not in tags:
                total += len(cell.source.splitlines()) / LINES
            if "source" not in tags:  # a rule's lines stand once, as its box
                total += len(text_of(cell).splitlines()) / OUTPUT
            explorer = "Explorer(" in cell.source
            total += EXPLORER * explorer + FIGURE * ("mystnb" in cell.metadata and not explorer)
    return total


def rounded(minutes):
    """Return minutes as they are told: in fives."""
    return max(5, 5 * round(minutes / 5))


def sittings(notebook):
    """Return the minutes of the reading, of each sitting."""
    reading, _ = parts(notebook)
    cells, found = [], []
    for cell in reading:
        cells.append(cell)
        if REST in cell.source:
            found.append(of_cells(cells))
            cells = []
    return [*found, of_cells(cells)]


def told(notebook):
    """Return the sentence of the header."""
    _, exercises = parts(notebook)
    text = "\n".join(cell.source for cell in exercises if cell.cell_type == "markdown")
    questions = len(re.findall(r"^:{3,}\{quiz\}", text, re.MULTILINE))
    tasks = len(re.findall(r"^`{3,}\{exercise\}", text, re.MULTILINE))
    return (
        f"**Time:** {rounded(sum(sittings(notebook)))} minutes, "
        f"and {rounded(QUESTION * questions + EXERCISE * tasks)} for the exercises"
    )


def put(notebook):
    """Write the minutes into a chapter's header, in place; return the notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = TIME.sub(told(notebook), cell.source)
    return notebook
