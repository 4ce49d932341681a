"""Times as people write them: in lab.toml, on the command line, in a roster."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

FORMS = (
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%b %d, %Y %I:%M %p",
    "%b %d, %Y at %I:%M%p",
)
"""Forms other than ISO that systems write."""

FIRST_YEAR = 1970
"""The gradebook keeps lengths of time as times from there on: what is before is a slip, and cannot be reckoned with."""


class TimeError(ValueError):
    """A text is no time."""


def read_time(text: str | date) -> datetime:
    """A time with its zone: `2026-11-20 15:00`, `2026-11-20T15:00+01:00`, or a day, which means its end.

    Without a zone it is that of this machine. Raises TimeError.
    """
    if isinstance(text, datetime):
        return _zoned(text)
    if isinstance(text, date):
        return _zoned(datetime.combine(text, time(23, 59, 59)))
    plain = " ".join(text.split())
    if re.fullmatch(r"\d{4}-\d\d-\d\d", plain):
        plain = f"{plain} 23:59:59"
    iso = re.sub(r"\s+(?=(?:Z|[+-]\d\d:?\d\d)$)", "", re.sub(r"UTC$", "Z", plain))
    try:
        return _zoned(datetime.fromisoformat(iso))
    except (ValueError, OverflowError):
        pass
    for form in FORMS:
        try:
            return _zoned(datetime.strptime(plain, form))  # noqa: DTZ007 - the zone is local
        except (ValueError, OverflowError):
            continue
    raise TimeError(f"{text!r} is not a time; write it as 2026-11-20 15:00, with +01:00 behind it for another zone")


def _zoned(moment: datetime) -> datetime:
    try:
        zoned = moment if moment.tzinfo is not None else moment.astimezone()
        year = zoned.astimezone(UTC).year
    except (ValueError, OverflowError, OSError) as error:
        raise TimeError(f"{moment} is not a time of this machine's") from error
    if year < FIRST_YEAR:
        raise TimeError(f"{moment} is a time before {FIRST_YEAR}")
    return zoned


def iso(seconds: float | None) -> str:
    """A time in UTC as text, empty for none."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def seconds(text: str) -> float | None:
    """The time that `iso` wrote, None for none."""
    return datetime.fromisoformat(text).timestamp() if text else None
