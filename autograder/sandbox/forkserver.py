"""The warm process: started once inside the sandbox, it imports once and forks a confined child for each hand-in.

    with ForkServer(settings) as warm:
        session = warm.fork()          # confined already; `serve(sock)` runs in it
        session.sock.sendall(...)      # the trusted end of its one socket
        usage = session.kill()         # ends it and all that it started, at once

This is the trusted side. It believes nothing that comes out of the sandbox but the bare facts of a child's end, and
those are for information only.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.sandbox.levels import Level, SandboxError, reach
from autograder.sandbox.limits import Limits
from autograder.sandbox.linux import bubblewrap, cgroups

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from autograder.model.settings import GradingSettings

START_SECONDS = 120.0  # importing torch from a cold disk
FORK_SECONDS = 20.0
END_SECONDS = 10.0
LEAVE_SECONDS = 1.0
MESSAGE_BYTES = 65536
SERVE = "autograder.engine.student.server:serve"
WARM_UP = "autograder.engine.student.warm_up:warm_up"
SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Usage:
    """What a session used and how it ended.

    `reason` is empty when it ended by itself with status 0 or was killed from outside, otherwise a phrase for a person:
    "more than 2048 MB of memory", "exit status 3", "signal SIGSEGV".
    """

    reason: str = ""
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0


class ConfinedProcess:
    """One confined process, seen from the trusted side. `sock` is the trusted end of its one socket."""

    def __init__(self, warm: ForkServer, number: int, sock: socket.socket, pid: int, pidfd: int | None) -> None:
        self.sock = sock
        self._warm = warm
        self._number = number
        self._pid = pid
        self._pidfd = pidfd
        self._killed = False
        self._usage: Usage | None = None

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        if self._usage is not None:
            return False
        if self._pidfd is not None:
            return not select.select([self._pidfd], [], [], 0)[0]
        return self._warm.poll(self._number) is None

    def kill(self) -> Usage:
        """End the process and all that it started, now, and say what it used. May be called again."""
        if self._usage is None:
            if self.running:
                self._killed = True
            self._signal()
            self._usage = self._warm.wait(self._number, killed=self._killed)
            self._signal()  # without namespaces: what was started in the meantime
            self.sock.close()
            if self._pidfd is not None:
                os.close(self._pidfd)
                self._pidfd = None
        return self._usage

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        if not self._warm.own_pid_namespace:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)


class ForkServer:
    """A process that has imported everything and waits to be forked, in the sandbox that the settings ask for.

    `serve` and `warm_up` name functions as "module:function"; `serve` gets the child's socket. With `trusted=True`
    there are no walls and the environment is this process's own: for the examiner. Raises SandboxError when the wanted
    level cannot be reached, or when the warm process does not start.
    """

    def __init__(
        self, settings: GradingSettings, serve: str = SERVE, warm_up: str = WARM_UP, *, trusted: bool = False
    ) -> None:
        self.limits = Limits.of(settings)
        self.level: Level = Level.none() if trusted else reach(settings.sandbox)
        self._serve = serve
        self._warm_up = warm_up
        self._trusted = trusted
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ended: dict[int, Usage] = {}
        self._sessions: dict[int, ConfinedProcess] = {}
        self._count = 0
        self._preparations: list[tuple[str, bytes]] = []
        self._lock = threading.RLock()  # several threads may use the sessions of one warm process
        self._group = cgroups.Group([])

    @property
    def own_pid_namespace(self) -> bool:
        """Whether ending a child's first process ends all that it started."""
        return self.level.name == "strict"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the warm process and wait until it has imported everything. Raises SandboxError."""
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="autograder-")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        order = {
            "serve": self._serve,
            "warm_up": self._warm_up,
            "level": self.level.name,
            "landlock": self.level.landlock,
            "trusted": self._trusted,
            "limits": self.limits.to_json(),
            "scratch": str(Path(self._folder.name) / "scratch"),
            "readable": [str(path) for path in bubblewrap.readable_paths()],
        }
        command = [sys.executable, "-m", "autograder.sandbox.forkserver_main", str(theirs.fileno()), json.dumps(order)]
        if self.level.name == "strict":
            command = [*bubblewrap.prefix(), *command]
        log = Path(self._folder.name) / "log"
        with theirs, log.open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=self._environment(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                cwd=None if self._trusted else self._folder.name,
            )
        self._control = ours
        answer, descriptors = self._receive(START_SECONDS)
        if "ready" in answer and descriptors:
            self._enter_group(descriptors[0])
        if "ready" not in answer:
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
            self.close()
            reason = answer.get("error") or tail or "it ended without a message"
            raise SandboxError(f"the warm process did not start ({self.level.name} sandbox): {reason}")

        for name, data in self._preparations:
            self._prepare(name, data)

    def prepare(self, name: str, data: bytes) -> None:
        """Have a function of ours ("module:function") called with `data` in the warm process, before it forks again.

        Before the start it is kept until then. Never for anything of a hand-in. It is called again should the warm process have to be started again. Raises
        SandboxError when it fails.
        """
        with self._lock:
            self._preparations.append((name, data))
            if self._control is not None:
                self._prepare(name, data)

    def _prepare(self, name: str, data: bytes) -> None:
        if self._control is None:
            raise SandboxError("the warm process is not running")
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            socket.send_fds(self._control, [json.dumps({"prepare": name}).encode()], [file.fileno()])
        deadline = time.monotonic() + START_SECONDS
        while True:
            answer, _ = self._receive(deadline - time.monotonic())
            if "prepared" in answer:
                return
            if "error" in answer or not answer:
                raise SandboxError(f"the warm process could not be prepared: {answer.get('error', 'no answer')}")

    def _environment(self) -> dict[str, str]:
        """The environment of the warm process: this one's own for a trusted one, otherwise next to nothing."""
        parent = str(bubblewrap.package_parent())
        if self._trusted:
            paths = filter(None, [parent, os.environ.get("PYTHONPATH", "")])
            return {**os.environ, **SINGLE_THREADED, "PYTHONPATH": os.pathsep.join(paths)}
        strict = self.level.name == "strict"
        scratch = bubblewrap.SCRATCH_FOLDER if strict or self._folder is None else self._folder.name
        return {
            **SINGLE_THREADED,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": scratch,
            "TMPDIR": scratch,
            "IPYTHONDIR": f"{scratch}/.ipython",
            "MPLCONFIGDIR": f"{scratch}/.matplotlib",
            "MPLBACKEND": "agg",
            "PYTHONPATH": bubblewrap.PACKAGE_FOLDER if strict else parent,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONNOUSERSITE": "1",
        }

    def _enter_group(self, pidfd: int) -> None:
        """Put the warm process into control groups, where there are any, before it forks."""
        pid = cgroups.pid_outside(pidfd)
        os.close(pidfd)
        if pid is not None and not self._trusted:
            self._group = cgroups.create(self.limits, pid)
            self._group.add(pid)

    def close(self) -> None:
        """End the warm process, every session and everything that they started."""
        for session in list(self._sessions.values()):
            session.kill()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(
                    LEAVE_SECONDS
                )  # it ends with its control socket, and what it used is counted as ours
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        self._group.remove()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def fork(self) -> ConfinedProcess:
        """A new confined process that serves one socket. Starts the warm process again when it has died."""
        with self._lock:
            try:
                return self._fork()
            except (OSError, SandboxError):
                self.start()
                return self._fork()

    def _fork(self) -> ConfinedProcess:
        if self._control is None:
            raise SandboxError("the warm process is not running")
        self._count += 1
        number = self._count
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            socket.send_fds(self._control, [json.dumps({"fork": number}).encode()], [theirs.fileno()])
        deadline = time.monotonic() + FORK_SECONDS
        while True:
            answer, fds = self._receive(deadline - time.monotonic())
            if answer.get("forked") == number:
                break
            if answer.get("error") or not answer:
                ours.close()
                raise SandboxError(f"no confined process could be started: {answer.get('error', 'no answer')}")
        session = ConfinedProcess(self, number, ours, int(answer["pid"]), fds[0] if fds else None)
        self._sessions[number] = session
        return session

    def poll(self, number: int) -> Usage | None:
        """What a session used, when it has ended."""
        with self._lock:
            while number not in self._ended:
                answer, _ = self._receive(0)
                if not answer:
                    return None
            return self._ended[number]

    def wait(self, number: int, *, killed: bool) -> Usage:
        """Wait for the end of a session that was told to end."""
        deadline = time.monotonic() + END_SECONDS
        with self._lock:
            while number not in self._ended and (left := deadline - time.monotonic()) > 0:
                answer, _ = self._receive(left)
                if not answer:
                    break
            self._sessions.pop(number, None)
            usage = self._ended.pop(number, Usage("the warm process died"))
        expected = killed and usage.reason == "signal SIGKILL"
        return replace(usage, reason="") if expected else usage

    def _receive(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        """The next message of the warm process; an empty one when there is none in time or it has died."""
        if self._control is None or not select.select([self._control], [], [], max(seconds, 0))[0]:
            return {}, []
        try:
            data, fds, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 1)
            message = json.loads(data) if data else {}
        except (OSError, ValueError):
            return {}, []
        if "ended" in message:
            self._ended[int(message["ended"])] = Usage(
                str(message["reason"])[:200], float(message["cpu"]), float(message["memory"])
            )
        return message, list(fds)
