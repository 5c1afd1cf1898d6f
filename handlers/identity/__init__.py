"""Linking addresses and chat ids to the person who has them; two that are one."""

from handlers.identity import commands, proofs, unions, unlinking
from handlers.identity.capability import capability
from handlers.identity.meeting import greet

capability.joined.append(greet)

__all__ = ["capability", "commands", "proofs", "unions", "unlinking"]
