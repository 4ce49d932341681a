"""Student: everything about one person, what they read of it, and what can be done for them."""

from __future__ import annotations

import tornado.web

from autograder.ledger.journal import Journal, NoteWritten, now
from autograder.output.feedback.write import student_page
from autograder.output.outcomes import Outcomes
from autograder.review.handlers import ReviewHandler
from autograder.text import for_page

MOST_NOTE = 5_000

FEEDBACK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""What a student's page may do here: be looked at, in a frame of its own that is nobody's."""


class StudentHandler(ReviewHandler):
    """One student."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show everything about them."""
        entry = self.found(self.review.ledger.students, self.get_query_argument("id", ""), "student")
        titles = {(one.notebook, one.item.grade_id): one for one in self.review.questions.values()}
        self.show(
            "student.html.j2",
            title=entry.name,
            entry=entry,
            titles=titles,
            changes=[row for row in self.review.changes if row["student"] == entry.id and row["change"] != "waits"],
            running=self.review.running,
            failed=self.review.run_failed,
        )


class FeedbackHandler(ReviewHandler):
    """The page that a student reads, as `autograder feedback` would write it now."""

    @property
    def content_security_policy(self) -> str:
        """It has its style in it, and nothing else."""
        return FEEDBACK_POLICY

    @tornado.web.authenticated
    def get(self) -> None:
        """Render it."""
        student = self.found(self.review.ledger.students, self.get_query_argument("id", ""), "student").id
        review = self.review
        html = student_page(student, review.assignment, Outcomes(review.assignment, review.out), review.out)
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(html)


class NoteHandler(ReviewHandler):
    """A note on a student, for markers alone."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Write it down."""
        name = self.get_body_argument("id", "")
        self.found(self.review.students, name, "student")
        text = for_page(self.get_body_argument("text", ""), MOST_NOTE).strip()
        if not text:
            raise tornado.web.HTTPError(400, reason="Write something first")
        journal = Journal(self.review.out)
        journal.append([NoteWritten(now(), journal.runs, name, text, self.marker)])
        self.answer(self.address("student", id=name))


class RegradeHandler(ReviewHandler):
    """Grading one student again, as if nothing were known."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Start a run that does; it shows on the class's page."""
        name = self.get_body_argument("id", "")
        self.found(self.review.students, name, "student")
        if self.review.running:
            raise tornado.web.HTTPError(409, reason="A run is at work already: wait for it")
        self.review.start_run("--again", name)
        self.answer(self.address(""))


ROUTES = [
    (r"/review/student", StudentHandler),
    (r"/review/student/feedback", FeedbackHandler),
    (r"/review/student/note", NoteHandler),
    (r"/review/student/regrade", RegradeHandler),
]
