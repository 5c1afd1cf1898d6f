"""Who is who, as people ask and as coordination keeps it: people, places, roles, territories."""

from handlers.directory import departures, jobs, people, places, roles, search, zones
from handlers.directory.acts import capability

capability.jobs.append(jobs.JOB)

__all__ = ["capability", "departures", "people", "places", "roles", "search", "zones"]
