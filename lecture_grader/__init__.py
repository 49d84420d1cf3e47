"""Graded exercises of the course: the instant check for students, and grading for a class."""

from lecture_grader.instant import check

__all__ = ["check"]
