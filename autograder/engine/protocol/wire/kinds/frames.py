"""pandas: frames, series and indexes as columns, and the scalars that stand in them.

A column is an array of numpy's, or what an array of pandas' own is made of: categories and their codes, values and
which of them are missing, texts, instants and their time zone, periods, ends of intervals. Everything is made anew by
pandas' own constructors, which check it. A frame keeps its index, its names and the types of its columns; `attrs` and
flags do not cross, and a frame that has columns of another library's types is a handle.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from autograder.engine.protocol.constants import MAX_MESSAGE
from autograder.engine.protocol.exceptions import NotPlainError, WireError
from autograder.engine.protocol.wire.arrays import exact
from autograder.engine.protocol.wire.kinds.registry import Kind
from autograder.engine.protocol.wire.kinds.standard import zone, zone_parts

_FREQUENCY = re.compile(r"-?[0-9]{0,9}[A-Za-z]{1,12}(-[A-Za-z0-9]{1,6})?")
_UNITS = ("s", "ms", "us", "ns")
_CLOSED = ("left", "right", "both", "neither")
_MAX_ROWS = MAX_MESSAGE
"""A range of numbers takes no memory on the wire: it has no more rows than a column of the smallest numbers could."""

_MASKED: dict[str, Any] = {
    **dict.fromkeys("iu", pd.arrays.IntegerArray),
    "f": pd.arrays.FloatingArray,
    "b": pd.arrays.BooleanArray,
}


def _column_parts(values: Any) -> list[Any]:  # noqa: PLR0911 - one return for each kind of array
    """The parts of an array of pandas' or numpy's. Raises NotPlainError for one of another library's."""
    if type(values) is np.ndarray:
        return ["numpy", values]
    if isinstance(values, pd.Categorical):
        return ["categories", values.codes, values.categories, bool(values.ordered)]
    if isinstance(values, (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)):
        return ["masked", values._data, values._mask]  # noqa: SLF001 - what they are made of, and has no other name
    if isinstance(values, pd.arrays.DatetimeArray):
        if values.tz is None:
            return ["numpy", np.asarray(values.to_numpy())]
        return ["zoned", values.tz_convert("UTC").tz_localize(None).to_numpy(), zone_parts(values.tz)]
    if isinstance(values, pd.arrays.TimedeltaArray):
        return ["numpy", np.asarray(values.to_numpy())]
    if isinstance(values.dtype, pd.StringDtype):
        texts = values.to_numpy(dtype=object, na_value=None)
        if sum(len(text) for text in texts if text is not None) > MAX_MESSAGE // 8:
            raise NotPlainError("too much text")
        return ["texts", values.dtype.storage, values.dtype.na_value is pd.NA, texts.tolist()]
    if isinstance(values, pd.arrays.PeriodArray):
        return ["periods", values.asi8, values.freqstr]
    if isinstance(values, pd.arrays.IntervalArray):
        return ["intervals", pd.Index(values.left), pd.Index(values.right), values.closed]
    if isinstance(values, pd.arrays.NumpyExtensionArray):
        return ["numpy", values.to_numpy()]
    raise NotPlainError(f"an array of type {type(values).__name__}")


def _column(parts: Any) -> Any:
    form, *rest = exact(parts, list)
    return _COLUMNS[exact(form, str)](*rest)


def _plain_column(array: Any) -> Any:
    array = exact(array, np.ndarray)
    if array.ndim != 1 or array.dtype.names is not None:
        raise WireError("malformed column")
    return array


def _categories(codes: Any, categories: Any, ordered: Any) -> Any:
    if not isinstance(categories, pd.Index) or _plain_column(codes).dtype.kind != "i":
        raise WireError("malformed categories")
    return pd.Categorical.from_codes(codes, categories=categories, ordered=exact(ordered, bool))


def _masked(data: Any, mask: Any) -> Any:
    data, mask = _plain_column(data), _plain_column(mask)
    if data.shape != mask.shape or mask.dtype != bool:
        raise WireError("malformed mask")
    return _MASKED[data.dtype.kind](data.copy(), mask.copy())


def _zoned(instants: Any, tz: Any) -> Any:
    return pd.DatetimeIndex(_plain_column(instants)).tz_localize("UTC").tz_convert(zone(tz)).array


