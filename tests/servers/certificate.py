"""A self-signed certificate for localhost, which every TLS server of the tests shows."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import find


@dataclass(frozen=True)
class Certificate:
    """Where the certificate and its key are, as PEM."""

    path: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a client that trusts it, and nothing else."""
        return ssl.create_default_context(cafile=str(self.path))


def make_certificate(folder: Path) -> Certificate:
    """Make one for ``localhost`` and 127.0.0.1, with openssl."""
    certificate = Certificate(folder / "cert.pem", folder / "key.pem")
    subprocess.run(
        [
            *(find("openssl"), "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=localhost"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(certificate.key), "-out", str(certificate.path)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate
