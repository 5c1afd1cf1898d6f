"""What Navette can do, told from the declarations."""

from handlers.help.commands import capability

__all__ = ["capability"]