def _texts(storage: Any, missing: Any, texts: Any) -> Any:
    if any(text is not None and type(text) is not str for text in exact(texts, list)):
        raise WireError("malformed texts")
    storage, missing = exact(storage, str), exact(missing, bool)
    if storage not in ("python", "pyarrow"):
        raise WireError("malformed texts")
    dtype = pd.StringDtype(storage) if missing else pd.StringDtype(storage, na_value=np.nan)
    return pd.array(np.array(texts, dtype=object), dtype=dtype)


def _frequency(text: Any) -> str:
    if not _FREQUENCY.fullmatch(exact(text, str)):
        raise WireError("malformed frequency")
    return str(text)


def _periods(ordinals: Any, frequency: Any) -> Any:
    ordinals = _plain_column(ordinals)
    if ordinals.dtype != np.int64:
        raise WireError("malformed periods")
    return pd.arrays.PeriodArray(ordinals.copy(), dtype=pd.PeriodDtype(_frequency(frequency)))


def _intervals(left: Any, right: Any, closed: Any) -> Any:
    if not (isinstance(left, pd.Index) and isinstance(right, pd.Index) and closed in _CLOSED):
        raise WireError("malformed intervals")
    return pd.arrays.IntervalArray.from_arrays(left, right, closed=closed)


_COLUMNS: dict[str, Any] = {
    "numpy": _plain_column,
    "categories": _categories,
    "masked": _masked,
    "zoned": _zoned,
    "texts": _texts,
    "periods": _periods,
    "intervals": _intervals,
}


def _dtype(values: Any) -> Any:
    """What makes pandas keep the type: it would make texts of objects that are all texts."""
    return values.dtype


def _frequency_of(value: Any) -> Any:
    return value.freqstr if isinstance(value, (pd.DatetimeIndex, pd.TimedeltaIndex)) else None


def _index_parts(value: Any) -> list[Any]:
    if isinstance(value, pd.RangeIndex):
        return ["range", value.start, value.stop, value.step, value.name]
    if isinstance(value, pd.MultiIndex):
        return ["levels", list(value.levels), [np.asarray(codes) for codes in value.codes], list(value.names)]
    return ["column", _column_parts(value.array), value.name, _frequency_of(value)]


def _index(form: Any, *parts: Any) -> Any:
    if form == "range":
        start, stop, step, name = parts
        numbers = range(exact(start, int), exact(stop, int), exact(step, int))
        if not all(-(2**62) < number < 2**62 for number in (start, stop, step)) or len(numbers) > _MAX_ROWS:
            raise WireError("a range of too many rows")
        return pd.RangeIndex(numbers, name=name)
    if form == "levels":
        levels, codes, names = (exact(part, list) for part in parts)
        if not all(isinstance(level, pd.Index) for level in levels):
            raise WireError("malformed levels")
        whole = [_plain_column(one) for one in codes]
        if any(one.dtype.kind != "i" for one in whole):
            raise WireError("malformed codes")
        return pd.MultiIndex(levels=levels, codes=whole, names=names, verify_integrity=True)
    if form != "column":
        raise WireError("malformed index")
    column, name, frequency = parts
    values = _column(column)
    made = pd.Index(values, dtype=_dtype(values), name=name, copy=True)
    if frequency is not None and isinstance(made, (pd.DatetimeIndex, pd.TimedeltaIndex)):
        made.freq = pd.tseries.frequencies.to_offset(_frequency(frequency))
    return made


def _checked_index(value: Any) -> Any:
    if not isinstance(value, pd.Index):
        raise WireError("malformed index")
    return value


def _series_parts(value: Any) -> list[Any]:
    return [value.index, _column_parts(value.array), value.name]


def _series(index: Any, column: Any, name: Any) -> Any:
    values = _column(column)
    if len(_checked_index(index)) != len(values):
        raise WireError("malformed series")
    return pd.Series(values, index=index, dtype=_dtype(values), name=name, copy=True)


def _frame_parts(value: Any) -> list[Any]:
    types = set(value.dtypes.array)
    if len(types) == 1 and isinstance(only := types.pop(), np.dtype) and not only.hasobject:
        return [value.columns, value.index, "block", np.ascontiguousarray(value.to_numpy())]
    columns = [_column_parts(value.iloc[:, place].array) for place in range(value.shape[1])]
    return [value.columns, value.index, "columns", columns]


