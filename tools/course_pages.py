"""Sphinx extension: what the course's pages need beyond the theme.

It puts MathJax and the moving pictures' script beside the pages, takes out what the theme loads
from elsewhere, mends the theme's accessibility, and offers the launch buttons' addresses and the table of
verdicts to the text.
"""

import shutil
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import verdicts


def button(text, address):
    """Return a button in MyST that leads to an address."""
    return f"```{{button-link}} {address}\n:color: primary\n:class: sd-mr-2\n\n{text}\n```\n\n"


def configure(app, config):
    """Add the package's script to the static files and the launch addresses to the text."""
    options = config.html_theme_options
    name = options["repository_url"].removeprefix("https://github.com/")
    branch = options["repository_branch"]
    launch = options["launch_buttons"]
    binder = f"{launch['binderhub_url']}/v2/gh/{name}/{branch}?urlpath=lab/tree/book"
    colab = f"{launch['colab_url']}/github/{name}"
    config.myst_substitutions |= {
        "binder_url": binder,
        "colab_url": f"{colab}/blob/{branch}/book",
        "launch": button("Run on Binder", binder) + button("Open in Colab", f"{colab}/"),
        "repository": f"[repository]({options['repository_url']})",
        "tolerances": verdicts.tolerances(),
        "verdicts": verdicts.table(),
    }
    script = Path(find_spec("lecture_optim").origin).parent / "explorers" / "explorers.js"
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


def launch_exercise(app, pagename, templatename, context, doctree):
    """Let the launch buttons of a page with solutions open the student's notebook."""
    if pagename.startswith("exercises/solutions/"):
        for group in context.get("header_buttons", []):
            if group.get("label") == "launch-buttons":
                for item in group["buttons"]:
                    item["url"] = item["url"].replace("exercises/solutions/", "exercises/")


def repr_of(asset):
    """Return what tells one script or style sheet from another: its address or its text."""
    filename = getattr(asset, "filename", asset)
    return f"{filename} {getattr(asset, 'attributes', {}).get('body', '')}".lower()


def setup(app):
    app.connect("config-inited", configure, priority=400)
    app.connect("builder-inited", add_mathjax)
    app.connect("html-page-context", without_thebe, priority=900)
    app.connect("html-page-context", launch_exercise, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
