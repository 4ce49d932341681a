"""Students keep their ids over all piles and runs, and two of them never share one."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.intake.people.register import Register
from autograder.intake.people.roster import Person, Roster
from autograder.intake.systems.claim import Claim, safe_id
from autograder.model.submission import KnownStudent


@pytest.mark.parametrize(
    "raw", ["../../etc", "a/b", "a\\b", ".hidden", "-rf", "CON", "", "a" * 500, "a\nb", "a*b", "…"]
)
def test_every_id_is_a_safe_folder_name(raw):
    """No id leads elsewhere, hides, looks like an option or breaks a pattern."""
    safe = safe_id(raw)
    assert safe == Path(safe).name
    assert safe[0] not in ".-"
    assert 0 < len(safe.encode()) <= 130
    assert not set(safe) & set('/\\*?[]\n\t :"<>|')


def test_different_ids_get_different_folders():
    """What has to be changed gets a mark of what it was; letters of every script stay."""
    assert len({safe_id(raw) for raw in ("a/b", "a:b", "a-b", "a b", "a|b")}) == 5
    assert [safe_id(raw) for raw in ("Jörg Müller", "李明", "ann@uni.example")] == [
        "Jörg_Müller",
        "李明",
        "ann@uni.example",
    ]


ALIKE = {
    "case": (Claim("ann"), Claim("Ann")),
    "a space": (Claim("ann smith"), Claim("ann_smith")),
    "a ligature": (Claim("ﬁona"), Claim("fiona")),
    "wide letters": (Claim("\uff41nn"), Claim("ann")),
    "a letter that is not seen": (Claim("an\u200bn"), Claim("ann")),
    "Unicode forms side by side": (Claim("Jo\u0308rg", origin="x"), Claim("J\u00f6rg", origin="x")),
    "one name in two groups": (Claim("ann", group="tutorial A"), Claim("ann", group="tutorial B")),
    "one number": (Claim("Ann_12", "Ann", "moodle", "12"), Claim("Bob_12", "Bob", "moodle", "12")),
}


@pytest.mark.parametrize("name", ALIKE)
def test_two_that_are_called_almost_the_same_are_kept_apart_and_flagged(name):
    """Nobody loses anything: each has an id of its own, also where a file system ignores case, and a person looks."""
    register = Register({}, None)
    register.settle(ALIKE[name])
    ids = [register.student(claim).id for claim in ALIKE[name]]
    assert len({one.casefold() for one in ids}) == 2
    assert all(register.remarks[one] for one in ids)
    known = {one: KnownStudent(keys=tuple(register.keys[one])) for one in ids}
    again = Register(known, None)
    again.settle(ALIKE[name])
    assert [again.student(claim).id for claim in ALIKE[name]] == ids
    assert all(again.remarks[one] for one in ids), "each time"


def test_attempts_of_one_student_are_no_two_students():
    """The same name is the same student, also where another pile has it in another Unicode form."""
    pairs = [
        (Claim("Jo\u0308rg", origin="a"), Claim("J\u00f6rg", origin="b")),
        (Claim("x_1", "X", "canvas", "1"), Claim("x_1", "x", "canvas", "1")),
    ]
    for pair in pairs:
        register = Register({}, None)
        register.settle(pair)
        assert len({register.student(claim).id for claim in pair}) == 1
        assert not any(register.remarks.values())


def test_an_id_stays_with_its_student():
    """Who came first keeps the id in every later run, whoever comes along, and in whatever order."""
    known = {"ann": KnownStudent(keys=("ann",)), "Ann-5c21f3": KnownStudent(keys=("Ann",))}
    register = Register(known, None)
    register.settle([Claim("Ann"), Claim("ann"), Claim("ANN")])
    assert register.student(Claim("ann")).id == "ann"
    assert register.student(Claim("Ann")).id == "Ann-5c21f3"
    assert register.student(Claim("ANN")).id not in known


def test_students_of_a_version_that_remembered_no_keys_are_found_again():
    """An OUT of before knows ids alone; the same names get the same ids."""
    register = Register({"Ann_Smith_12": KnownStudent("Ann Smith", "moodle", "12")}, None)
    register.settle([Claim("Ann Smith_12", "Ann Smith", "moodle", "12")])
    assert set(register.students) == {"Ann_Smith_12"}
    assert not any(register.remarks.values())


ANN = Person("as1c22", "Ann Smith", ("as1c22", "ann@uni.example", "moodle:12345", "canvas:4001"))
BOB = Person("br2c22", "Bob Ross", ("br2c22",))


@pytest.mark.parametrize(
    "claim",
    [
        Claim("as1c22"),
        Claim("AS1C22"),
        Claim("ann@uni.example", system="gradescope", system_id="ann@uni.example"),
        Claim("A. Smith_12345", "A. Smith", "moodle", "12345"),
        Claim("Ann Smith_77", "Ann Smith", "moodle", "77"),
        Claim("smithann_9", "smithann", "canvas", "9"),
        Claim("Smith Ann", system="folder"),
        Claim("Ann Smith", system="file"),
        Claim("Smith_Ann_as1c22_412", "Ann Smith", "ilias", "412", also=("as1c22",)),
    ],
    ids=lambda claim: f"{claim.system} {claim.raw}",
)
def test_the_roster_joins_ids_of_one_person(claim):
    """By an id of the system, by any other id, or by the name: it is one student, with the roster's id."""
    register = Register({}, Roster([ANN, BOB]))
    register.settle([claim])
    assert register.student(claim).id == "as1c22"
    assert register.student(claim).name == "Ann Smith"


def test_a_name_that_two_have_joins_nothing():
    """Of two equal names the roster cannot say which; nobody gets the other's."""
    roster = Roster([Person("a1", "Ann Smith"), Person("a2", "Ann Smith")])
    register = Register({}, roster)
    claims = [Claim("Ann Smith_1", "Ann Smith", "moodle", "1"), Claim("Ann Smith_2", "Ann Smith", "moodle", "2")]
    register.settle(claims)
    assert [register.student(claim).id for claim in claims] == ["Ann_Smith_1", "Ann_Smith_2"]
    assert [register.on_roster(student) for student in register.students] == [False, False]


def test_a_participants_number_is_nobodys_matriculation():
    """A number of Moodle's that is somebody's number at the university says nothing."""
    register = Register({}, Roster([Person("12345", "Eve Fox", ("12345",)), ANN]))
    claim = Claim("Jo Roe_12345", "Jo Roe", "moodle", "12345")
    register.settle([claim])
    assert register.student(claim).id == "as1c22", "whose participant number it is, says the column of that name"


def test_two_ids_of_before_become_one():
    """Where a roster comes later, what was known under two ids is one student's."""
    known = {
        "Ann_Smith_12345": KnownStudent("Ann Smith", "moodle", "12345", keys=("Ann Smith_12345",)),
        "smithann_4001": KnownStudent("smithann", "canvas", "4001", keys=("smithann_4001",)),
    }
    register = Register(known, Roster([ANN]))
    assert register.joined == {"smithann_4001": "Ann_Smith_12345"}
    register.settle([Claim("smithann_4001", "smithann", "canvas", "4001")])
    assert set(register.students) == {"Ann_Smith_12345"}
    assert register.absent() == []
