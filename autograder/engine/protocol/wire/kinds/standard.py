"""Dates and times, paths, identifiers and views of dictionaries: the standard library's."""

from __future__ import annotations

import collections
import datetime
import pathlib
import uuid
import zoneinfo
from typing import Any

from autograder.engine.protocol.exceptions import NotPlainError, WireError
from autograder.engine.protocol.wire.arrays import exact
from autograder.engine.protocol.wire.kinds.registry import Kind

_MAX_PATH = 4096
_MAX_ZONE = 64


def zone(value: Any) -> Any:
    """A time zone, which has to be one of those that cross, or None. Raises WireError."""
    if value is not None and type(value) not in (datetime.timezone, zoneinfo.ZoneInfo):
        raise WireError("malformed time zone")
    return value


def zone_parts(value: Any) -> Any:
    """A time zone as it crosses. Raises NotPlainError for one of another library's, whose rules are its own."""
    if value is not None and type(value) not in (datetime.timezone, zoneinfo.ZoneInfo):
        raise NotPlainError("a time zone")
    return value


def _date(*numbers: Any) -> datetime.date:
    return datetime.date(*(exact(number, int) for number in numbers))


def _datetime(*parts: Any) -> datetime.datetime:
    *numbers, fold, tz = parts
    year, month, day, *clock = (exact(number, int) for number in numbers)
    made = datetime.datetime(year, month, day, *clock, fold=exact(fold, int))  # noqa: DTZ001 - it may have no zone
    return made.replace(tzinfo=zone(tz))


def _time(*parts: Any) -> datetime.time:
    *numbers, fold, tz = parts
    return datetime.time(*(exact(number, int) for number in numbers), fold=exact(fold, int)).replace(tzinfo=zone(tz))


def _timedelta(*numbers: Any) -> datetime.timedelta:
    return datetime.timedelta(*(exact(number, int) for number in numbers))


def _timezone(offset: Any, name: Any) -> datetime.timezone:
    offset = exact(offset, datetime.timedelta)
    return datetime.timezone(offset) if name is None else datetime.timezone(offset, exact(name, str)[:_MAX_ZONE])


def _timezone_parts(value: Any) -> list[Any]:
    named = len(value.__getinitargs__()) > 1
    return [value.utcoffset(None), value.tzname(None) if named else None]


def _zone_info(key: Any) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(exact(key, str)[:_MAX_ZONE])


def _zone_key(value: zoneinfo.ZoneInfo) -> list[Any]:
    if value.key is None:
        raise NotPlainError("a time zone without a name")
    return [value.key]


def _path(text: Any) -> pathlib.PurePosixPath:
    """A path that names something, and opens nothing: what it names is a file of the other side's."""
    return pathlib.PurePosixPath(exact(text, str)[:_MAX_PATH])


def _uuid(data: Any) -> uuid.UUID:
    return uuid.UUID(bytes=exact(data, bytes))


def _entries(pairs: Any) -> Any:
    """A view of the items of a dictionary."""
    return exact(pairs, dict).items()


def _keys(mapping: Any) -> Any:
    return exact(mapping, dict).keys()


def _values(values: Any) -> Any:
    return dict(enumerate(exact(values, list))).values()


_TIME = ("hour", "minute", "second", "microsecond", "fold")


def _attributes(*names: str) -> Any:
    return lambda value: [getattr(value, name) for name in names]


def _views() -> list[Kind]:
    some: list[Any] = [{}, collections.OrderedDict()]
    found = []
    for number, mapping in enumerate(some):
        ending = "" if number == 0 else " in order"
        found += [
            Kind(f"builtins.keys{ending}", type(mapping.keys()), lambda view: [dict.fromkeys(view)], _keys, open=True),
            Kind(f"builtins.items{ending}", type(mapping.items()), lambda view: [dict(view)], _entries, open=True),
            Kind(f"builtins.values{ending}", type(mapping.values()), lambda view: [list(view)], _values, open=True),
        ]
    return found


KINDS = [
    Kind("datetime.date", datetime.date, _attributes("year", "month", "day"), _date, key=True),
    Kind(
        "datetime.datetime",
        datetime.datetime,
        lambda value: [*_attributes("year", "month", "day", *_TIME)(value), zone_parts(value.tzinfo)],
        _datetime,
        key=True,
    ),
    Kind(
        "datetime.time",
        datetime.time,
        lambda value: [*_attributes(*_TIME)(value), zone_parts(value.tzinfo)],
        _time,
        key=True,
    ),
    Kind(
        "datetime.timedelta", datetime.timedelta, _attributes("days", "seconds", "microseconds"), _timedelta, key=True
    ),
    Kind(
        "datetime.timezone",
        datetime.timezone,
        _timezone_parts,
        _timezone,
        key=True,
    ),
    Kind("zoneinfo.ZoneInfo", zoneinfo.ZoneInfo, _zone_key, _zone_info, key=True),
    Kind("pathlib.PurePosixPath", pathlib.PurePosixPath, lambda value: [str(value)], _path, key=True),
    Kind(
        "pathlib.PosixPath",
        pathlib.PosixPath,
        lambda value: [str(value)],
        _path,
        key=True,
        believed=pathlib.PosixPath,
    ),
    Kind("uuid.UUID", uuid.UUID, lambda value: [value.bytes], _uuid, key=True),
    *_views(),
]
