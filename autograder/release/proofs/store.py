"""The proofs that held before: what was proved of the very same notebook need not be proved again.

A kept proof is a file named for everything that the proof depends on: the notebook's source and release, its settings,
the code of the gate, and the Python and all packages of the kernel that it runs under. Edit the notebook or install
another torch, and there is no such file. Only proofs that held are kept, with what they had to note.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from autograder.files import write_atomically
from autograder.model.exceptions import CourseError
from autograder.own_code import modules_behind, version_of
from autograder.release.proofs.subject import Note, Problem, Subject

VARIABLE = "AUTOGRADER_PROOFS"
"""The environment variable with the folder for proofs, where it is not the course's own."""

DAYS_KEPT = 90
"""A proof that nobody has asked for in so many days is deleted."""

Proof = Callable[[Subject], Iterator[Problem | Note]]


class ProofStore:
    """A folder of kept proofs. `anew` proves everything again, and keeps what holds."""

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        self.folder = folder
        self._anew = anew

    @classmethod
    def of_course(cls, root: Path, *, anew: bool = False) -> ProofStore:
        """The store of a course: the folder that AUTOGRADER_PROOFS names, or else .autograder/proofs of the course."""
        named = os.environ.get(VARIABLE)
        return cls(Path(named) if named else root / ".autograder" / "proofs", anew=anew)

    def prove(self, subject: Subject, proofs: tuple[Proof, ...]) -> Iterator[tuple[Proof, list[Problem | Note], bool]]:
        """Each proof with what it found, and whether it held before and was not run: then notes alone.

        Of two gates at work on the same notebook at the same time the second waits, and finds what the first has kept.
        Raises CourseError when the folder cannot be written.
        """
        named = [(proof, self.folder / f"{subject.name[:80]}.{_key(proof, subject)}.json") for proof in proofs]
        with self._alone_with(subject):
            for proof, path in named:
                if not self._anew and (kept := _kept_notes(path)) is not None:
                    with contextlib.suppress(FileNotFoundError):
                        os.utime(path)  # asked for today
                    yield proof, kept, True
                    continue
                path.unlink(missing_ok=True)
                found = list(proof(subject))
                notes = [one for one in found if isinstance(one, Note)]
                if len(notes) == len(found):
                    held = {"notebook": subject.name, "held": proof.__name__, "notes": [asdict(note) for note in notes]}
                    write_atomically(path, json.dumps(held) + "\n")
                yield proof, found, False

    @contextlib.contextmanager
    def _alone_with(self, subject: Subject) -> Iterator[None]:
        lock = self.folder / f"{_digest([subject.name, str(subject.python)])[:16]}.lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / ".gitignore").write_text("*\n", encoding="ascii")
            self._forget_the_old()
            file = lock.open("a")
        except OSError as error:
            what = f"cannot keep what was proved: {error.strerror or error}"
            remedy = f"make it writable, or name another folder in {VARIABLE}"
            raise CourseError(what, file=self.folder, remedy=remedy) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _forget_the_old(self) -> None:
        oldest = time.time() - DAYS_KEPT * 86400
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(FileNotFoundError):  # another gate was faster
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _kept_notes(path: Path) -> list[Problem | Note] | None:
    """What a proof that held had to say, None where there is none or its file cannot be read."""
    try:
        return [Note(**note) for note in json.loads(path.read_bytes())["notes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _key(proof: Proof, subject: Subject) -> str:
    """The hash of all that the outcome of a proof depends on."""
    return _digest(
        [
            proof.__name__,
            asdict(subject.settings),
            subject.source,
            subject.released,
            subject.delimiters.to_json(),
            list(subject.libraries),
            gate_version(),
            kernel_versions(subject.python),
        ]
    )


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode("ascii")).hexdigest()


@functools.cache
def gate_version() -> str:
    """The hash of what proves: the gate, all of the package that it imports, and the template of the page it reads."""
    template = Path(__file__).parents[1] / "templates" / "preview"
    files = {path.name: path for path in sorted(template.iterdir()) if path.is_file()}
    return version_of(modules_behind(("autograder.release.proofs.gate",)) | files)


_VERSIONS = """
import importlib.metadata, json, platform, sys
found = {f"{one.metadata['Name']} {one.version}" for one in importlib.metadata.distributions()}
print(json.dumps([sys.version, platform.machine(), sorted(found)]))
"""


@functools.cache
def kernel_versions(python: Path | None) -> str:
    """The Python that runs the kernels, and every package it can import, each with its version."""
    command = [str(python or sys.executable), "-c", _VERSIONS]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
