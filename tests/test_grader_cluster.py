"""Grading on a Dask cluster: a real scheduler and two real workers, one of them killed half-way."""

import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
from submissions import STEP, body, step  # noqa: E402

from lecture_grader import classroom, cli  # noqa: E402

pytestmark = [pytest.mark.needs("bwrap", "setpriv", "prlimit"), pytest.mark.timeout(300)]


def test_a_worker_killed_half_way_loses_nothing_and_repeats_nothing(cluster, tmp_path, monkeypatch, capsys):
    address, workers = cluster
    folder = tmp_path / "class"
    folder.mkdir()
    slow = body("import time", "time.sleep(0.1)", "v = alpha * v - epsilon * g", "return theta + v, v")
    for number in range(24):
        answer = [slow, STEP, body("return theta, v")][number % 3]
        (folder / f"s{number:02d}.ipynb").write_bytes(step(answer))
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "there.csv.results"

    def done():
        return list(kept.glob("[!.]*.json")) if kept.exists() else []

    killed_at = []

    def kill():
        deadline = time.monotonic() + 120
        while len(done()) < 8 and time.monotonic() < deadline:
            time.sleep(0.01)
        workers[0].kill()
        killed_at.append(len(done()))

    written, real = [], classroom.write
    monkeypatch.setattr(classroom, "write", lambda path, text: written.append(path) or real(path, text))
    killer = threading.Thread(target=kill)
    killer.start()
    arguments = ["grade", "class", "--seed", "s", "--csv"]
    assert cli.main([*arguments, "there.csv", "--dask", address]) == 1
    killer.join()
    assert 8 <= killed_at[0] < 24, "the worker was not killed half-way"
    results = [path for path in written if path.parent.name == kept.name]
    assert len(results) == len(set(results)) == 24
    assert cli.main([*arguments, "here.csv"]) == 1
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert "NOT GRADED" not in capsys.readouterr().err
