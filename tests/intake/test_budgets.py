"""What a hand-in may weigh: everything is counted before it is built, and nobody pays for somebody else."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import io
import lzma
import os
import struct
import tarfile
import tracemalloc
import zipfile

import pytest

from autograder.exceptions import OutDirError, ResourceError
from autograder.intake import take_in
from autograder.intake.archives import Pile
from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS, MEGABYTE
from autograder.intake.reading import read_notebook

LITTLE = 12 * MEGABYTE
"""What listing or reading may take, whatever it is that was handed in."""

ANY_RATIO = dataclasses.replace(DEFAULT_LIMITS, ratio=1_000_000)


def zipped(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def listing(entries: int, *, said: int | None = None) -> bytes:
    """A zip whose directory has one line many times, and whose end record says what it likes."""
    data = zipped({"a.ipynb": b"{}"})
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    directory = data[start:end] * entries
    said = min(entries, 65_535) if said is None else said
    return data[:start] + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(directory), start, 0)


def tarred(*headers: bytes) -> bytes:
    return gzip.compress(b"".join(headers) + bytes(1024))


def header(kind: bytes, size: int, name: str = "a.ipynb") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def reasons(tmp_path, data: bytes, name: str, limits=DEFAULT_LIMITS) -> tuple[list[str], int]:
    """Why what is in a file was refused, and the most memory that this took."""
    path = tmp_path / name
    path.write_bytes(data)
    tracemalloc.start()
    with Pile([path], tmp_path / "scratch", limits) as pile:
        found = [entry.refused for entry in pile.entries()]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, peak


@pytest.mark.parametrize("said", [None, 1], ids=["as it is", "said to be one"])
def test_a_directory_of_many_names_is_counted_before_it_is_built(tmp_path, said):
    """A zip within a zip that lists a quarter of a million files is one row, and costs little."""
    (reason,), peak = reasons(tmp_path, zipped({"ann/work.zip": listing(250_000, said=said)}), "dump.zip", ANY_RATIO)
    assert "hand in the notebooks alone" in reason
    assert peak < LITTLE


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_long_names_in_tar_files_are_not_read(tmp_path, kind):
    """A name that says it is a hundred megabytes long costs little."""
    data = tarred(header(kind, 100 * MEGABYTE), bytes(100 * MEGABYTE), header(tarfile.REGTYPE, 0))
    (reason,), peak = reasons(tmp_path, data, "ann.tar.gz")
    assert "longer than can be read" in reason
    assert peak < LITTLE


def test_headers_that_count_for_all_files_do_not_add_up(tmp_path):
    """Thousands of headers that each name something new are forgotten with the file that they stand before."""
    parts = []
    for number in range(2_000):
        record = b" comment.%d=%s\n" % (number, b"x" * 20_000)
        length = len(record) + 5
        data = b"%d" % length + record
        parts += [header(tarfile.XGLTYPE, len(data)), data.ljust(-(-len(data) // 512) * 512, b"\0")]
        parts.append(header(tarfile.REGTYPE, 0, f"{number}.ipynb"))
    found, peak = reasons(tmp_path, tarred(*parts), "ann.tar.gz", ANY_RATIO)
    assert len(found) == 2_000
    assert peak < LITTLE


def test_a_tar_file_that_unpacks_to_too_much_is_not_unpacked(tmp_path):
    """A gigabyte of zeros in a megabyte of archive is refused when its size is out of proportion."""
    data = tarred(header(tarfile.REGTYPE, 2**40))
    assert "bomb" in reasons(tmp_path, data, "ann.tar.gz")[0][0]


def test_an_xz_file_may_not_ask_for_any_memory(tmp_path):
    """A compressor's settings that need a gigabyte to unpack are refused; usual ones are read."""
    tar = header(tarfile.REGTYPE, 2) + b"{}".ljust(512, b"\0") + bytes(1024)
    usual = lzma.compress(tar, preset=9)
    greedy = lzma.compress(tar, filters=[{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 512 * MEGABYTE}])
    assert reasons(tmp_path, usual, "ann.tar.xz")[0] == [""]
    assert "cannot be read" in reasons(tmp_path, greedy, "ann.tar.xz")[0][0]


def test_one_students_archives_share_one_budget(tmp_path):
    """What is in one student's folder is counted together, whatever is in it; the next student has all of hers."""
    limits = dataclasses.replace(DEFAULT_LIMITS, student_entries=30)
    many = zipped({f"{number}.ipynb": b"{}" for number in range(20)})
    path = tmp_path / "dump.zip"
    path.write_bytes(zipped({"class/ann/a.zip": many, "class/ann/deep/b.zip": many, "class/bob/c.zip": many}))
    with Pile([path], tmp_path / "scratch", limits) as pile:
        found = [(entry.parts[2], entry.refused) for entry in pile.entries()]
    assert [name for name, reason in found if not reason] == ["ann"] * 20 + ["bob"] * 20
    assert [name for name, reason in found if "holds 20 files, more than 10" in reason] == ["ann"]


