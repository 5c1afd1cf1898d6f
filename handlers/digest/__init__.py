"""The weekly recap: lines deposited, threads told, a draft corrected, one mail a week."""

from handlers.digest import chat
from handlers.digest.authors import keeping_out, misread
from handlers.digest.commands import capability
from handlers.digest.delivery import leaving
from handlers.digest.desk import planning
from handlers.digest.letters import drafts as letter_desk
from handlers.digest.load import report
from handlers.digest.owner import OWNER

capability.owners.append(OWNER)
leaving.declare(capability)
letter_desk.declare(capability)

__all__ = ["capability", "chat", "keeping_out", "misread", "planning", "report"]
