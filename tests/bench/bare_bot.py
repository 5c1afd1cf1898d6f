"""``python -m tests.bench.bare_bot BASE TOKEN USER``: the least that answers in rooms, to be compared with.

It syncs, and beside it answers each ``!aide`` where it was said, one after another; it keeps nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from urllib.parse import quote

import aiohttp

CLIENT = "/_matrix/client/v3"
# As long as what the other one answers, in text and HTML.
WORDS = "Tu peux m'écrire en mots simples, ou commencer par un point d'exclamation. " * 8
HTML = f"<p>{WORDS[:300]}</p><ul><li>{WORDS[300:]}</li></ul>"


async def answer_all(base: str, token: str, me: str) -> None:
    """Until it is killed."""
    async with aiohttp.ClientSession(base, headers={"Authorization": f"Bearer {token}"}) as http:
        heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        await asyncio.gather(_listen(http, me, heard), _speak(http, heard))


async def _listen(http: aiohttp.ClientSession, me: str, heard: asyncio.Queue[tuple[str, str]]) -> None:
    wanted = json.dumps({"presence": {"types": []}, "room": {"timeline": {"limit": 500}}})
    since = ""
    while True:
        query = {"timeout": "30000" if since else "0", "filter": wanted} | ({"since": since} if since else {})
        async with http.get(f"{CLIENT}/sync", params=query) as answer:
            told: dict[str, Any] = await answer.json()
        for room, part in told.get("rooms", {}).get("join", {}).items() if since else ():
            if part["timeline"]["limited"]:
                raise RuntimeError("the server left something out")
            for event in part["timeline"]["events"]:
                if event["sender"] != me and event["content"].get("body") == "!aide":
                    heard.put_nowait((room, event["event_id"]))
        if not since:
            print("ready", flush=True)
        since = told["next_batch"]


async def _speak(http: aiohttp.ClientSession, heard: asyncio.Queue[tuple[str, str]]) -> None:
    while True:
        await _say(http, *await heard.get())


async def _say(http: aiohttp.ClientSession, room: str, event: str) -> None:
    content = {
        "msgtype": "m.notice",
        "body": WORDS,
        "format": "org.matrix.custom.html",
        "formatted_body": HTML,
        "m.mentions": {"user_ids": ["@somebody:example.org"]},
        "org.example.effect": event,
        "m.relates_to": {"m.in_reply_to": {"event_id": event}},
    }
    path = f"{CLIENT}/rooms/{quote(room)}/send/m.room.message/{quote(event)}"
    async with http.put(path, json=content) as answer:
        answer.raise_for_status()
        await answer.read()


if __name__ == "__main__":
    asyncio.run(answer_all(*sys.argv[1:4]))
