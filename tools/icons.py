"""Sphinx extension: of the theme's two thousand icons, the pages carry those that they show.

The theme brings all of Font Awesome as one script, half of what a page weighs. The entries of the icons that no page
and no script of this build names are taken out; what draws them stays as it is.
"""

import re
from pathlib import Path

SCRIPT = Path("_static", "scripts", "fontawesome.js")
NAMED = re.compile(r"\bfa-([a-z0-9-]+)")
#: An entry is `name:[width,height,[other names],"code",path],`, and some have two paths.
ENTRY = re.compile(r'"?([a-z0-9-]+)"?:\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\["[^"]*"(?:,"[^"]*")?\])\],?')


def only(script, names):
    """Return the script with the entries of these icons alone."""

    def keep(entry):
        return entry[0] if names & {entry[1], *re.findall(r'"([^"]+)"', entry[2])} else ""

    return ENTRY.sub(keep, script)


def thin(app, exception):
    """Take out of the built pages' script the icons that are not shown."""
    out = Path(app.outdir)
    script = out / SCRIPT
    if exception or not script.is_file():
        return
    shown = [*out.rglob("*.html"), *(path for path in out.glob("_static/**/*.js") if path.name != script.name)]
    names = {name for path in shown for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    script.write_text(only(script.read_text(encoding="utf-8"), names), encoding="utf-8")


def setup(app):
    app.connect("build-finished", thin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
