"""The files of a private Sympa: nothing under /etc or /var is read or written.

Sympa's programs look for their modules in ``SYMPALIB`` first, so a copy of its constants with other
paths, and another account, moves the whole installation.
"""

from __future__ import annotations

from pathlib import Path

from tests.servers.process import Account

_CONSTANTS = Path("/usr/share/sympa/lib/Sympa/Constants.pm")

_FOLDERS = [
    *("lib/Sympa", "lib/Sys", "etc", "list_data", "arc", "bounce", "css", "pictures"),
    *("spool/msg", "spool/bounce", "run", "log", "bin"),
]

# There is no syslog daemon in a container.
_SYSLOG = """\
package Sys::Syslog;
use strict;
use warnings;
sub setlogsock { 1 }
sub openlog    { 1 }
sub closelog   { 1 }
sub setlogmask { 1 }

sub syslog {
    my ($level, $format, @values) = @_;
    open(my $log, '>>', $ENV{SYMPA_LOG}) or return 0;
    printf $log "%d %s[%d] %s $format\\n", time, $0, $$, $level, @values;
    close $log;
}
1;
"""

# In Perl, which Sympa brings: the Python of the tests may lie where Sympa's account cannot read.
_SENDMAIL = """\
#!/usr/bin/perl
use strict;
use warnings;
use Net::SMTP;

my ($sender, @recipients) = ('');
while (defined(my $word = shift @ARGV)) {
    if    ($word eq '-f')        { $sender = shift @ARGV }
    elsif ($word =~ /^-f(.+)/)   { $sender = $1 }
    elsif ($word =~ /^-[NVR]$/)  { shift @ARGV }
    elsif ($word eq '--')        { push @recipients, @ARGV; last }
    elsif ($word !~ /^-/)        { push @recipients, $word }
}
$sender = '' if $sender eq '<>';
binmode STDIN;
my $smtp = Net::SMTP->new(Host => '%(host)s', Port => %(port)d, Hello => '%(domain)s') or exit 75;
$smtp->mail($sender) && $smtp->to(@recipients, { SkipBad => 1 }) && $smtp->data or exit 75;
$smtp->datasend($_) while <STDIN>;
$smtp->dataend or exit 75;
$smtp->quit;
"""

_CONFIGURATION = """\
domain %(domain)s
listmaster listmaster@%(domain)s
lang fr
supported_lang fr,en-US
db_type SQLite
db_name %(folder)s/sympa.sqlite
wwsympa_url https://%(domain)s/sympa
sendmail %(folder)s/bin/sendmail
sendmail_aliases none
log_level 0
log_socket_type unix
sleep 1
bulk_sleep 1
bulk_fork_threshold 1
bulk_max_count 1
create_list public_listmaster
dmarc_protection_mode none
"""


def lay_out(folder: Path, domain: str, host: str, port: int) -> None:
    """Write everything that an instance in ``folder`` needs; it sends its mail to ``host:port``."""
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    values = {"folder": folder, "domain": domain, "host": host, "port": port}
    (folder / "lib/Sympa/Constants.pm").write_text(_moved(_CONSTANTS.read_text(), folder))
    (folder / "lib/Sys/Syslog.pm").write_text(_SYSLOG)
    (folder / "sympa.conf").write_text(_CONFIGURATION % values)
    sendmail = folder / "bin/sendmail"
    sendmail.write_text(_SENDMAIL % values)
    sendmail.chmod(0o755)
    Account.current().own(folder)


def _moved(constants: str, folder: Path) -> str:
    """Sympa's constants with our account and every place that it writes to in ``folder``."""
    account = Account.current()
    for old, new in (
        ("USER    => 'sympa'", f"USER    => '{account.user}'"),
        ("GROUP   => 'sympa'", f"GROUP   => '{account.group}'"),
        ("'/etc/sympa/sympa/", f"'{folder}/"),
        ("'/etc/sympa'", f"'{folder}/etc'"),
        ("'/etc/mail/sympa/aliases'", f"'{folder}/aliases'"),
        ("'/run/sympa'", f"'{folder}/run'"),
        ("'/var/lib/sympa/", f"'{folder}/"),
        ("'/var/spool/sympa'", f"'{folder}/spool'"),
    ):
        if old not in constants:
            raise RuntimeError(f"this version of Sympa has no {old} in {_CONSTANTS}")
        constants = constants.replace(old, new)
    return constants
