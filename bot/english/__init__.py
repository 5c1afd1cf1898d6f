"""Writing English: dates, counts, amounts, typography.  Pure, like ``bot.french``."""
