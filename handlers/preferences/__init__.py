"""Receiving less: a pause, the recap alone, when and where somebody is written to."""

from handlers.preferences import less
from handlers.preferences.commands import capability

__all__ = ["capability", "less"]
