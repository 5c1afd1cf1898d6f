"""What coordination sees and decides of what leaves: pause, trial, approvals, bursts, doubts."""

from handlers.gates import answers
from handlers.gates.commands import capability

answers.declare(capability)

__all__ = ["capability"]
