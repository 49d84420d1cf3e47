"""Where the repository's files are, and which notebooks it has."""

import functools
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "_config.yml"
TOC = ROOT / "_toc.yml"
PLACEHOLDER = "OWNER"  # the repository's owner in _config.yml until there is one


@functools.cache
def repository():
    """Return the repository's address and branch as _config.yml gives them."""
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repository"]
    return settings["url"], settings["branch"]


def site():
    """Return the address of the published book, or nothing as long as the repository has no owner."""
    owner, name = repository()[0].removeprefix("https://github.com/").split("/")
    return "" if owner == PLACEHOLDER else f"https://{owner}.github.io/{name}"


def pages():
    """Return the files of the book in reading order, as paths below the root."""

    def walk(node):
        for key in ("root", "file"):
            if key in node:
                yield node[key]
        for key in ("parts", "chapters", "sections"):
            for child in node.get(key, []):
                yield from walk(child)

    found = []
    for name in walk(yaml.safe_load(TOC.read_text(encoding="utf-8"))):
        candidates = [ROOT / f"{name}{suffix}" for suffix in ("", ".ipynb", ".md")]
        files = [path for path in candidates if path.is_file()]
        if not files:
            raise FileNotFoundError(f"_toc.yml names '{name}', but there is no such page")
        found.append(files[0])
    return found


def notebooks():
    """Return every notebook of the book and of the exercises, sorted."""
    found = [*ROOT.glob("book/**/*.ipynb"), *ROOT.glob("exercises/**/*.ipynb")]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)
