"""The table of system-call numbers against the kernel's headers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.sandbox.linux import generate_system_calls as generate
from autograder.sandbox.linux import system_calls

HEADERS = {"x86_64": generate.X86_64, "aarch64": generate.GENERIC}
installed = pytest.mark.skipif(not all(header.exists() for header in HEADERS.values()), reason="no kernel headers here")


@installed
@pytest.mark.may_skip
@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_the_headers(machine):
    """Every call that a header knows has the header's number, and no other call of the header has a number of ours."""
    header = generate.numbers_in(HEADERS[machine].read_text(encoding="utf-8"))
    table = system_calls.NUMBERS[machine]
    assert {name: number for name, number in table.items() if name in header} == {
        name: header[name] for name in table if name in header
    }
    newer = {number for name, number in table.items() if name not in header and number is not None}
    assert not newer & set(header.values())
    assert len(newer) < len(table) / 10


@installed
@pytest.mark.may_skip
def test_the_table_is_what_the_script_writes():
    """The committed table is, to the letter, what the script writes from the headers of this machine."""
    table = generate.table_of(*(header.read_text(encoding="utf-8") for header in HEADERS.values()))
    assert generate.text_of(table) == generate.TABLE.read_text(encoding="utf-8")


def test_it_has_the_names_of_the_sandbox():
    """The table has each call that the sandbox names, and no other."""
    for table in system_calls.NUMBERS.values():
        assert list(table) == generate.names()


def test_headers_are_read(monkeypatch):
    """Plain definitions and those by another name are read, and of two the first; comments and others are not."""
    header = """
    #define __NR_read 63
#define __NR_read 63
#define __NR3264_fcntl 25
#define __NR_mmap2 __NR3264_mmap
#define __NR_lseek __NR3264_fcntl
#define __NR_syscalls 451 /* all */
/* #define __NR_gone 7 */
"""
    assert {"read": 63, "fcntl": 25, "lseek": 25, "syscalls": 451} == generate.numbers_in(header)


def test_newer_calls_keep_their_numbers():
    """A call that the headers are too old for keeps its number; one that nobody knows is an error with its name."""
    assert generate.table_of("", "")["aarch64"] == system_calls.NUMBERS["aarch64"]


def test_an_unknown_name_is_told(monkeypatch):
    """A name that neither the headers nor the table know is named."""
    monkeypatch.setattr(generate, "names", lambda: ["ptrace", "ptraec"])
    with pytest.raises(KeyError, match="ptraec"):
        generate.table_of("#define __NR_ptrace 101", "#define __NR_ptrace 117")


def test_missing_headers_are_told(tmp_path):
    """Without headers the script says in a sentence what to install."""
    command = [sys.executable, "-m", generate.__name__, str(tmp_path / "a"), str(tmp_path / "b")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith("Install linux-libc-dev, or name the two headers.\n")
    assert "Traceback" not in done.stderr
