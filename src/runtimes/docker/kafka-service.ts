import type { Account, Credentials } from './credentials.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { ServiceSpec } from './service-spec.ts';

export const kafkaPort = 9092;
/** The user that the official image runs as. */
const appUser = 1000;
const secretsFolder = '/etc/kafka/secrets';
const jaasFile = `${secretsFolder}/mysimbdp-jaas.conf`;
/** For the tools that are run in the container. */
export const kafkaClientFile = `${secretsFolder}/mysimbdp-client.properties`;

export interface KafkaNode {
  prefix: string;
  image: string;
  /** From 1 on. */
  node: number;
  nodes: number;
  hostPort: number;
  memory: MemoryPlan;
  credentials: Credentials['kafka'];
}

/**
 * A broker that is a controller as well (KRaft). Clients log in by SCRAM: from this machine by HOST, which is published on
 * 127.0.0.1, from containers by CONTAINER; brokers and controllers among themselves by PLAIN. What no ACL allows is refused.
 */
export function kafkaService(options: KafkaNode): ServiceSpec {
  const { prefix, image, node, nodes, hostPort, memory, credentials } = options;
  const nameOf = (one: number) => `${prefix}-kafka-${one}`;
  const name = nameOf(node);
  const all = Array.from({ length: nodes }, (_, index) => index + 1);
  const copies = String(Math.min(3, nodes));
  const durable = String(Math.max(1, nodes - 1));
  return {
    service: `kafka-${node}`,
    name,
    image,
    environment: {
      CLUSTER_ID: credentials.clusterId,
      KAFKA_NODE_ID: String(node),
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: all.map((one) => `${one}@${nameOf(one)}:9095`).join(','),
      KAFKA_LISTENERS: `HOST://:${kafkaPort},CONTAINER://:9093,BROKER://:9094,CONTROLLER://:9095`,
      KAFKA_ADVERTISED_LISTENERS: `HOST://127.0.0.1:${hostPort},CONTAINER://${name}:9093,BROKER://${name}:9094`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: ['HOST', 'CONTAINER', 'BROKER', 'CONTROLLER']
        .map((listener) => `${listener}:SASL_PLAINTEXT`)
        .join(','),
      KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-512,PLAIN',
      KAFKA_LISTENER_NAME_HOST_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-512',
      KAFKA_LISTENER_NAME_CONTAINER_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-512',
      KAFKA_LISTENER_NAME_BROKER_SASL_ENABLED_MECHANISMS: 'PLAIN',
      KAFKA_LISTENER_NAME_CONTROLLER_SASL_ENABLED_MECHANISMS: 'PLAIN',
      KAFKA_SASL_MECHANISM_INTER_BROKER_PROTOCOL: 'PLAIN',
      KAFKA_SASL_MECHANISM_CONTROLLER_PROTOCOL: 'PLAIN',
      KAFKA_AUTHORIZER_CLASS_NAME: 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      KAFKA_SUPER_USERS: `User:${credentials.broker.user};User:${credentials.admin.user}`,
      KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND: 'false',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_LOG_DIRS: '/var/lib/kafka/data',
      KAFKA_DEFAULT_REPLICATION_FACTOR: copies,
      KAFKA_MIN_INSYNC_REPLICAS: durable,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: copies,
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: copies,
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: durable,
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      // After a kill the controllers wait for the old session of a broker before they take it back: 16 s become 7 s.
      KAFKA_BROKER_SESSION_TIMEOUT_MS: '3000',
      KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '1000',
      KAFKA_HEAP_OPTS: `-Xms${memory.heapMb}m -Xmx${memory.heapMb}m`,
      KAFKA_OPTS: `-Djava.security.auth.login.config=${jaasFile}`,
    },
    files: [
      { path: jaasFile, content: jaas(credentials.broker), mode: 0o400, uid: appUser },
      { path: kafkaClientFile, content: clientProperties(credentials.broker), mode: 0o400, uid: appUser },
    ],
    port: kafkaPort,
    hostPort,
    nodes,
    dataPath: '/var/lib/kafka/data',
    memoryMb: memory.limitMb,
    stopSeconds: 30,
  };
}

/** Sections that Kafka looks up by the name of the listener, in small letters. */
function jaas({ user, password }: Account): string {
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}" user_${user}="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return [
    `host.KafkaServer { ${scram} };`,
    `container.KafkaServer { ${scram} };`,
    `broker.KafkaServer { ${plain} };`,
    `controller.KafkaServer { ${plain} };`,
    '',
  ].join('\n');
}

function clientProperties({ user, password }: Account): string {
  return [
    'security.protocol=SASL_PLAINTEXT',
    'sasl.mechanism=PLAIN',
    `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}";`,
    '',
  ].join('\n');
}
