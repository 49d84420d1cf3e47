"""What a class's results are written as: a table, Gradescope's results, a page for each student."""

import csv
import hashlib
import html
import io
import json

from lecture_grader import bank, judge

NOT_HANDED_IN = "Nothing was handed in for this exercise."


def chapters(results):
    """Return the chapters of which anyone has handed in anything."""
    names = {name for result in results.values() for name in result["questions"]}
    marked = {chapter for result in results.values() for chapter in result.get("marks", ())}
    return sorted({bank.load(name).chapter for name in names} | marked)


def title(chapter):
    """Return the title of a chapter's exercise."""
    return f"Exercise {chapter}: {bank.CHAPTERS[chapter].title}"


def points(result, chapter):
    """Return the points of one student in one exercise."""
    if "marks" in result:
        return result["marks"].get(chapter, 0)
    names = bank.of_chapter(chapter)
    return sum(result["questions"].get(name, {"points": 0})["points"] for name in names)


def total(result):
    """Return the points of one student in all."""
    return round(sum(points(result, chapter) for chapter in chapters({"": result})), 2)


def sentence(verdict):
    """Return a verdict in one line, without anything of the inputs."""
    said = " ".join(
        [*_by_hand(verdict), verdict["message"], *(f"Note: {text}" for text in verdict["warnings"])]
    ).strip()
    return f"{verdict['name']}: {verdict['points']:g} of {verdict['possible']:g}. {said or 'All right.'}"


def _by_hand(verdict):
    return [f"Set by the instructor: {verdict['override']}"] if verdict.get("override") else []


def comments(result, chapter=None):
    """Return what there is to say of one student, of one exercise or of all, in a cell."""
    of = bank.CHAPTERS if chapter is None else (chapter,)
    notes = [f"Exercise {c}: {note}" for c in of for note in result.get("notes", {}).get(c, ())]
    verdicts = [verdict for name, verdict in result["questions"].items() if bank.load(name).chapter in of]
    problems = result["problems"] if chapter is None else []
    return "\n".join([*problems, *notes, *map(sentence, verdicts)])


def table(results):
    """Return the CSV that has everything.

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
    handed_in = chapters(results)
    names = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Username"]
    rows = [[*names, *map(title, handed_in), "Total", "Feedback comments"]]
    for student, result in sorted(results.items()):
        who = result.get("person") or {"name": student, "login": student}
        login = who.get("login", "")
        ids = [who.get("name", student), who.get("id", ""), who.get("sis", ""), login, who.get("section", ""), login]
        marks = [f"{points(result, chapter):g}" for chapter in handed_in]
        rows.append([*ids, *marks, f"{total(result):g}", comments(result)])
    return _csv(rows)


def canvas(results, headers):
    """Return the CSV that Canvas's gradebook imports: its own columns, then one for each exercise, and no more.

    Parameters
    ----------
    results : dict of str to dict
        By student.
    headers : dict of int to str
        By chapter, the name of the exercise's column with Canvas's number, from an exported gradebook. Without it
        Canvas asks which assignment is meant, or makes one.

    Returns
    -------
    str
        With the row of possible points below the first.
    """
    handed_in = chapters(results)
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]]
    rows[0] += [headers.get(chapter, title(chapter)) for chapter in handed_in]
    rows.append(["    Points Possible", "", "", "", "", *(f"{bank.CHAPTERS[c].points:g}" for c in handed_in)])
    for student, result in sorted(results.items()):
        who = result.get("person") or {"name": student, "login": student}
        ids = [who.get("name", student), *(who.get(kind, "") for kind in ("id", "sis", "login", "section"))]
        rows.append([*ids, *(f"{points(result, chapter):g}" for chapter in handed_in)])
    return _csv(rows)


def moodle(results):
    """Return the CSV that Moodle's gradebook imports: what it knows a student by, then points and feedback by exercise.

    Parameters
    ----------
    results : dict of str to dict
        By student.
    """
    handed_in = chapters(results)
    rows = [["Full name", "Username", "ID number", "Email address"]]
    rows[0] += [name for chapter in handed_in for name in (title(chapter), f"Feedback: {title(chapter)}")]
    for student, result in sorted(results.items()):
        who = result.get("person") or {"name": student, "login": student}
        row = [who.get("name", student), *(who.get(kind, "") for kind in ("login", "sid", "email"))]
        for chapter in handed_in:
            row += [f"{points(result, chapter):g}", comments(result, chapter)]
        rows.append(row)
    return _csv(rows)


def _csv(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def _cell(text):
    # A spreadsheet would run a cell that begins like this as a formula, wide signs and leading blanks included.
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return f"'{text}" if text.strip()[:1] in tuple("=+-@＝＋－＠") else text


def file_name(student):
    """Return a name for a student's file or folder: the student's own where that leads nowhere else."""
    safe = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in student)[:100].strip()
    if safe == student and not safe.startswith("."):
        return safe
    return f"{safe.lstrip('.')}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


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
    notes = [f"Exercise {chapter}: {note}" for chapter, said in result.get("notes", {}).items() for note in said]
    output = "\n".join([*result["problems"], *notes])
    return json.dumps({"score": total(result), "output": output, "tests": tests}, indent=1) + "\n"


def lines(verdict, reveal):
    """Return what to tell a student about one question; the seeded inputs only with ``reveal``."""
    found = [*judge.rows(verdict), *_by_hand(verdict)]
    found += [verdict["message"]] if verdict["message"] else []
    found += [f"Read again: {verdict['section']}."] if verdict.get("section") else []
    found += [f"Note: {warning}" for warning in verdict["warnings"]]
    if reveal and verdict["detail"]:
        found.append(f"It said: {verdict['detail']}")
    if reveal and verdict.get("own"):
        found.append(f"Your own value, with the inputs below, was: {verdict['own']}")
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
        body += [f"<p>{html.escape(note)}</p>" for note in result.get("notes", {}).get(chapter, ())]
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
