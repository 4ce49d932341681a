"""What the sandbox costs: starting a confined process, and the CPU of the watch over it.

    python benchmarks/sandbox.py [--forks 100] [--seconds 5]

At each level that this machine reaches. The fork server has imported what a student's has, torch included. The watch is
measured over a process that sleeps, alone and with 40 others that it has started.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from measure import machine

from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.sandbox import probe
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.linux import processes
from autograder.sandbox.reach import try_level

WARM_UP = "autograder.engine.student.warm_up:warm_up"
FORTY = "import os, time\nfor _ in range(40):\n if os.fork() == 0:\n  time.sleep(600)\n  os._exit(0)"
TICKS = 100


def cpu_of_server(server: ForkServer, *, with_children: bool = False) -> float:
    """CPU seconds that the fork server itself has used, inside bubblewrap or not, and those of its ended children."""
    pids = [server.pid or 0, *processes.descendants(server.pid or 0, 3)]
    pid = next(pid for pid in pids if b"bwrap" not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0])
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11 : 15 if with_children else 13])) / TICKS


def watched(server: ForkServer, seconds: float, source: str) -> float:
    """The share of one core, in per cent, that the watch over one child takes."""
    child = server.fork()
    probe.ask(child, source)
    before = cpu_of_server(server)
    time.sleep(seconds)
    share = 100 * (cpu_of_server(server) - before) / seconds
    child.kill()
    return share


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forks", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    print(machine())
    print("level       start, ms: median, 90 %, CPU     watch, % of a core: alone, with 40")
    settings = GradingSettings(seed=0, sandbox=SandboxPolicy.NONE)
    for name in ("strict", "reduced", "none"):
        level = Level.none() if name == "none" else try_level(name).level
        if level is None:
            continue
        with ForkServer(settings, probe.SERVE, WARM_UP, level=level) as server:
            times = []
            before = cpu_of_server(server, with_children=True)
            for _ in range(options.forks):
                started = time.perf_counter()
                child = server.fork()
                times.append(1000 * (time.perf_counter() - started))
                child.kill()
            cpu = 1000 * (cpu_of_server(server, with_children=True) - before) / options.forks
            alone, forty = (watched(server, options.seconds, source) for source in ("result = 1", FORTY))
        tenth = statistics.quantiles(times, n=10)[-1]
        print(f"{name:10}{statistics.median(times):10.1f}{tenth:10.1f}{cpu:10.1f}{alone:20.2f}{forty:10.2f}")


if __name__ == "__main__":
    main()
