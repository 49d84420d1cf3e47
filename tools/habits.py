"""Sphinx extension: what lets a page be found and shared well.

Each chapter describes itself to machines as a learning resource within the book, from its header (JSON-LD of
schema.org). Once the repository has an address, links to a page show a card with the chapter's first picture (Open
Graph), and there is a sitemap. Before, both would lead nowhere, so there are none.
"""

import io
import json
import re
from pathlib import Path

from docutils import nodes
from paths import ROOT, site

import lecture_optim

HEADER = "In this chapter"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CARDS = "_images/cards"
CARD = (1200, 630)  # pixels, the size that networks ask for
INK, SOFT = "#1f2328", "#59636e"


def header(doctree):
    """Return the points of a chapter's header by their bold first words, or nothing where there is no header."""
    for box in doctree.findall(nodes.admonition):
        if box[0].astext() == HEADER:
            texts = [" ".join(item.astext().split()) for item in box.findall(nodes.list_item)]
            strong = [next(iter(item.findall(nodes.strong))).astext() for item in box.findall(nodes.list_item)]
            return {name.rstrip(":"): text.removeprefix(name).strip() for name, text in zip(strong, texts, strict=True)}
    return {}


def whole(config):
    """Return what every page says of the book."""
    people = ["Ian Goodfellow", "Yoshua Bengio", "Aaron Courville"]
    found = {
        "@type": "Book",
        "name": config.project,
        "author": {"@type": "Organization", "name": config.author},
        "license": LICENCE,
        "inLanguage": "en-GB",
        "version": lecture_optim.__version__,
        "isBasedOn": [
            {"@type": "CreativeWork", "name": config.project, "author": {"@type": "Person", "name": "U Kang"}},
            {"@type": "Book", "name": "Deep Learning", "author": [{"@type": "Person", "name": n} for n in people]},
        ],
    }
    return found | ({"url": f"{site()}/"} if site() else {})


def chapter(config, page, title, points):
    """Return what a chapter says of itself: what it teaches, and the minutes that it takes with its exercises."""
    goals = re.split(r";\s+(?:and\s+)?", points["You will be able to"].rstrip("."))
    minutes = sum(map(int, re.findall(r"\d+", points["Time"])))
    found = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": title,
        "learningResourceType": "chapter",
        "teaches": goals,
        "timeRequired": f"PT{minutes}M",
        "author": {"@type": "Organization", "name": config.author},
        "license": LICENCE,
        "inLanguage": "en-GB",
        "isPartOf": whole(config),
    }
    return found | ({"url": f"{site()}/{page}.html"} if site() else {})


def describe(app, pagename, templatename, context, doctree):
    """Put the description into the page's head: a chapter's, or on the first page the book's."""
    if doctree is None:
        return
    if pagename == app.config.root_doc:
        found = {"@context": "https://schema.org", **whole(app.config)}
    elif points := header(doctree):
        found = chapter(app.config, pagename, app.env.titles[pagename].astext(), points)
    else:
        return
    text = json.dumps(found, ensure_ascii=False).replace("</", "<\\/")
    context["metatags"] = context.get("metatags", "") + f'\n<script type="application/ld+json">{text}</script>\n'


def picture(app, doctree):
    """Return the file of a page's first drawn picture and its alternative text, or nothing."""
    for image in doctree.findall(nodes.image):
        path = Path(app.srcdir, image.get("candidates", {}).get("*", image["uri"]))  # the uri is the page's by now
        if path.suffix == ".svg" and path.is_file():
            return path, image.get("alt", "")
    return None


def card(path, title, book):
    """Return a PNG with a picture below a title."""
    import resvg_py
    from matplotlib.figure import Figure
    from matplotlib.pyplot import imread

    box = (0.06, 0.13, 0.88, 0.66)  # of the picture: left, bottom, width, height
    png = resvg_py.svg_to_bytes(svg_path=str(path), width=CARD[0], dpi=96, background="#ffffff", skip_system_fonts=True)
    figure = Figure(figsize=(CARD[0] / 100, CARD[1] / 100), dpi=100, facecolor="white")
    figure.text(box[0], 0.89, title, color=INK, size=38, weight="bold", va="center")
    figure.text(box[0], 0.055, book, color=SOFT, size=18, va="center")
    axes = figure.add_axes(box, frameon=False, xticks=[], yticks=[])
    axes.imshow(imread(io.BytesIO(png)), interpolation="lanczos")
    data = io.BytesIO()
    figure.savefig(data, format="png", metadata={"Software": None})
    return data.getvalue()


def write_card(app, name, *content):
    """Write a card to the built book; return its address."""
    path = Path(app.outdir, CARDS, f"{name}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(card(*content, app.config.project))
    return f"{site()}/{CARDS}/{path.name}"


def draw_mark(app):
    """Write the card of the pages without a picture of their own: the book's title and mark."""
    if app.builder.format == "html":
        write_card(app, "mark", ROOT / "book" / "assets" / "mark.svg", "A course")


def share(app, pagename, templatename, context, doctree):
    """Draw a chapter's card and name it in the page's metadata, where the extension looks."""
    found = picture(app, doctree) if doctree is not None and header(doctree) else None
    if found:
        path, alt = found
        address = write_card(app, Path(pagename).name, path, app.env.titles[pagename].astext())
        context["meta"] = (context.get("meta") or {}) | {"og:image": address, "og:image:alt": alt}


def configure(app, config):
    """Give the extensions the address, and what holds for every card."""
    config.html_baseurl = config.ogp_site_url = f"{site()}/"
    config.ogp_image = f"{site()}/{CARDS}/mark.png"
    config.ogp_image_alt = "A path that swings down into a bowl."
    width, height = CARD
    config.ogp_custom_meta_tags = (
        '<meta name="twitter:card" content="summary_large_image" />',
        f'<meta property="og:image:width" content="{width}" />',
        f'<meta property="og:image:height" content="{height}" />',
    )
    config.sitemap_url_scheme = "{link}"
    config.sitemap_excludes = ["search.html", "genindex.html"]


def setup(app):
    app.connect("html-page-context", describe, priority=410)
    if site():
        app.setup_extension("sphinxext.opengraph")
        app.setup_extension("sphinx_sitemap")
        app.connect("config-inited", configure, priority=400)
        app.connect("builder-inited", draw_mark)
        app.connect("html-page-context", share, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
