"""Hostile archives and folders: everything dangerous is refused, and the rest goes on."""

from __future__ import annotations

import dataclasses
import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.intake.archives import Pile, name_fault
from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS

SMALL = dataclasses.replace(
    DEFAULT_LIMITS,
    student_entries=10,
    pile_entries=66,
    pile_total=100_000_000,
    student_total=1_000_000,
    ratio_from=100_000,
    notebook_bytes=5_000_000,
)


def look(tmp_path, *paths, limits=SMALL):
    """What a pile holds: path -> content, or the reason for a refusal."""
    found = {}
    with Pile(paths, tmp_path / "scratch", limits) as pile:
        for entry in pile.entries():
            key = entry.path.replace(str(tmp_path) + "/", "")
            try:
                found[key] = pile.read(entry, limits.notebook_bytes)
            except Refusal as refusal:
                found[key] = str(refusal)
    return found


def zipped(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def linked(name: str, target: str) -> bytes:
    """A zip with a symbolic link in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
        archive.writestr("good.ipynb", b"good")
    return stream.getvalue()


def test_archives_within_archives_are_opened(tmp_path):
    """A zip in a zip in a folder is looked into; its files keep the whole path."""
    inner = zipped({"2.1.ipynb": b"deep"})
    write(tmp_path / "class" / "dump.zip", zipped({"ann/work.zip": inner, "bob/2.1.ipynb": b"flat"}))
    assert look(tmp_path, tmp_path / "class") == {
        "class/dump.zip!/ann/work.zip!/2.1.ipynb": b"deep",
        "class/dump.zip!/bob/2.1.ipynb": b"flat",
    }


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "a/../../evil.ipynb", "..\\evil.ipynb", "/etc/evil.ipynb", "C:\\evil.ipynb"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    """Path traversal and absolute names cost that file only, and nothing is written anywhere."""
    path = write(tmp_path / "dump.zip", zipped({name: b"evil", "good.ipynb": b"good"}))
    before = sorted(tmp_path.rglob("*"))
    found = look(tmp_path, path)
    assert found.pop("dump.zip!/good.ipynb") == b"good"
    (reason,) = found.values()
    assert "path traversal" in reason or "absolute" in reason
    (tmp_path / "scratch").rmdir()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["a\nb.ipynb", "a\x1b[31m.ipynb", "a\u2028b.ipynb", "x" * 2_000])
def test_names_with_control_characters_are_refused_and_shown_escaped(tmp_path, name):
    """A name that could forge a line of a table is refused and printed harmlessly."""
    path = write(tmp_path / "dump.zip", zipped({name: b"evil", "good.ipynb": b"good"}))
    found = look(tmp_path, path)
    assert found.pop("dump.zip!/good.ipynb") == b"good"
    ((shown, reason),) = found.items()
    assert shown.isprintable()
    assert "name" in reason or "path" in reason


def test_links_are_never_followed(tmp_path):
    """Symbolic links in zips and folders, hard links, and links in tar files are refused."""
    secret = write(tmp_path / "secret.ipynb", b"secret")
    folder = tmp_path / "class"
    write(folder / "a.zip", linked("link.ipynb", "/etc/passwd"))
    (folder / "b.ipynb").symlink_to(secret)
    (folder / "c").symlink_to(tmp_path)
    os.link(secret, folder / "d.ipynb")
    with tarfile.open(folder / "e.tar.gz", "w:gz") as archive:
        for kind, name in (
            (tarfile.SYMTYPE, "sym.ipynb"),
            (tarfile.LNKTYPE, "hard.ipynb"),
            (tarfile.CHRTYPE, "dev.ipynb"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    os.mkfifo(folder / "f.ipynb")
    found = look(tmp_path, folder)
    assert found.pop("class/a.zip!/good.ipynb") == b"good"
    assert len(found) == 8
    assert all(isinstance(reason, str) and ("link" in reason or "regular" in reason) for reason in found.values())


def test_a_link_that_the_marker_gives_is_followed(tmp_path):
    """Only what is inside the pile is hostile: the given path itself may be a link."""
    write(tmp_path / "real" / "a.ipynb", b"a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert list(look(tmp_path, tmp_path / "link").values()) == [b"a"]


def test_bombs_are_refused(tmp_path):
    """A file of zeros, an archive with too many files, one that unpacks to too much, archives without end."""
    folder = tmp_path / "class"
    write(folder / "ratio.zip", zipped({"a.ipynb": bytes(2_000_000)}))
    write(folder / "count.zip", zipped({f"{number}.ipynb": b"" for number in range(60)}))
    write(folder / "inner.zip", zipped({"x.zip": zipped({f"{n}.ipynb": os.urandom(200_000) for n in range(9)})}))
    deep = zipped({"end.ipynb": b"end"})
    for _ in range(6):
        deep = zipped({"deeper.zip": deep})
    write(folder / "deep.zip", deep)
    write(folder / "good.ipynb", b"good")
    found = look(tmp_path, folder)
    assert found.pop("class/good.ipynb") == b"good"
    reasons = " | ".join(found.values())
    assert "times its size" in reasons
    assert "holds 60 files" in reasons
    assert "unpacks to" in reasons
    assert "nested deeper" in reasons
    assert len(found) == 4


def test_a_size_that_lies_does_not_help(tmp_path):
    """An archive that declares less than it holds yields no more than it declares, or is refused."""
    data = bytearray(zipped({"a.ipynb": os.urandom(50_000)}, zipfile.ZIP_STORED))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)
    found = look(tmp_path, write(tmp_path / "lie.zip", bytes(data)))
    (content,) = found.values()
    assert isinstance(content, str) or len(content) <= 10


def test_encrypted_damaged_and_foreign_archives_are_refused(tmp_path):
    """Each is named for what it is, with what to do."""
    folder = tmp_path / "class"
    data = bytearray(zipped({"a.ipynb": b"secret", "b.ipynb": b"open"}, zipfile.ZIP_STORED))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    write(folder / "locked.zip", bytes(data))
    write(folder / "cut.zip", zipped({"a.ipynb": b"x" * 1000})[:-30])
    write(folder / "other.rar", b"Rar!")
    write(folder / "empty.zip", zipped({}))
    broken = bytearray(zipped({"a.ipynb": b"x" * 1000}, zipfile.ZIP_STORED))
    broken[100] ^= 1
    write(folder / "crc.zip", bytes(broken))
    found = look(tmp_path, folder)
    assert "without a password" in found["class/locked.zip!/a.ipynb"]
    assert found["class/locked.zip!/b.ipynb"] == b"open"
    assert "cut off" in found["class/cut.zip"]
    assert "hand in a zip" in found["class/other.rar"]
    assert "empty" in found["class/empty.zip"]
    assert "cannot be read" in found["class/crc.zip!/a.ipynb"]


def test_tar_files_are_opened(tmp_path):
    """Notebooks in a compressed tar file are read; those with names that lead out are refused."""
    path = tmp_path / "ann.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("./2.1.ipynb", "../evil.ipynb"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"good"))
    found = look(tmp_path, path)
    assert found["ann.tar.gz!/2.1.ipynb"] == b"good"
    assert "path traversal" in found["ann.tar.gz!/../evil.ipynb"]


def test_names_from_macs_are_read_as_they_were_meant(tmp_path):
    """UTF-8 names without the flag that says so come out right."""
    data = zipped({"J\u00f6rg/2.1.ipynb": b"x"})
    unflagged = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", unflagged, data.index(mark) + offset, 0)
    assert list(look(tmp_path, write(tmp_path / "mac.zip", bytes(unflagged)))) == ["mac.zip!/J\u00f6rg/2.1.ipynb"]


def test_a_good_name_has_no_fault():
    """Letters of every script, spaces and dots are fine."""
    assert name_fault("Jörg Müller/李明 lab 2.1 (final).ipynb") == ""


@pytest.mark.parametrize("form", ["folder", "zip", "tar"])
def test_an_empty_folder_has_an_entry(tmp_path, form):
    """A folder in which there is nothing is given, in an archive too; one with something in it is not."""
    source = tmp_path / "class"
    write(source / "ann" / "a.ipynb", b"{}")
    (source / "bob" / "work").mkdir(parents=True)
    path = source
    if form == "zip":
        path = write(tmp_path / "c.zip", zipped({"ann/": b"", "ann/a.ipynb": b"{}", "bob/": b"", "bob/work/": b""}))
    elif form == "tar":
        path = tmp_path / "c.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            archive.add(source, ".")
    with Pile([path], tmp_path / "scratch", SMALL) as pile:
        found = [(entry.parts[1:], entry.folder) for entry in pile.entries()]
    assert sorted(found) == [(("ann", "a.ipynb"), False), (("bob", "work"), True)]
