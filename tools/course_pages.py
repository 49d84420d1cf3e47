"""Sphinx extension: what the course's pages need beyond the theme.

It puts MathJax and the moving pictures' script beside the pages, takes out what the theme loads
from elsewhere, mends the theme's accessibility, lets the buttons lead to the runner's edition, and offers the
launch buttons and the table of verdicts to the text.
"""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import edition
import verdicts
from paths import ROOT, site

TO_RUN = {"book": "notebooks", "exercises/solutions": "exercises"}  # where what a page shows is to be run


def button(text, address):
    """Return a button in MyST that leads to an address."""
    return f"```{{button-link}} {address}\n:color: primary\n:class: sd-mr-2\n\n{text}\n```\n\n"


def launch(options):
    """Return the text's substitutions that lead to the repository, to Binder and to Colab.

    As long as the repository has no owner they lead nowhere: no link is shown, and no button on the pages.
    """
    if not site():
        options |= {"launch_buttons": {}, "use_repository_button": False, "use_issues_button": False}
        return {"launch": "", "start": "", "repository": "repository"}
    name = options["repository_url"].removeprefix("https://github.com/")
    branch = options["repository_branch"]
    hubs = options["launch_buttons"]
    binder = f"{hubs['binderhub_url']}/v2/gh/{name}/{branch}?urlpath=lab/tree"
    colab = f"{hubs['colab_url']}/github/{name}/blob/{branch}"
    first = next((path.name for path in edition.chapters()), "")
    buttons = {"Run on Binder": f"{binder}/notebooks", "Open in Colab": f"{colab}/notebooks/{first}"}
    return {
        "launch": "".join(button(*item) for item in buttons.items()),
        "start": f", [start on Binder]({binder}/NOTEBOOK.ipynb) or [start on Colab]({colab}/NOTEBOOK.ipynb)",
        "repository": f"[repository]({options['repository_url']})",
    }


def configure(app, config):
    """Add the course's face, the package's script, and what the text asks for."""
    config.html_css_files.insert(0, "face.css")
    config.myst_substitutions |= launch(config.html_theme_options) | {
        "tolerances": verdicts.tolerances(),
        "verdicts": verdicts.table(),
    }
    script = ROOT / "lecture_optim" / "explorers" / "explorers.js"
    if script.exists():
        config.html_static_path.append(str(script))
        config.html_js_files.append((script.name, {"defer": "defer"}))


def add_mathjax(app):
    """Copy the installed MathJax beside the pages: the script, its extensions and its fonts."""
    if app.builder.format != "html":
        return
    source = files("sphinx-mathjax-offline") / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "tex-mml-chtml.js", target)
    for folder in ("input/tex/extensions", "output/chtml/fonts/woff-v2", "a11y", "sre"):
        shutil.copytree(source / folder, target / folder, dirs_exist_ok=True)


def without_thebe(app, pagename, templatename, context, doctree):
    """Drop thebe's scripts: they fail on every page although thebe is off."""
    for kind in ("script_files", "css_files"):
        context[kind] = [item for item in context.get(kind, []) if "thebe" not in repr_of(item)]


def add_notebooks(app):
    """Put beside the pages what their download buttons give: the runner's edition and the students' notebooks."""
    if app.builder.format != "html" or app.tags.has("draft"):
        return
    out = Path(app.outdir)
    edition.write(out / "notebooks")
    (out / "exercises").mkdir(exist_ok=True)
    for path in ROOT.glob("exercises/*.ipynb"):
        shutil.copy(path, out / "exercises")


def launch_notebook(app, pagename, templatename, context, doctree):
    """Let the buttons of a chapter lead to the runner's edition, those of a solution to the student's notebook."""
    if not (ROOT / f"{pagename}.ipynb").is_file():
        return
    folder, name = pagename.rsplit("/", 1)
    there = f"{TO_RUN[folder]}/{name}.ipynb"
    for group in context.get("header_buttons", []):
        for item in group.get("buttons", []):
            if group["label"] == "launch-buttons":
                item["url"] = item["url"].replace(f"{pagename}.ipynb", there)
            elif item["label"] == "download-source-button":
                item["url"] = context["pathto"](there, 1)


def call_as_written(app, pagename, templatename, context, doctree):
    """Let what unfolds be called, aloud, what is written on it, and no link begin with a blank, which is underlined."""
    if "body" in context:
        body = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
        context["body"] = re.sub(r'(?<="admonition-title">Solution to)(<a [^>]*>) ', r" \1", body)


def one_id_each(app, pagename, templatename, context, doctree):
    """Leave each name in the page once: a box's title repeats that of its box, all boxes' contents share one."""
    if "body" in context:
        body = re.sub(r' id="(?:proof|exercise|solution)-content"', "", context["body"])
        context["body"] = re.sub(r'(<div [^>]*id="([^"]+)">\s*<p class="admonition-title") id="\2"', r"\1", body)


def repr_of(asset):
    """Return what tells one script or style sheet from another: its address or its text."""
    filename = getattr(asset, "filename", asset)
    return f"{filename} {getattr(asset, 'attributes', {}).get('body', '')}".lower()


def setup(app):
    app.connect("config-inited", configure, priority=400)
    app.connect("builder-inited", add_mathjax)
    app.connect("builder-inited", add_notebooks)
    app.connect("html-page-context", without_thebe, priority=900)
    app.connect("html-page-context", launch_notebook, priority=950)
    app.connect("html-page-context", call_as_written)
    app.connect("html-page-context", one_id_each)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
