"""Limits on one confined process and all that it starts; watch.py keeps those that hold for all of them together."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autograder.model.settings import GradingSettings

MEGABYTE = 1024 * 1024
OPEN_FILES = 256
PENDING_SIGNALS = 1024
LEAST_HEADROOM_MB = 64
ADDRESS_SPACE_MB = 64 * 1024
"""What may be mapped beyond what is: the tables of so much take 128 MB. torch maps a few thousand megabytes."""
EXAMINER_MEMORY_MB = 4096
EXAMINER_CPU = 4
"""How many times a hand-in's CPU time its examiner may use: it computes the model's answers, for several runs."""


@dataclass(frozen=True)
class Limits:
    """Limits of a confined process: resident memory and scratch space in megabytes, CPU time in seconds, tasks.

    The numbers are those of the run's settings, model/settings.py.
    """

    memory_mb: int
    processes: int
    scratch_mb: int
    cpu_seconds: int

    @classmethod
    def of(cls, settings: GradingSettings) -> Limits:
        """The limits that the settings ask for. CPU time is a backstop behind the wall-clock deadlines."""
        cpu_seconds = int(settings.notebook_seconds * 1.25) + 1
        return cls(settings.memory_mb, settings.processes, settings.scratch_mb, cpu_seconds)

    @classmethod
    def of_examiner(cls, settings: GradingSettings) -> Limits:
        """The limits of an examiner, which has a hand-in's answers and the model's to hold, never below a hand-in's."""
        own = cls.of(settings)
        memory_mb = max(EXAMINER_MEMORY_MB, own.memory_mb)
        return cls(memory_mb, own.processes, own.scratch_mb, EXAMINER_CPU * own.cpu_seconds)


def apply(limits: Limits, status: Mapping[str, int]) -> None:
    """Set the resource limits of this process, given what its /proc/PID/status says, in kilobytes.

    They pass to all that it starts and cannot be raised again.
    """
    scratch = limits.scratch_mb * MEGABYTE
    wanted = {
        resource.RLIMIT_DATA: data_limit_bytes(limits.memory_mb, status),
        resource.RLIMIT_AS: status.get("VmSize", 0) * 1024 + ADDRESS_SPACE_MB * MEGABYTE,
        resource.RLIMIT_FSIZE: scratch,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: PENDING_SIGNALS,
    }
    for which, value in wanted.items():
        lower(which, value)


def lower(which: int, value: int) -> None:
    """Set one resource limit, or leave it where it is lower already."""
    _, hard = resource.getrlimit(which)
    limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (limit, limit))


def data_limit_bytes(memory_mb: int, status: Mapping[str, int]) -> int:
    """The limit on private writable memory: what is mapped now, and as much again as may still become resident."""
    mapped = status.get("VmData", 0) * 1024
    headroom = max(memory_mb * MEGABYTE - status.get("VmRSS", 0) * 1024, LEAST_HEADROOM_MB * MEGABYTE)
    return mapped + headroom
