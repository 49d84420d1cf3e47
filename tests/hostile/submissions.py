"""Hostile and broken submissions, each with the marks and the reason it should get.

All answer the exercise on momentum (8 points). Where only `momentum_step` (3 points) is attacked, the rest is right.
"""

import json
from dataclasses import dataclass

STEP = """
def momentum_step(theta, g, v, epsilon, alpha):
    v = alpha * v - epsilon * g
    return theta + v, v
"""
OTHERS = [
    "momentum_speed = 0.1 * 3.8 / (1 + 0.9)",
    "momentum_limit = 1.296",
    "momentum_design = (1.0, 0.9)",
    'momentum_diagnosis = ("old velocity used", 0.486)',
]
IMPORTS = "import numpy as np\n\nfrom lecture_grader import check"


def soon_ended(patch, sandbox):
    """Let sandboxes end what is endless after a second of the processor's time; what is right takes a hundredth."""
    limit = "import lecture_grader.inside.serve as s; s.CPU_SECONDS = 1; "
    patch.setattr(sandbox, "START", sandbox.START.replace("from lecture_grader", f"{limit}from lecture_grader"))


def notebook(*cells):
    """Return the bytes of a notebook with these code cells."""
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def step(answer, *more):
    """Return a notebook whose other four answers are right."""
    return notebook(IMPORTS, *more, answer, *OTHERS)


def body(*lines):
    """Return a `momentum_step` with this body."""
    return "def momentum_step(theta, g, v, epsilon, alpha):\n    " + "\n    ".join(lines)


@dataclass(frozen=True)
class Attack:
    """A submission, the points it should get, and what is said of `question`, or of the file if that is None."""

    content: bytes
    points: float
    reason: str
    question: str | None = "momentum_step"


TIME = "did not come to an end in time"
ENDED = "ended Python before"
UNREAD = "cannot be read as an answer"
RIGHT = ""


def forged(reply, end="os._exit(0)"):
    """Return an answer that writes its own reply into every pipe it finds."""
    return body(
        "import os",
        f"reply = {reply}",
        "for number in range(3, 20):",
        "    try:",
        "        while reply:",
        "            reply = reply[os.write(number, reply):]",
        "    except OSError:",
        "        pass",
        end,
    )


