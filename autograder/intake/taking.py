"""From a pile of downloads to OUT/submitted, one student at a time."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.files import write_atomically
from autograder.intake.archives import Entry, Pile
from autograder.intake.exceptions import IntakeError, Refusal
from autograder.intake.limits import DEFAULT_LIMITS, Limits
from autograder.intake.looking import Facts, KnownNotebooks, serialise
from autograder.intake.records import Intake, Repair, Student, Submitted
from autograder.intake.released import ReleasedNotebook, released_notebooks
from autograder.intake.repair import Repaired
from autograder.intake.systems.attribution import Attribution
from autograder.intake.systems.claim import Claim, conflicts
from autograder.intake.systems.mapping import Mapping
from autograder.intake.systems.names import Names, is_checkpoint, is_noise, notebook_like
from autograder.model.course import Assignment
from autograder.model.submission import Action, FileRecord
from autograder.outdir import OutDir
from autograder.text import escaped

SAME_TIME = 2.0  # seconds: what a zip can tell apart
SNIFFED_SUFFIXES = ("", ".txt", ".nb")
# systems that hand out every attempt: there the newest counts, whatever is in it
ALL_ATTEMPTS = ("blackboard", "gradescope", "nbgrader")


@dataclass(frozen=True)
class Candidate:
    """A notebook of one student that could be the one that counts."""

    entry: Entry
    claim: Claim
    facts: Facts

    @property
    def notebook(self) -> str:
        """Which of ours it is."""
        return self.facts.found.name

    @property
    def rank(self) -> tuple[object, ...]:
        """Orders the candidates of one student and notebook; the greatest counts.

        A true attempt comes before everything else. Among files of one attempt Jupyter's checkpoint copies and
        untouched ones lose, then the newer one wins, then the one with more answers.
        """
        attempt = self.claim.attempt if self.claim.system in ALL_ATTEMPTS else ()
        return (
            attempt,
            not is_checkpoint(self.entry.parts),
            self.facts.answered > 0,
            self.claim.attempt,
            self.entry.modified // SAME_TIME,
            self.facts.answered,
            self.entry.path,
        )


def take_in(
    paths: Iterable[Path | str],
    assignment: Assignment,
    out: Path,
    *,
    mapping: Path | None = None,
    limits: Limits = DEFAULT_LIMITS,
    seen: Callable[[FileRecord], None] | None = None,
) -> Intake:
    """Take in every hand-in under `paths` and write the repaired notebooks to OUT/submitted/STUDENT/ASSIGNMENT/.

    Paths are folders, archives and notebooks in any mix. `mapping` is a CSV file, pattern and student. What was put
    right in a notebook is also written to OUT/.autograder/intake/ASSIGNMENT/STUDENT/NOTEBOOK.json. `seen` is called
    with each record as it is made. One student is in memory at a time. Nothing in a hand-in makes it raise; it raises
    IntakeError for a path that is not there, MappingError for a mapping that cannot be read.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise IntakeError("does not exist", path=path, remedy="give a folder, an archive or a notebook")
    place = OutDir(assignment.course, assignment.name, Path(out))
    place.state.mkdir(parents=True, exist_ok=True)
    released = released_notebooks(assignment)
    names = Names(assignment.name, tuple(released))
    attribution = Attribution(names, Mapping.read(Path(mapping)) if mapping else None, limits)
    skipped = None if any(path.resolve() == place.root for path in given) else place.root
    with Pile(given, place.state, limits, skipped) as pile:
        return Taking(pile, released, names, attribution, assignment.name, place, limits, seen).run()


