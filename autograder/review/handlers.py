"""What all pages have in common: who may see them, what the browser may do with them, how they are rendered.

A page holds text of hand-ins, which is hostile. It is escaped by the templates, and the browser is told to run nothing
but the one script of our own, to load nothing from elsewhere and to send forms nowhere else. Every change is a POST,
for which Jupyter Server wants the token of the session (XSRF).
"""

from __future__ import annotations

import functools
import getpass
import json
import logging
from importlib import resources
from typing import Any
from urllib.parse import urlencode

import jinja2
import tornado.web
from jupyter_server.base.handlers import JupyterHandler
from markupsafe import Markup

from autograder.exceptions import AutograderError
from autograder.output.feedback.page import points_text, shown
from autograder.review.state import Review
from autograder.text import counted, one_line

logger = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the browser may do with a page: nothing of a hand-in could be active even if it were not escaped."""

MARKER_COOKIE, NAMES_COOKIE = "autograder-marker", "autograder-names"
MOST_NAME = 60
A_YEAR = 365


class ReviewHandler(JupyterHandler):
    """A page of the review."""

    @property
    def content_security_policy(self) -> str:
        """The strict one, whatever the server's own is."""
        return POLICY

    def set_default_headers(self) -> None:
        """Nothing is kept in a cache that others may read, and no address is told to anybody."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("X-Frame-Options", "DENY")

    def set_cors_headers(self) -> None:
        """Nobody else's page reads ours, not even with the token."""

    async def prepare(self) -> Any:
        """Refuse a change without the session's token, also from somebody who has the server's."""
        done = await super().prepare()
        if self.request.method == "POST":
            tornado.web.RequestHandler.check_xsrf_cookie(self)
        return done

    @property
    def review(self) -> Review:
        """What is shown."""
        found: Review = self.settings["autograder_review"]
        return found

    @property
    def marker(self) -> str:
        """The name of whoever sits here, for the journal: as they gave it, otherwise the account's."""
        given = one_line(self.get_cookie(MARKER_COOKIE, "") or "", MOST_NAME)
        return given or _account()

    @property
    def names_hidden(self) -> bool:
        """Whether this marker wants to see no names."""
        return self.get_cookie(NAMES_COOKIE, "") == "hidden"

    def keep(self, cookie: str, value: str) -> None:
        """Remember something for whoever sits here."""
        self.set_cookie(cookie, value, expires_days=A_YEAR, httponly=True, samesite="Strict", path=self.address(""))

    def address(self, page: str, **query: Any) -> str:
        """The address of one of our pages."""
        rest = f"?{urlencode(query)}" if query else ""
        return f"{self.base_url}review/{page}{rest}"

    def found(self, table: Any, key: str, what: str) -> Any:
        """What stands under a key of ours that a request names. Raises a 404 that says what there is not."""
        try:
            return table[key]
        except KeyError:
            raise tornado.web.HTTPError(404, reason=f"No such {what}") from None

    def show(self, template: str, **values: Any) -> None:
        """Render a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        common = {
            "review": self.review,
            "address": self.address,
            "here": self.request.path,
            "xsrf": self.xsrf_token.decode("ascii"),
            "marker": self.marker,
            "names_hidden": self.names_hidden,
        }
        self.finish(_environment().get_template(template).render({**common, **values}))

    def answer(self, location: str, **values: Any) -> None:
        """Answer a change: the script gets data, a form the page to go on with."""
        if "application/json" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"location": location, **values}))
        else:
            self.redirect(location, status=303)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """What the user can put right is no fault of ours."""
        if not isinstance(value, AutograderError):
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """One sentence with the remedy, in the form that was asked for."""
        del status_code
        error = kwargs.get("exc_info", (None, None, None))[1]
        text = "That went wrong by a fault of ours; the log on the terminal says more."
        if isinstance(error, AutograderError):
            self.set_status(409)
            text = str(error)
        elif isinstance(error, tornado.web.HTTPError):
            text = error.reason or str(error.log_message or self._reason)
        if "application/json" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"error": text}))
            return
        self.show("error.html.j2", text=text, title="That did not work")


class StyleHandler(ReviewHandler):
    """The style and the script."""

    @tornado.web.authenticated
    def get(self, name: str) -> None:
        """Give one of our own files."""
        self.set_header("Content-Type", "text/css" if name.endswith(".css") else "text/javascript")
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(self.found(_files(), name, "file"))


@functools.cache
def _files() -> dict[str, bytes]:
    folder = resources.files("autograder.review").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".css", ".js"))}


@functools.cache
def _account() -> str:
    try:
        return one_line(getpass.getuser(), MOST_NAME)
    except (OSError, KeyError):
        return "a marker"


def _signed(points: float) -> str:
    return f"{points:+g}".replace("-", "\N{MINUS SIGN}")


def _percent(share: float | None) -> str:
    return "\N{EN DASH}" if share is None else f"{share:.0%}"


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.review"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_last_word,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(points=points_text, signed=_signed, percent=_percent)
    environment.globals.update(counted=counted)
    return environment


def _last_word(value: object) -> object:
    """A value as a page may hold it; what is markup is our templates' own."""
    return value if isinstance(value, Markup) else shown(value)
