"""What keeping Home tabs up to date promises to do later."""

from storage.jobs import JobKind
from usecases.job_kinds import PersonGreeted, SlotCame

REFRESH_HOME = JobKind(name="home.refresh", payload=PersonGreeted, target="slack", max_attempts=4)
"""Something that somebody's tab shows is not as it was. Whoever opens it gets it anew anyway."""
LOOK_AT_HOMES = JobKind(name="home.look", payload=SlotCame)
