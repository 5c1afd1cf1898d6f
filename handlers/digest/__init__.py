"""The weekly recap: lines deposited, threads told, a draft corrected, one mail a week."""

from handlers.digest import chat, keeping_out, leaving, letter_desk, misread, planning, report
from handlers.digest.commands import capability
from handlers.digest.owner import OWNER

capability.owners.append(OWNER)
leaving.declare(capability)
letter_desk.declare(capability)

__all__ = ["capability", "chat", "keeping_out", "misread", "planning", "report"]