def test_one_archive_leaves_room_for_the_others(tmp_path):
    """An archive of more files than the pile may have is refused, and one after it is not."""
    limits = dataclasses.replace(DEFAULT_LIMITS, pile_entries=100)
    folder = tmp_path / "class"
    for name, count in (("ann", 90), ("bob", 70), ("cy", 20)):
        (folder / name).mkdir(parents=True)
        (folder / name / "w.zip").write_bytes(zipped({f"{number}.ipynb": b"{}" for number in range(count)}))
    with Pile([folder], tmp_path / "scratch", limits) as pile:
        found = [(entry.parts[1], bool(entry.refused)) for entry in pile.entries()]
    assert found == [("ann", True)] + [("bob", False)] * 70 + [("cy", False)] * 20


def test_what_is_spooled_stays_in_proportion(tmp_path):
    """Archives within archives are spooled up to a multiple of what was handed in; what is beyond is refused."""
    limits = dataclasses.replace(DEFAULT_LIMITS, spool_free=MEGABYTE, spool_ratio=1, ratio_from=10 * MEGABYTE)
    inner = zipped({"a.ipynb": bytes(900_000)}, zipfile.ZIP_STORED)
    path = tmp_path / "dump.zip"
    path.write_bytes(zipped({f"{name}/w.zip": inner for name in ("ann", "bob")}))
    with Pile([path], tmp_path / "scratch", limits) as pile:
        found = {entry.parts[1]: entry.refused for entry in pile.entries()}
        spooled = sum(file.stat().st_size for file in (tmp_path / "scratch").rglob("*") if file.is_file())
    assert found["ann"] == ""
    assert "too much" in found["bob"]
    assert spooled <= MEGABYTE + path.stat().st_size


def test_an_archive_that_is_replaced_while_it_is_read(tmp_path, monkeypatch):
    """Another archive under the name of one that was listed is refused, file by file, and the run goes on."""
    monkeypatch.setattr("autograder.intake.archives.pile.OPEN_ARCHIVES", 1)
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    first.write_bytes(zipped({f"{number}.ipynb": b"{}" for number in range(3)}))
    second.write_bytes(zipped({"x.ipynb": b"{}"}))
    with Pile([first, second], tmp_path / "scratch") as pile:
        entries = list(pile.entries())
        other = tmp_path / "new"
        other.write_bytes(zipped({"0.ipynb": b"[]"}))
        other.replace(first)
        for entry in entries[:3]:
            with pytest.raises(Refusal, match="changed while it was read"):
                pile.read(entry, 100)
        assert pile.read(entries[3], 100) == b"{}"


@pytest.fixture
def looked_at(monkeypatch):
    """Counts the notebooks that are parsed."""
    seen = []

    def counted(data, limits):
        seen.append(len(data))
        return read_notebook(data, limits)

    monkeypatch.setattr("autograder.intake.looking.read_notebook", counted)
    return seen


def test_one_notebook_listed_often_is_looked_at_once(tmp_path, shapes, notebook, looked_at):
    """Fifty copies of one file have fifty rows, and are read as one."""
    data = notebook(area_answer="def area(x):\n    return x * x")
    path = tmp_path / "dump.zip"
    path.write_bytes(zipped({"bob/x.txt": b"", **{f"ann/{number}/1_squares.ipynb": data for number in range(50)}}))
    intake = take_in([path], shapes, tmp_path / "out")
    assert sum(record.student == "ann" for record in intake.records) == 50
    assert len(intake.submissions) == 1
    assert len(looked_at) == 1


def test_of_many_different_notebooks_the_newest_are_looked_at(tmp_path, shapes, notebook):
    """Beyond what one student may cost the oldest files are refused, with the bound; others lose nothing."""
    limits = dataclasses.replace(DEFAULT_LIMITS, student_notebooks=3)
    for number in range(6):
        path = tmp_path / "class" / "ann" / f"try{number}" / "1_squares.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook(area_answer=f"def area(x):\n    return x + {number}"))
        os.utime(path, (1_700_000_000 + 100 * number,) * 2)
    path = tmp_path / "class" / "bob" / "1_squares.ipynb"
    path.parent.mkdir()
    path.write_bytes(notebook(area_answer="def area(x):\n    return 9"))
    intake = take_in([tmp_path / "class"], shapes, tmp_path / "out", limits=limits)
    actions = {
        "/".join(record.path.split("/")[-3:-1]): (record.action.value, record.detail) for record in intake.records
    }
    assert actions["ann/try5"][0] == "repaired"
    assert [actions[f"ann/try{number}"][0] for number in range(5)] == ["refused"] * 3 + ["duplicate"] * 2
    assert "more than 3 notebooks" in actions["ann/try0"][1]
    assert actions["class/bob"][0] == "repaired"


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO, errno.ENOMEM])
def test_a_machine_that_cannot_read_is_not_held_against_a_handin(tmp_path, shapes, monkeypatch, number):
    """Without descriptors, or with a broken disk, the run stops with a sentence: no work is said to be unreadable."""
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "1_squares.ipynb").write_bytes(b"{}")

    def fails(file):
        raise OSError(number, os.strerror(number), str(file))

    monkeypatch.setattr("autograder.intake.archives.pile.open_plain", fails)
    with pytest.raises(ResourceError, match=r"1_squares\.ipynb: cannot be read .*the same command continues"):
        take_in([tmp_path / "class"], shapes, tmp_path / "out")


