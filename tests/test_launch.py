"""Where the notebooks are run: one address, and the first cell on Colab. The buttons: test_habits.py."""

import importlib.util
import sys
import tomllib
from types import ModuleType, SimpleNamespace

import paths
import pytest
import setup_cell
from conftest import ROOT
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from paths import PLACEHOLDER, site

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
