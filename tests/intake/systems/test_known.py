"""Each hand-in system by its own rule; each pile names the source in which the rule stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.intake.people.roster import Person, Roster
from autograder.intake.systems.claim import Form
from autograder.intake.systems.known.blackboard import read_note
from autograder.intake.systems.known.gradescope import read_list

# moodle/mod/assign/classes/downloader.php: get_student_prefix, load_submissionplugin_filelist
MOODLE = {
    "folders": {
        "d.zip!/Ann Smith_12345_assignsubmission_file/2.1_ForwardAD.ipynb": "Ann_Smith_12345",
        "d.zip!/Jörg Müller_12346_assignsubmission_file_/work.zip!/lab2/x.ipynb": "Jörg_Müller_12346",
        "d.zip!/李明_12347_assignsubmission_file_/2.1_ForwardAD.ipynb": "李明_12347",
        "d.zip!/ONeil, Zoë-Ann 2nd_12348_assignsubmission_file_/a_1_assignsubmission_file_/x.ipynb": (
            "ONeil-_Zoë-Ann_2nd_12348"
        ),
    },
    "files": {
        "d.zip!/Ann Smith_12345_assignsubmission_file_2.1_ForwardAD.ipynb": "Ann_Smith_12345",
        "d.zip!/Bo_12346_assignsubmission_file_Ann Smith_12345_assignsubmission_file_2.1.ipynb": "Bo_12346",
    },
    "two equal names": {
        "d.zip!/Ann Smith_1_assignsubmission_file_/2.1.ipynb": "Ann_Smith_1",
        "d.zip!/Ann Smith_2_assignsubmission_file_/2.1.ipynb": "Ann_Smith_2",
    },
    "anonymous, in German": {
        "d.zip!/Teilnehmerin_12345_assignsubmission_file_/2.1.ipynb": "Teilnehmerin_12345",
        "d.zip!/Teilnehmerin_12346_assignsubmission_file_/2.1.ipynb": "Teilnehmerin_12346",
    },
}

# canvas-lms/lib/content_zipper.rb: get_filename, sanitize_user_name, add_text_or_url
CANVAS = {
    "files": {
        "submissions.zip!/smithann_4001_90001_2.1_ForwardAD.ipynb": "smithann_4001",
        "submissions.zip!/smithann_LATE_4001_90002_2.2_ReverseAD-1.ipynb": "smithann_4001",
        "submissions.zip!/van_der_bergbo_4002_90003_work.zip!/2.1_ForwardAD.ipynb": "van_der_bergbo_4002",
        "submissions.zip!/müllerjörg_4003_90004_2026_11_20_2.1.ipynb": "müllerjörg_4003",
        "submissions.zip!/roebo_4004_90005_Lab_bob_attempt_2026-01-01-10-00-00_2.1.ipynb": "roebo_4004",
    },
    "one file that looks like Blackboard's": {
        "submissions.zip!/roebo_4004_90005_Lab_bob_attempt_2026-01-01-10-00-00_2.1.ipynb": "roebo_4004",
    },
    "anonymous": {
        "submissions.zip!/anon_AbCd3_90004_2.1_ForwardAD.ipynb": "anonymous_AbCd3",
        "submissions.zip!/LATE_anon_AbCd4_90005_2.1_ForwardAD.ipynb": "anonymous_AbCd4",
    },
    "links and texts": {
        "submissions.zip!/smithann_4001_link.html": "smithann_4001",
        "submissions.zip!/roebo_LATE_4004_text.html": "roebo_4004",
        "submissions.zip!/LATE_anon_AbCd3_link.html": "anonymous_AbCd3",
    },
}

# Blackboard help, "Download assignments": Assignment_username_attempt_date_file, a text file for each attempt
BLACKBOARD = {
    "files": {
        "gradebook.zip!/Lab_2_ab1c22_attempt_2026-11-20-15-13-40_2.1_ForwardAD.ipynb": "ab1c22",
        "gradebook.zip!/Lab_2_ab1c22_attempt_2026-11-20-15-13-40.txt": "ab1c22",
        "gradebook.zip!/Lab_2_xy9z21_attempt_2026-11-20-16-00-00_4001_90001_2.1.ipynb": "xy9z21",
        "gradebook.zip!/Lab_2_cem_attempt_2026-11-20-16-00-00_x_attempt_2026-01-01-01-01-01_y.ipynb": "cem",
    },
}

# D2L, "Download submissions": USER-FOLDER - Name - Mon DD, YYYY HMM AM
BRIGHTSPACE = {
    "folders": {
        "d.zip!/12345-67890 - Ann Smith - Nov 20, 2026 313 PM/2.1_ForwardAD.ipynb": "Ann_Smith_12345",
        "d.zip!/12345-67890 - Ann Smith - Nov 21, 2026 1013 AM/2.1_ForwardAD.ipynb": "Ann_Smith_12345",
        "d.zip!/12346-67890 - Zoë O'Neil - Roe - Nov 20, 2026 313 PM/2.1.ipynb": "Zoë_O'Neil_-_Roe_12346",
        "d.zip!/index.html": "",
    },
}

# gradescope, "Export submissions": submission_metadata.yml beside the folders
GRADESCOPE = {
    "beside": {
        "e.zip!/a_export/submission_metadata.yml": "",
        "e.zip!/a_export/submission_11/2.1_ForwardAD.ipynb": "3001 & bo@uni.example",
        "e.zip!/a_export/submission_13/submission_11/2.1_ForwardAD.ipynb": "3003",
    },
    "above": {
        "e.zip!/submission_metadata.yml": "",
        "e.zip!/a_export/submission_11/2.1_ForwardAD.ipynb": "3001 & bo@uni.example",
        "e.zip!/a_export/submission_13/2.1_ForwardAD.ipynb": "3003",
    },
    "one submission": {
        "x/assignment_123_export/submission_metadata.yml": "",
        "x/assignment_123_export/submission_13/2.1_ForwardAD.ipynb": "3003",
    },
    "inside, by a student": {
        "e/submission_metadata.yml": "",
        "e/submission_11/2.1_ForwardAD.ipynb": "3001 & bo@uni.example",
        "e/submission_13/submission_metadata.yml": "3003",
    },
}
LIST = b"""---
submission_11:
  :submitters:
  - :name: Ann Smith
    :sid: '3001'
    :email: ann@uni.example
  - :name: Bo
    :sid:
    :email: bo@uni.example
  :created_at: 2026-11-20 15:13:40.000000000 Z
  :results: &a
    submission_12: {":submitters": [{":sid": "666"}]}
