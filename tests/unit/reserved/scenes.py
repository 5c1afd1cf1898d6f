"""How words get into reserved circles: each way in plants its own."""

from __future__ import annotations

import datetime as dt

from bot import people
from bot.asking import Choices, ask
from bot.authority import Need, Role
from bot.channels.base import EventKind, Status
from bot.outbox import Content, Destination, Terms
from bot.router.declare import Command, Context, Reply
from bot.store.tables import Klass
from bot.work import Asking, Work
from tests.chatting import PIN
from tests.unit.reserved.canaries import LIST, ROOM, Aviary, Reserved


async def in_the_room(stage: Reserved, birds: Aviary) -> None:
    """Whatever can be said and done in a room."""
    said = await stage.happens(EventKind.MESSAGE, "karim", ROOM, f"La Ruche va mal, {birds.plant('parole')}.")
    await stage.happens(EventKind.REACTION, "lea", ROOM, PIN, said.event_id)
    question = f"Qui peut aider {birds.plant('demande')} avant le 4 décembre à 14 h ?"
    await stage.happens(EventKind.MESSAGE, "lea", ROOM, question)
    await stage.say("karim", ROOM, f"!info {birds.plant('info')}")
    await stage.say("karim", ROOM, f"Pour le récap : {birds.plant('ligne')} le 4 décembre à 14 h")
    await stage.say("karim", ROOM, f"!récap ajouter {birds.plant('ajout')}")
    await stage.say("lea", ROOM, f"!rôles {birds.plant('faute')}")
    await stage.say("lea", ROOM, f"!{birds.plant('inconnue')}")
    await stage.say("lea", ROOM, "!récap")
    await stage.reword("lea", ROOM, f"!récap ajouter {birds.plant('retouche')}")
    await stage.happens(
        EventKind.EDIT, "karim", ROOM, f"Elle va très mal, {birds.plant('mieux')}", said.event_id
    )
    gone = await stage.happens(EventKind.MESSAGE, "lea", ROOM, f"Je retire : {birds.plant('retrait')}")
    await stage.happens(EventKind.REDACTION, "lea", ROOM, "", gone.event_id)
    await stage.say("lea", ROOM, f"!lier lea.{birds.plant('lien', frozenset({'lea'}))}@courriel.example")
    await stage.say("karim", ROOM, f"!fusionner lea et {birds.plant('fusion')}")
    stage.network.rooms.seal()
    await stage.say("karim", ROOM, f"Chiffré : {birds.plant('chiffre')}")
    stage.network.rooms.give_keys()
    await stage.wait(0, dt.timedelta(minutes=90))


async def on_the_list(stage: Reserved, birds: Aviary) -> None:
    """Posts of the circle's own list, one of them forged, one with other words."""
    text = f"La situation {birds.plant('lettre')} inquiète. Qui peut passer avant le 4 décembre à 14 h ?\n"
    link = f"https://nuage.example/{birds.plant('adresse')}\n"
    subject = f"Tension {birds.plant('sujet')}"
    file = f"{birds.plant('fichier')}.pdf"
    await stage.post("karim", LIST, subject, text + link, file=file, message_id="<un@lisieres.example>")
    other = f"D'autres mots : {birds.plant('autres')}"
    await stage.post("karim", LIST, subject, other, message_id="<un@lisieres.example>")
    await stage.post("lea", LIST, f"Re: {subject}", f"J'y passe, {birds.plant('reponse')}.")
    forged = f"List-Id: <entraide.listes.lisieres.example>\r\nList-Post: <mailto:{LIST}>\r\n"
    head = f"From: Lea <lea@lisieres.example>\r\nTo: {LIST}\r\nSubject: {birds.plant('faux')}\r\n"
    body = f"Message-ID: <faux@x.example>\r\n\r\n{birds.plant('intrus')}\r\n"
    await stage.deliver((forged + head + body).encode())


