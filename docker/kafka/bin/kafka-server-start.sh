#!/bin/bash
# kafka-server-start.sh FILE: the server, with the options of KAFKA_HEAP_OPTS, KAFKA_JVM_PERFORMANCE_OPTS, KAFKA_JMX_OPTS,
# KAFKA_LOG4J_OPTS and KAFKA_OPTS, which are lists of words.
collector='-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent'
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xmx1G -Xms1G} \
  ${KAFKA_JVM_PERFORMANCE_OPTS:--server $collector -Djava.awt.headless=true} $KAFKA_JMX_OPTS \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=/opt/kafka/config/log4j2.yaml} -Dkafka.logs.dir=/opt/kafka/logs $KAFKA_OPTS \
  -cp "$(printf '%s:' /opt/kafka/libs/*.jar)" kafka.Kafka "$@"
