"""Why the machine said no, in French."""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOENT: "ce fichier ou ce dossier n'existe pas",
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'accès est refusé",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "ce disque est en lecture seule",
}


def reason(error: OSError) -> str:
    """The reason in a few words; the machine's own when it is a rare one."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
