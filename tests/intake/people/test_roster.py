"""Rosters of one's own and of each system are read, whatever program wrote them."""

from __future__ import annotations

from datetime import datetime

import pytest

from autograder.intake import RosterError
from autograder.intake.people.roster import Roster, read_extension
from autograder.intake.systems.claim import Claim


@pytest.fixture
def read(tmp_path):
    def from_text(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return Roster.read(path)

    return from_text


# each as its system writes it: Canvas, Gradebook > Export; Moodle, mod/assign/feedback/offline (grading worksheet);
# Blackboard, Grade Centre > Work Offline; Brightspace, Export Grades; Gradescope, Roster > Download; GitHub Classroom,
# classroom_roster.csv; Classroom 50, students.csv
EXPORTS = {
    "one's own": "student,name,moodle\nas1c22,Ann Smith,12345\n",
    "with semicolons": "student;name\nas1c22;Ann Smith\n",
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,Lab 2 (77)\n    Points Possible,,,,,10\n"
        '"Smith, Ann",4001,s4001,as1c22,L1,\n'
    ),
    "moodle": "Identifier,Full name,Email address,Status,Grade\nParticipant 12345,Ann Smith,as1c22@uni.example,-,\n",
    "moodle in German": "Kennung,Vollständiger Name,E-Mail-Adresse\nTeilnehmer/in12345,Ann Smith,as1c22@uni.example\n",
    "blackboard": '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"Smith"\t"Ann"\t"as1c22"\t"900"\n',
    "brightspace": "OrgDefinedId,Username,Last Name,First Name\n#900,#as1c22,Smith,Ann\n",
    "gradescope": "First Name,Last Name,SID,Email,Role\nAnn,Smith,as1c22,a@b.c,Student\n",
    "github classroom": '"identifier","github_username","github_id","name"\n"as1c22","ann-smith","7","Ann Smith"\n',
    "classroom 50": "username,first_name,last_name,email,section,github_id\nas1c22,Ann,Smith,a@b.c,,7\n",
}
FOUND = {"moodle": "as1c22@uni.example", "moodle in German": "as1c22@uni.example"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", EXPORTS)
def test_each_export_says_who_somebody_is(name, encoding, read):
    """Id and name are found, in every encoding that spreadsheet programs write."""
    (person,) = read(EXPORTS[name], encoding).people
    assert (person.id, person.name) == (FOUND.get(name, "as1c22"), "Ann Smith")


def test_two_of_one_name_are_two(read):
    """Where there is no id but a participant's number, equal names are told by it."""
    roster = read("Identifier,Full name\nParticipant 1,Ann Smith\nParticipant 2,Ann Smith\n")
    assert [person.id for person in roster.people] == ["Ann_Smith_1", "Ann_Smith_2"]


def test_ids_in_a_system_are_those_of_that_system(read):
    """Canvas's number and Moodle's participant are found by files of these systems and by no other."""
    canvas = read(EXPORTS["canvas"])
    assert canvas.find(Claim("x_4001", "x", "canvas", "4001")).id == "as1c22"
    assert canvas.find(Claim("x_4001", "x", "moodle", "4001")) is None
    moodle = read(EXPORTS["moodle in German"])
    assert moodle.find(Claim("x_12345", "x", "moodle", "12345")).name == "Ann Smith"


def test_groups_and_extensions(read):
    """A student may be in several groups, and may have more time or a time of their own."""
    roster = read("student,group,extension\nann,A; B,2 days\nbob,A,\ncem,,2026-11-25 12:00\n")
    assert roster.groups == {"A": ("ann", "bob"), "B": ("ann",)}
    ann, bob, cem = roster.people
    assert (ann.extension, bob.extension) == (2 * 24 * 60, 0)
    assert cem.due == datetime(2026, 11, 25, 12).astimezone().timestamp()


@pytest.mark.parametrize(
    ("text", "minutes"), [("2 days", 2880), ("1 week", 10080), ("36h", 2160), ("90", 90), ("1 d 2 h", 1560)]
)
def test_extensions_as_people_write_them(text, minutes):
    """Lengths of time in words, or minutes."""
    assert read_extension(text) == (minutes, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "line 1: has no column that says who somebody is"),
        ("student\nann\nann\n", "line 3: lists ann a second time"),
        ("student,extension\nann,soon\n", "line 2: has the extension 'soon'"),
        ("student,due\nann,tomorrow\n", "line 2: 'tomorrow' is not a time"),
        ('\nstudent,due\n\n"an\nn",\n\nbob,soon\n', "line 7: 'soon' is not a time"),
        ("\n\na,b\n", "line 3: has no column that says who somebody is"),
        ("student,extension\nann,31415926535\n", "line 2: has the extension '31415926535', which is more than ten"),
        ("student,due\nann,0026-11-20 15:00\n", "line 2: '0026-11-20 15:00' is not a time"),
        ("student,due\nann,9999-12-31T23:59-14:00\n", "line 2: .* is not a time"),
    ],
)
def test_a_roster_with_a_fault_is_refused_with_its_line(text, says, read):
    """One sentence with the place."""
    with pytest.raises(RosterError, match=says):
        read(text)


def test_a_file_that_is_none_is_no_traceback(read):
    """Whatever the bytes, they are read or refused."""
    for data in (b"\0\1\2", b"\xff\xfe\x00", b'"', b"\xff" * 50, b"a\rb"):
        with pytest.raises(RosterError):
            read(data)