submission_13:
  :submitters:
  - :name: Cem
    :sid: '3003'
    :email: cem@uni.example
"""

# sakai/assignment, AssignmentServiceImpl.zipSubmissions: "Last, First(eid)/Submission attachment(s)/file"
SAKAI = {
    "folders": {
        "b.zip!/Lab 2/grades.csv": "",
        "b.zip!/Lab 2/Smith, Ann(asmith)/Submission attachment(s)/2.1.ipynb": "asmith",
        "b.zip!/Lab 2/Smith, Ann(asmith)/timestamp.txt": "asmith",
        "b.zip!/Lab 2/O'Neil (Roe), Zoë(zoneil)/Submission attachment(s)/2.1.ipynb": "zoneil",
        "b.zip!/Lab 2/Müller,(jm_1)/Müller,(jm_1)_submissionText.html": "jm_1",
        "b.zip!/Lab 2/Roe, Bo(broe)/Submission attachment(s)/Smith, Ann(asmith)/timestamp.txt": "broe",
    },
}

# ILIAS/Modules/Exercise/classes/class.ilExSubmission.php: getDirectoryNameFromUserData
ILIAS = {
    "folders": {
        "d.zip!/Lab 2/Smith_Ann_asmith_412/2.1.ipynb": "Smith_Ann_asmith_412",
        "d.zip!/Lab 2/van_der_Berg_Bo_bberg_413/2.1.ipynb": "van_der_Berg_Bo_bberg_413",
        "d.zip!/Lab 2/Roe_Cem_croe_414/Smith_Ann_asmith_412/2.1.ipynb": "Roe_Cem_croe_414",
    },
}

# Submitty, site/app/controllers/student/SubmissionController.php; /var/local/submitty/courses/.../submissions
SUBMITTY = {
    "folders": {
        "submissions/asmith/1/2.1.ipynb": "asmith",
        "submissions/asmith/2/2.1.ipynb": "asmith",
        "submissions/asmith/user_assignment_settings.json": "asmith",
        "submissions/asmith/2/.submit.timestamp": "asmith",
        "submissions/broe/1/asmith/3/2.1.ipynb": "broe",
    },
}

# mod_vpl/views/downloadallsubmissions.php: "lastname firstname id username/Y-m-d-H-i-s/"
VPL = {
    "folders": {
        "d.zip!/Smith Ann 123 asmith/2026-11-20-15-13-40/2.1.ipynb": "asmith",
        "d.zip!/Smith Ann 123 asmith/2026-11-20-15-13-40.ceg/grade.txt": "asmith",
        "d.zip!/Smith Ann 123 asmith/2026-11-21-15-13-40/2.1.ipynb": "asmith",
        "d.zip!/van der Berg_ Bo 124 b_berg/2026-11-20-15-13-40/2.1.ipynb": "b_berg_124",
        "d.zip!/Report.txt": "",
    },
}

# Autolab/app/models/submission.rb: handin_file_long_filename, handin_file_filename
AUTOLAB = {
    "files": {
        "d.zip!/ann_s@uni.example_1_handin.ipynb": "ann_s@uni.example",
        "d.zip!/ann_s@uni.example_12_handin.ipynb": "ann_s@uni.example",
        "d.zip!/bo@uni.example_3_handin.zip!/ann_s@uni.example_1_handin.ipynb": "bo@uni.example",
    },
    "the course's folder": {
        "handin/ann@uni.example/1_handin.ipynb": "ann@uni.example",
        "handin/ann@uni.example/1_autograde.txt": "ann@uni.example",
        "handin/bo@uni.example/2_handin.ipynb": "bo@uni.example",
    },
}

# gh-classroom, `clone student-repos`; classroom50/README.md: `{classroom}-{assignment}-{username}`
GITHUB = {
    "GitHub Classroom": {
        "lab2-submissions/lab2-ann-smith/2.1.ipynb": "ann-smith",
        "lab2-submissions/lab2-anna/2.1.ipynb": "anna",
        "lab2-submissions/lab2-mallory/lab2-anna/2.1.ipynb": "mallory",
    },
    "Classroom 50": {
        "repos/cs50-lab2-ann-smith/2.1.ipynb": "ann-smith",
        "repos/cs50-lab2-lab2/2.1.ipynb": "lab2",
    },
    "another slug": {
        "autodiff-submissions/autodiff-ann/2.1.ipynb": "ann",
        "autodiff-submissions/autodiff-bob/2.1.ipynb": "bob",
    },
}

# nbgrader/exchange/default/submit.py and collect.py
NBGRADER = {
    "inbound": {
        "inbound/ann+lab2+2026-11-20 15:13:40.123456 UTC+abc/2.1_ForwardAD.ipynb": "ann",
        "inbound/ann+lab2+2026-11-20 15:13:40.123456 UTC+abc/timestamp.txt": "ann",
        "inbound/b_o-1+lab2+2026-11-20 15_13_40 UTC/ann+lab2+2099-01-01 00:00:00 UTC/2.1.ipynb": "b_o-1",
    },
    "submitted": {
        "submitted/ann/lab2/2.1_ForwardAD.ipynb": "ann",
        "submitted/ann/lab2/timestamp.txt": "ann",
        "submitted/bob/lab2/2.1_ForwardAD.ipynb": "bob",
    },
}

PILES = {
    f"{system}: {name}": pile
    for system, piles in {
        "moodle": MOODLE,
        "canvas": CANVAS,
        "blackboard": BLACKBOARD,
        "brightspace": BRIGHTSPACE,
        "gradescope": GRADESCOPE,
        "sakai": SAKAI,
        "ilias": ILIAS,
        "submitty": SUBMITTY,
        "vpl": VPL,
        "autolab": AUTOLAB,
        "github": GITHUB,
        "nbgrader": NBGRADER,
    }.items()
    for name, pile in piles.items()
}


@pytest.mark.parametrize("name", PILES)
def test_each_system_gives_each_file_to_its_student(name, students):
    """A download is read by its system's own rule, whatever is in names and below them."""
    texts = {path: LIST for path in PILES[name] if path.endswith("submission_metadata.yml")}
    assert students(*PILES[name], own=texts) == PILES[name]


