"""A class, and one student, as the terminal tells them and as data for programs: the ledger in words."""

from __future__ import annotations

import difflib
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from autograder.ledger import Need
from autograder.text import counted, one_line

if TYPE_CHECKING:
    from autograder.ledger import ItemEntry, Ledger, NotebookEntry, StudentEntry, Waiting
    from autograder.ledger.changes import Change

NAMED = 6
"""How many are named of those to whom the same happened; tables have all of them."""

WHY = 160
"""Characters of a reason in a line of the terminal."""


def waiting_lines(waiting: Sequence[Waiting]) -> Iterator[str]:
    """Who needs a person and why, a line for each kind, with the first names of each."""
    by_need = defaultdict(list)
    for each in waiting:
        by_need[each.need].append(each)
    marks = by_need.pop(Need.MARK, [])
    if marks:
        items = Counter(f"{each.notebook} {each.item}" for each in marks)
        listed = ", ".join(f"{name} ({number})" for name, number in items.most_common(NAMED))
        yield f"{counted(len(marks), 'answer')} to mark: {listed}"
    for need, what in _WHAT.items():
        found = by_need.get(need, [])
        if not found:
            continue
        yield f"{counted(len(found), what[0])} {what[1]}:"
        for each in found[:NAMED]:
            place = " ".join(part for part in (each.student, each.notebook, each.item) if part)
            yield f"  {place or 'a file of nobody known'}: {one_line(each.why, WHY)}"
        if len(found) > NAMED:
            yield f"  ... and {len(found) - NAMED} more; changes.csv has all of them"


