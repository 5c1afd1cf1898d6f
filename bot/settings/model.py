"""What can be set.  Every field has its default here; ``config/navette.toml`` repeats it with a sentence.

Keys are English; ``fr("…")`` gives the French name that is understood as well.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.settings.consistency import problems_of
from bot.settings.types import (
    FRENCH,
    SECTIONS,
    WEEKDAYS,
    Day,
    Hour,
    MailAddress,
    Pattern,
    Role,
    Section,
    SectionName,
    Weekday,
    Zone,
    fr,
)

__all__ = ["FRENCH", "WEEKDAYS", "MailAddress", "Section", "Settings", "Weekday", "Zone", "fr"]


class Network(Section):
    """Who we work for."""

    name: str = fr("nom", "Notre réseau")
    departments: list[str] = fr("departements", [])
    timezone: Zone = fr("fuseau", "Europe/Paris")
    language: Literal["fr", "en"] = fr("langue", "fr")
    controller: str = fr("responsable", "")
    contact: str = fr("contact", "")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which people say hours."""
        return ZoneInfo(self.timezone)


class Bot(Section):
    """Who we are."""

    name: str = fr("nom", "Navette")
    address: MailAddress = fr("adresse", "navette@localhost.example")
    prefix: str = fr("prefixe", "!", min_length=1, max_length=3)


class StoreSettings(Section):
    """Where everything is kept."""

    path: Path = fr("chemin", Path("var/navette.sqlite3"))
    backups: Path = fr("sauvegardes", Path("var/backups"))
    synchronous: Literal["full", "off"] = fr("synchronisation", "full")


class Server(Section):
    """What reaching a mail server takes."""

    host: str = fr("serveur", "localhost")
    user: str = fr("identifiant", "")
    password: SecretStr = fr("mot_de_passe", SecretStr(""))
    password_file: Path | None = fr("fichier_mot_de_passe", None)

    def secret(self) -> str:
        """The password, from the file when one is named.  Raises SettingsError when it cannot be read."""
        if self.password_file is not None:
            try:
                return self.password_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "pas du texte UTF-8"
                raise SettingsError(
                    f"password_file : « {self.password_file} » ne peut pas être lu ({reason})."
                ) from None
        return self.password.get_secret_value()


class Inbox(Server):
    """Where our mail arrives."""

    kind: Literal["imap", "maildir", "none"] = fr("sorte", "none")
    port: int = fr("port", 993, ge=1, le=65535)
    tls: Literal["tls", "none"] = fr("chiffrement", "tls")
    folder: str = fr("dossier", "INBOX")
    path: Path = fr("chemin", Path("var/maildir"))
    poll_seconds: float = fr("releve_secondes", 120, gt=0)
    max_megabytes: int = fr("taille_max_mo", 25, ge=1, le=200)


