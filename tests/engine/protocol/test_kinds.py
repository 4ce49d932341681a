"""What crosses as its parts: dates, paths, records, sparse matrices and pandas' objects, there and back, and forged."""

from __future__ import annotations

import datetime
import pathlib
import uuid
import zoneinfo

import msgpack
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.engine.protocol import constants
from autograder.engine.protocol.constants import ARRAY, DICT, HANDLE, KIND, LIST, OBJECTS, REFERENCE, SCALAR, SHARED
from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.references import read_type
from autograder.engine.protocol.sync.shared import Shared
from autograder.engine.protocol.wire.kinds import frames, numeric, sparse, standard
from autograder.engine.protocol.wire.reader import Reader
from autograder.engine.protocol.wire.writer import Writer

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = [kind for module in (frames, numeric, sparse, standard) for kind in module.KINDS]
LIBRARIES = {
    "builtins",
    "collections",
    "datetime",
    "decimal",
    "fractions",
    "numpy",
    "pandas",
    "pathlib",
    "scipy",
    "uuid",
}


def foreign(_value):
    return [HANDLE, 1]


def answer(tag, parts):
    if tag != REFERENCE:
        raise WireError("foreign")
    return read_type(*parts)


def packed(tree):
    return msgpack.unpackb(msgpack.packb(tree, unicode_errors="surrogatepass"), unicode_errors="surrogatepass")


def through(value, *, believes=False):
    return Reader(answer, believes=believes).read(packed(Writer(foreign).write(value)))


SCALARS = (
    st.dates()
    | st.datetimes(timezones=st.none() | st.just(datetime.UTC) | st.just(zoneinfo.ZoneInfo("Europe/London")))
    | st.times()
    | st.timedeltas()
    | st.uuids()
    | st.text(max_size=20).filter(lambda text: "\0" not in text).map(pathlib.PurePosixPath)
)


@QUICK
@given(SCALARS)
def test_scalars(value):
    """Dates, times, identifiers and paths arrive as they were, and may be keys."""
    assert (type(value), value) == (type(through(value)), through(value))
    assert {value: 1} == through({value: 1})


def test_a_path_of_the_hand_in_opens_nothing():
    """A path that the hand-in sends names a file and no more; one that a test hands over is a path like any other."""
    path = pathlib.Path("/etc/passwd")
    assert type(through(path)) is pathlib.PurePosixPath
    assert through(path) == path
    assert type(through(path, believes=True)) is pathlib.PosixPath


NUMBERS = st.integers(-(2**40), 2**40)
CELLS = {
    "int64": NUMBERS,
    "float64": st.floats(),
    "bool": st.booleans(),
    "object": st.none() | st.booleans() | NUMBERS | st.text(max_size=5) | st.lists(NUMBERS, max_size=2),
    "str": st.none() | st.text(max_size=5),
    "Int64": st.none() | NUMBERS,
    "boolean": st.none() | st.booleans(),
    "datetime64[ns]": st.none() | st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)),  # noqa: DTZ001
    "category": st.sampled_from(["a", "b"]) | st.none(),
}
LABELS = st.text(max_size=3) | st.integers(-9, 9) | st.tuples(st.text(max_size=2), st.integers(0, 3))


@st.composite
def data_frames(draw):
    rows = draw(st.integers(0, 4))
    columns = [
        pd.Series(draw(st.lists(CELLS[dtype], min_size=rows, max_size=rows)), dtype=dtype)
        for dtype in draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=4))
    ]
    made = pd.DataFrame(dict(enumerate(columns)), index=range(rows))
    made.columns = pd.Index(draw(st.lists(LABELS, min_size=len(columns), max_size=len(columns))), dtype=object)
    if draw(st.booleans()):
        made.index = pd.MultiIndex.from_arrays([range(rows), ["x"] * rows], names=["n", None])
    return made


@QUICK
@given(data_frames())
def test_frames(frame):
    """A frame arrives with its index, its labels and the types of its columns."""
    got = through(frame)
    pd.testing.assert_frame_equal(frame, got)
    assert list(frame.dtypes) == list(got.dtypes)


INDEXES = [
    pd.Index([1, "a"], name=("n", 1)),
    pd.Index(["a", "b"]),
    pd.Index(["a", "b"], dtype=object),
    pd.RangeIndex(3, 9, 2, name="r"),
    pd.date_range("2026-01-31", periods=3, freq="ME", tz="Europe/London"),
    pd.timedelta_range("1h", periods=3),
    pd.period_range("2026-01", periods=3, freq="Q"),
    pd.CategoricalIndex(["a", "b"], ordered=True),
    pd.interval_range(0, 3, closed="left"),
    pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["l", "n"]),
]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: type(index).__name__)
def test_indexes(index):
    """Each kind of index crosses alone and in a series, with its frequency."""
    pd.testing.assert_index_equal(index, through(index), exact=True)
    pd.testing.assert_series_equal(
        pd.Series(range(len(index)), index=index), through(pd.Series(range(len(index)), index))
    )
    assert getattr(index, "freq", None) == getattr(through(index), "freq", None)


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2026-01-02 03:04:05.123456789"),
        pd.Timestamp("2026-07-01", tz="Europe/London"),
        pd.Timedelta("1h"),
        pd.Period("2026-03-02", freq="W"),
        pd.Interval(1, 2.5, closed="both"),
        uuid.UUID(int=5),
        datetime.timezone(datetime.timedelta(hours=1), "here"),
    ],
    ids=repr,
)
def test_more_scalars(value):
    """What stands in a frame crosses by itself as well."""
    assert (type(value), value) == (type(through(value)), through(value))


