#!/usr/bin/env bash
# Creates CLADA's topics, for clusters where the roles may not. Those that exist stay as they are.
#
#   BOOTSTRAP=kafka1:9092 ./topics.sh [--command-config admin.properties]
#
# Environment: BOOTSTRAP, PREFIX (clada), PARTITIONS (32; 8 to 16 for each worker there may ever be), REPLICATION (3). Everything after the
# name goes to kafka-topics.sh, which must be on the PATH.
set -euo pipefail

bootstrap=${BOOTSTRAP:?BOOTSTRAP is not set: name a broker, such as BOOTSTRAP=kafka1:9092}
prefix=${PREFIX:-clada}
replication=${REPLICATION:-3}
options=("$@")

topic() {
  local name=$1 configs=() config
  shift
  [ "$replication" -lt 2 ] || set -- "$@" min.insync.replicas=2
  for config in "$@"; do configs+=(--config "$config"); done
  kafka-topics.sh --bootstrap-server "$bootstrap" ${options[@]+"${options[@]}"} --create --if-not-exists \
    --topic "$prefix.$name" --partitions "${PARTITIONS:-32}" --replication-factor "$replication" "${configs[@]}"
}

topic requests cleanup.policy=delete retention.ms=604800000
topic tokens cleanup.policy=delete retention.ms=86400000
topic telemetry cleanup.policy=delete retention.ms=604800000
topic neurons cleanup.policy=delete retention.ms=86400000
topic sparsity cleanup.policy=delete retention.ms=2592000000
topic thresholds cleanup.policy=compact
topic backbone cleanup.policy=compact min.compaction.lag.ms=3600000 segment.bytes=16777216
topic dead-letter cleanup.policy=delete retention.ms=2592000000
