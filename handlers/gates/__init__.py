"""What coordination sees and decides of what leaves: pause, trial, approvals, bursts, doubts."""

from handlers.gates import answers, held
from handlers.gates.commands import capability

answers.declare(capability)
held.declare(capability)

__all__ = ["capability"]
