"""A PostgreSQL URL works as nbgrader documents it, against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from support.patience import HANG_SECONDS

from autograder.marking.gradebook import GradebookWriter, StudentMarks
from autograder.model.course import Course
from autograder.model.results import ItemResult, Status
from autograder.outdir import OutDir
from autograder.output.marks import read_marks

pytest.importorskip("psycopg2", reason="psycopg2 is an optional extra")
NOBODY = 65534


def programs():
    """The folder of initdb and postgres, on PATH or where Debian puts them; None when there is no server here."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


@pytest.fixture
def server():
    """A server on a socket in a temporary folder; gives the URL. It refuses to run as root, so root steps down."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL server programs (initdb, postgres) are installed here")
    user = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
    # not tmp_path: a socket's path may have 107 characters, and another user has to come in
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as scratch:
        place = Path(scratch)
        place.chmod(0o700)
        if user:
            os.chown(place, NOBODY, NOBODY)
        environment = {"PATH": os.environ["PATH"], "HOME": scratch, "LC_ALL": "C"}

        def call(*command):
            subprocess.run(
                command, check=True, capture_output=True, cwd=scratch, env=environment, timeout=HANG_SECONDS, **user
            )

        data = str(place / "data")
        call(str(folder / "initdb"), "-D", data, "-U", "marker", "-A", "trust", "--no-sync")
        call(str(folder / "pg_ctl"), "-D", data, "-w", "-l", f"{scratch}/log", "-o",
             f"-c listen_addresses='' -c unix_socket_directories={scratch}", "start")  # fmt: skip
        try:
            yield f"postgresql://marker@/postgres?host={scratch}"
        finally:
            call(str(folder / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


@pytest.mark.slow
@pytest.mark.postgresql
def test_postgresql(toy_course, tmp_path, server):
    """The marks go where c.CourseDirectory.db_url says, first and on a regrade, and are exported from there."""
    (toy_course.root / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.db_url = {server!r}\n")
    toy = Course(toy_course.root).assignment("toy")
    out = OutDir(toy.course, "toy", tmp_path)
    for points in (1.0, 2.0):
        with GradebookWriter(toy, out) as writer:
            items = (ItemResult("square", points, 2.0, Status.SCORED), ItemResult("why", None, 1.0, Status.MANUAL))
            writer.record(StudentMarks("ann", "Ann Lee", items={"squares": items}))
    assert not (tmp_path / "gradebook.db").exists()
    with Gradebook(server, "") as gradebook:
        assert gradebook.find_grade("square", "squares", "toy", "ann").auto_score == 2.0
        assert gradebook.find_grade("why", "squares", "toy", "ann").needs_manual_grade
    (mark,) = read_marks(out)
    # the other notebook was never recorded: its item waits as nbgrader's rows begin
    assert (mark.notebooks["squares"], mark.waiting) == (2.0, 2)
