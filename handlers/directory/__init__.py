"""Who is who, as people ask and as coordination keeps it: people, places, roles, territories."""

from bot.router.declare import Capability

capability = Capability("directory")

__all__ = ["capability"]
