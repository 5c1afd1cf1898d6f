"""Who is who, as people ask and as coordination keeps it: people, places, roles, territories."""

from handlers.directory import jobs, people, places, roles, search, zones
from handlers.directory.acts import capability

capability.jobs.append(jobs.JOB)

__all__ = ["capability", "people", "places", "roles", "search", "zones"]
