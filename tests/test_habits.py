"""What pages say of themselves to machines, and where their buttons lead: descriptions, cards, sitemap, favicon."""

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

import habits
import nbformat
import numpy as np
import pytest
from conftest import ROOT
from matplotlib.figure import Figure
from matplotlib.pyplot import imread
from paths import PLACEHOLDER, repository

pytestmark = pytest.mark.slow
ADDRESS = "https://github.com/ada/course"
WITHOUT, WITH = f"https://github.com/{PLACEHOLDER}/course", ADDRESS
HOSTS = ("mybinder.org", "colab.research", "github.com", "github.io")
SITE = "https://ada.github.io/course"
ALT = 'A red square that fills the "whole" picture, and nothing beside it at all.'
HEADER = """# Squares

:::{admonition} In this chapter
:class: note

- **You will be able to** draw a square of side $\\theta$; tell it from a circle, which has no *corner*; and say
  why `</script>` ends nothing.
- **Time:** 60 minutes, and 40 for the exercises.
- **Before you start:** a pencil.
:::
"""


def red_square():
    """Return an SVG drawn by Matplotlib."""
    figure, text = Figure(figsize=(2, 2), facecolor="#ff0000"), StringIO()
    figure.savefig(text, format="svg")
    return text.getvalue()


def small_course(folder, url):
    """Write a course at an address: a first page, a chapter with a picture, and one with an exercise."""
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copytree(ROOT / "book" / "assets", folder / "book" / "assets")
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    config = (ROOT / "_config.yml").read_text(encoding="utf-8").replace(repository()[0], url)
    config = config.replace("execute_notebooks: cache", "execute_notebooks: 'off'")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n  - file: book/01_squares\n"
        "  - file: book/08_momentum\n    sections:\n      - file: exercises/solutions/08_momentum\n"
    )
    (folder / "book" / "index.md").write_text("# Course\n\n{{ launch }}\n\nIt is in the {{ repository }}.\n")
    cell = nbformat.v4.new_code_cell("plt.show()", execution_count=1, metadata={"mystnb": {"image": {"alt": ALT}}})
    cell.outputs = [nbformat.v4.new_output("display_data", {"image/svg+xml": red_square(), "text/plain": "<Figure>"})]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_markdown_cell(HEADER), cell]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "book" / "01_squares.ipynb")
    (folder / "exercises" / "solutions").mkdir(parents=True)
    name = "08_momentum.ipynb"
    solution = nbformat.read(ROOT / "exercises" / "solutions" / name, as_version=4)
    chapter = [nbformat.v4.new_markdown_cell("# Momentum"), nbformat.v4.new_code_cell("6 * 7")]
    pages = {"book": chapter, "exercises/solutions": solution.cells[:2], "exercises": solution.cells[:1]}
    for where, cells in pages.items():
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=solution.metadata), folder / where / name)


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """The small course without an address and with one, built with warnings as errors."""
    builds, program = {}, Path(sys.executable).parent / "jupyter-book"
    for url in (WITHOUT, WITH):
        folder = tmp_path_factory.mktemp("course")
        small_course(folder, url)
        with (folder / "log").open("w") as log:
            # Into a file and not a pipe, which would stop the second build once it is full.
            command = [program, "build", folder, "-W", "-n", "--keep-going"]
            builds[url] = folder, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    for folder, build in builds.values():
        assert build.wait(timeout=250) == 0, (folder / "log").read_text()
    return {url: folder / "_build" / "html" for url, (folder, _) in builds.items()}


def read(html, page):
    return (html / "book" / f"{page}.html").read_text(encoding="utf-8")


def described(html, page):
    """Return what a page says of itself."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', read(html, page), re.DOTALL)
    return json.loads(text)


def tags(html, page):
    """Return the page's Open Graph."""
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)"', read(html, page))
    return {name: unescape(content) for name, content in found}


@pytest.mark.parametrize("url", [WITHOUT, WITH])
def test_a_chapter_is_a_learning_resource_within_the_book(courses, url):
    found = described(courses[url], "01_squares")
    assert (found["@type"], found["name"]) == ("LearningResource", "Squares")
    assert found["teaches"] == [
        r"draw a square of side \theta",
        "tell it from a circle, which has no corner",
        "say why </script> ends nothing",
    ]
    assert found["timeRequired"] == "PT100M"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["isPartOf"] | {"@context": "https://schema.org"} == described(courses[url], "index")


