"""Keep a world from one start of the demo to the next, in a file of the demo's own folder."""

import itertools
import pickle
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sandbox.gitlab.world import World

_KEPT = ("tier", "version", "users", "groups", "projects", "milestones", "items", "labels", "last_iids")


def keep(world: World, path: Path) -> None:
    """Write everything but tokens, whose users stay."""
    with world.lock:
        kept = {name: getattr(world, name) for name in _KEPT} | {"next_id": world.new_id()}
        content = pickle.dumps(kept)
    path.write_bytes(content)


def kept(path: Path, *, clock: Callable[[], datetime]) -> World | None:
    """Read what was kept; None where nothing was, or where it is from another version of the sandbox."""
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301  the demo wrote it into its own folder
        world = World(clock=clock)
        for name in _KEPT:
            setattr(world, name, found[name])
        world.ids = itertools.count(found["next_id"])
    except (OSError, pickle.UnpicklingError, ImportError, AttributeError, LookupError, TypeError, ValueError, EOFError):
        return None
    return world
