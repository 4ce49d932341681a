"""What text the bytes of a hand-in are, whatever saved them."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS, MEGABYTE, Limits

PIECE = MEGABYTE
NO_ENCODING = "neither UTF-8 nor UTF-16 nor Windows-1252"


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[bytes, list[str]]:
    """The text of a hand-in, as UTF-8, and what had to be guessed. Raises Refusal when it is none."""
    if not data.strip(b" \t\r\n\0"):
        raise Refusal("the file is empty")
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x89PNG")):
        raise Refusal("not a notebook: an archive, a PDF or a picture under this name")
    encoding = encoding_of(data)
    if not encoding:
        if b"\0" in data:
            raise Refusal("not a notebook: binary data")
        if is_utf8(data):
            return data, []
        return decoded(data, "cp1252", limits), ["not UTF-8, read as Windows-1252; letters with accents may be wrong"]
    return decoded(data, encoding, limits), [f"read as {encoding.removesuffix('-le').removesuffix('-be').upper()}"]


def encoding_of(data: bytes) -> str:
    """The encoding that the first bytes say, or an empty text."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (b"{\0", "utf-16-le"),
        (b"\0{", "utf-16-be"),
    ):
        if data.startswith(mark):
            return encoding
    return ""


def is_utf8(data: bytes) -> bool:
    """Whether a text is valid UTF-8."""
    try:
        for _ in recoded(data, "utf-8"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def decoded(data: bytes, encoding: str, limits: Limits) -> bytes:
    """The text in a given encoding, as UTF-8. Raises Refusal."""
    text = bytearray()
    try:
        for piece in recoded(data, encoding):
            text += piece
            if len(text) > limits.notebook_bytes:
                raise Refusal(f"it is too large: more than {limits.notebook_bytes // MEGABYTE} MB", "clear its outputs")
    except UnicodeDecodeError as error:
        reason = f"it says {encoding.upper()} but is not" if encoding_of(data) else NO_ENCODING
        raise Refusal(f"wrong encoding: {reason}", "save it again as UTF-8") from error
    return bytes(text)


def recoded(data: bytes, encoding: str) -> Iterator[bytes]:
    """The text piece by piece as UTF-8: as one Python text it would take up to four times the memory."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), PIECE):
        yield decoder.decode(data[start : start + PIECE], final=start + PIECE >= len(data)).encode("utf-8")