@pytest.mark.parametrize("url", [WITHOUT, WITH])
def test_the_book_names_those_whom_it_follows(courses, url):
    found = described(courses[url], "index")
    assert found["@type"] == "Book"
    lecture, book = found["isBasedOn"]
    assert lecture["author"]["name"] == "U Kang"
    assert [one["name"].split()[-1] for one in book["author"]] == ["Goodfellow", "Bengio", "Courville"]


@pytest.mark.parametrize("url", [WITHOUT, WITH])
def test_the_mark_is_on_every_page(courses, url):
    for page in ("index", "01_squares"):
        (icon,) = re.findall(r'<link rel="(?:shortcut )?icon" href="([^"]+)"', read(courses[url], page))
        assert ElementTree.parse((courses[url] / "book" / icon).resolve()).getroot().tag.endswith("svg")


def test_without_an_address_nothing_names_one(courses):
    html = courses[WITHOUT]
    assert not (html / "sitemap.xml").exists() and not (html / "_images" / "cards").exists()
    for page in ("index", "01_squares"):
        assert "og:url" not in tags(html, page) and "og:image" not in tags(html, page)
        assert "url" not in described(html, page)
        assert 'rel="canonical"' not in read(html, page)


@pytest.mark.parametrize(("page", "title"), [("index", "Course"), ("01_squares", "Squares")])
def test_with_an_address_every_page_has_a_card(courses, page, title):
    found = tags(courses[WITH], page)
    assert (found["og:title"], found["og:url"]) == (title, f"{SITE}/book/{page}.html")
    assert found["og:image"].startswith(f"{SITE}/")
    assert found["twitter:card"] == "summary_large_image"
    image = imread(courses[WITH] / found["og:image"].removeprefix(f"{SITE}/"))
    assert image.shape[:2] == (int(found["og:image:height"]), int(found["og:image:width"]))


def test_a_chapters_card_shows_its_own_picture(courses):
    found = tags(courses[WITH], "01_squares")
    assert found["og:image:alt"] == ALT
    red, green, blue, *_ = imread(courses[WITH] / found["og:image"].removeprefix(f"{SITE}/")).transpose(2, 0, 1)
    square = (red > 0.95) & (green < 0.05) & (blue < 0.05)
    rows, columns = np.flatnonzero(square.any(1)), np.flatnonzero(square.any(0))
    assert 300 < np.ptp(rows) < 500 and abs(np.ptp(rows) - np.ptp(columns)) <= 3


def test_with_an_address_the_sitemap_lists_the_pages(courses):
    found = ElementTree.parse(courses[WITH] / "sitemap.xml").getroot()
    places = [one.text for one in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    pages = ("book/01_squares", "book/08_momentum", "book/index", "exercises/solutions/08_momentum")
    assert sorted(places) == [f"{SITE}/{page}.html" for page in pages]
    assert f'<link rel="canonical" href="{SITE}/book/01_squares.html"' in read(courses[WITH], "01_squares")


@pytest.mark.parametrize("path", sorted(ROOT.glob("book/[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_every_chapter_describes_itself(path, built):
    found = described(built, path.stem)
    assert len(found["teaches"]) >= 3 and not [goal for goal in found["teaches"] if goal != goal.strip(" .;")]
    assert 30 <= int(re.fullmatch(r"PT(\d+)M", found["timeRequired"])[1]) <= 150
    assert found["name"] in read(built, path.stem)


def test_a_card_has_the_size_that_networks_ask_for(tmp_path):
    (tmp_path / "square.svg").write_text(red_square())
    image = imread(BytesIO(habits.card(tmp_path / "square.svg", "Squares", "Course")))
    assert image.shape[1::-1] == habits.CARD


# Where the buttons lead.


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
    assert "https://colab.research.google.com/github/ada/course/blob/main/notebooks/01_squares.ipynb" in found
    assert found.count(ADDRESS) >= 2  # the button, and the word "repository"


@pytest.mark.parametrize("url", [WITHOUT, WITH])
@pytest.mark.parametrize(("page", "first"), [(PAGES[1], "*To run and to change*"), (PAGES[2], "# Exercise")])
def test_the_download_button_gives_what_is_to_be_run(courses, url, page, first):
    path = courses[url] / f"{page}.html"
    text = path.read_text(encoding="utf-8")
    button = re.search(r'<a href="([^"]+)"[^>]*?btn-download-source-button', text, re.DOTALL)
    notebook = nbformat.read((path.parent / button[1]).resolve(), as_version=4)
    assert notebook.cells[0].source.startswith(first)
