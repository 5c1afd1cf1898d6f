"""English typography for texts that we write: curly quotes and apostrophes, units kept with their numbers."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"

_OPENS = r"(?<![^\s(\[{\"'“‘«—–/*_~])"  # what a quotation may stand after: nothing, a space, a bracket …
_UNITS = r"(?:h|min|km|cm|mm|m²|kg|g|kB|MB|GB|euros?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
# The first half is what means something to a machine, matched so as to be passed over.
_PLACES = re.compile(
    rf"""(?P<kept>
        ```.*?(?:```|\Z)                           # fenced code
      | (?<!`)(?P<ticks>`{{1,2}})(?!`)[^`\n]{{1,2000}}(?P=ticks)(?!`)
      | \]\([^()\n]{{0,2000}}\)                    # Markdown link targets
      | <[^<>\n]{{1,2000}}>                        # autolinks and tags
      | &\#?\w{{1,32}};                            # entities
      | (?:\b[a-z][a-z0-9+.-]{{1,15}}://|\bwww\.|\bmailto:)[^\s<>"“”«»]+
      | (?<![^\s(«"“”])(?=\w)[^\s@<>"“”«»]{{1,200}}@[^\s@<>"“”«»]{{1,200}}
      | (?<=\d)'(?=\d)                             # 5'30
      )
      | (?P<unit>(?<=\d)[ ](?={_UNITS}\b))
      | (?P<opens>{_OPENS}["'](?=\S))
      | (?P<closes>(?<=\S)["'])
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CURLY = {("opens", '"'): "“", ("closes", '"'): "”", ("opens", "'"): "‘", ("closes", "'"): "’"}


def typeset(text: str) -> str:
    """The text with the quotes, apostrophes and spaces that English typography wants.

    Straight quotes are curled, an apostrophe is curved, and a no-break space (U+00A0) holds a number and
    its unit together.  Spaces before ``; : ? !`` stay where they are: only French that is quoted has
    them.  Addresses, code, link targets and command words stay as they are.  Doing it twice changes
    nothing more.
    """
    return _PLACES.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    if match.lastgroup == "unit":
        return NO_BREAK
    return _CURLY.get((match.lastgroup or "", match[0]), match[0])
