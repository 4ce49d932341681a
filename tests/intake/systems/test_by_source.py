"""Piles made by the systems' own rules, tests/support/exporters.py, out of names that are hard on them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import exporters
from support.exporters import Member

from autograder.intake.people.roster import Person, Roster

FILE = "2.1_ForwardAD.ipynb"
TIME = "2026-11-20-15-13-40"
GROUP = "0f3b2a10-1111-4222-8333-444455556666"

PEOPLE = (
    Member(4001, "asmith", "Ann", "Smith"),
    Member(4002, "a_smith", "Ann", "Smith"),
    Member(4003, "a.smith", "Ann_Marie", "van der Berg"),
    Member(4004, "joneil", "Zoë", "O'Neil"),
    Member(4005, "zoneil", "Zoe", "ONeil"),
    Member(4006, "jm_1", "Jörg", "Müller"),
    Member(4007, "li", "明", "李"),
    Member(4008, "aditya", "आदित्य", "शर्मा"),
    Member(4009, "ivanov", "Иван", "Иванов"),
    Member(4010, "late", "LATE", "Anon"),
    Member(4011, "year", "2026", "11 20"),
    Member(4012, "roe2", "Bo (Jr.)", "Roe, Cem"),
    Member(4013, "ngo", "Ngo\u0302", "Nguye\u0302\u0303n"),
)
"""Underscores, commas, dates, accents, brackets, scripts, equal names, names that are equal after normalisation."""


def one_each(found, paths):
    """Each path has one claim, and no two the same student."""
    ids = [found[path] for path in paths]
    assert all(ids), dict(zip(paths, ids, strict=True))
    assert len(set(ids)) == len(ids)
    return ids


EXPORTS = {
    "moodle": lambda who: exporters.moodle(who, FILE),
    "moodle, files": lambda who: exporters.moodle(who, FILE, folders=False),
    "canvas": lambda who: exporters.canvas(who, 90_000 + who.number, FILE),
    "canvas, late": lambda who: exporters.canvas(who, 90_000 + who.number, FILE, late=True),
    "sakai": lambda who: exporters.sakai(who, FILE),
    "sakai, files": lambda who: exporters.sakai(who, FILE, folders=False),
    "ilias": lambda who: exporters.ilias(who, FILE),
    "vpl": lambda who: exporters.vpl(who, TIME, FILE),
    "autolab": lambda who: exporters.autolab(f"{who.login}@uni.example", 3, "handin.ipynb"),
    "autolab, one underscore": lambda who: exporters.autolab(f"{who.login}@uni.example", 3, "lab_two.ipynb"),
    "autolab, two underscores": lambda who: exporters.autolab(f"{who.login}@uni.example", 3, "my_lab_two.ipynb"),
    "nbgrader": lambda who: exporters.inbound(
        who.login, "lab2", "2026-11-20 15:13:40.5 UTC", FILE, random="aB-_9xyzq012"
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_everybody_has_a_place_of_their_own(name, claims, students):
    """Whatever people are called, each file goes to one student of that system, and no two share one."""
    paths = [f"d.zip!/{EXPORTS[name](who)}" for who in PEOPLE]
    system = name.partition(",")[0]
    assert {claim.system for mine in claims(*paths).values() for claim in mine or ()} == {system}
    one_each(students(*paths), paths)


@pytest.mark.parametrize("name", [name for name in EXPORTS if not name.startswith(("moodle", "autolab"))])
def test_everybody_is_found_in_the_class_list(name, students):
    """The class list finds each by number, login or name, and nobody is taken for another."""
    roster = Roster(
        [
            Person(who.login, f"{who.first} {who.last}", (f"canvas:{who.number}", f"ilias:{who.number}"))
            for who in PEOPLE
        ]
    )
    # VPL writes a_smith for a.smith: of the two who are called Ann Smith, nobody can say that this is not the other
    unsure = {"a_smith": "a_smith_4002"} if name == "vpl" else {}
    paths = {f"d.zip!/{EXPORTS[name](who)}": unsure.get(who.login, who.login) for who in PEOPLE}
    found = students(*paths, roster=roster)
    assert {path: found[path] for path in paths} == paths


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="/\\"), min_size=1, max_size=12
)
NAMES = WORDS.map(str.strip).filter(lambda name: name.strip(" ._,"))
LOGINS = st.from_regex(r"[a-z][a-z0-9_.-]{0,8}[a-z0-9]", fullmatch=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([name for name in EXPORTS if not name.startswith("autolab")]),
    people=st.lists(st.tuples(LOGINS, NAMES, NAMES), min_size=2, max_size=8, unique_by=lambda one: one[0]),
)
def test_no_names_put_two_people_into_one_place(name, people, students):
    """Out of any names and logins, nobody's file is anybody else's, and none is nobody's."""
    members = [Member(4001 + place, *one) for place, one in enumerate(people)]
    paths = [f"d.zip!/{EXPORTS[name](who)}" for who in members]
    one_each(students(*paths), paths)


def test_a_canvas_group_is_its_members(students):
    """content_zipper.rb, get_user_name: the group's name stands there; the class list says who is in it."""
    people = [Person("ann", groups=("Team_1_A b",)), Person("bob", groups=("Team_1_A b",)), Person("cem")]
    group = f"d.zip!/{exporters.canvas(PEOPLE[0], 90001, FILE, group='Team_1_A b')}"
    other = f"d.zip!/{exporters.canvas(PEOPLE[5], 90002, FILE)}"
    assert students(group, other, roster=Roster(people)) == {group: "ann & bob", other: "müllerjörg_4006"}


