"""The fork server itself: imports once, then forks a confined child for each request on its control socket.

Started by `server_process.ServerProcess` as `python -m autograder.sandbox.forkserver_main FD ORDER`. It is
single-threaded and never runs a line of a hand-in; its children never come back into its loop. That of the examiners
is a trusted one: its children have walls as well, with limits of their own, and what they say of faults is kept.

    fork server ── reads Fork(7), with the child's end of a socket pair
      │  pipe()
      │  unshare(CLONE_NEWPID)      strict: the next child is process 1 of a namespace of its own
      ├─ fork() ──────────────────▶ child 7
      │  setns(own pid namespace)     dies with the fork server
      │                               closes every descriptor but its socket and the pipe
      │                               confine(): mounts, limits, capabilities, Landlock, seccomp
      │  reads the pipe ◀──────────── "confined", or what failed
      │  sends Forked(7, pid)         serve(socket): only here the code of a hand-in comes in
      │  watches its memory, tasks      │
      │  and files; kills what is       │
      │  beyond the limits              ▼
      │  wait4() ◀─────────────────── exit status or signal; all that it started is killed with it
      └─ sends Ended(7, ...)
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import os
import select
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from autograder.files import remove_folder
from autograder.sandbox import confine, messages, watch
from autograder.sandbox.linux import kernel, processes

WATCH_SECONDS = 0.025
CONFINE_SECONDS = 15.0
RAISED = os.EX_SOFTWARE
"""The exit status of a trusted child whose `serve` raised; faulthandler's watchdog, when it gives up, exits with 1.

