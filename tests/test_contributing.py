"""What CONTRIBUTING.md shows works: its algorithm is added to a copy, its picture is drawn, its commands are there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import quiz
import yaml
from conftest import ROOT

import course
import lecture_optim

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SIGNSGD = ("algorithms", "descent", "translate", "explorers", "conformance")


def section(title):
    """Return a section's text, with its code."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)[1]


def blocks(title):
    """Return a section's blocks of Python."""
    return re.findall(r"^```python\n(.*?)^```", section(title), re.MULTILINE | re.DOTALL)


def put(path, block, before):
    """Put a block into a file, before the one place where this stands; not twice."""
    text = path.read_text(encoding="utf-8").replace(block, "")
    assert text.count(before) == 1, path
    path.write_text(text.replace(before, block + before), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of what the section names, with the rule, the constant and the mapping, but without the step by hand."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("lecture_optim", "tests", "tools", "book/back"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    for name in ("_config.yml", "_toc.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    rule, constant, by_hand, mapping = blocks("An algorithm")
    tests = folder / "tests" / "test_algorithms.py"
    tests.write_text(tests.read_text(encoding="utf-8").replace(by_hand, ""), encoding="utf-8")
    algorithms = folder / "lecture_optim" / "algorithms.py"
    put(algorithms, rule + "\n\n", before="@cache\ndef _defaults")
    put(algorithms, constant, before="\n#: The eight algorithms")
    put(folder / "tools" / "conformance.py", "\n\n" + mapping, before="\n\n# --- what must *not*")
    return folder


def run(folder, *command):
    """Run a command of Python in the copy, with its own modules."""
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True)


def chosen_tests(folder, chosen):
    """Run the copy's tests of all algorithms that are chosen."""
    files = [f"tests/test_{name}.py" for name in SIGNSGD]
    return run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", chosen)


@pytest.mark.slow
def test_an_algorithm_takes_four_pieces(copy):
    # The stored steps of the mapping alone need the frameworks.
    chosen = "(signsgd or by_hand or every_algorithm or every_mapping_and_the_defaults) and not same_steps"
    red = chosen_tests(copy, "worked_out_by_hand")
    assert red.returncode == 1 and "'SIGNSGD'" in red.stdout, red.stdout
    put(copy / "tests" / "test_algorithms.py", blocks("An algorithm")[2], before="}\n\nby_name")
    green = chosen_tests(copy, chosen)
    assert green.returncode == 0, green.stdout + green.stderr
    assert int(re.search(r"(\d+) passed", green.stdout)[1]) >= 30


def test_an_algorithm_is_in_the_grids_pictures_and_pages(copy):
    program = """
import sys
sys.path.insert(0, "tools")
import algorithm_pages
from lecture_optim import ADAM, SGD, figures
from lecture_optim.algorithms import SIGNSGD
from lecture_optim.descent import descend, sweep
from lecture_optim.explorers import Control, PathExplorer
from lecture_optim.objectives import Bowl
import numpy as np

bowl = Bowl()
run = descend(SIGNSGD, bowl.gradient, [2.0, -1.0], 3, epsilon=0.25)
assert run.theta.tolist() == [[2.0, -1.0], [1.75, -0.75], [1.5, -0.5], [1.25, -0.25]]
theta, _ = sweep(SIGNSGD, bowl.gradient, np.array([[2.0, 5.0], [-1.0, 0.0]]), 3, epsilon=0.25)
assert theta.tolist() == [[1.25, 4.25], [-0.25, 0.0]]
picture = PathExplorer(
    bowl, (SGD, SIGNSGD, ADAM), controls=[Control("epsilon", 1e-3, 0.2, 0.05, log=True)], start=(2, -1),
    bounds=((-3, 3), (-2, 2)), title="Signs", alt="Paths of three algorithms in a bowl, one of them in straight steps.",
)
looks = [one["style"] for one in picture.state()["runs"]]
assert len(set(looks)) == 3 and "signSGD" in picture.static_svg()
assert figures.LOOKS["signSGD"] not in [figures.LOOKS["SGD"], figures.LOOKS["Adam"]]
assert "| `SIGNSGD` | {py:func}`signSGD <lecture_optim.algorithms.signsgd>` | Bernstein" in algorithm_pages.table()
assert ":pyobject: optax_signsgd" in algorithm_pages.beyond()
"""
    done = run(copy, "-c", program)
    assert done.returncode == 0, done.stderr


def test_the_picture_is_one():
    (block,) = blocks("A moving picture")
    shown, _, call = block.partition("PathExplorer(\n")
    names = {}
    exec(shown + "picture = PathExplorer(\n" + call, names)
    assert "<svg" in names["picture"].static_svg()


def test_the_quiz_is_one_that_a_chapter_may_have():
    name, text = re.search(
        r"^:::\{quiz\} (\S+)\n(.*?)^:::", section("A quiz question"), re.MULTILINE | re.DOTALL
    ).groups()
    options = quiz.read(name, text).options
    assert len(options) >= 3
    for option in options:
        assert option.why.startswith("Yes") == option.right


def test_the_commands_and_tests_that_are_named_exist():
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", TEXT, re.MULTILINE))
    assert len(named) >= 8
    assert named <= {"help", *course.COMMANDS}
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py")}
    assert set(re.findall(r"tests/(test_\w+\.py)", TEXT)) <= set(sources)
    for name in re.findall(r"`(test_\w+)`", TEXT):
        assert any(f"def {name}(" in source for source in sources.values()), name
    for path in re.findall(r"`((?:book|exercises|experiments|tools|lecture_\w+)/[\w./]+\.\w+)`", TEXT):
        assert (ROOT / path).is_file() or "yours" in path, path


def schema(name, *paths):
    """Return what is wrong with files by a published schema."""
    program = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run([program, "--builtin-schema", f"vendor.{name}", *paths], capture_output=True, text=True)
    return done.stdout if done.returncode else ""


def test_the_forms_are_what_github_shows(tmp_path):
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
    names = [yaml.safe_load(path.read_text(encoding="utf-8"))["name"] for path in forms]
    assert names == ["Mathematical error", "A number I cannot reproduce", "Broken notebook", "Unclear passage"]
    assert schema("github-issue-forms", *forms) == ""
    bad = tmp_path / "bad.yml"
    bad.write_text(forms[0].read_text(encoding="utf-8").replace("textarea", "textbox"), encoding="utf-8")
    assert "textbox" in schema("github-issue-forms", bad)


def test_the_citation_is_of_this_version_and_names_those_whom_it_follows():
    path = ROOT / "CITATION.cff"
    assert schema("citation-file-format", path) == ""
    citation = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert citation["version"] == lecture_optim.__version__
    first = re.search(r"^## (\S+) \((\S+)\)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert (first[1], first[2]) == (citation["version"], str(citation["date-released"]))
    people = [person["family-names"] for work in citation["references"] for person in work["authors"]]
    assert people == ["Kang", "Goodfellow", "Bengio", "Courville"]


def test_the_quick_checks_are_there():
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"  # nothing is fetched
    for hook in repository["hooks"]:
        words = shlex.split(hook["entry"])
        assert words[:2] == [".venv/bin/python", "-m"]
        for path in re.findall(r"tests/\S+", hook["entry"]):
            source = (ROOT / path).read_text(encoding="utf-8")
            chosen = words[words.index("-k") + 1].removeprefix("not ") if "-k" in words else "test_"
            assert re.search(rf"def test_\w*{chosen.removeprefix('test_')}", source), hook["id"]