def _frame(columns: Any, index: Any, form: Any, content: Any) -> Any:
    columns, index = _checked_index(columns), _checked_index(index)
    if form == "block":
        block = exact(content, np.ndarray)
        if block.ndim != 2 or block.dtype.hasobject or block.shape != (len(index), len(columns)):  # noqa: PLR2004
            raise WireError("malformed frame")
        return pd.DataFrame(block, index=index, columns=columns, copy=True)
    values = [_column(one) for one in exact(content, list)]
    if form != "columns" or len(values) != len(columns) or any(len(one) != len(index) for one in values):
        raise WireError("malformed frame")
    series = {place: pd.Series(one, index=index, dtype=_dtype(one), copy=True) for place, one in enumerate(values)}
    made = pd.DataFrame(series, index=index)
    made.columns = columns
    return made


def _put(target: Any, value: Any) -> None:
    """Give a frame or series another one's content: what refers to it sees it, as after a change in place."""
    type(target).__init__(target, value.copy())


def _instant_parts(value: Any) -> list[Any]:
    utc = value if value.tz is None else value.tz_convert("UTC").tz_localize(None)
    return [int(utc.asm8.view("i8")), value.unit, zone_parts(value.tz)]


def _unit(unit: Any) -> str:
    if unit not in _UNITS:
        raise WireError("malformed unit")
    return str(unit)


def _number(value: Any) -> int:
    if not -(2**63) < exact(value, int) < 2**63:
        raise WireError("malformed number")
    return int(value)


def _instant(number: Any, unit: Any, tz: Any) -> Any:
    made = pd.Timestamp(np.int64(_number(number)).view(f"M8[{_unit(unit)}]"))
    return made if zone(tz) is None else made.tz_localize("UTC").tz_convert(tz)


def _span(number: Any, unit: Any) -> Any:
    return pd.Timedelta(np.int64(_number(number)).view(f"m8[{_unit(unit)}]"))


def _interval(left: Any, right: Any, closed: Any) -> Any:
    return pd.Interval(left, right, closed=exact(closed, str))


_INDEXES = {
    pd.Index,
    pd.RangeIndex,
    pd.MultiIndex,
    pd.DatetimeIndex,
    pd.TimedeltaIndex,
    pd.PeriodIndex,
    pd.CategoricalIndex,
    pd.IntervalIndex,
}
_ARRAYS: set[type] = {
    pd.Categorical,
    pd.arrays.IntegerArray,
    pd.arrays.FloatingArray,
    pd.arrays.BooleanArray,
    pd.arrays.DatetimeArray,
    pd.arrays.TimedeltaArray,
    pd.arrays.PeriodArray,
    pd.arrays.IntervalArray,
    *(type(pd.array(["a"], dtype=dtype)) for dtype in ("str", "string")),
}


def _made_index(cls: Any) -> Any:
    def build(*parts: Any) -> Any:
        made = _index(*parts)
        if type(made) is not cls:
            raise WireError("malformed index")
        return made

    return build


def _made_array(cls: Any) -> Any:
    def build(*parts: Any) -> Any:
        values = _column(list(parts))
        made = pd.array(values, dtype=_dtype(values), copy=True) if type(values) is np.ndarray else values
        if type(made) is not cls:
            raise WireError("malformed array")
        return made

    return build


KINDS = [
    Kind("pandas.DataFrame", pd.DataFrame, _frame_parts, _frame, put=_put),
    Kind("pandas.Series", pd.Series, _series_parts, _series, put=_put),
    *(Kind(f"pandas.{cls.__name__}", cls, _index_parts, _made_index(cls)) for cls in _INDEXES),
    *(Kind(f"pandas.arrays.{cls.__name__}", cls, _column_parts, _made_array(cls)) for cls in _ARRAYS),
    Kind("pandas.Timestamp", pd.Timestamp, _instant_parts, _instant, key=True),
    Kind("pandas.Timedelta", pd.Timedelta, lambda v: [int(v.asm8.view("i8")), v.unit], _span, key=True),
    Kind(
        "pandas.Period",
        pd.Period,
        lambda v: [v.ordinal, v.freqstr],
        lambda n, f: pd.Period(ordinal=_number(n), freq=_frequency(f)),
        key=True,
    ),
    Kind("pandas.Interval", pd.Interval, lambda v: [v.left, v.right, v.closed], _interval, key=True),
    Kind("pandas.NaT", type(pd.NaT), lambda _value: [], lambda: pd.NaT, key=True),
    Kind("pandas.NA", type(pd.NA), lambda _value: [], lambda: pd.NA, key=True),
]
