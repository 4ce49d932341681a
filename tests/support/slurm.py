"""A real Slurm cluster of one machine, for tests that submit jobs."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.patience import HANG_SECONDS
from support.servers import free_ports, wait_until

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo")

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
        host = socket.gethostname().partition(".")[0]
        controller, node = free_ports(2)
        configuration.write_text(
            CONFIGURATION.format(
                host=host, user=getpass.getuser(), place=place, controller_port=controller, node_port=node
            )
        )
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

        def said() -> str:
            return f"Slurm did not start: {(place / 'log').read_text()[-3000:]}"

        try:
            start("munged", "--foreground", *files, f"--socket={place}/munge.socket")
            wait_until((place / "munge.socket").exists, HANG_SECONDS, said)
            start("slurmctld", "-D")
            start("slurmd", "-D")
            wait_until(is_idle, HANG_SECONDS, said)
            yield configuration
        finally:
            for server in reversed(servers):
                server.terminate()
            for server in servers:
                server.wait(30)
            log.close()
