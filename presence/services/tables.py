"""Tables in files: CSV as any program writes it, and XLSX. Reading takes anything and believes nothing."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from presence.domain.table_text import guarded, unguarded

BYTES_MAX = 5 * 1024 * 1024
ROWS_MAX = 10_000
COLUMNS_MAX = 250
_UNPACKED_BYTES_MAX = 80 * 1024 * 1024
_BLANK_ROWS_MAX = 10_000

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Unreadable(StrEnum):
    """Why a file is no table."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    OLD_EXCEL = "old_excel"
    BROKEN_XLSX = "broken_xlsx"
    BROKEN_CSV = "broken_csv"
    ENCODING = "encoding"
    NO_ROWS = "no_rows"


class UnreadableTableError(ValueError):
    def __init__(self, reason: Unreadable, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows that hold anything, each with its line in the file (the header is line 1)."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(data: bytes) -> Table:
    """Told by content, not by name. Raises UnreadableTableError."""
    if len(data) > BYTES_MAX:
        raise UnreadableTableError(Unreadable.TOO_LARGE)
    if data.startswith(_OLD_EXCEL):
        raise UnreadableTableError(Unreadable.OLD_EXCEL)
    return _table(_xlsx_rows(data) if data.startswith(_ZIP) else _csv_rows(_decoded(data)))


def _table(rows: Iterable[Sequence[str]]) -> Table:
    filled: list[tuple[int, list[str]]] = []
    for line, row in enumerate(rows, start=1):
        if any(row):
            filled.append((line, list(row)))
        if len(filled) > ROWS_MAX + 1 or line > ROWS_MAX + _BLANK_ROWS_MAX:
            raise UnreadableTableError(Unreadable.TOO_MANY_ROWS)
    if len(filled) < 2:
        raise UnreadableTableError(Unreadable.NO_ROWS)
    (_, header), *body = filled
    while header and not header[-1]:
        header.pop()
    if len(header) > COLUMNS_MAX:
        raise UnreadableTableError(Unreadable.TOO_MANY_COLUMNS)
    width = len(header)
    return Table(header, [(line, [*row[:width], *[""] * (width - len(row))]) for line, row in body])


def _decoded(data: bytes) -> str:
    """UTF-8 and UTF-16 with or without their mark; what is neither is Central European Windows text."""
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    start = data[:200]
    if marked is None and b"\x00" in start:
        marked = "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
    for encoding in [marked] if marked else ["utf-8", "cp1250"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableTableError(Unreadable.ENCODING)


def _csv_rows(text: str) -> Iterable[Sequence[str]]:
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and first.strip()[4:5] in _DELIMITERS:
        delimiter, text = first.strip("\r")[4:5], rest  # a line for spreadsheets
    else:
        delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [_clean(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableTableError(Unreadable.BROKEN_CSV, str(reader.line_num)) from error


def _xlsx_rows(data: bytes) -> Iterable[Sequence[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED_BYTES_MAX:
                raise UnreadableTableError(Unreadable.TOO_LARGE)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims about its size may be wrong
        for row in sheet.iter_rows(max_col=COLUMNS_MAX + 1, values_only=True):
            yield [_clean(_text(value)) for value in row]
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        DefusedXmlException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        NotImplementedError,
    ) as error:
        if isinstance(error, UnreadableTableError):
            raise
        raise UnreadableTableError(Unreadable.BROKEN_XLSX) from error


def _text(value: object) -> str:
    """A cell as its reader sees it: 101.0 is 101."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _clean(cell: str) -> str:
    return unguarded(cell.strip(" \u00a0"))


def write_csv(rows: Iterable[Sequence[str]], *, delimiter: str = ",") -> bytes:
    """UTF-8 with a mark, without which spreadsheets guess the encoding wrong."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """Every cell is text and says so, so that "=1+1" is not run and "007" keeps its zeros."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_text_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: Any, text: str) -> Any:
    """What looks like a formula is marked as typed with an apostrophe; one of its own is doubled, for `unguarded`."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if guarded(text) == text:
        return text or None
    cell = WriteOnlyCell(sheet, guarded(text) if text.startswith("'") else text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
