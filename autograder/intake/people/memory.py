"""What earlier runs took in, and what is remembered of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as changed
from pathlib import Path

from autograder.intake.people.register import Register
from autograder.intake.records import Intake
from autograder.model.submission import HandedIn, KnownStudent
from autograder.model.times import iso
from autograder.outdir import OutDir


class Memory:
    """Who was seen before and what they had handed in.

    With `replace` nothing of it counts for students of this pile; with `check` nothing is written or removed.
    """

    def __init__(
        self,
        place: OutDir,
        known: Mapping[str, KnownStudent],
        notebooks: Sequence[str],
        *,
        replace: bool = False,
        check: bool = False,
    ) -> None:
        self.place = place
        self.known = dict(known)
        self.replace = replace
        self.check = check
        self._notebooks = notebooks

    def earlier(self, student: str, notebook: str) -> HandedIn | None:
        """What was taken in before and is still there."""
        one = self.known.get(student)
        if one is None or notebook not in one.handed_in:
            return None
        return one.handed_in[notebook] if self.place.submitted_notebook(student, notebook).is_file() else None

    def join(self, joined: Mapping[str, str]) -> None:
        """Give what was handed in under an id to another id of the same person, who keeps what both had handed in."""
        for goes, stays in joined.items():
            old, new = self.known.pop(goes), self.known[stays]
            handed_in = dict(new.handed_in)
            for notebook in self._notebooks:
                source = self.place.submitted_notebook(goes, notebook)
                target = self.place.submitted_notebook(stays, notebook)
                self._move(source, target)
                self._move(
                    self.place.autograded_notebook(goes, notebook), self.place.autograded_notebook(stays, notebook)
                )
                if notebook in old.handed_in and notebook not in handed_in and target.exists():
                    handed_in[notebook] = old.handed_in[notebook]
            self.known[stays] = changed(new, handed_in=handed_in)

    def remember(self, intake: Intake, register: Register, seen: Iterable[str]) -> None:
        """Put down in `intake.known` what is known of everybody now; remove what is replaced."""
        here = set(seen)
        known = dict(self.known)
        taken: dict[str, dict[str, HandedIn]] = {}
        for submission in intake.submissions:
            taken.setdefault(submission.student, {})[submission.notebook] = submission.handed_in
        for student in intake.students.values():
            before = known.get(student.id, KnownStudent())
            mine = taken.get(student.id, {})
            reasons = {name: why for name in self._notebooks if (why := intake.reason(student.id, name))}
            if self.replace and student.id in here:
                handed_in, refused = mine, reasons
                self._remove(student.id, set(self._notebooks) - mine.keys())
            else:
                handed_in = {**before.handed_in, **mine}
                refused = {name: why for name, why in {**before.refused, **reasons}.items() if name not in mine}
                kept = sorted(set(before.handed_in) - mine.keys()) if mine else []
                if kept:
                    intake.notes += self._kept(student.id, kept, mine, before)
            person = register.person(student.id)
            on_roster = register.on_roster(student.id)
            known[student.id] = KnownStudent(
                name=student.name or before.name,
                system=student.system or before.system,
                system_id=student.system_id if student.system else before.system_id,
                refused=refused,
                keys=tuple(sorted({*before.keys, *register.keys[student.id]})),
                handed_in=handed_in,
                extension=person.extension if person else before.extension,
                due=iso(person.due) if person else before.due,
                on_roster=before.on_roster if on_roster is None else on_roster,
            )
        intake.known = known

    @staticmethod
    def _kept(student: str, kept: Sequence[str], mine: Mapping[str, HandedIn], before: KnownStudent) -> list[str]:
        """What a later pile did not bring and counts still; nothing is said of a pile that is given once more."""
        if all(name in before.handed_in and before.handed_in[name] == one for name, one in mine.items()):
            return []
        return [f"{student}: {', '.join(kept)} {'is' if len(kept) == 1 else 'are'} kept from before"]

    def _move(self, source: Path, target: Path) -> None:
        """Give a file to another student, who has none such."""
        if self.check or not source.is_file():
            return
        if target.exists():
            source.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)

    def _remove(self, student: str, notebooks: Iterable[str]) -> None:
        for notebook in notebooks if not self.check else ():
            self.place.submitted_notebook(student, notebook).unlink(missing_ok=True)
