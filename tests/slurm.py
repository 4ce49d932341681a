"""A real Slurm cluster of one machine, for tests that submit jobs."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo")
START_SECONDS = 60

# The node has more cores than the machine: Slurm only counts them. Nothing here needs systemd, cgroups or a database.
CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={place}/munge.socket
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=128000
PartitionName=short Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@contextlib.contextmanager
def slurm_cluster() -> Iterator[Path]:
    """A controller and one node with the partition `short`; gives the path of slurm.conf, for SLURM_CONF.

    Skips the test on a machine without Slurm.
    """
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])  # where Debian puts servers
    programs = {name: shutil.which(name, path=path) for name in PROGRAMS}
    if missing := [name for name, found in programs.items() if found is None]:
        pytest.skip(f"no Slurm on this machine ({', '.join(missing)}): install the package slurm-wlm")
    # not tmp_path: munge wants folders that everybody may enter, and a short path for its socket
    with tempfile.TemporaryDirectory(prefix="slurm-", dir="/tmp") as scratch:
        place = Path(scratch)
        place.chmod(0o755)
        for folder in ("state", "spool"):
            (place / folder).mkdir()
        (place / "munge.key").write_bytes(os.urandom(1024))
        (place / "munge.key").chmod(0o400)
        configuration = place / "slurm.conf"
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            ports = {"controller_port": one.getsockname()[1], "node_port": other.getsockname()[1]}
        host = socket.gethostname().partition(".")[0]
        configuration.write_text(CONFIGURATION.format(host=host, user=getpass.getuser(), place=place, **ports))
        environment = {**os.environ, "SLURM_CONF": str(configuration)}
        log = (place / "log").open("wb")
        files = [f"--{name}-file={place}/munge.{name}" for name in ("key", "pid", "seed")]
        servers = []

        def start(program: str, *arguments: str) -> None:
            command = [programs[program], *arguments]
            servers.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=place, env=environment))

        def is_idle() -> bool:
            asked = [programs["sinfo"], "-h", "-o", "%t"]
            done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=False)
            return done.stdout.strip() == "idle"

        try:
            start("munged", "--foreground", *files, f"--socket={place}/munge.socket")
            wait_until((place / "munge.socket").exists, place / "log")
            start("slurmctld", "-D")
            start("slurmd", "-D")
            wait_until(is_idle, place / "log")
            yield configuration
        finally:
            for server in reversed(servers):
                server.terminate()
            for server in servers:
                server.wait(30)
            log.close()


def wait_until(ready: Callable[[], bool], log: Path) -> None:
    """Wait until something is there. Raises AssertionError, with what the servers said, when it does not come."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        assert time.monotonic() < deadline, f"Slurm did not start: {log.read_text()[-3000:]}"
        time.sleep(0.5)
