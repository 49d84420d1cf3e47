"""Gather in _build/site what is published: pages, notebooks, slides and the PDF; see that all is there."""

import shutil
import sys

import slides
from build_book import BUILD, HTML
from paths import ROOT, pages

SITE = BUILD / "site"
PDF = "book.pdf"


def missing(folder):
    """Return what a folder of published files lacks, sorted."""
    wanted = ["index.html", "objects.inv", "searchindex.js", PDF, "_static/mathjax/tex-mml-chtml.js"]
    wanted += [page.relative_to(ROOT).with_suffix(".html").as_posix() for page in pages()]
    to_run = (*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*.ipynb"))
    wanted += [path.relative_to(ROOT).as_posix() for path in to_run]
    wanted += [f"slides/{name}.html" for name in ("index", *(deck["name"] for deck in slides.decks()))]
    return sorted(name for name in wanted if not (folder / name).is_file() or not (folder / name).stat().st_size)


def main():
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(HTML, SITE, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(BUILD / PDF, SITE)
    shutil.copytree(slides.TARGET, SITE / "slides")
    lacks = missing(SITE)
    if lacks:
        print("The site lacks " + ", ".join(lacks), file=sys.stderr)
        return 1
    print(f"{sum(path.is_file() for path in SITE.rglob('*'))} files in {SITE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
