"""Which way an edition goes, and to whom."""
