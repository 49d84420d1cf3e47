"""Sphinx extension: predictions that the reader makes before the output below them is uncovered.

An author writes a question into a cell of text, and how its answer is found in what a code cell printed
(CONTRIBUTING.md, "A prediction"). So the right choice and the measured value are never typed: they are read from the
stored output. Where scripts run, `book/assets/predict.js` takes the guess and covers what follows until then; elsewhere
the box is text.
"""

import functools
import html
import itertools
import json
import math
import re
from typing import NamedTuple

import nbformat
from docutils import nodes
from outputs import TOLERANCE, text_of
from paths import ROOT, pages
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

NUMBER = r"[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?"
PRINTED = rf"(?:≈ ?)?(?<![\d.,])({NUMBER})(?!\d)"  # what # stands for in a pattern
LETTERS = "abcdefghijklmnopqrstuvwxyz"
INTERVAL = re.compile(rf"[ \t]+\{{(?:({NUMBER})?\.\.({NUMBER})?|({NUMBER}))\}}[ \t]*$", re.MULTILINE)
BOX = re.compile(r"^(:{3,})\{predict\}[ \t]*(.*)\n([\s\S]*?)^\1[ \t]*$", re.MULTILINE)
CHOICES = re.compile(r"(?:^- .*\n(?:(?!- ).+\n)*)+\Z", re.MULTILINE)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARK = re.compile(r"([^,()][^()]*?) \(([^(),]+), ([^(),]+)\)(?:, |$)")
OPTIONS = set("cell find value unit says within right shows rows x y marks contours".split())
AXIS = re.compile(rf"(?P<label>.+?)(?:, (?P<low>{NUMBER}) to (?P<high>{NUMBER}))?(?P<log>, log)?")


class Choice(NamedTuple):
    """What a reader can choose, and the values for which it is right: from low up to, but without, high."""

    text: str
    low: float
    high: float

    def holds(self, value):
        """Tell whether the choice is right for a value; one number alone must be met exactly."""
        return math.isclose(value, self.low) if self.low == self.high else self.low <= value < self.high


