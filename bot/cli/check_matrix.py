"""Checks of the Matrix account and its device: questions only.

Nothing logs in, makes a device or opens a key store, so this may run beside the service.
"""

from __future__ import annotations

import asyncio

from nio import AsyncClient, AsyncClientConfig

from bot.channels.matrix.account import discover
from bot.channels.matrix.fields import fields, items, text
from bot.channels.matrix.server import Revoked, Server, path
from bot.channels.matrix.signing import PASSWORD, Master, Standing, look
from bot.channels.matrix.vault import Session, Vault, VaultError
from bot.cli.check_rooms import STEP_SECONDS, check_rooms, why
from bot.cli.findings import Finding, failure, ok, warning
from bot.errors import ChannelError, SettingsError
from bot.settings import Settings
from bot.settings.model import Matrix

_NEXT_RUN = "Le prochain « navette run » s'en charge."
_SECRET = "Mettez-le dans NAVETTE_MATRIX__PASSWORD ou un fichier (password_file)."  # noqa: S105 - advice


async def check_matrix(settings: Settings) -> list[Finding]:
    """The homeserver, our account on it, its keys and their signature, and the room of each circle."""
    server, found = await _reach(settings.matrix.host)
    try:
        if found.advice:
            return [found]
        session, account = await _account(server, settings.matrix)
        rest = [found, account]
        if session is not None:
            server.token = session.token
            rest += await _device(Vault(settings.matrix.folder), session)
            rest += await check_rooms(server, session.user_id, settings.circles)
        return rest
    finally:
        await server.close()


# The homeserver


async def _reach(host: str) -> tuple[Server, Finding]:
    """The homeserver, and whether it answers; advice only if it does not."""
    written = host.startswith(("https://", "http://"))
    try:
        async with asyncio.timeout(STEP_SECONDS):
            server = Server(host if written else await discover(host))
    except TimeoutError:
        server = Server(f"https://{host}")
    try:
        versions = items((await server.get("/_matrix/client/versions", timeout=STEP_SECONDS)).get("versions"))
    except ChannelError as error:
        advice = "Vérifiez [matrix] host, et que le réseau laisse passer."
        if not written:
            advice = (
                "Écrivez dans [matrix] host l'adresse complète du serveur, https:// compris : "
                f"« {host} » ne dit pas où il est (/.well-known/matrix/client)."
            )
        return server, failure(
            "matrix", f"Le serveur Matrix {server.base} n'est pas utilisable ({why(error)}).", advice
        )
    latest = text(versions[-1]) if versions else "inconnue"
    where = server.base if written else f"{server.base}, d'après {host}"
    return server, ok("matrix", f"Serveur Matrix : {where}, version {latest}.")


# The account


async def _account(server: Server, matrix: Matrix) -> tuple[Session | None, Finding]:
    """The session that the service would take up, if the server still knows it, and what to say of it."""
    try:
        kept = Vault(matrix.folder).session()
        token, password = matrix.token.get_secret_value(), bool(matrix.secret())
    except (VaultError, SettingsError) as error:
        return None, failure("matrix.account", str(error), "Corrigez cela avant de lancer Navette.")
    if kept is not None and not _is_of(kept, matrix, token):
        said = (
            f"Le dossier {matrix.folder} garde une session de {kept.user_id}, qui n'est plus le compte réglé."
        )
        return None, warning("matrix.account", said, "Le prochain « navette run » en fera une autre.")
    try:
        if token or kept is not None:
            return await _whoami(server, token or (kept.token if kept else ""), kept, password)
        return None, await _way_in(server, matrix.user, password)
    except ChannelError as error:
        said = f"Le serveur Matrix {server.base} ne répond pas comme il faut ({why(error)})."
        return None, failure("matrix.account", said, "Réessayez plus tard, puis voyez qui l'administre.")


def _is_of(session: Session, matrix: Matrix, token: str) -> bool:
    """Whether the service would go on with this session."""
    user = matrix.user
    same = not user or session.user_id == user
    return same and token in ("", session.token)


