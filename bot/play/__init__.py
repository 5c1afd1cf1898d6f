"""Plays: conversations that run against the whole bot, on a network and a clock of their own."""
