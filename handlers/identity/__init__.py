"""Linking addresses and chat ids to the person who has them; two that are one."""

from handlers.identity import commands, proofs, unions
from handlers.identity.capability import capability

__all__ = ["capability", "commands", "proofs", "unions"]