@dataclass
class Taking:
    """One run over a pile."""

    pile: Pile
    released: dict[str, ReleasedNotebook]
    names: Names
    attribution: Attribution
    assignment: str
    out: OutDir
    limits: Limits
    seen: Callable[[FileRecord], None] | None

    def __post_init__(self) -> None:
        self.intake = Intake(self.assignment)

    def run(self) -> Intake:
        """Take in everything."""
        wanted = [entry for entry in self.pile.entries() if not self.set_aside(entry)]
        claimed = self.attribution.assign(wanted)
        students: dict[str, list[tuple[Entry, Claim]]] = defaultdict(list)
        for number, entry in enumerate(wanted):
            mine = claimed.get(number)
            for claim in mine or ():
                students[claim.student.id].append((entry, claim))
            if not mine and entry.refused:
                self.record(entry, Action.REFUSED, [entry.refused])
            elif not mine:
                left_out = "left out by the mapping file" if mine is not None else "not a notebook, and nobody's"
                self.record(entry, Action.IGNORED, [left_out])
        shared = conflicts(claim for files in students.values() for _, claim in files)
        for student in sorted(students):
            files = students.pop(student)
            self.intake.students[student] = best_known(claim.student for _, claim in files)
            if student in shared:
                for entry, _ in files:
                    guess = self.names.guess(entry.parts[-1])
                    self.record(entry, Action.REFUSED, [shared[student]], student, guess, flag=True)
            else:
                self.take_student(student, files)
        return self.intake

    def set_aside(self, entry: Entry) -> bool:
        """Whether a file is nobody's: its name is at fault, a system left it behind, or it is a system's own list."""
        if not entry.named:
            self.record(entry, Action.REFUSED, [entry.refused])
        elif is_noise(entry.parts):
            self.record(entry, Action.IGNORED, ["left behind by a system or an editor"])
        else:
            return self.read_list(entry)
        return True

    def read_list(self, entry: Entry) -> bool:
        """Whether a file is a system's own list of who handed in; if so, it is read."""
        own = self.attribution.own_file(entry)
        if own is None:
            return False
        try:
            self.attribution.learn(entry, self.pile.read(entry, own.limit))
        except (Refusal, ValueError) as error:
            if own.needed:
                self.record(entry, Action.REFUSED, [escaped(str(error))], flag=True)
                return True
        self.record(entry, Action.IGNORED, [own.what])
        return True

    def take_student(self, student: str, files: Sequence[tuple[Entry, Claim]]) -> None:
        """Take in the files of one student, the newest first: what one student may cost is bounded."""
        candidates: dict[str, list[Candidate]] = defaultdict(list)
        known = KnownNotebooks(self.released, self.limits)
        for entry, claim in sorted(files, key=lambda file: (file[1].attempt, file[0].modified), reverse=True):
            candidate = self.candidate(student, entry, claim, known)
            if candidate is not None:
                candidates[candidate.notebook].append(candidate)
        for notebook in sorted(candidates):
            ranked = sorted(candidates[notebook], key=lambda each: each.rank)
            try:
                repaired = known.repaired(ranked[-1].facts, functools.partial(self.read, ranked[-1].entry))
            except Refusal as refusal:  # it was there before
                self.record(ranked[-1].entry, Action.REFUSED, [str(refusal)], student, notebook, flag=True)
                continue
            self.choose(student, notebook, ranked, repaired)

    def read(self, entry: Entry) -> bytes:
        """The bytes of what may be a notebook. Raises Refusal."""
        return self.pile.read(entry, self.limits.notebook_bytes)

    def candidate(self, student: str, entry: Entry, claim: Claim, known: KnownNotebooks) -> Candidate | None:
        """Read one file; when it is no notebook of ours, record why."""
        name = entry.parts[-1]
        guess = self.names.guess(name)
        like = notebook_like(name)
        if entry.refused:
            self.record(entry, Action.REFUSED, [entry.refused], student, guess)
            return None
        if not like and PurePosixPath(name).suffix.lower() not in SNIFFED_SUFFIXES:
            self.record(entry, Action.IGNORED, ["not a notebook"], student)
            return None
        try:
            data = self.read(entry)
            if not like and not (data[:64].lstrip().startswith(b"{") and b'"cells"' in data):
                self.record(entry, Action.IGNORED, ["not a notebook"], student)
                return None
            facts = known.facts(data, guess)
        except Refusal as refusal:
            other = name.lower().endswith(".json")
            self.record(entry, Action.IGNORED if other else Action.REFUSED, [str(refusal)], student, guess)
            return None
        if not facts.found.name:
            self.record(entry, Action.IGNORED, [facts.found.reason], student, flag=facts.found.flag)
            return None
        return Candidate(entry, claim, facts)

    def choose(self, student: str, notebook: str, ranked: Sequence[Candidate], repaired: Repaired) -> None:
        """Write the candidate that counts and record the others as passed over."""
        *others, best = ranked
        doubtful = False
        for other in others:
            same = other.facts.digest == best.facts.digest
            alike = same or other.facts.content == best.facts.content
            if same:
                reason = f"the same file as {best.entry.path}, which counts"
            elif alike:
                reason = f"the same answers as {best.entry.path}, which counts"
            elif not other.facts.answered:
                reason = f"no answers in it; {best.entry.path} counts"
            else:
                reason = f"passed over: {best.entry.path} is {self.why(other, best)} and counts"
            unsure = not alike and other.facts.answered > 0 and self.unsure(other, best)
            doubtful |= unsure
            self.record(other.entry, Action.DUPLICATE, [reason], student, notebook, flag=unsure)
        repairs = list(repaired.repairs)
        if best.facts.found.note:
            repairs.insert(0, Repair(best.facts.found.note, flag=best.facts.found.flag))
        if doubtful:
            repairs.append(Repair("another file with other answers was handed in as well", flag=True))
        path = self.out.submitted_notebook(student, notebook)
        submitted = Submitted(student, notebook, path, tuple(repairs))
        try:
            write_inside(path, serialise(repaired.content))
            log = self.out.repairs_file(student, notebook)
            write_inside(log, json.dumps(submitted.to_json(), ensure_ascii=False).encode() + b"\n")
        except Refusal as refusal:
            self.record(best.entry, Action.REFUSED, [str(refusal)], student, notebook)
            return
        self.intake.submissions.append(submitted)
        details = [best.claim.note] if best.claim.note else []
        details += [each.text for each in repairs]
        flag = any(each.flag for each in repairs)
        action = Action.REPAIRED if repairs else Action.TAKEN
        self.record(best.entry, action, details, student, notebook, flag=flag)

    @staticmethod
    def why(other: Candidate, best: Candidate) -> str:
        """What sets the one that counts apart."""
        if best.claim.attempt != other.claim.attempt:
            return "a newer attempt"
        if is_checkpoint(other.entry.parts) and not is_checkpoint(best.entry.parts):
            return "not one of Jupyter's checkpoint copies"
        if best.entry.modified // SAME_TIME != other.entry.modified // SAME_TIME:
            return "newer"
        return "the one with more answers"

    @staticmethod
    def unsure(other: Candidate, best: Candidate) -> bool:
        """Whether neither an attempt nor a time says which of two counts, or the newest is untouched."""
        if best.facts.answered == 0:
            return True
        checkpoint = is_checkpoint(other.entry.parts)
        same_time = best.entry.modified // SAME_TIME == other.entry.modified // SAME_TIME
        return best.claim.attempt == other.claim.attempt and same_time and not checkpoint

    def record(
        self,
        entry: Entry,
        action: Action,
        details: Sequence[str],
        student: str = "",
        notebook: str = "",
        *,
        flag: bool = False,
    ) -> None:
        """Note what became of a file."""
        record = FileRecord(entry.path, student, notebook, action, tuple(details), flag)
        self.intake.add(record)
        if self.seen is not None:
            self.seen(record)


def best_known(students: Iterable[Student]) -> Student:
    """The student record that says most."""
    return max(students, key=lambda student: (bool(student.system_id), bool(student.name)))


def write_inside(path: Path, data: bytes) -> None:
    """Write a file in one step. Raises Refusal when a link on the way there leads elsewhere."""
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    if folder.resolve() != folder:
        raise Refusal(f"{folder} leads out of the output folder through a link", "remove the link")
    with suppress(OSError):
        if not path.is_symlink() and path.read_bytes() == data:
            return
    write_atomically(path, data)
