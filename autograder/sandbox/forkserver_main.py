"""The fork server itself: imports once, then forks a confined child for each request on its control socket.

Started by `forkserver.ForkServer` as `python -m autograder.sandbox.forkserver_main FD ORDER`. It is single-threaded and
never runs a line of a hand-in; the children never come back into its loop.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from autograder.sandbox import confine as walls
from autograder.sandbox import limits
from autograder.sandbox.linux import kernel

WATCH_SECONDS = 0.025
SCRATCH_EVERY = 20  # looks at the size of a scratch folder that has no limit of its own, in watches
TASKS_TO_SPARE = 8  # where the system counts as well, it refuses the next one, and nothing has to be ended
CONFINE_SECONDS = 15.0
MESSAGE_BYTES = 65536


class Forker:
    """The loop over the control socket: fork on request, watch the children's use, report their end."""

    def __init__(self, control: socket.socket, order: dict[str, Any]) -> None:
        self.control = control
        self.order = order
        self.level: str = order["level"]
        self.bounds = limits.Limits(**order["limits"])
        self.watched = dataclasses.replace(self.bounds, processes=self.bounds.processes + TASKS_TO_SPARE)
        self.children: dict[int, int] = {}  # pid -> number of the session
        self.pidfds: dict[int, int] = {}
        self.reasons: dict[int, str] = {}
        self.peaks: dict[int, float] = {}
        self.rounds = 0
        if sys.platform == "linux":
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        self.own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY) if self.level == "strict" else -1

    def run(self) -> None:
        """Serve until the other end of the control socket is closed."""
        while True:
            timeout = WATCH_SECONDS if self.children else None
            ready = select.select([self.control.fileno(), *self.pidfds.values()], [], [], timeout)[0]
            if self.control.fileno() in ready:
                data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
                if not data:
                    break
                message = json.loads(data)
                if "prepare" in message:
                    self.prepare(message["prepare"], descriptors[0])
                else:
                    self.fork(int(message["fork"]), descriptors[0])
            self.watch()
        for pid in self.children:
            self.end(pid)

    def tell(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Send one message to the trusted side."""
        socket.send_fds(self.control, [json.dumps(message).encode()], descriptors)

    def prepare(self, name: str, descriptor: int) -> None:
        """Call a function of ours with what a file holds: more to do once, before the forks that follow."""
        with os.fdopen(descriptor, "rb") as file:
            file.seek(0)
            data = file.read()
        try:
            resolve(name)(data)
        except Exception as error:  # noqa: BLE001 - told to the trusted side, which raises it
            self.tell({"error": f"{type(error).__name__}: {error}"[:2000]})
        else:
            self.tell({"prepared": name})

    def fork(self, number: int, sock: int) -> None:
        """Fork one child, wait until its walls are up, and report it."""
        reading, writing = os.pipe()
        if self.level == "strict":
            kernel.unshare(kernel.CLONE_NEWPID)
        pid = os.fork()
        if pid == 0:
            self.be_child(number, sock, writing)
        if self.level == "strict":
            kernel.setns(self.own_namespace, kernel.CLONE_NEWPID)
        os.close(sock)
        os.close(writing)
        ready = select.select([reading], [], [], CONFINE_SECONDS)[0]
        said = os.read(reading, MESSAGE_BYTES).decode(errors="replace") if ready else "it took too long"
        os.close(reading)
        if said != "confined":
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self.tell({"error": said or "it died while its walls went up"})
            return
        self.children[pid] = number
        if hasattr(os, "pidfd_open"):
            self.pidfds[pid] = os.pidfd_open(pid)
            self.tell({"forked": number, "pid": pid}, (self.pidfds[pid],))
        else:
            self.tell({"forked": number, "pid": pid})

    def be_child(self, number: int, sock: int, told: int) -> None:
        """In the child: put the walls up, then serve the hand-in. Never returns."""
        status = 1
        try:
            try:
                walls.reset_signals()
                serve = resolve(self.order["serve"])
                if self.order["trusted"]:
                    os.setpgid(0, 0)
                    close_all_but = [sock, told, 1, 2]
                    for descriptor in (self.control.fileno(), self.own_namespace):
                        if descriptor >= 0 and descriptor not in close_all_but:
                            os.close(descriptor)
                else:
                    if self.level == "none":
                        os.setpgid(0, 0)
                    walls.close_descriptors([sock, told])
                    walls.confine(
                        self.level,
                        self.bounds,
                        scratch=f"{self.order['scratch']}-{number}",
                        readable=self.order["readable"],
                        use_landlock=self.order["landlock"],
                    )
            except BaseException as error:  # noqa: BLE001 - whatever it is, it has to be told, and the child must not go on
                os.write(told, f"{type(error).__name__}: {error}"[:2000].encode())
                return
            os.write(told, b"confined")
            os.close(told)
            end = functools.partial(socket.socket, fileno=sock)()
            self.forget()
            serve(end)
            status = 0
        except BaseException:
            traceback.print_exc()  # to the log of a trusted one; a confined one has only /dev/null
            raise
        finally:
            os._exit(status)

    def forget(self) -> None:
        """Leave nothing of the warm process's business in the memory of a child."""
        self.control = socket.socket.__new__(socket.socket)
        self.order = {}
        self.children = {}

    def watch(self) -> None:
        """Look at what the children use, end the ones that use too much, report the ones that ended."""
        self.rounds += 1
        for pid, number in list(self.children.items()):
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                del self.children[pid]
                if pid in self.pidfds:
                    os.close(self.pidfds.pop(pid))
                self.report(pid, number, status, usage)
            elif not self.order["trusted"]:
                self.check(pid, number)

    def check(self, pid: int, number: int) -> None:
        """End a session that is beyond its memory, its number of processes or its scratch space."""
        load = limits.measure(pid, self.rest_of(pid), self.watched)
        self.peaks[pid] = max(self.peaks.get(pid, 0.0), load.memory_mb)
        if load.memory_mb > self.bounds.memory_mb:
            self.reasons[pid] = f"more than {self.bounds.memory_mb} MB of memory"
        elif load.tasks > self.watched.processes:
            self.reasons[pid] = f"more than {self.bounds.processes} processes and threads"
        elif self.level != "strict" and self.rounds % SCRATCH_EVERY == 0:
            size = limits.folder_mb(Path(f"{self.order['scratch']}-{number}"))
            if size > self.bounds.scratch_mb:
                self.reasons[pid] = f"more than {self.bounds.scratch_mb} MB of files"
        if pid in self.reasons:
            self.end(pid)

    def rest_of(self, pid: int) -> list[int]:
        """What a session's first process has started. Without namespaces, orphans come to us but stay in its group."""
        most = self.watched.processes
        if self.level == "strict":
            return limits.descendants(pid, most)
        everything = limits.descendants(os.getpid(), most + len(self.children) * most)
        return [other for other in everything if other != pid and group_of(other) == pid]

    def end(self, pid: int) -> None:
        """End a session. With a process namespace of its own, everything goes when its first process goes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        if self.level != "strict":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def reap(self, group: int) -> None:
        """Collect the orphans of a process group that has been killed."""
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-group, 0)

    def report(self, pid: int, number: int, status: int, usage: resource.struct_rusage) -> None:
        """Tell the trusted side how a session ended."""
        reason = self.reasons.pop(pid, "") or reason_of(status)
        if self.level != "strict":
            self.end(pid)
            self.reap(pid)
            shutil.rmtree(f"{self.order['scratch']}-{number}", ignore_errors=True)
        memory = max(self.peaks.pop(pid, 0.0), usage.ru_maxrss / 1024)
        self.tell({"ended": number, "reason": reason, "cpu": usage.ru_utime + usage.ru_stime, "memory": memory})


def reason_of(status: int) -> str:
    """A wait status as a phrase, empty for a normal end."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            return f"signal {signal.Signals(number).name}"
        except ValueError:
            return f"signal {number}"
    code = os.WEXITSTATUS(status)
    return f"exit status {code}" if code else ""


def group_of(pid: int) -> int:
    """The process group of a process, 0 when it is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def resolve(name: str) -> Any:
    """The object that "module:name" names. Raises ImportError or AttributeError."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def main() -> None:
    """Import, say that everything is ready, serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    order = json.loads(sys.argv[2])
    sys.argv[1:] = []
    try:
        if order["warm_up"]:
            resolve(order["warm_up"])()
        resolve(order["serve"])
    except Exception as error:  # noqa: BLE001 - told to the trusted side, which raises it
        control.send(json.dumps({"error": f"{type(error).__name__}: {error}"[:2000]}).encode())
        return
    if threading.active_count() > 1:
        control.send(json.dumps({"error": "warming up left threads running, which do not survive a fork"}).encode())
        return
    forker = Forker(control, order)
    own = [os.pidfd_open(os.getpid())] if hasattr(os, "pidfd_open") else []
    forker.tell({"ready": True}, tuple(own))
    for descriptor in own:
        os.close(descriptor)
    forker.run()
    os._exit(0)  # nothing is left to do, and taking torch down takes a tenth of a second


if __name__ == "__main__":
    main()
