"""The archive: what people wrote to the network, in exchanges, to read again, search and summarise."""

from bot.archive.posts import add_mail, add_posts

__all__ = ["add_mail", "add_posts"]
