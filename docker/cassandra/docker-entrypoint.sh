#!/bin/bash
# The contract of the official image: CASSANDRA_* variables go into /etc/cassandra, and the server runs as the user cassandra.
set -e

if [ $# -eq 0 ] || [[ $1 == -* ]]; then set -- cassandra -f "$@"; fi
[ "$1" = cassandra ] || exec "$@"

conf=${CASSANDRA_CONF:-/etc/cassandra}
if [ "$(id -u)" = 0 ]; then
  find "$conf" /var/lib/cassandra /var/log/cassandra ! -user cassandra -exec chown cassandra {} +
  # su replaces itself, so the server has the process id 1; `--` keeps su from taking our -f.
  exec su -p -s /bin/bash -- cassandra "$0" "$@"
fi

own_address() {
  ip -4 -o address show | awk '$2 != "lo" { sub(/\/.*/, "", $4); print $4; exit }'
}

# edit FILE SCRIPT: sed that keeps the file itself, which may be a mount.
edit() {
  local edited
  edited=$(sed -r "$2" "$1")
  printf '%s\n' "$edited" >"$1"
}

# For the right side of sed's s|||.
quoted() {
  printf %s "$1" | sed 's/[|&\\]/\\&/g'
}

listen=${CASSANDRA_LISTEN_ADDRESS:-auto}
[ "$listen" != auto ] || listen=$(own_address)
broadcast=${CASSANDRA_BROADCAST_ADDRESS:-$listen}
[ "$broadcast" != auto ] || broadcast=$(own_address)

export CASSANDRA_LISTEN_ADDRESS=$listen
export CASSANDRA_BROADCAST_ADDRESS=$broadcast
export CASSANDRA_BROADCAST_RPC_ADDRESS=${CASSANDRA_BROADCAST_RPC_ADDRESS:-$broadcast}
export CASSANDRA_RPC_ADDRESS=${CASSANDRA_RPC_ADDRESS:-0.0.0.0}

edit "$conf/cassandra.yaml" "s|(- seeds:).*|\1 \"$(quoted "${CASSANDRA_SEEDS:-$broadcast}")\"|"
# A setting that the file does not have, not even behind `# `, is not added.
for setting in broadcast_address broadcast_rpc_address cluster_name endpoint_snitch listen_address num_tokens rpc_address; do
  variable=CASSANDRA_${setting^^}
  [ -z "${!variable}" ] || edit "$conf/cassandra.yaml" "s|^(# )?($setting:).*|\2 $(quoted "${!variable}")|"
done
for setting in dc rack; do
  variable=CASSANDRA_${setting^^}
  [ -z "${!variable}" ] || edit "$conf/cassandra-rackdc.properties" "s|^($setting=).*|\1$(quoted "${!variable}")|"
done

exec "$@"
