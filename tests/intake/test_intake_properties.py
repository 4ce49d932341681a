"""Whatever a pile is made of: each file has a row, each person seen has one, and nobody's work counts for another."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import take_in
from autograder.intake.archives import Entry
from autograder.intake.people.register import Register
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.names import Names
from autograder.intake.systems.recognise import Attribution
from autograder.intake.systems.system import Hints

NAMES = Names("lab2", ("2.1_ForwardAD", "2.2_ReverseAD"))

# letters of several scripts and cases, forms of one letter, what systems put between parts of a name
LETTERS = "abcABzé\u00e9\u0301İßﬁ李م" + "0129"
word = st.text(LETTERS, min_size=1, max_size=6).filter(lambda text: text[0] != "\u0301")
login = st.builds("".join, st.tuples(st.sampled_from("abcxyz"), st.text("abcxyz0129._-", max_size=6)))
full_name = st.builds(" ".join, st.lists(word, min_size=1, max_size=3))
number = st.integers(10, 99999)

# what a student may call anything: as each system would call another's
HOSTILE = (
    "Bob Ross_13_assignsubmission_file_",
    "bob+lab2+2099-01-01 00:00:00 UTC",
    "rossbob_4002_90002_2.1.ipynb",
    "Lab_bob_attempt_2099-01-01-00-00-00_2.1.ipynb",
    "Lab_bob_attempt_2099-01-01-00-00-00.txt",
    "submission_metadata.yml",
    "submission_11",
    "Ross, Bob(bob)",
    "Ross_Bob_bob_13",
    "1-2 - Bob - Nov 20, 2099 313 PM",
    "bob@uni.example_3_handin.ipynb",
    "lab2-bob",
    "bob",
    "lab2",
    "submitted",
    "2.1_ForwardAD.ipynb",
    "timestamp.txt",
    "user_assignment_settings.json",
    "__MACOSX",
    ".ipynb_checkpoints",
    "x.zip",
)
below = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map(tuple)


@dataclass(frozen=True)
class Kind:
    """How one system calls a student's place, from login, name and number; whether it is a folder."""

    name: str
    place: object


KINDS = (
    Kind("moodle", lambda who, name, n: f"{name.replace('_', ' ')}_{n}_assignsubmission_file_"),
    Kind("brightspace", lambda who, name, n: f"{n}-67890 - {name} - Nov 20, 2026 313 PM"),
    Kind("exchange", lambda who, name, n: f"{who}+lab2+2026-11-20 15:13:40 UTC"),
    Kind("sakai", lambda who, name, n: f"{name}, X({who})"),
    Kind("ilias", lambda who, name, n: f"Last_First_{who.replace('_', '')}_{n}"),
    Kind("folder", lambda who, name, n: who),
)


@st.composite
def classes(draw):
    """A class of two to five: the kind of pile, and for each place the names below it."""
    kind = draw(st.sampled_from(KINDS))
    size = draw(st.integers(2, 5))
    logins = draw(st.lists(login, min_size=size, max_size=size, unique_by=str.casefold))
    numbers = draw(st.lists(number, min_size=size, max_size=size, unique=True))
    names = draw(st.lists(full_name, min_size=size, max_size=size))
    if kind.name == "folder":  # names that could be anything's are met in other tests
        logins = [f"{one}q{place}" for place, one in enumerate(logins)]
    places = [kind.place(*who) for who in zip(logins, names, numbers, strict=True)]
    inside = {"2.1_ForwardAD.ipynb"}
    if kind.name == "sakai":
        inside = {"Submission attachment(s)/2.1_ForwardAD.ipynb"}
    files = {place: {*inside, *("/".join(path) for path in draw(st.lists(below, max_size=4)))} for place in places}
    return kind.name, files


def entries(root, files):
    """The entries of a pile."""
    for place, paths in files.items():
        for path in sorted(paths):
            parts = (root, place, *path.split("/"))
            yield Entry(0, parts, "/".join(parts), file=Path("/x"))


