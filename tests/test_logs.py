"""What is logged, where, and how much of it."""

from __future__ import annotations

import logging
import subprocess
import sys

import click
import pytest

from autograder import logs
from autograder.exceptions import InternalError, OutDirError

logger = logging.getLogger("autograder.test")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log" / "grade.log"


@pytest.fixture(autouse=True)
def no_terminal():
    """What one test turns on is off in the next."""
    yield
    logs.OURS.handlers[:] = []


def test_begun_anew(path):
    """A run's log takes the place of the one before; a run that logs nothing leaves it."""
    for text in ("first", "second"):
        with logs.to_file(path):
            logger.info(text)
    with logs.to_file(path):
        pass
    assert "second" in path.read_text()
    assert "first" not in path.read_text()


def test_one_line_each(path):
    """A record is one line, whatever a hand-in has put into it."""
    with logs.to_file(path):
        logger.info("a\n2026-01-01 INFO forged\x1b[31m\u202e\ud800")
    assert len(path.read_text().splitlines()) == 1
    assert "\x1b" not in path.read_text()


def test_bounded(path, monkeypatch):
    """A log does not grow without end."""
    monkeypatch.setattr(logs, "FILE_BYTES", 1000)
    with logs.to_file(path):
        for number in range(1000):
            logger.info("a line that is logged, number %s", number)
    files = list(path.parent.iterdir())
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) <= 2000
    assert "number 999" in path.read_text()


def test_a_fault_of_ours(path):
    """A fault of the autograder is raised as one sentence that names the log, which has the traceback."""
    said = f"the autograder itself failed .KeyError: 'x'.; {path} has the details"
    with pytest.raises(InternalError, match=said), logs.to_file(path):
        raise KeyError("x")
    assert "Traceback" in path.read_text()


@pytest.mark.parametrize(
    "error",
    [OutDirError("full"), click.UsageError("wrong"), KeyboardInterrupt(), ModuleNotFoundError("no distributed")],
)
def test_what_the_user_can_put_right_is_no_fault(path, error):
    """What has a sentence of its own passes as it is."""
    with pytest.raises(type(error)), logs.to_file(path):
        raise error
    assert not path.exists()


def test_a_log_that_cannot_be_written(tmp_path):
    """Where no log can be written the work goes on."""
    (tmp_path / "log").write_text("a file")
    with logs.to_file(tmp_path / "log" / "grade.log"):
        logger.info("lost")


def test_terminal(capsys):
    """With --verbose what is done is said on standard error, printable."""
    logs.to_terminal()
    logs.to_terminal()
    logger.info("taking in\x1b[2J")
    assert capsys.readouterr().err == "INFO taking in\N{REPLACEMENT CHARACTER}[2J\n"


def test_libraries_are_quiet():
    """Warnings, log records and failures of libraries do not reach the terminal."""
    code = """
import logging, warnings
from autograder.logs import quiet_libraries
quiet_libraries()
warnings.warn("old")
logging.getLogger("alembic").warning("migrating")
class Client:
    def __del__(self):
        raise TimeoutError
del Client
Client = None
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
