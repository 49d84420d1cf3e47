"""Build the book: execute what has changed, two notebooks at a time, then make the pages.

The pages are built aside and moved to _build/html only when all of them are good, so a failed
build never leaves pages that look finished. Nothing is done when nothing has changed.

    python tools/build_book.py            the whole book
    python tools/build_book.py 08         one page, in seconds, into _build/draft/html
    python tools/build_book.py --links    ask for every address that the book leads to
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from paths import ROOT, pages

BUILD = ROOT / "_build"
HTML = BUILD / "html"
DOCTREES = BUILD / "doctrees"  # what Sphinx has read, so that one page can be made anew
DRAFT = BUILD / "draft" / "html"
CACHE = BUILD / ".jupyter_cache"
WORKERS = 2
CELL_TIMEOUT = 60  # seconds; a kernel that stalls under load stalls for all of it

# What a notebook's outputs depend on, besides its own cells.
MODULES = ("lecture_optim", "lecture_grader", "tools/ipython")
PAGES = ("book", "exercises", "tools", "benchmarks/goals.py", "benchmarks/results.json", "_config.yml", "_toc.yml")
LAWS = tuple(f"tests/{path.name}" for path in ROOT.glob("tests/test_laws_*.py"))  # the table of verdicts


def requirements(*extras):
    """Return what requirements.txt and these extras of pyproject.toml ask for, and no more."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    chosen = [line for extra in extras for line in project["optional-dependencies"][extra]]
    return chosen + [line for line in lines if line and not line.startswith(("#", "-"))]


def brought(wanted):
    """Return the installed versions of these requirements and of all that they require, sorted."""
    found, seen, todo = set(), set(), [Requirement(line) for line in wanted]
    while todo:
        one = todo.pop()
        key = one.name.lower().replace("_", "-"), *sorted(one.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            installed = distribution(one.name)
        except PackageNotFoundError:
            continue
        found.add(f"{key[0]} {installed.version}")
        for item in map(Requirement, installed.requires or []):
            if not item.marker or any(item.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                todo.append(item)
    return sorted(found)


def fingerprint(names, *extras):
    """Return a hash over these files and folders and over the packages that a notebook, or an extra, brings.

    Other packages do not count: installing those of the tests must not execute every notebook anew.
    """
    digest = hashlib.sha256(sys.version.encode())
    digest.update("\n".join(brought(requirements(*extras))).encode())
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


def execute_changed(paths):
    """Execute those of the notebooks that the cache does not hold; return the problems met."""
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
    for path in paths:
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


def jupyter_book(target, *options):
    """Run Jupyter Book with warnings as errors; return whether all was good."""
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", ROOT]
    command += ["--path-output", target, "-W", "-n", "--keep-going", *options]
    # Warnings and errors go to the terminal by themselves; of the rest only progress is shown.
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as build:
        for line in build.stdout:
            if line.startswith(("reading sources", "writing output")) or ": [broken]" in line:
                print(line, end="", flush=True)
    return build.returncode == 0


def make_pages():
    """Build all pages anew; return whether every page is good."""
    with tempfile.TemporaryDirectory(prefix="stage-", dir=BUILD) as stage:
        if not jupyter_book(stage):
            return False
        for kept in (HTML, DOCTREES, DRAFT):
            shutil.rmtree(kept, ignore_errors=True)
        os.replace(Path(stage) / "_build" / ".doctrees", DOCTREES)
        os.replace(Path(stage) / "_build" / "html", HTML)
    return True


def make_page(path):
    """Make one page anew, beside a copy of the others that are read no more; return whether it is good."""
    from jupyter_book.sphinx import build_sphinx

    if not DRAFT.exists():
        shutil.copytree(HTML, DRAFT)
    # The same settings as above, or Sphinx would read every page anew.
    settings = {"external_toc_path": (ROOT / "_toc.yml").as_posix(), "latex_individualpages": False, "nitpicky": True}
    code = build_sphinx(
        ROOT,
        DRAFT,
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=settings,
        doctreedir=DOCTREES,
        filenames=[str(path)],
        tags=["draft"],
        quiet=True,
        warningiserror=True,
        keep_going=True,
    )
    return code == 0


def find_page(name):
    """Return the first page of the contents of which a part begins so: 08, glossary, exercises/solutions/08."""
    for path in pages():
        if f"/{name}" in f"/{path.relative_to(ROOT).as_posix()}":
            return path
    sys.exit(f"NB must begin a page's file name, such as 08 or glossary, got '{name}'")


def make_book():
    """Build the book if anything has changed; return what went wrong, or nothing."""
    kept = HTML / ".fingerprint"
    current = fingerprint(MODULES + PAGES + LAWS, "book", "notebooks")
    if stamp(kept) == current:
        print(f"Nothing has changed. Open {HTML / 'index.html'}")
        return ""
    shutil.rmtree(HTML, ignore_errors=True)
    problems = execute_changed(pages())
    if problems:
        return "\n\n".join(["", *problems, "The book was not built: the cells above failed."])
    if not make_pages():
        return "\nThe book was not built: mend the warnings above."
    kept.write_text(current)
    print(f"\nBuilt. Open {HTML / 'index.html'}")
    return ""


def draft(name):
    """Make the page of this name anew; return what went wrong, or nothing."""
    path = find_page(name)
    if not (DOCTREES.exists() and (DRAFT.exists() or HTML.exists())):
        print("The first time, all pages are needed.", flush=True)
        return make_book()
    problems = execute_changed([path])
    if problems:
        return "\n\n".join(["", *problems])
    if not make_page(path):
        return "\nMend the warnings above."
    print(f"Open {DRAFT / path.relative_to(ROOT).with_suffix('.html')}")
    return ""


def check_links():
    """Ask for every address that the pages lead to; return what went wrong, or nothing."""
    return "" if jupyter_book(BUILD / "links", "--builder", "linkcheck") else "\nSome addresses above do not answer."


def main(words):
    start = time.perf_counter()
    os.chdir(ROOT)  # from where _config.yml gives the cache
    BUILD.mkdir(exist_ok=True)
    os.environ.update(environment())
    problem = check_links() if words == ["--links"] else draft(*words) if words else make_book()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
