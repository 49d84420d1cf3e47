"""Sphinx extension: how a notebook is shown as a page, without a change in the notebook.

The imports stand folded where they run. An exercise's page is the student's: each answer's cell is as it is handed
out, with the solution folded behind it, and the checks print what they print there. A chapter has buttons that lead
there, at its beginning and at its end. The lecture's algorithms carry the lecture's numbers and none of ours.

Only Markdown cells are added or changed here: with any other code cell the cache of outputs would not be found.
"""

import re

import nbformat
from docutils import nodes
from outputs import text_of
from paths import ROOT

from exercises import student_cell

CHAPTER = re.compile(r"book/(\d\d_\w+)")
EXERCISE = "exercises/solutions/"
WAY = re.compile(r"The graded exercise of this chapter is the notebook \{doc\}`/(exercises/solutions/\w+)`\.")
ALGORITHM = re.compile(r"^(```\{prf:algorithm\}.*\n)", re.MULTILINE)
SOLUTION, CODE = "Solution", "Code"


def button(page):
    """Return a button that leads to an exercise's page."""
    options = ":ref-type: doc\n:color: primary\n:class: to-exercise"
    return f"```{{button-ref}} /{page}\n{options}\n\nWork on the exercise\n```"


def folded(title, code):
    """Return code as Markdown that is folded away behind a title."""
    return f'<details class="folded-code">\n<summary>{title}</summary>\n\n```python\n{code}\n```\n\n</details>'


def markdown(text, name):
    """Return a Markdown cell."""
    return nbformat.v4.new_markdown_cell(text, id=name)


def imports(cells):
    """Return the number of the cell that imports: the last of those at the beginning that the page hides."""
    found = None
    for i, cell in enumerate(cells):
        if cell.cell_type == "code":
            if "remove-cell" not in cell.metadata.get("tags", []):
                break
            found = i if cell.id != "setup" else found
    return found


def chapter(cells, page):
    """Return a chapter's cells as they are shown."""
    exercise, number = EXERCISE + page, imports(cells)
    shown = []
    for i, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            cell.source = ALGORITHM.sub(r"\1:nonumber:\n", WAY.sub(lambda way: button(way[1]), cell.source))
        shown.append(cell)
        if i == 0 and (ROOT / f"{exercise}.ipynb").is_file():
            shown.append(markdown(button(exercise), "to-exercise"))
        if i == number:
            shown.append(markdown(folded("Imports", cell.source), "imports"))
    return shown


def exercise(cells):
    """Return the cells of an exercise's page: the student's, and behind each answer its folded solution."""
    shown = []
    for cell in cells:
        if cell.cell_type == "code" and "solution" in cell.metadata.get("tags", []):
            shown.append(markdown(f"```python\n{student_cell(cell).source}\n```", f"stub-{cell.id}"[:64]))
        shown.append(cell)
    return shown


def show(app, page, source):
    """Change the text of a notebook before it is read."""
    in_chapter = CHAPTER.fullmatch(page)
    if not (ROOT / f"{page}.ipynb").is_file() or not (in_chapter or page.startswith(EXERCISE)):
        return
    notebook = nbformat.reads(source[0], as_version=4)
    notebook.cells = chapter(notebook.cells, in_chapter[1]) if in_chapter else exercise(notebook.cells)
    source[0] = nbformat.writes(notebook)


def name_folds(app, doctree):
    """Say in a word what is folded away."""
    for cell in doctree.findall(nodes.container):
        if "prompt_show" in cell:
            solved = "tag_solution" in cell["classes"]
            cell["prompt_show"] = SOLUTION if solved else CODE
            cell["prompt_hide"] = f"Hide the {(SOLUTION if solved else CODE).lower()}"


def print_as_handed_out(app, doctree):
    """Let an exercise's page print what the student's notebook prints: the stored checks are those of the solutions."""
    page = app.env.docname
    if not page.startswith(EXERCISE):
        return
    handed_out = nbformat.read(ROOT / "exercises" / f"{page.removeprefix(EXERCISE)}.ipynb", as_version=4)
    printed = {cell.id: text_of(cell) for cell in handed_out.cells if cell.cell_type == "code"}
    cells = exercise(nbformat.read(ROOT / f"{page}.ipynb", as_version=4).cells)
    for node in doctree.findall(lambda n: isinstance(n, nodes.container) and n.get("nb_element") == "cell_code"):
        outputs = [child for child in node.children if child.get("nb_element") == "cell_code_output"]
        if outputs and "tag_solution" not in node["classes"]:
            (block,) = outputs[0].children  # of text: no cell that is handed out draws
            text = printed[cells[node["cell_index"]].id]
            block.rawsource, block.children = text, [nodes.Text(text)]


def setup(app):
    app.connect("source-read", show)
    app.connect("doctree-read", name_folds)
    app.connect("doctree-read", print_as_handed_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
