#!/bin/sh
# Installs the servers, and a few programs, that the integration tests and the bench run against.
# Debian's packages need root; Synapse and the Matrix client of Node are put below the checkout by anybody.
# One line a server: present, installed, or missing with what that costs.  Starts no service.
# Exit 0, or 1 when CI=true and something is missing.
set -u
PATH=$PATH:/usr/sbin:/sbin
cd "$(dirname "$0")/../.." || exit 1

synapse_wanted='matrix-synapse>=1.163,<2'
element=tests/servers/element-client

# Keep the paths in step with tests/servers/presence.py.
files_of() {
    case $1 in
        dovecot) echo /usr/sbin/dovecot /usr/lib/dovecot/imap /usr/lib/dovecot/lmtp ;;
        postfix) echo /usr/sbin/smtp-sink /usr/sbin/smtp-source ;;
        sympa) echo /usr/lib/sympa/bin/sympa_msg.pl /usr/share/sympa/lib/Sympa/Constants.pm ;;
        notmuch) echo /usr/bin/notmuch ;;
        openssl) echo /usr/bin/openssl ;;
        chromium) echo /usr/bin/chromium ;;
        synapse) echo .venv-synapse/bin/synapse_homeserver ;;
        element) echo tests/servers/element-client/node_modules/.package-lock.json ;;
    esac
}

# What Debian gives, where it is needed.
packages_of() {
    case $1 in
        dovecot) echo dovecot-imapd dovecot-lmtpd ;;
        postfix) echo postfix ;;
        sympa) echo sympa dbconfig-sqlite3 sqlite3 ;;
        notmuch) echo notmuch ;;
        openssl) echo openssl ;;
        chromium) echo chromium ;;
        element) command -v node >/dev/null && command -v npm >/dev/null || echo nodejs npm ;;
    esac
}

cost_of() {
    case $1 in
        dovecot) echo "the tests of the IMAP channel, of crashes on the mail path, and of the whole way round" ;;
        postfix) echo "the tests that send into smtp-sink, and the bench of sending" ;;
        sympa) echo "the tests of the whole way round, through a real list" ;;
        notmuch) echo "the bench of importing" ;;
        chromium) echo "the tests of the recap as a page, and the pictures of the README" ;;
        openssl) echo "every test that sends or fetches mail over the network" ;;
        synapse) echo "the tests of rooms on a real Matrix server" ;;
        element) echo "the tests of encryption with a Matrix client that accepts only signed devices" ;;
    esac
}

present() {
    for file in $(files_of "$1"); do
        [ -e "$file" ] || return 1
    done
    case $1 in
        element) command -v node >/dev/null && [ ! $element/package-lock.json -nt $element/node_modules/.package-lock.json ] ;;
    esac
}

absent=
for server in ${*:-openssl dovecot postfix sympa notmuch chromium synapse element}; do
    if present $server; then echo "$server: present"; else absent="$absent $server"; fi
done
[ -n "$absent" ] || exit 0

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
made_policy=
trap '[ -z "$made_policy" ] || rm -f $policy; rm -f "$log"' EXIT
trap 'exit 1' INT TERM

packages=
for server in $absent; do packages="$packages$(packages_of "$server")"; done

no_packages=
if [ -z "$packages" ]; then :
elif ! command -v apt-get >/dev/null; then no_packages="apt-get is not on this machine"
elif [ "$(id -u)" != 0 ]; then no_packages="installing needs root"
else
    # 101 forbids packages to start their services: the tests start private instances.
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        made_policy=yes
    fi
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
    apt-get -o DPkg::Lock::Timeout=300 update -qq >>"$log" 2>&1 || no_packages="apt-get update failed"
fi

# Leaves the sentence why not in $reason.  One by one, so that one that cannot be had does not cost the others.
install_packages() {
    reason=$no_packages
    [ -z "$reason" ] || return 1
    # shellcheck disable=SC2046
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $(packages_of "$1") \
        >>"$log" 2>&1 || { reason="apt-get failed"; return 1; }
}

# Apart from the bot's own environment, whose versions Synapse would not bear.
install_synapse() {
    python=.venv/bin/python
    [ -x $python ] || python=python3
    reason="no virtual environment could be made"
    $python -m venv --clear .venv-synapse >>"$log" 2>&1 || return 1
    reason="pip failed"
    .venv-synapse/bin/python -m pip install --quiet --disable-pip-version-check "$synapse_wanted" >>"$log" 2>&1
}

install_element() {
    [ -z "$(packages_of element)" ] || install_packages element || return 1
    reason="npm failed"
    (cd $element && npm ci --no-audit --no-fund --ignore-scripts) >>"$log" 2>&1
}

missing=
for server in $absent; do
    reason=
    case $server in
        synapse) install_synapse ;;
        element) install_element ;;
        *) install_packages "$server" ;;
    esac
    if present "$server"; then
        echo "$server: installed"
    else
        echo "$server: missing ($reason): this costs $(cost_of "$server")"
        missing="$missing $server"
    fi
done
[ -n "$missing" ] || exit 0
tail -n 20 "$log" >&2
if [ "${CI-}" = true ]; then
    echo "CI=true: a missing server is a failure:$missing" >&2
    exit 1
fi