async def asked(stage: Reserved, birds: Aviary) -> None:
    """A poll in the room, asks to its members one by one, and what they answer."""
    question = Choices(
        f"Que faire {birds.plant('question')} ?",
        (("a", f"Écrire {birds.plant('choix')}"), ("b", "Attendre")),
    )
    async with stage.bot.store.write() as session:
        work = Work(stage.bot.house, session, stage.clock.now())
        asking = Asking("rooms", "circle", "circle:entraide", replaces=False)
        await ask(work, "sondage", Destination("room", ROOM), question, asking)
        karim = Destination("mail", "karim@lisieres.example", await number_of(stage, "karim"))
        for at in range(4):
            recap = {"key": f"q{at}", "title": birds.plant(f"demande{'abcd'[at]}"), "circle": "entraide"}
            terms = Terms(Klass.ASK, params={"recap": recap})
            text = f"Peux-tu aider {recap['title']} ?"
            await work.send(f"ask:{at}", karim, Content(text, subject=recap["title"]), terms)
    await stage.bot.settle()
    await stage.say("lea", ROOM, f"plutôt écrire, {birds.plant('avis')}", answer=True)
    await stage.respond("karim", f"Oui, {birds.plant('accord')}")


async def in_coordination(stage: Reserved, birds: Aviary) -> None:
    """Coordination's own matters: its room, a draft, a stranger, a role, two records that may be one."""
    await stage.say("bruno", "#coordination", f"Gaston est fâché, {birds.plant('fache', 'coordination')}.")
    await stage.say("alice", "#coordination", f"Pour le récap : {birds.plant('glisse', 'coordination')}")
    letter = (
        f"Sujet : {birds.plant('bonjour', 'coordination')}\nJe suis {birds.plant('inconnu', 'coordination')}."
    )
    await stage.write("quelquun@ailleurs.example", "welcome", letter)
    forged = f"Sujet : Entraide\nPour le récap : {birds.plant('pretendu', frozenset({'karim'}))}"
    await stage.write("mechant@ailleurs.example", "", forged, pretends="karim")
    await stage.say("alice", "dm", "!rôle donner mona, secrétariat Entraide, jusqu'au 2 décembre")
    await stage.say("alice", "#coordination", "!fusionner karim et mona")
    await stage.say("alice", "#coordination", "!personne mona")
    await stage.say("alice", "#coordination", f"!personne ajouter {birds.plant('dupont', 'coordination')}")


async def at_the_gates(stage: Reserved, birds: Aviary) -> None:
    """What is held, refused, lost, shown on trial: told to coordination, without its words."""

    async def burst(ctx: Context) -> Reply:
        raise RuntimeError("a defect")

    explode = Command(("explose",), burst, Need(Role.MEMBER), (), "", "", "sample")
    stage.bot.registry._names["explose",] = explode
    await stage.say("karim", ROOM, f"!explose {birds.plant('defaut')}")
    await stage.respond("karim", f"!explose {birds.plant('panne')}")
    del stage.bot.registry._names["explose",]
    async with stage.bot.store.write() as session:
        work = Work(stage.bot.house, session, stage.clock.now())
        karim = Destination("mail", "karim@lisieres.example", await number_of(stage, "karim"))
        body = Content(f"Un mot {birds.plant('perdu')}", subject=birds.plant("objet"))
        await work.send("lost", karim, body, Terms(Klass.DUTY, params={"circle": "entraide"}))
        await work.send("post", stage.bot.house.the_list("entraide"), body, Terms(Klass.NEWS))
        await work.send("gone", Destination("room", ROOM), Content(birds.plant("ferme")), Terms())
        stage.network.transport.trouble(Status.REFUSED, recipients=["karim@lisieres.example"])
        stage.network.rooms.expel(ROOM, told=False)
    await stage.bot.settle()


async def corrected(stage: Reserved, birds: Aviary) -> None:
    """The recap's draft, talked about where it is corrected."""
    await stage.write("emile", "reseau", "Sujet : Chantier\nLe chantier a lieu le 12 décembre à 9 h.")
    await stage.wait(3, dt.timedelta(hours=6))
    await stage.say(
        "bruno", "#coordination", f"Pas sûr, {birds.plant('doute', 'coordination')}.", answer=True
    )
    await stage.say("alice", "#coordination", f"enlève la 9, {birds.plant('neuf', 'coordination')}")
    await stage.respond("alice", f"Sujet : Re\nOn en parle demain : {birds.plant('demain', 'coordination')}")


async def plant(stage: Reserved, birds: Aviary) -> None:
    """All of it."""
    for way in (in_the_room, on_the_list, asked, at_the_gates, in_coordination, corrected):
        await way(stage, birds)


async def number_of(stage: Reserved, key: str) -> int:
    """The number of somebody."""
    async with stage.bot.store.read() as session:
        member = await people.by_key(session, key, stage.clock.now())
    assert member is not None
    return member.id
