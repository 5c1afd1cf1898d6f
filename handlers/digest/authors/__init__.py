"""What the author of a mail may say of how the recap tells it."""
