"""Old messages brought into the archive, without acting on any."""
