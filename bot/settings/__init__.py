"""config/*.toml and the environment, as typed and checked settings."""

from bot.settings.differences import differences
from bot.settings.load import load, override
from bot.settings.model import Settings

__all__ = ["Settings", "differences", "load", "override"]
