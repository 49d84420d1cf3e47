"""Build the book: execute what has changed, two notebooks at a time, then make the pages.

The pages are built aside and moved to _build/html only when all of them are good, so a failed
build never leaves pages that look finished. Nothing is done when nothing has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import distributions
from pathlib import Path

from paths import ROOT, pages

BUILD = ROOT / "_build"
HTML = BUILD / "html"
CACHE = BUILD / ".jupyter_cache"
WORKERS = 2
CELL_TIMEOUT = 60  # seconds; a kernel that stalls under load stalls for all of it

# What a notebook's outputs depend on, besides its own cells.
MODULES = ("lecture_optim", "lecture_grader", "tools/ipython")
PAGES = ("book", "exercises", "tools", "_config.yml", "_toc.yml")
LAWS = tuple(f"tests/{path.name}" for path in ROOT.glob("tests/test_laws_*.py"))  # the table of verdicts


def fingerprint(names):
    """Return a hash over these files and folders and over the installed packages."""
    digest = hashlib.sha256(sys.version.encode())
    installed = sorted(f"{item.name} {item.version}" for item in distributions())
    digest.update("\n".join(installed).encode())
    for name in names:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
                digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def stamp(path):
    """Return the fingerprint kept in a file, or nothing where there is none."""
    return path.read_text() if path.exists() else ""


def environment():
    """Return the environment of the kernels: vector figures, one thread each, no history."""
    profile = BUILD / "ipython"
    shutil.copytree(ROOT / "tools" / "ipython", profile, dirs_exist_ok=True)
    return {
        "IPYTHONDIR": str(profile),
        "NO_COLOR": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def execute(path, notebook, timeout=CELL_TIMEOUT):
    """Execute a notebook in its file's folder; return it, the seconds, and what went wrong."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    start = time.perf_counter()
    client = NotebookClient(
        notebook,
        timeout=timeout,
        record_timing=False,  # times in the cells would hide the notebook from the cache's look-up
        store_widget_state=False,  # the page's pictures need none of it
        resources={"metadata": {"path": str(path.parent)}},
    )
    problem = None
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        # The client counts the code cells that it has started: the last one is the culprit.
        cells = [i for i, c in enumerate(notebook.cells, 1) if c.cell_type == "code" and c.source]
        number = cells[max(client.code_cells_executed, 1) - 1] if cells else 0
        problem = f"{os.path.relpath(path, ROOT)}, cell {number}:\n{error}"
    return notebook, time.perf_counter() - start, problem


def execute_changed():
    """Execute the notebooks that the cache does not hold; return the problems met."""
    import nbformat
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    kept = CACHE / "fingerprint"
    current = fingerprint(MODULES)
    if stamp(kept) != current:
        shutil.rmtree(CACHE, ignore_errors=True)
    cache = get_cache(str(CACHE))
    CACHE.mkdir(parents=True, exist_ok=True)
    kept.write_text(current)

    todo = {}
    for path in pages():
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                todo[path] = notebook
    if not todo:
        return []
    print(f"Notebooks to execute: {len(todo)}, {WORKERS} at a time", flush=True)
    problems = []
    with ProcessPoolExecutor(WORKERS) as pool:
        # The later chapters take longest, so they go first.
        jobs = {pool.submit(execute, path, todo[path]): path for path in reversed(todo)}
        for done, job in enumerate(as_completed(jobs), 1):
            notebook, seconds, problem = job.result()
            name = jobs[job].relative_to(ROOT)
            mark = "FAILED" if problem else "ok"
            print(f"[{done}/{len(todo)}] {name}: {mark}, {seconds:.1f} s", flush=True)
            if problem:
                problems.append(problem)
            else:
                bundle = CacheBundleIn(
                    notebook, str(jobs[job]), data={"execution_seconds": seconds}
                )
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return problems


def make_pages():
    """Run Jupyter Book with warnings as errors; return whether every page is good."""
    with tempfile.TemporaryDirectory(prefix="stage-", dir=BUILD) as stage:
        program = Path(sys.executable).parent / "jupyter-book"
        command = [program, "build", ROOT, "--path-output", stage, "-W", "-n", "--keep-going"]
        # Warnings and errors go to the terminal by themselves; of the rest only progress is shown.
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as build:
            for line in build.stdout:
                if line.startswith(("reading sources", "writing output")):
                    print(line, end="", flush=True)
        if build.returncode:
            return False
        shutil.rmtree(HTML, ignore_errors=True)
        os.replace(Path(stage) / "_build" / "html", HTML)
    return True


def main():
    start = time.perf_counter()
    kept = HTML / ".fingerprint"
    current = fingerprint(MODULES + PAGES + LAWS)
    if stamp(kept) == current:
        print(f"Nothing has changed. Open {HTML / 'index.html'}")
        return 0
    BUILD.mkdir(exist_ok=True)
    shutil.rmtree(HTML, ignore_errors=True)
    os.environ.update(environment())
    problems = execute_changed()
    if problems:
        print("\n\n".join(["", *problems]), file=sys.stderr)
        print("\nThe book was not built: the cells above failed.", file=sys.stderr)
        return 1
    if not make_pages():
        print("\nThe book was not built: mend the warnings above.", file=sys.stderr)
        return 1
    kept.write_text(current)
    print(f"\nBuilt in {time.perf_counter() - start:.0f} s. Open {HTML / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
