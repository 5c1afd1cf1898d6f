"""Roles, and what an act needs (DOMAIN: who may)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.errors import Refused


class Role(enum.StrEnum):
    """What somebody is to the network or to one of its circles."""

    STRANGER = "stranger"  # anybody at all
    KNOWN = "known"  # somebody we know, member or not: newcomers, partners
    MEMBER = "member"  # of the network; with a circle, of that circle
    DELEGATE = "delegate"  # of a place, in a circle
    REFERENT = "referent"  # of a territory
    SECRETARY = "secretary"
    FACILITATOR = "facilitator"
    TREASURER = "treasurer"
    COORDINATION = "coordination"


class Act(enum.StrEnum):
    """What kind of thing an act is: a line of « who may » (DOMAIN §10), hence what a mail must prove."""

    ASK = "ask"  # read, search, ask, deposit a line, open a need, answer for oneself
    PROPOSE = "propose"  # open a poll, propose in a circle
    CONDUCT = "conduct"  # close, extend, cancel a poll; facilitate
    RECORD = "record"  # a decision, a meeting
    STEER = "steer"  # the recap's draft, what goes to the list, pause, shadow, caps
    VALIDATE = "validate"  # a call, a selection, work done
    PAY = "pay"
    PEOPLE = "people"  # people, roles, merging, erasure


# What a mail that nobody vouches for can never do, confirmed or not.
NEVER_UNPROVEN = frozenset({Act.VALIDATE, Act.PAY})


@dataclass(frozen=True)
class Held:
    """One role held now; ``circle`` is empty for the whole network."""

    role: Role
    circle: str = ""


@dataclass(frozen=True)
class Member:
    """A person as the rest of the house sees them, with the roles of this very moment."""

    id: int
    key: str
    name: str
    is_member: bool
    place: str
    department: str
    language: str
    addresses: tuple[str, ...]
    chats: tuple[str, ...]
    roles: frozenset[Held]
    prefers: str = ""  # the channel for what is personal: mail, room; empty: chat if there is one

    @property
    def circles(self) -> frozenset[str]:
        """The circles in which some role is held; a referent's territory is none."""
        return frozenset(one.circle for one in self.roles if one.circle and one.role is not Role.REFERENT)

    def has(self, role: Role, circle: str = "") -> bool:
        """Whether the role is held, in ``circle`` or for the whole network; coordination may all but pay."""
        if role in (Role.STRANGER, Role.KNOWN):
            return True
        if role is Role.MEMBER and not circle:
            return self.is_member
        if Held(Role.COORDINATION) in self.roles and role is not Role.TREASURER:
            return True
        if role is Role.MEMBER:
            return circle in self.circles
        return Held(role, circle) in self.roles or Held(role) in self.roles


@dataclass(frozen=True)
class Need:
    """What an act takes: a role, in a circle or for the whole network; and which kind of act it is."""

    role: Role = Role.MEMBER
    circle: str = ""
    act: Act = Act.ASK


def check(member: Member | None, need: Need) -> None:
    """Let the act pass, or raise Refused with the reason that its author reads."""
    if need.role is Role.STRANGER:
        return
    if member is None:
        raise Refused("common.unknown_person")
    if not member.has(need.role, need.circle):
        raise Refused("common.role_needed", role=need.role.value, circle=need.circle)
