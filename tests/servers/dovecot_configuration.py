"""The configuration of a private Dovecot, in the syntax of 2.3 (Debian 12) and of 2.4 (Debian 13).

Without root: no chroot, no second account.  All tests come from one address, so there is neither a
limit of its connections nor a penalty (anvil) for the wrong passwords that came from it.  Each person
has a password file: a common one would be read again once a second at most, and whoever is added and
logs in at once would be refused now and then.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.ports import HOST
from tests.servers.process import Account, find

_COMMON = """\
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_fsync = never
mail_max_userip_connections = 200
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@membres.example
}}
"""

_2_3 = """\
protocols = imap lmtp
disable_plaintext_auth = no
auth_username_format = %Lu
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/passwords/%Lu
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%Lu
}}
"""

_2_4 = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {{
  imap = yes
  lmtp = yes
}}
auth_allow_cleartext = yes
auth_username_format = %{{user | lower}}
ssl_server_cert_file = {folder}/cert.pem
ssl_server_key_file = {folder}/key.pem
mail_driver = maildir
mail_path = ~/Maildir
passdb passwd-file {{
  passdb_default_password_scheme = PLAIN
  passwd_file_path = {folder}/passwords/%{{user | lower}}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}/mail/%{{user | lower}}
  }}
}}
"""


@dataclass(frozen=True)
class Listeners:
    """The ports of an instance."""

    imap: int
    imaps: int
    lmtp: int


def configuration(folder: Path, listeners: Listeners) -> str:
    """The text of ``dovecot.conf`` for the installed version and the servers' account."""
    account = Account.current()
    own = _2_4 if installed_version() >= (2, 4) else _2_3
    return (own + _COMMON).format(
        host=HOST,
        folder=folder,
        user=account.user,
        group=account.group,
        imap=listeners.imap,
        imaps=listeners.imaps,
        lmtp=listeners.lmtp,
    )


def installed_version() -> tuple[int, int]:
    """Major and minor version of the Dovecot on this machine."""
    said = subprocess.run([find("dovecot"), "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"(\d+)\.(\d+)", said)
    if version is None:
        raise RuntimeError(f"dovecot --version says {said!r}")
    return int(version[1]), int(version[2])
