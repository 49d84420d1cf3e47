"""What a class's results are written as: a table, Gradescope's results, a page for each student."""

import csv
import html
import io
import json

from lecture_grader import bank

NOT_HANDED_IN = "Nothing was handed in for this exercise."


def chapters(results):
    """Return the chapters of which anyone has handed in anything."""
    names = {name for result in results.values() for name in result["questions"]}
    return sorted({bank.load(name).chapter for name in names})


def title(chapter):
    """Return the title of a chapter's exercise."""
    return f"Exercise {chapter}: {bank.CHAPTERS[chapter].title}"


def points(result, chapter):
    """Return the points of one student in one exercise."""
    names = bank.of_chapter(chapter)
    return sum(result["questions"].get(name, {"points": 0})["points"] for name in names)


def total(result):
    """Return the points of one student in all."""
    return sum(verdict["points"] for verdict in result["questions"].values())


def sentence(verdict):
    """Return a verdict in one line, without anything of the inputs."""
    said = " ".join([verdict["message"], *(f"Note: {text}" for text in verdict["warnings"])]).strip()
    return f"{verdict['name']}: {verdict['points']:g} of {verdict['possible']:g}. {said or 'All right.'}"


def table(results):
    """Return the CSV for a learning system.

    Parameters
    ----------
    results : dict of str to dict
        By student.

    Returns
    -------
    str
        Canvas finds its columns Student, ID, SIS User ID, SIS Login ID and Section; Moodle finds
        Username, any exercise, and Feedback comments.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    handed_in = chapters(results)
    names = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Username"]
    writer.writerow([*names, *map(title, handed_in), "Total", "Feedback comments"])
    for student, result in sorted(results.items()):
        who = _cell(student)
        marks = [f"{points(result, chapter):g}" for chapter in handed_in]
        said = [*result["problems"], *map(sentence, result["questions"].values())]
        row = [who, "", "", who, "", who, *marks, f"{total(result):g}", _cell("\n".join(said))]
        writer.writerow(row)
    return out.getvalue()


def _cell(text):
    # A spreadsheet would run a name that begins like this as a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def gradescope(result, reveal):
    """Return one student's ``results.json`` for Gradescope."""
    tests = [
        {
            "name": verdict["name"],
            "score": verdict["points"],
            "max_score": verdict["possible"],
            "output": "\n".join(lines(verdict, reveal)),
        }
        for verdict in result["questions"].values()
    ]
    output = "\n".join(result["problems"])
    return json.dumps({"score": total(result), "output": output, "tests": tests}, indent=1) + "\n"


def lines(verdict, reveal):
    """Return what to tell a student about one question; the seeded inputs only with ``reveal``."""
    found = [
        f"{'✓' if earned else '✗'} {earned:g} of {possible:g}  {part}" for part, earned, possible in verdict["parts"]
    ]
    found += [verdict["message"]] if verdict["message"] else []
    found += [f"Note: {warning}" for warning in verdict["warnings"]]
    if reveal and verdict["detail"]:
        found.append(f"It said: {verdict['detail']}")
    if reveal and verdict["example"]:
        found.append(f"Try it with: {verdict['example']}")
    return found


STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .3rem 0 1.2rem; }
h3 { margin-bottom: 0; }
"""


def page(student, result, handed_in, reveal):
    """Return one student's feedback as a page that needs nothing else.

    Parameters
    ----------
    student : str
        Name.
    result : dict
        This student's result.
    handed_in : list of int
        Chapters of this class.
    reveal : bool
        Whether to show seeded inputs and the texts of exceptions, which may quote them.

    Returns
    -------
    str
        HTML.
    """
    who = html.escape(student)
    body = [f"<h1>{who}</h1>"]
    body += [f"<p>{html.escape(problem)}</p>" for problem in result["problems"]]
    for chapter in handed_in:
        possible = bank.CHAPTERS[chapter].points
        body.append(f"<h2>{title(chapter)}: {points(result, chapter):g} of {possible:g} points</h2>")
        answered = [name for name in bank.of_chapter(chapter) if name in result["questions"]]
        body += [] if answered else [f"<p>{NOT_HANDED_IN}</p>"]
        for name in answered:
            verdict = result["questions"][name]
            body.append(f"<h3>{name}: {verdict['points']:g} of {verdict['possible']:g}</h3>")
            body.append(f"<pre>{html.escape(chr(10).join(lines(verdict, reveal)))}</pre>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{who}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main>\n" + "\n".join(body) + "\n</main></body></html>\n"
    )
