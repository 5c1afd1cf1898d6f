"""One tree of errors: each has a text for the log and, where a person can act on it, a text for them.

The text for a person is a *message*: the name of a template (see ``bot/render.py``) and its values,
so that every word that people read stays in ``templates/``.
"""

from __future__ import annotations

from typing import Any


class NavetteError(Exception):
    """Base of every error that Navette raises itself.  ``str()`` is the text for the log."""


class SettingsError(NavetteError):
    """A setting is unknown, missing or wrong.  The text says where, what was found and what was expected."""


class UserError(NavetteError):
    """A person asked for something that cannot be done; they read ``message`` rendered with ``values``."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class Refused(UserError):
    """The person's role does not allow it; the text says which role is needed and who has it."""


class NeverByMail(Refused):
    """What no mail that our server does not vouch for may do, confirmed or not."""


class Unproven(NavetteError):
    """A mail asks for what only somebody certain may ask: nothing is done or answered before they confirm."""


class ChannelError(NavetteError):
    """A server could not be reached or did not behave; trying again later may work."""


class LoginRefused(ChannelError):
    """The server refused our name or password: trying again would not help, a person must act."""


class StoreError(NavetteError):
    """The database cannot be used as it is (locked by another instance, damaged, or from a later version)."""
