"""A tiny capability: it repeats, or works for as long as a file is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot import resources
from bot.router.declare import Capability, Context, Reply
from bot.router.parameters import Everything
from tests.servers.wait import until

WORDS = """
{% block said %}
Sujet : Métier
{{ text }}
{% endblock %}
"""
PATIENCE = 60  # seconds

capability = Capability("loom")


@capability.command("dis")
async def say(ctx: Context, text: Everything) -> Reply:
    """Répète."""
    return Reply("loom.said", {"text": text})


@capability.command("tisse")
async def weave(ctx: Context, text: Everything) -> Reply:
    """Travaille tant que le fichier est là."""
    file = Path(text)
    await until(lambda: not file.exists(), PATIENCE, "the file to be gone")
    return Reply("loom.said", {"text": "tissé"})


def install_words(folder: Path) -> Path:
    """All words, with those of the loom; where they are."""
    words = folder / "templates"
    shutil.copytree(resources.templates(), words)
    (words / "fr" / "loom.md").write_text(WORDS, "utf-8")
    return words
