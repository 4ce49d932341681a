"""Intake: what was made of each file, and a person's word on whose it is, which goes into the mapping file."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tornado.web
from tornado.ioloop import IOLoop

from autograder.model.submission import Action
from autograder.review.files import mapping_rows, piles_of, preview, say_whose
from autograder.review.handlers import ReviewHandler
from autograder.text import one_line

if TYPE_CHECKING:
    from autograder.ledger import FileEntry

MOST_ID = 100


@dataclass(frozen=True)
class Row:
    """A file in the table: its number in the ledger, its record, what the mapping file says of it."""

    number: int
    entry: FileEntry
    mapped: str | None

    @property
    def kinds(self) -> str:
        """What it can be filtered by."""
        look = " look" if self.entry.record.flag else ""
        return f"{self.entry.record.action}{look}{' mapped' if self.mapped is not None else ''}"

    @property
    def search(self) -> str:
        """What a search looks at."""
        record = self.entry.record
        return one_line(f"{record.path} {record.student} {record.detail}", 1_000).lower()


class FilesHandler(ReviewHandler):
    """All files."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show them, those that need a person first."""
        mapped = dict(mapping_rows(self.review.out))
        files = self.review.ledger.files
        rows = [Row(number, entry, mapped.get(entry.record.path)) for number, entry in enumerate(files)]
        order = {Action.REFUSED: 0, Action.IGNORED: 2, Action.REPAIRED: 3, Action.TAKEN: 3, Action.DUPLICATE: 3}
        rows.sort(key=lambda row: 1 if row.entry.record.flag else order[row.entry.record.action])
        start, piles = piles_of(self.review.out)
        out = self.review.out
        course = self.review.assignment.course.root
        command = ["autograder", "grade", out.assignment, *piles, "--mapping", str(out.mapping)]
        self.show(
            "intake.html.j2",
            title="Intake",
            rows=rows,
            counts=Counter(str(row.entry.record.action) for row in rows),
            look=sum(row.entry.record.flag for row in rows),
            mapped=mapped,
            students=self.review.students,
            command=shlex.join([*command, "--out", str(out.root), "--course", str(course)]),
            start=start,
            piles=piles,
            running=self.review.running,
            failed=self.review.run_failed,
        )


class PreviewHandler(ReviewHandler):
    """One file as plain text."""

    @tornado.web.authenticated
    async def get(self) -> None:
        """Show it."""
        entry = _entry(self, self.get_query_argument("file", ""))
        found = await IOLoop.current().run_in_executor(None, preview, self.review.out, entry.record.path)
        self.show("preview.html.j2", title=entry.record.path, entry=entry, preview=found)


class WhoseHandler(ReviewHandler):
    """A person's word on whose a file is."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Write it into the mapping file: for files, or for all of a student who is another."""
        what = self.get_body_argument("what", "")
        student = one_line(self.get_body_argument("student", ""), MOST_ID).strip()
        if what == "merge":
            goes = self.get_body_argument("goes", "")
            self.found(self.review.students, goes, "student")
            self._wants(student)
            paths = [entry.record.path for entry in self.review.ledger.files if entry.record.student == goes]
            say_whose(self.review.out, paths, student)
        else:
            paths = [_entry(self, number).record.path for number in self.get_body_arguments("file")]
            if not paths:
                raise tornado.web.HTTPError(400, reason="Choose a file first")
            if what == "assign":
                self._wants(student)
            elif what not in ("ignore", "forget"):
                raise tornado.web.HTTPError(400, reason="No such wish")
            word = {"assign": student, "ignore": "", "forget": None}[what]
            say_whose(self.review.out, paths, word)
        self.answer(self.address("intake"))

    def _wants(self, student: str) -> None:
        if not student:
            raise tornado.web.HTTPError(400, reason="Say whose it is")


class AgainHandler(ReviewHandler):
    """Taking everything in again, with the mapping file."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Start the run."""
        start, piles = piles_of(self.review.out)
        gone = [path for path in piles if not (start / path).exists()]
        if gone or not piles:
            reason = f"{one_line(gone[0], 200)} is not there any more" if gone else "It is not known what was taken in"
            raise tornado.web.HTTPError(409, reason=f"{reason}: run the command with the hand-ins")
        if self.review.running:
            raise tornado.web.HTTPError(409, reason="A run is at work already: wait for it")
        self.review.start_run(*piles, "--mapping", str(self.review.out.mapping), start=start)
        self.answer(self.address(""))


def _entry(handler: ReviewHandler, number: str) -> FileEntry:
    """The file that a request means, by its number in the ledger and nothing else."""
    files = handler.review.ledger.files
    table = {str(place): entry for place, entry in enumerate(files)}
    entry: FileEntry = handler.found(table, number, "file")
    return entry


ROUTES = [
    (r"/review/intake", FilesHandler),
    (r"/review/intake/preview", PreviewHandler),
    (r"/review/intake/whose", WhoseHandler),
    (r"/review/intake/again", AgainHandler),
]
