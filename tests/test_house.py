"""The house: pins that agree, one address, and a build that notices and names what is wrong."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution

import build_book
import nbformat
import pytest
from conftest import ROOT
from paths import repository

import course

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins(lines):
    """Return name -> version of the lines that fix one."""
    found = (re.fullmatch(r"([\w.-]+)==(\S+)", line.strip()) for line in lines)
    return {m[1].lower().replace("_", "-"): m[2] for m in found if m}


LOCK = pins((ROOT / "constraints.txt").read_text().splitlines())


def test_pins_agree_with_the_lock():
    required = pins((ROOT / "requirements.txt").read_text().splitlines())
    extras = PROJECT["optional-dependencies"]
    chosen = required | pins([line for extra in extras.values() for line in extra])
    assert {"numpy", "jupyter-book", "pytest"} <= set(chosen)
    assert {name: LOCK.get(name) for name in chosen} == chosen


def test_every_requirement_is_pinned():
    for extra, lines in PROJECT["optional-dependencies"].items():
        if extra in ("grading", "dask"):  # joined to an instructor's own versions, such as a cluster's
            assert {re.match(r"[\w.-]+", line)[0] for line in lines} <= set(LOCK)
        else:
            assert len(pins(lines)) == len(lines), f"extra '{extra}' leaves a version open"
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    named = [line for line in lines if line and not line.startswith(("#", "-"))]
    assert len(pins(named)) == len(named)


def test_repository_address_stands_in_one_place():
    url, _ = repository()
    kinds = {".py", ".md", ".toml", ".txt", ".js", ".css", ".yml", ".cff", ""}
    here = [
        path.relative_to(ROOT).as_posix()
        for top in ("*", "book/**/*", "exercises/**/*", "lecture_*/**/*", "tools/**/*", "tests/**/*")
        for path in ROOT.glob(top)
        if path.is_file() and path.suffix in kinds and url in path.read_text(encoding="utf-8")
    ]
    assert here == ["_config.yml"]


def imports(folder):
    """Return the top-level names that a package's files import."""
    names = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def test_modules_depend_one_way():
    assert "numpy" in imports("lecture_optim")
    assert not imports("lecture_optim") & {"lecture_grader", "book", "exercises", "tools"}
    assert not imports("lecture_grader") & {"book", "exercises", "tools"}


@pytest.fixture
def one_page_book(tmp_path):
    """A book of one notebook, with this book's tools and settings."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    shutil.copytree(ROOT / "book" / "assets", tmp_path / "book" / "assets")
    for name in ("_config.yml", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    # The whole module: a folder without its __init__.py would stand in front of the installed one.
    left_out = shutil.ignore_patterns("*.csv", "__pycache__")
    shutil.copytree(ROOT / "lecture_optim", tmp_path / "lecture_optim", ignore=left_out)
    return tmp_path


def build(folder, code, text="# Page", *words):
    """Write the small book's notebook, a cell of text and one of code, and build it."""
    cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell(code)]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "book" / "page.ipynb")
    return subprocess.run(
        [sys.executable, folder / "tools" / "build_book.py", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )


def test_packages_are_installed_again_when_a_list_of_versions_changes(tmp_path, monkeypatch):
    for name in course.LISTS:
        (tmp_path / name).write_text(name)
    installed = []
    monkeypatch.setattr(course, "ROOT", tmp_path)
    monkeypatch.setattr(course, "make_venv", lambda folder: (tmp_path / folder).mkdir(exist_ok=True))
    monkeypatch.setattr(course, "run", lambda *words: installed.append(words[-1]))
    for extras in [("book",), ("book",), ("book", "test"), ("test",), ("book",)]:
        course.environment(*extras)
    assert installed == [".[book]", ".[book,test]"]
    for name in course.LISTS:
        (tmp_path / name).write_text("other versions")
        course.environment("book")
        course.environment("book")
    assert installed[2:] == [".[book]"] * 3


def test_a_python_that_does_not_run_or_is_too_old_is_passed_over(tmp_path):
    assert course.suits(sys.executable)
    assert not course.suits(tmp_path / "nowhere")
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    assert not course.suits(old)


def package(folder, name, version):
    """Put what pip leaves of an installed package into a folder."""
    metadata = folder / f"{name}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_only_packages_that_a_notebook_can_import_count(tmp_path, monkeypatch):
    before = build_book.fingerprint(())
    monkeypatch.syspath_prepend(tmp_path)
    package(tmp_path, "pytest", "0.0.1")
    assert distribution("pytest").version == "0.0.1"
    assert build_book.fingerprint(()) == before
    package(tmp_path, "scipy", "0.0.1")  # not named in requirements.txt: scikit-learn brings it
    assert build_book.fingerprint(()) != before


def test_the_tests_packages_do_not_build_the_book_anew(tmp_path, monkeypatch):
    before = build_book.fingerprint((), "book", "notebooks")
    monkeypatch.syspath_prepend(tmp_path)
    package(tmp_path, "playwright", "0.0.1")
    assert build_book.fingerprint((), "book", "notebooks") == before
    package(tmp_path, "sphinx", "0.0.1")
    assert build_book.fingerprint((), "book", "notebooks") != before


def test_build_notices_changes_and_names_failures(one_page_book):
    draft, page = (one_page_book / "_build" / where / "book" / "page.html" for where in ("draft/html", "html"))
    runs = one_page_book / "runs.txt"  # not below a folder whose changes count
    code = "with open('../runs.txt', 'a') as runs:\n    print('run', file=runs)\nprint(6 * 7)"

    done = build(one_page_book, code)
    assert done.returncode == 0, done.stderr
    assert "42" in page.read_text()
    assert runs.read_text() == "run\n"
    assert str(one_page_book / "_build" / "html" / "index.html") in done.stdout
    assert "Nothing has changed" in build(one_page_book, code).stdout

    # A changed sentence: its page alone is made anew, nothing is executed, the book stays as it was.
    done = build(one_page_book, code, "# Another title", "page")
    assert done.returncode == 0, done.stderr
    assert "Another title" in draft.read_text() and "Another title" not in page.read_text()
    assert runs.read_text() == "run\n"

    failed = build(one_page_book, "print(6 / 0)")
    assert failed.returncode == 1
    assert "book/page.ipynb, cell 2" in failed.stderr
    assert "ZeroDivisionError" in failed.stderr
    assert not page.exists()

    # The notebook's code is the first again, but the module has changed. Older pages are there, and do not stay.
    (one_page_book / "lecture_optim" / "new.py").write_text("")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("42")
    warned = build(one_page_book, code, text="# Page\n\nSee {numref}`nowhere`.")
    assert "to execute: 1" in warned.stdout and runs.read_text() == "run\nrun\n"
    assert warned.returncode == 1
    assert "nowhere" in warned.stderr
    assert not (one_page_book / "_build" / "html").exists()
