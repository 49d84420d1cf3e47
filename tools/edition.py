"""The runner's edition: each chapter as a notebook in plain Markdown, with the same code and outputs.

`make notebooks` writes it to notebooks/; Binder, Colab and the download button of a chapter's page open it. In Jupyter
an exercise's hidden cell is folded, and the caption of a figure stands below it.
"""

import re
from pathlib import Path

import nbformat
from paths import ROOT, pages, site
from plain import FOLDER, address, book, name_of, plain


def chapters():
    """Return the chapters' notebooks in the book's order."""
    return [path for path in pages() if re.match(r"book/\d\d_", name_of(path))]


def first_line(page, following):
    """Return the line that leads back to the page, and on to the exercise and the next chapter."""
    published = f"[read it as a page]({site()}/{page}.html)"
    links = [
        published if site() else "to read it as a page, run `make book`",
        f"[exercise]({address('exercises/' + page.removeprefix('book/'))})",
        *(f"next: [{book().titles[name]}]({address(name)})" for name in following),
    ]
    return "*To run and to change* · " + " · ".join(links)


def edition(path):
    """Return a chapter's notebook of the edition."""
    names = [name_of(chapter) for chapter in chapters()]
    page = name_of(path)
    following = names[names.index(page) + 1 :][:1]
    notebook = nbformat.read(path, as_version=4)
    cells = [nbformat.v4.new_markdown_cell(first_line(page, following), id="first-line")]
    shown = False  # whether code that the book shows has come; what is hidden before are the imports
    for cell in notebook.cells:
        cells.append(cell)
        metadata, cell.metadata = cell.metadata, {}
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, page)
            continue
        hidden = "remove-cell" in metadata.get("tags", [])
        shown |= not hidden
        if hidden and shown:
            cell.metadata = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
        if figure := metadata.get("mystnb", {}).get("figure"):
            caption = f"**Figure {book().labels[figure['name']].number}.** {plain(figure['caption'], page)}"
            cells.append(nbformat.v4.new_markdown_cell(caption, id=f"caption-{figure['name']}"[:64]))
    notebook.cells = cells
    return notebook


def texts():
    """Return the edition's files: name and text."""
    return {path.name: nbformat.writes(edition(path)) + "\n" for path in chapters()}


def write(folder=FOLDER):
    """Write the edition to a folder, and remove what is no longer in it."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True, parents=True)
    files = texts()
    for path in folder.glob("*.ipynb"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(files)


if __name__ == "__main__":
    print(f"{write()} notebooks written to {FOLDER.relative_to(ROOT)}/")
