"""Where the notebooks are run: one address, the buttons that follow from it, and the first cell on Colab."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import paths
import pytest
import setup_cell
from conftest import ROOT
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from paths import PLACEHOLDER, repository, site

ADDRESS = "https://github.com/ada/course"
WITHOUT, WITH = f"https://github.com/{PLACEHOLDER}/course", ADDRESS
HOSTS = ("mybinder.org", "colab.research", "github.com", "github.io")


def test_without_an_owner_there_is_no_site(monkeypatch):
    monkeypatch.setattr(paths, "repository", lambda: (WITHOUT, "main"))
    assert site() == ""
    monkeypatch.setattr(paths, "repository", lambda: (WITH, "main"))
    assert site() == "https://ada.github.io/course"


class Shell:
    """What the first cell asks of IPython."""

    def __init__(self):
        self.asked = []

    def run_line_magic(self, *words):
        self.asked.append(" ".join(words))


def run_setup_cell(monkeypatch, url, colab, installed):
    """Run the first cell, as on Colab or not; return what it installed and how often it let widgets in."""
    shell, widgets = Shell(), []
    if colab:
        module = ModuleType("google.colab")
        module.output = SimpleNamespace(enable_custom_widget_manager=lambda: widgets.append("on"))
        monkeypatch.setitem(sys.modules, "google.colab", module)
    monkeypatch.setattr(setup_cell, "repository", lambda: (url, "main"))
    monkeypatch.setattr(paths, "repository", lambda: (url, "main"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: installed or None)
    source = TransformerManager().transform_cell(setup_cell.source())
    exec(source, {"get_ipython": lambda: shell})
    return shell.asked, widgets


@pytest.mark.parametrize("url", [WITHOUT, WITH])
def test_the_first_cell_does_nothing_but_on_colab(monkeypatch, url):
    assert run_setup_cell(monkeypatch, url, colab=False, installed=False) == ([], [])


@pytest.mark.parametrize("url", [WITHOUT, WITH])
def test_on_colab_the_pictures_may_move(monkeypatch, url):
    assert run_setup_cell(monkeypatch, url, colab=True, installed=True) == ([], ["on"])


def test_on_colab_the_modules_are_fetched_from_the_address(monkeypatch):
    asked, widgets = run_setup_cell(monkeypatch, WITH, colab=True, installed=False)
    assert asked == [f"pip install --quiet git+{ADDRESS}@main"]
    assert widgets == ["on"]


def test_on_colab_a_copy_without_an_address_says_so(monkeypatch):
    with pytest.raises(ModuleNotFoundError, match="no public address"):
        run_setup_cell(monkeypatch, WITHOUT, colab=True, installed=False)


def small_course(folder, url):
    """Write a small course with an address: a chapter, its exercise, and a first page with all links."""
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copytree(ROOT / "book" / "assets", folder / "book" / "assets")
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    config = (ROOT / "_config.yml").read_text(encoding="utf-8").replace(repository()[0], url)
    config = config.replace("execute_notebooks: cache", "execute_notebooks: 'off'")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        "  - file: book/08_momentum\n    sections:\n      - file: exercises/solutions/08_momentum\n"
    )
    (folder / "book" / "index.md").write_text("# Course\n\n{{ launch }}\n\nIt is in the {{ repository }}.\n")
    (folder / "exercises" / "solutions").mkdir(parents=True)
    name = "08_momentum.ipynb"
    solution = nbformat.read(ROOT / "exercises" / "solutions" / name, as_version=4)
    chapter = [nbformat.v4.new_markdown_cell("# Momentum"), nbformat.v4.new_code_cell("6 * 7")]
    pages = {"book": chapter, "exercises/solutions": solution.cells[:2], "exercises": solution.cells[:1]}
    for where, cells in pages.items():
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=solution.metadata), folder / where / name)


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """Two small courses, without an address and with one, built with warnings as errors."""
    builds, program = {}, Path(sys.executable).parent / "jupyter-book"
    for url in (WITHOUT, WITH):
        folder = tmp_path_factory.mktemp("course")
        small_course(folder, url)
        command = [program, "build", folder, "-W", "-n", "--keep-going"]
        # Into a file and not a pipe, which would stop the second build once it is full.
        with (folder / "log").open("w") as log:
            builds[url] = folder, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    for folder, build in builds.values():
        assert build.wait(timeout=250) == 0, (folder / "log").read_text()
    return {url: folder / "_build" / "html" for url, (folder, _) in builds.items()}


def links(html, page):
    """Return the addresses that a page of a built book leads to, without those that it needs itself."""
    text = (html / f"{page}.html").read_text(encoding="utf-8")
    return re.findall(r'<a\b[^>]*?\bhref="([^"]+)"', text)


PAGES = ("book/index", "book/08_momentum", "exercises/solutions/08_momentum")


@pytest.mark.parametrize("page", PAGES)
def test_without_an_address_no_link_leads_to_one(courses, page):
    assert [link for link in links(courses[WITHOUT], page) if any(host in link for host in HOSTS)] == []


@pytest.mark.parametrize(("page", "place"), [(PAGES[1], "notebooks"), (PAGES[2], "exercises")])
def test_with_an_address_the_buttons_open_what_is_to_be_run(courses, page, place):
    found = links(courses[WITH], page)
    path = f"{place}/08_momentum.ipynb"
    assert f"https://mybinder.org/v2/gh/ada/course/main?urlpath=lab/tree/{path}" in found
    assert f"https://colab.research.google.com/github/ada/course/blob/main/{path}" in found
    assert ADDRESS in found
    assert not [link for link in found if "solutions/08_momentum.ipynb" in link or "book/08_momentum.ipynb" in link]


def test_with_an_address_the_first_page_leads_to_the_edition(courses):
    found = links(courses[WITH], PAGES[0])
    assert "https://mybinder.org/v2/gh/ada/course/main?urlpath=lab/tree/notebooks" in found
    assert "https://colab.research.google.com/github/ada/course/blob/main/notebooks/08_momentum.ipynb" in found
    assert found.count(ADDRESS) >= 2  # the button, and the word "repository"


@pytest.mark.parametrize("url", [WITHOUT, WITH])
@pytest.mark.parametrize(("page", "first"), [(PAGES[1], "*To run and to change*"), (PAGES[2], "# Exercise")])
def test_the_download_button_gives_what_is_to_be_run(courses, url, page, first):
    path = courses[url] / f"{page}.html"
    text = path.read_text(encoding="utf-8")
    button = re.search(r'<a href="([^"]+)"[^>]*?btn-download-source-button', text, re.DOTALL)
    notebook = nbformat.read((path.parent / button[1]).resolve(), as_version=4)
    assert notebook.cells[0].source.startswith(first)


def test_no_badge_is_shown_without_an_address():
    if not site():
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        assert not [word for word in ("badge", *HOSTS) if word in text]


def test_colabs_own_versions_are_good_enough():
    # Else the first cell would replace packages that Colab has loaded already.
    brought = dict(line.split("==") for line in (ROOT / "tools" / "colab.txt").read_text().splitlines() if "==" in line)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for needed in map(Requirement, project["dependencies"]):
        assert brought[needed.name] in needed.specifier
