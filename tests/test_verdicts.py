"""The empirical verdicts: each sentence, its printed numbers and the test that repeats it belong together."""

import pytest
import verdicts
from paths import notebooks

VERDICTS = verdicts.verdicts()


def test_every_chapter_has_verdicts():
    chapters = {path.name[:2] for path in notebooks() if path.parent.name == "book"}
    assert {one.chapter for one in VERDICTS} == chapters


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda one: f"{one.chapter}-{one.cell}")
def test_the_chapter_says_it_and_prints_its_numbers(verdict):
    _, notebook = verdicts.chapter(verdict.chapter)
    assert not verdict.problem(notebook)


def test_a_mark_that_does_not_fit_is_told():
    verdict = VERDICTS[0]
    _, notebook = verdicts.chapter(verdict.chapter)
    changed = verdicts.Verdict(verdict.chapter, verdict.cell, "Nobody says so.", "1", verdict.shows, "test")
    assert "does not say" in changed.problem(notebook)
    changed = verdicts.Verdict(verdict.chapter, "nowhere", verdict.sentence, "1", verdict.shows, "test")
    assert "prints no line" in changed.problem(notebook)
