"""Sphinx extension: the two pictures of the first page, `{race}` and `{course-map}`."""

import course_map
import race
from docutils import nodes
from paths import ROOT, TOC
from sphinx.util.docutils import SphinxDirective


class Race(SphinxDirective):
    """The race, as raw HTML."""

    def run(self):
        """Return its node."""
        self.env.note_dependency(race.__file__)
        return [nodes.raw("", race.race(), format="html")]


class CourseMap(SphinxDirective):
    """The map, as raw HTML."""

    def run(self):
        """Return its node."""
        for path in (course_map.__file__, TOC, *ROOT.glob("book/*.ipynb")):
            self.env.note_dependency(str(path))
        return [nodes.raw("", course_map.course_map(), format="html")]


def configure(app, config):
    """Offer the race's settings to the text."""
    config.myst_substitutions |= {
        "race_starts": race.STARTS.shape[1],
        "race_rates": len(race.RATES),
        "race_near": f"{race.NEAR:g}",
        "race_steps": race.STEPS,
    }


def dress(app, pagename, templatename, context, doctree):
    """Give the first page its own style and script, and the room of the page's contents."""
    if pagename == app.config.root_doc:
        app.add_css_file("landing.css")
        app.add_js_file("race.js", loading_method="defer")
        context["theme_secondary_sidebar_items"] = []


def setup(app):
    app.add_directive("race", Race)
    app.add_directive("course-map", CourseMap)
    app.connect("config-inited", configure, priority=400)
    app.connect("html-page-context", dress, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