_WHAT = {
    Need.LOOK_AGAIN: ("mark", "to look at again"),
    Need.UNUSABLE: ("notebook", "that cannot be used, and without a mark"),
    Need.GRADER: ("item", "without a mark: the grader itself failed"),
    Need.FILE: ("file", "to look at"),
}


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Marks that changed, a line for each student."""
    by_student = defaultdict(list)
    for one in changes:
        by_student[one.student].append(one)
    for student, mine in list(by_student.items())[:NAMED]:
        told = [f"{one.item} {_mark(one.before)} to {_mark(one.after)}" for one in mine[:NAMED]]
        more = f" and {len(mine) - NAMED} more" if len(mine) > NAMED else ""
        yield f"  {student}: {', '.join(told)}{more} ({'; '.join(dict.fromkeys(one.why for one in mine))})"
    if len(by_student) > NAMED:
        yield f"  ... and {len(by_student) - NAMED} more students; changes.csv has all of them"


def spread_lines(marks: dict[str, list[float]], max_points: dict[str, float]) -> Iterator[str]:
    """How the class did: for the whole and for each notebook the median, the middle half, and from where to where."""
    for name, points in marks.items():
        if points:
            low, _, high = quartiles(points)
            middle = f"median {_mark(statistics.median(points))} of {_mark(max_points[name])}"
            half = f"half of them from {_mark(low)} to {_mark(high)}"
            ends = f"all from {_mark(min(points))} to {_mark(max(points))}"
            yield f"{name}: {middle}, {half}, {ends} ({counted(len(points), 'student')})"


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The quartiles; of one value all are that value."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def class_lines(ledger: Ledger) -> Iterator[str]:
    """What `autograder status` says."""
    students = ledger.students.values()
    last = ledger.runs[-1]
    handed_in = [student for student in students if any(one.handed_in for one in student.notebooks.values())]
    files = Counter(str(entry.record.action) for entry in ledger.files)
    yield f"{ledger.out.assignment} in {ledger.out.root}, run {last.number} of {last.at}"
    yield f"{counted(len(ledger.students), 'student')}, {len(handed_in)} with notebooks that could be graded"
    yield f"{counted(len(ledger.files), 'file')}: {', '.join(f'{number} {action}' for action, number in files.items())}"
    marks = {"all notebooks": [student.points for student in handed_in]}
    for name in ledger.asked:
        marks[name] = [one.notebooks[name].points for one in handed_in if one.notebooks[name].handed_in]
    yield from spread_lines(marks, {"all notebooks": sum(ledger.max_points.values()), **ledger.max_points})
    waiting = ledger.waiting
    final = sum(student.final for student in students)
    yield f"{final} marks are final" if waiting else "every mark is final"
    yield from waiting_lines(waiting)


def class_data(ledger: Ledger) -> dict[str, Any]:
    """The same for programs, with everybody."""
    return {
        "assignment": ledger.out.assignment,
        "out": str(ledger.out.root),
        "runs": [{"run": run.number, "at": run.at} for run in ledger.runs],
        "max_points": ledger.max_points,
        "students": [_short(student) for student in ledger.students.values()],
        "files": [_file(entry) for entry in ledger.files],
        "waiting": [waiting_data(each) for each in ledger.waiting],
    }


def change_data(change: Change) -> dict[str, Any]:
    """One mark that changed, for programs."""
    return {
        "student": change.student,
        "notebook": change.notebook,
        "item": change.item,
        "change": str(change.kind),
        "before": change.before,
        "after": change.after,
        "by": change.by,
        "why": change.why,
    }


def waiting_data(each: Waiting) -> dict[str, str]:
    """One thing that waits, for programs."""
    return {
        "student": each.student,
        "notebook": each.notebook,
        "item": each.item,
        "need": str(each.need),
        "why": each.why,
    }


def found_student(ledger: Ledger, name: str) -> tuple[StudentEntry | None, list[str]]:
    """The student with this id, name or number in a system; where there is none, those who are called alike."""
    wanted = name.casefold()
    ids: dict[str, set[str]] = defaultdict(set)
    for student in ledger.students.values():
        for one in (student.id, student.known.name, student.known.system_id, *student.known.keys):
            if one:
                ids[one.casefold()].add(student.id)
    found = {name} if name in ledger.students else ids.get(wanted, set())
    if not found:
        found = {one for key, owners in ids.items() if wanted in key.split() for one in owners}
    if len(found) == 1:
        return ledger.students[found.pop()], []
    alike = found or {one for key in difflib.get_close_matches(wanted, ids, NAMED, 0.6) for one in ids[key]}
    return None, sorted(alike)


def student_lines(student: StudentEntry) -> Iterator[str]:
    """What `autograder student` says."""
    known = student.known
    system = f", {known.system} {known.system_id}".rstrip() if known.system else ""
    yield f"{student.name} ({student.id}{system})"
    total = f"{_mark(student.points)} of {_mark(student.max_points)}"
    yield f"{total}, {'final' if student.final else counted(student.waiting, 'item') + ' waiting for a person'}"
    for notebook in student.notebooks.values():
        yield from ("", *_notebook_lines(notebook))
    if student.files:
        yield from ("", "files:")
        for entry in student.files:
            detail = f": {one_line('; '.join(entry.record.details), WHY)}" if entry.record.details else ""
            yield f"  {entry.record.path}, {entry.record.action}{detail}"
    for note in student.notes:
        yield f"note by {note.by}, {note.at}: {note.text}"


def student_data(student: StudentEntry) -> dict[str, Any]:
    """The same for programs."""
    return {
        **_short(student),
        "keys": list(student.known.keys),
        "notebooks": [
            {
                "notebook": one.notebook,
                "handed_in": one.handed_in,
                "refused": one.refused,
                "points": one.points,
                "max_points": one.max_points,
                "late_minutes": one.late.minutes,
                "penalty": one.late.penalty,
                "repairs": list(one.repairs),
                "attempts": [
                    {"file": each.handed_in.path, "time": each.handed_in.time, "run": each.run, "at": each.at}
                    for each in one.attempts
                ],
                "items": [_item_data(item) for item in one.items],
            }
            for one in student.notebooks.values()
        ],
        "files": [_file(entry) for entry in student.files],
        "notes": [{"text": note.text, "by": note.by, "at": note.at} for note in student.notes],
    }


def _notebook_lines(notebook: NotebookEntry) -> Iterable[str]:
    mark = f"{_mark(notebook.points)} of {_mark(notebook.max_points)}"
    state = "cannot be used" if notebook.refused else "" if notebook.handed_in else "not handed in"
    late = f"; {notebook.late.text}" if notebook.late.text else ""
    yield f"{notebook.notebook}: {mark}{', ' if state else ''}{state}{late}"
    if notebook.refused:
        yield f"  {one_line(notebook.refused, WHY)}"
        return
    for attempt in notebook.attempts:
        when = f", handed in {attempt.handed_in.time}" if attempt.handed_in.time else ""
        yield f"  run {attempt.run} took {attempt.handed_in.path}{when}"
    for item in notebook.items if notebook.handed_in else ():
        lost = item.mark.points is None or item.mark.points < item.mark.max_points
        if lost or item.need is not None or item.mark.by_person:
            yield f"  {_item_line(item)}"


def _item_line(item: ItemEntry) -> str:
    said = item.why or item.mark.message or item.comment
    by = f", {item.by}" if item.mark.by_person else ""
    since = f", since {item.since}" if item.since and item.mark.by_person else ""
    mark = f"{_mark(item.mark.points)} of {_mark(item.mark.max_points)}"
    return f"{item.item}: {mark}{by}{since}  {one_line(said, WHY)}".rstrip()


def _item_data(item: ItemEntry) -> dict[str, Any]:
    return {
        "item": item.item,
        "points": item.mark.points,
        "max_points": item.mark.max_points,
        "status": item.mark.status.value,
        "by": item.by,
        "since": item.since,
        "waits": str(item.need) if item.need else "",
        "why": item.why,
        "message": item.mark.message,
        "comment": item.comment,
        "history": [
            {"points": past.points, "max_points": past.max_points, "by": past.by, "at": past.at}
            for past in item.history
        ],
    }


def _short(student: StudentEntry) -> dict[str, Any]:
    return {
        "student": student.id,
        "name": student.known.name,
        "system": student.known.system,
        "system_id": student.known.system_id,
        "points": student.points,
        "max_points": student.max_points,
        "final": student.final,
        "waiting": student.waiting,
    }


def _file(entry: Any) -> dict[str, Any]:
    record = entry.record
    return {
        "path": record.path,
        "student": record.student,
        "notebook": record.notebook,
        "action": str(record.action),
        "details": list(record.details),
        "look": record.flag,
        "at": entry.at,
    }


def _mark(points: float | None) -> str:
    return "none" if points is None else f"{round(points, 2):g}"
