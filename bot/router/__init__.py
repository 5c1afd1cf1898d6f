"""Declares, finds, parses and explains commands, and answers to what Navette said."""
