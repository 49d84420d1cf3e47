"""Sphinx extension: the directive `quiz`, a question whose options say why they are right or wrong.

    :::{quiz} terminal-speed
    The slope is the same at every step, and $\\alpha = 0.99$. How fast does the point get?

    ( ) As fast as gradient descent, since the velocity is an average.
    : No. It is a sum.

    (*) A hundred times as fast as gradient descent.
    : Yes: the weights of the sum add up to $1/(1-\\alpha)$.
    :::

The page holds each option as a `details` element, which is what is read without a script and on paper. With one,
`quiz.js` makes a group of radio buttons of them. What the reader chooses is kept under the chapter and the name,
as 08/terminal-speed, so a name may change only when the question does.
"""

import re
import textwrap
from string import ascii_lowercase
from typing import NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CHAPTER = re.compile(r"book/(\d\d)_")
# An option with what its explanation says, up to the next option.
OPTION = re.compile(r"^\(([ *])\) +(.*?)\n+:[ \t]+(.*?)\s*(?=^\([ *]\)|\Z)", re.DOTALL | re.MULTILINE)


class Option(NamedTuple):
    """An answer to choose: its letter, whether it is right, its text, and why it is right or wrong."""

    letter: str
    right: bool
    text: str
    why: str


class Quiz(NamedTuple):
    """A question and its options."""

    question: str
    options: list


def read(name, text):
    """Return the quiz that a directive's text holds.

    Raises
    ------
    ValueError
        If the name is not in small letters with hyphens, an option has no explanation, or not exactly one is right.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"a quiz is named in small letters with hyphens, as terminal-speed, got '{name}'")
    start = re.search(r"^\([ *]\)", text, re.MULTILINE)
    question, rest = (text[: start.start()].strip(), text[start.start() :]) if start else (text.strip(), "")
    lines = re.findall(r"^\([ *]\).*", rest, re.MULTILINE)
    found = OPTION.findall(rest)
    if not question:
        raise ValueError(f"quiz '{name}' asks nothing before its first option")
    if not 2 <= len(lines) <= len(ascii_lowercase):
        raise ValueError(
            f"quiz '{name}' needs two options or more, lines that begin with '( )' or '(*)', got {len(lines)}"
        )
    if len(found) != len(lines):
        raise ValueError(f"quiz '{name}' has an option without its explanation, a line below it that begins with ': '")
    options = [
        Option(letter, mark == "*", " ".join(words.split()), textwrap.dedent(f"  {why}"))
        for letter, (mark, words, why) in zip(ascii_lowercase, found, strict=False)
    ]
    right = sum(option.right for option in options)
    if right != 1:
        raise ValueError(f"quiz '{name}' marks {right} options as right with '(*)', but must mark exactly one")
    return Quiz(question, options)


class tag(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """An element of HTML: its name, and its attributes as a dictionary."""


def visit_tag(self, node):
    self.body.append(self.starttag(node, node["tag"], "", **node["html"]))


def depart_tag(self, node):
    self.body.append(f"</{node['tag']}>\n")


class QuizDirective(SphinxDirective):
    """A question of a chapter, with options to choose from."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def parsed(self, text):
        """Return a text's nodes; a single paragraph stands in its line."""
        box = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), self.env.docname), self.content_offset, box)
        alone = len(box) == 1 and isinstance(box[0], nodes.paragraph)
        return [nodes.inline("", "", *box[0].children)] if alone else box.children

    def run(self):
        name = self.arguments[0].strip()
        chapter = CHAPTER.match(self.env.docname)
        if not chapter:
            raise self.error(f"quiz '{name}' must stand in a chapter, not in {self.env.docname}")
        try:
            quiz = read(name, "\n".join(self.content))
        except ValueError as wrong:
            raise self.error(str(wrong)) from None
        before = self.env.temp_data.setdefault("quizzes", [])
        if name in before:
            raise self.error(f"two quizzes of {self.env.docname} are named '{name}'")
        before.append(name)
        number = tag("", nodes.Text(f"{len(before)}. "), tag="strong", html={})
        question = tag("", number, *self.parsed(quiz.question), tag="div", html={"class": "quiz-question"})
        html = {"class": "quiz", "data-quiz": f"{chapter[1]}/{name}"}
        whole = tag("", question, tag="div", html=html, ids=[f"quiz-{name}"])
        for option in quiz.options:
            summary = tag("", nodes.Text(f"({option.letter}) "), *self.parsed(option.text), tag="summary", html={})
            why = tag("", *self.parsed(option.why), tag="div", html={"class": "quiz-why"})
            html = {"data-option": option.letter} | ({"data-right": "yes"} if option.right else {})
            whole += tag("", summary, why, tag="details", html=html)
        self.set_source_info(whole)
        return [whole]


def setup(app):
    app.add_node(tag, html=(visit_tag, depart_tag))
    app.add_directive("quiz", QuizDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
