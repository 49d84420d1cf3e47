"""The course's commands, on any machine that has Python 3.11 or newer: ``python course.py help``.

Each command makes the environment that it needs, and installs again when a list of versions has changed. ``make``
calls this file and adds nothing. It needs the standard library alone, since it begins where nothing is installed.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
VENV, PEERS, EXPORTS = ".venv", ".venv-conformance", ".venv-tools"
LISTS = ("requirements.txt", "constraints.txt", "pyproject.toml")
PROGRAMS = {"chromium": "chromium", "bwrap": "bubblewrap", "setpriv": "util-linux"}  # program: Debian's package
CI = os.environ.get("CI") == "true"
PYTEST = ("-m", "pytest", "-n", "2", "--dist", "loadfile")
# What opens a browser or a sandbox is marked with what it needs; what builds a book or takes seconds is slow.
QUICK = ["-m", "not slow and not needs"]
if os.name == "nt":
    QUICK += ["--ignore-glob", "tests/test_grader*"]  # a class is graded on Linux


# Environments.


def run(*command, **variables):
    """Run a command in the root; where it fails, end with its exit code."""
    words = [str(word) for word in command]
    code = subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1", **variables}).returncode
    if code:
        sys.exit(code)


def interpreter(folder):
    """Return where an environment has its Python."""
    return ROOT / folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def suits(python):
    """Tell whether a Python is there, is new enough and can make environments."""
    code = f"import sys, venv, ensurepip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([python, "-c", code], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def make_venv(folder):
    """Make an environment with the Python that runs this, or the first other one that is new enough."""
    if suits(interpreter(folder)):
        return
    candidates = [sys.executable, "python3.13", "python3.12", "python3.11", "python3"]
    python = next(filter(suits, candidates), None)
    if python is None:
        sys.exit(
            "Python 3.11 or newer with its venv module is needed, and none was found:\nlooked for "
            + ", ".join(candidates) + ".\nOn Debian or Ubuntu: apt-get install python3-venv"
        )  # fmt: skip
    print(f"Making {folder} with {python}", flush=True)
    run(python, "-m", "venv", "--clear", ROOT / folder)


def ready(folder, packages, *arguments):
    """Return the Python of an environment that has these packages; its stamp says what came from which lists."""
    make_venv(folder)
    lists = b"\0".join((ROOT / name).read_bytes() for name in LISTS)
    digest = hashlib.sha256(lists + repr(arguments).encode()).hexdigest()
    stamp = ROOT / folder / ".installed"
    kept, *have = stamp.read_text().split() if stamp.exists() else [""]
    have = have if kept == digest else []
    if not set(packages) <= set(have):
        # All at once, so that what comes later cannot move what was there.
        packages = sorted({*have, *packages})
        print(f"Installing into {folder}: {', '.join(packages)}", flush=True)
        pip = (interpreter(folder), "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
        run(*pip, *arguments, "-e", f".[{','.join(packages)}]")
        stamp.write_text(" ".join([digest, *packages]))
    return interpreter(folder)


def environment(*extras):
    """Return the Python of the course's environment, with these extras of pyproject.toml."""
    return ready(VENV, extras, "-r", "requirements.txt")


def for_book():
    """Return the Python that builds the book."""
    return environment("book", "notebooks")


def for_tests():
    """Return the Python that runs the tests."""
    return environment("book", "notebooks", "test")


