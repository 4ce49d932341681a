"""The files that a test looks at are the hand-in's: brought here when the test looks, and back when it wrote.

A test that opens, lists or asks about something in its working folder has what the hand-in has written there by then.
Only bytes come, of bounded size, under names that cannot be imported. What is read from such a file is the hand-in's
text (`foreign_text`), and a pickle there may name nothing but plain data.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.machinery
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.exceptions import SubmissionError
from autograder.engine.protocol.constants import MAX_FILE_BYTES, MAX_FILES

if TYPE_CHECKING:
    from autograder.engine.examiner.remote.connection import Connection

_LOOKING = {"open", "os.listdir", "os.scandir", "glob.glob", "sqlite3.connect"}
"""What Python says when a program looks at a folder or opens a file; `os.stat` and its like say nothing."""
_ASKING = ("stat", "lstat", "access")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CODE = (*importlib.machinery.all_suffixes(), ".pth", ".zip", ".egg")
_PLAIN = {
    "builtins": {"set", "frozenset", "complex", "bytearray", "range", "slice"},
    "collections": {"OrderedDict", "Counter", "deque", "defaultdict"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "numpy": {"ndarray", "dtype"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
}
"""What a pickle in a file of the hand-in's may name."""


class StudentFiles:
    """The working folder of one run's tests."""

    def __init__(self) -> None:
        self.foreign: set[str] = set()
        self._connection: Connection | None = None
        self._written: set[str] = set()
        self._seen: tuple[int, int] | None = None
        self._tests = 0
        self._busy = False

    def begin(self, connection: Connection) -> None:
        """A test begins, with the cells before it run."""
        self._connection, self._seen = connection, None
        self._tests += 1
        self._written.clear()
        _Watching.files = self

    def end(self) -> None:
        """The test has ended."""
        self._connection = _Watching.files = None

    def look(self, path: Any, *, writes: bool = False) -> None:
        """The test looks at a path, or opens it to write."""
        if self._busy or self._connection is None or self._connection.reason:
            return
        place = _place(path)
        if place is None:
            return
        self._busy = True
        try:
            self._bring(self._connection)
            if writes and place:
                self._written.add(place)
        finally:
            self._busy = False

    def hand_over(self) -> None:
        """Before the hand-in is asked: put what the test has written where the hand-in finds it."""
        if self._busy or not self._written or self._connection is None:
            return
        self._busy = True
        try:
            files = []
            for place in sorted(self._written):
                with contextlib.suppress(OSError), Path(place).open("rb") as file:
                    files.append([place, file.read(MAX_FILE_BYTES)])
            self._written.clear()
            self._connection.ask("put_files", files)
        finally:
            self._busy = False

    def _bring(self, connection: Connection) -> None:
        """Have here what has changed there since the last time."""
        now = self._tests, connection.epoch
        if self._seen == now:
            return
        self._seen = now
        changed, gone = _read(connection.ask("files"))
        for place, content in changed:
            if place not in self._written:
                self._lay(place, content)
        for place in filter(_is_own, gone):
            _remove(place)
            self.foreign.discard(place)
        if self.foreign:
            connection.texts = True

    def _lay(self, place: str, content: bytes | None) -> None:
        if not _is_own(place):
            return
        with contextlib.suppress(OSError):
            if content is None:
                Path(place).mkdir(parents=True, exist_ok=True)
                return
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            _remove(place)
            Path(place).write_bytes(content)
            self.foreign.add(place)


def watch_files() -> None:
    """Notice from now on what a test looks at. For the examiner's process only; once, it cannot be undone."""
    for name in _ASKING:
        setattr(os, name, _looking_first(getattr(os, name)))
    sys.addaudithook(_hook)


class _Watching:
    """Whose test looks at files now."""

    files: StudentFiles | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    files = _Watching.files
    if files is None:
        return
    if event in _LOOKING:
        flags = arguments[2] if event == "open" and len(arguments) > 2 and type(arguments[2]) is int else 0  # noqa: PLR2004
        files.look(arguments[0] if arguments else ".", writes=bool(flags & _WRITING))
    elif event == "pickle.find_class" and files.foreign:
        module, name = arguments
        if name not in _PLAIN.get(module, ()):
            raise SubmissionError(f"a file of the hand-in's holds more than plain data ({module}.{name})")


def _looking_first(real: Any) -> Any:
    @functools.wraps(real)
    def look(path: Any, *args: Any, **kwargs: Any) -> Any:
        if _Watching.files is not None and "dir_fd" not in kwargs:
            _Watching.files.look(path)
        return real(path, *args, **kwargs)

    return look


def _place(path: Any) -> str | None:
    """Where in the working folder a path leads, empty for the folder itself; None for elsewhere."""
    if path is None:
        return ""
    try:
        text = os.fsdecode(path)
    except TypeError:
        return None
    text = text.removeprefix("file:").split("?")[0] if text.startswith("file:") else text
    place = os.path.relpath(text) if text else ""
    return None if place.startswith("..") else "" if place == "." else place


def _read(answer: Any) -> tuple[list[tuple[str, bytes | None]], list[str]]:
    """What came of the hand-in's files; what is not as it should be counts as not there."""
    changed, gone = answer if type(answer) is list and len(answer) == 2 else ([], [])  # noqa: PLR2004
    found: list[tuple[str, bytes | None]] = []
    left = MAX_FILE_BYTES
    for entry in changed[:MAX_FILES] if type(changed) is list else []:
        place, content = entry if type(entry) is list and len(entry) == 2 else ("", b"")  # noqa: PLR2004
        if _may_be(place) and (content is None or (type(content) is bytes and len(content) <= left)):
            left -= len(content or b"")
            found.append((place, content))
    return found, [place for place in (gone[:MAX_FILES] if type(gone) is list else []) if _may_be(place)]


def _may_be(place: Any) -> bool:
    """Whether a place is one in the working folder, and none from which anything is imported or run."""
    if type(place) is not str or not place or "\0" in place or place.startswith(("/", ".")):
        return False
    return ".." not in place.split("/") and not place.lower().endswith(_CODE)


def _is_own(place: str) -> bool:
    """Whether a place may be changed: it is not behind a link to the course's files, and no folder of modules."""
    path = Path(place)
    if path.is_dir() and not path.is_symlink() and any(found.suffix in _CODE for found in path.rglob("*.*")):
        return False
    return path.parent.resolve().is_relative_to(Path.cwd())


def _remove(place: str) -> None:
    with contextlib.suppress(OSError):
        path = Path(place)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
