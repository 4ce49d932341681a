"""What this machine has that grading needs, and what a course needs of it: found out by looking and by trying."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder import DISTRIBUTION
from autograder.batch.local import usable_cores
from autograder.engine.exceptions import GraderError
from autograder.model.course import Assignment, Course
from autograder.model.exceptions import CourseError
from autograder.model.results import Decided
from autograder.model.settings import GradingSettings
from autograder.notebook.regions import RegionError
from autograder.sandbox.linux import bubblewrap, cgroups, landlock, seccomp
from autograder.sandbox.reach import Attempt, try_level

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)
GIGABYTE = 1024**3
MEMORY_A_WORKER_GB = 1.0
"""What one pair of fork servers and an ordinary hand-in take, generously."""

DELEGATE = "`systemd-run --user --scope -p Delegate=yes` before a command gives it some, which stop fork bombs at once."
SHARED = (
    "Grading works, with fewer walls: hand-ins share the disk with you, and may ask whether a file or a process exists "
    "and lock files that every program reads."
)
GOOD, FAIR, BAD, FAULTY = "ok", "note", "missing", "faulty"


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, what is there, whether that is good, and what to do otherwise."""

    subject: str
    found: str
    verdict: str = GOOD
    remedy: str = ""


def examine() -> list[Finding]:
    """Everything, in the order in which it is shown."""
    strict, reduced = try_level("strict"), try_level("reduced")
    return [
        python_version(),
        *packages(),
        optional_packages(),
        processors(),
        memory(),
        bubblewrap_program(),
        user_namespaces(),
        Finding("Landlock", version_text(landlock.abi()), GOOD if landlock.abi() else FAIR),
        Finding("seccomp", *(("available", GOOD) if seccomp.supported() else ("not available", BAD))),
        control_groups(),
        *sandbox_levels(strict, reduced),
    ]


def examine_course(course: Course) -> list[Finding]:
    """Where the items of a course's assignments are decided: those that are not decided outside, with the reason.

    The model solutions are run and graded for that, in the sandbox. Raises LevelError where there is none.
    """
    findings = []
    for name in course.assignments:
        try:
            findings += _examine_assignment(course.assignment(name))
        except (CourseError, GraderError, RegionError) as error:
            findings.append(Finding(name, str(error), FAULTY))
    return findings


def _examine_assignment(assignment: Assignment) -> list[Finding]:
    from autograder.engine.grader import Grader

    with Grader(assignment, GradingSettings(seed=0)) as grader:
        decisions = [decision for name in assignment.notebooks for decision in grader.decisions(name)]
    counts = Counter(decision.decided.value for decision in decisions)
    counted_up = ", ".join(f"{counts[kind.value]} {kind.value}" for kind in Decided)
    findings = [Finding(assignment.name, f"{len(decisions)} items are decided by tests: {counted_up}")]
    for decision in decisions:
        if decision.decided is not Decided.OUTSIDE:
            verdict = FAIR if decision.decided is Decided.INSIDE else FAULTY
            found = f"{decision.decided.value}: {decision.reason}".rstrip(".")
            remedy = f"{decision.instead[:1].upper()}{decision.instead[1:]}."
            findings.append(Finding(f"{assignment.name}, {decision.place}", found, verdict, remedy))
    return findings


def python_version() -> Finding:
    """The interpreter, and whether it is one of those that the package is tested with."""
    version = sys.version_info[:2]
    found = f"{platform.python_version()} at {sys.executable}"
    if version < OLDEST_PYTHON:
        return Finding("Python", found, BAD, f"Use Python {'.'.join(map(str, OLDEST_PYTHON))} or newer.")
    if version > NEWEST_PYTHON:
        return Finding("Python", found, FAIR, f"Tested up to {'.'.join(map(str, NEWEST_PYTHON))}.")
    return Finding("Python", found)


def packages() -> list[Finding]:
    """The packages that grading needs, one line when all are there, otherwise one for each missing one."""
    there, missing = installed(needed())
    findings = [Finding("package", name, BAD, f"pip install {DISTRIBUTION}.") for name in missing]
    return [Finding("packages", ", ".join(there), GOOD if there else FAIR), *findings]


def optional_packages() -> Finding:
    """The packages of optional features."""
    there, missing = installed(["torch", "matplotlib", "distributed", "psycopg2-binary", "playwright"])
    found = ", ".join([*there, *(f"without {name}" for name in missing)])
    return Finding(
        "optional packages",
        found,
        FAIR if missing else GOOD,
        "Only for courses that use them, clusters, PostgreSQL and tests." if missing else "",
    )


def needed() -> list[str]:
    """The names of the packages that the package itself declares as dependencies."""
    try:
        declared = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        declared = ["nbgrader", "nbformat", "nbconvert", "ipykernel", "numpy", "click", "rich"]
    plain = (line for line in declared if "extra ==" not in line and "python_version" not in line)
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in plain]


def installed(names: list[str]) -> tuple[list[str], list[str]]:
    """Which of these packages are installed, with their versions, and which are not."""
    there, missing = [], []
    for name in names:
        try:
            there.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    return there, missing


def processors() -> Finding:
    """The cores that this process may use."""
    return Finding("cores", f"{usable_cores()}: as many hand-ins at once")


def memory() -> Finding:
    """The memory that is free for graders."""
    free = psutil.virtual_memory().available / GIGABYTE
    found = f"{free:.1f} GB free"
    if free < MEMORY_A_WORKER_GB:
        return Finding("memory", found, FAIR, "Grade with --workers 1, and --memory below what is free.")
    return Finding("memory", found)


def bubblewrap_program() -> Finding:
    """Whether bubblewrap is installed."""
    where = bubblewrap.program()
    if where is None:
        return Finding("bubblewrap", "not installed", FAIR, "apt install bubblewrap (dnf, pacman: the same name).")
    return Finding("bubblewrap", where)


def user_namespaces() -> Finding:
    """Whether the kernel lets this user make namespaces, as far as its settings tell."""
    for path, bad in (
        ("/proc/sys/user/max_user_namespaces", "0"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
    ):
        try:
            value = Path(path).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if value == bad:
            return Finding("user namespaces", f"{path} is {value}", FAIR, "The strict sandbox below says what to do.")
    if platform.system() != "Linux":
        return Finding("user namespaces", f"none on {platform.system()}", FAIR)
    return Finding("user namespaces", "not switched off")


def control_groups() -> Finding:
    """Which control groups a process started here gets into."""
    groups = cgroups.available().folders
    if groups:
        return Finding("control groups", "; ".join(f"{names} in {where.parent}" for names, where in groups.items()))
    found = "not ours to make: limits are kept without them"
    if shutil.which("systemd-run") is None or not cgroups.unified():
        return Finding("control groups", found)
    return Finding("control groups", found, FAIR, DELEGATE)


def sandbox_levels(strict: Attempt, reduced: Attempt) -> list[Finding]:
    """The levels of the sandbox, and the one that grading will use."""
    if strict.level is not None:
        return [Finding("sandbox", str(strict.level))]
    findings = [Finding("strict sandbox", strict.reason, FAIR, strict.remedy)]
    if reduced.level is not None:
        return [*findings, Finding("sandbox", str(reduced.level), FAIR, SHARED)]
    return [
        *findings,
        Finding("reduced sandbox", reduced.reason, BAD, reduced.remedy),
        Finding("sandbox", "none: grading refuses to run", BAD, "Only hand-ins you trust: --sandbox none."),
    ]


def version_text(version: int) -> str:
    """A Landlock version as text."""
    return f"version {version}" if version else "not available"
