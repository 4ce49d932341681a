"""How the systems name what they give out, written down as their sources have it: doubles for tests.

Each says which function of which file of the system's repository it follows; `tests/support/importers.py` are their
counterparts. They hold the rules only that decide whose a file is.
"""

from __future__ import annotations

import html.entities
import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """Somebody in a class, as a system's database has them."""

    number: int
    login: str
    first: str
    last: str


def moodle(who: Member, file: str, *, folders: bool = True) -> str:
    """moodle/moodle mod/assign/classes/downloader.php: get_student_prefix, load_submissionplugin_filelist."""
    prefix = f"{who.first} {who.last}".replace("_", " ")
    prefix = _clean_filename(f"{prefix}_{who.number}")
    if folders:
        return f"{_clean_filename(f'{prefix}_assignsubmission_file')}/{file}"
    return _clean_filename(f"{prefix}_assignsubmission_file_{file}")


def moodle_team(group: str, number: int | None, file: str) -> str:
    """The same file: what `get_student_prefix` does where teams hand in, and for those in no team."""
    prefix = group.replace("_", " ") + (f"_{number}" if number is not None else "")
    return f"{_clean_filename(prefix)}_assignsubmission_file/{file}"


def _clean_filename(name: str) -> str:
    """lib/moodlelib.php clean_filename: controls and signs of paths are left out (PARAM_FILE was not read)."""
    kept = (c for c in name if unicodedata.category(c) != "Cc" and c not in "&<>\"`|':\\/")
    return re.sub(r"\.\.+", "", "".join(kept))


def canvas(who: Member, attachment: int, file: str, *, late: bool = False, group: str = "") -> str:
    """instructure/canvas-lms lib/content_zipper.rb: get_filename, get_user_name, add_upload_submission.

    Of a group one member hands in, under the group's name: representatives in app/models/abstract_assignment.rb.
    """
    name = re.sub(r"_(\d+)_", r"\1", group or f"{who.last}, {who.first}").lower()
    front = "_".join([name, *(["LATE"] if late else []), str(who.number)])
    file = re.sub(r'[\x00/\\:*?"<>|]+', "_", file)
    return f"{_ruby_words(front)}_{attachment}_{file}"


def canvas_anonymous(anonymous: str, attachment: int, file: str, *, late: bool = False) -> str:
    """The same file, where students are anonymous: LATE stands in front."""
    return "_".join([*(["LATE"] if late else []), f"anon_{anonymous}", str(attachment), file])


def _ruby_words(text: str) -> str:
    """`gsub(/[^[[:word:]]]/, "")`: letters, marks, digits and connecting signs are word characters for Ruby."""
    return "".join(
        c for c in text if unicodedata.category(c)[0] in "LM" or unicodedata.category(c) in ("Nd", "Nl", "Pc")
    )


def sakai(who: Member, file: str, *, folders: bool = True) -> str:
    """sakaiproject/sakai assignment/impl/.../AssignmentServiceImpl.java: zipSubmissions."""
    folder = _sakai_person(who)
    between = "/" if folders else "_"
    return f"Lab 2/{folder}{between}Submission attachment(s){between}{file}"


def sakai_group(title: str, identifier: str, file: str) -> str:
    """The same file: zipGroupSubmissions."""
    return f"Lab 2/{title.strip()} ({identifier})/Submission attachment(s)/{file}"


def sakai_members(members: list[Member]) -> bytes:
    """The same function: members.txt in a group's folder."""
    return "; ".join(map(_sakai_person, members)).encode()


def _sakai_person(who: Member) -> str:
    sortable = f"{who.last}, {who.first}" if who.first else who.last
    return f"{sortable}{'' if ',' in sortable else ','}({who.login})"


def ilias(who: Member, file: str, *, team: int | None = None) -> str:
    """ILIAS-eLearning/ILIAS components/ILIAS/Exercise/Submission/SubmissionManager.php: copySubmissionFilesToDir."""
    name = f"{who.last.strip()}_{who.first.strip()}_{who.login.strip()}_{who.number}"
    return (f"Team {team}/" if team else "") + f"{_ascii_filename(name)}/{file}"


def _ascii_filename(name: str) -> str:
    """components/ILIAS/FileServices: ilFileUtils::getASCIIFilename."""
    for letter, plain in zip("ÄÖÜäöüß", ("Ae", "Oe", "Ue", "ae", "oe", "ue", "ss"), strict=True):
        name = name.replace(letter, plain)
    entities = {chr(point): f"&{entity};" for entity, point in html.entities.name2codepoint.items() if entity != "quot"}
    name = re.sub(r"&(.)[^;]*;", r"\1", "".join(entities.get(c, c) for c in name))
    raw = re.sub(rb"[\x7f-\xff]", b"_", name.encode()).decode("ascii")
    return re.sub(r'[:\\/*?"<>|]', "_", raw)


def vpl(who: Member, time: str, file: str) -> str:
    """jcrodriguez-dis/moodle-mod_vpl views/downloadallsubmissions.php: vpl_user_zip_dirname and what calls it."""
    name = f"{who.last} {who.first} {who.number} {who.login}".strip()
    return f"{re.sub(r'[?.,:*<>|/]', '_', name.replace(chr(92), '_'))}/{time}/{file}"


def vpl_group(group: str, number: int, time: str, file: str) -> str:
    """The same file, for a group activity: the group is a user with the first name Group and no login."""
    return vpl(Member(number, "", "Group", group), time, file)


def autolab(email: str, version: int, handin: str) -> str:
    """autolab/Autolab app/controllers/submissions_controller.rb: download_filename."""
    parts = f"{version}_{handin}".split("_")
    parts.insert(len(parts) - 2, email)
    return "_".join(parts)


def submitty(who: str, version: int, file: str, *, active_only: bool = False) -> str:
    """Submitty/Submitty site/app/controllers/MiscController.php: downloadAssignedZips."""
    return f"submissions/{who}/{file}" if active_only else f"submissions/{who}/{version}/{file}"


def inbound(login: str, assignment: str, time: str, file: str, *, random: str = "") -> str:
    """jupyter/nbgrader nbgrader/exchange/default/submit.py: init_dest."""
    return f"inbound/{login}+{assignment}+{time}{f'+{random}' if random else ''}/{file}"
