"""Which of several files counts: of one student's in a pile, and against what was taken in before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.intake.archives import Entry
from autograder.intake.looking import Facts
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.names import is_checkpoint
from autograder.model.submission import HandedIn
from autograder.model.times import iso

SAME_TIME = 2.0  # seconds: what a zip can tell apart
ALL_ATTEMPTS = ("blackboard", "gradescope", "nbgrader", "brightspace", "submitty", "vpl", "autolab")
"""Systems that hand out every attempt: there the newest counts, whatever is in it."""
TRUST = {"mapping": 3, "folder": 1, "file": 0, "": 1}
"""How well a name says whose work it is: the marker's word, a system's (2), a folder's, a file's own."""


def trust(system: str) -> int:
    """How well a name in a system says whose work it is."""
    return TRUST.get(system, 2)


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

        What a better source says comes first, then a true attempt. Among files of one attempt Jupyter's checkpoint
        copies and untouched ones lose, then the newer one wins, then the one with more answers.
        """
        attempt = self.claim.attempt if self.claim.system in ALL_ATTEMPTS else ()
        return (
            trust(self.claim.system),
            attempt,
            not is_checkpoint(self.entry.parts),
            self.facts.answered > 0,
            self.claim.attempt,
            self.entry.modified // SAME_TIME,
            self.facts.answered,
            self.entry.path,
        )

    @property
    def handed_in(self) -> HandedIn:
        """What is remembered of it when it counts."""
        claim = self.claim
        return HandedIn(
            self.entry.path, self.facts.digest, claim.system, claim.attempt, iso(claim.time), self.facts.answered
        )


@dataclass(frozen=True)
class Passed:
    """A candidate that does not count: why, and whether a person should look."""

    candidate: Candidate
    reason: str
    unsure: bool


@dataclass
class Choice:
    """The candidate that counts, None where what was taken in before does, and what is said of the others."""

    best: Candidate | None
    passed: list[Passed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubtful: bool = False


def choose(candidates: Sequence[Candidate], earlier: HandedIn | None, *, joined: bool, replace: bool) -> Choice:
    """Choose among the candidates of one student and notebook, and against the one of an earlier run.

    `joined` says that the roster knows who it is in each system, `replace` that this pile alone counts.
    """
    *others, best = sorted(candidates, key=lambda each: each.rank)
    choice = Choice(best)
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
            reason = f"passed over: {best.entry.path} is {_why(other, best)} and counts"
        unsure = not alike and other.facts.answered > 0 and _unsure(other, best)
        choice.doubtful |= unsure
        choice.passed.append(Passed(other, reason, unsure))
    if earlier is None or replace or earlier.digest == best.facts.digest:
        return choice
    reason, flag = _stays(earlier, best, joined=joined)
    if reason:
        choice.best = None
        choice.passed.append(Passed(best, reason, flag))
    else:
        choice.notes.append(f"replaces what was taken in before: {earlier.path or 'an earlier hand-in'}")
    return choice


def _stays(earlier: HandedIn, best: Candidate, *, joined: bool) -> tuple[str, bool]:
    """Why what was taken in before counts still, and whether a person should look; empty when it does not."""
    claim = best.claim
    before = f"what was taken in before counts ({earlier.path})"
    same = earlier.system in (claim.system, "") or claim.system == "mapping"
    if same and earlier.system in (*ALL_ATTEMPTS, "canvas"):
        if earlier.attempt and claim.attempt and claim.attempt < earlier.attempt:
            return f"an older attempt; {before}", False
        if claim.attempt > earlier.attempt:
            return "", False
    if earlier.answers and not best.facts.answered:
        return f"no answers in it; {before}", True
    if same or not earlier.answers or (joined and trust(claim.system) >= trust(earlier.system)):
        return "", False
    remedy = "look at both, and give this one with --mapping if it counts"
    return f"it comes from elsewhere ({claim.system}, before: {earlier.system}) and waits: {before}; {remedy}", True


def _why(other: Candidate, best: Candidate) -> str:
    """What sets the one that counts apart."""
    if trust(best.claim.system) != trust(other.claim.system):
        return f"from a better source ({best.claim.system}, not {other.claim.system})"
    if best.claim.attempt != other.claim.attempt:
        return "a newer attempt"
    if is_checkpoint(other.entry.parts) and not is_checkpoint(best.entry.parts):
        return "not one of Jupyter's checkpoint copies"
    if best.entry.modified // SAME_TIME != other.entry.modified // SAME_TIME:
        return "newer"
    return "the one with more answers"


def _unsure(other: Candidate, best: Candidate) -> bool:
    """Whether two come from elsewhere, neither an attempt nor a time says which counts, or the newest is untouched."""
    if best.facts.answered == 0 or best.claim.system != other.claim.system:
        return True
    checkpoint = is_checkpoint(other.entry.parts)
    same_time = best.entry.modified // SAME_TIME == other.entry.modified // SAME_TIME
    return best.claim.attempt == other.claim.attempt and same_time and not checkpoint
