"""The process in the sandbox: it has NumPy loaded, and forks once for every answer.

It reads one job a line and writes one reply a line. An answer runs in the fork, which may not make processes,
write files or use more than its share, and which has nothing of the outer process but the end of one pipe.
"""

import json
import linecache
import os
import resource
import select
import signal
import sys
import time

import numpy as np

from lecture_grader.inside import observe

#: Limits of one answer.
CPU_SECONDS = 5
WALL_SECONDS = 10
MEMORY_BYTES = 2**29
REPLY_BYTES = 2**20


def limit():
    """Give this process its last limits; they cannot be raised again."""
    for what, amount in (
        (resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1)),
        (resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
        (resource.RLIMIT_NPROC, (0, 0)),
        (resource.RLIMIT_FSIZE, (0, 0)),
        (resource.RLIMIT_CORE, (0, 0)),
    ):
        resource.setrlimit(what, amount)


def answer(job):
    """Run one answer and return what it did.

    Parameters
    ----------
    job : dict
        ``name``, ``source`` and ``cases``.

    Returns
    -------
    dict
        ``{"outcomes": …}``, or ``{"failed": …}`` if the answer could not be defined.
    """
    name, source = job["name"], job["source"]
    linecache.cache["<answer>"] = (len(source), None, source.splitlines(True), "<answer>")
    observe.describe.grader = __file__
    scope = {"__name__": "__main__", "np": np}
    try:
        exec(compile(source, "<answer>", "exec"), scope)
        return {"outcomes": observe.observe(scope[name], job["cases"])}
    except BaseException as error:  # whatever it is, it is this answer's result
        return {"failed": observe.describe(error)}


def in_fork(job, pipe, answer):
    """Be the fork: run the answer, write the reply into the pipe, and end."""
    try:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.dup2(pipe, 3)
        os.closerange(4, 64)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
        limit()
        reply = json.dumps(answer(job)).encode()
        while reply:
            reply = reply[os.write(3, reply) :]
    finally:
        os._exit(0)


def attend(job, answer=answer):
    """Fork for one job and return its reply, or how it ended.

    Returns
    -------
    dict
        ``{"reply": text}`` or ``{"ended": "time" | "long" | "signal" | "silent"}``.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        in_fork(job, writing, answer)
    os.close(writing)
    text, ended, deadline = bytearray(), None, time.monotonic() + WALL_SECONDS
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            ended = "time"
            break
        piece = os.read(reading, 65536)
        if not piece:
            break
        text += piece
        if len(text) > REPLY_BYTES:
            ended = "long"
            break
    os.close(reading)
    if ended:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not ended and os.WIFSIGNALED(status):
        cpu = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        ended = "time" if cpu else "signal"
    if not ended and not text:
        ended = "silent"
    return {"ended": ended} if ended else {"reply": text.decode("utf-8", "replace")}


def main(answer=answer):
    """Attend to jobs until there are no more; ``answer(job)`` does one, in its fork."""
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(attend(json.loads(line), answer)) + "\n")
        sys.stdout.flush()
    os._exit(0)  # there is nothing to tidy up
