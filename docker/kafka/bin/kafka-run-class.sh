#!/bin/bash
# kafka-run-class.sh CLASS …: a short-lived program. KAFKA_HEAP_OPTS, KAFKA_OPTS and KAFKA_LOG4J_OPTS are lists of words.
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=/etc/kafka/docker/tools-log4j2.yaml} $KAFKA_OPTS \
  -cp "$(printf '%s:' /opt/kafka/libs/*.jar)" "$@"
