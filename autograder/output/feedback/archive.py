"""Archives of feedback pages, one page a student, named as the system that takes them back expects.

- Moodle, "Upload multiple feedback files in a zip" (mod/assign/feedback/file/importziplib.php): a folder
  `Name_12345_assignsubmission_file`, in which nothing but the participant's number is read.
- Canvas, "Upload submissions" (app/models/abstract_assignment.rb, infer_comment_context_from_filename): of the file's
  name, cut at underscores, the first two numbers are the user's and that of a file that this user handed in. Of a group
  that is one member, and what is said to that one is said to all.
- Gradescope takes no archive: the folders are named as those of its own export.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.files import add_to_zip, replacing
from autograder.model.submission import Action, FileRecord, KnownStudent

MOST_NAME = 80

# as content_zipper.rb writes them; taking in reads them in the same way
_CANVAS = re.compile(r"(?P<name>.*?)_(?:LATE_)?(?P<user>\d+)_(?P<file>\d+)_.+", re.DOTALL)
_CANVAS_ANONYMOUS = re.compile(r"(?:LATE_)?anon_(?:LATE_)?(?P<user>[A-Za-z0-9]{5})_(?P<file>\d+)_.+", re.DOTALL)
_SUBMISSION = re.compile(r"submission_\d+")


@dataclass(frozen=True)
class Recipient:
    """A student who gets a page, and the files that the student handed in and that were taken."""

    id: str
    known: KnownStudent
    files: tuple[FileRecord, ...] = ()


def recipients(known: Mapping[str, KnownStudent], records: Iterable[FileRecord]) -> list[Recipient]:
    """Everybody with what they handed in."""
    files: dict[str, list[FileRecord]] = {}
    for record in records:
        if record.action in (Action.TAKEN, Action.REPAIRED, Action.DUPLICATE):
            files.setdefault(record.student, []).append(record)
    return [Recipient(student, one, tuple(files.get(student, ()))) for student, one in known.items()]


def write_archive(
    kind: str, to: Path, assignment: str, people: Iterable[Recipient], page: Callable[[str], Path]
) -> tuple[int, list[tuple[str, str]]]:
    """Write the archive for a system, or for `folder`. `page` gives the file of a student's page.

    Gives how many pages are in it, and whose are not, with the reason.
    """
    name_of, file = _NAMES[kind], f"{_plain(assignment)}-feedback.html"
    left_out, written = [], dict[str, str]()
    to.parent.mkdir(parents=True, exist_ok=True)
    with replacing(to, durable=True) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for person in people:
            found = name_of(person, file)
            if isinstance(found, _No):
                left_out.append((person.id, found.why))
            elif found in written:
                left_out.append((person.id, f"the page of {written[found]} is the one for the whole group"))
            else:
                add_to_zip(archive, found, page(person.id).read_bytes())
                written[found] = person.id
    return len(written), left_out


@dataclass(frozen=True)
class _No:
    """There is no name for a student's page, and why."""

    why: str


def _moodle(person: Recipient, file: str) -> str | _No:
    if person.known.system != "moodle" or not person.known.system_id.isdigit():
        return _No("Moodle's number is not known: the hand-in came from elsewhere")
    return f"{_plain(person.known.name or person.id)}_{person.known.system_id}_assignsubmission_file/{file}"


def _canvas(person: Recipient, file: str) -> str | _No:
    found = [match for record in person.files for part in _parts(record) if (match := _canvas_name(part))]
    # a member of a group has no number of Canvas's: the files name one of the group
    mine = [match for match in found if person.known.system_id in ("", match["user"])]
    if person.known.system != "canvas" or not mine:
        return _No("it is not known which of Canvas's files the page belongs to: the hand-in came from elsewhere")
    newest = max(mine, key=lambda match: int(match["file"]))
    if newest.re is _CANVAS_ANONYMOUS:
        return f"anon_{newest['user']}_{newest['file']}_{file}"
    # a number in the name would be taken for the user's
    name = re.sub(r"[\W\d_]", "", newest["name"]) or "student"
    return f"{name}_{newest['user']}_{newest['file']}_{file}"


def _canvas_name(part: str) -> re.Match[str] | None:
    return _CANVAS_ANONYMOUS.fullmatch(part) or _CANVAS.fullmatch(part)


def _gradescope(person: Recipient, file: str) -> str | _No:
    folders = [part for record in person.files for part in _parts(record) if _SUBMISSION.fullmatch(part)]
    return f"{folders[-1] if folders else _plain(person.id)}/{file}"


def _folder(person: Recipient, file: str) -> str | _No:
    return f"{_plain(person.id)}/{file}"


_NAMES: dict[str, Callable[[Recipient, str], str | _No]] = {
    "moodle": _moodle,
    "canvas": _canvas,
    "gradescope": _gradescope,
    "folder": _folder,
}


def _parts(record: FileRecord) -> list[str]:
    """The names of folders, archives and the file on the way to what was handed in."""
    return [part for part in record.path.replace("!/", "/").split("/") if part]


def _plain(name: str) -> str:
    """A name as a part of a path: Moodle cuts at underscores, and starts nothing with a dot."""
    kept = "".join(c if c.isalnum() or c in " -.@'" else "-" for c in name)[:MOST_NAME]
    return kept.strip(" .-") or "student"
