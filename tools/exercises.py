"""Make the students' notebooks of exercises/ from the solution notebooks of exercises/solutions/.

A code cell tagged `solution` becomes the stub of the question it answers, or an empty place to work; a
Markdown cell tagged `solution` or `book-only` is left out. A student's notebook that says the same already
is not touched, so its stored outputs stay.
"""

import sys

import nbformat
from paths import ROOT

from lecture_grader import bank
from lecture_grader.exports import answered

SOLUTIONS = ROOT / "exercises" / "solutions"
STUDENTS = ROOT / "exercises"
PLACE_TO_WORK = "# A place to work.\n"
START = "start"


def start_cell(notebook):
    """Return the cell that leads from the book's page to the student's notebook."""
    start = f"{{{{ start | replace('NOTEBOOK', 'exercises/{notebook}') }}}}"  # nothing while there is no address
    text = (
        f"**Work on it:** {{download}}`download the notebook <../{notebook}.ipynb>`{start}. "
        "The solutions are folded below each question."
    )
    return nbformat.v4.new_markdown_cell(text, id=START, metadata={"tags": ["book-only"]})


def with_start(notebook, name):
    """Put the start cell after the title of a solution notebook, in place; return the notebook."""
    notebook.cells = [cell for cell in notebook.cells if cell.id != START]
    notebook.cells.insert(1, start_cell(name))
    return notebook


def student_cell(cell):
    """Return the student's form of a cell, or None where it has none."""
    tags = set(cell.metadata.get("tags", []))
    if cell.cell_type == "markdown":
        if tags & {"solution", "book-only"}:
            return None
        return nbformat.v4.new_markdown_cell(cell.source, id=cell.id)
    source = cell.source
    if "solution" in tags:
        stubs = [bank.load(name).stub_source for name in answered(source)]
        source = "\n\n\n".join(stubs) or PLACE_TO_WORK
    kept = {"tags": sorted(tags - {"solution", "hide-cell", "hide-input"})}
    return nbformat.v4.new_code_cell(source, id=cell.id, metadata=kept if kept["tags"] else {})


def student_notebook(solution):
    """Return the student's notebook of a solution notebook, without outputs."""
    cells = [student_cell(cell) for cell in solution.cells]
    notebook = nbformat.v4.new_notebook(cells=[cell for cell in cells if cell])
    notebook.metadata = solution.metadata
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def what_it_says(notebook):
    """Return all of a notebook but its outputs."""
    return [(c.cell_type, c.id, c.source, c.metadata.get("tags", [])) for c in notebook.cells]


def main():
    """Write the notebooks that are not as they should be, and name them."""
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        solution = nbformat.read(path, as_version=4)
        before = what_it_says(solution)
        if what_it_says(with_start(solution, path.stem)) != before:
            path.write_text(nbformat.writes(solution) + "\n", encoding="utf-8")
        student = student_notebook(solution)
        target = STUDENTS / path.name
        if target.exists():
            current = nbformat.read(target, as_version=4)
            if what_it_says(current) == what_it_says(student):
                continue
        target.write_text(nbformat.writes(student) + "\n", encoding="utf-8")
        print(f"{target.relative_to(ROOT)}: written; run `make notebooks` to store its outputs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
