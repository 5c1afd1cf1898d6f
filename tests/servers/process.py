"""A server process of the tests, which never outlives them."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.wait import until

# An unprivileged login on Debian does not have these in its PATH.
_SEARCH = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
_UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """The account that the servers run as: ourselves, or an unprivileged one when we are root."""

    user: str
    group: str

    @staticmethod
    def current() -> Account:
        """Dovecot and Sympa refuse to work as root."""
        entry = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name)

    def own(self, *paths: Path) -> None:
        """Hand files and folders, with what is in them, to the account."""
        if os.geteuid() != 0:
            return
        for path in paths:
            for each in [path, *path.rglob("*")]:
                shutil.chown(each, self.user, self.group)


def find(program: str) -> str:
    """The path of an installed program, the administrators' folders included; FileNotFoundError."""
    found = shutil.which(program, path=_SEARCH)
    if found is None:
        raise FileNotFoundError(f"{program} is not installed: run tests/servers/install.sh")
    return found


def make_folder(name: str) -> Path:
    """A new folder for a server: of its account, and with a path short enough for Unix sockets.

    pytest's own temporary folders are neither.  Who makes it removes it.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"navette-{name}-"))
    folder.chmod(0o755)
    Account.current().own(folder)
    return folder


def command(*words: str, unprivileged: bool = True) -> list[str]:
    """A command line that runs ``words`` as the servers' account and dies with the process that ran it."""
    line = [find("setpriv"), "--pdeathsig", "TERM"]
    if unprivileged and os.geteuid() == 0:
        account = Account.current()
        line += ["--reuid", account.user, "--regid", account.group, "--clear-groups"]
    return [*line, find(words[0]), *words[1:]]


@dataclass
class Process:
    """One server program with its children, in a process group of their own.

    Start it from the main thread: the kernel ends it when the thread that started it ends.
    """

    words: Sequence[str]
    output: Path
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    unprivileged: bool = True
    _running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its output goes to the end of ``output``."""
        if self.alive:
            raise RuntimeError(f"{self.words[0]} is already running")
        with self.output.open("ab") as output:
            self._running = subprocess.Popen(
                command(*self.words, unprivileged=self.unprivileged),
                cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._running is not None and self._running.poll() is None

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        if self._running is None:
            raise RuntimeError(f"{self.words[0]} was not started")
        return self._running.pid

    async def stop(self) -> None:
        """Ask it to end, and kill what has not ended after five seconds.  Nothing when it does not run."""
        if self._running is None:
            return
        self.signal(signal.SIGCONT)
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)
            with contextlib.suppress(AssertionError):
                await until(lambda: not self.alive, 5, f"the end of {self.words[0]}")
        await self.kill()

    async def kill(self) -> None:
        """SIGKILL to it and to its children; returns when all are gone."""
        if self._running is None:
            return
        self.signal(signal.SIGKILL)
        await until(self._gone, 5, f"the death of {self.words[0]}")
        self._running = None

    def suspend(self) -> None:
        """Freeze it: the kernel still accepts connections in its name, but nobody answers."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``suspend``."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group; nothing when it does not run."""
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running.pid, number)

    def _gone(self) -> bool:
        if self.alive:
            return False
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return True
        # Orphaned children that nobody reaps yet (a container without an init) are dead all the same.
        return all(_is_zombie(pid) for pid in _members(self.pid))


def _members(group: int) -> list[int]:
    """The processes of a group, as /proc knows them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if _stat(int(entry.name))[2] == str(group):
                    found.append(int(entry.name))
    return found


def _is_zombie(pid: int) -> bool:
    try:
        return _stat(pid)[0] in "ZX"
    except OSError:
        return True


def _stat(pid: int) -> list[str]:
    """State, parent, group … of a process (proc(5)); the name before them may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
