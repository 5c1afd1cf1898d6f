"""Bytes to text, whatever the mail says about them."""

from __future__ import annotations

import re

# Only charsets of texts: Python also knows codecs that are slow (punycode, idna) or no charsets at all.
_KNOWN = re.compile(
    r"utf_?(?:8|7|16|32)(?:_?[lb]e)?|us_ascii|ascii|iso_?8859_?\d{1,2}|latin_?\d{1,2}|(?:windows|cp|ibm)_?\d{3,4}"
    r"|koi8_[rtu]|mac_?roman|big5|gb2312|gbk|gb18030|euc_(?:jp|kr)|shift_jis|iso_2022_(?:jp|kr)"
).fullmatch
# What calls itself Latin-1 or ASCII on the web and in mails is Windows-1252 (WHATWG Encoding §4.2).
_AS_WINDOWS = frozenset({"iso_8859_1", "iso8859_1", "latin1", "latin_1", "us_ascii", "ascii"})


def decode(data: bytes, charset: str) -> tuple[str, str]:
    """The text, and what was odd: ``unknown-charset``, ``bad-charset`` or nothing."""
    if data.isascii() and not _is_stateful(charset):
        return data.decode("ascii"), ""
    name = charset.strip(" \"'").lower().replace("-", "_")
    problem = ""
    if _KNOWN(name):
        declared_plain = name in _AS_WINDOWS
        try:
            if not declared_plain:
                return _well_formed(data.decode(name))
        except (UnicodeError, LookupError):
            problem = "bad-charset"
        else:
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                return data.decode("cp1252", "replace"), ""
            return text, "bad-charset"
    elif name:
        problem = "unknown-charset"
    try:
        return data.decode("utf-8"), problem or "no-charset"
    except UnicodeDecodeError:
        if name in ("utf_8", "utf8"):
            # A few wrong bytes in what is UTF-8 otherwise: keep the rest.
            text = data.decode("utf-8", "replace")
            if text.count("\ufffd") * 20 < len(text):
                return text, problem
        return data.decode("cp1252", "replace"), problem or "no-charset"


def _well_formed(text: str) -> tuple[str, str]:
    """UTF-7 may hold halves of surrogate pairs, which no file, database or answer takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), "bad-charset"
    return text, ""


def _is_stateful(charset: str) -> bool:
    """Whether ASCII bytes may mean something else in that charset (ISO 2022, UTF-7, UTF-16)."""
    return charset.strip(" \"'").lower().startswith(("iso-2022", "utf-7", "utf-16", "utf-32"))
