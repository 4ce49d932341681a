"""OUT, the folder that is the state of a class: where everything in it stands, and what a later run needs of it.

No other module knows a path in OUT. Folders that nbgrader reads or writes (submitted, autograded, feedback) are named
by the course's nbgrader_config.py. What the runs remember stands in OUT/.autograder, but for run.json, which people
read.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import logging
import os
import secrets
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from autograder.exceptions import OutDirError
from autograder.files import sweep, write_atomically
from autograder.model.settings import RunRecord
from autograder.model.submission import FileRecord, KnownStudent, by_path
from autograder.model.submitted_file import is_submitted, read_submitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autograder.model.course import Course

T = TypeVar("T")
logger = logging.getLogger(__name__)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""What the system says of a disk without naming the file."""


@dataclass(frozen=True)
class _Repair:
    """As much of a `Repair` of intake as the pages show."""

    text: str
    ours_alone: bool = False


@dataclass(frozen=True)
class _RepairsFile:
    repairs: tuple[_Repair, ...] = ()


class OutDir:
    """The folder OUT as one assignment of a course sees it.

    Whatever reads or writes its state raises OutDirError when a file is damaged or the folder cannot be used.
    """

    def __init__(self, course: Course, assignment: str, root: Path) -> None:
        self.course = course
        self.assignment = assignment
        self.root = root.resolve()
        self.state = self.root / ".autograder"

    # what people read

    @property
    def marks(self) -> Path:
        """The table of marks."""
        return self.root / "marks.csv"

    @property
    def intake(self) -> Path:
        """The table of files."""
        return self.root / "intake.csv"

    @property
    def changes(self) -> Path:
        """The table of what the last run changed, and of what waits for a person."""
        return self.root / "changes.csv"

    @property
    def report(self) -> Path:
        """The folder of the class report."""
        return self.root / "report"

    @property
    def numbered_feedback(self) -> Path:
        """The folder of the pages that have a number in place of a name."""
        return self.root / "feedback-by-number"

    @property
    def number_list(self) -> Path:
        """Who has which number; for the teacher alone."""
        return self.root / "feedback-numbers.csv"

    @property
    def results_folder(self) -> Path:
        """The folder of everybody's results.json for the assignment."""
        return self.root / "results" / self.assignment

    def feedback_archive(self, kind: str) -> Path:
        """The archive of feedback pages for one kind of system."""
        return self.root / f"feedback-{kind}.zip"

    @property
    def runs(self) -> Path:
        """What is recorded of the last run for each assignment."""
        return self.root / "run.json"

    def exported(self, kind: str) -> Path:
        """The file of an export, when no other is asked for."""
        return self.root / f"marks-{kind}.csv"

    def filled(self, given: Path) -> Path:
        """A file that a system gave out, with the marks in it, when no other place is asked for."""
        return self.root / f"{given.stem}-filled{given.suffix}"

    # what nbgrader reads and writes as well

    def submitted(self, student: str) -> Path:
        """The folder of the notebooks as they are graded."""
        return self._step("submitted", student)

    def submitted_notebook(self, student: str, notebook: str) -> Path:
        """A notebook as it is graded."""
        return self.submitted(student) / f"{notebook}.ipynb"

    def autograded_notebook(self, student: str, notebook: str) -> Path:
        """A graded notebook, as formgrader shows it."""
        return self._step("autograded", student) / f"{notebook}.ipynb"

    def feedback(self, student: str) -> Path:
        """The folder of a student's pages."""
        return self._step("feedback", student)

    @property
    def autograded_root(self) -> Path:
        """The folder of everybody's graded notebooks."""
        return self.root / str(self.course.nbgrader.coursedir.autograded_directory)

    @property
    def feedback_root(self) -> Path:
        """The folder of everybody's pages."""
        return self.root / str(self.course.nbgrader.coursedir.feedback_directory)

    @property
    def gradebook(self) -> Path:
        """The gradebook's file, where the course's configuration names no other gradebook."""
        return self.root / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        """The gradebook: the one that the course's configuration names, otherwise gradebook.db."""
        config = self.course.nbgrader.config.CourseDirectory
        return str(config.db_url) if "db_url" in config else f"sqlite:///{self.gradebook}"

    @property
    def gradebook_exists(self) -> bool:
        """Whether there is a gradebook to read. A server's is taken to be there: only asking it can tell."""
        from sqlalchemy.engine import make_url

        url = make_url(self.gradebook_url)
        return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists()

    def _step(self, step: str, student: str) -> Path:
        """A student's folder of one of nbgrader's steps, named as the course's configuration has it."""
        coursedir = self.course.nbgrader.coursedir
        structure: str = coursedir.directory_structure
        name = getattr(coursedir, f"{step}_directory")
        return self.root / structure.format(nbgrader_step=name, student_id=student, assignment_id=self.assignment)

    # the state

    @property
    def results(self) -> Path:
        """The folder of the store of results."""
        return self.state / "results"

    @property
    def lessons(self) -> Path:
        """The folder of what was learned of the source notebooks."""
        return self.state / "lessons" / self.assignment

    @property
    def logs(self) -> Path:
        """The folder of the commands' logs."""
        return self.state / "log"

    def repairs_file(self, student: str, notebook: str) -> Path:
        """What was put right in a notebook when it was taken in."""
        return self.state / "intake" / self.assignment / student / f"{notebook}.json"

    @property
    def journal(self) -> Path:
        """What happened to the marks of the assignment, run by run."""
        return self.state / "ledger" / f"{self.assignment}.jsonl"

    @property
    def _students(self) -> Path:
        return self.state / "students" / f"{self.assignment}.json"

    @property
    def _files(self) -> Path:
        return self.state / "files" / f"{self.assignment}.json"

    @property
    def _numbers(self) -> Path:
        return self.state / "numbers.json"

    def review_journal(self, subject: str) -> Path:
        """What persons did in the review pages, a line each: their decisions, or what they noted."""
        return self.state / "review" / f"{self.assignment}-{subject}.jsonl"

    @property
    def mapping(self) -> Path:
        """The mapping file that the review pages write, for `autograder grade --mapping`."""
        return self.root / "mapping.csv"

    def state_files(self, *, marks: bool = True) -> list[Path]:
        """The files of which one changes whenever somebody or something is taken in, or with `marks` is marked."""
        more = [self.journal, self.gradebook, Path(f"{self.gradebook}-wal")] if marks else []
        return [self.runs, self._students, self._files, *more]

    @property
    def lock(self) -> Path:
        """The file that a run at work in OUT holds."""
        return self.state / "lock"

    @property
    def progress(self) -> Path:
        """How far the run at work is."""
        return self.state / "progress.json"

    @property
    def gradebook_is_a_file(self) -> bool:
        """Whether the gradebook's file tells when it has changed; a server's does not."""
        return self.gradebook_url == f"sqlite:///{self.gradebook}"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other run out. The system drops the lock when this process ends, in whatever way."""
        with self.explained():
            new = not self.root.exists() or not any(self.root.iterdir())
            self.state.mkdir(parents=True, exist_ok=True)
            if new:  # marks and names are nothing to commit
                write_atomically(self.root / ".gitignore", "*\n")
            file = self.lock.open("w", encoding="ascii")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise OutDirError(
                    f"another autograder is at work in {self.root}", remedy="wait for it, or give another --out"
                ) from error
            with self.explained():
                file.write(str(os.getpid()))
                file.flush()
                self._adopt()
            left = sweep(self.root) + sweep(Path(tempfile.gettempdir()), below=False)
            if left:
                logger.info("removed %s temporary files and folders of runs that were killed", left)
            yield

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn the system's refusal of a file in OUT into an OutDirError with the remedy."""
        try:
            yield
        except OSError as error:
            where = self.root
            if isinstance(error.filename, (str, bytes)):
                where = Path(os.fsdecode(error.filename))
                if self.root not in (where, *where.parents):
                    raise  # of another place
            elif error.errno not in NO_ROOM:
                raise
            raise OutDirError(
                f"cannot be written or read ({error.strerror or error})",
                where=where.parent if where.suffix == ".tmp" else where,
                remedy="make it usable or give another --out; what was graded is kept, and the same command continues",
            ) from error

    def _adopt(self) -> None:
        """Take over what the version before kept elsewhere: submitted/ had that name whatever the course calls it."""
        for student in self.known_students():
            old = self.root / "submitted" / student / self.assignment
            new = self.submitted(student)
            if old != new and old.is_dir() and not new.exists():
                new.parent.mkdir(parents=True, exist_ok=True)
                old.rename(new)

    def last_run(self) -> RunRecord:
        """What is recorded of the last run for the assignment."""
        return self._recorded().get(self.assignment, RunRecord())

    def assignments(self) -> list[str]:
        """The assignments that were graded into this folder, none where it is no OUT."""
        return sorted(self._recorded())

    def record_run(self, record: RunRecord) -> None:
        """Write down a run for the assignment, in place of the one before. Nobody else may read it: it has the seed."""
        runs = {**self._recorded(), self.assignment: record}
        known = {name: _without_blanks(msgspec.to_builtins(run)) for name, run in runs.items()}
        self._write(self.runs, json.dumps(known, indent=1, sort_keys=True) + "\n", private=True)

    def _recorded(self) -> dict[str, RunRecord]:
        remedy = "put a copy back, or remove it: then a new seed is drawn and everything is graded again"
        return self._read(self.runs, dict[str, RunRecord], remedy) or {}

    def known_students(self) -> dict[str, KnownStudent]:
        """Everybody whom a run has seen, by id, in the order of the ids."""
        remedy = "put a copy back, or remove it and take every hand-in in again: it says who is in the class"
        return dict(sorted((self._read(self._students, dict[str, KnownStudent], remedy) or {}).items()))

    def remember_students(self, students: Mapping[str, KnownStudent]) -> None:
        """Write down who has been seen, in place of what was written before."""
        data = {student: msgspec.to_builtins(one) for student, one in sorted(students.items())}
        self._write(self._students, json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    def student_numbers(self) -> dict[str, str]:
        """A number for everybody whom a run has seen, drawn once and kept: it says nothing of the name."""
        remedy = "put a copy back, or remove it: then everybody gets another number"
        numbers = self._read(self._numbers, dict[str, str], remedy) or {}
        students = self.known_students()
        taken, size = set(numbers.values()), max(1000, 10 * len(students))
        for student in students:
            while student not in numbers:
                drawn = f"{secrets.randbelow(9 * size) + size}"
                if drawn not in taken:
                    numbers[student] = drawn
                    taken.add(drawn)
        self._write(self._numbers, json.dumps(numbers, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        return numbers

    def file_records(self) -> tuple[FileRecord, ...]:
        """What became of every file that was ever taken in, the last word for each path."""
        remedy = "put a copy back, or remove it: then only files of later runs are listed"
        return self._read(self._files, tuple[FileRecord, ...], remedy) or ()

    def remember_files(self, records: Iterable[FileRecord]) -> tuple[FileRecord, ...]:
        """Write down what became of files; gives all that were ever taken in, the last word for each path."""
        known = by_path(self.file_records())
        at = datetime.now(UTC).isoformat(timespec="seconds")
        for path, now in by_path(records).items():  # a group's file has a record for each member
            since = {replace(record, at=""): record.at for record in known.get(path, ())}
            known[path] = [replace(record, at=since.get(record, at)) for record in now]
        found = tuple(record for each in known.values() for record in each)
        lines = ",\n".join(json.dumps(msgspec.to_builtins(record)) for record in found)
        self._write(self._files, f"[\n{lines}\n]\n" if lines else "[]\n")
        return found

    def repairs(self, student: str, notebook: str) -> tuple[str, ...]:
        """What was put right in a notebook when it was taken in, a sentence each, as far as it is the student's."""
        remedy = "take this student's hand-in in again"
        found = self._read(self.repairs_file(student, notebook), _RepairsFile, remedy)
        return tuple(repair.text for repair in found.repairs if not repair.ours_alone) if found else ()

    def handed_in(self, student: str, notebook: str) -> dict[str, Any] | None:
        """A notebook as it was handed in, None where there is none.

        Raises UnreadableSubmissionError when the file in submitted/ is not a notebook any more.
        """
        return read_submitted(self.submitted_notebook(student, notebook))

    def has_notebook(self, student: str, notebook: str) -> bool:
        """Whether there is a notebook as it was handed in, found out without building it.

        Raises UnreadableSubmissionError.
        """
        return is_submitted(self.submitted_notebook(student, notebook))

    def _read(self, path: Path, kind: type[T], remedy: str) -> T | None:
        """The content of a file of the state, None where there is no such file."""
        try:
            with self.explained():
                content = path.read_bytes()
        except OutDirError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise
        try:
            return msgspec.convert(json.loads(content), kind)
        except (ValueError, RecursionError) as error:
            raise OutDirError(f"is damaged ({error})", where=path, remedy=remedy) from error

    def _write(self, path: Path, content: str, *, private: bool = False) -> None:
        with self.explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content, durable=True, private=private)


def _without_blanks(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", {}, [], ())}
