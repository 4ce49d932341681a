"""What the systems' importers do with a file, written down as their sources have it: doubles for tests.

Each says which file of the system's repository it follows. They hold the rules only that decide whose a mark or a page
is, and what becomes of what was there.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

# Moodle


@dataclass
class MoodleGrade:
    """A grade record of one user in Moodle; `modified` is when it was last changed."""

    grade: float | None = None
    modified: datetime | None = None
    feedback: str = ""


@dataclass
class MoodleAssignment:
    """An assignment as moodle/moodle mod/assign has it: participants by their number, and their grades.

    `language` has the three headings that the importer looks for, and the word in front of a participant's number.
    """

    most: float
    grades: dict[int, MoodleGrade | None]
    names: dict[int, str]
    language: dict[str, str] = field(
        default_factory=lambda: {
            "id": "Identifier",
            "grade": "Grade",
            "modified": "Last modified (grade)",
            "user": "Participant ",
            "feedback": "Feedback comments",
        }
    )

    def import_worksheet(self, data: bytes, *, ignore_modified: bool = False) -> list[int]:
        """mod/assign/feedback/offline: importgradeslib.php (init, next) and locallib.php (process_import_grades).

        Gives the numbers of those whose grade was updated. Raises ValueError where Moodle says "invalid grade import".
        """
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        columns = next(reader)
        places = {what: columns.index(name) for what, name in self.language.items() if name in columns}
        if not {"id", "grade", "modified"} <= set(places):
            raise ValueError("invalid grade import")
        updated = []
        for row in filter(None, reader):
            number = row[places["id"]][len(self.language["user"]) :]
            if not number.isdigit() or int(number) not in self.grades:
                continue
            grade, record = row[places["grade"]].strip(), self.grades[int(number)]
            stale = record is not None and record.modified is not None and _stale(record, row[places["modified"]])
            value = float(grade.replace(",", ".")) if grade else None
            same = record is not None and record.grade == value
            if not same and value is not None and 0 <= value <= self.most and (ignore_modified or not stale):
                self.grades[int(number)] = MoodleGrade(value, datetime.now(UTC), record.feedback if record else "")
                updated.append(int(number))
            if "feedback" in places and (ignore_modified or not stale) and self.grades[int(number)] is not None:
                self.grades[int(number)].feedback = row[places["feedback"]]
        return updated

    def import_feedback(self, archive: Path) -> dict[int, dict[str, bytes]]:
        """mod/assign/feedback/file/importziplib.php: is_valid_filename_for_import, import_zip_files.

        Gives the files of each participant by their path in the feedback; what belongs to nobody is passed over.
        """
        found: dict[int, dict[str, bytes]] = {}
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                parts = entry.filename.split("/")
                if entry.is_dir() or parts[-1].startswith((".", "~")):
                    continue
                while parts:
                    info = parts.pop(0).split("_", 4)
                    if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in self.grades:
                        continue
                    if info[2] not in ("assignsubmission", "assignfeedback"):
                        continue
                    rest = "/".join([info[4] if len(info) > 4 else "", *parts])
                    found.setdefault(int(info[1]), {})[rest.lstrip("/")] = opened.read(entry)
                    break
        return found


def _stale(record: MoodleGrade, said: str) -> bool:
    """Whether the grade is newer than the file says; a time that strtotime cannot read is as old as can be."""
    try:
        modified = datetime.strptime(f"{said} +0000", "%A, %d %B %Y, %I:%M %p %z")
    except ValueError:
        return True
    return (record.modified - modified).total_seconds() > 60


def moodle_gradebook(data: bytes, mapped: str, column: str, users: set[str]) -> dict[str, float | None]:
    """As grade/import/csv is documented (not read): users by the field that the teacher maps, `-` as no grade.

    Raises ValueError, as Moodle cancels the whole import, where a user or a number is not known.
    """
    grades: dict[str, float | None] = {}
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        user, value = row[mapped], row[column].strip()
        if not user:
            continue
        if user not in users:
            raise ValueError(f"user mapping error: {user}")
        grades[user] = None if value in ("", "-") else float(value)
    return grades


# Canvas


@dataclass
class CanvasCourse:
    """A course as instructure/canvas-lms has it: names by user id, titles and grades of assignments by id."""

    students: dict[int, str]
    assignments: dict[int, str]
    grades: dict[tuple[int, int], str]
    logins: dict[str, int] = field(default_factory=dict)
    attachments: dict[tuple[int | str, int], str] = field(default_factory=dict)
    custom: set[str] = field(default_factory=set)

    def import_gradebook(self, data: bytes) -> dict[tuple[int, int], str]:
        """lib/gradebook_importer.rb reads, ui/features/gradebook_uploads/jquery/process_gradebook_upload.js sends.

        Gives the changes by user and assignment; an empty cell over a grade is one, and takes it away. A column that is
        no assignment's is offered as a new one, here with the number -1.
        """
        text = data.decode("utf-8-sig")
        first = text.splitlines()[:3]
        counts = {mark: [len(next(csv.reader([line], delimiter=mark))) for line in first] for mark in ";,"}
        fits = {mark: found[0] if len(set(found)) == 1 else 0 for mark, found in counts.items()}
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if fits[";"] > fits[","] else ",")
        header = next(rows)
        assert "Student" in header[0]
        assert "ID" in header[1]
        start = header.index("Section") + 1
        columns = {
            place: self._assignment(title)
            for place, title in enumerate(header)
            if place >= start
            and title not in self.custom
            and not re.search("(Current|Final|Override) (Score|Points|Grade|Status)", title)
        }
        changes: dict[tuple[int, int], str] = {}
        for row in rows:
            if not any(row) or "Points Possible" in row[0]:
                continue
            if all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
                continue
            student = self._student(row, header)
            for place, assignment in columns.items():
                grade = re.sub(r"(?<=\d),(?=\d+$)", ".", row[place].strip())
                before = self.grades.get((student, assignment), "")
                if grade != before and not (grade in ("", "-") and before in ("", "-")):
                    changes[student, assignment] = grade
        return changes

    def _assignment(self, title: str) -> int:
        found = re.fullmatch(r"(.*)\s\((\d+)\)", title, re.DOTALL)
        if found and int(found[2]) in self.assignments:
            return int(found[2])
        return next((number for number, name in self.assignments.items() if name == title), -1)

    def _student(self, row: list[str], header: list[str]) -> int:
        if row[1].isdigit() and int(row[1]) in self.students:
            return int(row[1])
        login = row[header.index("SIS Login ID")] if "SIS Login ID" in header else ""
        if login in self.logins:
            return self.logins[login]
        return next((number for number, name in self.students.items() if name == row[0]), -1)

    def import_comments(self, archive: Path) -> tuple[dict[int | str, list[str]], list[str]]:
        """app/models/abstract_assignment.rb: infer_comment_context_from_filename.

        Gives the names under which each user is shown the files, and what is ignored.
        """
        given: dict[int | str, list[str]] = {}
        ignored = []
        with zipfile.ZipFile(archive) as opened:
            for path in opened.namelist():
                name = path.rpartition("/")[2]
                parts = [part for part in name.split("_") if part != "LATE"]
                user: int | str
                if parts[0] == "anon":
                    user, attachment = parts[1], parts[2]
                else:
                    numbers = [part for part in parts if part.isdigit()]
                    user, attachment = (int(numbers[0]), numbers[1]) if len(numbers) > 1 else (-1, "")
                if parts[-1].startswith("link") or name.startswith("._") or not attachment.isdigit():
                    ignored.append(path)
                elif (user, int(attachment)) in self.attachments:
                    given.setdefault(user, []).append(self.attachments[user, int(attachment)])
                else:
                    ignored.append(path)
        return given, ignored
