"""The book's empirical verdicts: what the tests of the chapters' laws claim to repeat.

A test in `tests/test_laws_NN.py` that repeats a verdict of chapter NN on other seeds says so:

    @pytest.mark.verdict("plateau-stay", "The sentence as the chapter has it.", runs="24", shows="AdaGrad")

The sentence stands word for word in a cell of text of the chapter, the cell of that id printed the numbers, and
`shows` picks its lines. The table in the back matter is made from these marks; nothing of it is kept by hand.
"""

import ast
from dataclasses import dataclass

import nbformat
from outputs import text_of
from paths import ROOT

LAWS = ROOT / "tests"


@dataclass(frozen=True)
class Verdict:
    """A sentence about what runs did, and where it is printed and repeated."""

    chapter: str  # two digits
    cell: str
    sentence: str
    runs: str
    shows: str
    test: str

    def printed(self, notebook):
        """Return the printed lines that hold the numbers."""
        found = [cell for cell in notebook.cells if cell.get("id") == self.cell and cell.cell_type == "code"]
        lines = text_of(found[0]).splitlines() if found else []
        return [line.strip() for line in lines if self.shows in line]

    def problem(self, notebook):
        """Return what is wrong with the mark, or an empty text."""
        prose = " ".join(words(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
        if words(self.sentence) not in prose:
            return f"chapter {self.chapter} does not say: {self.sentence}"
        if not self.printed(notebook):
            return f"cell {self.cell} of chapter {self.chapter} prints no line with {self.shows!r}"
        return ""


def words(text):
    """Return a text with single blanks and without marks of emphasis."""
    return " ".join(text.replace("**", "").split())


def chapter(number):
    """Return a chapter's path and notebook."""
    (path,) = ROOT.glob(f"book/{number}_*.ipynb")
    return path, nbformat.read(path, as_version=4)


def verdicts():
    """Return the verdicts in the order of chapters and tests."""
    found = []
    for path in sorted(LAWS.glob("test_laws_*.py")):
        number = path.stem.rpartition("_")[2]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.verdict":
                    cell, sentence = map(ast.literal_eval, mark.args)
                    rest = {word.arg: ast.literal_eval(word.value) for word in mark.keywords}
                    found.append(Verdict(number, cell, sentence, rest["runs"], rest["shows"], node.name))
    return found


def tolerances():
    """Return the cells whose numbers marked with ≈ have a tolerance of their own, as a list in MyST."""
    rows = []
    for path in sorted(ROOT.glob("book/[0-9]*.ipynb")):
        own = [c for c in nbformat.read(path, as_version=4).cells if "tolerance" in c.metadata]
        rows += [f"- [{int(path.name[:2])}](../{path.name}), `{c.id}`: {100 * c.metadata.tolerance:.0f} %" for c in own]
    return "\n".join(rows) or "None."


def table():
    """Return the table of all verdicts in MyST, as a page of the back matter shows it."""
    rows = ["| ch. | verdict | printed there |", "|---|---|---|"]
    notebooks = {}
    for one in verdicts():
        path, notebook = notebooks.setdefault(one.chapter, chapter(one.chapter))
        test = one.test.removeprefix("test_").replace("_", " ")  # words break at the end of a line, a name does not
        said = f"{words(one.sentence)}<br><small>{one.runs}; repeated by the test: *{test}*</small>"
        printed = "<br>".join(f"<code>{line}</code>" for line in one.printed(notebook))
        cells = [f"[{int(one.chapter)}](../{path.name})", said, printed]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)
