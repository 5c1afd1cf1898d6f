"""What can be set.  Every field has its default here; ``config/navette.toml`` repeats it with a sentence.

Keys are English; ``fr("…")`` gives the French name that is understood as well.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

FRENCH = "fr"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def fr(name: str, default: Any = ..., **rules: Any) -> Any:
    """A field that the file may also call ``name``."""
    if isinstance(default, list | dict):
        rules["default_factory"] = default.copy
    elif default is not ...:
        rules["default"] = default
    return Field(json_schema_extra={FRENCH: name}, **rules)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("a time zone name such as Europe/Paris")
    return name


def _address(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    if not (at and local and domain) or any(c in text for c in "<>, \n"):
        raise ValueError("a bare mail address such as navette@lisieres.example")
    return f"{local}@{domain.lower()}"


Zone = Annotated[str, AfterValidator(_zone)]
MailAddress = Annotated[str, AfterValidator(_address)]
Weekday = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values never change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Network(Section):
    """Who we work for."""

    name: str = fr("nom", "Notre réseau")
    departments: list[str] = fr("departements", [])
    timezone: Zone = fr("fuseau", "Europe/Paris")
    language: Literal["fr", "en"] = fr("langue", "fr")

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
        """The password, from the file when one is named."""
        if self.password_file is not None:
            return self.password_file.read_text("utf-8").strip()
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


class MailingList(Section):
    """A mailing list that we belong to."""

    address: MailAddress = fr("adresse")
    circle: str = fr("cercle", "reseau")
    tag: str = fr("etiquette", "")
    copy_hours: float = fr("heures_retour", 6, gt=0)


class Circle(Section):
    """The network, its board, a working group: who sees what, who votes where."""

    name: str = fr("nom")
    room: str = fr("salon", "")
    reserved: bool = fr("reserve", default=False)
    concerns: bool = fr("dans_recap", default=True)


class Digest(Section):
    """The weekly recap."""

    draft_day: Weekday = fr("jour_brouillon", "jeudi")
    draft_time: dt.time = fr("heure_brouillon", dt.time(16))
    day: Weekday = fr("jour", "vendredi")
    time: dt.time = fr("heure", dt.time(9))
    silent: Literal["send", "wait"] = fr("sans_reponse", "wait")
    empty: Literal["nothing", "line"] = fr("semaine_vide", "nothing")
    list: str = fr("liste", "reseau")
    max_threads: int = fr("echanges_max", 12, ge=1, le=100)
    unanswered_days: int = fr("jours_sans_reponse", 3, ge=1)


class Gates(Section):
    """What may leave.  The defaults are safe: nothing reaches anybody but coordination."""

    shadow: bool = fr("essai", default=True)
    approval: bool = fr("accord_liste", default=True)
    asks_per_week: int = fr("demandes_par_semaine", 2, ge=0)
    per_hour: int = fr("par_heure", 120, ge=1)
    per_day: int = fr("par_jour", 600, ge=1)
    per_person_day: int = fr("par_personne_jour", 12, ge=1)


class PersonEntry(Section):
    """One person of the network, as the file says."""

    key: str = fr("cle", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    name: str = fr("nom")
    addresses: list[MailAddress] = fr("adresses", [])
    chat: list[str] = fr("messagerie", [])
    place: str = fr("lieu", "")
    department: str = fr("departement", "")
    member: bool = fr("membre", default=True)
    roles: list[str] = fr("roles", [])


class People(Section):
    """Who is who, until they are managed elsewhere."""

    file: Path | None = fr("fichier", None)
    members: list[PersonEntry] = fr("membres", [])


class Retention(Section):
    """How long things are kept."""

    raw_days: int = fr("jours_bruts", 30, ge=1)


class Kit(Section):
    """The arrival kit."""

    folder: Path = fr("dossier", Path("config/kit"))


class Settings(BaseSettings):
    """All settings of one network."""

    model_config = SettingsConfigDict(
        env_prefix="NAVETTE_", env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    capabilities: list[str] = fr("capacites", ["help", "digest"])
    network: Network = fr("reseau", Network())
    bot: Bot = fr("robot", Bot())
    store: StoreSettings = fr("stockage", StoreSettings())
    mail: Mail = fr("courriel", Mail())
    lists: dict[str, MailingList] = fr("listes", {})
    circles: dict[str, Circle] = fr("cercles", {})
    digest: Digest = fr("recap", Digest())
    gates: Gates = fr("portes", Gates())
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
        """The environment wins over the file: that is where secrets come from."""
        return (env_settings, init_settings)

    @model_validator(mode="after")
    def _refer_to_what_exists(self) -> Settings:
        for name, mailing_list in self.lists.items():
            if self.circles and mailing_list.circle not in self.circles:
                raise ValueError(f"[lists.{name}] circle: there is no circle {mailing_list.circle!r}")
        if self.lists and self.digest.list not in self.lists:
            raise ValueError(f"[digest] list: there is no list {self.digest.list!r}")
        return self