@settings(max_examples=150)
@given(classes())
def test_what_is_below_a_place_is_its_students(made):
    """One place is one student's, with everything below it, and no two places are one student's."""
    kind, files = made
    pile = list(entries("dump.zip", files))
    attribution = Attribution(pile, Hints(NAMES))
    claims = {id(entry): attribution.claims(entry) for entry in pile}
    register = Register({}, None)
    register.settle(claim for mine in claims.values() for claim in mine or ())
    owners = {}
    for entry in pile:
        mine = claims[id(entry)]
        assert mine, (kind, entry.path)
        assert len(mine) == 1
        owners.setdefault(entry.parts[1], set()).add(register.student(mine[0]).id)
    assert all(len(ids) == 1 for ids in owners.values()), (kind, owners)
    assert len({next(iter(ids)).casefold() for ids in owners.values()}) == len(files), (kind, owners)


@settings(max_examples=150)
@given(st.lists(st.text("aA\u0301é\u00e9 _-./\u200bßsfiﬁ", min_size=1, max_size=8), unique=True, max_size=6))
def test_ids_are_never_shared(raws):
    """Names of any form get ids that are told apart also by a file system that ignores case; equal text is equal."""
    register = Register({}, None)
    register.settle(Claim(raw, origin="x") for raw in raws)
    ids = {raw: register.student(Claim(raw, origin="x")).id for raw in raws}
    assert len({one.casefold() for one in ids.values()}) == len(raws)
    again = Register({}, None)
    again.settle(Claim(raw, origin="x") for raw in reversed(raws))
    assert {raw: again.student(Claim(raw, origin="x")).id for raw in raws} == ids
    assert all(unicodedata.is_normalized("NFC", one) for one in ids.values())


def write(folder, files, form):
    """A pile as a folder, a zip or a tar; gives what to take in and how many files are in it."""
    if form == "folder":
        for path, data in files.items():
            target = folder / "dump" / path
            if target.parent.exists() and not target.parent.is_dir():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return folder / "dump"
    if form == "zip":
        with zipfile.ZipFile(folder / "dump.zip", "w") as archive:
            for path, data in files.items():
                archive.writestr(path, data)
        return folder / "dump.zip"
    with tarfile.open(folder / "dump.tar.gz", "w:gz") as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return folder / "dump.tar.gz"


@pytest.mark.slow
@settings(max_examples=40)
@given(classes(), st.sampled_from(["folder", "zip", "tar"]), st.data())
def test_nobodys_work_counts_for_another(shapes, notebook, made, form, data):
    """Each file has a row, each place a student, and what is written as somebody's is what stood in their place."""
    _, places = made
    files, owners = {}, {}
    contents = [b"", b"{", b"PK\x03\x04", b"active_version"]
    for number_of, (place, paths) in enumerate(places.items()):
        answer = f"def area(self):\n    return {number_of}\n\n\nShape.area = area"
        owners[answer] = place
        for path in sorted(paths):
            name = path.rpartition("/")[2]
            if any(other.startswith(f"{path}/") for other in paths) or any(path.startswith(f"{one}/") for one in paths):
                continue  # a file and a folder of one name
            own = name.endswith(".ipynb") and data.draw(st.booleans())
            bad = data.draw(st.sampled_from(contents))
            files[f"{place}/{path}"] = notebook(area_answer=answer) if own or path == "2.1_ForwardAD.ipynb" else bad
    with tempfile.TemporaryDirectory() as scratch:
        pile = write(Path(scratch), files, form)
        intake = take_in([pile], shapes, Path(scratch) / "out")
        seen = {record.path for record in intake.records}
        assert len(seen) >= len(files)
        assert all(any(path in found for found in seen) for path in files)
        by_place = {}
        for record in intake.records:
            place = next((one for one in places if f"/{one}/" in record.path), None)
            if place is not None and record.student:
                by_place.setdefault(place, set()).add(record.student)
        assert all(len(ids) == 1 for ids in by_place.values())
        assert set().union(*by_place.values()) <= intake.students.keys()
        assert intake.students.keys() == intake.known.keys()
        for submission in intake.submissions:
            text = json.dumps(nbformat.read(submission.path, as_version=4))
            (answer,) = [one for one in owners if json.dumps(one)[1:-1] in text]
            assert submission.student in by_place[owners[answer]]
