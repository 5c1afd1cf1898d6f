#!/bin/sh
# Installs the servers, and a few programs, that the integration tests and the bench run against, on Debian, as root.
# One line a server: present, installed, or missing with what that costs.  Starts no service.
# Exit 0, or 1 when CI=true and something is missing.
set -u
PATH=$PATH:/usr/sbin:/sbin

# Keep the paths in step with tests/servers/presence.py.
files_of() {
    case $1 in
        dovecot) echo /usr/sbin/dovecot /usr/lib/dovecot/imap /usr/lib/dovecot/lmtp ;;
        postfix) echo /usr/sbin/smtp-sink /usr/sbin/smtp-source ;;
        sympa) echo /usr/lib/sympa/bin/sympa_msg.pl /usr/share/sympa/lib/Sympa/Constants.pm ;;
        notmuch) echo /usr/bin/notmuch ;;
        openssl) echo /usr/bin/openssl ;;
    esac
}

packages_of() {
    case $1 in
        dovecot) echo dovecot-imapd dovecot-lmtpd ;;
        postfix) echo postfix ;;
        sympa) echo sympa dbconfig-sqlite3 sqlite3 ;;
        notmuch) echo notmuch ;;
        openssl) echo openssl ;;
    esac
}

cost_of() {
    case $1 in
        dovecot) echo "the tests of the IMAP channel, of crashes on the mail path, and of the whole way round" ;;
        postfix) echo "the tests that send into smtp-sink, and the bench of sending" ;;
        sympa) echo "the tests of the whole way round, through a real list" ;;
        notmuch) echo "the bench of importing" ;;
        openssl) echo "every test that sends or fetches mail over the network" ;;
    esac
}

present() {
    for file in $(files_of "$1"); do
        [ -e "$file" ] || return 1
    done
}

absent=
for server in openssl dovecot postfix sympa notmuch; do
    if present $server; then echo "$server: present"; else absent="$absent $server"; fi
done
[ -n "$absent" ] || exit 0

reason=
if ! command -v apt-get >/dev/null; then reason="apt-get is not on this machine"
elif [ "$(id -u)" != 0 ]; then reason="installing needs root"
fi

if [ -z "$reason" ]; then
    log=$(mktemp)
    policy=/usr/sbin/policy-rc.d
    made_policy=
    # 101 forbids packages to start their services: the tests start private instances.
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        made_policy=yes
    fi
    trap '[ -z "$made_policy" ] || rm -f $policy; rm -f "$log"' EXIT
    trap 'exit 1' INT TERM

    export DEBIAN_FRONTEND=noninteractive
    # Sympa's installation fails when dbconfig is refused: it then checks a database that is not there.
    debconf-set-selections <<'ANSWERS'
postfix postfix/main_mailer_type select No configuration
postfix postfix/mailname string listes.example
sympa sympa/dbconfig-install boolean true
sympa sympa/database-type select sqlite3
sympa sympa/hostname string listes.example
sympa sympa/listmaster string listmaster@listes.example
sympa sympa/language select fr
sympa wwsympa/wwsympa_url string https://listes.example/sympa
sympa wwsympa/fastcgi boolean false
sympa wwsympa/webserver_type select Other
sympa sympa/use_soap boolean false
ANSWERS
    apt-get -o DPkg::Lock::Timeout=300 update -qq >>"$log" 2>&1 || reason="apt-get update failed"
    # One by one, so that one that cannot be had does not cost the others.
    for server in $absent; do
        # shellcheck disable=SC2046
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $(packages_of $server) \
            >>"$log" 2>&1 || reason="apt-get failed"
    done
fi

missing=
for server in $absent; do
    if present $server; then
        echo "$server: installed"
    else
        echo "$server: missing ($reason): this costs $(cost_of $server)"
        missing="$missing $server"
    fi
done
[ -n "$missing" ] || exit 0
[ -z "${log-}" ] || tail -n 20 "$log" >&2
if [ "${CI-}" = true ]; then
    echo "CI=true: a missing server is a failure:$missing" >&2
    exit 1
fi
