"""Mails changed at random: by byte, by header field, by line of text; the generator alone decides."""

from __future__ import annotations

import base64
import quopri
import random
import re
from collections.abc import Callable, Sequence

from tests.fuzz import tokens

MAX_SIZE = 120_000
MAX_MUTATIONS = 6

Mutation = Callable[[random.Random, bytes, bytes], bytes]


def mutated(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """A seed, changed one to six times; ``rng`` alone decides how."""
    data = rng.choice(seeds)
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        data = rng.choice(MUTATIONS)(rng, data, rng.choice(seeds))[:MAX_SIZE] or b"x"
    return data


# -- Bytes -------------------------------------------------------------------------------------------------


def _span(rng: random.Random, data: bytes, longest: int = 2_000) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(longest ** rng.random()))


def _flip(rng: random.Random, data: bytes, _: bytes) -> bytes:
    changed = bytearray(data)
    for _count in range(rng.randint(1, 12)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _insert(rng: random.Random, data: bytes, _: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(tokens.BYTES) + data[at:]


def _delete(rng: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:start] + data[end:]


def _duplicate(rng: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(rng, data, 300)
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 8, 60)) + data[end:]


def _cut(rng: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _splice(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one and the end of the other, each cut at a line or anywhere."""
    first, second = rng.randrange(len(data) + 1), rng.randrange(len(other) + 1)
    if rng.random() < 0.7:
        first, second = data.find(b"\n", first) + 1, other.find(b"\n", second) + 1
    return data[:first] + other[second:]


def _line_ends(rng: random.Random, data: bytes, _: bytes) -> bytes:
    plain = data.replace(b"\r\n", b"\n")
    if rng.random() < 0.3:
        return b"".join(line + rng.choice((b"\n", b"\r\n", b"\r")) for line in plain.split(b"\n"))
    return plain.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\r\r\n")))


# -- Header fields -----------------------------------------------------------------------------------------


def _halves(data: bytes) -> tuple[list[bytes], bytes]:
    """The header fields, folded lines with them, and the body."""
    head, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    return re.split(rb"\n(?![ \t])", head), body


def _whole(fields: Sequence[bytes], body: bytes) -> bytes:
    return b"\n".join(fields) + b"\n\n" + body


def _set_field(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """A field takes, instead of its value or besides it, something odd."""
    fields, body = _halves(data)
    field = rng.choice(tokens.FIELDS) + b": " + b" ".join(rng.choices(tokens.VALUES, k=rng.randint(0, 6)))
    if rng.random() < 0.5:
        fields[rng.randrange(len(fields))] = field
    else:
        fields.insert(rng.randrange(len(fields) + 1), field)
    return _whole(fields, body)


def _borrow_fields(rng: random.Random, data: bytes, other: bytes) -> bytes:
    fields, body = _halves(data)
    return _whole(fields + rng.choices(_halves(other)[0], k=rng.randint(1, 5)), body)


def _lose_field(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, body = _halves(data)
    del fields[rng.randrange(len(fields))]
    rng.shuffle(fields)
    return _whole(fields, body)


def _huge_field(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, body = _halves(data)
    value = rng.choice(tokens.VALUES) + rng.choice((b"", b" ", b", ", b"\n "))
    times = int(40_000 ** rng.random()) // max(1, len(value)) + 1
    fields.insert(rng.randrange(len(fields) + 1), rng.choice(tokens.FIELDS) + b": " + value * times)
    return _whole(fields, body)


def _many_addresses(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, body = _halves(data)
    shapes = (
        b"a%d@x.example",
        b'"A, %d" <a@x.example>',
        b"=?utf-8?q?%d?= <b@x.example>",
        b"g%d: c@x.example;",
    )
    crowd = [rng.choice(shapes) % number for number in range(rng.choice((2, 30, 500)))]
    field = rng.choice((b"From", b"To", b"Cc", b"Reply-To", b"X-Original-From")) + b": "
    return _whole([field + rng.choice((b", ", b";", b",\n ", b" ")).join(crowd), *fields], body)


def _charset(rng: random.Random, data: bytes, _: bytes) -> bytes:
    return re.sub(rb'charset="?[^\s";]*"?', lambda _: b"charset=" + rng.choice(tokens.CHARSETS), data)


def _boundary(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """What is declared no longer is what stands in the body, or both are odd."""
    odd = rng.choice((b"", b"-", b"--", b" ", b"a" * 300, b"b b", b"\xe9", b"=", b'\\"'))
    found = re.search(rb'boundary="?([^\s";]+)"?', data)
    if found is None or rng.random() < 0.4:
        return re.sub(rb'boundary="?[^\s";]*"?', lambda _: b'boundary="' + odd + b'"', data)
    return data.replace(found[1], odd)


def _encoding(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """Another transfer encoding is declared; sometimes the body really has it."""
    fields, body = _halves(data)
    name = rng.choice((b"base64", b"quoted-printable", b"8bit", b"binary", b"x-uuencode", b"BASE64 "))
    if rng.random() < 0.5:
        body = base64.encodebytes(body) if name == b"base64" else quopri.encodestring(body)
    fields = [field for field in fields if not field.lower().startswith(b"content-transfer-encoding")]
    return _whole([*fields, b"Content-Transfer-Encoding: " + name], body)


def _retyped(rng: random.Random, data: bytes, _: bytes) -> bytes:
    return re.sub(
        rb"(?i)(content-type: *)[\w.+-]+/[\w.+-]+", lambda found: found[1] + rng.choice(tokens.TYPES), data
    )


def _nested(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The mail within another one, once or many times."""
    for level in range(rng.choice((1, 1, 2, 3, 14, 40))):
        kind = rng.choice(
            (b"mixed", b"alternative", b"related", b"digest", b"report", b"signed", b"encrypted")
        )
        inner = b"Content-Type: message/rfc822\n\n" + data if rng.random() < 0.4 else data
        mark = b"niveau" if rng.random() < 0.2 else b"niveau%d" % level
        data = (
            b"From: a@x.example\nContent-Type: multipart/" + kind + b'; boundary="' + mark + b'"\n\n'
            b"--" + mark + b"\n" + inner + b"\n--" + mark + rng.choice((b"--\n", b"\n", b""))
        )
        if len(data) > MAX_SIZE:
            return other
    return data


# -- Lines of text -----------------------------------------------------------------------------------------


def _lines(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """Lines that look like what clients write, here and there in the body."""
    fields, body = _halves(data)
    lines = body.split(b"\n")
    for _count in range(int(40 ** rng.random())):
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(tokens.LINES))
    return _whole(fields, b"\n".join(lines))


def _only_lines(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, _body = _halves(data)
    return _whole(fields, b"\n".join(rng.choices(tokens.LINES, k=int(400 ** rng.random()))))


def _repeated_line(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, body = _halves(data)
    line = rng.choice([*body.split(b"\n")[:200], *tokens.LINES]) + b"\n"
    return _whole(fields, body + line * int(500 ** rng.random()))


def _quoted(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, body = _halves(data)
    mark = rng.choice((b"> ", b">", b"| ", b" > ", b"\xc2\xa0> ", b">>>> ", b"    "))
    lines = body.split(b"\n")
    start = rng.randrange(len(lines))
    return _whole(fields, b"\n".join(lines[:start] + [mark + line for line in lines[start:]]))


def _rewrapped(rng: random.Random, data: bytes, _: bytes) -> bytes:
    fields, body = _halves(data)
    width = rng.choice((1, 7, 30, 60, 100_000))
    words = body.split()
    lines: list[bytes] = []
    line = b""
    for word in words:
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = line + b" " + word if line else word
    return _whole(fields, b"\n".join([*lines, line]))


def _spaced(rng: random.Random, data: bytes, _: bytes) -> bytes:
    spaces = rng.choice((b" ", b"\xc2\xa0", b"\xe2\x80\xaf", b"\t", b"\xe2\x80\x8b", b"\xef\xbb\xbf"))
    times = int(3_000 ** rng.random()) if rng.random() < 0.3 else 1
    where = rng.choice((rb" ", rb" :", rb"\n", rb":"))
    return re.sub(where, lambda found: spaces * times + found[0], data, count=rng.randint(1, 30))


def _as_html(rng: random.Random, data: bytes, _: bytes) -> bytes:
    """The body in tags, few of which are closed."""
    fields, body = _halves(data)
    fields = [field for field in fields if not field.lower().startswith(b"content-t")]
    lines = [rng.choice(tokens.TAGS) + line for line in body.split(b"\n")[:300]]
    return _whole([*fields, b"Content-Type: text/html; charset=utf-8"], b"\n".join(lines))


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _insert, _delete, _duplicate, _cut, _splice, _line_ends),
    *(_set_field, _borrow_fields, _lose_field, _huge_field, _many_addresses),
    *(_charset, _boundary, _encoding, _retyped, _nested),
    *(_lines, _only_lines, _repeated_line, _quoted, _rewrapped, _spaced, _as_html),
)
