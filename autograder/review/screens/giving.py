"""Give back: marks for other systems, files that a system gave out, pages for students; what is left out, and why."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tornado.web
from tornado.ioloop import IOLoop

from autograder.output.exports.fill import Wishes, fill
from autograder.output.exports.plain import WRITERS, write_wide
from autograder.output.feedback.archive import recipients, write_archive
from autograder.output.feedback.write import WHOLE, write_feedback
from autograder.output.marks import read_marks
from autograder.output.outcomes import Outcomes
from autograder.review.handlers import ReviewHandler
from autograder.text import counted, one_line

if TYPE_CHECKING:
    from autograder.outdir import OutDir
    from autograder.review.state import Review

TABLES = {
    "csv": "A table: a row a student",
    "csv-wide": "A table with a column for each item",
    "canvas": "Canvas, to import under Grades",
    "moodle": "Moodle, an English grading worksheet",
}
ARCHIVES = {
    "folder": "A folder a student",
    "moodle": "Moodle, feedback files in a zip",
    "canvas": "Canvas, to upload as submissions' comments",
    "gradescope": "Gradescope's folders",
}
MOST_UPLOADED = 16 * 1024 * 1024


@dataclass
class Given:
    """What came of giving something back: a sentence, the file by its key, and who is not in it with the reason."""

    text: str
    file: str
    left_out: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def files_of(out: OutDir) -> dict[str, Path]:
    """The files that may be fetched, by key: those that these pages write, and no others."""
    tables = {f"table-{kind}": out.exported(kind) for kind in TABLES}
    archives = {f"archive-{kind}": out.feedback_archive(kind) for kind in ARCHIVES}
    return {**tables, **archives, "filled": out.filled(Path("marks.csv"))}


class GivingHandler(ReviewHandler):
    """What can be given back, and what was just made."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show it."""
        self.page(None)

    def page(self, given: Given | None) -> None:
        """Show what can be given back, and what came of it."""
        students = self.review.ledger.students.values()
        open_ones = [
            (one.id, counted(one.waiting, "item") + " to be marked by a person") for one in students if one.waiting
        ]
        there = {key: path.name for key, path in files_of(self.review.out).items() if path.exists()}
        self.show(
            "giving.html.j2",
            title="Give back",
            tables=TABLES,
            archives=ARCHIVES,
            given=given,
            there=there,
            final=sum(one.final for one in students),
            waiting=open_ones,
        )

    async def made(self, make: Callable[[], Given]) -> None:
        """Make something beside the server, and show what came of it."""
        self.page(await IOLoop.current().run_in_executor(None, make))


class TableHandler(GivingHandler):
    """A table of marks."""

    @tornado.web.authenticated
    async def post(self) -> None:
        """Write it."""
        kind = self.get_body_argument("kind", "")
        self.found(TABLES, kind, "table")
        await self.made(functools.partial(_table, self.review, kind))


class FillHandler(GivingHandler):
    """A file that a system gave out."""

    @tornado.web.authenticated
    async def post(self) -> None:
        """Put the marks into it."""
        uploaded = self.request.files.get("file", [])
        if not uploaded or not uploaded[0].body:
            raise tornado.web.HTTPError(400, reason="Choose the file that the system gave out")
        if len(uploaded[0].body) > MOST_UPLOADED:
            raise tornado.web.HTTPError(413, reason="The file is larger than any table of marks")
        wishes = Wishes(
            self.get_body_argument("key", "").strip() or None,
            self.get_body_argument("column", "").strip() or None,
            self.get_body_argument("rescale", "") == "yes",
            (self.review.assignment.name,),
        )
        await self.made(functools.partial(_filled, self.review, uploaded[0].body, wishes))


class ArchiveHandler(GivingHandler):
    """Everybody's pages."""

    @tornado.web.authenticated
    async def post(self) -> None:
        """Write the pages and the archive of them."""
        kind = self.get_body_argument("kind", "")
        self.found(ARCHIVES, kind, "archive")
        await self.made(functools.partial(_archive, self.review, kind))


class FileHandler(ReviewHandler):
    """A file that was made here, to be kept by whoever gives it back."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Give it as a file, which no browser shows."""
        path = self.found(files_of(self.review.out), self.get_query_argument("file", ""), "file")
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise tornado.web.HTTPError(404, reason="It has not been made yet") from None
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Disposition", f'attachment; filename="{path.name}"')
        self.finish(content)


def _table(review: Review, kind: str) -> Given:
    marks, to = read_marks(review.out), review.out.exported(kind)
    if kind == "csv-wide":
        order = [(one.notebook, one.item.grade_id) for one in review.questions.values()]
        left_out = write_wide(marks, to, order)
    else:
        left_out = WRITERS[kind](review.assignment.name, marks, to)
    notes = [] if left_out else [f"{mark.student}: {mark.note}" for mark in marks if not mark.final]
    text = f"{counted(len(marks) - len(left_out), 'student')} in {to.name}."
    return Given(text, f"table-{kind}", left_out, notes)


def _filled(review: Review, content: bytes, wishes: Wishes) -> Given:
    marks, to = read_marks(review.out), files_of(review.out)["filled"]
    with tempfile.TemporaryDirectory(prefix="autograder-fill-") as folder:
        given = Path(folder) / "marks.csv"
        given.write_bytes(content)
        done = fill(given, to, marks, wishes)
    left_out = [
        *done.waiting,
        *done.left_out,
        *((student, "in the gradebook, nothing handed in") for student in done.not_handed_in),
    ]
    said = [
        *(f"{student}: changed from {before} to {new}" for student, before, new in done.changed),
        *(f"{student}: found by name alone" for student in done.by_name),
        *(f"not certain: {one_line(sentence, 300)}" for sentence in done.undecided),
        *(f"in the file, not marked: {name}" for name in done.nobody),
        *done.advice,
    ]
    system = done.system or "A table of marks"
    text = f"{system}: {len(done.put)} of {counted(len(marks), 'student')} have their mark in {done.column!r}."
    return Given(text, "filled", left_out, said)


def _archive(review: Review, kind: str) -> Given:
    out = review.out
    for _ in write_feedback(review.assignment, Outcomes(review.assignment, out), out):
        pass
    people = recipients(out.known_students(), out.file_records())
    to = out.feedback_archive(kind)
    packed, left_out = write_archive(kind, to, out.assignment, people, lambda student: out.feedback(student) / WHOLE)
    waiting = [one for one in review.ledger.students.values() if one.waiting]
    said = [f"{one.id}: {counted(one.waiting, 'item')} still wait, and the page says so" for one in waiting]
    return Given(f"The pages of {counted(packed, 'student')} in {to.name}.", f"archive-{kind}", left_out, said)


ROUTES: list[tuple[str, Any]] = [
    (r"/review/giving", GivingHandler),
    (r"/review/giving/table", TableHandler),
    (r"/review/giving/fill", FillHandler),
    (r"/review/giving/archive", ArchiveHandler),
    (r"/review/giving/file", FileHandler),
]
