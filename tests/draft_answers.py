"""How well answers to a draft are understood: `python -m tests.draft_answers seen` or `held`.

Each labelled answer is done to one and the same draft.  *Understood*: all that was meant was done or said,
and nothing else.  *Half*: part of it, and the rest was told as not understood.  *Silent*: part of it, or
nothing, and nothing was told of the rest.  *Wrong*: something else was done.
"""

from __future__ import annotations

import datetime as dt
import email.message
import email.policy
import json
import re
import sys
from collections import Counter
from pathlib import Path

from bot.clock import PARIS
from bot.french.courtesy import is_courtesy
from bot.mail.read import read
from bot.understand import BULLET, said
from handlers.digest.desk.edits import Desk
from handlers.digest.desk.instructions import ASKING, Do
from handlers.digest.desk.naming import things_of
from handlers.digest.desk.rules import Edit, understand
from handlers.digest.tables import Edition, Item

FOLDER = Path(__file__).parent / "fixtures" / "draft"
NOW = dt.datetime(2026, 11, 26, 16, 30, tzinfo=PARIS)  # a Thursday; the recap leaves on Friday at 9
DRAFT = (
    ("todo", "Clés du local", "Rendre les clés du local avant le mardi 1er décembre."),
    ("agenda", "Visite de La Ruche", "Visite le vendredi 4 décembre à 17 h. Goûter ensuite."),
    ("agenda", "AG du réseau", "À Gape, le samedi 16 janvier à 10 h."),
    ("exchanges", "Four à pain", "La Fabrique cherche un four à pain. Trois réponses sont venues."),
    ("exchanges", "Commande de papier", "Karim commande du papier recyclé. Il reste des ramettes."),
    ("exchanges", "La serre de L'Atelier", "La serre est montée depuis samedi. Douze personnes sont venues."),
    ("announcements", "Miel en pots", "Le miel de La Ruche est en pots."),
    ("welcome", "Bienvenue à Inès", "Elle arrive de Digne."),
)
KINDS = {
    "drop",
    "only",
    "postpone",
    "restore",
    "first",
    "pin",
    "last",
    "after",
    "before",
    "swap",
    "merge",
    "shorten",
}
Effects = set[tuple[str, ...]]


def draft() -> tuple[Edition, list[Item]]:
    """The draft that every answer is about."""
    edition = Edition(id=1, period="2026-W48", state="draft", intro="")
    items = [
        Item(
            id=at,
            edition_id=1,
            number=at,
            rank=at * 10,
            key=f"thread:{at}",
            section=section,
            title=title,
            text=text,
            circle="",
            links=[],
            state="kept",
            edited=False,
            told=False,
        )
        for at, (section, title, text) in enumerate(DRAFT, start=1)
    ]
    return edition, items


def heard(via: str, text: str) -> str:
    """What is read of an answer: of a mail, its author's words."""
    if via == "mail":
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["From"], message["To"] = "Alice Ferrand <alice@lisieres.example>", "navette@lisieres.example"
        message["Subject"] = "Re: Le récap de vendredi est prêt : à relire"
        message["In-Reply-To"] = "<draft@lisieres.example>"
        message["Message-ID"], message["Date"] = "<1@lisieres.example>", "Thu, 26 Nov 2026 16:30:00 +0100"
        message.set_content(text)
        lines = read(message.as_bytes(), own_addresses=["navette@lisieres.example"]).own.strip().splitlines()
        while len(lines) > 1 and is_courtesy(lines[-1]) and not BULLET.match(lines[-1]):
            lines.pop()
        text = "\n".join(lines).strip()
    return said(text)


def effects(edits: list[Edit], lost: list[str]) -> Effects:
    """What instructions do to the draft, and what is said of it."""
    edition, items = draft()
    before = {item.number: _fields(item) for item in items}
    order = [item.number for item in sorted(items, key=lambda one: (one.rank, one.id))]
    desk = Desk(edition, items, 1)
    desk.notes.lost += lost
    done: Effects = set()
    for edit in edits:
        if edit.do in (Do.MOVE, Do.STOP, Do.APPROVE, Do.NOW, Do.PREVIEW):
            done.add((edit.do.value, edit.at.isoformat() if edit.at else ""))
        elif edit.do in ASKING:
            done |= {(edit.do.value, str(number)) for number in edit.numbers or (0,)}
        else:
            desk.do(edit)
            if edit.do is Do.INTRO:
                done.add(("intro", _plain(edit.words)))
    for item in desk.items:
        was = before.get(item.number, {})
        now = _fields(item)
        done |= {(str(item.number), name, now[name]) for name in now if was.get(name) != now[name]}
    after = [
        item.number
        for item in sorted(desk.items, key=lambda one: (one.rank, one.id))
        if item.number in before
    ]
    if after != order:
        done.add(("order", *map(str, after)))
    if desk.notes.doubtful:
        done -= {(Do.APPROVE.value, ""), (Do.NOW.value, "")}
        done.add(("told",))
    return done


def _fields(item: Item) -> dict[str, str]:
    return {
        "state": item.state,
        "section": item.section,
        "title": _plain(item.title),
        "text": _plain(item.text),
        "links": " ".join(item.links),
    }


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").lower()


def meant(label: str) -> Effects | None:
    """What a label says should happen; None: nothing at all, told or not."""
    edits, lost = [], []
    if label == "nothing":
        return None
    for part in label.split("; "):
        if part == "lost":
            lost.append("…")
            continue
        head, _, words = part.partition("=")
        verb, *rest = head.split(" ", 1)
        digits = tuple(int(one) for one in re.findall(r"\b\d{1,2}\b", rest[0] if rest else ""))
        at = dt.datetime.fromisoformat(rest[0]).replace(tzinfo=PARIS) if verb == "move" else None
        if verb == "replace":
            number, _, pair = part[8:].partition(": ")
            old, _, new = pair.partition("=")
            edits.append(Edit(Do.REPLACE, (int(number),), new, old=old))
        elif verb == "section":
            edits.append(Edit(Do.SECTION, digits, section=rest[0].split()[-1]))
        elif verb == "link":
            edits.append(Edit(Do.LINK, digits[:1], rest[0].split()[-1]))
        elif verb == "move":
            edits.append(Edit(Do.MOVE, at=at))
        else:
            edits.append(Edit(Do(verb), digits, words))
    return effects(edits, lost)


def verdict(via: str, text: str, label: str) -> str:
    """How an answer was understood."""
    _, items = draft()
    got, wanted = effects(*understand(heard(via, text), NOW, things_of(items))), meant(label)
    if wanted is None:
        return "understood" if got <= {("told",)} else "wrong"
    told = ("told",)
    if got == wanted:
        return "understood"
    if got - wanted - {told}:
        return "wrong"
    return "half" if told in got else "silent"


def cases(portion: str) -> list[dict[str, str]]:
    """The labelled answers of a portion."""
    return [
        json.loads(line) for line in (FOLDER / f"answers-{portion}.jsonl").read_text("utf-8").splitlines()
    ]


def measure(portion: str) -> Counter[str]:
    """How many answers were understood how."""
    return Counter(verdict(one["via"], one["said"], one["means"]) for one in cases(portion))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(name, dict(measure(name)))
        if name == "seen":
            for one in cases(name):
                how = verdict(one["via"], one["said"], one["means"])
                if how != "understood":
                    print(f"  {how}: {one['said']!r} -> {one['means']}")
