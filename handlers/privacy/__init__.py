"""Personal data: what is held on a person, its erasure, the notice."""

from handlers.privacy import erasing, showing
from handlers.privacy.capability import capability

__all__ = ["capability", "erasing", "showing"]
