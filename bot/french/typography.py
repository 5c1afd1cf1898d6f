"""French typography for texts that we write: no-break spaces and curved apostrophes."""

from __future__ import annotations

import re

from bot.french.patterns import Pattern

NO_BREAK = "\u00a0"

_LETTER = r"[^\W\d_]"
# A mark that ends words: not the start of a smiley, of ":tada:" or of "!aide".
_SMILEY = r"[;:]['-]?[()\[\]]"
_ENDS = r"""(?=[;:?!]{0,9}(?:[\s»"”’')\]*_…,.]|\Z))"""
# The first half is what means something to a machine, matched so as to be passed over.
_PLACES = Pattern(
    rf"""(?P<kept>
        ```.*?(?:```|\Z)                           # fenced code
      | (?<!`)(?P<ticks>`{{1,2}})(?!`)[^`\n]{{1,2000}}(?P=ticks)(?!`)
      | \]\([^()\n]{{0,2000}}\)                    # Markdown link targets
      | <[^<>\n]{{1,2000}}>                        # autolinks and tags
      | &\#?\w{{1,32}};                            # entities
      | (?:\b[a-z][a-z0-9+.-]{{1,15}}://|\bwww\.|\bmailto:)[^\s<>«»]+
      | (?<![^\s(«"])[^\s@<>«»]{{1,200}}@[^\s@<>«»]{{1,200}}
      )
      | (?P<space>
        (?<=\S)[ ](?=[;:?!]{_ENDS})(?!{_SMILEY})
      | (?<={_LETTER})(?=[;?!]{_ENDS})(?!{_SMILEY})
      | (?<=\S)[ ](?=») | (?<={_LETTER})(?=»)
      | (?<=«)[ ](?=\S) | (?<=«)(?={_LETTER})
      | (?<=\d)[ ](?=(?:h|€|%)(?!\w)) | (?<=\d[ \u00a0]h)[ ](?=\d\d(?!\d))
      )
      | (?<={_LETTER})'(?={_LETTER})
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def typeset(text: str) -> str:
    """The text with the spaces and apostrophes that French typography wants.

    A no-break space (U+00A0) replaces the plain space before ``; : ? ! »`` and after ``«``, and is
    put in where there is none between a letter and ``; ? ! »`` or after ``«``; hours, euros and per cent
    stay with their numbers; an apostrophe between letters is curved.  Addresses, code, link targets,
    « 14:30 », smileys and command words stay as they are.  Doing it twice changes nothing more.
    """
    return _PLACES.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    if match["kept"] is not None:
        return match["kept"]
    return NO_BREAK if match["space"] is not None else "’"