@pytest.mark.parametrize("name", [name for name in PILES if "anonymous" not in name])
def test_each_system_is_told_from_every_other(name, claims):
    """What one system wrote is never taken for another's."""
    found = claims(*PILES[name])
    systems = {claim.system for mine in found.values() for claim in mine or ()}
    assert systems <= {name.partition(":")[0]}


def one(found, path):
    (claim,) = found[path]
    return claim


def test_a_link_or_a_text_is_no_notebook(claims):
    """Canvas's links and texts and Moodle's online texts are a student's, and not files."""
    found = claims(*CANVAS["links and texts"])
    assert [mine[0].form for mine in found.values()] == [Form.LINK, Form.TEXT, Form.LINK]
    path = "d.zip!/Ann Smith_12_assignsubmission_onlinetext_/onlinetext.html"
    assert one(claims(path), path).form is Form.TEXT


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC).timestamp()


def local(*numbers):
    return datetime(*numbers).astimezone().timestamp()


BO = "gradebook.zip!/Lab_bo_attempt_2026-11-20-15-13-40_2.1.ipynb"
EXCHANGE = "in/ann+lab2+2026-11-20 15:13:40.5 UTC+a/2.1.ipynb"
D2L = "d.zip!/1-2 - Ann - Nov 20, 2026 313 PM/2.1.ipynb"
ANN_VPL = "d.zip!/Smith Ann 123 asmith/2026-11-20-15-13-40/2.1.ipynb"
SUBMITTED = {"submitted/ann/lab2/2.1.ipynb": None, "submitted/ann/lab2/timestamp.txt": b"2026-11-20 15:13:40 UTC\n"}
VERSION = {"s/ann/1/2.1.ipynb": None, "s/ann/1/.submit.timestamp": b"2026-11-20 15:13:40-0500\n"}
SAKAIS = {
    "b/Lab/Smith, Ann(ann)/Submission attachment(s)/x.ipynb": None,
    "b/Lab/Smith, Ann(ann)/timestamp.txt": b"20261120151340000",
}
SCOPED = {"e/submission_11/2.1.ipynb": None, "e/submission_metadata.yml": LIST}


