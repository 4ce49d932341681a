"""The cases again as an ordinary user, where the tests run as root: other walls are in the way then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
USER = 54321
FILES = ("test_cases.py", "test_hidden.py", "test_older_kernels.py", "test_forkserver_main.py", "linux/test_folders.py")

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.slow,
    pytest.mark.may_skip,
    pytest.mark.skipif(os.geteuid() != 0, reason="this is an ordinary user already"),
    pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("setpriv")), reason="no unshare or setpriv"),
]


def opened(needed: list[Path], views: Path) -> list[str]:
    """Commands that show these folders to everybody, where one above is closed, in a mount namespace of one's own."""
    commands = []
    closed = {above for path in needed for above in path.parents if not above.stat().st_mode & 0o001}
    for number, folder in enumerate(sorted(closed)):
        view = views / str(number)
        view.mkdir()
        commands += [f"mount --bind {folder} {view}", f"mount -t tmpfs -o mode=755 none {folder}"]
        for path in needed:
            if path.is_relative_to(folder):
                commands += [f"mkdir -p {path}", f"mount --bind {view / path.relative_to(folder)} {path}"]
    return commands


def test_the_cases_hold():
    """What holds for root holds for an ordinary user, who can read less and is limited in other ways."""
    folder = Path(tempfile.mkdtemp(prefix="ordinary-user-"))
    views = folder / "views"
    views.mkdir()
    try:
        os.chown(folder, USER, USER)
        folder.chmod(0o755)
        repository = HERE.parents[1]
        commands = opened([Path(sys.prefix), Path(sys.base_prefix), repository], views)
        user = f"setpriv --reuid={USER} --regid={USER} --clear-groups --inh-caps=-all --bounding-set=-all"
        tests = " ".join(str(HERE / name) for name in FILES)
        options = f"-q -p no:cacheprovider -W ignore --basetemp={folder}/tests"
        commands.append(f"cd {repository} && exec {user} {sys.executable} -m pytest {options} {tests}")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(repository),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        }
        command = ["unshare", "--mount", "sh", "-ec", "\n".join(commands)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
        assert "passed" in done.stdout
    finally:
        for view in views.iterdir():
            view.rmdir()  # empty out here, or nothing is removed
        shutil.rmtree(folder, ignore_errors=True)
