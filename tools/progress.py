"""Sphinx extension: the list of all that a reader can do, for the page "Where you are".

It is made from the sources when the book is built, and stands in that page alone; `progress.js` sets beside it what the
reader's browser has kept. Nothing is counted by hand.
"""

import ast
import json
import re

import nbformat
from docutils.nodes import make_id
from paths import ROOT, pages
from predictions import predictions

PAGE = "book/back/where_you_are"
CHAPTER = re.compile(r"(\d\d)_")
QUIZ = re.compile(r"^:{3,}\{quiz\}[ \t]*(\S+)", re.MULTILINE)
# A question of an exercise: its number, title and points, and further down the name in its check.
EXERCISE = re.compile(r"^## (\d+\. (.*) \(\d+ points?\))$|^check\((\w+)", re.MULTILINE)
CLASS = re.compile(r"\w+Explorer")
END = "check-yourself"  # the heading behind a chapter's reading


def item(chapter, name, title, place):
    """Return one thing to do: the id under which it is kept, its title, and where it stands."""
    return {"id": f"{chapter}/{name}", "title": title, "place": place}


def said(name):
    """Return a name of small letters and hyphens as words."""
    return name.replace("-", " ")


def of_kind(notebook, kind):
    """Return the sources of a notebook's cells of a kind."""
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def called(node):
    """Return the name that a call calls, or nothing."""
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def quizzes(chapter, page, notebook):
    names = [name for text in of_kind(notebook, "markdown") for name in QUIZ.findall(text)]
    return [
        item(chapter, name, f"Question {number}, {said(name)}", f"{page}.html#quiz-{name}")
        for number, name in enumerate(names, 1)
    ]


def tasks(chapter, page, notebook):
    """Return the tasks of the moving pictures; the page numbers both, pictures and tasks."""
    found, pictures = [], 0
    for code in of_kind(notebook, "code"):
        for node in ast.walk(ast.parse(code)) if "Explorer(" in code else []:
            if CLASS.fullmatch(called(node)):
                pictures += 1
                for call in (part for part in ast.walk(node) if called(part) == "Task"):
                    text = ast.literal_eval(call.args[0]).rstrip(".")
                    found.append(item(chapter, len(found) + 1, text, f"{page}.html#explorer-{pictures}"))
    return found


def exercises(chapter, page, notebook):
    found, title, anchor = [], "", ""
    for match in EXERCISE.finditer("\n".join(cell.source for cell in notebook.cells)):
        heading, words, name = match.groups()
        if heading:
            title, anchor = words, make_id(heading)
        else:
            found.append(item(chapter, name, title, f"{page}.html#{anchor}"))
    return found


def guesses(chapter):
    return [
        {"id": one["id"], "title": one["title"], "place": f"{one['page']}.html#{one['anchor']}"}
        for one in predictions()
        if one["id"].startswith(f"{chapter}/")
    ]


def catalogue():
    """Return the chapters in order, each with all that can be done in it."""
    found = {}
    for path in pages():
        match = CHAPTER.match(path.name)
        if not match or path.suffix != ".ipynb":
            continue
        chapter, page = match[1], path.relative_to(ROOT).with_suffix("").as_posix()
        notebook = nbformat.read(path, as_version=4)
        if page.startswith("book/"):
            title = re.search(r"^# (.*)", notebook.cells[0].source, re.MULTILINE)[1]
            found[chapter] = {
                "id": chapter,
                "title": title,
                "place": f"{page}.html",
                "end": f"{page}.html#{END}",
                "predict": guesses(chapter),
                "quiz": quizzes(chapter, page, notebook),
                "task": tasks(chapter, page, notebook),
                "exercise": [],
            }
        else:
            found[chapter]["exercise"] = found[chapter]["exercise"] or exercises(chapter, page, notebook)
    return list(found.values())


def embed(app, pagename, templatename, context, doctree):
    """Put the list into its page."""
    if pagename == PAGE:
        text = json.dumps(catalogue(), ensure_ascii=False).replace("</", "<\\/")
        context["body"] += f'<script type="application/json" id="catalogue">{text}</script>\n'


def setup(app):
    app.connect("html-page-context", embed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
