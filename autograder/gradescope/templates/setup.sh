#!/bin/sh
# Run once by Gradescope, as root and with a network, when it builds the image. Everything that grading needs is fetched
# here; run_autograder needs no network. AUTOGRADER_ROOT is for trying it elsewhere.
set -eu
root=${AUTOGRADER_ROOT:-/autograder}
source=$root/source

find_python() {
  for name in python3 python3.12 python3.13 python3.14 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
       "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
}

needed=
command -v bwrap >/dev/null 2>&1 || needed=bubblewrap
python=$(find_python)
if [ -z "$python" ]; then
  # Ubuntu 22.04 has 3.10 as python3, and 3.11 beside it; later ones have one that fits
  if apt-cache show python3.11-venv >/dev/null 2>&1; then needed="$needed python3.11 python3.11-venv"
  else needed="$needed python3 python3-venv"; fi
fi
if [ -n "$needed" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086  # one word for each package
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $needed
  python=$(find_python)
fi
[ -n "$python" ] || { echo "no Python 3.11 to 3.14 could be had; choose another base image" >&2; exit 1; }

"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$source/requirements.txt"
# the package itself, as it was where this archive was made
"$root/venv/bin/python" - "$source/package" <<'PYTHON'
import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "walled-autograder.pth").write_text(sys.argv[1] + "\n", encoding="utf-8")
PYTHON
"$root/venv/bin/python" -m autograder --version
"$root/venv/bin/python" -m autograder doctor || true
