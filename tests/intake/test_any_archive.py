"""Any pile of archives at all: every file has a row, nobody loses anything, and nothing grows beyond its bounds."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import struct
import tarfile
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake import take_in
from autograder.intake.limits import MEGABYTE

MEMORY = 150 * MEGABYTE
"""What taking in may use beside what the program itself needs, so that the main process stays below 300 MB."""

CONSTANT = 8 * MEGABYTE
"""What OUT may hold beyond twice what was handed in, unpacked where it can be used."""

NAMES = st.one_of(
    st.sampled_from(["1_squares.ipynb", "2_cubes.ipynb", "a.txt", "../x.ipynb", "/x.ipynb", "b\\c.ipynb", "e\n.ipynb"]),
    st.text(alphabet="ab/.\\\u202e\u00e9 :", min_size=1, max_size=30),
    st.builds(lambda n: "n" * n + ".ipynb", st.integers(1, 3_000)),
)


def zipped(members, method) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name.replace("\0", "") or "x"), data, compress_type=method)
    return stream.getvalue()


def repeated(data: bytes, times: int) -> bytes:
    """A zip whose directory lists all of it many times over."""
    start, end = data.find(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    if start < 0:
        return data
    directory = data[start:end] * times
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, min(times, 65_535), 7, len(directory), start, 0)
    return data[:start] + directory + tail


def tarred(members, packed) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name or "x")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed(stream.getvalue())


def with_header(data: bytes, kind: bytes, size: int) -> bytes:
    """A tar file that begins with a header of any kind that claims any size."""
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(min(size, 3 * MEGABYTE)) + data


def spoiled(data: bytes, at: int, what: bytes) -> bytes:
    """The same bytes with some of them written over, or cut off."""
    at %= len(data) + 1
    return data[:at] + what + data[at + len(what) :] if what else data[:at]


CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"{", b'{"cells": []}', b"[" * 5_000, b'{"cells": [' + b"{}," * 3_000 + b"{}]}"]),
    st.builds(lambda size, byte: bytes([byte]) * size, st.integers(0, 5 * MEGABYTE), st.sampled_from(b" a\0{")),
)


def nested(inner):
    members = st.lists(st.tuples(NAMES, inner), max_size=5)
    zips = st.builds(zipped, members, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))
    tars = st.builds(tarred, members, st.sampled_from([bytes, gzip.compress, bz2.compress, lzma.compress]))
    kinds = st.sampled_from([tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_SPARSE, b"5"])
    whole = st.one_of(
        zips,
        tars,
        st.builds(repeated, zips, st.integers(1, 40_000)),
        st.builds(with_header, tars, kinds, st.integers(0, 2**33)),
    )
    return st.one_of(whole, whole, st.builds(spoiled, whole, st.integers(0, 10**9), st.binary(max_size=8)))


SUFFIXES = st.sampled_from([".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".ipynb", ".rar"])
ARCHIVES = nested(st.one_of(CONTENTS, nested(CONTENTS)))


def size_of(folder) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_pile_of_archives(tmp_path, shapes, notebook, fuzzed):
    """Whatever is in one student's archives, every file has a row, the others' work counts, and bounds hold."""
    good = notebook(area_answer="def area(x):\n    return x * x")

    @given(hostile=st.lists(st.tuples(SUFFIXES, ARCHIVES), min_size=1, max_size=4))
    def holds(hostile):
        shutil.rmtree(tmp_path / "in", ignore_errors=True)
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        files = [(f"mallory/{number}{suffix}", data) for number, (suffix, data) in enumerate(hostile)]
        for name, data in [*files, ("ann/1_squares.ipynb", good), ("zoe/1_squares.ipynb", good)]:
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        tracemalloc.start()
        intake = take_in([tmp_path / "in"], shapes, tmp_path / "out")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        rows = [record.path for record in intake.records]
        for name, _ in files:
            assert any(f"in/{name}" in row for row in rows), name
        taken = {(one.student, one.notebook) for one in intake.submissions}
        assert {("ann", "1_squares"), ("zoe", "1_squares")} <= taken
        assert peak < MEMORY
        assert size_of(tmp_path / "out") < 2 * size_of(tmp_path / "in") + CONSTANT

    fuzzed(holds)
