"""What the columns of a system's own table of marks mean: whose a row is, where a mark goes, what the most is.

Each system is recognised by what it writes itself; Moodle's grading worksheet, whose header is in the language of the
site, by what stands below the header. A column that may be meant and need not be is asked for, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from autograder.exceptions import ExportError
from autograder.output.exports.people import Person
from autograder.output.exports.sheet import Sheet
from autograder.text import counted


@dataclass(frozen=True)
class Target:
    """A column that could hold the marks of one assignment.

    `title` is the assignment's, `number` the id that the system gave it; either may be empty. `most` is what the
    assignment is worth there, if the file says it. `closed` says why no mark can be put there, or is empty.
    """

    column: int
    title: str
    number: str = ""
    most: float | None = None
    closed: str = ""


@dataclass(frozen=True)
class Table:
    """A table of marks as its system means it: who stands in it, the columns for marks, what to say afterwards."""

    system: str
    people: tuple[Person, ...]
    targets: tuple[Target, ...]
    only: bool = False  # the file is of one assignment
    advice: tuple[str, ...] = field(default=())


def table_of(sheet: Sheet, key: str | None = None) -> Table:
    """What a file is. With `key`, its rows are whose that column says. Raises ExportError when nobody can tell."""
    for read in _READERS:
        table = read(sheet)
        if table is not None:
            return table if key is None else _keyed(sheet, key, table)
    if key is None:
        raise ExportError(
            f"this is no file of a system that is known here; its columns are {_listed(sheet.columns)}",
            remedy="say with --key which of them identifies a student, and with --column which takes the marks",
        )
    return _keyed(sheet, key, Table("", (), tuple(Target(n, name) for n, name in enumerate(sheet.columns))))


def choose(table: Table, sheet: Sheet, asked: str | None, titles: Iterable[str]) -> Target:
    """The column for the marks: the one asked for, or the only one that has the assignment's title.

    Raises ExportError, which names the columns, when there is none or more than one.
    """
    titles = [title for title in titles if title]
    if asked is not None:
        found = _asked_for(table.targets, sheet, asked.strip())
        what = f"the column {asked!r}"
    elif table.only:
        found, what = list(table.targets), "the column for the marks"
    else:
        wanted = {canonical(title) for title in titles}
        found = [target for target in table.targets if canonical(target.title) in wanted]
        what = f"a column for {' or '.join(map(repr, titles))}"
    if len(found) != 1:
        offered = _listed(sheet.columns[target.column] for target in table.targets)
        how_many = "several fit" if found else "there is none"
        raise ExportError(f"{what}: {how_many}", remedy=f"name one with --column: {offered}")
    if found[0].closed:
        raise ExportError(f"{sheet.columns[found[0].column]!r} takes no marks: {found[0].closed}")
    return found[0]


def _asked_for(targets: Sequence[Target], sheet: Sheet, asked: str) -> list[Target]:
    for fits in (
        lambda target: sheet.columns[target.column] == asked,
        lambda target: target.number == asked,
        lambda target: target.title == asked,
        lambda target: canonical(target.title) == canonical(asked),
    ):
        found = [target for target in targets if fits(target)]
        if found:
            return found
    return []


def canonical(title: str) -> str:
    """A title for comparing: its letters and digits."""
    return "".join(c for c in title.casefold() if c.isalnum())


def number_in(text: str) -> float | None:
    """A number as systems write it, with a point or a comma for the decimals; None when it is none."""
    plain = text.strip().removesuffix("%").strip()
    if not re.fullmatch(r"-?\d+(?:[.,]\d+)?", plain):
        return None
    return float(plain.replace(",", "."))


def _keyed(sheet: Sheet, key: str, table: Table) -> Table:
    if key not in sheet.columns:
        raise ExportError(f"there is no column {key!r}", remedy=f"--key takes one of {_listed(sheet.columns)}")
    column = sheet.columns.index(key)
    known = {person.row: person for person in table.people}
    rows = [person.row for person in table.people] if table.people else range(len(sheet.rows))
    people = []
    for row in rows:
        value = sheet.value(row, column)
        if value:
            people.append(Person(row, known[row].name if row in known else "", logins=(value, value.lstrip("#"))))
    targets = tuple(target for target in table.targets if target.column != column)
    return Table(table.system, tuple(people), targets, table.only, table.advice)


def _listed(names: Iterable[str]) -> str:
    shown = [repr(name) for name in names if name]
    more = len(shown) - 30
    return ", ".join(shown[:30]) + (f" and {more} more" if more > 0 else "")


def _people(
    sheet: Sheet,
    name: Sequence[str],
    logins: Sequence[str],
    numbers: Callable[[int], tuple[tuple[str, str], ...]] = lambda _: (),
    skip: Callable[[int], bool] = lambda _: False,
) -> tuple[Person, ...]:
    columns = {title: place for place, title in reversed(list(enumerate(sheet.columns)))}

    def said(row: int, titles: Sequence[str]) -> list[str]:
        return [sheet.value(row, columns[title]) for title in titles if title in columns]

    return tuple(
        Person(row, " ".join(filter(None, said(row, name))), numbers(row), tuple(_unmarked(said(row, logins))))
        for row in range(len(sheet.rows))
        if not skip(row)
    )


def _unmarked(keys: Iterable[str]) -> list[str]:
    """Keys without the `#` that Brightspace puts in front, and the apostrophe of those who fear spreadsheets."""
    return [key.lstrip("#'") for key in keys]


# Canvas: gradebook_exporter.rb writes it, gradebook_importer.rb reads it

_TITLE_AND_ID = re.compile(r"(?P<title>.*)\s\((?P<id>\d+)\)", re.DOTALL)
_NOT_STUDENTS = re.compile(r"\s*(?:Muted|Manual Posting.*)?\s*", re.IGNORECASE)


def _canvas(sheet: Sheet) -> Table | None:
    columns = sheet.columns
    separate = columns[:2] == ["LastName", "FirstName"]
    if not (columns[0] == "Student" or separate) or "ID" not in columns or "Section" not in columns:
        return None
    most = next((row for row in range(len(sheet.rows)) if "Points Possible" in sheet.value(row, 0)), None)

    def skip(row: int) -> bool:
        values = [cell.value for cell in sheet.rows[row]]
        return row == most or all(_NOT_STUDENTS.fullmatch(value) for value in values) or _test_student(values)

    place = columns.index("ID")
    targets = []
    for column, title in enumerate(columns):
        found = _TITLE_AND_ID.fullmatch(title)
        if column > columns.index("Section") and found:
            worth = sheet.value(most, column) if most is not None else ""
            closed = "Canvas works it out itself" if "read only" in worth else ""
            targets.append(Target(column, found["title"], found["id"], number_in(worth), closed))
    name = ("FirstName", "LastName") if separate else ("Student",)
    return Table(
        "Canvas",
        _people(sheet, name, ("SIS User ID", "SIS Login ID"), lambda row: (("canvas", sheet.value(row, place)),), skip),
        tuple(targets),
    )


def _test_student(values: Sequence[str]) -> bool:
    return values[0].strip() == "Student, Test" or [value.strip() for value in values[:2]] == ["Student", "Test"]


# Brightspace: OrgDefinedId, Username, and a column such as `Lab 2 Points Grade <Numeric MaxPoints:60 Weight:10>`

_POINTS_GRADE = re.compile(r"(?P<title>.+?) Points Grade(?: <(?P<more>[^>]*)>)?")
_MAX_POINTS = re.compile(r"MaxPoints:(?P<most>[\d.,]+)")


def _brightspace(sheet: Sheet) -> Table | None:
    keys = [name for name in ("OrgDefinedId", "Username", "Email") if name in sheet.columns]
    targets = []
    for column, title in enumerate(sheet.columns):
        if found := _POINTS_GRADE.fullmatch(title):
            most = _MAX_POINTS.search(found["more"] or "")
            targets.append(Target(column, found["title"], most=number_in(most["most"]) if most else None))
    if not targets or not keys:
        return None
    return Table("Brightspace", _people(sheet, ("First Name", "Last Name"), keys), tuple(targets))


# Blackboard: Username, and a column such as `Lab 2 [Total Pts: 60 Score] |1234567`, in the language of the site

_WITH_COLUMN_ID = re.compile(r"(?P<title>.+?)(?: \[(?P<more>[^\]]*)\])? ?\|(?P<id>\d+)")


def _blackboard(sheet: Sheet) -> Table | None:
    targets = []
    for column, title in enumerate(sheet.columns):
        if found := _WITH_COLUMN_ID.fullmatch(title):
            most = re.search(r"\d+(?:[.,]\d+)?", found["more"] or "")
            targets.append(Target(column, found["title"], found["id"], number_in(most[0]) if most else None))
    if not targets or "Username" not in sheet.columns:
        return None
    people = _people(sheet, ("First Name", "Last Name"), ("Username", "Student ID"))
    return Table("Blackboard", people, tuple(targets))


# Gradescope: the scores of an assignment (Total Score, Max Points), or those of a course (Lab 2, Lab 2 - Max Points)

_MAX = " - Max Points"


def _gradescope(sheet: Sheet) -> Table | None:
    columns = sheet.columns
    if "SID" not in columns or "Email" not in columns:
        return None
    people = _people(sheet, ("Name", "First Name", "Last Name"), ("SID", "Email"))
    if {"Total Score", "Max Points"} <= set(columns):
        most = _constant(sheet, columns.index("Max Points"))
        return Table("Gradescope", people, (Target(columns.index("Total Score"), "Total Score", most=most),), only=True)
    targets = tuple(
        Target(column, title, most=_constant(sheet, columns.index(title + _MAX)))
        for column, title in enumerate(columns)
        if title + _MAX in columns
    )
    return Table("Gradescope", people, targets) if targets else None


# Moodle's grading worksheet: mod/assign/gradingtable.php writes it, feedback/offline/importgradeslib.php reads it

_PARTICIPANT = re.compile(r"(?P<word>.*\D)?(?P<id>\d+)")


def _moodle(sheet: Sheet) -> Table | None:
    """A worksheet in any language.

    Its first column has a word and the participant's number, the same word in every row and each number once. The
    column of marks stands before the one that says the most, which is one number in every row.
    """
    found = [_PARTICIPANT.fullmatch(value) for value in sheet.values(0)]
    ids = [match["id"] for match in found if match]
    if not ids or len(ids) != len(found) or len(set(ids)) != len(ids):
        return None
    if len({match["word"] or "" for match in found if match}) != 1 or not found[0] or not found[0]["word"]:
        return None
    column = _before_the_most(sheet)
    if column is None:
        return None
    emails = [title for place, title in enumerate(sheet.columns) if _addresses(sheet, place)]
    names = sheet.columns[1:2] if column > 1 and any(" " in value for value in sheet.values(1)) else []
    people = _people(sheet, names, emails, lambda row: (("moodle", ids[row]),))
    target = Target(column, sheet.columns[column], most=_constant(sheet, column + 1))
    return Table("Moodle", people, (target,), only=True, advice=_moodle_advice(sheet, column))


def _before_the_most(sheet: Sheet) -> int | None:
    def fits(column: int) -> bool:
        marks = [value for value in sheet.values(column) if value]
        return _constant(sheet, column + 1) is not None and all(number_in(value) is not None for value in marks)

    places = [column for column in range(1, len(sheet.columns) - 1) if fits(column)]
    if not places:
        return None
    last = places[0]
    while last + 1 in places:  # a class of which everybody has the same mark
        last += 1
    return last


def _constant(sheet: Sheet, column: int) -> float | None:
    """The one number that stands in every row of a column, None where it is not so."""
    found = {number_in(value) for value in sheet.values(column)}
    return found.pop() if len(found) == 1 else None


def _addresses(sheet: Sheet, column: int) -> bool:
    values = [value for value in sheet.values(column) if value]
    return bool(values) and all(re.fullmatch(r"\S+@\S+\.\S+", value) for value in values)


def _moodle_advice(sheet: Sheet, column: int) -> tuple[str, ...]:
    graded = sum(1 for value in sheet.values(column) if value)
    advice = (
        f"Moodle has a mark already in {counted(graded, 'row')}. It passes over a row that somebody changed after this "
        "file was made, and over all of these when it writes times in another language than English: then tick the "
        "box that allows records to be updated that have been modified more recently."
    )
    return (advice,) if graded else ()


_READERS: tuple[Callable[[Sheet], Table | None], ...] = (_canvas, _brightspace, _blackboard, _gradescope, _moodle)