def programs():
    """Install Chromium and bubblewrap where this machine lets us."""
    # Where it does not, this says nothing: the tests name at their end what they could not run.
    missing = [package for name, package in PROGRAMS.items() if not shutil.which(name)]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    rights = () if root else ("sudo", "-n") if CI and shutil.which("sudo") else None
    if missing and shutil.which("apt-get") and rights is not None:
        print("Installing", *missing, flush=True)
        apt = (*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
        for command in (("update",), ("install", "-y", "--no-install-recommends", *missing)):
            if subprocess.run([*apt, *command], stdout=subprocess.DEVNULL).returncode:
                print("apt-get could not install", *missing, file=sys.stderr)
                break


# Commands: the first line of each is its help.


def book():
    """Execute the notebooks that have changed and build _build/html/index.html."""
    run(for_book(), "tools/build_book.py")


def page(nb):
    """Make one page anew, in seconds: its notebook runs if its code has changed (NB=08)."""
    run(for_book(), "tools/build_book.py", nb)


def test(fast=False, notebooks=False):
    """Run every test (FAST=1: those that need no book, browser, sandbox or long run)."""
    python = for_tests()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if not notebooks:
        run(python, "-m", "ruff", "check", ".")
        if fast:
            run(python, *PYTEST, *QUICK, "tests")
            return
        programs()
        book()
        run(python, *PYTEST, "tests")
    # The jitter alone of the kernels' settings. No picture is drawn: the build has drawn them, and nbval compares none.
    profile = ROOT / "_build" / "jitter"
    startup = Path("profile_default", "startup")
    shutil.copytree(ROOT / "tools" / "ipython" / startup, profile / startup, dirs_exist_ok=True)
    (profile / "profile_default" / "ipython_kernel_config.py").write_text("c.InlineBackend.figure_formats = set()\n")
    jitter = {"JITTER_SEED": "1", "IPYTHONDIR": str(profile), "PYTHONPATH": str(ROOT / "tools")}
    compare = ("--nbval", "--nbval-cell-timeout", "120", "--nbval-sanitize-with", "tools/nbval.cfg")
    run(python, *PYTEST, *compare, "book", "exercises", **jitter)


def notebooks(nb):
    """Execute notebooks in place and store their text outputs (NB="book/08_momentum.ipynb")."""
    run(for_book(), "tools/run_notebooks.py", *nb)


def edition():
    """Make the runner's notebooks of notebooks/ from the chapters, without executing them."""
    run(for_book(), "tools/edition.py")


def exercises():
    """Make the students' notebooks from exercises/solutions."""
    run(for_book(), "tools/exercises.py")


def lab():
    """Open the notebooks in JupyterLab."""
    run(environment("lab"), "-m", "jupyterlab", "notebooks")


def serve():
    """Serve the built book at http://localhost:8000/."""
    book()
    run(for_book(), "-m", "http.server", "--bind", "127.0.0.1", "--directory", "_build/html", "8000")


def pdf():
    """Print the built book to _build/book.pdf with Chromium."""
    python = for_tests()
    programs()
    book()
    run(python, "tools/print_pdf.py")


def slides():
    """Make the decks of slides in _build/slides from the built pages."""
    book()
    run(for_book(), "tools/slides.py")


def site():
    """Gather what is published in _build/site: the pages, the slides, the PDF and the notebooks."""
    pdf()
    run(for_book(), "tools/slides.py")
    run(for_book(), "tools/publish.py")


def links():
    """Ask for every address that the book leads to (needs the network)."""
    book()
    run(for_book(), "tools/build_book.py", "--links")


def bench():
    """Run the measurements of benchmarks."""
    peers, exports = interpreter(PEERS), interpreter(EXPORTS)
    run(peers if peers.exists() else for_book(), "benchmarks/run.py")
    python = for_tests()
    programs()
    book()
    run(python, "benchmarks/pages.py")
    run(python, "benchmarks/pictures.py")
    if exports.exists():
        run(exports, "benchmarks/grading.py")
    else:
        print("For the grader beside nbgrader and otter-grader, run 'make extra' first.")


def experiments(name):
    """Compute the stored results of the experiments anew (NAME="choosing")."""
    run(for_book(), "-m", "experiments", *name)


def conformance():
    """Compare every algorithm with PyTorch, optax and Keras, live."""
    # The frameworks get an environment of their own: they are large, and the book needs none of them.
    python = ready(PEERS, ["conformance"], "-c", "constraints.txt")
    run(python, "tools/conformance.py", "--check")


def extra():
    """Run nbgrader and otter-grader on the assignments exported for them."""
    # Apart from the rest, because they pin what the book's packages pin otherwise.
    tools = ("nbgrader==0.9.6", "otter-grader==7.0.0", "pytest==9.2.0", "pytest-timeout==2.4.0")
    run(ready(EXPORTS, ["grading"], *tools), "-m", "pytest", "tests/test_grader_exports.py")


def robust():
    """Compare the stored outputs as on other processors, with eight seeds of jitter."""
    run(for_tests(), "tools/robust.py")


def matrix(name):
    """Try the course on other machines: each Python, oldest and newest packages (NAME="lowest")."""
    run(for_tests(), "tools/matrix.py", *name)


def lock():
    """Write constraints.txt anew from what the extras resolve to today."""
    run(for_book(), "tools/lock.py")


def clean():
    """Remove everything that was built, and the virtual environments."""
    for name in ("_build", "build", "*.egg-info", VENV, PEERS, EXPORTS):
        for path in ROOT.glob(name):
            shutil.rmtree(path, ignore_errors=True)


COMMANDS = {
    function.__name__: function
    for function in (
        book, page, test, notebooks, edition, exercises, lab, serve, pdf, slides, site, links, bench, experiments,
        conformance, extra, robust, matrix, lock, clean, programs,
    )
}  # fmt: skip
ARGUMENTS = {
    "page": [("nb", {"metavar": "NB", "help": "how the page's file name begins, such as 08"})],
    "test": [
        ("--fast", {"action": "store_true", "help": "only the tests that need no book, browser, sandbox or long run"}),
        ("--notebooks", {"action": "store_true", "help": "only run the notebooks and compare their outputs"}),
    ],
    "notebooks": [("nb", {"nargs": "*", "metavar": "NB", "help": "files; default: all"})],
    "experiments": [("name", {"nargs": "*", "metavar": "NAME", "help": "default: all"})],
    "matrix": [("name", {"nargs": "*", "metavar": "NAME", "help": "settings; default: all"})],
}


def main(words):
    """Run the command that these words name."""
    parser = argparse.ArgumentParser(prog="course.py", description="The course's commands.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser("help", help="list the commands")
    for name, function in COMMANDS.items():
        one = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        for argument, settings in ARGUMENTS.get(name, []):
            one.add_argument(argument, **settings)
    given = vars(parser.parse_args(words))
    command = given.pop("command")
    COMMANDS.get(command, parser.print_help)(**given)


if __name__ == "__main__":
    main(sys.argv[1:] or ["help"])
