"""Grade on a Slurm cluster: ask Slurm for workers, hand them to `autograder grade`, give them back at the end.

    python grade_on_slurm.py --partition short --jobs 4 --cores 8 lab2 downloads/ --out marking

The first options say what to ask Slurm for; everything else goes to `autograder grade` as it is. Slurm's jobs run this
same Python, so the environment has to be on a file system that the compute nodes share.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from dask_jobqueue import SLURMCluster

GB_FOR_A_WORKER = 4
"""2 for the hand-in, which is what `autograder grade --memory` allows it, the rest for the fork servers."""


def main() -> int:
    """Grade with Slurm's workers. Gives the exit status of `autograder grade`."""
    parser = argparse.ArgumentParser(
        description="Grade on a Slurm cluster. What is not listed here goes to `autograder grade`.",
        allow_abbrev=False,  # its options must not be taken for the beginnings of ours
    )
    parser.add_argument("--partition", help="Slurm's partition; its default one without this")
    parser.add_argument("--jobs", type=int, default=4, help="how many Slurm jobs to ask for (4)")
    parser.add_argument("--cores", type=int, default=8, help="cores of each job, a worker on each (8)")
    parser.add_argument("--walltime", default="01:00:00", help="the time limit of each job (01:00:00)")
    asked, grade_arguments = parser.parse_known_args()
    autograder = Path(sys.executable).with_name("autograder")
    with SLURMCluster(
        queue=asked.partition,
        cores=asked.cores,
        processes=asked.cores,
        memory=f"{GB_FOR_A_WORKER * asked.cores}GB",
        walltime=asked.walltime,
        job_script_prologue=["export OMP_NUM_THREADS=1"],  # a worker has one core; torch would start a thread on each
        local_directory="/tmp",  # noqa: S108 - on the compute node; Dask makes a folder of its own in it
        log_directory="slurm-logs",
    ) as cluster:
        cluster.scale(jobs=asked.jobs)
        command = [autograder, "grade", *grade_arguments, "--scheduler", cluster.scheduler_address]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
