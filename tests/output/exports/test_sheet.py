"""A CSV file in which nothing changes but the cells that are to."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.exceptions import ExportError
from autograder.output.exports.sheet import read_sheet


def written(tmp_path_factory, data: bytes):
    path = tmp_path_factory.mktemp("sheet") / "marks.csv"
    path.write_bytes(data)
    return path


TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), min_size=width, max_size=width
        ),
        min_size=2,
        max_size=6,
    )
)


@given(
    rows=TABLES,
    separator=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from([("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE)]),
    data=st.data(),
)
def test_one_cell_changes_and_no_other(tmp_path_factory, rows, separator, quoting, end, encoding, data):
    """After a cell is changed, an importer reads that cell's new text and every other cell as before."""
    assume(all(any(cell.strip() for cell in row) for row in rows))
    if quoting == csv.QUOTE_MINIMAL:  # with which Python leaves a carriage return without quotes
        rows = [[cell.replace("\r", "_") for cell in row] for row in rows]
    rows = [["Name", "Mark", *[f"c{n}" for n in range(len(rows[0]) - 2)]], *rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    name, mark = encoding
    original = mark + text.getvalue().encode(name)
    sheet = read_sheet(written(tmp_path_factory, original))
    assume(sheet.separator == separator)
    assert [cell.value for cell in sheet.header] == rows[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == rows[1:]
    assert sheet.with_cells({}) == original
    row, column = data.draw(st.integers(0, len(rows) - 2)), data.draw(st.integers(0, len(rows[0]) - 1))
    changed = sheet.with_cells({(row, column): "5,25"})
    assert changed.startswith(mark)
    again = list(csv.reader(io.StringIO(changed[len(mark) :].decode(name), newline=""), delimiter=separator))
    rows[row + 1][column] = "5,25"
    assert again == rows


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04rest", "spreadsheet program's own format"),
        (b"", "no table"),
        (b"one\ntwo\n", "no table"),
        (b"a,b\n\0,1\n" * 3, "not text in an encoding"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, data, says):
    """A workbook, an empty file, a list and bytes are each refused in one sentence."""
    path = tmp_path / "marks.csv"
    path.write_bytes(data)
    with pytest.raises(ExportError, match=says):
        read_sheet(path)


def test_a_file_of_a_windows_program_keeps_its_encoding(tmp_path):
    """Bytes that are no UTF-8 come back as they were."""
    path = tmp_path / "marks.csv"
    path.write_bytes("sep=;\r\nName;Mark\r\nMüller;\r\n".encode("cp1252"))
    assert read_sheet(path).with_cells({(0, 1): "3"}) == "sep=;\r\nName;Mark\r\nMüller;3\r\n".encode("cp1252")


def test_a_row_that_is_too_short_is_said(tmp_path):
    """A mark is never put into another column because the row ends before its own."""
    path = tmp_path / "marks.csv"
    path.write_text("Name,More,Mark\nann,x,\nbob\n")
    with pytest.raises(ExportError, match="row 3 ends before the column 'Mark'"):
        read_sheet(path).with_cells({(1, 2): "3"})
