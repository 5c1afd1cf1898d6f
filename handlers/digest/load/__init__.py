"""What the recap spares, and what it costs."""