class Prediction(NamedTuple):
    """A question of a page, what the stored output says to it, and how sure that is."""

    page: str
    name: str
    question: str
    choices: list
    options: dict
    groups: tuple  # what the pattern found, as printed
    about: tuple  # for each of them, whether it is marked with ≈
    tolerance: float
    points: tuple = ()  # of a curve: x and y of each row

    @property
    def id(self):
        return f"{self.chapter}/{self.name}"

    @property
    def chapter(self):
        return self.page.rpartition("/")[2].partition("_")[0]

    @property
    def anchor(self):
        return f"predict-{self.chapter}-{self.name}"

    @property
    def title(self):
        return self.name.replace("-", " ").capitalize()

    @property
    def value(self):
        """The measured value, or None where no number decides."""
        return self.computed(map(number, self.groups)) if self.groups and not self.spot else None

    @property
    def spot(self):
        """The measured point, or None where none is asked for."""
        return tuple(map(number, self.groups[:2])) if self.groups and "x" in self.options else None

    def computed(self, numbers, expression=None):
        """Return the value, or that of another expression, for these numbers in place of the groups."""
        names = dict(zip(LETTERS, numbers, strict=False))
        given = expression or self.options.get("value", "a")
        return float(eval(given, {"__builtins__": {}, **FUNCTIONS}, names))

    @property
    def right(self):
        """Which choice is right, counted from 0; None where there are none."""
        if "right" in self.options:
            return int(self.options["right"]) - 1
        found = [i for i, choice in enumerate(self.choices) if choice.holds(self.value)]
        if self.choices and len(found) != 1:
            raise self.wrong(f"exactly one choice must hold the value {self.value:g}, but {len(found)} do")
        return found[0] if found else None

    @property
    def says(self):
        """What was measured, in words."""
        if "right" in self.options or self.points:
            return self.options.get("says", "")
        numbers = [re.sub("^-", "−", text) for text in self.groups]
        groups = [f"≈ {text}" if about else text for text, about in zip(numbers, self.about, strict=True)]
        if self.spot:
            return self.options.get("says", "it is ({a}, {b})").format(**dict(zip(LETTERS, groups, strict=False)))
        sign = "≈ " if any(self.about[LETTERS.index(name)] for name in self.letters) else ""
        value = sign + re.sub("^-", "−", rounded(self.value)) if "value" in self.options else groups[0]
        form = self.options.get("says", f"it is {{}} {self.options.get('unit', '')}".strip())
        return form.format(value, **dict(zip(LETTERS, groups, strict=False)))

    @property
    def letters(self):
        """The groups on which the value depends."""
        names = compile(self.options.get("value", "a"), "value", "eval").co_names
        return [name for name in names if name not in FUNCTIONS]

    @property
    def axes(self):
        """The axes of a sketch or a point: their labels, whether they are logarithmic, and their ends."""
        found = {}
        for name in "xy":
            axis = AXIS.fullmatch(self.options.get(name, ""))
            if not axis or (not axis["low"] and (name == "y" or self.spot)):
                raise self.wrong(f"'{name}' must be like 'loss, 0.01 to 1, log', got '{self.options.get(name, '')}'")
            found[name] = {"label": words(axis["label"]), "log": bool(axis["log"])}
            if axis["low"]:
                found[name] |= {"low": number(axis["low"]), "high": number(axis["high"])}
        return found

    @property
    def marks(self):
        """What is drawn on a point's axes before the guess: labels, and places computed from numbers and groups."""
        given, at, found = self.options.get("marks", ""), 0, []
        while at < len(given):
            one = MARK.match(given, at)
            if not one:
                raise self.wrong(f"'marks' must be like 'start (20, 1), first step (c, d)', got '{given}'")
            x, y = (self.computed(map(number, self.groups), expression) for expression in one.groups()[1:])
            found.append({"label": words(one[1]), "x": x, "y": y})
            at = one.end()
        return found

    def plane(self):
        """Return what the script needs to draw a point's axes."""
        axes = self.axes
        return {"at": self.spot, **axes, "marks": self.marks, "contours": contours(self.options.get("contours"), axes)}

    def check_plane(self):
        """Refuse a point that cannot be guessed well."""
        axes, within = self.axes, self.options.get("within", "")
        x, y = ((axes[name]["low"], axes[name]["high"]) for name in "xy")
        if axes["x"]["log"] or axes["y"]["log"] or not 0.2 <= (y[1] - y[0]) / (x[1] - x[0]) <= 1.2:
            raise self.wrong("a point's axes have one scale, none is logarithmic, and y is 0.2 to 1.2 times as long")
        if self.choices or not re.fullmatch(NUMBER, within):
            raise self.wrong(f"a point has no choices, and a distance as 'within', got '{within}'")
        for a, b in [self.spot, *((mark["x"], mark["y"]) for mark in self.marks)]:
            if not (x[0] <= a <= x[1] and y[0] <= b <= y[1]):
                raise self.wrong(f"the axes do not hold ({a:g}, {b:g})")

    def elsewhere(self):
        """Yield the value at the ends of what other machines may print for the numbers marked with ≈."""
        factors = [
            (1 - self.tolerance, 1, 1 + self.tolerance) if about and letter in self.letters else (1,)
            for letter, about in zip(LETTERS, self.about, strict=False)
        ]
        ends = [[number(group) * factor for factor in some] for group, some in zip(self.groups, factors, strict=True)]
        yield from map(self.computed, itertools.product(*ends))

    def wrong(self, why):
        return ValueError(f"prediction '{self.name}' of {self.page}: {why}")


def contours(objective, axes):
    """Return contour lines of an objective, such as Bowl(1, 20), as points of polylines.

    These are in thousandths of the width, from the top left.
    """
    if not objective:
        return []
    from matplotlib.figure import Figure
    from matplotlib.path import Path

    from lecture_optim import figures, objectives, recurrent

    ends = [(axes[name]["low"], axes[name]["high"]) for name in "xy"]
    (left, right), (_, top) = ends
    ax = Figure().subplots()
    figures.contours(ax, eval(objective, {**vars(objectives), **vars(recurrent)}), *ends)
    lines = []
    for line in (line for level in ax.collections[0].allsegs for line in level):
        path = Path(1000 / (right - left) * (line - (left, top)) * (1, -1))
        path.simplify_threshold = 0.5  # thousandths
        points = [points for points, code in path.iter_segments(simplify=True) if code != Path.STOP]
        lines.append(" ".join(f"{x:.0f},{y:.0f}" for x, y in points))
    return lines


def number(text):
    """Return a printed number."""
    return float(text.replace(",", "").replace("−", "-"))


def rounded(value):
    """Return a number with three significant digits, or as a whole number."""
    digits = max(2 - math.floor(math.log10(abs(value))), 0) if value else 0
    return f"{value:.2e}" if digits > 6 else f"{value:,.{digits}f}"


def least(*numbers):
    """Return which of the numbers is the smallest, counted from 1."""
    return numbers.index(min(numbers)) + 1


def most(*numbers):
    """Return which of the numbers is the largest, counted from 1."""
    return numbers.index(max(numbers)) + 1


SIGNS = {
    "alpha": "α", "epsilon": "ε", "rho": "ρ", "delta": "δ", "lambda": "λ", "kappa": "κ", "theta": "θ", "sigma": "σ",
    "tau": "τ", "pi": "π", "mu": "μ", "varphi": "φ", "sqrt": "√", "times": "×", "cdot": "·",
    "approx": "≈", "le": "≤", "ge": "≥",
}  # fmt: skip
FUNCTIONS = {"abs": abs, "max": max, "min": min, "log10": math.log10, "sqrt": math.sqrt, "least": least, "most": most}


def parse(content):
    """Return a directive's options, its question, and the choices below it as they are written."""
    options, lines = {}, content.strip("\n").splitlines()
    while lines and (option := re.fullmatch(r":([\w-]+):[ \t]*(.*?)[ \t]*", lines[0])):
        options[option[1]] = option[2]
        lines.pop(0)
    text = "\n".join(lines).strip() + "\n"
    choices = CHOICES.search(text)
    items = re.findall(r"^- ((?:.+\n)(?:(?!- ).+\n)*)", choices[0], re.MULTILINE) if choices else []
    return options, text[: choices.start()].strip() if choices else text.strip(), [item.strip() for item in items]


def without_intervals(text):
    """Return a prediction's text without what makes a choice right."""
    return INTERVAL.sub("", text)


def as_read(source):
    """Return a cell of text as a reader meets it: its predictions without their options; and how many these are."""
    return BOX.subn(lambda box: without_intervals(re.sub(r"^:[\w-]+:.*\n", "", box[3], flags=re.MULTILINE)), source)


def words(text):
    """Return a text without formulas, for where there is no MathJax."""
    for name, sign in SIGNS.items():
        text = re.sub(rf"\\{name}(?![a-zA-Z])", sign, text)
    return " ".join(re.sub(r"[\\${}]", "", text).split())


def choice(item):
    """Return a choice from its line, or without an interval where the line has none."""
    found = INTERVAL.search(item)
    if not found:
        return Choice(item, math.nan, math.nan)
    low, high, exact = found.groups()
    ends = (exact, exact) if exact else (low or "-inf", high or "inf")
    return Choice(item[: found.start()], *map(number, ends))


def made(page, name, content, cells, position):
    """Return a prediction of the cell of text at this position of a notebook."""
    options, question, items = parse(content)
    found = Prediction(page, name, question, [choice(item) for item in items], options, (), (), TOLERANCE)
    if not NAME.fullmatch(name):
        raise found.wrong("the name must be of small letters, digits and single hyphens, such as valley-steps")
    if unknown := sorted(set(options) - OPTIONS):
        raise found.wrong(f"there is no option '{unknown[0]}'; there are {', '.join(sorted(OPTIONS))}")
    if "cell" in options:
        measured = [cell for name in options["cell"].split() for cell in cells if cell.id == name]
        if len(measured) != len(options["cell"].split()):
            raise found.wrong(f"'cell' must be the id of a cell of this notebook, got '{options['cell']}'")
    else:
        measured = [cell for cell in cells[position:] if cell.cell_type == "code"][:1]
    text = "\n".join(map(text_of, measured))
    if "right" in options:
        if not (options["right"].isdigit() and 1 <= int(options["right"]) <= len(items)):
            raise found.wrong(f"'right' must be the number of a choice, 1 to {len(items)}, got '{options['right']}'")
        if options.get("shows", "") not in text or not options.get("shows"):
            raise found.wrong("'shows' must be words of the output that make the choice right")
        return found
    if "rows" in options:
        rows = [row.groups() for row in re.finditer(options["rows"].replace("#", PRINTED), text, re.MULTILINE)]
        if len(rows) < 3 or any(len(row) != 2 for row in rows):
            raise found.wrong(f"'rows' must be met at least three times and have two groups, got {rows}")
        found = found._replace(points=tuple(tuple(map(number, row)) for row in rows))
        low, high = found.axes["y"]["low"], found.axes["y"]["high"]
        if outside := [y for _, y in found.points if not low <= y <= high]:
            raise found.wrong(f"the axis from {low:g} to {high:g} does not hold {outside[0]:g}")
        return found
    if "find" not in options:
        raise found.wrong("'find' must be a pattern for the measured value in the cell's output")
    if any(math.isnan(one.low) for one in found.choices):
        raise found.wrong("each choice must end with the values for which it is right, such as {30..300}")
    matches = list(re.finditer(options["find"].replace("#", PRINTED), text, re.MULTILINE))
    if len(matches) != 1 or not matches[0].groups():
        times = f"is met {len(matches)} times"
        raise found.wrong(f"'find' must be met once and have a group, but {times} in the output:\n{text}")
    about = [text[:start].rstrip().endswith("≈") for start, _ in matches[0].regs[1:]]
    tolerance = max([TOLERANCE, *(cell.metadata.get("tolerance", TOLERANCE) for cell in measured)])
    found = found._replace(groups=matches[0].groups(), about=tuple(about), tolerance=tolerance)
    if "x" in options:
        if len(found.groups) < 2:
            raise found.wrong("'find' must have two groups for a point, its x and its y")
        found.check_plane()
    return found


