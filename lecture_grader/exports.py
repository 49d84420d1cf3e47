"""Make assignments for nbgrader and otter-grader from the solution notebooks.

Both tools run the student's code and the tests in one process, so an answer can change the test that judges it.
``python -m lecture_grader grade`` does not.
"""

import ast
import json
from pathlib import Path

from lecture_grader import bank

SOLUTIONS = Path(__file__).parent.parent / "exercises" / "solutions"
NBGRADER_CONFIG = '''\
"""Settings of nbgrader for this course. Its students' and tests' processes need the course installed."""

c = get_config()
c.CourseDirectory.course_id = "optimization"
# A cleared solution leaves the question's stub standing above it.
c.ClearSolutions.code_stub = {"python": "# Your answer goes into the cell above this line."}
'''
CLEARED = "### BEGIN SOLUTION\n{solution}\n### END SOLUTION"


def nbgrader(folder):
    """Write a course folder for nbgrader; ``nbgrader generate_assignment 08_momentum`` takes it from there.

    Parameters
    ----------
    folder : Path
        Gets ``nbgrader_config.py`` and ``source/NAME/NAME.ipynb`` for each exercise.
    """
    _write(folder / "nbgrader_config.py", NBGRADER_CONFIG)
    for path in _solutions():
        cells = []
        for cell in _cells(path):
            names = _answered(cell)
            if not names:
                cells.append(cell)
                continue
            stubs = "\n\n\n".join(bank.load(name).stub_source for name in names)
            source = f"{stubs}\n\n{CLEARED.format(solution=cell['source'])}"
            cells.append(_code(source, f"{names[0]}_answer", nbgrader=_nbgrader(names[0], solution=True)))
            for name in names:
                test = f'from lecture_grader.instant import score\n\nscore("{name}", {name})'
                cells.append(_code(test, f"{name}_test", nbgrader=_nbgrader(name, solution=False)))
        _write(folder / "source" / path.stem / path.name, _notebook(cells))


def _nbgrader(name, solution):
    known = {"schema_version": 3, "solution": solution, "grade": not solution, "locked": not solution, "task": False}
    if solution:
        return {**known, "grade_id": f"{name}_answer"}
    return {**known, "grade_id": f"{name}_test", "points": bank.load(name).points}


def otter(folder):
    """Write one notebook for each exercise in the format of ``otter assign``.

    Parameters
    ----------
    folder : Path
        Gets ``NAME/NAME.ipynb``; ``otter assign NAME.ipynb dist`` takes it from there.
    """
    for path in _solutions():
        cells = [_raw("# ASSIGNMENT CONFIG\ninit_cell: true\nexport_cell: false\ngenerate: true")]
        for cell in _cells(path):
            names = _answered(cell)
            if not names:
                cells.append(cell)
                continue
            for name in names:
                cells += _otter_question(name, cell["source"] if name == names[0] else "")
        _write(folder / path.stem / path.name, _notebook(cells))


def _otter_question(name, solution):
    question = bank.load(name)
    stub = question.stub_source.replace('"""', "'''")
    answer = f'""" # BEGIN PROMPT\n{stub}\n""" # END PROMPT\n# BEGIN SOLUTION\n{solution}\n# END SOLUTION'
    tests = [
        _code(
            f'""" # BEGIN TEST CONFIG\nname: {part.name}\npoints: {part.points:g}\n""" # END TEST CONFIG\n'
            "from lecture_grader.instant import earned\n\n"
            f'assert earned("{name}", {name}, "{part.name}")',
            f"{name}_test_{k}",
        )
        for k, part in enumerate(question.parts)
    ]
    return [
        _raw(f"# BEGIN QUESTION\nname: {name}"),
        _raw("# BEGIN SOLUTION"),
        _code(answer, f"{name}_answer"),
        _raw("# END SOLUTION"),
        _raw("# BEGIN TESTS"),
        *tests,
        _raw("# END TESTS"),
        _raw("# END QUESTION"),
    ]


def _solutions():
    found = sorted(SOLUTIONS.glob("[0-9]*.ipynb"))  # not the capstone, which is no set of questions
    if not found:
        raise FileNotFoundError(
            f"There are no solution notebooks in {SOLUTIONS}. Run this from the course's repository."
        )
    return found


def _cells(path):
    """Yield the cells of a solution notebook without outputs, checks, derivations and the page's own cells."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        cell["source"] = "".join(cell["source"])
        tags = set(cell["metadata"].get("tags", []))
        if tags & {"book-only", "remove-cell"} or (cell["cell_type"] == "markdown" and "solution" in tags):
            continue
        if cell["source"].startswith("check("):
            continue
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        yield cell


def _answered(cell):
    """Return the questions that a cell answers."""
    if "solution" not in cell["metadata"].get("tags", []):
        return []
    return answered(cell["source"])


def answered(source):
    """Return the names of the questions that a cell's source defines, in its order."""
    found = []
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        defined = [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.FunctionDef):
            defined.append(node.name)
        found += [name for name in defined if name in bank.names()]
    return found


def _code(source, name, **metadata):
    made = {"cell_type": "code", "execution_count": None, "id": name[:64], "metadata": metadata}
    return {**made, "outputs": [], "source": source}


def _raw(source):
    return {"cell_type": "raw", "metadata": {}, "source": source}


def _notebook(cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    # Their order numbers them, so that the file is the same every time.
    cells = [{**cell, "id": cell.get("id", f"cell-{number}")} for number, cell in enumerate(cells)]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
