"""One edition, many hands: answers by two people, news, the clock and deaths in any order."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from bot import resources
from bot.clock import PARIS, iso_week
from bot.play.stage import Stage
from bot.settings import load, override
from bot.store.tables import OutboxRow
from handlers.digest.desk.history import OF_EDITION, OF_ITEM
from handlers.digest.tables import Edition, EditionState, Item

T = TypeVar("T")
WEDNESDAY = dt.datetime(2026, 10, 21, 9, 0, tzinfo=PARIS)  # the clocks change on Sunday
SENT, STOPPED = EditionState.SENT.value, EditionState.STOPPED.value
who = st.sampled_from(["alice", "hana"])
CHANGES = (
    "enlève la 1",
    "garde la 2 pour la semaine prochaine",
    "remonte la 2",
    "inverse 1 et 2",
    "la 1 après la 3",
    "titre de la 1 : Autre chose",
    "fusionne 1 et 2",
    "ajoute en tête : bonjour",
    "ajoute : une ligne de plus",
    "raccourcis la 2, épingle la 3",
    "supprime tout sauf la 1",
    "n'envoie pas",
    "OK",
    "plutôt dimanche 2 h 30",
)
PLANS = (
    "envoi le jeudi à 17 h",
    "envoi lundi 8 h, brouillon dimanche 10 h",
    "envoi dimanche 2 h 30",
    "comme avant",
    "sans réponse : attendre",
    "sans réponse : envoyer",
    "pas de récap la semaine prochaine",
)
Rows = dict[str, dict[str, Any]]


class Editions(RuleBasedStateMachine):
    """The demo network, with two coordinators."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        made = override(load(resources.config() / "demo.toml"), "store.synchronous", "off")
        self.stage = Stage(made, self.folder, WEDNESDAY)
        self.posts = 0
        self.numbers: dict[int, tuple[int, int]] = {}

    def teardown(self) -> None:
        self.run(self.stage.kill())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    @initialize()
    def begin(self) -> None:
        self.run(self.stage.open())
        self.run(self.stage.say("alice", "dm", "!rôle donner hana coordination"))
        for _ in range(3):
            self.news()
        self.run(self.stage.pass_until(WEDNESDAY + dt.timedelta(days=1, hours=7, minutes=5)))

    @rule()
    def news(self) -> None:
        """Something comes by the list."""
        self.posts += 1
        text = f"Sujet : Nouvelle {self.posts}\nLe lieu numéro {self.posts} ouvre ses portes à tout le monde."
        self.run(self.stage.write("bruno", "reseau", text))

    @rule(who=who, text=st.sampled_from((*CHANGES, "annule", "aperçu", "envoie maintenant")))
    def answer(self, who: str, text: str) -> None:
        self.run(self.stage.say(who, "#coordination", text))

    @rule(who=who, text=st.sampled_from(CHANGES))
    def answer_and_undo(self, who: str, text: str) -> None:
        """« annule » at once leaves no trace."""
        self.run(self.stage.say(who, "#coordination", "aperçu"))
        before = self.rows()
        self.run(self.stage.say(who, "#coordination", text))
        changed = self.rows()
        if changed == before or _sent_of(changed) != _sent_of(before):
            return  # there is nothing to take back, or it left and nobody can
        self.run(self.stage.say(who, "#coordination", "annule"))
        after = self.rows()
        for key in set(after) - set(before):
            assert after.pop(key)["state"] == "dropped"  # a line that was added keeps its number
        assert after == before, text

    @rule(text=st.sampled_from(PLANS))
    def steer(self, text: str) -> None:
        self.run(self.stage.say("alice", "#coordination", f"!récap planning {text}"))

    @rule(hours=st.sampled_from([0.1, 1, 9, 30, 100]))
    def wait(self, hours: float) -> None:
        """Time passes; what is stopped stays so."""
        stopped = {key for key, one in self.rows().items() if one["state"] == STOPPED}
        self.run(self.stage.pass_until(self.stage.clock.now() + dt.timedelta(hours=hours)))
        after = self.rows()
        assert all(after[key]["state"] == STOPPED for key in stopped)

    @rule(hours=st.sampled_from([0, 10, 200]))
    def die(self, hours: float) -> None:
        """The machine is off for a while."""
        self.run(self.stage.kill())
        self.stage.clock.set(self.stage.clock.now() + dt.timedelta(hours=hours))
        self.run(self.stage.open())

    @invariant()
    def one_a_week_and_never_twice(self) -> None:
        if self.stage.app is None:
            return
        sent, posted = self.run(self._sent())
        weeks = Counter(iso_week(at.astimezone(PARIS).date()) for at in sent)
        assert all(count == 1 for count in weeks.values()), weeks
        assert posted == len(sent)

    @invariant()
    def numbers_stay(self) -> None:
        if self.stage.app is None:
            return
        now = {
            int(key[5:]): (one["edition"], one["number"]) for key, one in self.rows().items() if key[0] == "i"
        }
        assert all(now[key] == number for key, number in self.numbers.items())
        assert len(set(now.values())) == len(now)
        self.numbers = now

    def rows(self) -> Rows:
        return self.run(self._rows())

    async def _rows(self) -> Rows:
        assert self.stage.app is not None
        async with self.stage.app.store.read() as session:
            found: Rows = {}
            for edition in await session.scalars(select(Edition)):
                found[f"edition {edition.id}"] = {name: getattr(edition, name) for name in OF_EDITION}
            for item in await session.scalars(select(Item)):
                fields = {name: getattr(item, name) for name in OF_ITEM}
                found[f"item {item.id}"] = {**fields, "edition": item.edition_id, "number": item.number}
            return found

    async def _sent(self) -> tuple[list[dt.datetime], int]:
        assert self.stage.app is not None
        async with self.stage.app.store.read() as session:
            at = await session.scalars(select(Edition.sent_at).where(Edition.state == SENT))
            rows = await session.scalars(select(OutboxRow.id).where(OutboxRow.effect_key.like("digest:%")))
            return [one for one in at if one is not None], len(rows.all())


def _sent_of(rows: Rows) -> set[str]:
    return {key for key, one in rows.items() if one["state"] == SENT}


TestEditions = Editions.TestCase
TestEditions.settings = settings(
    max_examples=2,
    stateful_step_count=9,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
