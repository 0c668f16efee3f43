#!/bin/sh
# Installs the database servers that Weir's sagas are tested on, with Debian's packages: PostgreSQL and
# MariaDB. Tests and suites start servers of their own from them; where they are absent, they skip.
#
#   conformance/peers/databases.sh
set -eu

command -v apt-get >/dev/null || { echo "databases.sh: needs apt-get; install PostgreSQL and MariaDB as your system does" >&2; exit 2; }
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql mariadb-server
