"""One fork server process and the children that it has forked, as the trusted side sees them.

It believes nothing that comes out of the sandbox but the bare facts of a child's end.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from autograder.files import remove_folder, temporary_folder
from autograder.sandbox import messages
from autograder.sandbox.confined_process import ConfinedProcess, Usage, readable
from autograder.sandbox.exceptions import ForkServerError, PreparationError, SandboxError
from autograder.sandbox.level import Level
from autograder.sandbox.limits import Limits
from autograder.sandbox.linux import bubblewrap, cgroups, kernel, paths

LOGGER = logging.getLogger(__name__)

START_SECONDS = 120.0  # importing torch from a cold disk
FORK_SECONDS = 20.0
LEAVE_SECONDS = 1.0
SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_STARTER = ThreadPoolExecutor(1, "fork-servers")
"""The one thread that starts fork servers, since what dies with its parent dies with the thread that started it."""

HUGE_PAGES = f"{kernel.__name__}:{kernel.use_huge_pages.__name__}"
DIED = "the fork server died"
SILENT = "the fork server did not answer in time"
MANY_FORKS = 16
"""Whoever forks so often will fork more: it pays to spend a quarter of a second on huge pages, at 10 ms a fork."""

AGAIN_SECONDS = 0.1
MORE_PROCESSES = "Something here has nearly all the processes or memory that you may use; grade with fewer --workers."
MORE_DESCRIPTORS = "This process has too many files open: raise the limit (ulimit -n 4096)."


@dataclass(frozen=True)
class Launch:
    """How to start a fork server: what it runs, by name as "module:function", and how its children are confined.

    A `trusted` one runs code of ours, so that what its children write to standard error is worth keeping.
    """

    serve: str
    warm_up: str
    level: Level
    limits: Limits
    trusted: bool


class ServerProcess:
    """A running fork server. Making one starts it and waits until it has imported everything.

    `log` takes what it and its trusted children write to standard error. Raises ForkServerError, and OSError without a
    folder for temporary files. Several threads may use its children at the same time.
    """

    def __init__(self, launch: Launch, log: IO[bytes]) -> None:
        self.level = launch.level
        self.fault = ""
        """Why it must not be asked for anything any more; empty while it is well."""
        self._launch = launch
        self._lock = threading.RLock()
        self._count = 0
        self._children: dict[int, ConfinedProcess] = {}
        self._ended: dict[int, messages.Ended] = {}
        self.closed = self._retired = False
        self._group = cgroups.Group({})
        self._folder = temporary_folder()
        try:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = self._popen(theirs, log)
            self.pid = self._process.pid
            self._pidfd = os.pidfd_open(self.pid)
        except OSError as error:
            self._folder.cleanup()
            raise ForkServerError(str(error)) from error
        try:
            event, pidfd = self._answer(START_SECONDS)
            if not isinstance(event, messages.Ready):
                raise ForkServerError(_reason(event))  # noqa: TRY301 - closed like any other that does not start
            self._enter_group(pidfd)
        except BaseException:
            self.close()
            raise

    def _popen(self, theirs: socket.socket, log: IO[bytes]) -> subprocess.Popen[bytes]:
        launch = self._launch
        order = messages.Order(
            serve=launch.serve,
            warm_up=launch.warm_up,
            level=launch.level,
            limits=launch.limits,
            trusted=launch.trusted,
            scratch=str(Path(self._folder.name) / "scratch"),
            readable=paths.readable(inside=launch.level.own_namespaces),
        )
        main = [sys.executable, "-m", "autograder.sandbox.forkserver_main"]
        command = [*main, str(theirs.fileno()), messages.order_as_text(order)]
        return _STARTER.submit(
            subprocess.Popen,
            [*bubblewrap.prefix(), *command] if self.level.own_namespaces else command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=_environment(launch, self._folder.name),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            cwd=self._folder.name,
        ).result()

    def _enter_group(self, pidfd: int) -> None:
        """Put the fork server into control groups, where there are any, before it forks."""
        pid = cgroups.pid_outside(pidfd)
        os.close(pidfd)
        if pid is not None and not self._launch.trusted:
            self._group = cgroups.enter(self._launch.limits, pid)

    def prepare(self, function: str, data: bytes) -> None:
        """Have a function called with `data` in the fork server. Raises PreparationError when it raised."""
        try:
            with self._lock, os.fdopen(os.memfd_create("preparation"), "wb") as file:
                file.write(data)
                file.flush()
                event, _ = self._ask(messages.Prepare(function), file.fileno(), START_SECONDS)
        except OSError as error:
            raise SandboxError(str(error), "a preparation of the fork server", MORE_DESCRIPTORS) from error
        if isinstance(event, messages.Failed):
            raise PreparationError(f"the fork server could not be prepared by {function}: {event.reason}")

    def fork(self, serve: str = "") -> ConfinedProcess:
        """A new confined process, running what was ordered or `serve`, when the system has room for it in time.

        Raises ForkServerError; ask no more of this fork server then. Raises SandboxError when there is no room.
        """
        deadline = time.monotonic() + FORK_SECONDS
        # in a control group what is moved would be charged to it, and its hand-ins would have so much less
        if self._count == MANY_FORKS and not any("memory" in controllers for controllers in self._group.folders):
            with contextlib.suppress(SandboxError):  # a server that died of it is not there for the fork either
                self.prepare(HUGE_PAGES, b"")
        while True:
            made = self._fork(serve)
            if isinstance(made, ConfinedProcess):
                return made
            if time.monotonic() >= deadline:
                raise SandboxError(made.reason, "a new confined process", MORE_PROCESSES)
            time.sleep(AGAIN_SECONDS)

    def _fork(self, serve: str) -> ConfinedProcess | messages.Failed:
        with self._lock:
            self._count += 1
            number = self._count
            try:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            except OSError as error:
                raise SandboxError(str(error), "a new confined process", MORE_DESCRIPTORS) from error
            with contextlib.ExitStack() as undo:
                undo.callback(ours.close)
                with theirs:
                    event, pidfd = self._ask(messages.Fork(number, serve), theirs.fileno(), FORK_SECONDS)
                if isinstance(event, messages.Failed) and event.again:
                    return event
                if not isinstance(event, messages.Forked):
                    raise self._failed(f"no confined process could be started: {_reason(event)}")
                undo.pop_all()
            child = ConfinedProcess(self, number, ours, event.pid, pidfd)
            self._children[number] = child
            return child

    def wait(self, number: int, seconds: float) -> Usage | None:
        """Wait for the end of a child that has been killed or has ended; None when nobody tells of it."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while number not in self._ended and (late := self._receive(deadline - time.monotonic())) is not None:
                for descriptor in late[1]:  # of a child that came too late, which finds its socket closed
                    os.close(descriptor)
            ended = self._ended.pop(number, None)
        if ended is None:
            return None
        return Usage(ended.reason, ended.cpu_seconds, ended.peak_memory_mb, ended.exit_status, ended.signal)

    def _ask(self, request: messages.Request, descriptor: int, seconds: float) -> tuple[messages.Event, int]:
        """Send a request and wait for the answer. Raises ForkServerError."""
        if self.fault:
            raise ForkServerError(self.fault)
        try:
            messages.send(self._control, request, descriptor)
        except OSError as error:
            raise self._failed(DIED) from error
        return self._answer(seconds)

    def _answer(self, seconds: float) -> tuple[messages.Event, int]:
        """The next event that is not the end of a child, with its pidfd or -1. Raises ForkServerError if none comes."""
        deadline = time.monotonic() + seconds
        while True:
            received = self._receive(deadline - time.monotonic())
            if received is None:
                raise self._failed(self.fault or SILENT)
            event, descriptors = received
            if isinstance(event, messages.Ended):
                continue
            if isinstance(event, (messages.Ready, messages.Forked)) and not descriptors:
                raise self._failed("its answer came without a descriptor", MORE_DESCRIPTORS)
            return event, next(iter(descriptors), -1)

    def _receive(self, seconds: float) -> tuple[messages.Event, list[int]] | None:
        """The next event; None when there is none in time or the fork server is gone. Keeps what it says of ends."""
        if self._control.fileno() < 0 or not readable(self._control, seconds):
            return None
        try:
            received = messages.receive_event(self._control)
        except (OSError, msgspec.DecodeError) as error:
            LOGGER.warning("what a fork server said could not be read: %s", error)
            received = None
        if received is None:
            self._failed(DIED)
        elif isinstance(received[0], messages.Ended):
            self._ended[received[0].number] = received[0]
        return received

    def _failed(self, fault: str, remedy: str = "") -> ForkServerError:
        """Remember why nothing more can be asked, and give it as an error."""
        self.fault = fault
        return ForkServerError(fault, remedy=remedy)

    def end_group(self, group: int) -> None:
        """End what is left of the process group of a child whose fork server is gone.

        The session of the fork server, whose number nobody gets while we have not waited for it, tells the group from a
        later one of the same number.
        """
        signalled: set[int] = set()
        while left := _members(self.pid, group) - signalled:
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            signalled |= left

    def release(self, number: int) -> None:
        """Forget a child that has ended; when it was the last of a retired fork server, close that."""
        with self._lock:
            self._children.pop(number, None)
            last = self._retired and not self._children
        if last:
            self.close()

    def retire(self) -> None:
        """Ask nothing more of this fork server, and close it when its last child has ended.

        A silent one keeps no watch: it is ended now, and its children with it.
        """
        with self._lock:
            self._retired = True
            idle = not self._children
        if self.fault == SILENT:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        if idle:
            self.close()

    def close(self) -> None:
        """End the fork server, its children and everything that they started. May be called again."""
        self._retired = False
        for child in list(self._children.values()):
            child.kill()
        with self._lock:
            if not self.closed:
                self.closed = True
                self._control.close()
                readable(self._pidfd, LEAVE_SECONDS)  # it ends with its socket, and what it used counts as ours
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
                self._process.wait()
                os.close(self._pidfd)
                self._group.remove()
                remove_folder(Path(self._folder.name))
                self._folder.cleanup()


def _environment(launch: Launch, folder: str) -> dict[str, str]:
    """The environment of a fork server: next to nothing.

    Hand-ins hash as everybody's does; examiners each in a way of their own, for which no keys can be made to collide.
    """
    inside = launch.level.own_namespaces
    scratch = paths.SCRATCH_FOLDER if inside else folder
    return {
        **({} if launch.trusted else {"PYTHONHASHSEED": "0"}),
        **SINGLE_THREADED,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "IPYTHONDIR": f"{scratch}/.ipython",
        "MPLCONFIGDIR": f"{scratch}/.matplotlib",
        "MPLBACKEND": "agg",
        "PYTHONPATH": paths.PACKAGE_FOLDER if inside else str(paths.package().parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
    }


def _reason(event: messages.Event) -> str:
    return event.reason if isinstance(event, messages.Failed) else repr(event)


def _members(session: int, group: int) -> set[int]:
    """The processes of a session that are in a process group."""
    found = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                pid = int(entry.name)
                if os.getpgid(pid) == group and os.getsid(pid) == session:
                    found.add(pid)
    return found
