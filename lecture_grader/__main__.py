"""Run the command line: ``python -m lecture_grader``."""

import sys

from lecture_grader.cli import main

sys.exit(main())
