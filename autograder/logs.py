"""What the commands log: a file for each command in OUT/.autograder/log, and the terminal with --verbose.

Modules log with `logging.getLogger(__name__)`. Nothing here is set up on import, so that a program which uses the
package keeps its own logging.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from autograder.exceptions import AutograderError, InternalError
from autograder.model.exceptions import CourseError
from autograder.text import for_terminal

FILE_BYTES = 5_000_000
"""A log that grows longer goes on in a second file; what is older than that is lost."""

OURS = logging.getLogger("autograder")


class _OneLine(logging.Formatter):
    """A record as one line, whatever a hand-in put into it; the traceback of a fault of ours stands below."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line."""
        record.message = for_terminal(record.message)
        return super().formatMessage(record)


class _Terminal(logging.Handler):
    """Writes to whatever is the standard error when a record comes."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        click.echo(self.format(record), err=True)


class _File(logging.handlers.RotatingFileHandler):
    """A log that is begun anew with the first record of a run; when it cannot be written, the work goes on without."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begun = False
        super().__init__(
            path, maxBytes=FILE_BYTES, backupCount=1, encoding="utf-8", delay=True, errors="backslashreplace"
        )

    def _open(self) -> TextIO:  # type: ignore[override] # a text file, whatever the base class makes of it
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._begun:
            self._path.unlink(missing_ok=True)
            self._begun = True
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Leave it: a full disk is told of by whatever else cannot be written."""


def quiet_libraries() -> None:
    """Keep what libraries log, warn of and fail at while they are cleared away from the terminal."""
    logging.getLogger().addHandler(logging.NullHandler())
    logging.captureWarnings(capture=True)
    sys.unraisablehook = _log_unraisable


def _log_unraisable(raised: sys.UnraisableHookArgs) -> None:
    """Log what Python could only ignore."""
    OURS.warning("ignored in %r: %r", raised.object, raised.exc_value)


def to_terminal() -> None:
    """Show what is logged on the standard error."""
    if not any(isinstance(handler, _Terminal) for handler in OURS.handlers):
        handler = _Terminal()
        handler.setFormatter(_OneLine("%(levelname)s %(message)s"))
        OURS.addHandler(handler)
        OURS.setLevel(logging.INFO)


@contextlib.contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Log into a file what is done inside. A fault of our own is logged with its traceback, and raised as one line."""
    handler = _File(path)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    OURS.setLevel(logging.INFO)
    loggers = OURS, logging.getLogger("py.warnings")
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    except (AutograderError, CourseError, click.ClickException, ModuleNotFoundError):
        raise  # said as it is; what is not installed the command line names
    except Exception as error:
        OURS.exception("a fault of the autograder itself")
        raise InternalError(
            f"the autograder itself failed ({type(error).__name__}: {error})", remedy=f"{path} has the details"
        ) from error
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()