def of_page(path):
    """Return the predictions of a notebook, by name."""
    return _of_page(path, path.stat().st_mtime_ns)


@functools.lru_cache
def _of_page(path, _changed):
    cells = nbformat.read(path, as_version=4).cells
    page = path.relative_to(ROOT).with_suffix("").as_posix()
    found = {}
    for position, cell in enumerate(cells):
        for _, name, content in BOX.findall(cell.source) if cell.cell_type == "markdown" else []:
            one = made(page, name, content, cells, position)
            if name in found:
                raise one.wrong("the name is taken on this page")
            found[name] = one
    return found


def all_predictions():
    """Return every prediction of the book, in reading order."""
    return [one for path in pages() if path.suffix == ".ipynb" for one in of_page(path).values()]


def predictions():
    """Return what a list of the predictions needs: id, chapter, page, anchor, title and question."""
    keys = ("id", "chapter", "page", "anchor", "title", "question")
    return [{key: getattr(one, key) for key in keys} for one in all_predictions()]


# The page.


class predict(nodes.Element):
    """The box of a prediction."""


class choices(nodes.Element):
    """The list of what can be chosen."""


class says(nodes.Element):
    """What was measured, for the script to show."""


class Predict(SphinxDirective):
    """The directive. It parses its options itself, so that a pattern is taken as it is written."""

    required_arguments = 1
    has_content = True

    def run(self):
        found = of_page(ROOT / f"{self.env.docname}.ipynb")[self.arguments[0]]
        data = {
            "id": found.id,
            "says": words(found.says),
            "right": found.right,
            "choices": [words(one.text) for one in found.choices],
            "value": found.value,
            "unit": found.options.get("unit", ""),
            "within": found.options.get("within", "2x"),
        }
        if found.points:
            data["sketch"] = {"points": found.points, **found.axes}
        if found.spot:
            data["point"] = found.plane()
        box = predict("", ids=[found.anchor], data=json.dumps(data, ensure_ascii=False))
        box += nodes.paragraph("", "Predict", classes=["admonition-title"])
        box += self.parse_text_to_nodes(found.question)
        if found.choices:
            box += choices("", *self.parse_text_to_nodes("\n".join(f"- {one.text}" for one in found.choices)))
        box += says("", *self.parse_inline(found.says, lineno=self.lineno)[0])
        return [box]


def is_output(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output"


class Cover(SphinxTransform):
    """Mark what answers a prediction: the output of the next cell, and what follows up to the next heading."""

    default_priority = 700

    def apply(self):
        for section in list(self.document.findall(nodes.section)):
            self.mark(section)

    def mark(self, parent):
        waiting = []
        for position, node in enumerate(parent.children):
            if isinstance(node, predict):
                waiting.append(node)
            elif waiting and isinstance(node, nodes.Element) and (outputs := list(filter(is_output, node.children))):
                # Which predictions must be made before these may be seen.
                marks = ["predict-answer", *(f"answer-to-{box['ids'][0]}" for box in waiting)]
                for output in outputs:
                    output["classes"] += marks
                rest = list(itertools.takewhile(lambda n: not isinstance(n, nodes.section), parent[position + 1 :]))
                if rest:
                    parent[position + 1 : position + 1 + len(rest)] = [nodes.container("", *rest, classes=marks)]
                    self.mark(parent[position + 1])
                return
        for box in waiting:
            raise ValueError(f"prediction '{box['ids'][0]}': no cell with an output follows in its section")


def open_box(self, node):
    data = html.escape(node["data"], quote=True)
    self.body.append(f'<div class="admonition tip predict" id="{node["ids"][0]}" data-predict="{data}">\n')


def open_choices(self, node):
    self.body.append('<div class="predict-choices">\n')


def open_says(self, node):
    self.body.append('<div class="predict-says" hidden>')


def close(self, node):
    self.body.append("</div>\n")


def setup(app):
    app.add_node(predict, html=(open_box, close))
    app.add_node(choices, html=(open_choices, close))
    app.add_node(says, html=(open_says, close))
    app.add_directive("predict", Predict)
    app.add_transform(Cover)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
