"""Questions across the class: what was asked, what earns points, and what everybody wrote.

Answers are read from the notebooks in submitted/, each once for as long as its file stays the same.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.exceptions import UnreadableSubmissionError
from autograder.marking.formgrader_notebook import released_answers, rubrics_of, unanswered
from autograder.marking.gradebook_cells import prepared_sources
from autograder.model.submission import Submission
from autograder.notebook.cells import Role, grade_id_of, nbgrader_metadata, role_of, source_of
from autograder.notebook.titles import titles_of
from autograder.review.grouping import Group, groups_of
from autograder.review.rubric import RubricLine, read_rubric
from autograder.review.stamps import stamp as stamp_of

if TYPE_CHECKING:
    from autograder.model.course import Assignment, Item, Notebook
    from autograder.outdir import OutDir

logger = logging.getLogger(__name__)

_HEADING = re.compile(r"^#{1,6}\s+\S", re.MULTILINE)
MOST_ANSWER = 20_000
"""Characters of an answer that are kept."""


@dataclass(frozen=True)
class Question:
    """A graded item as a marker sees it.

    `key` names it in addresses, `title` is what the author calls it, `prompt` the prose of its section up to it,
    `model` what the author has for an answer or a rubric, `check` the text of its test, `lines` what of the rubric has
    points.
    """

    key: str
    notebook: str
    item: Item
    title: str
    prompt: str
    model: str
    check: str
    lines: tuple[RubricLine, ...]

    @property
    def code(self) -> bool:
        """Whether the answer is code."""
        return not self.item.manual

    @property
    def comment_cell(self) -> str:
        """The cell that takes a marker's comment: nbgrader has them on the answer."""
        return self.item.answers[-1] if self.item.answers else self.item.grade_id


def questions_of(assignment: Assignment) -> dict[str, Question]:
    """The questions of an assignment, by key, in their order."""
    found = {}
    for name, notebook in assignment.notebooks.items():
        rubrics, titles = rubrics_of(notebook), titles_of(name, notebook.source)
        for item in notebook.items:
            question = _question(name, notebook, item, titles.of(item.grade_id), rubrics.get(item.grade_id, ""))
            found[question.key] = question
    return found


def _question(name: str, notebook: Notebook, item: Item, title: str, rubric: str) -> Question:
    check = ""
    prose: list[str] = []
    model: list[str] = []
    for cell in notebook.source.cells:
        grade_id, text = grade_id_of(cell), source_of(cell)
        if cell.cell_type == "markdown" and role_of(cell) is Role.FREE:
            if _HEADING.search(text):
                prose = []
            prose.append(text)
        elif grade_id in item.answers and grade_id != item.grade_id:
            model += [part.strip("\n") for part in notebook.delimiters.solution.inside(text)]
        if grade_id == item.grade_id:
            check = "" if item.manual else text
            break
    words = rubric or "\n".join(model)
    lines = read_rubric(words) if item.manual else ()
    key = f"{name}/{item.grade_id}"
    return Question(key, name, item, title, "\n\n".join(prose[-2:]), words, check, lines)


@dataclass
class _Notebook:
    """What is kept of a hand-in: its answers by grade id, and which of them are as released."""

    stamp: tuple[int, ...]
    texts: dict[str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answers:
    """What a class wrote for one question: groups of equal answers, and who wrote nothing."""

    groups: dict[str, Group]
    of: dict[str, str]
    texts: dict[str, str]
    blank: frozenset[str]

    def near(self, group: Group) -> list[Group]:
        """The groups that say nearly the same."""
        return [self.groups[key] for key in group.near]


class Shelf:
    """Everybody's answers, kept for as long as the notebooks stay the same."""

    def __init__(self, assignment: Assignment, out: OutDir) -> None:
        self._out = out
        self._released = {name: released_answers(one) for name, one in prepared_sources(assignment).items()}
        self._notebooks: dict[tuple[str, str], _Notebook] = {}
        self._grouped: dict[str, tuple[int, Answers]] = {}

    def answers(self, question: Question, students: Iterable[str]) -> Answers:
        """What these students wrote for a question."""
        texts: dict[str, str] = {}
        blank = set()
        for student in students:
            kept = self._kept(student, question.notebook)
            if kept is None:
                continue
            parts = [kept.texts[cell] for cell in question.item.answers if kept.texts.get(cell, "").strip()]
            texts[student] = "\n\n".join(parts)
            if not parts or all(cell in kept.blank for cell in question.item.answers if cell in kept.texts):
                blank.add(student)
        mark = hash((frozenset(texts.items()), frozenset(blank)))
        known = self._grouped.get(question.key)
        if known is None or known[0] != mark:
            written = {student: text for student, text in texts.items() if student not in blank}
            groups = {group.key: group for group in groups_of(written, code=question.code)}
            of = {student: group.key for group in groups.values() for student in group.students}
            known = self._grouped[question.key] = (mark, Answers(groups, of, texts, frozenset(blank)))
        return known[1]

    def _kept(self, student: str, notebook: str) -> _Notebook | None:
        """A hand-in, read again only when its file is another."""
        stamp = stamp_of(self._out.submitted_notebook(student, notebook))
        if stamp is None:
            return None
        kept = self._notebooks.get((student, notebook))
        if kept is None or kept.stamp != stamp:
            kept = self._notebooks[student, notebook] = self._read(student, notebook, stamp)
        return kept

    def _read(self, student: str, notebook: str, stamp: tuple[int, ...]) -> _Notebook:
        try:
            content = self._out.handed_in(student, notebook)
        except UnreadableSubmissionError as error:
            logger.warning("%s", error)
            content = None
        if content is None or notebook not in self._released:
            return _Notebook(stamp)
        blank = unanswered(Submission(student, notebook, content), self._released[notebook])
        return _Notebook(stamp, _texts(content["cells"]), blank)


def _texts(cells: Iterable[Any]) -> dict[str, str]:
    """The answers in a notebook by grade id; what follows a task belongs to it."""
    texts: dict[str, str] = {}
    task = ""
    for cell in cells:
        meta, grade_id = nbgrader_metadata(cell), grade_id_of(cell)
        if meta.get("solution") or meta.get("task"):
            texts.setdefault(grade_id, source_of(cell)[:MOST_ANSWER])
            task = grade_id if meta.get("task") else ""
        elif meta:
            task = ""
        elif task:
            texts[task] = f"{texts[task]}\n\n{source_of(cell)}"[:MOST_ANSWER]
    return texts
