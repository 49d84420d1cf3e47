"""What Binder reads: repo2docker's Python buildpack with the files of .binder/. `tools/try_binder.py` tries it all."""

import os
import re
import subprocess
import tomllib
from importlib.metadata import requires

from conftest import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

BINDER = ROOT / ".binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def lines(path):
    """Return the lines of a list of requirements, without comments."""
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def needed(names):
    """Return these packages and all that they need in turn, as installed here."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            wanted = map(Requirement, requires(name) or [])
            waiting += [one.name for one in wanted if not one.marker or one.marker.evaluate({"extra": ""})]
    return found


def test_binder_takes_what_the_notebooks_need_and_no_more():
    listed = {line.partition("==")[0] for line in lines(BINDER / "requirements.txt")}
    direct = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert direct <= listed <= needed(direct)


def test_binder_takes_the_versions_of_the_lock():
    assert set(lines(BINDER / "requirements.txt")) <= set(lines(ROOT / "constraints.txt"))


def test_the_layer_of_packages_does_not_hang_on_the_repository():
    # A line that names a file would have Binder install all of it anew at every commit.
    for line in lines(BINDER / "requirements.txt"):
        assert re.fullmatch(r"[\w.-]+==[\w.]+", line)


def test_binders_python_is_one_that_the_course_supports():
    version = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")
    assert re.fullmatch(r"3\.\d+", version)
    assert version in SpecifierSet(PROJECT["requires-python"])


def test_the_last_step_can_be_run():
    script = BINDER / "postBuild"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0
