"""Named places where the process can be made to die, hang or fail, so that tests can do it right there.

They do nothing unless ``NAVETTE_FAILPOINTS`` names them: ``name=action[@n]``, comma separated, where
``action`` is ``kill`` (SIGKILL to ourselves), ``hang``, ``reset`` (ConnectionResetError) or ``full``
(OSError ENOSPC), and ``n`` the passage at which it happens (default: the first).
"""

from __future__ import annotations

import errno
import os
import signal
import time

VARIABLE = "NAVETTE_FAILPOINTS"


def hit(name: str) -> None:
    """Do what the environment asks for at the place called ``name``; nothing by default."""
    wanted = os.environ.get(VARIABLE)
    if wanted and name in wanted:
        _act(name, wanted)


def _act(name: str, wanted: str) -> None:
    rest, action = [], None
    for item in wanted.split(","):
        key, _, what = item.strip().partition("=")
        if key != name:
            rest.append(item)
            continue
        what, _, count = what.partition("@")
        if int(count or 1) > 1:
            rest.append(f"{key}={what}@{int(count) - 1}")
        else:
            action = what
    # The environment itself counts the passages: no state of our own.
    os.environ[VARIABLE] = ",".join(rest)
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "hang":
        time.sleep(3600)
    elif action == "reset":
        raise ConnectionResetError(errno.ECONNRESET, f"failpoint {name}")
    elif action == "full":
        raise OSError(errno.ENOSPC, f"failpoint {name}")
