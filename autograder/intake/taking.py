"""From a pile of downloads to OUT/submitted, one student at a time."""

from __future__ import annotations

import functools
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from autograder.files import write_atomically
from autograder.intake.archives import Entry, Pile
from autograder.intake.choosing import Candidate, choose, trust
from autograder.intake.exceptions import IntakeError, Refusal
from autograder.intake.limits import DEFAULT_LIMITS, Limits
from autograder.intake.looking import NO_NOTEBOOK, KnownNotebooks, OverBudget, Waiting, serialise
from autograder.intake.people.memory import Memory
from autograder.intake.people.register import Register
from autograder.intake.people.roster import Roster
from autograder.intake.records import Intake, Repair, Submitted
from autograder.intake.released import ReleasedNotebook, released_notebooks
from autograder.intake.systems.claim import Claim, Form
from autograder.intake.systems.mapping import Mapping
from autograder.intake.systems.names import Names, is_checkpoint, is_noise, notebook_like, stem_of
from autograder.intake.systems.recognise import Attribution
from autograder.intake.systems.system import Hints
from autograder.model.course import Assignment
from autograder.model.submission import Action, FileRecord
from autograder.outdir import OutDir
from autograder.text import escaped

SNIFFED_SUFFIXES = ("", ".txt", ".nb")


@dataclass(frozen=True)
class People:
    """What the marker says of who is who.

    `mapping` is a CSV file, pattern and student; `roster` one of who is in the class. With `replace` a student in the
    pile is marked from it alone, whatever was handed in before.
    """

    mapping: Path | None = None
    roster: Path | None = None
    replace: bool = False


