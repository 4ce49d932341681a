"""`autograder review` at work, as a user starts it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.outdir import OutDir
from support.patience import HANG_SECONDS
from support.servers import wait_until

_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/review/\?token=(\w+)")


@dataclass(frozen=True)
class Served:
    """A server: its address without the path, its token, and the OUT that it shows."""

    address: str
    token: str
    out: OutDir

    def page(self, page: str = "") -> str:
        """The address of a page."""
        return f"{self.address}/review/{page}"


@contextlib.contextmanager
def review_server(out: OutDir):
    """Run `autograder review` on OUT. Home and settings are its own."""
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("wb") as log:
        environment = {
            **os.environ,
            "HOME": home,
            **{f"JUPYTER_{what}_DIR": home for what in ("CONFIG", "DATA", "RUNTIME")},
        }
        command = [sys.executable, "-m", "autograder", "review", str(out.root), "--no-browser"]
        server = subprocess.Popen(command, cwd=out.course.root, env=environment, stdout=log, stderr=log)

        def said() -> str:
            return (Path(home) / "log").read_text(encoding="utf-8", errors="replace")

        try:
            wait_until(lambda: _ADDRESS.search(said()) or server.poll() is not None, HANG_SECONDS, said, every=0.1)
            found = _ADDRESS.search(said())
            assert found is not None, said()
            yield Served(found[1], found[2], out)
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
