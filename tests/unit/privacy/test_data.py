"""What `!mes-données` sends: all that is one's own, and nothing of what others said."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

from sqlalchemy import update

from bot.settings import override
from bot.store.people_tables import Contact, Person
from bot.store.tables import Body
from handlers.privacy.showing import files_of
from tests.unit.privacy.conftest import ADDRESS, CHAT, NAME, OTHER_ADDRESS, Scene

CANARY = "la Ruche ne peut plus payer"


async def files_of_mail(scene: Scene) -> dict[str, str]:
    """The files of the last mail that had some, by name."""
    found = [body.attachments for body in await scene.rows(Body) if body.attachments]
    return {one["name"]: base64.b64decode(one["base64"]).decode() for one in found[-1]}


def kinds(said: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {one["kind"]: one["rows"] for one in said["holdings"]}


async def test_everything_of_ones_own_is_in_both_files(lived_in: Scene) -> None:
    await lived_in.say("lea", "dm", "!mes-données")
    files = await files_of_mail(lived_in)
    said = json.loads(files["navette.json"])
    held = kinds(said)
    assert said["person"] == "lea"
    assert held["profile"][0]["name"] == NAME
    assert {row["value"] for row in held["contacts"]} == {ADDRESS, OTHER_ADDRESS, CHAT}
    assert any("dix chaises" in row["text"] for row in held["messages"])
    assert any("atelier" in row["text"] for row in held["lines"])
    page = files["navette.html"]
    for words in (NAME, ADDRESS, CHAT, "dix chaises", "Adresses et comptes", "jeudi 26 novembre 2026"):
        assert words in page.replace("\u00a0", " ")
    assert re.search(r"<(?:img|script|link|iframe)|https?://|url\(", page) is None


async def test_what_others_wrote_is_in_neither(lived_in: Scene) -> None:
    await lived_in.say("lea", "dm", "!mes-données")
    for text in (await files_of_mail(lived_in)).values():
        assert "Merci à Léa" not in text
        assert "karim" not in text


async def test_reserved_words_are_counted_and_not_quoted(scene: Scene) -> None:
    """Bruno's own words in coordination's room, and those of a reserved list, are a number."""
    scene.settings = override(scene.settings, "circles.reseau.reserved", True)
    await scene.restart()
    await scene.say("bruno", "#coordination", CANARY)
    await scene.write("bruno", "reseau", f"Sujet : Entre nous\n{CANARY}")
    await scene.write("alice", "reseau", f"Sujet : Entre nous\nEt aussi : {CANARY}")
    await scene.say("bruno", "dm", "!mes-données")
    files = await files_of_mail(scene)
    assert not any("plus payer" in text or "Entre nous" in text for text in files.values())
    held = kinds(json.loads(files["navette.json"]))
    assert held["messages_reserved"] == [{"circle": "Tout le réseau", "number": 1}]
    assert held["received_reserved"] == [{"circle": "Coordination", "number": 1}]


async def test_an_english_reader_gets_an_english_page(scene: Scene) -> None:
    async with scene.bot.store.write() as session:
        await session.execute(update(Person).values(language="en"))
    await scene.say("lea", "dm", "!my-data")
    page = (await files_of_mail(scene))["navette.html"]
    assert '<html lang="en">' in page
    assert "Addresses and accounts" in page


async def test_the_copy_is_not_kept_once_it_has_left(scene: Scene) -> None:
    await scene.say("lea", "dm", "!mes-données")
    assert await files_of_mail(scene)
    await scene.pass_until(scene.clock.now() + dt.timedelta(hours=2))
    assert [body.attachments for body in await scene.rows(Body) if body.attachments] == []


async def test_without_a_verified_address_one_is_told_how_to_link_one(scene: Scene) -> None:
    async with scene.bot.store.write() as session:
        await session.execute(update(Contact).where(Contact.value == ADDRESS).values(verified_at=None))
        await session.execute(update(Contact).where(Contact.value == OTHER_ADDRESS).values(verified_at=None))
    scene.act()
    await scene.say("lea", "dm", "!mes-données")
    assert [(one.channel, one.whom) for one in scene.sent] == [("dm", "lea")]
    assert "!lier" in scene.sent[0].searched


async def test_one_chooses_among_ones_own_addresses_and_no_other(scene: Scene) -> None:
    scene.act()
    await scene.say("lea", "dm", f"!mes-données {OTHER_ADDRESS}")
    assert [one.whom for one in scene.sent if one.channel == "mail"] == [OTHER_ADDRESS]
    for address in ("karim@lisieres.example", "lea@lisieres.example.org"):
        scene.act()
        await scene.say("lea", "dm", f"!mes-données {address}")
        assert [one.channel for one in scene.sent] == ["dm"]
        assert "à toi" in scene.sent[0].searched
    scene.act()
    await scene.say("lea", "dm", "!mes-données s'il te plaît")
    assert [one.whom for one in scene.sent if one.channel == "mail"] == [ADDRESS]


def test_large_files_go_as_one_archive() -> None:
    page, data = "<p>é</p>" * 10_000, "[]" * 10_000
    assert [one["name"] for one in files_of(page, data)] == ["navette.html", "navette.json"]
    (packed,) = files_of(page, data, largest=50_000)
    raw = base64.b64decode(packed["base64"])
    assert len(raw) < 10_000
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.read("navette.html").decode() == page
        assert archive.read("navette.json").decode() == data


async def test_the_page_opens_with_who_one_is_and_says_no_code(lived_in: Scene) -> None:
    await lived_in.say("lea", "dm", "!mes-données")
    page = (await files_of_mail(lived_in))["navette.html"]
    assert (
        page.index("Qui tu es pour le réseau") < page.index("Ce que tu as écrit") < page.index("Ce que je t")
    )
    said = set(re.findall(r"<dd>([a-z_]+)</dd>", page))
    assert said & {"told", "sent", "applied", "answer", "room", "digest", "settings", "subscriber"} == set()
    assert "GT Formation" in page
    assert "gt-formation" not in page
