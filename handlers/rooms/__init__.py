"""The rooms: which is whose, how they stand, a word when we come in."""

from handlers.rooms.commands import capability
from handlers.rooms.greeting import greet

capability.joined.append(greet)

__all__ = ["capability"]