async def _whoami(
    server: Server, token: str, kept: Session | None, password: bool
) -> tuple[Session | None, Finding]:
    server.token = token
    try:
        told = await server.get(path("account", "whoami"), timeout=STEP_SECONDS)
    except Revoked:
        said = "Le serveur Matrix ne connaît plus notre session : elle a été fermée, ou le compte désactivé."
        if kept is not None and password:
            return None, warning(
                "matrix.account", said, "Le prochain « navette run » se reconnectera par mot de passe."
            )
        advice = "Donnez un mot de passe à [matrix], ou un nouveau jeton (NAVETTE_MATRIX__TOKEN)."
        return None, failure("matrix.account", said, advice)
    user, device = text(told.get("user_id")), text(told.get("device_id"))
    if not device:
        said = f"Le jeton du compte {user} n'est celui d'aucun appareil : rien ne pourrait être chiffré."
        return None, failure(
            "matrix.account", said, "Prenez un jeton que donne une connexion, et non un autre."
        )
    session = Session(user, device, token, server.base)
    return session, ok("matrix.account", f"Le compte {user} est connecté, appareil {device}.")


async def _way_in(server: Server, user: str, password: bool) -> Finding:
    """Whether a first login can be tried; trying it would make a device."""
    if not user:
        return failure(
            "matrix.account", "Le compte Matrix n'est pas donné.", "Écrivez-le dans [matrix] user."
        )
    if not password:
        return failure("matrix.account", f"Le mot de passe de {user} n'est pas donné.", _SECRET)
    flows = items((await server.get(path("login"), timeout=STEP_SECONDS)).get("flows"))
    if PASSWORD not in (fields(flow).get("type") for flow in flows):
        said = f"Le serveur Matrix {server.base} n'accepte pas de connexion par mot de passe."
        return failure("matrix.account", said, "Donnez à la place un jeton : NAVETTE_MATRIX__TOKEN.")
    return ok(
        "matrix.account",
        f"Le compte {user} n'est pas encore connecté : le premier « navette run » essaiera son mot de passe.",
    )


# The device


async def _device(vault: Vault, session: Session) -> list[Finding]:
    try:
        if vault.session() is None:
            return [ok("matrix.keys", "Le premier « navette run » fera les clés de chiffrement.")]
        if not vault.has_keys(session):
            said = (
                f"Les clés de chiffrement de l'appareil {session.device_id} ne sont pas là ({vault.folder})."
            )
            advice = "Le prochain « navette run » fera un nouvel appareil ; ou restaurez ce dossier avant."
            return [warning("matrix.keys", said, advice)]
        seeds = vault.signing_seeds()
        keys = ok("matrix.keys", f"Les clés de chiffrement de l'appareil sont là : {vault.folder}.")
    except VaultError as error:
        return [failure("matrix.keys", str(error), "Corrigez cela avant de lancer Navette.")]
    client = AsyncClient(
        session.homeserver,
        session.user_id,
        session.device_id,
        config=AsyncClientConfig(encryption_enabled=False),
    )
    client.user_id, client.access_token = session.user_id, session.token
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return [keys, _signature(session, await look(client, seeds))]
    except (ChannelError, TimeoutError) as error:
        said = f"La signature de l'appareil n'a pas pu être lue ({why(error)})."
        return [keys, warning("matrix.signature", said)]
    finally:
        await client.close()


def _signature(session: Session, standing: Standing) -> Finding:
    about, device = "matrix.signature", session.device_id
    if standing.device is None:
        return warning(about, f"Le serveur n'a pas les clés de l'appareil {device}.", _NEXT_RUN)
    if standing.signed:
        whose = "" if standing.master is Master.OURS else " par une identité que Navette n'a pas faite"
        return ok(about, f"L'appareil {device} est signé{whose} : empreinte {standing.device_key}.")
    if standing.master is Master.FOREIGN:
        return warning(
            about,
            f"L'appareil {device} n'est pas signé, et l'identité du compte n'est pas celle de Navette : "
            "les clients récents ne liront pas ses messages chiffrés.",
            f"Faites-le signer (empreinte {standing.device_key}) depuis le client qui a fait cette identité, "
            "ou restaurez signing.json d'une sauvegarde.",
        )
    return warning(about, f"L'appareil {device} n'est pas encore signé par Navette.", _NEXT_RUN)
