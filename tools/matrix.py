"""Try the course on other machines than this one, as far as one machine can: `make matrix`.

Each setting works in a fresh copy without .git, in a folder with blanks in its name, and makes its environments there.

    python tools/matrix.py                     every setting
    python tools/matrix.py lowest python3.12   some of them
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from paths import ROOT

PYTHONS = ("3.11", "3.12", "3.13")
BUILT = ("_build", "build", ".git", ".venv*", "*.egg-info", "__pycache__", ".*_cache", ".ipynb_checkpoints")
# What hangs on the module alone, and not on printed outputs or on what a version's documents say.
MODULE = [f"tests/test_{name}.py" for name in ("algorithms", "curvature", "data", "descent", "networks", "objectives")]
MODULE += ["--deselect", "tests/test_data.py::test_the_names_of_the_libraries_are_not_terms"]
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
NOBODY = 65534


class Failed(Exception):
    """A setting's test has failed; the text says which."""


def run(*command, folder, **options):
    """Run a command in a setting's folder."""
    if subprocess.run([str(word) for word in command], cwd=folder, **options).returncode:
        raise Failed(" ".join(map(str, command)))


def find(version):
    """Return the program of a version of Python, or nothing where it is not installed."""
    homes = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}*/bin/python"))
    for program in [f"python{version}", *homes]:
        try:
            if subprocess.run([program, "--version"], capture_output=True).returncode == 0:
                return str(program)
        except OSError:
            continue
    return None


def bounds():
    """Return the lowest versions that pyproject.toml admits, as pip's constraints."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line.replace(">=", "==") + ".*" for line in project["dependencies"]]


def quick(folder, python):
    """Run the quick tests with the locked versions, from the first command on."""
    run(python, "course.py", "test", "--fast", folder=folder)


def lowest(folder):
    """Test the module with the lowest versions that pyproject.toml admits, on the oldest Python."""
    versions = folder / "lowest.txt"
    versions.write_text("\n".join(bounds()))
    run(find(PYTHONS[0]), "-m", "venv", "lowest", folder=folder)
    python = folder / "lowest" / "bin" / "python"
    # Into the environment and not as a link to the sources: so the package is seen to be whole.
    run(python, "-m", "pip", "install", "-q", "-c", versions, ".", "pytest", "pytest-timeout", "pyyaml", folder=folder)
    for name in ("lecture_optim", "lecture_grader"):
        (folder / name).rename(folder / f"{name} as source")
    run(python, *PYTEST, *MODULE, folder=folder)


def newest(folder):
    """Build the book and run the quick tests with the newest version of every package."""
    for name in ("pyproject.toml", "requirements.txt"):
        path = folder / name
        # The second Jupyter Book is another program.
        loose = re.sub(r"(?<!jupyter-book)==[\w.]+", "", path.read_text(encoding="utf-8"))
        path.write_text(loose, encoding="utf-8")
    (folder / "constraints.txt").write_text("")
    run(sys.executable, "course.py", "book", folder=folder)
    code = "import course; print(course.for_tests())"
    run(sys.executable, "-c", code, folder=folder)
    # The pins are gone, and these tests would miss them.
    lock = "tests/test_binder.py::test_binder_takes_the_versions_of_the_lock"
    pins = ("--ignore=tests/test_house.py", f"--deselect={lock}")
    run(folder / ".venv/bin/python", *PYTEST, "-m", "not slow and not needs", *pins, "tests", folder=folder)


def bare(folder):
    """See that without Chromium and bubblewrap the tests that need them are named, and fail only where CI=true."""
    programs = folder / "programs"
    programs.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for path in Path(place).glob("*"):
            link = programs / path.name
            if path.name not in ("chromium", "bwrap", "setpriv"):
                link.unlink(missing_ok=True)
                link.symlink_to(path)
    tests = (sys.executable, *PYTEST, "tests/test_translate.py", "tests/test_grader_hostile.py")
    environment = os.environ | {"PATH": str(programs), "PYTHONPATH": str(folder)}
    for ci, expected in (("", 0), ("true", 1)):
        done = subprocess.run(tests, cwd=folder, env=environment | {"CI": ci}, capture_output=True, text=True)
        if done.returncode != expected or not {"chromium", "bwrap"} <= set(re.findall(r"\w+", done.stdout)):
            raise Failed(f"CI={ci} gave the exit code {done.returncode}:\n{done.stdout[-2000:]}")


def not_root(folder):
    """Run the quick tests as a user who may change nothing outside the folder."""
    python = find(PYTHONS[0])
    if not hasattr(os, "geteuid") or os.geteuid():
        return quick(folder, python)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    python = shutil.which("python3", path="/usr/bin")
    home = os.environ | {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    run(python, "course.py", "test", "--fast", folder=folder, env=home, user=NOBODY, group=NOBODY, extra_groups=[])


SETTINGS = {
    **{f"python{version}": lambda folder, version=version: quick(folder, find(version)) for version in PYTHONS},
    "lowest": lowest,
    "newest": newest,
    "bare": bare,
    "not-root": not_root,
}


def main(names):
    unknown = set(names) - set(SETTINGS)
    if unknown:
        sys.exit(f"NAME must be of {', '.join(SETTINGS)}, got {', '.join(sorted(unknown))}")
    failed = {}
    for name in names or SETTINGS:
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory() as place:
            Path(place).chmod(0o755)
            folder = Path(place) / "a course, unpacked"
            shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*BUILT))
            try:
                SETTINGS[name](folder)
            except Failed as problem:
                failed[name] = problem
    for name, problem in failed.items():
        print(f"FAILED: {name}: {problem}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
