"""A private Dovecot: IMAP, IMAP over TLS and LMTP on free ports, its mail in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.dovecot_configuration import Listeners, configuration
from tests.servers.lmtp import LmtpClient
from tests.servers.ports import HOST, free_port, listening
from tests.servers.process import Account, Process, command
from tests.servers.wait import until


class Dovecot:
    """One instance in ``folder`` (see ``make_folder``).  ``host`` with ``port`` (STARTTLS offered, not
    demanded), ``tls_port`` or ``lmtp_port`` reaches it; the ports stay through restarts.
    """

    host = HOST

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.folder = folder
        self.port, self.tls_port, self.lmtp_port = free_port(), free_port(), free_port()
        self._passwords = folder / "passwords"
        self._configuration = folder / "dovecot.conf"
        self._process = Process(
            ["dovecot", "-F", "-c", str(self._configuration)], folder / "dovecot.out", folder
        )
        for name in ("run", "state", "mail", "passwords"):
            (folder / name).mkdir()
        shutil.copy(certificate.path, folder / "cert.pem")
        shutil.copy(certificate.key, folder / "key.pem")
        listeners = Listeners(self.port, self.tls_port, self.lmtp_port)
        self._configuration.write_text(configuration(folder, listeners))
        Account.current().own(folder)

    async def start(self) -> None:
        """Start it and return when it takes connections."""
        self._process.start()
        await listening(self.port)
        await listening(self.lmtp_port)

    async def stop(self) -> None:
        """Stop it in good order: open connections get a BYE."""
        await self._process.stop()
        self._forget_pid()

    async def kill(self) -> None:
        """SIGKILL: open connections are cut without a word."""
        await self._process.kill()
        self._forget_pid()

    async def restart(self) -> None:
        """Stop and start, on the same ports."""
        await self.stop()
        await self.start()

    async def ensure_running(self) -> None:
        """Start or resume it if it does not serve."""
        self._process.resume()
        if not self._process.alive:
            await self.kill()
            await self.start()

    def suspend(self) -> None:
        """From now on connections are accepted and nobody answers, until ``resume``."""
        self._process.suspend()

    def resume(self) -> None:
        """Answer again."""
        self._process.resume()

    def log(self) -> str:
        """What it has logged so far."""
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def add_user(self, address: str, password: str) -> None:
        """Give a new ``address`` a mailbox."""
        path = self._passwords / address.lower()
        new = path.with_suffix(".new")
        new.write_text(f"{address.lower()}:{{PLAIN}}{password}::::::\n")
        new.replace(path)

    async def change_password(self, address: str, password: str) -> None:
        """Give ``address`` another password; the old one is refused when this returns, after a second."""
        path = self._passwords / address.lower()
        before, changed = path.stat().st_mtime, int(time.time())
        self.add_user(address, password)
        # Dovecot looks once a second, and reads what has another size or another time in whole seconds.
        os.utime(path, (before + 1, before + 1))
        await until(lambda: int(time.time()) > changed, 3, "the second to pass")

    async def deliver(self, address: str, *mails: bytes, sender: str = "") -> None:
        """Put mails into the INBOX of ``address``, in order, by LMTP.  Raises ValueError when refused."""
        async with LmtpClient(self.lmtp_port) as lmtp:
            for raw in mails:
                code, text = (await lmtp.send(sender, [address], raw))[address]
                if code >= 300:
                    raise ValueError(f"Dovecot refused the mail: {code} {text}")

    def mails(self, address: str) -> list[bytes]:
        """The mails in the INBOX of ``address``, in order of arrival, as they lie on disk (LF line ends)."""
        files = [file for part in ("cur", "new") for file in self._maildir(address).glob(f"{part}/*")]
        return [file.read_bytes() for file in sorted(files, key=lambda file: _arrival(file.name))]

    async def kick(self, address: str) -> None:
        """Throw the connections of ``address`` out, with a BYE."""
        await self._doveadm("kick", address)

    async def recreate_inbox(self, address: str, keep: bool = True) -> None:
        """As if the INBOX had been deleted and made again: another UIDVALIDITY, UIDs from 1.

        With ``keep`` the same mails are in it again, as after a restore.  Throws out who is connected.
        """
        await self._doveadm("kick", address)
        await until(lambda: self._connections(address), 5, f"the connections of {address} to end")
        folder = self._maildir(address)
        header = (folder / "dovecot-uidlist").read_text().split("\n", 1)[0]
        for index in folder.glob("dovecot*"):
            index.unlink()
        if not keep:
            for mail in [*folder.glob("cur/*"), *folder.glob("new/*")]:
                mail.unlink()
        # Left to itself Dovecot takes the time in seconds, which may be the old value again.
        old = re.search(r" V(\d+) ", header)
        uidvalidity = int(old[1]) + 1 if old else int(time.time())
        (folder / "dovecot-uidlist").write_text(f"3 V{uidvalidity} N1\n")
        Account.current().own(folder / "dovecot-uidlist")

    async def _connections(self, address: str) -> bool:
        """Whether nobody is connected as ``address`` any more."""
        return address not in await self._doveadm("who", "-1", address)

    async def _doveadm(self, *words: str) -> str:
        program = await asyncio.create_subprocess_exec(
            *command("doveadm", "-c", str(self._configuration), *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await program.communicate()
        return output.decode(errors="replace")

    def _maildir(self, address: str) -> Path:
        return self.folder / "mail" / address.lower() / "Maildir"

    def _forget_pid(self) -> None:
        # A process of the same number may live by now, and Dovecot would refuse to start.
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)


def _arrival(name: str) -> tuple[int, int]:
    """Seconds and microseconds of a Maildir file name such as ``1763.M45P6.host,S=1:2,S``."""
    seconds, _, rest = name.partition(".")
    micro = re.match(r"M(\d+)", rest)
    return int(seconds), int(micro[1]) if micro else 0
