"""Writes system_calls.py: the numbers of the system calls that the sandbox names, from the kernel's headers.

    python -m autograder.sandbox.linux.generate_system_calls

It stands beside what it writes, and is run when a name is added to seccomp.py. The headers are Debian's linux-libc-dev:
asm/unistd_64.h for x86_64, and for aarch64 the generic table that it follows. A call that is newer than these headers
keeps the number that the table has; one for which the table has none has to be looked for in newer headers, which may
be given as arguments (the x86_64 one, the generic one).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from autograder.sandbox.linux import seccomp, system_calls

X86_64 = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
GENERIC = Path("/usr/include/asm-generic/unistd.h")
TABLE = Path(__file__).with_name("system_calls.py")
FIRST_OF_ALL = 424
"""From this number on (Linux 5.1), a new call has the same number on every architecture."""

BY_NAME = ("capset", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
"""What kernel.py and landlock.py call."""

DEFINITION = re.compile(r"^#define __NR(3264)?_(\w+)\s+(?:(\d+)|__NR(?:3264)?_(\w+))", re.MULTILINE)
HEAD = '''"""System calls and their numbers, None where an architecture lacks one.

Written by generate_system_calls.py from the kernel's headers; not for editing by hand.
"""

from __future__ import annotations

NUMBERS: dict[str, dict[str, int | None]] = {
'''


def names() -> list[str]:
    """The system calls that the sandbox names."""
    filtered = (*seccomp.REFUSED, *seccomp.REFUSED_WITHOUT_NAMESPACES, *seccomp.ONLY_ITSELF)
    signals = (*seccomp.SIGNALS, *seccomp.ANY_SIGNALS)
    return sorted({*filtered, *signals, *seccomp.BY_ARGUMENT, "clone3", *BY_NAME})


def numbers_in(header: str) -> dict[str, int]:
    """The calls that a header defines for machines of 64 bits, by name. `fcntl` and others go by another name first."""
    numbers: dict[str, int] = {}
    for _, name, number, other in DEFINITION.findall(header):
        if number:
            numbers.setdefault(name, int(number))
        elif other in numbers:
            numbers.setdefault(name, numbers[other])
    return numbers


def table_of(x86_64: str, generic: str) -> dict[str, dict[str, int | None]]:
    """The table for two headers. Raises KeyError for a name that neither they nor the present table know."""
    shared = {name: number for name, number in numbers_in(generic).items() if number >= FIRST_OF_ALL}
    found = {"x86_64": {**shared, **numbers_in(x86_64)}, "aarch64": numbers_in(generic)}
    table: dict[str, dict[str, int | None]] = {machine: {} for machine in found}
    for name in names():
        unknown = not any(name in numbers for numbers in found.values())
        for machine, numbers in found.items():
            present = system_calls.NUMBERS[machine]
            table[machine][name] = present[name] if unknown else numbers.get(name, present.get(name))
    return table


def text_of(table: dict[str, dict[str, int | None]]) -> str:
    """The module that holds a table."""
    lines = [HEAD]
    for machine, numbers in table.items():
        lines += [f'    "{machine}": {{\n', *(f'        "{name}": {number},\n' for name, number in numbers.items())]
        lines.append("    },\n")
    return "".join([*lines, "}\n"])


def main() -> None:
    """Write the table."""
    x86_64, generic = map(Path, sys.argv[1:3]) if len(sys.argv) > 1 else (X86_64, GENERIC)
    try:
        table = table_of(x86_64.read_text(encoding="utf-8"), generic.read_text(encoding="utf-8"))
    except OSError as error:
        sys.exit(f"{error}. Install linux-libc-dev, or name the two headers.")
    except KeyError as error:
        sys.exit(f"no header knows {error}. Name newer headers, or correct it in seccomp.py.")
    TABLE.write_text(text_of(table), encoding="utf-8")


if __name__ == "__main__":
    main()
