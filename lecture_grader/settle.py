"""From graded attempts to a class's marks: which attempt counts, what lateness takes, what is set by hand."""

from lecture_grader import bank

NOTHING = "Nothing was handed in."


def settle(submissions, results, roster=None, best=False, deadlines=None, overrides=()):
    """Return one result per student.

    Parameters
    ----------
    submissions : list of Submission
        Every attempt, in the order of the students and of their attempts.
    results : dict of str to dict
        By the submissions' labels, as :func:`lecture_grader.submission.grade` returns them.
    roster : Roster, optional
        The class; whoever is in it is in the result.
    best : bool, default False
        Whether a student's best attempt at an exercise counts, and not the latest.
    deadlines : Deadlines, optional
        What lateness costs; without it, nothing.
    overrides : list of Override
        What the instructor has set.

    Returns
    -------
    dict of str to dict
        By student: ``problems``, ``questions``, and beside them ``marks``, the exercises' points by chapter, ``notes``,
        sentences about these by chapter, and ``person``, what the class's list says of the student.
    """
    attempts, late_days = {}, roster.late if roster else {}
    for one in submissions:
        if one.label in results:
            attempts.setdefault(one.student, []).append((one, results[one.label]))
    people = {person.key: person.fields for person in roster.people} if roster else {}
    settled = {}
    for student in sorted(attempts.keys() | people.keys()):
        mine = attempts.get(student, [])
        problems = [problem for _, result in mine for problem in result["problems"]]
        chosen = _chosen(mine, best, deadlines, late_days)
        questions = {
            name: dict(verdict)
            for chapter, (_, result, _) in sorted(chosen.items())
            for name, verdict in result["questions"].items()
            if bank.load(name).chapter == chapter
        }
        settled[student] = {
            "problems": problems or ([] if questions else [NOTHING]),
            "questions": questions,
            "person": people.get(student, {}),
            **_marks(student, chosen, questions, deadlines, [o for o in overrides if o.student == student]),
        }
    return settled


def _chosen(mine, best, deadlines, late_days):
    """Return, by chapter, the attempt that counts, its result, and by how many days it is late."""
    found = {}
    for one, result in mine:
        earned = {}
        for name, verdict in result["questions"].items():
            chapter = bank.load(name).chapter
            earned[chapter] = earned.get(chapter, 0) + verdict["points"]
        for chapter, points in earned.items():
            days = deadlines.days(one, chapter, late_days) if deadlines else int(one.late)
            worth = points * (1 - deadlines.cut(days)) if deadlines else points
            before = found.get(chapter)
            # Of equally good attempts the earlier one counts: it is the less late.
            if before is None or not best or worth > before[0]:
                found[chapter] = worth, (one, result, days)
    return {chapter: choice for chapter, (_, choice) in found.items()}


def _marks(student, chosen, questions, deadlines, overrides):
    notes = {chapter: [] for chapter in chosen}
    for override in (o for o in overrides if isinstance(o.what, str)):
        chapter, question = bank.load(override.what).chapter, bank.load(override.what)
        blank = {
            "name": question.name,
            "status": "not answered",
            "parts": [],
            "message": "",
            "example": "",
            "detail": "",
        }
        blank |= {"warnings": [], "possible": question.points}
        verdict = questions.setdefault(override.what, blank)
        verdict |= {"points": override.points, "override": override.reason}
        notes.setdefault(chapter, [])
    marks = {}
    for name, verdict in questions.items():
        chapter = bank.load(name).chapter
        marks[chapter] = marks.get(chapter, 0) + verdict["points"]
    late = {chapter: days for chapter, (_, _, days) in chosen.items() if days}
    free = deadlines.spend(late) if deadlines else {}
    for chapter, days in sorted(late.items()):
        if deadlines is None:
            notes[chapter].append("Handed in late.")
            continue
        cut = deadlines.cut(days - free[chapter])
        counted = "1 day" if days == 1 else f"{days} days"
        taken = f"{100 * cut:g} % of {marks[chapter]:g} points are taken"
        notes[chapter].append(f"Handed in late by {counted}, {free[chapter]} of them free: {taken}.")
        marks[chapter] = round(marks[chapter] * (1 - cut), 2)
    for override in (o for o in overrides if isinstance(o.what, int)):
        marks[override.what] = override.points
        notes.setdefault(override.what, []).append(
            f"The exercise's points are set to {override.points:g} by the instructor: {override.reason}"
        )
    return {"marks": marks, "notes": notes}
