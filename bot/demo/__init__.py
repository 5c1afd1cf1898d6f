"""Three weeks of an invented network, in a moment: what Navette does, without any account."""