def test_a_sakai_group_is_whom_its_list_names(students):
    """AssignmentServiceImpl, zipGroupSubmissions: a folder with the group's number, members.txt in it."""
    work = exporters.sakai_group("Group 1", GROUP, FILE)
    listed = f"Lab 2/Group 1 ({GROUP})/members.txt"
    found = students(work, listed, own={listed: exporters.sakai_members([PEOPLE[0], PEOPLE[11]])})
    assert found[work] == "asmith & roe2"


def test_a_sakai_group_without_a_list_is_itself(students):
    """Where the list is missing the group stands for itself, and nobody for its number."""
    work = exporters.sakai_group("Group 1", GROUP, FILE)
    assert students(work, "Lab 2/grades.csv")[work] == "Group_1_team_0f3b2a10"


def test_several_in_one_sakai_folder_are_all_meant(students):
    """AssignmentServiceImpl, zipSubmissions: several submitters are joined with `; `."""
    work = "Lab 2/Smith, Ann(asmith); Roe, Bo(broe)/Submission attachment(s)/x.ipynb"
    assert students(work)[work] == "asmith & broe"


def test_an_anonymous_sakai_hand_in_has_its_number(claims):
    """AssignmentServiceImpl, zipSubmissions: the number of the submission and a word in the site's language."""
    work = f"Lab 2/{GROUP} Anonyme/Submission attachment(s)/x.ipynb"
    (claim,) = claims(work, "Lab 2/grades.csv")[work]
    assert (claim.system_id, claim.name) == (GROUP, "")


def test_a_vpl_group_has_no_login(claims):
    """downloadallsubmissions.php: what is blank at the end of a group's folder is cut off."""
    path = f"d.zip!/{exporters.vpl_group('Rockets', 12, TIME, FILE)}"
    (claim,) = claims(path)[path]
    assert (claim.team, claim.system_id) == ("Rockets", "12")


def test_vpls_number_is_nobodys_number_on_the_class_list(students):
    """Moodle's number of a user in VPL's folder is not the number that the university gave to somebody else."""
    roster = Roster([Person("bob", "Bob Roe", ("123",)), Person("ann.smith", "Ann Smith")])
    path = f"d.zip!/{exporters.vpl(Member(123, 'ann.smith', 'A', 'Smith'), TIME, FILE)}"
    assert students(path, roster=roster)[path] == "ann.smith"


def test_the_end_of_an_ilias_login_is_nobodys_login(students):
    """getDirectoryNameFromUserData: where a login may hold underscores, its last part is not looked up."""
    roster = Roster([Person("smith", "Jo Smith"), Person("broe", "Bo Roe")])
    path = f"d.zip!/{exporters.ilias(Member(412, 'b_smith', 'Ann', 'Smith'), FILE)}"
    assert students(path, roster=roster)[path] == "Smith_Ann_b_smith_412"


def test_an_ilias_team_is_its_members_where_the_class_list_has_it(students):
    """copySubmissionFilesToDir: `Team 5/`, and a folder for each who uploaded something."""
    path = f"d.zip!/{exporters.ilias(PEOPLE[0], FILE, team=5)}"
    assert students(path)[path] == "Smith_Ann_asmith_4001"
    people = [Person("asmith", groups=("Team 5",)), Person("bob", groups=("Team 5",))]
    assert students(path, roster=Roster(people))[path] == "asmith & bob"


def test_submitty_without_versions_has_the_systems_time(claims):
    """MiscController.php, downloadAssignedZips: with the active version alone its number is left out."""
    work = exporters.submitty("asmith", 3, FILE, active_only=True)
    stamp = exporters.submitty("asmith", 3, ".submit.timestamp", active_only=True)
    found = claims(work, stamp, own={stamp: b"2026-11-20 15:13:40-0500\n"})
    assert (found[work][0].system, found[work][0].time) == ("submitty", 1_795_205_620.0)


def test_a_submitty_team_is_never_a_login(claims):
    """Five digits and a login name a team: as seen in downloads, the source was not read."""
    paths = [exporters.submitty(who, 1, FILE) for who in ("00041_asmith", "00042_broe")]
    settings = [path.replace("1/" + FILE, "user_assignment_settings.json") for path in paths]
    found = claims(*paths, *settings)
    assert [found[path][0].team for path in paths] == ["00041_asmith", "00042_broe"]


def test_a_login_with_a_plus_is_whole(students):
    """collect.py, _path_to_record: from the right, so that a login may hold a plus."""
    path = exporters.inbound("ann+tag", "lab2", "2026-11-20 15:13:40.5 UTC", FILE, random="aB-_9xyzq012")
    assert students(path)[path] == students("in/x+lab2+2026-11-20 15:13:40 UTC/x.ipynb", path)[path]
    assert students(path)[path].startswith("ann-tag")


def test_nbgraders_secret_is_its_own(claims):
    """submit.py, copy_files: submission_secret.txt stands beside timestamp.txt."""
    for secret in (
        exporters.inbound("ann", "lab2", "2026-11-20 15:13:40.5 UTC", "submission_secret.txt"),
        "submitted/ann/lab2/submission_secret.txt",
    ):
        folder = secret.rpartition("/")[0]
        claims(secret, f"{folder}/{FILE}", f"{folder}/timestamp.txt")
        assert secret in claims.own
