"""What belongs to no page of its own: where one begins, who one is, whether names are shown."""

from __future__ import annotations

import tornado.web

from autograder.review.handlers import MARKER_COOKIE, MOST_NAME, NAMES_COOKIE, ReviewHandler
from autograder.text import one_line


class MeHandler(ReviewHandler):
    """Who sits here, and what they want to see."""

    @tornado.web.authenticated
    def post(self) -> None:
        """Remember the name of a marker, or whether names are shown."""
        if self.get_body_argument("names", None) is not None:
            self.keep(NAMES_COOKIE, "hidden" if self.get_body_argument("names") == "hidden" else "shown")
        name = self.get_body_argument("marker", None)
        if name is not None:
            self.keep(MARKER_COOKIE, one_line(name, MOST_NAME).encode("ascii", "ignore").decode("ascii"))
        self.answer(self._back())

    def _back(self) -> str:
        """The page to go back to: one of our own."""
        page = self.get_body_argument("page", "")
        own = self.address("")
        return page if page.startswith(own) and "//" not in page and "\\" not in page else own


ROUTES = [(r"/review/me", MeHandler)]
