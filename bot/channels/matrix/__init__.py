"""Rooms on Matrix: matrix-nio, and around it what it leaves to be done."""
