"""Mails that aim at one rule each: what makes a careless one slow, as large as it is wanted.

Shared by the tests (each is read) and by the benchmark (none takes much longer than another).
"""

from __future__ import annotations

import base64
from collections.abc import Callable

KILOBYTES = 100

_LISTS = "<reseau.lists.example.test>"


def raw(body: str | bytes, fields: dict[str, str] | None = None) -> bytes:
    """A mail with that body; ``fields`` come instead of the usual ones of that name, or besides them."""
    named = {
        "From": "Alice <alice@x.example>",
        "To": "reseau@lists.example.test",
        "Subject": "Essai",
        "Date": "Mon, 23 Nov 2026 09:00:00 +0100",
        "Message-ID": "<essai@x.example>",
        "Content-Type": "text/plain; charset=utf-8",
    } | (fields or {})
    head = "".join(f"{name}: {value}\n" for name, value in named.items())
    return head.encode() + b"\n" + (body if isinstance(body, bytes) else body.encode())


def hostile_mails(size: int = KILOBYTES * 1_000) -> dict[str, bytes]:
    """Each shape by its name, about ``size`` bytes long."""

    def filled(piece: str) -> str:
        return piece * (size // len(piece.encode()) + 1)

    found: dict[str, bytes] = {}
    for family in (_prose, _heads, _trees, _pages, _machines):
        found |= family(filled)
    return found


Filled = Callable[[str], str]


def _prose(filled: Filled) -> dict[str, bytes]:
    """Text that looks like quotes, attributions, signatures and footers, and is none."""
    letter = "Le lundi 23 novembre 2026 à 09:00, Alice Martin <alice@x.example> a écrit"
    pieces = {
        "words": "Nous avons parlé de la rencontre et du budget de la cuisine partagée.\n",
        "On lines": "On Mon, Nov 23, 2026 at 9:00 AM Alice wrote\n",
        "On lines with a colon": "On Mon, Nov 23, 2026 at 9:00 AM Alice <a@x.example> wrote:\n",
        "On lines that never wrote": "On Mon, Nov 23, 2026 at 9:00 AM\n",
        "Le lines": f"{letter}\n",
        "Le lines with a colon": f"{letter}\u00a0:\n",
        "Le lines, wrapped": "Le 23 nov. 2026\nà 09:00, Alice <\nalice@x.example> a\nécrit :\n\n",
        "Le lines, answered": f"{letter} :\n> Oui ?\nNon.\n",
        "dates in one line": "Le 23/11/2026 à 09:00, ",
        "colons": ":\n",
        "colons in one line": ":",
        "spaces": " ",
        "no-break spaces": "\u00a0",
        "lines of spaces": " " * 70 + "\n",
        "spaces before a colon": "Le 1" + " " * 4_000 + ":\n",
        "blank lines": "\n",
        "quotes": ">",
        "quoted lines": "> Une ligne.\n",
        "quotes and answers": "> Une question ?\nUne réponse.\n",
        "quotes in quotes": "> > > > > > > > Une ligne.\n>\n",
        "De lines": "De : Alice\n",
        "De and Objet lines": "De : Alice <a@x.example>\nObjet : x\n\nnon\n",
        "copied headers": "De : A <a@x.example>\nEnvoyé : lundi 23 novembre 2026\nÀ : b\nObjet : c\n\nd\n",
        "labels": "Importance : haute\nCc : b\n",
        "dashes": "--\n",
        "signature marks": "-- \nAlice\n",
        "long dashes": "________________________________\n",
        "separators": "-----Message d'origine-----\n",
        "forwards that are none": "---------- Forwarded\n",
        "closings": "Cordialement,\nAlice Martin\n",
        "closings with addresses": "Cordialement,\nAlice\n04 00 00 00 00\nalice@x.example\n\n",
        "devices": "Envoyé de mon iPhone\n",
        "greetings": "Bonjour à toutes et tous,\n",
        "disclaimers": "Ce message est confidentiel et exclusivement destiné à son destinataire.\n\n",
        "footers": "Pour vous désabonner : https://x.example/sympa/signoff/reseau\n",
        "absences": "Je suis absente jusqu'à lundi\n",
        "one long line": "abc ",
        "one long word": "a",
        "lines of one letter": "a\n",
        "capitals and accents": "ÉÀÇ\u0301ŒÊ ",
        "invisible characters": "\u200b\ufeff",
        "digits": "0 1 23 456 ",
        "an address": "a.b@",
        "addresses": "a.b@c.example ",
        "links": "https://x.example/( ",
        "a link of brackets": "https://x.example/" + ")" * 1_900 + " ",
        "telephones": "01 02 03 04 0 ",
    }
    mails = {name: raw(filled(piece)) for name, piece in pieces.items()}
    mails["a footer of a list"] = raw(filled("reseau@ liste reseau\n"), {"List-Id": _LISTS})
    mails["flowed lines"] = raw(filled("> un \n"), {"Content-Type": "text/plain; format=flowed; delsp=yes"})
    mails["a forward"] = raw(
        "-------- Message transféré --------\n" + filled("De : x\n"), {"Subject": "TR: x"}
    )
    return mails


def _heads(filled: Filled) -> dict[str, bytes]:
    """Header fields that are long, many, or hard to take apart."""
    ours = "mx.example.test; "
    fields = {
        "encoded words": ("Subject", filled("=?utf-8?q?a?= ")),
        "encoded words in many charsets": ("Subject", filled("=?utf-7?b?/w==?= =?big5?q?=A1?= ")),
        "encoded words without an end": ("Subject", filled("=?utf-8?q?")),
        "prefixes of a subject": ("Subject", filled("Re: ")),
        "tags of a subject": ("Subject", filled("[a]")),
        "spaces in a subject": ("Subject", "Re:" + filled(" ") + "x"),
        "a crowd of recipients": ("To", filled("A <a@x.example>, ")),
        "recipients in groups": ("To", filled("a: b@x.example; ")),
        "comments in comments": ("From", filled("(") + "a@x.example"),
        "an unclosed quote": ("From", filled('"<')),
        "backslashes": ("From", '"' + filled("\\")),
        "angle brackets": ("From", filled("<")),
        "authors": ("From", filled("alice@x.example <mallory@y.example>, ")),
        "references": ("References", filled("<a@x.example> ")),
        "references without an end": ("References", filled("<a")),
        "parameters": ("Content-Type", "text/plain" + filled('; x="')),
        "numbered parameters": ("Content-Type", "text/plain" + filled("; name*1*=a")),
        "checks": ("Authentication-Results", ours + filled("spf=pass smtp.mailfrom=x.example;")),
        "checks in comments": ("Authentication-Results", ours + filled("(")),
        "a date": ("Date", filled("1 ")),
        "a list": ("List-Id", filled("<a.b>")),
        "a list's post address": ("List-Post", filled("<mailto:a@")),
        "failed recipients": ("X-Failed-Recipients", filled("a@b.")),
    }
    mails = {name: raw("x", {field: value}) for name, (field, value) in fields.items()}
    head = raw("x").partition(b"\n\n")[0]
    for name, piece in {
        "received": "Received: from a by b; Mon, 23 Nov 2026 09:00:00 +0100\n",
        "folded lines": " y\n",
        "many fields": "X: y\n",
        "many authors": "From: a@x.example\n",
        "many checks": "Authentication-Results: mx.example.test; dkim=pass header.d=x.example\n",
        "lists": "List-Id: <a.b>\nPrecedence: bulk\n",
    }.items():
        mails[name] = head + b"\n" + filled(piece).encode() + b"\nx"
    hidden = f"A{chr(0xA0) * 7_900}x <reseau@lists.example.test>"  # as long as a field is looked at
    mails["an author behind a list"] = raw(filled("x"), {"From": hidden, "List-Id": _LISTS})
    mails["no header"] = filled("x\n").encode()
    return mails


def _trees(filled: Filled) -> dict[str, bytes]:
    """Parts in parts, boundaries that are almost some, encodings of nothing."""
    mixed = {"Content-Type": "multipart/mixed; boundary=b"}
    inside = "Content-Type: multipart/mixed; boundary={0}\n\n--{0}\n"
    deep = "".join(inside.format(f"b{level}") for level in range(len(filled("x" * 50)) // 50))
    mails = {
        "parts": raw(filled("--b\n\nx\n"), mixed),
        "almost boundaries": raw(filled("--bx\n"), mixed),
        "empty parts": raw(filled("--b\n"), mixed),
        "parts within themselves": raw("--b\n" + filled(inside.format("b")), mixed),
        "parts in parts": raw("--b\n" + deep, mixed),
        "an undeclared boundary": raw(filled("--a\nx: y\n"), {"Content-Type": "multipart/mixed"}),
        "guessed boundaries": raw(filled("--a\nContent-X: y\n"), {"Content-Type": "multipart/mixed"}),
        "messages in messages": raw(
            filled("Content-Type: message/rfc822\n\n"), {"Content-Type": "message/rfc822"}
        ),
        "attachments": raw(filled("--b\nContent-Type: a/b; name=c\n\nx\n"), mixed),
        "reports": raw(
            "--b\nContent-Type: message/delivery-status\n\n" + filled("Action: x\nStatus: 4\n\n"),
            {"Content-Type": "multipart/report; boundary=b"},
        ),
    }
    for name, encoding, body in (
        ("base64 rubbish", "base64", filled("=é")),
        ("base64 padding", "base64", filled("=")),
        ("base64 of spaces", "base64", base64.encodebytes(filled("   ").encode()).decode()),
        ("quoted-printable rubbish", "quoted-printable", filled("=C3=\n")),
        ("quoted-printable equal signs", "quoted-printable", filled("=")),
    ):
        mails[name] = raw(body, {"Content-Transfer-Encoding": encoding})
    for charset in ("utf-7", "punycode", "iso-2022-jp", "gb18030"):
        mails[f"rubbish in {charset}"] = raw(
            filled("+2D0-é~"), {"Content-Type": f"text/plain; charset={charset}"}
        )
    return mails


def _pages(filled: Filled) -> dict[str, bytes]:
    """HTML that is never closed, or nested without end."""
    pieces = {
        "paragraphs": "<p>Une ligne.</p>\n",
        "unclosed tags": "<a ",
        "unclosed comments": "<!--",
        "comments": "<!-- -- -->",
        "unclosed heads": "<head><script>",
        "unclosed styles": "<style><o:p>",
        "angle brackets": "<",
        "closing brackets": ">",
        "quotes in tags": '<p a="',
        "attributes": '<p style="margin:0 0 0 40px" class=x ',
        "nested divisions": "<div>x",
        "nested quotations": "<blockquote>x",
        "quotations": "<blockquote>x</blockquote>y",
        "nested lists": "<ul><li>x",
        "nested tables": "<table><tr><td>x",
        "nested anchors": "<a href=https://x.example>x",
        "closing tags": "</div></blockquote></a>",
        "line breaks": "<br>",
        "preformatted": "<pre>x\n",
        "colours": '<span style="color:#C00000">x</span><br>',
        "nested colours": '<font color="red"><b>x',
        "entities": "&nbsp;&amp;&#9;",
        "entities of many digits": "&#" + "9" * 3_000 + ";",
        "unended entities": "&ampx",
        "links": "<a href='https://x.example/a'>https://x.example/b</a>",
    }
    page = {"Content-Type": "text/html; charset=utf-8"}
    mails = {f"HTML: {name}": raw(filled(piece), page) for name, piece in pieces.items()}
    mails["HTML: attribution lines"] = raw(
        filled("<p>Le 23/11/2026 à 09:00, A &lt;a@x.example&gt; a écrit :</p>"), page
    )
    return mails


def _machines(filled: Filled) -> dict[str, bytes]:
    """What looks like a list server's notice or a bounce."""
    sympa = {"From": "sympa@lists.example.test", "X-Mailer": "Sympa 6.2", "Auto-Submitted": "auto-replied"}
    daemon = {"From": "MAILER-DAEMON@x.example", "Subject": "failure notice"}
    commands = sympa | {"Subject": "Résultats de vos commandes"}
    return {
        "orders": raw(filled("> ADD "), commands),
        "orders, wrapped": raw(filled("> ADD reseau a@x.example\nA\n"), commands),
        "members": raw(filled("a@x.example - A - normal\n"), sympa | {"Subject": "REVIEW reseau"}),
        "wrapped members": raw(filled("    a@x.example - \n"), sympa | {"Subject": "REVIEW reseau"}),
        "keys": raw(filled("/auth/0123456789abcde"), sympa),
        "requests": raw(
            filled("utilisateur A <a@ "), sympa | {"Subject": "Demande d'abonnement à la liste x"}
        ),
        "a notice": raw("x", sympa | {"Subject": filled("Information : add liste x de a@b ")}),
        "a bounce of addresses": raw(filled("a.b@c.example "), daemon),
        "a bounce of half addresses": raw(filled("a@b."), daemon),
        "a bounce of codes": raw(filled("550 5.1"), daemon),
        "a bounce of ids": raw(filled("Message-ID: <a\n"), daemon),
        "qmail": raw("Hi. This is the qmail\n" + filled("<a@x.example>:\n"), daemon),
        "an absence": raw(filled("je suis absent "), {"Subject": "Absence du bureau"}),
    }