def test_what_there_is_one_of():
    """Missing values are the missing values of this side."""
    assert through([pd.NaT, pd.NA, np.ma.masked])[0] is pd.NaT
    assert through([pd.NaT, pd.NA, np.ma.masked])[1] is pd.NA
    assert through([pd.NaT, pd.NA, np.ma.masked])[2] is np.ma.masked


@pytest.mark.parametrize(
    "array",
    [
        np.matrix([[1, 2], [3, 4]]),
        np.ma.array([1.0, 2.0], mask=[True, False], fill_value=7),
        np.ma.array([[1, 2]]),
        np.array([(1, ("ab", [1.0, 2.0]))], dtype=[("a", "i4"), ("b", [("c", "U2"), ("d", "f8", (2,))])]),
        np.zeros(2, dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True)),
        np.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
    ],
    ids=lambda array: type(array).__name__,
)
def test_arrays(array):
    """Matrices, masked arrays and records keep their class, type and content."""
    got = through(array)
    assert (type(array), array.dtype, array.shape) == (type(got), got.dtype, got.shape)
    np.testing.assert_array_equal(array, got)
    assert getattr(array, "fill_value", None) == getattr(got, "fill_value", None)


def test_a_record():
    """One element of an array of records."""
    record = np.array([(1, 2.5)], dtype=[("a", int), ("b", float)])[0]
    assert (record, record.dtype) == (through(record), through(record).dtype)


@pytest.mark.parametrize("form", ["csr", "csc", "bsr", "coo", "lil", "dok", "dia"])
@pytest.mark.parametrize("ending", ["matrix", "array"])
def test_sparse(form, ending):
    """Sparse matrices and arrays keep their form."""
    value = getattr(scipy.sparse, f"{form}_{ending}")(np.diag([1.0, 0.0, 3.0]))
    got = through(value)
    assert (type(value), value.dtype) == (type(got), got.dtype)
    np.testing.assert_array_equal(value.toarray(), got.toarray())


def test_views_of_dictionaries():
    """Views of dictionaries are views, also of what they hold besides plain data."""
    entries = {"a": 1, "b": [2]}
    assert through(entries.keys()) == {"a", "b"}
    assert list(through(entries.values())) == [1, [2]]
    assert list(through(entries.items())) == [("a", 1), ("b", [2])]


def test_a_copy_holds_nothing_of_the_hand_in():
    """A frame with an object of the hand-in's in it is a handle as a whole; one sent nevertheless is refused."""
    assert [HANDLE, 1] == Writer(foreign).write(pd.DataFrame({"a": [object()]}))
    tree = Writer(foreign).write(pd.Series([1, None], dtype=object))
    for forged in ([HANDLE, 1], [SHARED, 1, [LIST, []]]):
        (place,) = [one for one in tree[2][1][1] if isinstance(one, list) and one[0] == OBJECTS]
        place[2][0] = forged
        with pytest.raises(WireError):
            Reader(lambda *_: object(), Shared(1)).read(tree)


RANGE_INDEX = [KIND, "pandas.RangeIndex", ["range", 0, 1, 1, None]]
COLUMN = [LIST, ["numpy", [ARRAY, "<i8", [1], b"\0" * 8]]]


def csr(indices, starts, shape=(1, 1)):
    data = [ARRAY, "<f8", [1], b"\0" * 8]
    whole = [[ARRAY, "<i4", [len(part)], np.array(part, "<i4").tobytes()] for part in (indices, starts)]
    return [KIND, "scipy.csr_matrix", [[LIST, list(shape)], data, *whole]]


