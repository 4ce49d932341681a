"""A student's feedback pages, one a notebook and one over all: what stands on them, and how they are written as HTML.

Everything on the page that came from a hand-in is text and is escaped by the template; a hand-in's HTML, Markdown and
images are never interpreted. The page holds no script and fetches nothing, and says so to the browser as well.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

import jinja2
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.marking.late import after_penalty
from autograder.model.results import CheckResult
from autograder.text import for_page

MAX_SHOWN = 20_000  # characters of a cell or an output that are shown
MAX_COLOURED = 6_000  # longer code is shown plain: colouring time must not depend on what somebody hands in


@dataclass(frozen=True)
class ShownCell:
    """One of the student's own cells: its source as escaped HTML, and its outputs as text."""

    title: str
    html: Markup
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownItem:
    """One graded item as the student reads it. `tone` is good, bad or wait.

    `waiting` says that a person has to look at it, `further` that it is an exercise beyond those that count.
    """

    name: str
    points: float | None
    max_points: float
    verdict: str
    tone: str
    message: str = ""
    checks: tuple[CheckResult, ...] = ()
    follow_through: tuple[str, ...] = ()
    answers: tuple[ShownCell, ...] = ()
    comment: str = ""
    waiting: bool = False
    further: bool = False
    title: str = ""

    @property
    def called(self) -> str:
        """What the item is called: its title, or its grade id where it has none."""
        return self.title or self.name

    @property
    def right(self) -> bool:
        """Whether there is nothing to look at: it is right, and nobody has written a comment."""
        return self.tone == "good" and not self.comment


@dataclass(frozen=True)
class Page:
    """A whole feedback page.

    `refused` says why what was handed in could not be used, `late` how late it was, for which `penalty` is taken off.
    """

    student: str
    assignment: str
    notebook: str
    items: tuple[ShownItem, ...]
    repairs: tuple[str, ...] = ()
    other_cells: tuple[ShownCell, ...] = ()
    missing: bool = False
    refused: str = ""
    versions: str = ""
    late: str = ""
    penalty: float = 0.0
    title: str = ""

    @property
    def called(self) -> str:
        """What the notebook is called: its title, or its file's name."""
        return self.title or self.notebook

    @property
    def in_order(self) -> tuple[tuple[int, ShownItem], ...]:
        """The items with their numbers, those first of which something is to be looked at."""
        return tuple(sorted(self.numbered, key=lambda numbered: numbered[1].right))

    @property
    def numbered(self) -> tuple[tuple[int, ShownItem], ...]:
        """The items with their numbers; of a notebook that is not there only those that a person has marked."""
        there = not (self.missing or self.refused)
        return tuple(
            (number, item) for number, item in enumerate(self.items, start=1) if there or item.comment or item.points
        )

    @property
    def in_time(self) -> float:
        """The points had so far, as if it had come in time."""
        return sum(item.points or 0.0 for item in self.items)

    @property
    def points(self) -> float:
        """The points had so far, less what being late costs."""
        return after_penalty(self.in_time, self.penalty)

    @property
    def so_far(self) -> float | None:
        """The points as they are shown: none where nothing has a mark yet."""
        return self.points if any(item.points is not None for item in self.items) else None

    @property
    def max_points(self) -> float:
        """The points that can be had."""
        return sum(item.max_points for item in self.items)

    @property
    def waiting(self) -> tuple[ShownItem, ...]:
        """The items that have no mark yet, or one that a person has to look at again."""
        return tuple(item for item in self.items if item.points is None or item.waiting)


@dataclass(frozen=True)
class StudentPage:
    """One page of a student over all notebooks of an assignment, which is called `title`.

    `penalty` is all that the gradebook has for handing in late, that of the pages included.
    """

    student: str
    assignment: str
    pages: tuple[Page, ...]
    late_minutes: int = 0
    penalty: float = 0.0
    title: str = ""

    @property
    def called(self) -> str:
        """What the assignment is called."""
        return self.title or self.assignment

    @property
    def points(self) -> float:
        """The points had so far, less what being late costs."""
        return after_penalty(sum(page.in_time for page in self.pages), self.penalty)

    @property
    def max_points(self) -> float:
        """The points that can be had."""
        return sum(page.max_points for page in self.pages)

    @property
    def waiting(self) -> int:
        """How many items wait for a person."""
        return sum(len(page.waiting) for page in self.pages if not page.refused)

    @property
    def unusable(self) -> int:
        """How many notebooks wait because what was handed in cannot be used."""
        return sum(bool(page.refused and page.waiting) for page in self.pages)


def code_html(source: str) -> Markup:
    """Python source as escaped HTML, coloured when it is of a usual length."""
    text = for_page(source, MAX_SHOWN)
    if len(text) > MAX_COLOURED:
        return Markup.escape(text)
    coloured = highlight(text, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return Markup(coloured)  # noqa: S704  the formatter has escaped the text


def prose_html(source: str) -> Markup:
    """Prose as it was written: a hand-in's Markdown and HTML are never interpreted."""
    return Markup.escape(for_page(source, MAX_SHOWN))


def shown(value: object) -> object:
    """A value as a page may hold it: the last word on each text, whoever wrote it, before it is escaped."""
    return for_page(value, 2 * MAX_SHOWN) if type(value) is str else value


def points_text(points: float | None) -> str:
    """Points as people write them: 3, 2.5; a dash where there is no mark yet."""
    return "\N{EN DASH}" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")


def render(page: Page) -> str:
    """The page as one self-contained HTML file."""
    return _template("page.html.j2").render(page=page, style=style())


def render_student(whole: StudentPage) -> str:
    """The page over all notebooks as one self-contained HTML file: whoever has this file needs no other."""
    return _template("student.html.j2").render(whole=whole, style=style())


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.output.feedback"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=shown,
    )
    environment.filters["points"] = points_text
    return environment


@functools.cache
def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


@functools.cache
def style() -> Markup:
    """The style of all pages, those of the report too."""
    text = resources.files("autograder.output.feedback").joinpath("templates/style.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704  our own file
