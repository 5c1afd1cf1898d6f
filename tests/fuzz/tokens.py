"""What is put into mails to confuse their reader: pieces of header fields, charsets, lines, tags."""

from __future__ import annotations

FIELDS = tuple(
    name.encode()
    for name in (
        *("From", "To", "Cc", "Sender", "Reply-To", "Return-Path", "Delivered-To", "Received"),
        *("Subject", "Date", "Message-ID", "References", "In-Reply-To", "Precedence", "X-Loop"),
        *("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"),
        *("List-Id", "List-Post", "X-Original-From", "Authentication-Results", "X-Mailer"),
        *("Auto-Submitted", "X-Failed-Recipients", "X-Autoreply", "X-Auto-Response-Suppress"),
    )
)
VALUES = tuple(
    value.encode("utf-8", "surrogateescape")
    for value in (
        *("alice@x.example", "<alice@x.example>", "Alice <alice@x.example>", "<", ">", "<>", '"', "(", ")"),
        *("alice@x.example <mallory@y.example>", "équipe: a@x.example, b@y.example;", "@", "<@>", "<a@[>"),
        *(":", ";", ",", "\\", "[", "]", "é", "\t", " ", "\xa0", "\x00", "\udce9", "\u202e", "\ufeff"),
        *("=?utf-8?q?=C3?=", "=?utf-8?b?/w=?=", "=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "?=", "=?", "=?x?y?z?="),
        *("=?utf-7?q?+2D0-?=", "=?utf-16?b?2AA=?=", "=?iso-2022-jp?b?GyRC?=", "=?unknown?q?=E9?="),
        *("multipart/mixed; boundary=b", 'multipart/alternative; boundary="b b"', "multipart/report"),
        *(
            "text/html",
            "text/plain; format=flowed; delsp=yes",
            "message/rfc822",
            "text/calendar; method=REPLY",
        ),
        *("text/plain; charset=punycode", "charset*0*=utf-7''%", "name*1*=x; name*0*=''%ff", 'name="é'),
        *("base64", "quoted-printable", "attachment; filename=../../x", "inline", "filename*=utf-8''%00%ff"),
        *("auto-replied", "auto-generated", "no", "bulk", "list", "auto_reply", "Sympa 6.2.70"),
        *("mx.example.test; dmarc=pass header.from=x.example", "mx.example.test", "dmarc=pass", "spf=fail"),
        *("Information : add liste reseau de b@x.example Nom", "REVIEW reseau", "Résultats de vos commandes"),
        *("Mon, 23 Nov 2026 09:00:00 +0100", "1 Jan 0001 00:00:00 +2359", "31 Dec 9999 23:59:59 -2359"),
        *(
            "99999999999999",
            "-1",
            "Fri, 32 Foo 20 25:61:61 +9999",
            "Re:",
            "Ré :",
            "TR:",
            "Fwd:",
            "[a]",
            "[",
            "Re[2]:",
        ),
        *("<a@x.example> <b@x.example>", "<reseau.lists.example.test>", "<mailto:reseau@lists.example.test>"),
        *(
            "failure notice",
            "Réponse automatique",
            "Absence du bureau",
            "MAILER-DAEMON@x.example",
            "sympa@x.example",
        ),
    )
)
CHARSETS = (
    *(
        b"utf-8",
        b"us-ascii",
        b"iso-8859-1",
        b"iso-8859-15",
        b"windows-1252",
        b"utf-7",
        b"utf-16",
        b"utf-16-le",
    ),
    *(
        b"utf-32",
        b"iso-2022-jp",
        b"iso-2022-kr",
        b"gb18030",
        b"big5",
        b"shift_jis",
        b"koi8-r",
        b"punycode",
        b"idna",
    ),
    *(
        b"",
        b"x-unknown",
        b"cp65001",
        b"cp99999",
        b"unicode_escape",
        b"rot13",
        b"base64",
        b'"',
        b"utf-8\xe9",
        b"hz",
    ),
)
TYPES = (
    *(
        b"text/plain",
        b"text/html",
        b"text/calendar",
        b"text/rfc822-headers",
        b"message/rfc822",
        b"message/partial",
    ),
    *(
        b"message/delivery-status",
        b"message/disposition-notification",
        b"multipart/mixed",
        b"multipart/report",
    ),
    *(
        b"multipart/alternative",
        b"multipart/related",
        b"multipart/digest",
        b"multipart/encrypted",
        b"image/png",
    ),
    *(b"application/pgp-signature", b"application/octet-stream", b"x/y", b"text", b"multipart/"),
)
BYTES = (
    *(
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x80\xa8",
    ),
    *(
        b":",
        b"=?",
        b"?=",
        b"=",
        b"=\n",
        b"--",
        b'"',
        b"<",
        b">",
        b"<!--",
        b"&#",
        b"&#xD800;",
        b"&#0;",
        b"(",
        b"\\",
    ),
    *(
        b"<" * 90,
        b"From ",
        b"\nFrom x Mon Nov 23 09:00:00 2026\n",
        b" " * 70,
        b"\x85",
        b"\x0c",
        b"\x1c",
        b"+2AA-",
    ),
)
_SPOKEN = """--b
--b--

> cité
>>
>From la gare
> > > encore
| tableau |
Le 23/11/2026 à 09:00, A <a@b.example> a écrit :
> Le 23 nov. 2026 à 09:00, A <a@b.example> a écrit :
Le lun. 23 nov. 2026 à 09:00, A <
écrit\xa0:
On Mon, Nov 23, 2026 at 9:00 AM A <a@b.example> wrote:
On x wrote:
Le rapporteur a écrit : non
De : x
De\xa0: A <a@b.example>
*De :* A
Envoyé : lundi 23 novembre 2026 09:00
À : b
Objet : y
From: x
Sent: Monday
To: y
Subject: z
Date : 1
--
___
—
________________________________
-----Message d'origine-----
---------- Forwarded message ---------
-------- Message transféré --------
Début du message transféré :
Bonjour,
Cordialement,
Bien à vous
Alice Martin
Tél. 04 00 00 00 00
alice@x.example
PS : oui
Envoyé de mon iPhone
Sent from my phone
Télécharger Outlook pour Android
Pensez à l'environnement
Pour vous désabonner
https://x.example/sympa/signoff/reseau
https://x.example/)
Content-Type: text/html
Action: failed
Status: 5.1.1
Final-Recipient: rfc822; a@b.example
=C3=
Hi. This is the
550 5.1.1 non
> ADD reseau a@b.example
> add_performed
/auth/0123456789abcdef/
a@b.example - Nom - normal
Nombre d'abonnés : 7
Message-ID: <a@b.example>
1. le 16
- oui
* non
Je suis absente, à mon retour
\ufeff
\u2028
\x0c"""
LINES = tuple(
    line.encode()
    for line in (*_SPOKEN.split("\n"), " ", "-- ", " " * 600, ":" * 300, "x" * 1_200, "_" * 1_200)
)
TAGS = (
    *(
        b"",
        b"<p>",
        b"</p>",
        b"<br>",
        b"<div class=gmail_quote>",
        b"</div>",
        b"<blockquote>",
        b"</blockquote>",
    ),
    *(
        b"<blockquote type=cite>",
        b"<ul><li>",
        b"<ol>",
        b"<li>",
        b"</ul>",
        b"<table><tr><td>",
        b"</td>",
        b"<pre>",
    ),
    *(
        b"<a href='https://x.example'>",
        b"</a>",
        b"<!--",
        b"-->",
        b"<script>",
        b"<style>",
        b"</style>",
        b"<head>",
    ),
    *(
        b"<p",
        b"<",
        b"<a ",
        b"&nbsp;",
        b"&#9;",
        b"&#x10FFFF;",
        b"&#xD800;",
        b"&amp",
        b"<o:p>",
        b"<![endif]>",
        b"<?",
    ),
    *(
        b'<div id="divRplyFwdMsg">',
        b'<div style="border-top:solid #E1E1E1 1.0pt">',
        b"<hr>",
        b"<img alt='x'>",
    ),
)
