"""Execute notebooks in place and store what nbval compares: text outputs, and no pictures.

Without arguments, all notebooks of the book and of the exercises; else those that are named. Then the runner's
edition of the chapters is written anew.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import edition
import minutes
import nbformat
import setup_cell
from build_book import WORKERS, environment, execute
from paths import ROOT, notebooks

EXPLORER = 'class="explorer"'
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def is_explorer(output):
    """Tell whether an output is a moving picture."""
    return EXPLORER in "".join(output.get("data", {}).get("text/html", ""))


def kept(cell):
    """Return a cell's outputs without pictures, live widgets and the page form of explorers."""
    outputs = []
    for output in cell.outputs:
        before = outputs[-1] if outputs else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text  # where the kernel cuts a stream is a matter of timing
            continue
        if "data" in output:
            explorer = is_explorer(output)
            output.data = {
                kind: value
                for kind, value in output.data.items()
                if not kind.startswith("image/")
                and "widget" not in kind
                and not (explorer and kind == "text/html")
            }
            output.metadata = {}
        outputs.append(output)
    return outputs


def tidy(notebook):
    """Keep what the file should hold, in place; return the complaints about its cells."""
    complaints = []
    # Jupytext's pairing and the kernel's own version would change with every machine.
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if any(map(is_explorer, cell.outputs)) and "nbval-ignore-output" not in tags:
            complaints.append(f"cell {number} shows an explorer: tag it nbval-ignore-output")
        if cell.source.rstrip().endswith(";"):
            # nbval runs cells outside the history, where IPython does not heed the semicolon.
            complaints.append(f"cell {number} ends with ';': end it with plt.show() instead")
        cell.outputs = kept(cell)
    return complaints


def run(path):
    """Put in the setup cell and the minutes, execute, tidy and write one notebook; return what is wrong with it."""
    before = path.read_text(encoding="utf-8")
    notebook = minutes.put(setup_cell.put(nbformat.read(path, as_version=4)))
    notebook, seconds, problem = execute(path, notebook)
    complaints = [problem] if problem else tidy(notebook)
    if not complaints:
        after = nbformat.writes(notebook) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
    return seconds, complaints


def main(names):
    paths = [Path(name).resolve() for name in names] or notebooks()
    os.environ.update(environment())
    failed = False
    with ProcessPoolExecutor(WORKERS) as pool:
        jobs = {pool.submit(run, path): path for path in paths}
        for job in as_completed(jobs):
            seconds, complaints = job.result()
            failed |= bool(complaints)
            name = os.path.relpath(jobs[job], ROOT)
            print(f"{name}: {'FAILED, not written' if complaints else 'stored'}, {seconds:.1f} s")
            for complaint in complaints:
                print(complaint, file=sys.stderr)
    if any(path.is_relative_to(ROOT / "book") for path in paths):
        edition.write()  # the chapters in plain Markdown
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
