"""OpenPGP's cleartext signatures: the words that were signed, without what was put around them."""

from __future__ import annotations

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
END = "-----END PGP SIGNATURE-----"


def unarmoured(lines: list[str]) -> list[str]:
    """The same lines without the armour (RFC 9580 §7), where all of it is there, in order.

    What stands before and after is kept; dash-escaped lines get their first dash back (§7.2).
    """
    try:
        begin = lines.index(BEGIN)
        first = lines.index("", begin) + 1
        signature = lines.index(SIGNATURE, first)
        end = lines.index(END, signature)
    except ValueError:
        return lines
    signed = [line[2:] if line.startswith("- ") else line for line in lines[first:signature]]
    return [*lines[:begin], *signed, *lines[end + 1 :]]
