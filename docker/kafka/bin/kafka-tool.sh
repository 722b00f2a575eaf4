#!/bin/bash
# Kafka's command line tools: one file with many names.
name=${0##*/}
tools=org.apache.kafka.tools
case ${name%.sh} in
  kafka-acls) class=$tools.AclCommand ;;
  kafka-broker-api-versions) class=$tools.BrokerApiVersionsCommand ;;
  kafka-client-metrics) class=$tools.ClientMetricsCommand ;;
  kafka-cluster) class=$tools.ClusterTool ;;
  kafka-configs) class=kafka.admin.ConfigCommand ;;
  kafka-console-consumer) class=$tools.consumer.ConsoleConsumer ;;
  kafka-console-producer) class=$tools.ConsoleProducer ;;
  kafka-consumer-groups) class=$tools.consumer.group.ConsumerGroupCommand ;;
  kafka-consumer-perf-test) class=$tools.ConsumerPerformance ;;
  kafka-delete-records) class=$tools.DeleteRecordsCommand ;;
  kafka-dump-log) class=kafka.tools.DumpLogSegments ;;
  kafka-features) class=$tools.FeatureCommand ;;
  kafka-get-offsets) class=$tools.GetOffsetShell ;;
  kafka-groups) class=$tools.GroupsCommand ;;
  kafka-leader-election) class=$tools.LeaderElectionCommand ;;
  kafka-log-dirs) class=$tools.LogDirsCommand ;;
  kafka-metadata-quorum) class=$tools.MetadataQuorumCommand ;;
  kafka-producer-perf-test) class=$tools.ProducerPerformance ;;
  kafka-reassign-partitions) class=$tools.reassign.ReassignPartitionsCommand ;;
  kafka-storage) class=kafka.tools.StorageTool ;;
  kafka-topics) class=$tools.TopicCommand ;;
  kafka-transactions) class=$tools.TransactionsCommand ;;
  *) echo "$name is not a tool of Kafka" >&2 && exit 2 ;;
esac
exec /opt/kafka/bin/kafka-run-class.sh "$class" "$@"
