"""A fork server: started once, it imports once, and forks a confined process for each hand-in.

    with ForkServer(settings, "package.module:serve", "package.module:warm_up", level=reach(policy)) as server:
        child = server.fork()          # confined already; `serve(sock)` runs in it
        child.sock.sendall(...)        # the trusted end of its one socket
        usage = child.kill()           # ends it and all that it started, at once

    trusted side (this process)                            │ strict: bubblewrap's namespaces, no network,
                                                           │ next to nothing of the file system
      ForkServer: remembers the preparations,              │
        │         replaces a process that died             │
        └─ ServerProcess ── control socket ────────────────┼─▶ python -m autograder.sandbox.forkserver_main
             │              Fork, Prepare ─▶               │     imports, watches, never runs a hand-in
             │              ◀─ Ready, Forked, Ended        │       │ fork()
             ├─ ConfinedProcess ── its socket, its pidfd ──┼───────┼─▶ child 1: serve(sock), behind its own walls
             └─ ConfinedProcess ── its socket, its pidfd ──┼───────└─▶ child 2

When the process of a fork server dies, the next fork starts another one. The children of the dead one die with it,
since nobody would watch them.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import tempfile
import threading
from typing import IO, TYPE_CHECKING

from autograder.sandbox import probe
from autograder.sandbox.confined_process import ConfinedProcess, Usage
from autograder.sandbox.exceptions import ForkServerError, LevelError, PreparationError
from autograder.sandbox.limits import Limits
from autograder.sandbox.server_process import Launch, ServerProcess
from autograder.text import for_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from autograder.model.settings import GradingSettings
    from autograder.sandbox.level import Level
    from autograder.sandbox.linux.paths import Shown

__all__ = ["ConfinedProcess", "ForkServer", "Usage"]

LOGGER = logging.getLogger(__name__)

ELSEWHERE = (
    "It stands in a folder that every program needs (such as /usr, or the lib of this Python): move it out of there, "
    "or use another Python."
)
LAST_LINES = 20
LAST_CHARACTERS = 2000
LOG_BYTES = 65536
ROOM = "Make room in the folder for temporary files, or set TMPDIR to another one."
NOISE = re.compile(
    r'^ *File "<frozen [\w.]+>", line \d+, in .*\n'  # frames of Python's own start
    r"|^<frozen runpy>:\d+: RuntimeWarning: .*\n",
    re.MULTILINE,
)


class ForkServer:
    """A process that has imported everything and waits to be forked, and another one when it has died.

    `serve` and `warm_up` (empty for none) name functions as "module:function"; `serve` gets the child's socket. The
    children are confined at `level` within the limits of the settings; with `trusted=True` within those of an examiner,
    and what they say on standard error is kept. No folder of `hidden` may be seen by them, which is tried for real at
    each start; of another they may read the entries that are `shown`. Several threads may use one fork server.
    """

    def __init__(
        self,
        settings: GradingSettings,
        serve: str,
        warm_up: str = "",
        *,
        level: Level,
        trusted: bool = False,
        hidden: Sequence[Path] = (),
        shown: Shown = ("", ()),
    ) -> None:
        limits = Limits.of_examiner(settings) if trusted else Limits.of(settings)
        self.level = level
        self._hidden = tuple(dict.fromkeys(hidden))
        self._launch = Launch(serve, warm_up, level, limits, trusted, shown)
        self._server: ServerProcess | None = None
        self._former: list[ServerProcess] = []
        self._preparations: list[tuple[str, bytes]] = []
        self._lock = threading.RLock()
        self._log: IO[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process that the server process started with; None when there is none."""
        return None if self._server is None else self._server.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process and wait until it has imported everything. Raises SandboxError.

        LevelError when its children would see what is to be hidden from them.
        """
        with self._lock:
            self._running()

    def fork(self) -> ConfinedProcess:
        """A new confined process that serves one socket. Raises SandboxError.

        Starts another server process where the one that there is has died or does not do it, and leaves the living
        children of that one alone.
        """
        with self._lock:
            if self._server is not None:
                try:
                    return self._server.fork()
                except ForkServerError as error:
                    self._replace(error)
            return self._running().fork()

    def prepare(self, function: str, data: bytes) -> None:
        """Have a function of ours ("module:function") called with `data` in the server process, before it forks again.

        Before the start it is kept until then, and it is called again in each process that takes the place of a dead
        one. Never for anything of a hand-in. Raises PreparationError when it fails, which is also to end a server that
        has only just started, otherwise SandboxError. One that has failed is forgotten, whenever it does.
        """
        with self._lock:
            self._preparations.append((function, data))
            if self._server is None:
                return
            try:
                self._server.prepare(function, data)
            except ForkServerError as error:  # it may have died before
                self._replace(error)
                self._running()
            except PreparationError:
                self._preparations.remove((function, data))
                raise

    def last_lines(self) -> str:
        """The end of what the server process and its trusted children wrote to standard error, for messages.

        Printable, at most 20 lines and 2000 characters; empty when they wrote nothing. What confined children write
        goes nowhere.
        """
        if self._log is None:
            return ""
        size = os.fstat(self._log.fileno()).st_size
        data = os.pread(self._log.fileno(), LOG_BYTES, max(size - LOG_BYTES, 0))
        lines = [
            for_terminal(line.rstrip())
            for line in NOISE.sub("", data.decode(errors="replace")).splitlines()
            if line.strip()
        ]
        return "\n".join(lines[-LAST_LINES:])[-LAST_CHARACTERS:]

    def close(self) -> None:
        """End the process, every child and everything that they started."""
        with self._lock:
            servers = [*self._former, *([self._server] if self._server is not None else [])]
            self._former, self._server = [], None
        for server in servers:
            server.close()

    def _running(self) -> ServerProcess:
        """The server process, started if there is none."""
        if self._server is None:
            self._server = self._start()
        return self._server

    def _replace(self, error: ForkServerError) -> None:
        """Have the next caller start another server process; this one goes with the last of its children."""
        LOGGER.warning("another fork server takes the place of one that failed: %s %s", error, self.last_lines())
        former, self._server = self._server, None
        if former is not None:
            self._former = [*(server for server in self._former if not server.closed), former]
            former.retire()

    def _start(self) -> ServerProcess:
        try:
            if self._log is None:
                self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this object
                fcntl.fcntl(self._log, fcntl.F_SETFL, os.O_APPEND)  # several processes write to it
            server = ServerProcess(self._launch, self._log)
        except (ForkServerError, OSError) as error:
            level = f"the fork server did not start ({self.level.name} sandbox)"
            what = ": ".join(filter(None, [getattr(error, "what", str(error)), self.last_lines()]))
            raise ForkServerError(what, level, getattr(error, "remedy", ROOM)) from error
        try:
            self._hide(server)
            for function, data in list(self._preparations):
                self._prepare_again(server, function, data)
        except BaseException:
            server.close()
            raise
        return server

    def _prepare_again(self, server: ServerProcess, function: str, data: bytes) -> None:
        """Prepare a server that has just started: one that ends or hangs now does so because of this."""
        try:
            server.prepare(function, data)
        except (ForkServerError, PreparationError) as error:
            self._preparations.remove((function, data))
            if isinstance(error, PreparationError):
                raise
            raise PreparationError(f"the fork server could not be prepared by {function}: {error.what}") from error

    def _hide(self, server: ServerProcess) -> None:
        """Have a child look for what is to be hidden from it. Raises LevelError when it finds it."""
        if not self._hidden or self.level.name == "none":
            return
        child = server.fork(probe.SERVE)
        try:
            found = probe.ask(child, probe.LOOK.format(folders=probe.identities(self._hidden)))
        except (OSError, ValueError) as error:
            raise ForkServerError(str(error), "trying what a hand-in sees") from error
        finally:
            child.kill()
        if found != {"result": []}:
            seen = ", ".join(map(str, found.get("result") or [found.get("error", "")]))
            raise LevelError(f"hand-ins would see {seen}", f"the {self.level.name} sandbox", ELSEWHERE)
