"""Navette: what knows a protocol, a table or the clock."""
