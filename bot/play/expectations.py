"""Whether what was sent is what a play expects."""

from __future__ import annotations

from collections.abc import Sequence

from bot.play.cast import Cast
from bot.play.deeds import Expect
from bot.play.folding import folded, plain
from bot.play.show import Block


def meant(expect: Expect, blocks: Sequence[Block], cast: Cast) -> list[Block]:
    """The blocks that an expectation speaks of and that say what it says."""
    found = [block for block in blocks if _is_there(expect, block, cast)]
    if expect.regex is not None:
        return [block for block in found if expect.regex.search(plain(block.searched))]
    if expect.text is None:
        return found
    wanted = folded(expect.text)
    return [block for block in found if wanted in folded(block.searched)]


def holds(expect: Expect, blocks: Sequence[Block], cast: Cast) -> bool:
    """Whether it is so."""
    if expect.count is not None:
        return (sum(block.is_mail for block in blocks) == expect.count) is expect.positive
    return bool(meant(expect, blocks, cast)) is expect.positive


def _is_there(expect: Expect, block: Block, cast: Cast) -> bool:
    if expect.channel == "":
        return True
    if expect.channel != block.channel:
        return False
    if expect.channel == "mail":
        return block.whom.lower() in cast.addresses(expect.whom)
    if expect.channel == "dm":
        return block.whom == cast.name_of_chat(cast.chatter(expect.whom).chat)
    return cast.room(block.whom) == cast.room(expect.whom)


def failure(expect: Expect, blocks: Sequence[Block], cast: Cast) -> str:
    """What was said instead."""
    if expect.count is not None:
        count = sum(block.is_mail for block in blocks)
        return _told(f"{count} courriel(s) depuis la dernière action", [b for b in blocks if b.is_mail])
    if not expect.positive:
        return _told("Cela a été dit", meant(expect, blocks, cast))
    return _told("Dit depuis la dernière action", blocks)


def _told(title: str, blocks: Sequence[Block]) -> str:
    if not blocks:
        return f"{title} : rien."
    return "\n".join([f"{title} :", *(block.shown() for block in blocks)])
