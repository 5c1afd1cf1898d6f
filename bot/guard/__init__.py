"""Who is let in, how often, and what a mail must prove."""
