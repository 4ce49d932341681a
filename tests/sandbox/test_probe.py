"""What the probe finds."""

from __future__ import annotations

import subprocess
import sys

from autograder.sandbox.linux import paths


def test_the_probe_finds_open_doors(tmp_path):
    """Run without walls, the probe finds that it can read, write and open sockets: it does not just say yes."""
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="ascii")
    source = f"from autograder.sandbox.probe import escapes; print(escapes({str(secret)!r}, 1))"
    command = [sys.executable, "-c", source]
    environment = {"PYTHONPATH": str(paths.package().parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    for door in ("read a file outside", "write outside", "open a network socket", "list the processes"):
        assert door in done.stdout
