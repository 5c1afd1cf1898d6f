"""Who and what a play's names mean, from the settings of its network."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import roster
from bot.settings import Settings
from bot.settings.model import PersonEntry


class Unknown(ValueError):
    """A name that means nothing here, or somebody who cannot do this; the text is in French."""


@dataclass(frozen=True)
class Player:
    """Somebody of the play.  ``address`` is the one that they write from."""

    name: str
    address: str
    addresses: tuple[str, ...]
    chat: str = ""


class Cast:
    """The people, rooms and lists of a network, by the names that plays use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._people = {entry.key: entry for entry in roster.entries(settings)}
        self._keys = {
            value.lower(): entry.key
            for entry in self._people.values()
            for value in (*entry.addresses, *entry.chat)
        }

    @property
    def everybody(self) -> list[PersonEntry]:
        """All the people whom the settings name."""
        return list(self._people.values())

    def player(self, name: str) -> Player:
        """Somebody by key, or by any address, known or not."""
        key = self._keys.get(name.lower(), name)
        entry = self._people.get(key)
        if entry is None:
            if "@" not in name:
                raise Unknown(f"personne ne s'appelle « {name} » dans ce réseau")
            return Player("", name, (name.lower(),))
        addresses = tuple(address.lower() for address in entry.addresses)
        address = name if "@" in name else next(iter(entry.addresses), "")
        return Player(entry.name, address, addresses, entry.chat[0] if entry.chat else "")

    def chatter(self, name: str) -> Player:
        """Somebody who chats; ``lea@ailleurs.example``, whom nobody knows, as ``@lea:ailleurs.example``."""
        player = self.player(name)
        local, at, server = name.lower().rpartition("@")
        if at and name.lower() not in self._keys:
            player = replace(player, chat=f"@{local}:{server}")
        if not player.chat:
            raise Unknown(f"« {name} » n'a pas de messagerie : c'est par courriel (« {name} mail: … »)")
        return player

    def writer(self, name: str) -> Player:
        """Somebody who has an address."""
        player = self.player(name)
        if not player.address:
            raise Unknown(f"« {name} » n'a pas d'adresse")
        return player

    def room(self, name: str) -> str:
        """The room that a play calls ``#cac``: a room of that name, else that circle's."""
        circles = self._settings.circles
        if any(circle.room == name for circle in circles.values()):
            return name
        circle = circles.get(name.removeprefix("#"))
        if circle is None or not circle.room:
            raise Unknown(f"il n'y a pas de salon {name} dans ce réseau")
        return circle.room

    def list_address(self, name: str) -> str | None:
        """The address of a list, or None if no list is called so."""
        found = self._settings.lists.get(name)
        return None if found is None else found.address

    def shared_address(self, name: str) -> str | None:
        """The address of a list, or of what takes mail from everybody (welcome, desk), by its name."""
        shared = self.list_address(name) or self._settings.mail.open_addresses.get(name)
        return shared or self._command_address(name)

    def _command_address(self, name: str) -> str | None:
        """``reseau-subscribe``, ``reseau-unsubscribe``: where a list is entered and left."""
        list_name, _, command = name.rpartition("-")
        address = self.list_address(list_name)
        if address is None or command not in ("subscribe", "unsubscribe"):
            return None
        local, _, domain = address.partition("@")
        return f"{local}-{command}@{domain}"

    def addresses(self, name: str) -> tuple[str, ...]:
        """Where mail to a person or a list goes."""
        address = self.list_address(name)
        if address is not None:
            return (address.lower(),)
        player = self.player(name)
        # An address stands for itself alone, a key for all that its person has.
        return (name.lower(),) if "@" in name else player.addresses

    def name_of_chat(self, chat: str) -> str:
        """The key of whoever has that chat id."""
        return self._keys.get(chat.lower(), chat)

    def name_of_room(self, room: str) -> str:
        """How a play calls a room."""
        if room.startswith("#"):
            return room
        return next((f"#{key}" for key, one in self._settings.circles.items() if one.room == room), room)