@pytest.mark.parametrize(
    ("pile", "time"),
    [
        ({BO: None}, local(2026, 11, 20, 15, 13, 40)),
        ({EXCHANGE: None}, utc(2026, 11, 20, 15, 13, 40)),
        ({D2L: None}, local(2026, 11, 20, 15, 13)),
        ({ANN_VPL: None}, local(2026, 11, 20, 15, 13, 40)),
        (SUBMITTED, utc(2026, 11, 20, 15, 13, 40)),
        (VERSION, utc(2026, 11, 20, 20, 13, 40)),
        (SAKAIS, local(2026, 11, 20, 15, 13, 40)),
        (SCOPED, utc(2026, 11, 20, 15, 13, 40)),
    ],
    ids=["blackboard", "exchange", "brightspace", "vpl", "collected", "submitty", "sakai", "gradescope"],
)
def test_the_time_of_handing_in_is_the_systems(pile, time, claims):
    """Names, and files that a system writes beside attempts, say when something was handed in."""
    found = claims(*pile, own={path: text for path, text in pile.items() if text})
    assert found[next(iter(pile))][0].time == time


def test_newer_attempts_come_later(claims):
    """Attempts of one student are ordered; where a system says which version counts, that one is the last."""
    for first, second in (
        ("d.zip!/1-2 - Ann - Nov 20, 2026 913 PM/2.1.ipynb", "d.zip!/1-2 - Ann - Nov 21, 2026 813 AM/2.1.ipynb"),
        (f"{ANN_VPL[:-9]}/2.1.ipynb", "d.zip!/Smith Ann 123 asmith/2026-11-20-16-00-00/2.1.ipynb"),
        ("d/a@b.c_2_x.ipynb", "d/a@b.c_10_x.ipynb"),
    ):
        found = claims(first, second)
        assert one(found, first).attempt < one(found, second).attempt
    settings = "s/ann/user_assignment_settings.json"
    found = claims("s/ann/1/x.ipynb", "s/ann/2/x.ipynb", settings, own={settings: b'{"active_version": 1}'})
    assert one(found, "s/ann/1/x.ipynb").attempt > one(found, "s/ann/2/x.ipynb").attempt