@pytest.mark.parametrize(
    "tree",
    [
        [KIND, "os.system", ["true"]],
        [KIND, "pandas.eval", ["1"]],
        [KIND, "pandas", []],
        [KIND, 5, []],
        [KIND, "pandas.DataFrame", "abcd"],
        [KIND, "pandas.DataFrame", [RANGE_INDEX, RANGE_INDEX, "columns", [LIST, []]]],
        [KIND, "pandas.DataFrame", [1, RANGE_INDEX, "columns", [LIST, []]]],
        [KIND, "pandas.Series", [RANGE_INDEX, [LIST, ["numpy", [ARRAY, "<i8", [2], b"\0" * 16]]], None]],
        [KIND, "pandas.Series", [RANGE_INDEX, COLUMN, [DICT, []]]],
        [KIND, "pandas.Series", [RANGE_INDEX, [LIST, ["read_pickle", "x"]], None]],
        [KIND, "pandas.RangeIndex", ["range", 0, 2**40, 1, None]],
        [KIND, "pandas.RangeIndex", ["range", 0, 2**80, 2**79, None]],
        [KIND, "pandas.Index", ["range", 0, 1, 1, None]],
        [
            KIND,
            "pandas.MultiIndex",
            ["levels", [LIST, [RANGE_INDEX]], [LIST, [[ARRAY, "<i8", [1], b"\x09" * 8]]], [LIST, [None]]],
        ],
        [KIND, "pandas.arrays.Categorical", ["categories", [ARRAY, "|i1", [1], b"\x09"], RANGE_INDEX, False]],
        [KIND, "pandas.Period", [1, "x" * 100]],
        [KIND, "pandas.Timestamp", [2**70, "ns", None]],
        [KIND, "datetime.date", [2026, 13, 1]],
        [KIND, "datetime.datetime", [2026, 1, 1, 0, 0, 0, 0, 0, "UTC"]],
        [KIND, "zoneinfo.ZoneInfo", ["../../etc/passwd"]],
        [KIND, "zoneinfo.ZoneInfo", ["Europe"]],
        [KIND, "uuid.UUID", [b"short"]],
        [KIND, "pathlib.PosixPath", [5]],
        [KIND, "numpy.matrix", [[ARRAY, "<i8", [1, 1, 1], b"\0" * 8]]],
        [KIND, "numpy.matrix", [[OBJECTS, [1, 1], [1]]]],
        [KIND, "numpy.recarray", [[ARRAY, "<i8", [1], b"\0" * 8]]],
        csr([5], [0, 1]),
        csr([-1], [0, 1]),
        csr([0], [0, 9]),
        csr([0], [0, 1], shape=(9, 1)),
        [ARRAY, [False, [["a", "|O", []]]], [1], b"\0" * 8],
        [ARRAY, [False, [["a", "<f8", [2**39]]]], [2**39], b""],
        [ARRAY, [False, []], [0], b""],
        [SCALAR, [False, [["a", "<f8", []], ["a", "<f8", []]]], b"\0" * 16],
    ],
    ids=lambda tree: str(tree)[:60],
)
def test_forged(tree):
    """A forged object is a WireError: nothing is made of it, and no index leads out of its memory."""
    with pytest.raises(WireError):
        Reader(answer).read(tree)


PIECES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats()
    | st.binary(max_size=16)
    | st.sampled_from(["numpy", "categories", "masked", "zoned", "texts", "periods", "intervals", "range", "levels"])
    | st.sampled_from(["column", "block", "columns", "ns", "D", "left", "UTC", "python", "<i8", "|O", "M8[ns]"])
    | st.sampled_from([RANGE_INDEX, COLUMN, [ARRAY, "<i8", [2], b"\1" * 16], [ARRAY, "|b1", [1], b"\1"]]),
    lambda inner: (
        st.lists(inner, max_size=5).map(lambda items: [LIST, items])
        | st.tuples(st.sampled_from([kind.name for kind in KINDS]), st.lists(inner, max_size=5)).map(
            lambda pair: [KIND, *pair]
        )
        | st.lists(inner, max_size=3).map(lambda items: [OBJECTS, [len(items)], items])
    ),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([kind.name for kind in KINDS]), st.lists(PIECES, max_size=6))
def test_any_parts(name, parts):
    """Any parts of any kind are an object of exactly that kind, or a WireError."""
    try:
        value = Reader(answer).read([KIND, name, parts])
    except WireError:
        return
    assert type(value).__module__.split(".")[0] in LIBRARIES | {"zoneinfo"}


@QUICK
@given(st.data())
def test_bent_parts(data):
    """An honest tree with one part replaced is still an object or a WireError, and never anything else."""
    honest = data.draw(st.sampled_from([pd.DataFrame({"a": [1], "b": ["x"]}, index=INDEXES[4][:1]), *INDEXES]))
    tree = packed(Writer(foreign).write(honest))
    place = tree
    while True:
        inner = [number for number, part in enumerate(place) if isinstance(part, list) and part]
        if not inner or data.draw(st.booleans()):
            break
        place = place[data.draw(st.sampled_from(inner))]
    place[data.draw(st.integers(0, len(place) - 1))] = data.draw(PIECES)
    try:
        Reader(answer).read(tree)
    except WireError:
        return


def test_too_large():
    """Arrays that are too large together, in one frame, make it a handle as a single one would."""
    column = np.zeros(constants.MAX_MESSAGE // 32)
    frame = pd.DataFrame({"a": column, "b": column.astype(int), "c": column.astype(bool)})
    assert [HANDLE, 1] == Writer(foreign).write(frame)
