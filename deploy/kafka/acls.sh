#!/usr/bin/env bash
# Lets a principal do what its role needs, and no more: the lines of acls.csv of that role.
#
#   BOOTSTRAP=kafka1:9092 ./acls.sh ROLE PRINCIPAL [--command-config admin.properties]
#   BOOTSTRAP=kafka1:9092 ./acls.sh worker User:clada-worker
#
# ROLE: worker, topology, producer, consumer, gateway or ops. Environment: BOOTSTRAP, PREFIX (clada), WORKER_APP (PREFIX-worker) and
# TOPOLOGY_APP (PREFIX-topology), which are the application.id of each. Everything after the principal goes to kafka-acls.sh, which must be on
# the PATH. REMOVE=1 takes the rights away again.
set -euo pipefail

fail() {
  echo "acls.sh: $*" >&2
  exit 2
}

[ $# -ge 2 ] || fail "name a role and a principal: acls.sh worker User:clada-worker"
role=$1
principal=$2
shift 2
bootstrap=${BOOTSTRAP:?BOOTSTRAP is not set: name a broker, such as BOOTSTRAP=kafka1:9092}
prefix=${PREFIX:-clada}
worker_app=${WORKER_APP:-$prefix-worker}
topology_app=${TOPOLOGY_APP:-$prefix-topology}
action=(--add)
[ -z "${REMOVE:-}" ] || action=(--remove --force)
acls=$(dirname "$0")/../acls.csv

found=
while IFS=, read -r of operation resource pattern name; do
  [ "$of" = "$role" ] || continue
  found=1
  name=${name//<prefix>/$prefix}
  name=${name//<worker-app>/$worker_app}
  name=${name//<topology-app>/$topology_app}
  case $resource in
    Topic) option=--topic ;;
    Group) option=--group ;;
    TransactionalId) option=--transactional-id ;;
    *) fail "acls.csv: resource type '$resource' is not known" ;;
  esac
  kafka-acls.sh --bootstrap-server "$bootstrap" "$@" "${action[@]}" --allow-principal "$principal" \
    --operation "$operation" "$option" "$name" \
    --resource-pattern-type "$(echo "$pattern" | tr '[:upper:]' '[:lower:]')" </dev/null
done <"$acls"
[ -n "$found" ] || fail "there is no role '$role'; roles are worker, topology, producer, consumer, gateway and ops"