class Outbox(Server):
    """Where our mail leaves."""

    kind: Literal["smtp", "maildir", "none"] = fr("sorte", "none")
    port: int = fr("port", 587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = fr("chiffrement", "starttls")
    connections: int = fr("connexions", 4, ge=1, le=50)
    path: Path = fr("chemin", Path("var/sent"))


class Mail(Section):
    """Mail, in and out."""

    inbox: Inbox = fr("reception", Inbox())
    outbox: Outbox = fr("envoi", Outbox())
    authserv_id: str = fr("serveur_authentification", "")
    subaddressing: Literal["", "+", "-"] = fr("sous_adresse", "")
    confirm_days: int = fr("jours_confirmation", 3, ge=1)
    token_days: int = fr("jours_jeton", 60, ge=1)
    open_addresses: dict[str, MailAddress] = fr("adresses_ouvertes", {})


class Matrix(Server):
    """Our account in the chat.  An empty ``host``: no chat."""

    host: str = fr("serveur", "")  # the homeserver, with or without https://
    token: SecretStr = fr("jeton", SecretStr(""))  # instead of a password
    user: str = fr("identifiant", "", pattern=r"^(@[^:\s]+:\S+)?$")  # whole: @navette:example.org
    folder: Path = fr("dossier", Path("var/matrix"))
    device: str = fr("appareil", "Navette")
    unreadable_minutes: int = fr("illisible_minutes", 10, ge=1)


class MailingList(Section):
    """A mailing list that we belong to."""

    address: MailAddress = fr("adresse")
    circle: str = fr("cercle", "reseau")
    tag: str = fr("etiquette", "")
    copy_hours: float = fr("heures_retour", 6, gt=0)
    server: str = fr("serveur", "")  # where commands go; empty: sympa@ the list's domain
    review: bool = fr("abonnes", default=False)  # ask the list server each week who is subscribed
    notice: Pattern = fr("avis", "")  # the subject of its notices; empty: as Sympa 6.2 writes them


class Circle(Section):
    """The network, its board, a working group: who sees what, who votes where."""

    name: str = fr("nom")
    room: str = fr("salon", "")
    reserved: bool = fr("reserve", default=False)
    concerns: bool = fr("dans_recap", default=True)
    chat: Literal["none", "marked", "all"] = fr("salon_recap", "none")  # what of its room the recap tells
    seats: list[str] = fr("sieges", [])  # keys of places, where places vote and not people


class Place(Section):
    """A member organisation."""

    name: str = fr("nom")
    department: str = fr("departement", "")
    town: str = fr("commune", "")
    sectors: list[str] = fr("filieres", [])
    rural: bool | None = fr("rural", None)
    paid_years: list[int] = fr("cotisations", [])  # the years for which its fee is paid
    due_years: list[int] = fr("adhesions_dues", [])  # adhérent as well, but not paid yet


class Territory(Section):
    """A named zone; zones may overlap."""

    name: str = fr("nom")
    departments: list[str] = fr("departements", [])
    towns: list[str] = fr("communes", [])
    except_towns: list[str] = fr("sauf_communes", [])
    referents: list[str] = fr("referents", [])  # a person's key, "place:KEY", or "collective:NAME"


class Letter(Section):
    """A letter made from what the recaps told: a *lettre d'info*, a point for partners.  Approved by hand."""

    title: str = fr("titre")
    every: Literal["month", "quarter"] = fr("rythme", "month")
    day: int = fr("jour", 1, ge=1, le=28)
    time: Hour = fr("heure", dt.time(9))
    list: str = fr("liste", "")
    sections: tuple[SectionName, ...] = fr(
        "rubriques", ("announcements", "decisions", "calls", "agenda", "resources", "watch")
    )


class Digest(Section):
    """The weekly recap."""

    draft_day: Day = fr("jour_brouillon", "jeudi")
    draft_time: Hour = fr("heure_brouillon", dt.time(16))
    day: Day = fr("jour", "vendredi")
    time: Hour = fr("heure", dt.time(9))
    silent: Literal["send", "wait"] = fr("sans_reponse", "wait")
    empty: Literal["nothing", "line"] = fr("semaine_vide", "nothing")
    list: str = fr("liste", "reseau")
    delivery: Literal["list", "each"] = fr("livraison", "list")
    sections: tuple[SectionName, ...] = fr("rubriques", SECTIONS)
    limits: dict[SectionName, int] = fr(
        "limites", {"exchanges": 12, "resources": 8, "watch": 8, "elsewhere": 5, "dates": 10}
    )
    unanswered_days: int = fr("jours_sans_reponse", 3, ge=1)
    letters: dict[str, Letter] = fr("lettres", {})


class Gates(Section):
    """What may leave.  The defaults are safe: nothing reaches anybody but coordination."""

    shadow: bool = fr("essai", default=True)
    approval: bool = fr("accord_liste", default=True)
    asks_per_week: int = fr("demandes_par_semaine", 2, ge=0)
    per_hour: int = fr("par_heure", 120, ge=1)
    per_day: int = fr("par_jour", 600, ge=1)
    per_person_day: int = fr("par_personne_jour", 12, ge=1)
    answers_per_hour: int = fr("reponses_par_heure", 30, ge=1)
    chat_answers_per_hour: int = fr("reponses_salons_par_heure", 600, ge=1)


class Reach(Section):
    """When and how often people are reached, unless they chose otherwise."""

    quiet_from: Hour = fr("silence_de", dt.time(20))
    quiet_until: Hour = fr("silence_a", dt.time(8))
    pause_days: int = fr("jours_pause", 14, ge=1)
    codes_per_hour: int = fr("codes_par_heure", 3, ge=1)
    codes_per_day: int = fr("codes_par_jour", 6, ge=1)
    code_minutes: int = fr("minutes_code", 30, ge=1)
    visits_per_day: int = fr("visites_par_jour", 10, ge=0)
    visit_days: int = fr("jours_visite", 7, ge=1)


class PersonEntry(Section):
    """One person of the network, as the file says."""

    key: str = fr("cle", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    name: str = fr("nom")
    addresses: list[MailAddress] = fr("adresses", [])
    chat: list[str] = fr("messagerie", [])
    place: str = fr("lieu", "")  # a key of ``places``
    department: str = fr("departement", "")
    town: str = fr("commune", "")
    member: bool = fr("membre", default=True)
    status: Literal["", "subscriber", "newcomer", "partner"] = fr("statut", "")  # wins over ``member``
    language: Literal["", "fr", "en"] = fr("langue", "")  # empty: the network's
    roles: list[Role] = fr("roles", [])

    @property
    def standing(self) -> str:
        """What they are to the network: a ``Status``."""
        return self.status or ("subscriber" if self.member else "newcomer")


class People(Section):
    """Who is who, until they are managed elsewhere."""

    file: Path | None = fr("fichier", None)
    members: list[PersonEntry] = fr("membres", [])


class Retention(Section):
    """How long things are kept."""

    raw_days: int = fr("jours_bruts", 30, ge=1)
    sent_days: int = fr("jours_envois", 365, ge=1)
    asked_days: int = fr("jours_questions", 180, ge=1)
    strangers_days: int = fr("jours_inconnus", 30, ge=1)
    former_days: int = fr("jours_anciens", 730, ge=1)
    archive_days: int = fr("jours_archives", 0, ge=0)  # 0: as long as the network lives


class Kit(Section):
    """The arrival kit."""

    folder: Path = fr("dossier", Path("config/kit"))


class Settings(BaseSettings):
    """All settings of one network.  ``bot.settings.load`` builds it from the file and the environment."""

    model_config = SettingsConfigDict(
        env_prefix="NAVETTE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        validate_default=True,
        hide_input_in_errors=True,
    )

    capabilities: list[str] = fr(
        "capacites",
        ["help", "gates", "digest", "rooms", "identity", "directory", "preferences", "privacy"],
    )
    network: Network = fr("reseau", Network())
    bot: Bot = fr("robot", Bot())
    store: StoreSettings = fr("stockage", StoreSettings())
    mail: Mail = fr("courriel", Mail())
    matrix: Matrix = fr("matrix", Matrix())
    lists: dict[str, MailingList] = fr("listes", {})
    circles: dict[str, Circle] = fr("cercles", {})
    places: dict[str, Place] = fr("lieux", {})
    digest: Digest = fr("recap", Digest())
    territories: dict[str, Territory] = fr("territoires", {})
    gates: Gates = fr("portes", Gates())
    reach: Reach = fr("egards", Reach())
    people: People = fr("personnes", People())
    retention: Retention = fr("conservation", Retention())
    kit: Kit = fr("kit", Kit())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: ``load`` merges the sources, since an override must beat the environment."""
        return (init_settings,)

    @model_validator(mode="after")
    def _refer_to_what_exists(self) -> Settings:
        problems = list(problems_of(self))
        if problems:
            raise ValueError("\n".join(problems))
        return self
