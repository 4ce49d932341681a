"""Carries out the steps of a Containerfile in a folder that stands for the root of a system, where no engine is.

It knows the instructions that ours has: FROM (the first is a system made by debootstrap, later ones go on from it),
ARG, ENV, RUN, COPY, USER, WORKDIR, ENTRYPOINT and CMD.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ENTER = (
    'root=$1 && shift && mount --rbind /dev "$root/dev" && mount --rbind /sys "$root/sys" && '
    'mount -t proc proc "$root/proc" && exec chroot "$root" "$@"'
)


CERTIFICATES = "var/certificates-of-the-machine.crt"
"""Those that this machine trusts, beside those that the system comes to have."""


def instructions(path: Path) -> list[tuple[str, str]]:
    """The instructions of a Containerfile, each with its arguments on one line."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.strip().partition(" ") for line in lines) if word]


@dataclass
class System:
    """A root folder with what the instructions so far have said of how commands run in it."""

    root: Path
    arguments: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    user: str = "root"
    folder: str = "/"
    entry: list[str] = field(default_factory=list)

    def run(self, *command: str, user: str | None = None, network: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in the system, as the user that the instructions have chosen."""
        variables = [f"{name}={value}" for name, value in {**self.environment, **self.arguments, **self._own()}.items()]
        as_user = ["setpriv", f"--reuid={user or self.user}", f"--regid={user or self.user}", "--init-groups"]
        inside = ["env", "-i", *variables, *as_user, "env", "-C", self.folder, *command]
        spaces = ["--mount", "--fork", "--pid", *([] if network else ["--net"])]
        line = ["unshare", *spaces, "sh", "-c", ENTER, "enter", str(self.root), *inside]
        return subprocess.run(line, capture_output=True, text=True, check=False)

    @staticmethod
    def _own() -> dict[str, str]:
        """How this machine reaches the indexes, by its own settings."""
        ours = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}
        return {**ours, "PIP_CERT": f"/{CERTIFICATES}", "SSL_CERT_FILE": f"/{CERTIFICATES}"}

    def carry_out(self, word: str, rest: str, context: Path) -> None:
        """Carry out one instruction. Raises AssertionError, with what a command said, when it fails."""
        if word == "ARG":
            name, _, value = rest.partition("=")
            self.arguments.setdefault(name, value)
        elif word == "ENV":
            name, _, value = rest.partition("=")
            self.environment[name] = value.replace(f"${name}", self.environment.get(name, ""))
        elif word == "COPY":
            *sources, to = shlex.split(rest)
            for source in sources:
                _copy(context / source, self.root / to.lstrip("/"), into=to.endswith("/"))
        elif word == "RUN":
            done = self.run("sh", "-c", rest)
            assert done.returncode == 0, f"{rest}\n{done.stdout}{done.stderr}"
        elif word == "USER":
            self.user = rest
        elif word == "WORKDIR":
            self.folder = rest
            (self.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "ENTRYPOINT":
            self.entry = json.loads(rest)
        else:
            assert word in ("FROM", "CMD"), f"{word} is not known here"


def _copy(source: Path, to: Path, *, into: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        return
    target = to / source.name if into else to
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def why_not() -> str:
    """Why this machine cannot make a system, or an empty text."""
    if os.geteuid() != 0:
        return "only root can make a system with debootstrap"
    for program in ("debootstrap", "unshare", "chroot", "setpriv"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        return "this machine allows no mount namespace"
    return "" if mirror() else "it is not known from where this machine gets Debian's packages"


def mirror() -> str:
    """Where this machine gets Debian's packages, by its own settings."""
    for path in (Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if found := re.search(r"^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\S+://\S*debian/?)(?:\s|$)", text, re.MULTILINE):
            return found[1]
    return ""


def debian(root: Path, release: str) -> None:
    """Make a small Debian. Raises AssertionError when that fails."""
    command = ["debootstrap", "--variant=minbase", release, str(root), mirror()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    for name in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/xdg/pip"):
        here = Path("/") / name
        if here.is_dir():
            shutil.copytree(here, root / name, dirs_exist_ok=True)
        elif here.exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(here, root / name)
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / CERTIFICATES)
    for path in Path("/etc/apt/apt.conf.d").glob("*"):
        shutil.copy(path, root / "etc/apt/apt.conf.d" / path.name)