Of a confined one nothing is concluded from its status, and it is 1 as in any program that raises."""
CONFINED = b"confined"


@dataclasses.dataclass
class Child:
    """One child: how the trusted side knows it, how the kernel does, the watch over it and why it is being ended.

    `scratch` is its folder outside of namespaces, None where it has one of its own in there.
    """

    number: int
    pid: int
    pidfd: int
    watch: watch.Watch
    scratch: Path | None
    reason: str = ""


class Server:
    """The loop over the control socket: fork on request, watch what the children use, report their ends."""

    def __init__(self, control: socket.socket, order: messages.Order) -> None:
        self.control = control
        self.order = order
        self.own_namespaces = order.level.own_namespaces
        self.children: list[Child] = []
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        self.own_namespace = -1
        if self.own_namespaces:
            self.own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
            confine.keep_devices()

    def run(self) -> None:
        """Serve until the other end of the control socket is closed."""
        while True:
            timeout = WATCH_SECONDS if self.children else None
            waiting = [self.control.fileno(), *(child.pidfd for child in self.children)]
            ready = set(select.select(waiting, [], [], timeout)[0])
            if self.control.fileno() in ready and not self.answer():
                break
            self.look(ready)
        for child in self.children:
            self.end(child)

    def answer(self) -> bool:
        """Do what one request asks. False when there are no more."""
        received = messages.receive_request(self.control)
        if received is None:
            return False
        request, descriptor = received
        if isinstance(request, messages.Prepare):
            self.prepare(request.function, descriptor)
        else:
            self.fork(request, descriptor)
        return True

    def prepare(self, function: str, descriptor: int) -> None:
        """Call a function of ours with what a file holds: more to do once, before the forks that follow."""
        with os.fdopen(descriptor, "rb") as file:
            file.seek(0)
            data = file.read()
        try:
            resolve(function)(data)
        except Exception as error:  # noqa: BLE001 - told to the trusted side, which raises it
            messages.send(self.control, messages.failed(error))
        else:
            freeze()
            messages.send(self.control, messages.Prepared(function))

    def fork(self, request: messages.Fork, sock: int) -> None:
        """Fork one child, wait until its walls are up, and report it."""
        reading, writing = os.pipe()
        try:
            pid = self.start(request, sock, reading, writing)
        except OSError as error:  # whoever has all the memory or the processes now may be gone soon
            os.close(reading)
            messages.send(self.control, messages.Failed(f"no process can be started: {error.strerror}", again=True))
            return
        finally:
            os.close(sock)
            os.close(writing)
        ready = select.select([reading], [], [], CONFINE_SECONDS)[0]
        said = os.read(reading, messages.MESSAGE_BYTES) if ready else b"it took too long"
        os.close(reading)
        if said != CONFINED:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            reason = said.decode(errors="replace") or "it died while its walls went up"
            messages.send(self.control, messages.Failed(reason))
            return
        scratch = None if self.own_namespaces else self.scratch_of(request)
        child = Child(request.number, pid, os.pidfd_open(pid), watch.Watch(self.order.limits, scratch), scratch)
        self.children.append(child)
        messages.send(self.control, messages.Forked(request.number, pid), child.pidfd)

    def start(self, request: messages.Fork, sock: int, reading: int, writing: int) -> int:
        """Fork one child, which never returns; its number. Raises OSError."""
        if self.own_namespaces:
            kernel.unshare(kernel.CLONE_NEWPID)
        try:
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                self.be_child(request, sock, writing)
        finally:
            if self.own_namespaces:
                kernel.setns(self.own_namespace, kernel.CLONE_NEWPID)
        return pid

    def scratch_of(self, request: messages.Fork) -> Path:
        """The folder of a child that has no file systems of its own."""
        return Path(f"{self.order.scratch}-{request.number}")

    def be_child(self, request: messages.Fork, sock: int, told: int) -> None:
        """In the child: put the walls up, then serve. Never returns."""
        status = RAISED if self.order.trusted else 1
        try:
            try:
                serve = self.become(request, sock, told)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it has to be told, and the child must not go on
                os.write(told, messages.failed(error).reason.encode())
                return
            os.write(told, CONFINED)
            os.close(told)
            end = socket.socket(fileno=sock)  # held to the last: who sees it close can wait for the exit status
            serve(end)
            status = 0
        except BaseException:
            traceback.print_exc()  # to the log of a trusted server; a hand-in has only /dev/null
            raise
        finally:
            os._exit(status)

    def become(self, request: messages.Fork, sock: int, told: int) -> Any:
        """In the child: leave everything of the fork server behind, go behind the walls, give the function to run."""
        order = self.order
        serve = resolve(request.serve or order.serve)
        confine.reset_signals()
        self.control.detach()
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody would watch it any more
        confine.close_descriptors(keep=[sock, told], keep_error=order.trusted)
        confine.confine(
            order.level,
            order.limits,
            scratch=str(self.scratch_of(request)),
            readable=order.readable,
            trusted=order.trusted,
        )
        del self.order, self.children
        return serve

    def look(self, ready: set[int]) -> None:
        """Collect the children that have ended (their pidfds are ready), look at what the others use."""
        for child in list(self.children):
            if child.pidfd in ready:
                self.collect(child)
            elif not child.reason:  # otherwise it is being ended already
                child.reason = child.watch.look(child.pid, self.rest_of(child))
                if child.reason:
                    self.end(child)

    def rest_of(self, child: Child) -> list[int]:
        """What a child has started. Without namespaces, orphans come to us but stay in its process group."""
        most = child.watch.most_tasks
        if self.own_namespaces:
            return processes.descendants(child.pid, most)
        everything = processes.descendants(os.getpid(), most + len(self.children) * most)
        return [pid for pid in everything if pid != child.pid and group_of(pid) == child.pid]

    def end(self, child: Child) -> None:
        """End a child that has not been waited for. With a process namespace, all that it started goes with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(child.pid, signal.SIGKILL)
        if not self.own_namespaces:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)

    def collect(self, child: Child) -> None:
        """Tell the trusted side how a child ended, when all that it started is gone."""
        self.end(child)  # its number is still its own
        _, status, usage = os.wait4(child.pid, 0)
        self.children.remove(child)
        os.close(child.pidfd)
        if not self.own_namespaces:
            reap(child.pid)
        if child.scratch is not None:
            remove_folder(child.scratch)
        ended = messages.Ended(
            child.number,
            child.reason or reason_of(status),
            os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            usage.ru_utime + usage.ru_stime,
            max(child.watch.peak_memory_mb, usage.ru_maxrss / 1024),
        )
        messages.send(self.control, ended)


def freeze() -> None:
    """Keep the children's garbage collector from looking through, and so copying, what was imported for all of them."""
    gc.collect()
    gc.freeze()


def reap(group: int) -> None:
    """Collect the orphans of a process group that has been killed."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-group, 0)


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
    order = messages.order_from_text(sys.argv[2])
    sys.argv[1:] = []
    try:
        if order.warm_up:
            resolve(order.warm_up)()
        resolve(order.serve)
    except Exception as error:  # noqa: BLE001 - told to the trusted side, which raises it
        messages.send(control, messages.failed(error))
        return
    if threading.active_count() > 1:
        left = "warming up left threads running, which do not survive a fork"
        messages.send(control, messages.Failed(left))
        return
    server = Server(control, order)
    freeze()
    own = os.pidfd_open(os.getpid())
    messages.send(control, messages.Ready(), own)
    os.close(own)
    server.run()
    os._exit(0)  # nothing is left to do, and taking torch down takes a tenth of a second


if __name__ == "__main__":
    main()
