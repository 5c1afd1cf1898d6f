"""The recap in real rooms: its draft edited in place, sent across deaths of the bot, and its chart."""

from __future__ import annotations

import base64
import datetime as dt
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest

from bot.channels.fake_list import FakeList
from tests.crash.rooms_oracle import judge, quiet
from tests.crash.rooms_world import RoomsWorld
from tests.servers.element import Element
from tests.servers.matrix_admin import Event
from tests.servers.wait import until

LIST = "reseau@listes.example"
DAY = dt.timedelta(days=1)
SOON = 3 * 60  # seconds after which what came in is in the room's draft


def edits(event_id: str, words: str) -> Callable[[Event], bool]:
    """A new text of an event, with these words in it."""
    return lambda e: (
        (e["relates_to"] or {}).get("rel_type") == "m.replace"
        and e["relates_to"]["event_id"] == event_id
        and words in e["content"]["m.new_content"]["body"]
    )


def posts(world: RoomsWorld) -> list[bytes]:
    """What left for the list, in order."""
    folder = world.folder / "out" / LIST / "new"
    return [file.read_bytes() for file in sorted(folder.glob("*"), key=lambda file: file.stat().st_mtime_ns)]


async def deposits(world: RoomsWorld, line: str) -> None:
    """Bruno leaves a line for the recap, by mail."""
    world.mails("bruno", "Une ligne", f"Pour le récap : {line}")
    await until(lambda: world.mailed("bruno", line), 20, f"the acknowledgement of {line!r}")


async def comes_back(world: RoomsWorld) -> None:
    """The list brings the bot its own post, the only one."""
    [post] = posts(world)
    copy = FakeList(LIST, []).distribute(post.replace(b"\n", b"\r\n"))
    assert copy is not None
    (world.folder / "in" / "tmp" / "copy").write_bytes(copy)
    (world.folder / "in" / "tmp" / "copy").rename(world.folder / "in" / "new" / "copy")
    await until(lambda: world.rows("SELECT 1 FROM messages WHERE ours"), 20, "our copy to be known")


@pytest.mark.needs("synapse", "element")
async def test_a_week_in_rooms(rooms_world: RoomsWorld, element: Callable[..., Awaitable[Element]]) -> None:
    """Coordination's room is encrypted, everybody's is not; Elsa reads with a client that is not ours."""
    world, elsa = rooms_world, await element("elsa")
    desk = await world.room(world.bruno, encrypted=True)
    everybody = await world.room(world.bruno)
    alone = await world.direct(world.bruno)
    await world.alice.invite(desk, elsa.user_id)
    await elsa.join(desk)
    world.configure(coordination=desk)
    file, named = world.folder / "settings.toml", 'name = "Tout le réseau"\n'
    file.write_text(file.read_text().replace(named, f'{named}room = "{everybody}"\n'))
    await world.start()
    await world.entered(desk, everybody, alone)
    await elsa.sees_member(desk, world.user.user_id)
    await _is_kept_up_to_date(world, elsa, desk, alone)
    await _leaves_across_deaths(world, everybody)
    await judge(world)
    await _is_drawn(world, elsa, desk, everybody)


async def _is_kept_up_to_date(world: RoomsWorld, elsa: Element, desk: str, alone: str) -> None:
    """Lines by mail and by chat; one message in the room, edited; corrected with plain words; « OK »."""
    alice, bruno, bot = world.alice, world.bruno, world.user.user_id
    await bruno.says(alone, "Pour le récap : on repeint la Filature")
    await bruno.hears(alone, "repeint", sender=bot)
    await deposits(world, "ceci est une erreur")
    # What was said by mail is taken back in chat: it is one person.
    await bruno.says(alone, "retire")
    await bruno.hears(alone, "retiré", sender=bot)
    world.go_to(world.noon)
    draft = await elsa.hears(desk, "est prêt", sender=bot)
    shown = draft["event_id"]
    assert (draft["encrypted"], draft["shield"]) == (True, "none")
    assert [part in draft["content"]["body"] for part in ("repeint", "erreur")] == [True, False]

    await quiet(world)
    await world.kill()
    await world.start("posting.accepted=kill")
    await deposits(world, "la cantine du Port cherche un four")
    world.pass_time(SOON)
    await world.dies("posting.accepted")
    await world.start()
    edit = await elsa.sees(desk, edits(shown, "four"))
    assert (edit["encrypted"], edit["shield"]) == (True, "none")
    await quiet(world)
    assert len(await world.said(desk)) == 3, "a greeting, the draft and its edit"

    await alice.says(desk, "titre de la 2 : un four pour la cantine", replies_to=shown)
    await elsa.sees(desk, edits(shown, "un four pour la cantine"))
    await alice.says(desk, "OK", replies_to=shown)
    await elsa.hears(desk, "Il part", sender=bot)
    await quiet(world)


async def _leaves_across_deaths(world: RoomsWorld, everybody: str) -> None:
    """Killed between the list's mail and the room's message, then when the server has that one."""
    before = len(await world.said(everybody))
    await world.kill()
    await world.start("posting.claimed=kill")
    world.go_to(world.noon + DAY)
    await world.dies("posting.claimed")
    assert (len(posts(world)), len(await world.said(everybody))) == (1, before)
    await world.start("posting.accepted=kill")
    await world.dies("posting.accepted")
    await world.start()
    await comes_back(world)
    await world.bruno.hears(everybody, "est parti", sender=world.user.user_id)
    await quiet(world)
    assert len(await world.said(everybody)) == before + 1


async def _is_drawn(world: RoomsWorld, elsa: Element, desk: str, everybody: str) -> None:
    """The chart, in a room that is encrypted and in one that is not: the bytes that we drew."""
    columns = [name for _, name, *_ in world.rows("PRAGMA table_info(digest_editions)") if name != "id"]
    named = ", ".join(columns)
    before = named.replace("period", "'2026-W01'").replace("minutes", "40")
    with closing(sqlite3.connect(world.database)) as database:  # one recap more, that spared something
        database.execute(f"INSERT INTO digest_editions ({named}) SELECT {before} FROM digest_editions")
        database.commit()
    for room, sealed in ((desk, True), (everybody, False)):
        await world.alice.says(room, "!récap bilan")
        image = await world.alice.sees(room, lambda e: e["content"]["msgtype"] == "m.image")
        assert ("file" in image["content"], "url" in image["content"]) == (sealed, not sealed)
        kept = world.rows("SELECT attachments FROM bodies WHERE attachments LIKE '%image/png%'")[-1][0]
        data = await world.alice.reads_file(image)
        assert data.startswith(b"\x89PNG")
        assert data == base64.b64decode(json.loads(kept)[0]["base64"])
    seen = await elsa.sees(desk, lambda e: e["content"]["msgtype"] == "m.image")
    assert (seen["encrypted"], seen["content"]["info"]["mimetype"]) == (True, "image/png")
