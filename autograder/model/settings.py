"""How to grade: limits and choices of a run, and what is written down of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SandboxPolicy(StrEnum):
    """Which sandbox to insist on."""

    AUTO = "auto"  # the best level that this machine has; never none
    STRICT = "strict"  # namespaces, or refuse
    NONE = "none"  # the user says in as many words that the hand-ins are trusted


class DecidePolicy(StrEnum):
    """Where items may be decided."""

    AUTO = "auto"  # outside where that can be, inside where it must be
    OUTSIDE = "outside"  # what can only be decided inside has no mark


SEED_BITS = 128
"""Of a seed that is drawn: too many to try."""


@dataclass(frozen=True)
class GradingSettings:
    """Limits and choices of a grading run. Times in seconds of wall clock, memory resident, in megabytes.

    `show_hidden` lets students read what hidden checks on fixed inputs asked and expected.

    All random numbers of the tests follow from the `seed`: it is a secret of the marker's, and shown nowhere.
    """

    seed: int = field(repr=False)
    cell_seconds: float = 30.0
    notebook_seconds: float = 120.0
    memory_mb: int = 2048
    processes: int = 64
    output_mb: float = 10.0
    scratch_mb: int = 256
    sandbox: SandboxPolicy = SandboxPolicy.AUTO
    show_hidden: bool = False
    decide: DecidePolicy = DecidePolicy.AUTO


@dataclass(frozen=True)
class RunRecord:
    """What run.json says of the last run for an assignment.

    A run that has begun has its seed and versions; `settings` and `sandbox` are those of the last one that came to its
    end. `due` is when hand-ins were due, in ISO 8601, empty where lateness is not looked at. `piles` are the hand-ins
    that runs were given, each with the folder from which its path leads, the newest last.
    """

    seed: int | None = None
    settings: GradingSettings | None = None
    sandbox: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    due: str = ""
    piles: tuple[tuple[str, str], ...] = ()
