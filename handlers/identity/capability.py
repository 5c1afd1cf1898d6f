"""What the rooms of this capability declare on."""

from bot.router.declare import Capability

capability = Capability("identity")
capability.meets_strangers = True
