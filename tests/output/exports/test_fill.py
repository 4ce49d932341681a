"""Marks put into the file that a system gave out, and read back as the system's importer reads it."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest
from support.importers import CanvasCourse, MoodleAssignment, MoodleGrade, moodle_gradebook

from autograder.model.submission import KnownStudent

MOODLE = {
    "Ada_Lovelace_501": KnownStudent("Ada Lovelace", "moodle", "501"),
    "Blaise_Pascal_502": KnownStudent("Blaise Pascal", "moodle", "502"),
    "Jörg_Müller_503": KnownStudent("Jörg Müller", "moodle", "503"),
    "Emmy_Noether_504": KnownStudent("Emmy Noether", "moodle", "504"),
}
HEADER = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"'
)
DAY = '"Friday, 20 November 2026, 3:13 PM"'
WORKSHEET = "\r\n".join(
    [
        HEADER,
        f'"Participant 504","Emmy Noether",en@example.org,"For grading - ",,6.00,Yes,{DAY},-,"See me, ""soon"""',
        f'"Participant 501","Ada Lovelace",ada@example.org,Submitted,2.00,6.00,Yes,{DAY},{DAY},"  well done"',
        f'"Participant 503","Jörg Müller",jm@example.org,Submitted,5.50,6.00,Yes,{DAY},{DAY},',
        f'"Participant 502","Blaise Pascal",bp@example.org,Submitted,1.00,6.00,Yes,{DAY},{DAY},typed',
        '"Participant 505","Kurt Gödel",kg@example.org,"No submission",,6.00,Yes,-,-,',
        "",
    ]
)


def worksheet(tmp_path, text=WORKSHEET, encoding="utf-8-sig"):
    path = tmp_path / "grades.csv"
    path.write_bytes(text.encode(encoding))
    return path


def moodle(language=None):
    marked = datetime(2026, 11, 20, 15, 13, tzinfo=UTC)
    assignment = MoodleAssignment(
        6.0,
        {
            501: MoodleGrade(2.0, marked, "  well done"),
            502: MoodleGrade(1.0, marked, "typed"),
            503: MoodleGrade(5.5, marked, ""),
            504: None,
            505: None,
        },
        {},
    )
    if language:
        assignment.language = language
    return assignment


def test_moodle_reads_the_marks_and_nothing_else_changes(graded, export, tmp_path):
    """The final marks arrive; who waits keeps mark and comment; no byte outside two cells is another."""
    given, filled = worksheet(tmp_path), tmp_path / "filled.csv"
    status, said = export(graded(MOODLE, waits=["Blaise_Pascal_502"]), "--fill", given, "--to", filled)
    expected = WORKSHEET.replace('grading - ",,6.00', 'grading - ",5.5,6.00').replace(",2.00,6", ",5.5,6")
    assert filled.read_bytes() == expected.encode("utf-8-sig")
    system = moodle()
    assert system.import_worksheet(filled.read_bytes()) == [504, 501]
    assert {number: grade and (grade.grade, grade.feedback) for number, grade in system.grades.items()} == {
        501: (5.5, "  well done"), 502: (1.0, "typed"), 503: (5.5, ""), 504: (5.5, 'See me, "soon"'), 505: None,
    }  # fmt: skip
    assert status == 1, "one waits"
    assert "waits: Blaise_Pascal_502, not final: 1 item to be marked by a person" in said
    assert "changed: Ada_Lovelace_501, 2.00 to 5.5" in said
    assert "in the file, not marked: Kurt Gödel" in said


