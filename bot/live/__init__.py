"""The house made live: its loops, its servers, what it says of itself."""
