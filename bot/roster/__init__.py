"""Where the people come from: the settings, a spreadsheet, the list server."""

from bot.roster.named import entries

__all__ = ["entries"]
