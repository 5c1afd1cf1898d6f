"""config/*.toml and the environment, as typed and checked settings."""

from bot.settings.load import load, override
from bot.settings.model import Settings

__all__ = ["Settings", "load", "override"]
