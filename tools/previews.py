"""Sphinx extension: gives each page the texts that its links to other pages preview, so that nothing has to be fetched.

These are the glossary's terms and the equations of other chapters. What stands on the page itself, and a citation's
title, `previews.js` takes from the page. (sphinx-tippy does the like with tippy.js,
which it loads from elsewhere; here a few lines do.)
"""

import functools
import json
import posixpath
import re

from docutils import nodes

LINK = re.compile(r'<a class="reference internal" href="([^"#]+)#((?:term|equation)-[^"]+)"')
ANCHOR = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)


@functools.cache
def resolved(app, page):
    """Return a page with its references resolved, once for all pages that preview a part of it."""
    return app.env.get_and_resolve_doctree(page, app.builder)


def term(app, doctree, name):
    """Return a term of the glossary with what it means, as HTML, or nothing."""
    for item in doctree.findall(nodes.definition_list_item):
        for one in item.findall(nodes.term):
            if name in one["ids"]:
                meaning = "".join(app.builder.render_partial(part)["fragment"] for part in item[-1])
                return f"<p><strong>{one.astext()}</strong></p>" + ANCHOR.sub(r"\1", meaning)
    return ""


def equation(doctree, label):
    """Return a labelled formula with its number, as HTML, or nothing."""
    for block in doctree.findall(nodes.math_block):
        if block.get("label") == label:
            text = block.astext().replace("&", "&amp;").replace("<", "&lt;")
            return f'<div class="math">\\[{text}\\tag{{{block["number"]}}}\\]</div>'
    return ""


def texts(app, page, body):
    """Return the previews of a page's links to terms and equations elsewhere, by the links' addresses."""
    found = {}
    for there, name in sorted(set(LINK.findall(body))):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(page), there)).removesuffix(".html")
        doctree = resolved(app, other)
        kind, _, label = name.partition("-")
        if text := term(app, doctree, name) if kind == "term" else equation(doctree, label):
            found[f"{there}#{name}"] = text
    return found


def embed(app, pagename, templatename, context, doctree):
    """Put the previews at the end of a page."""
    if doctree is not None and (found := texts(app, pagename, context.get("body", ""))):
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        context["body"] += f'<script type="application/json" id="previews">{text}</script>'


def configure(app, config):
    """Add the script and its style."""
    config.html_js_files.append("previews.js")
    config.html_css_files.append("previews.css")


def setup(app):
    app.connect("config-inited", configure, priority=400)
    app.connect("html-page-context", embed, priority=420)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
