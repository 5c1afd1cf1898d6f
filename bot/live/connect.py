"""From the settings to the channels of real servers.  Only what is used is imported."""

from __future__ import annotations

from bot.app import Channels
from bot.channels.base import Mailbox, MailTransport, Rooms
from bot.clock import SystemClock
from bot.settings import Settings
from bot.settings.model import Inbox, Outbox

MEGABYTE = 2**20


def connect(settings: Settings) -> Channels:
    """The channels that the settings name; nothing is contacted yet.

    Raises SettingsError when a password's file cannot be read.
    """
    return Channels(
        mailbox=_mailbox(settings.mail.inbox),
        mail=_transport(settings.mail.outbox),
        rooms=_rooms(settings),
    )


def _rooms(settings: Settings) -> Rooms | None:
    matrix = settings.matrix
    if not matrix.host:
        return None
    from bot.channels.matrix.account import Credentials
    from bot.channels.matrix.rooms import MatrixRooms

    token = matrix.token.get_secret_value()
    credentials = Credentials(
        host=matrix.host,
        user=matrix.user,
        password=matrix.secret(),  # beside a token: servers ask for it again before they let us sign
        token=token,
        device=matrix.device,
    )
    named = [circle.room for circle in settings.circles.values() if circle.room]
    return MatrixRooms(credentials, matrix.folder, named, SystemClock())


def _mailbox(inbox: Inbox) -> Mailbox | None:
    most = inbox.max_megabytes * MEGABYTE
    if inbox.kind == "imap":
        from bot.channels.imap import ImapMailbox

        return ImapMailbox(
            inbox.host, inbox.port, inbox.user, inbox.secret(), inbox.folder, inbox.tls, max_size=most
        )
    if inbox.kind == "maildir":
        from bot.channels.maildir import MaildirMailbox

        return MaildirMailbox(inbox.path, most)
    return None


def _transport(outbox: Outbox) -> MailTransport | None:
    if outbox.kind == "smtp":
        from bot.channels.smtp import SmtpTransport

        return SmtpTransport(
            outbox.host,
            outbox.port,
            outbox.user or None,
            outbox.secret() if outbox.user else None,
            outbox.tls,
            width=outbox.connections,
        )
    if outbox.kind == "maildir":
        from bot.channels.maildir import MaildirTransport

        return MaildirTransport(outbox.path)
    return None