TEAMS = [
    "d.zip!/Group A_12345_assignsubmission_file_/2.1.ipynb",
    "d.zip!/Group B_12346_assignsubmission_file_/2.1.ipynb",
]


def test_a_moodle_team_is_never_the_participant_of_its_number(students, claims):
    """In a download of teams the number is the team's; without a list of members the team stands for itself."""
    assert students(*TEAMS) == {TEAMS[0]: "Group_A_team_12345", TEAMS[1]: "Group_B_team_12346"}
    assert {claim.system for mine in claims(*TEAMS).values() for claim in mine} == {"moodle team"}
    default = "d.zip!/Standardgruppe_assignsubmission_file_/2.1.ipynb"
    assert students(default) == {default: "Standardgruppe_team"}


def test_a_team_is_its_members_where_the_roster_has_them(students):
    """What a team handed in is each member's."""
    people = [
        Person("ann", groups=("Group A",)),
        Person("bob", groups=("Group A",)),
        Person("cem", groups=("Rockets",)),
    ]
    own = "d.zip!/Rockets_12347_assignsubmission_file_/2.1.ipynb"
    found = students(*TEAMS[:1], own, roster=Roster(people))
    assert found == {TEAMS[0]: "ann & bob", own: "cem"}


def test_blackboards_note_names_the_student(students):
    """The text file beside an attempt gives name and login; what stands below its head is a student's."""
    note = b"Name: Ann Smith (ab_1)\nAssignment: Lab 2\nDate Submitted: today\n\nComments:\nName: Eve (root)\n"
    assert read_note(note) == ("Ann Smith", "ab_1")
    path = "gradebook.zip!/Lab 2_ab_1_attempt_2026-11-20-15-13-40"
    pile = (f"{path}.txt", f"{path}_2.1.ipynb", "gradebook.zip!/Lab 2_ab_2_attempt_2026-11-20-15-13-40_2.1.ipynb")
    assert list(students(*pile, own={f"{path}.txt": note}).values()) == ["ab_1", "ab_1", "ab_2"]


def test_a_blackboard_note_of_ones_own_names_nobody(students, claims):
    """A note that says another login than its file's name is not heeded, and one inside an archive is content."""
    path = "gradebook.zip!/Lab 2_eve_attempt_2026-11-20-15-13-40"
    inside = f"{path}_work.zip!/Lab 2_bob_attempt_2026-11-20-15-13-40.txt"
    found = students(f"{path}.txt", inside, own={f"{path}.txt": b"Name: Bob (bob)\n", inside: b"Name: Bob (bob)\n"})
    assert set(found.values()) == {"eve"}


@pytest.mark.parametrize("data", [b"a: [", b"*x", b"\xff\xfe\x00", b"a: &a [*a, *a]\nb: *c"])
def test_a_list_that_is_none_is_an_error_and_nothing_else(data):
    """Broken or malicious YAML gives a ValueError or nothing, and no object is made of it."""
    try:
        found = read_list(data)
    except ValueError:
        found = {}
    assert found == {}