ATTACKS = {
    # Endless, and hard to stop.
    "loop_in_function": Attack(step(body("while True: pass")), 5, TIME),
    "loop_in_another_cell": Attack(step(STEP, "while True:\n    pass"), 8, RIGHT),
    "loop_in_a_needed_cell": Attack(step(body("return constant"), "while True:\n    constant = 1"), 5, TIME),
    "swallowed_interrupt": Attack(
        step(body("while True:", "    try:", "        while True: pass", "    except BaseException: pass")), 5, TIME
    ),
    "ignored_signals": Attack(
        step(
            body(
                "import signal",
                "for number in range(1, 65):",
                "    try: signal.signal(number, signal.SIG_IGN)",
                "    except (OSError, ValueError): pass",
                "while True: pass",
            )
        ),
        5,
        TIME,
    ),
    "sleep": Attack(step(body("import time", "time.sleep(1000)")), 5, TIME),
    "endless_number": Attack(step(body("return 9 ** 9 ** 9")), 5, TIME),
    "cleanup_for_ever": Attack(step(body("try: raise ValueError", "finally:", "    while True: pass")), 5, TIME),
    # Ending the process.
    "os_exit": Attack(step(body("import os", "os._exit(0)")), 5, ENDED),
    "sys_exit": Attack(step(body("import sys", "sys.exit(0)")), 5, "stopped with SystemExit"),
    "keyboard_interrupt": Attack(step(body("raise KeyboardInterrupt")), 5, "stopped with KeyboardInterrupt"),
    "abort": Attack(step(body("import os", "os.abort()")), 5, "crashed Python"),
    "segmentation_fault": Attack(step(body("import ctypes", "return ctypes.string_at(0)")), 5, "crashed Python"),
    "kills_its_parent": Attack(
        step(body("import os, signal", "os.kill(os.getppid(), signal.SIGKILL)", "import time", "time.sleep(99)")),
        5,
        "ended the process in which it was run",
    ),
    "kills_everything": Attack(
        step(body("import os, signal", "os.kill(-1, signal.SIGKILL)", "return theta")), 5, "ended"
    ),
    # Taking more than its share.
    "fork_bomb": Attack(
        step(body("import os", "while True:", "    try: os.fork()", "    except OSError: pass")), 5, TIME
    ),
    "fork": Attack(step(body("import os", "os.fork()", "return theta, v")), 5, "stopped with BlockingIOError"),
    "daemon": Attack(
        step(body("import subprocess", "subprocess.Popen(['/python/bin/python', '-c', 'while 1: pass'])")),
        5,
        "stopped with BlockingIOError",
    ),
    "threads": Attack(
        step(body("import threading", "while True: threading.Thread(target=lambda: None, daemon=True).start()")),
        5,
        "stopped with RuntimeError",
    ),
    "fifty_gigabytes": Attack(step(body("x = np.ones(50 * 2**27)", "return x, x")), 5, "MemoryError"),
    "memory_bit_by_bit": Attack(
        step(body("x = []", "while True: x.append(bytes(10**7))")), 5, "stopped with MemoryError"
    ),
    "output_400_megabytes": Attack(
        step(
            body(
                "for _ in range(100): print('x' * 2**20)",
                "v = alpha * v - epsilon * g",
                "return theta + v, v",
            )
        ),
        8,
        RIGHT,
    ),
    "errors_400_megabytes": Attack(
        step(
            body(
                "import os",
                "for _ in range(100): os.write(2, b'x' * 2**20)",
                "v = alpha * v - epsilon * g",
                "return theta + v, v",
            )
        ),
        8,
        RIGHT,
    ),
    "deep_recursion": Attack(
        step(body("return momentum_step(theta, g, v, epsilon, alpha)")), 5, "stopped with RecursionError"
    ),
    "huge_answer": Attack(step(body("return np.zeros(10**7), v")), 5, "array of 10000000 elements"),
    "many_big_answers": Attack(
        step(body("x = [float(k) / 7 for k in range(19_000)]", "return {str(k): x for k in range(100)}")),
        5,
        "holds one value where 2 are wanted",
    ),
    # Reaching out.
    "reads_files": Attack(step(body("return open('/etc/passwd').read(), v")), 5, "stopped with FileNotFoundError"),
    "lists_the_disk": Attack(
        step(body("import os", "os.listdir('/home')", "return theta, v")), 5, "stopped with FileNotFoundError"
    ),
    "network": Attack(
        step(body("import socket", "socket.create_connection(('1.1.1.1', 80), 3)")), 5, "stopped with OSError"
    ),
    "writes_results": Attack(
        step(body("open('/grades.csv', 'w').write('9')", "return theta, v")), 5, "stopped with OSError"
    ),
    "changes_the_grader": Attack(
        step(
            body(
                "import lecture_grader.inside as inside",
                "open(inside.__path__[0] + '/observe.py', 'w').write('')",
            )
        ),
        5,
        "stopped with OSError",
    ),
    "imports_the_reference": Attack(
        step("from lecture_optim.algorithms import momentum as momentum_step"), 5, "There is NumPy alone"
    ),
    "imports_the_question": Attack(
        step(body("from lecture_grader.questions.momentum_step import QUESTION", "return QUESTION.reference")),
        5,
        "stopped with ModuleNotFoundError",
    ),
    # Cheating the comparison.
    "patched_numpy": Attack(
        step(
            "np.isclose = np.allclose = np.array_equal = lambda *a, **k: True\n"
            + body("np.isclose = np.allclose = lambda *a, **k: np.True_", "return theta, v")
        ),
        5,
        "For the new parameters, your answer is not right",
    ),
    "patched_builtins": Attack(
        step(
            body(
                "import builtins",
                "builtins.all = builtins.any = builtins.isinstance = lambda *a: True",
                "builtins.abs = lambda x: 0",
                "return theta, v",
            )
        ),
        5,
        "",
    ),
    "patched_grader": Attack(
        step(
            body(
                "from lecture_grader.inside import observe, values",
                "values.encode = lambda *a: None",
                "observe.observe = lambda *a: []",
                "return theta, v",
            )
        ),
        5,
        "",
    ),
    "equal_to_everything": Attack(
        step(
            "class Yes:\n    def __eq__(self, other): return True\n    def __array__(self, *a, **k): return self\n"
            "    def __sub__(self, other): return 0\n    def __len__(self): return 2\n"
            "    def __getitem__(self, k): return self\n" + body("return Yes(), Yes()")
        ),
        5,
        "<Yes> where an array is wanted",
    ),
    "array_in_name_only": Attack(
        step("class A(np.ndarray):\n    def tolist(self): return 'forged'\n" + body("return A(2), A(2)")), 5, ""
    ),
    "all_nan": Attack(step(body("return theta * np.nan, v * np.nan")), 5, "not a number"),
    "objects": Attack(step(body("return theta.astype(object), v.astype(object)")), 5, "array of object"),
    "says_it_is_unchanged": Attack(step(body("theta += 1", "return theta, v")), 5, ""),
    # Forged replies.
    "forged_empty": Attack(step(forged("b'{}'")), 5, UNREAD),
    "forged_full_marks": Attack(step(forged('b\'{"points": 3, "status": "right", "outcomes": []}\'')), 5, UNREAD),
    "forged_deep": Attack(step(forged("b'[' * 900_000")), 5, UNREAD),
    "forged_deep_dict": Attack(step(forged("b'{\"a\":' * 150_000")), 5, UNREAD),
    "forged_huge": Attack(step(forged("b'x' * 50_000_000")), 5, "returned too much"),
    "forged_nan": Attack(
        step(forged("b'{\"outcomes\": ' + b'[' + b', '.join([b'{\"value\": NaN, \"after\": {}}'] * 4) + b']}'")),
        5,
        "where 2 are wanted",
    ),
    "forged_number": Attack(step(forged("b'{\"outcomes\": ' + b'9' * 100_000 + b'}'")), 5, UNREAD),
    "forged_shape": Attack(
        step(
            forged(
                'b\'{"outcomes": [\' + b\', \'.join([b\'{"value": {"array": [1.0], "shape": [20000, 20000], '
                '"dtype": "float64"}, "after": {}}\'] * 4) + b\']}\''
            )
        ),
        5,
        UNREAD,
    ),
    "forged_formula": Attack(
        step(
            forged(
                'b\'{"outcomes": [\' + b\', \'.join([b\'{"value": {"formula": "open(0)", "arguments": "x", '
                '"constants": {}}, "after": {"g": {"formula": "1/0", "arguments": '
                '"x=open(1)", "constants": {}}}}\'] * 4) + b\']}\''
            )
        ),
        5,
        "",
    ),
    "forged_unicode": Attack(
        step(
            forged(
                'b\'{"outcomes": [\' + b\', \'.join([b\'{"error": {"kind": "\\\\ud800\\\\u0000\\\\u001b[2J<b>", '
                '"text": "", "where": ""}}\'] * 4) + b\']}\''
            )
        ),
        5,
        "stopped with",
    ),
    "forged_twice": Attack(step(forged('b\'{"failed": 1}\\n{"reply": "x"}\\n\'')), 5, UNREAD),
    # Broken files and notebooks.
    "empty_file": Attack(b"", 0, "the file is empty", None),
    "not_json": Attack(b"\x80\x04\x95 not a notebook", 0, "not JSON", None),
    "half_a_file": Attack(step(STEP)[:-200], 0, "not JSON", None),
    "deep_json": Attack(b"[" * 1_000_000, 0, "not JSON", None),
    "json_list": Attack(b"[1, 2]", 0, "it has no cells", None),
    "cells_of_rubbish": Attack(
        json.dumps({"cells": [1, None, {"cell_type": "code", "source": [1]}, {"cell_type": "code"}]}).encode(),
        0,
        "no answer to any question",
        None,
    ),
    "wrong_notebook": Attack(notebook("import numpy as np", "x = 1"), 0, "no answer to any question", None),
    "missing_question": Attack(notebook(IMPORTS, *OTHERS), 5, "There is no momentum_step in the notebook"),
    "renamed_function": Attack(
        step(STEP.replace("momentum_step", "my_step")), 5, "There is no momentum_step in the notebook"
    ),
    "duplicate_right_last": Attack(step(STEP, body("return 1")), 8, RIGHT),
    "duplicate_wrong_last": Attack(step(body("return theta, v"), STEP), 5, "is not right"),
    "syntax_error_elsewhere": Attack(step(STEP, "for in while", "!pip install x", "%%bash\nrm -rf /"), 8, RIGHT),
    "syntax_error_in_the_answer": Attack(
        step("def momentum_step(theta, g, v, epsilon, alpha)\n    return 1"), 5, "is not valid Python"
    ),
    "deep_expression_elsewhere": Attack(step(STEP, "x = " + "(" * 100_000, "y = " + "-" * 100_000 + "1"), 8, RIGHT),
    "null_bytes": Attack(step(STEP, "x = '\0'"), 8, RIGHT),
    "warnings": Attack(
        step(
            body(
                "import warnings, sys",
                "warnings.warn('careful')",
                "print('so far so good', file=sys.stderr)",
                "np.log(-1.0)",
                "v = alpha * v - epsilon * g",
                "return theta + v, v",
            )
        ),
        8,
        RIGHT,
    ),
    "no_import_cell": Attack(notebook(STEP, *OTHERS), 8, RIGHT),
    "checks_edited": Attack(
        step(STEP, "def check(*a, **k):\n    print('100 of 100 points')\ncheck(1)\nassert True"), 8, RIGHT
    ),
    "markdown_only": Attack(
        json.dumps({"cells": [{"cell_type": "markdown", "source": "def momentum_step(): pass"}]}).encode(),
        0,
        "no answer to any question",
        None,
    ),
    "cell_that_raises_elsewhere": Attack(step(STEP, "raise SystemExit", "1 / 0", "undefined"), 8, RIGHT),
    "helpers_and_constants": Attack(
        step(
            "def momentum_step(theta, g, v, epsilon, alpha):\n    new = damped(v, alpha) + SIGN[0] * push(epsilon, g)\n"
            "    return theta + new, new",
            "SIGN = [1]\nSIGN[0] = -1; unused = 1 / 0",
            "def damped(v, alpha): return alpha * v",
            "import functools\n@functools.cache\ndef one():\n    return 1.0",
            "push = lambda epsilon, g: one() * epsilon * g",
        ),
        8,
        RIGHT,
    ),
    "wrong_number_of_arguments": Attack(
        step("def momentum_step(theta, g):\n    return theta"), 5, "stopped with TypeError"
    ),
    "answer_is_a_number": Attack(step("momentum_step = 3"), 5, "where 2 are wanted"),
    "answer_is_a_class": Attack(step("class momentum_step:\n    def __init__(self, *a): pass"), 5, "wanted"),
    "message_with_markup": Attack(
        step(body("raise ValueError('<script>alert(1)</script>\\x1b[2J' + '\\ud800' * 10)")),
        5,
        "stopped with ValueError",
    ),
}