def test_a_full_disk_is_not_held_against_an_archive(tmp_path, shapes, monkeypatch):
    """When an archive cannot be spooled the run stops with a sentence: it is not said to be damaged."""
    (tmp_path / "dump.zip").write_bytes(zipped({"ann/w.zip": zipped({"a.ipynb": b"{}"})}))
    opened = type(tmp_path).open

    def full(path, *arguments, **options):
        if arguments == ("xb",):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(type(tmp_path), "open", full)
    with pytest.raises(OutDirError, match=r"No space left on device.*make room"):
        take_in([tmp_path / "dump.zip"], shapes, tmp_path / "out")


WEIGHTY = {
    "values": b'{"cells": [{"cell_type": "code", "source": "x", "outputs": [' + b"{}," * 900_000 + b"{}]}]}",
    "NaN": b'{"cells": [{"cell_type": "code", "source": "x", "outputs": [' + b"NaN," * 500_000 + b"1]}]}",
    "metadata": b'{"cells": [{"cell_type": "code", "source": "x"}], "metadata": {"a": "\xf0\x9f\x98\x80'
    + b"a" * 6_000_000
    + b'"}}',
}


@pytest.mark.parametrize("name", WEIGHTY)
def test_what_is_not_wanted_of_a_notebook_is_never_built(name):
    """Outputs and metadata cost no more than a few copies of their text, whatever is in them."""
    tracemalloc.start()
    (cell,) = read_notebook(WEIGHTY[name]).cells
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert cell.source == "x"
    assert peak < 4 * len(WEIGHTY[name])


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_folders_within_folders_cost_no_more_than_their_names(tmp_path, form):
    """A thousand deep folders in which there is nothing are listed for little, and too many are refused."""
    deep = [f"{number}/{'a/' * 200}" for number in range(1_000)]
    stream = io.BytesIO()
    if form == "zip":
        stream.write(zipped(dict.fromkeys(deep, b"")))
    else:
        with tarfile.open(fileobj=stream, mode="w:gz") as archive:
            for name in deep:
                info = tarfile.TarInfo(name)
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
    found, peak = reasons(tmp_path, stream.getvalue(), f"ann.{form}")
    assert found == [""] * 1_000
    assert peak < LITTLE
    few = dataclasses.replace(DEFAULT_LIMITS, pile_entries=100)
    assert "hand in the notebooks alone" in reasons(tmp_path, stream.getvalue(), f"bob.{form}", few)[0][0]


def test_of_many_peoples_files_in_one_folder_each_has_a_budget(tmp_path, shapes, notebook):
    """Where nobody is named and the answers tell several people apart, none is refused for how many the others are."""
    limits = dataclasses.replace(DEFAULT_LIMITS, student_notebooks=3)
    (tmp_path / "class").mkdir()
    for number in range(6):
        path = tmp_path / "class" / f"1_squares ({number + 1}).ipynb"
        path.write_bytes(notebook(area_answer=f"def area(x):\n    return x + {number}"))
    intake = take_in([tmp_path / "class"], shapes, tmp_path / "out", limits=limits)
    assert len(intake.submissions) == 6
    assert [record.action.value for record in intake.records] == ["repaired"] * 6


def test_what_was_refused_is_forgotten(tmp_path, shapes, notebook):
    """Of notebooks that cannot be read nothing but the reason stays in memory, however many one student has."""
    (tmp_path / "class" / "bob").mkdir(parents=True)
    (tmp_path / "class" / "bob" / "1_squares.ipynb").write_bytes(notebook())
    (tmp_path / "class" / "ann").mkdir()
    for number in range(40):
        broken = b'{"cells": [{"cell_type": "code", "source": "' + b"x" * MEGABYTE + b'%d"' % number
        (tmp_path / "class" / "ann" / f"1_squares_{number}.ipynb").write_bytes(broken)
    take_in([tmp_path / "class" / "bob"], shapes, tmp_path / "warm")
    tracemalloc.start()
    intake = take_in([tmp_path / "class"], shapes, tmp_path / "out")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum("cut off" in record.detail for record in intake.records) == 40
    assert peak < LITTLE