def test_a_second_import_is_not_passed_over(graded, export, tmp_path):
    """The times of the file stay, so that Moodle takes the same file twice, and never above a mark that came since."""
    given, filled = worksheet(tmp_path), tmp_path / "filled.csv"
    status, _ = export(graded(MOODLE), "--fill", given, "--to", filled)
    assert status == 0
    system = moodle()
    system.import_worksheet(filled.read_bytes())
    system.grades[501] = MoodleGrade(1.0, datetime(2026, 11, 20, 15, 13, tzinfo=UTC), "")
    assert system.import_worksheet(filled.read_bytes()) == [501]
    system.grades[501] = MoodleGrade(6.0, datetime(2026, 11, 25, 9, 0, tzinfo=UTC), "by the teacher")
    assert system.import_worksheet(filled.read_bytes()) == []


LANGUAGES = {
    "de": (
        {"id": "ID", "grade": "Bewertung", "modified": "Zuletzt geändert (Bewertung)", "user": "Teilnehmer/in ",
         "feedback": "Feedback als Kommentar"},
        "ID;Vollständiger Name;Status;Bewertung;Bestwertung;Änderbar;Zuletzt geändert (Bewertung);",
        "{user}{number};{name};Zur Bewertung abgegeben;{grade};6,00;Ja;-;",
    ),
    "fr": (
        {"id": "Identifiant", "grade": "Note", "modified": "Dernière modification (note)", "user": "Participant ",
         "feedback": "Feedback par commentaires"},
        "Identifiant;Nom complet;Statut;Groupe;Évaluateur;Note;Note maximale;Modifiable;Dernière modification (note);",
        "{user}{number};{name};Remis pour évaluation;;;{grade};6,00;Oui;-;",
    ),
    "zh": (
        {"id": "标识符", "grade": "成绩", "modified": "最近修改(成绩)", "user": "用户", "feedback": "反馈评语"},
        "标识符;状态;成绩;最高成绩;成绩可以更改;最近修改(提交);最近修改(成绩);反馈评语",
        "{user}{number};已提交;{grade};6,00;是;2026年11月20日 星期五 15:13;-;",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("grades", [("", "", ""), ("6,00", "6,00", "6,00")])
def test_a_worksheet_in_any_language(graded, export, tmp_path, language, grades):
    """Whatever the headings say, marks go where the importer of that language looks for them; blind marking too."""
    words, header, row = LANGUAGES[language]
    numbers = dict(zip(("501", "503", "504"), grades, strict=True))
    names = {one.system_id: one.name for one in MOODLE.values()}
    rows = [row.format(user=words["user"], number=n, name=names[n], grade=grade) for n, grade in numbers.items()]
    given = worksheet(tmp_path, "\n".join([header, *rows, ""]))
    filled = tmp_path / "filled.csv"
    known = {student: one for student, one in MOODLE.items() if one.system_id in numbers}
    status, said = export(graded(known), "--fill", given, "--to", filled)
    assert status == 0, said
    system = MoodleAssignment(6.0, dict.fromkeys(map(int, numbers)), {}, words)
    text = filled.read_text("utf-8-sig").replace(",", ".").replace(";", ",")
    assert sorted(system.import_worksheet(text.encode())) == [501, 503, 504]
    assert {grade.grade for grade in system.grades.values()} == {5.5}
    assert ";5,5;" in filled.read_text("utf-8-sig"), "with a comma, as the file writes decimals"


def test_a_number_of_another_assignment_marks_nobody_else(graded, export, tmp_path):
    """Numbers that fit while the names differ are no match; who is found by name is said."""
    text = WORKSHEET.replace("Participant 501", "Participant 999").replace("Participant 504", "Participant 501")
    given, filled = worksheet(tmp_path, text), tmp_path / "filled.csv"
    known = {student: one for student, one in MOODLE.items() if one.system_id == "501"}
    status, said = export(graded(known), "--fill", given, "--to", filled)
    assert status == 1
    assert "'Emmy Noether' has the number or login of Ada_Lovelace_501, and another name" in said
    assert "found by name alone: Ada_Lovelace_501" in said
    assert filled.read_bytes() == text.replace(",2.00,6", ",5.5,6").encode("utf-8-sig")


def test_other_points_are_not_mixed_up(graded, export, tmp_path):
    """A file for other points is refused with the remedy, and converted when that is asked for."""
    given, filled = worksheet(tmp_path, WORKSHEET.replace("6.00", "100.00")), tmp_path / "filled.csv"
    root = graded(MOODLE)
    status, said = export(root, "--fill", given, "--to", filled)
    assert status == 1
    assert "it is for 100 points, and the marks are out of 6" in said
    assert not filled.exists()
    assert export(root, "--fill", given, "--to", filled, "--rescale")[0] == 0
    assert filled.read_text("utf-8-sig").count(",91.6667,100.00,") == 4


def test_who_is_late_and_who_is_absent(graded, export, tmp_path):
    """The late ones are named with what it cost them, and so are those who handed in nothing."""
    root = graded(MOODLE, late={"Ada_Lovelace_501": 35}, absent=["Emmy_Noether_504"])
    status, said = export(root, "--fill", worksheet(tmp_path), "--to", tmp_path / "filled.csv")
    assert status == 0
    assert "late: Ada_Lovelace_501, 35 minutes, 1 point taken off" in said
    assert "in the gradebook, nothing handed in: Emmy_Noether_504" in said
    assert ",4.5,6.00" in (tmp_path / "filled.csv").read_text("utf-8-sig")


CANVAS = {
    "lovelaceada_4001": KnownStudent("lovelaceada", "canvas", "4001"),
    "pascalblaise_4002": KnownStudent("pascalblaise", "canvas", "4002"),
    "emmy": KnownStudent("Emmy Noether"),
}
GRADEBOOK = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,toy (77),Toy 2 (78),Current Score,Final Grade
,,,,,,Manual Posting,,,
"    Points Possible",,,,,,6,10,(read only),(read only)
"Lovelace, Ada",4001,s1,ada,Lab A,"a ""note""",3.5,7,58,F
"Noether, Emmy",4003,s3,emmy,Lab A,,,8,,
"Pascal, Blaise",4002,s2,blaise,Lab B,,2,9,33,F
"Student, Test",4999,,x9,Lab A,,,,,
'''


def canvas():
    return CanvasCourse(
        {4001: "Lovelace, Ada", 4002: "Pascal, Blaise", 4003: "Noether, Emmy", 4999: "Student, Test"},
        {77: "toy", 78: "Toy 2"},
        {(4001, 77): "3.5", (4002, 77): "2", (4001, 78): "7", (4002, 78): "9", (4003, 78): "8"},
        custom={"Notes"},
    )


def test_canvas_reads_the_marks_and_no_grade_is_cleared(graded, export, tmp_path):
    """The column is found by title and id; whose mark waits keeps the grade; nothing else changes."""
    given, filled = tmp_path / "Grades.csv", tmp_path / "filled.csv"
    given.write_text(GRADEBOOK, newline="\r\n")
    status, said = export(graded(CANVAS, waits=["pascalblaise_4002"]), "--fill", given, "--to", filled)
    assert canvas().import_gradebook(filled.read_bytes()) == {(4001, 77): "5.5", (4003, 77): "5.5"}
    expected = GRADEBOOK.replace('note""",3.5', 'note""",5.5').replace("Lab A,,,8", "Lab A,,5.5,8")
    assert filled.read_bytes() == expected.replace("\n", "\r\n").encode()
    assert status == 1
    assert "waits: pascalblaise_4002" in said
    assert "Test" not in said


@pytest.mark.parametrize(
    ("asked", "header", "says"),
    [
        (None, "toy (77),Toy (78)", "several fit; name one with --column: 'toy (77)', 'Toy (78)'"),
        (None, "Other (77),Toy 2 (78)", "there is none; name one with --column"),
        ("nonsense", "toy (77),Toy 2 (78)", "the column 'nonsense': there is none"),
        ("Current Score", "toy (77),Toy 2 (78)", "the column 'Current Score': there is none"),
    ],
)
def test_an_uncertain_column_is_asked_for(graded, export, tmp_path, asked, header, says):
    """Where two columns could be meant, or none, nothing is written and the columns are named."""
    given, filled = tmp_path / "Grades.csv", tmp_path / "filled.csv"
    given.write_text(GRADEBOOK.replace("toy (77),Toy 2 (78)", header))
    status, said = export(graded(CANVAS), "--fill", given, "--to", filled, *(("--column", asked) if asked else ()))
    assert status == 1
    assert says in said
    assert not filled.exists()


@pytest.mark.parametrize("asked", ["toy (77)", "toy", "77"])
def test_a_column_is_asked_for_by_heading_title_or_id(graded, export, tmp_path, asked):
    """--column takes the heading, the title or the number."""
    given, filled = tmp_path / "Grades.csv", tmp_path / "filled.csv"
    given.write_text(GRADEBOOK.replace("Toy 2 (78)", "Toy (78)"))
    assert export(graded(CANVAS), "--fill", given, "--to", filled, "--column", asked)[0] == 0
    assert len(canvas().import_gradebook(filled.read_bytes())) == 3


def test_a_column_that_canvas_works_out_takes_no_marks(graded, export, tmp_path):
    """A read-only column is refused."""
    given = tmp_path / "Grades.csv"
    given.write_text(GRADEBOOK.replace(",,,,,,6,10,", ",,,,,,(read only),10,"))
    status, said = export(graded(CANVAS), "--fill", given, "--to", tmp_path / "filled.csv")
    assert (status, "takes no marks" in said) == (1, True)


OTHERS = {
    "ann": KnownStudent("Ann Smith", "blackboard", "ann"),
    "bob": KnownStudent("Bob Jones", "gradescope", "S2"),
    "carla": KnownStudent("Carla Wu", "folder"),
}
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"'
    '\t"toy [Total Pts: 6 Score] |1234567"\t"Weighted Total [Total Pts: up to 100 Percentage] |1234500"\n'
    '"Smith"\t"Ann"\t"ann"\t"A1"\t"2026-11-20 12:00:00"\t"Yes"\t""\t"10"\n'
    '"Jones"\t"Bob"\t"bob"\t"S2"\t"2026-11-20 12:00:00"\t"Yes"\t"2.00"\t"20"\n'
    '"Wu"\t"Carla"\t"carla"\t"C3"\t""\t"Yes"\t""\t"30"\n'
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Email,toy Points Grade <Numeric MaxPoints:6 Weight:10>,"
    "Other Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\r\n"
    "#A1,#ann,Smith,Ann,ann@example.org,,4,#\r\n"
    "#S2,#bob,Jones,Bob,bob@example.org,2,5,#\r\n"
    "#C3,#carla,Wu,Carla,carla@example.org,,6,#\r\n"
)
GRADESCOPE = (
    "First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission ID,Submission Time,Lateness\n"
    "Ann,Smith,A1,ann@example.org,,,6.0,Graded,1,2026-11-20 11:00:00 +0000,00:00:00\n"
    "Bob,Jones,S2,bob@example.org,,2.0,6.0,Graded,2,2026-11-20 11:00:00 +0000,00:00:00\n"
    "Carla,Wu,C3,carla@example.org,,,6.0,Missing,,,\n"
)
ANY = "who;what;mark;max\nann;x;;6\nbob;y;2,0;6\ncarla;z;;6\n"


@pytest.mark.parametrize(
    ("text", "encoding", "arguments", "changes"),
    [
        (BLACKBOARD, "utf-16", (), {'"Yes"\t""\t"': '"Yes"\t"5.5"\t"', '"2.00"': '"5.5"'}),
        (BRIGHTSPACE, "utf-8-sig", (), {"org,,": "org,5.5,", "org,2,": "org,5.5,"}),
        (GRADESCOPE, "utf-8", (), {"org,,,": "org,,5.5,", "org,,2.0,": "org,,5.5,"}),
        (ANY, "cp1252", ("--key", "who", "--column", "mark"), {";;": ";5,5;", "2,0": "5,5"}),
    ],
    ids=["blackboard", "brightspace", "gradescope", "any"],
)
def test_other_systems(graded, export, tmp_path, text, encoding, arguments, changes):
    """Blackboard's, Brightspace's and Gradescope's files and any table get the marks, and no other byte changes."""
    given, filled = tmp_path / "given.csv", tmp_path / "filled.csv"
    given.write_bytes(text.encode(encoding))
    status, said = export(graded(OTHERS), "--fill", given, "--to", filled, *arguments)
    assert status == 0, said
    for before, after in changes.items():
        text = text.replace(before, after)
    assert filled.read_bytes() == text.encode(encoding)
    assert filled.read_bytes()[:2] != codecs.BOM_UTF16_LE or encoding == "utf-16"


def test_moodles_gradebook_export(graded, export, tmp_path):
    """The CSV of Moodle's own gradebook is filled with --key and --column, as its import maps them."""
    given, filled = tmp_path / "gradebook.csv", tmp_path / "filled.csv"
    given.write_text(
        '"ID number","Email address","Assignment: Toy (Real)"\nann,a@x.org,-\nbob,b@x.org,-\nzoe,z@x.org,-\n'
    )
    known = {"ann": KnownStudent("Ann"), "bob": KnownStudent("Bob")}
    arguments = ("--key", "ID number", "--column", "Assignment: Toy (Real)")
    assert export(graded(known, waits=["bob"]), "--fill", given, "--to", filled, *arguments)[0] == 1
    read = moodle_gradebook(filled.read_bytes(), "ID number", "Assignment: Toy (Real)", {"ann", "bob", "zoe"})
    assert read == {"ann": 5.5, "bob": None, "zoe": None}


def test_two_rows_of_one_student_get_no_mark(graded, export, tmp_path):
    """Where two rows answer to one student, or two students to a name, nobody gets a mark, and it is said."""
    given, filled = tmp_path / "given.csv", tmp_path / "filled.csv"
    given.write_text("who,mark\nann,\nANN,\nbob,\n")
    known = {"ann": KnownStudent("Ann"), "bob": KnownStudent("Bob"), "cid": KnownStudent("Cid")}
    status, said = export(graded(known), "--fill", given, "--to", filled, "--key", "who", "--column", "mark")
    assert status == 1
    assert filled.read_text() == "who,mark\nann,\nANN,\nbob,5.5\n"
    assert "ann answers to several rows: 2 and 3" in said
    assert "left out: cid, not in the file" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "this is no file of a system that is known here; its columns are 'who', 'mark'"),
        (("--key", "login", "--column", "mark"), "there is no column 'login'"),
        (("--key", "who"), "there is none; name one with --column: 'mark'"),
    ],
)
def test_a_table_that_nobody_knows_is_asked_about(graded, export, tmp_path, arguments, says):
    """Without a system that is known the columns have to be named, and the message names them."""
    given = tmp_path / "given.csv"
    given.write_text("who,mark\nann,\n")
    status, said = export(graded({"ann": KnownStudent("Ann")}), "--fill", given, *arguments)
    assert status == 1
    assert says in said


def test_the_filled_file_stands_with_the_marks(graded, export, tmp_path):
    """Without --out the file that was given stays as it is, and the filled one stands in OUT."""
    given = worksheet(tmp_path)
    root = graded(MOODLE)
    assert export(root, "--fill", given)[0] == 0
    assert (root / "grades-filled.csv").is_file()
    assert given.read_bytes() == WORKSHEET.encode("utf-8-sig")


def test_either_a_file_or_a_format(graded, export):
    """--fill and --format exclude each other, and one of them is needed."""
    root = graded(OTHERS)
    assert export(root)[0] == 2
    assert export(root, "--format", "moodle", "--wide")[0] == 2
