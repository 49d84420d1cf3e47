"""A place where an answer can do no harm: bubblewrap, another user, and limits."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from lecture_grader.inside import serve

INSTALL = "sudo apt-get install bubblewrap util-linux"
NOBODY = "65534"
# The limits of everything in one sandbox; those of one answer are in inside/serve.py and lower.
LIMITS = ["--as=2147483648", "--fsize=1048576", "--nofile=64", "--nproc=512", "--core=0"]
START = "import sys; sys.path[:0] = {path!r}; from lecture_grader.inside.serve import main; main()"
MOST_BYTES = 2 * serve.REPLY_BYTES + 1024  # quotes and backslashes of the reply are written twice
MOST_SECONDS = serve.WALL_SECONDS + 15


class NoSandbox(RuntimeError):
    """There is no working sandbox on this machine; the text says what to do."""


class Broken(RuntimeError):
    """The sandbox ended, or did not answer in time or in its format."""


def places():
    """Return what the sandbox shows of this machine, as pairs of a path here and a path there."""
    numpy = Path(np.__file__).parent
    inside = Path(serve.__file__).parent
    base = Path(sys.base_prefix)
    pairs = [
        (Path(getattr(sys, "_base_executable", sys.executable)).resolve(), "/python/bin/python"),
        (base / "lib", "/python/lib"),
        (numpy, "/packages/numpy"),
        (numpy.parent / "numpy.libs", "/packages/numpy.libs"),
        (inside, "/grader/lecture_grader/inside"),
        (Path("/usr/lib"), "/usr/lib"),
        (Path("/usr/lib64"), "/usr/lib64"),
    ]
    return [(str(here), there) for here, there in pairs if here.exists()]


def hidden():
    """Return folders of the shown ones that hold installed packages, and perhaps the reference."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    names = [f"{version}/site-packages", f"{version}/dist-packages", "python3/dist-packages"]
    roots = [(Path(sys.base_prefix) / "lib", "/python/lib"), (Path("/usr/lib"), "/usr/lib")]
    return [f"{there}/{name}" for here, there in roots for name in names if (here / name).is_dir()]


def command():
    """Return the command that starts a sandbox.

    As root, a first bubblewrap only binds what the second one shows to where another user can read it. Then the user is
    dropped, then come the limits, and then the sandbox itself: limits on processes do not bind root.
    """
    bwrap, prlimit = _program("bwrap"), _program("prlimit")
    shown, before = places(), []
    if os.geteuid() == 0:
        staged = [(here, f"/mnt/{number}", there) for number, (here, there) in enumerate(shown)]
        before = [bwrap, "--die-with-parent", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", "/mnt"]
        for here, stage, _ in staged:
            before += ["--ro-bind", here, stage]
        before += [_program("setpriv"), "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
        before += ["--no-new-privs"]
        shown = [(stage, there) for _, stage, there in staged]
    inner = [prlimit, *LIMITS, bwrap, "--unshare-all", "--unshare-user", "--disable-userns"]
    inner += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    for name, value in _environment("/python/lib").items():
        inner += ["--setenv", name, value]
    for here, there in shown:
        inner += ["--ro-bind", here, there]
    for path in hidden():
        inner += ["--tmpfs", path, "--remount-ro", path]
    for name in ("lib", "lib64"):
        if Path(f"/usr/{name}").is_dir():
            inner += ["--symlink", f"usr/{name}", f"/{name}"]
    inner += ["--dev-bind", "/dev/null", "/dev/null", "--remount-ro", "/", "--chdir", "/"]
    start = START.format(path=["/grader", "/packages"])
    return [*before, *inner, "/python/bin/python", "-I", "-S", "-B", "-c", start]


def command_without_sandbox():
    """Return the command that starts the same process with nothing around it."""
    path = [str(Path(__file__).parent.parent), str(Path(np.__file__).parent.parent)]
    return [sys.executable, "-I", "-S", "-B", "-c", START.format(path=path)]


def _environment(libraries=None):
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    paths = {"LD_LIBRARY_PATH": libraries} if libraries else {}
    return {**threads, **paths, "PYTHONHASHSEED": "0"}


def _program(name):
    found = shutil.which(name)
    if not found:
        raise NoSandbox(f"The sandbox needs {name}, which is not installed. Install it: {INSTALL}")
    return found


class Sandbox:
    """A running sandbox, used for the answers of one submission.

    Parameters
    ----------
    command : list of str
        From :func:`command`.

    Raises
    ------
    Broken
        If it does not start.
    """

    def __init__(self, command):
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", **_environment()},
            cwd="/",
            start_new_session=True,
        )
        self._rest = bytearray()
        try:
            self._line()
        except Broken:
            self.close()
            raise

    def run(self, job):
        """Run one job and return the reply of :func:`lecture_grader.inside.serve.attend`.

        Parameters
        ----------
        job : dict
            ``name``, ``source``, ``cases``.

        Returns
        -------
        dict
            JSON data from inside, to be distrusted.

        Raises
        ------
        Broken
            If the sandbox ended or did not answer in time; use a new one.
        """
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise Broken("the sandbox has ended") from None
        return self._line()

    def _line(self):
        deadline = time.monotonic() + MOST_SECONDS
        pipe = self._process.stdout
        while b"\n" not in self._rest:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(pipe.fileno(), 65536) if ready else b""
            self._rest += piece
            if not piece or len(self._rest) > MOST_BYTES:
                raise Broken("the sandbox ended, or did not answer in time")
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict):
            raise Broken("the sandbox did not answer in its format")
        return reply

    def close(self):
        """End everything in the sandbox: by asking, and else by force."""
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already
        self._process.stdout.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def __enter__(self):
        """Return the sandbox."""
        return self

    def __exit__(self, *exception):
        """Close the sandbox."""
        self.close()


def working_command():
    """Return :func:`command` after a trial of it.

    Raises
    ------
    NoSandbox
        With what to do about it.
    """
    if not sys.platform.startswith("linux"):
        raise NoSandbox("The sandbox needs Linux. Grade on a Linux machine, or in a virtual one.")
    found = command()
    process = subprocess.run(found, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    if process.returncode or b"ready" not in process.stdout:
        said = process.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise NoSandbox(
            f"bubblewrap cannot make a sandbox here ({' '.join(said)}). Where unprivileged user namespaces are "
            "forbidden, allow them: sudo sysctl -w kernel.unprivileged_userns_clone=1 "
            "kernel.apparmor_restrict_unprivileged_userns=0"
        )
    return found