def take_in(
    paths: Iterable[Path | str],
    assignment: Assignment,
    out: Path,
    *,
    people: People = People(),
    limits: Limits = DEFAULT_LIMITS,
    seen: Callable[[FileRecord], None] | None = None,
    check: bool = False,
) -> Intake:
    """Take in every hand-in under `paths` and write the repaired notebooks to OUT/submitted/STUDENT/ASSIGNMENT/.

    Paths are folders, archives and notebooks in any mix. What was put right in a notebook is also written to
    OUT/.autograder/intake/ASSIGNMENT/STUDENT/NOTEBOOK.json. `seen` is called with each record as it is made. With
    `check` nothing is written. One student is in memory at a time. Nothing in a hand-in makes it raise; it raises
    IntakeError for a path that is not there, a mapping or a roster that cannot be read.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise IntakeError("does not exist", path=path, remedy="give a folder, an archive or a notebook")
    place = OutDir(assignment.course, assignment.name, Path(out))
    released = released_notebooks(assignment)
    names = Names(assignment.name, tuple(released))
    roster = Roster.read(people.roster) if people.roster else None
    mapping = Mapping.read(Path(people.mapping)) if people.mapping else None
    hints = Hints(names, roster.groups if roster else {}, limits)
    skipped = None if any(path.resolve() == place.root for path in given) else place.root
    with ExitStack() as stack:
        scratch = place.state
        if check:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-check-")))
        scratch.mkdir(parents=True, exist_ok=True)
        pile = stack.enter_context(Pile(given, scratch, limits, skipped))
        memory = Memory(place, place.known_students(), tuple(released), replace=people.replace, check=check)
        register = Register(memory.known, roster)
        return Taking(pile, released, hints, mapping, register, memory, assignment.name, seen).run()


def newness(file: tuple[Entry, Claim]) -> tuple[object, ...]:
    """Orders the files of a student: what is from a better source and newer is greater."""
    entry, claim = file
    return (trust(claim.system), claim.attempt, entry.modified)


@dataclass
class Taking:
    """One run over a pile."""

    pile: Pile
    released: dict[str, ReleasedNotebook]
    hints: Hints
    mapping: Mapping | None
    register: Register
    memory: Memory
    assignment: str
    seen: Callable[[FileRecord], None] | None

    def __post_init__(self) -> None:
        self.intake = Intake(self.assignment)

    def run(self) -> Intake:
        """Take in everything."""
        self.memory.join(self.register.joined)
        entries = list(self.pile.entries())
        named = [entry for entry in entries if entry.named]
        attribution = Attribution(named, self.hints, self.mapping)
        self.intake.systems = attribution.systems
        self.intake.notes += attribution.doubts
        own = self.read_own_files(attribution)
        claimed = {
            id(entry): [one for claim in claims for one in self.register.expand(claim)]
            for entry in named
            if (claims := attribution.claims(entry)) is not None
        }
        if self.mapping is not None:
            self.mapping.check_used()
        self.register.settle(claim for claims in claimed.values() for claim in claims)
        students: dict[str, list[tuple[Entry, Claim]]] = defaultdict(list)
        for entry in entries:
            mine = claimed.get(id(entry))
            for claim in mine or ():
                student = self.register.student(claim).id
                students[student] += [(entry, claim)] if self.may_count(entry, own) else []
            self.set_aside(entry, mine, own)
        for student in sorted(students):
            self.take_student(student, students.pop(student))
        self.finish()
        return self.intake

    def finish(self) -> None:
        """Say who is missing, who is not on the roster, and what is to be remembered."""
        intake, register = self.intake, self.register
        seen = sorted(register.students)
        intake.strangers = [student for student in seen if register.on_roster(student) is False]
        intake.absent = sorted(student.id for student in register.absent())
        intake.students = dict(sorted(register.students.items()))
        intake.joined = dict(register.joined)
        shown = (("not on the roster", intake.strangers), ("on the roster, and nothing came", intake.absent))
        intake.notes += [f"{what}: {', '.join(students)}" for what, students in shown if students]
        intake.notes += [f"{goes} is {stays}, says the roster" for goes, stays in sorted(intake.joined.items())]
        intake.notes += [
            f"{student}: {remark}" for student in seen for remark in dict.fromkeys(register.remarks[student])
        ]
        self.memory.remember(intake, register, seen)

    @staticmethod
    def may_count(entry: Entry, own: dict[Entry, str]) -> bool:
        """Whether an entry is something that somebody handed in."""
        return not (entry.folder or entry in own or is_noise(entry.parts))

    def read_own_files(self, attribution: Attribution) -> dict[Entry, str]:
        """Read what systems wrote themselves; gives what each such file is, or an empty text where it was refused."""
        found = {}
        for entry, (layout, own) in attribution.own_files().items():
            found[entry] = own.what
            if not own.read:
                continue
            try:
                layout.learn(entry, self.pile.read(entry, own.limit))
            except (Refusal, ValueError) as error:
                if own.needed:
                    found[entry] = ""
                    self.record(entry, Action.REFUSED, [escaped(str(error))], flag=True)
        return found

    def set_aside(self, entry: Entry, claims: Sequence[Claim] | None, own: dict[Entry, str]) -> None:
        """Record what is no student's work."""
        whose = self.register.student(claims[0]).id if claims else ""
        if not entry.named:
            self.record(entry, Action.REFUSED, [entry.refused])
        elif entry in own:
            if own[entry]:
                self.record(entry, Action.IGNORED, [own[entry]], whose)
        elif is_noise(entry.parts):
            self.record(entry, Action.IGNORED, ["left behind by a system or an editor"], whose)
        elif entry.folder:
            self.record(entry, Action.IGNORED, ["an empty folder: there is nothing in it"], whose)
        elif claims is None and entry.refused:
            self.record(entry, Action.REFUSED, [entry.refused])
        elif not claims:
            left_out = "left out by the mapping file" if claims is not None else "not a notebook, and nobody's"
            self.record(entry, Action.IGNORED, [left_out])

    def take_student(self, student: str, files: Sequence[tuple[Entry, Claim]]) -> None:
        """Take in the files of one student, the newest first: what one student may cost is bounded."""
        notebooks = [(entry, claim) for entry, claim in files if claim.form is Form.FILE]
        for entry, claim in files:
            if claim.form is not Form.FILE:
                action = Action.IGNORED if notebooks else Action.REFUSED
                detail = f"handed in {claim.form.value}, not a notebook"
                self.record(entry, action, [detail], student, flag=not notebooks)
        candidates: dict[str, list[Candidate]] = defaultdict(list)
        waiting: list[Waiting] = []
        known = KnownNotebooks(self.released, self.hints.limits)
        for entry, claim in sorted(notebooks, key=newness, reverse=True):
            candidate = self.candidate(entry, claim, known, waiting)
            if candidate is not None:
                candidates[candidate.notebook].append(candidate)
        apart = self.told_apart(candidates, [one for one in waiting if one.unseen])
        if apart:
            del candidates, known
            parts: dict[str, list[tuple[Entry, Claim]]] = defaultdict(list)
            for entry, claim in notebooks:
                own = apart.get(id(entry)) or replace(claim, apart="")
                parts[self.register.student(own).id].append((entry, own))
            if student not in parts:
                self.register.withdraw(student)
            for one in sorted(parts):
                self.take_student(one, parts[one])
            return
        for each in waiting:
            held = each.held_open(self.hints.names.guess(each.entry.parts[-1]), candidates)
            self.record(held.entry, held.action, [held.detail], student, held.guess, flag=held.flag)
        for notebook in sorted(candidates):
            self.take_notebook(student, notebook, candidates[notebook], known)

    def told_apart(self, candidates: dict[str, list[Candidate]], unseen: Sequence[Waiting]) -> dict[int, Claim]:
        """For files beside which nobody is named, and of which one student would get two with different answers: whose.

        Gives the claims to use instead, by the entry's id, also for those that were `unseen` because they are many;
        nothing when they may be one student's.
        """
        several = False
        for found in candidates.values():
            contents = {
                one.facts.content
                for one in found
                if one.claim.apart and one.facts.answered and not is_checkpoint(one.entry.parts)
            }
            several |= len(contents) > 1
        if not several:
            return {}
        note = "two people's files, it seems: nobody is named, and the answers differ; --mapping says whose they are"
        claims: dict[int, Claim] = {}
        files = [(one.entry, one.claim) for found in candidates.values() for one in found]
        for entry, claim in (*files, *((one.entry, one.claim) for one in unseen)):
            label = self.label(entry, claim) if claim.apart else ""
            claims[id(entry)] = replace(claim, raw=label or claim.raw, apart="", note=note, doubtful=True)
        return claims

    def label(self, entry: Entry, claim: Claim) -> str:
        """What a file beside which nobody is named is told by: the person in its name, or what makes it a copy."""
        _, rest = self.hints.names.strip(entry.parts[-1])
        if rest and not self.hints.names.generic(rest):
            return rest
        if claim.apart != stem_of(entry.parts[-1]) and not self.hints.names.generic(claim.apart):
            return claim.apart
        bare = self.hints.names.without_notebook(claim.apart).strip(" -_.")
        return f"{claim.raw} {bare}" if bare else ""

    def read(self, entry: Entry) -> bytes:
        """The bytes of what may be a notebook. Raises Refusal."""
        return self.pile.read(entry, self.hints.limits.notebook_bytes)

    def candidate(self, entry: Entry, claim: Claim, known: KnownNotebooks, waiting: list[Waiting]) -> Candidate | None:
        """Read one file; when it is no notebook of ours, note why."""
        name = entry.parts[-1]
        guess = self.hints.names.guess(name)
        like = notebook_like(name)

        def note(action: Action, detail: str, guess: str = "", *, flag: bool = False, unseen: bool = False) -> None:
            waiting.append(Waiting(entry, claim, action, detail, guess, flag, unseen))

        if entry.refused:
            note(Action.REFUSED, entry.refused, guess)
            return None
        if not like and PurePosixPath(name).suffix.lower() not in SNIFFED_SUFFIXES:
            note(Action.IGNORED, NO_NOTEBOOK)
            return None
        try:
            data = self.read(entry)
            if not like and not (data[:64].lstrip().startswith(b"{") and b'"cells"' in data):
                note(Action.IGNORED, NO_NOTEBOOK)
                return None
            facts = known.facts(data, guess)
        except Refusal as refusal:
            other = name.lower().endswith(".json")
            action = Action.IGNORED if other else Action.REFUSED
            note(action, str(refusal), guess, unseen=isinstance(refusal, OverBudget))
            return None
        if not facts.found.name:
            note(Action.IGNORED, facts.found.reason, flag=facts.found.flag)
            return None
        return Candidate(entry, claim, facts)

    def take_notebook(
        self, student: str, notebook: str, candidates: Sequence[Candidate], known: KnownNotebooks
    ) -> None:
        """Write the candidate that counts and record the others as passed over."""
        person = self.register.person(student)
        choice = choose(
            candidates,
            self.memory.earlier(student, notebook),
            joined=person is not None,
            replace=self.memory.replace,
        )
        for passed in choice.passed:
            details = [passed.reason, *([passed.candidate.claim.note] if passed.candidate.claim.doubtful else [])]
            flag = passed.unsure or passed.candidate.claim.doubtful
            self.record(passed.candidate.entry, Action.DUPLICATE, details, student, notebook, flag=flag)
            if choice.best is None:
                self.intake.notes.append(f"{student}, {notebook}: {passed.reason}")
        best = choice.best
        if best is None:
            return
        try:
            repaired = known.repaired(best.facts, functools.partial(self.read, best.entry))
        except Refusal as refusal:  # it was there before
            self.record(best.entry, Action.REFUSED, [str(refusal)], student, notebook, flag=True)
            return
        repairs = list(repaired.repairs)
        found = best.facts.found
        if found.note:
            repairs.insert(0, Repair(found.note, flag=found.flag))
        if choice.doubtful:
            repairs.append(Repair("another file with other answers was handed in as well", flag=True))
        path = self.memory.place.submitted_notebook(student, notebook)
        claim = best.claim
        if claim.time is None and person is not None:
            claim = replace(claim, time=person.submitted)
        submitted = Submitted(student, notebook, path, tuple(repairs), replace(best, claim=claim).handed_in)
        try:
            if not self.memory.check:
                write_inside(path, serialise(repaired.content))
                log = self.memory.place.repairs_file(student, notebook)
                write_inside(log, json.dumps(submitted.to_json(), ensure_ascii=False).encode() + b"\n")
        except Refusal as refusal:
            self.record(best.entry, Action.REFUSED, [str(refusal)], student, notebook)
            return
        self.intake.submissions.append(submitted)
        self.intake.notes += [f"{student}, {notebook}: {note}" for note in choice.notes]
        remarks = self.register.remarks[student]
        if self.register.on_roster(student) is False:
            remarks = [*remarks, "not on the roster"]
        details = [*([claim.note] if claim.note else []), *choice.notes, *remarks, *(each.text for each in repairs)]
        flag = bool(remarks) or claim.doubtful or any(each.flag for each in repairs)
        action = Action.REPAIRED if repairs else Action.TAKEN
        self.record(best.entry, action, details, student, notebook, flag=flag)

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
