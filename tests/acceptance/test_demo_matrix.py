"""``make demo-matrix``: what it shows, what it says, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

import pytest

from tests.servers.matrix_admin import call

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "fr" / "administration.md"
CHECKED = re.compile(r"^```check\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What is another one everywhere.
SAMPLES = {
    "http://127.0.0.1:8008": r"http://127\.0\.0\.1:\d+",
    "v1.15": r"v[\d.]+",
    "ABCDEFGHIJ": "[A-Z]{10}",
    "/srv/navette": r"/\S+",
    "WQ9Zb2c3d4Ckx0SJcJQEJ2sq9Fw5pVnLx1bQ3rTzyUM": "[A-Za-z0-9+/]{43}",
}
pytestmark = pytest.mark.needs("synapse")


async def start(*options: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo_matrix", *options),
        cwd=ROOT,
        stdout=PIPE,
        stderr=STDOUT,
        preexec_fn=_heed_ctrl_c,
    )


def _heed_ctrl_c() -> None:
    """A shell lets what it runs in the background ignore SIGINT, and all that is started from there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def plain(output: bytes) -> str:
    """With spaces that one can type."""
    return output.decode().replace("\xa0", " ")


def found(pattern: str, said: str) -> str:
    match = re.search(pattern, said, re.MULTILINE)
    assert match, said
    return match[1]


def pattern_of(line: str) -> str:
    """A line of the guide, as ``navette check`` may say it elsewhere."""
    pattern = re.escape(line.replace("'", "’"))
    for sample, elsewhere in SAMPLES.items():
        pattern = pattern.replace(re.escape(sample), elsewhere)
    return f"^{pattern}$"


def folder_of(said: str) -> Path:
    """Where it kept everything, as `navette check` told."""
    return Path(found(r"Les réglages se lisent : (/.*?navette-demo-\w+)/", said))


async def test_it_shows_a_conversation_and_ends_by_itself() -> None:
    demo = await start("--no-wait")
    said = plain((await asyncio.wait_for(demo.communicate(), 110))[0])
    assert demo.returncode == 0, said
    assert "78 messages importés" in said
    assert "est signé : empreinte" in said
    check = CHECKED.search(GUIDE.read_text("utf-8"))
    assert check
    for line in check[1].splitlines():
        assert re.search(pattern_of(line), said, re.MULTILINE), line
    lines = said[said.index("!lier-salon\n\n#gt-formation  Navette") :]
    for wanted in (
        "4. GT Formation",
        "ce salon est maintenant celui de « GT Formation »",
        "#gt-formation  Hana Belkadi :\n    📌",
        "#gt-formation  Navette :\n    ✓",
        "#gt-formation  Navette :\n    Tu peux m’écrire en mots simples",
        "#reseau  Navette :\n    Aucun récap",
        "**Coordination** : « Coordination », chiffré",
        "message direct  Navette :\n    Voici le récap tel qu’il partirait",
        # What Hana marked and what Léa deposited are in it.
        "Karim\n    Loubet, dans le salon",
        "public » (Léa Toscan)",
        "À vous, avec n’importe quel client Matrix",
    ):
        place = lines.find(wanted)
        assert place >= 0, f"{wanted!r} is not said, or too early:\n{said}"
        lines = lines[place:]
    assert "Ctrl-C" not in said
    assert not folder_of(said).exists()


async def test_what_it_says_lets_one_in_until_it_is_interrupted() -> None:
    demo = await start()
    assert demo.stdout is not None
    said = ""
    async with asyncio.timeout(110):
        while "Ctrl-C arrête tout" not in said:
            line = await demo.stdout.readline()
            assert line, said
            said += plain(line)
    asked = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "bruno"},
        "password": found(r"mot de passe\s+(\S+)$", said),
    }
    base = found(r"serveur \(homeserver\)\s+(\S+)$", said)
    session = await call(base, "POST", "/_matrix/client/v3/login", "", asked)
    for room in ("reseau", "cac", "gt-animation", "coordination"):
        alias = found(rf"^\s+(#{room}:\S+)", said)
        directory = f"/_matrix/client/v3/directory/room/{alias.replace('#', '%23')}"
        room_id = (await call(base, "GET", directory))["room_id"]
        members = f"/_matrix/client/v3/rooms/{room_id}/joined_members"
        assert session["user_id"] in (await call(base, "GET", members, session["access_token"]))["joined"]
    demo.send_signal(signal.SIGINT)
    rest, _ = await asyncio.wait_for(demo.communicate(), 60)
    assert demo.returncode == 0, rest.decode()
    assert not folder_of(said).exists()
