"""Coordination's hand on the draft and on the schedule."""
