import type { DockerSettings } from '../runtime-settings.ts';
import { callEngine } from './call-engine.ts';
import { cassandraVersion } from './cassandra-login.ts';
import { cassandraService } from './cassandra-service.ts';
import type { Engine } from './connect-engine.ts';
import { prefixOf, type PlatformContainers } from './containers.ts';
import type { Credentials } from './credentials.ts';
import { DockerService, type ReadyQuestion, type ServiceParts } from './docker-service.ts';
import { engineMemoryTooSmall } from './engine-faults.ts';
import { createScramUser, isWrongLogin, kafkaBrokers } from './kafka-login.ts';
import { kafkaService } from './kafka-service.ts';
import { planMemory, totalMemoryMb, type ServiceMemory } from './memory-plan.ts';
import { clusterSizeFixed } from './service-faults.ts';
import { addressFromEnd } from './subnet.ts';

/** The most that the servers of clusters may take of the engine's memory: they would be killed by turns. */
const mostMemory = 0.8;

/**
 * The servers that the settings ask for, none of them started.
 * @throws PlatformError ENGINE_MEMORY_TOO_SMALL, CLUSTER_SIZE_FIXED, NAME_CONFLICT, ENGINE_…
 */
export async function declareServices(
  engine: Engine,
  containers: PlatformContainers,
  { id, cassandra, kafka, withData }: Credentials,
  { images, nodes, brokers, readySeconds }: DockerSettings,
  listeners: Pick<ServiceParts, 'changed' | 'tell'>,
): Promise<DockerService[]> {
  await assertSizes(containers, { cassandra: nodes, kafka: brokers });
  const memory = await memoryOf(engine, { cassandra: nodes, kafka: brokers });
  // A node that came back with the address of another would be taken for that one.
  const { network, subnet } = await containers.ensureNetwork(nodes > 1);
  const prefix = prefixOf(id);
  const common = { engine, containers, network, readyMs: readySeconds * 1000, ...listeners };
  return [
    ...numbers(nodes).map((node) => {
      const place = { node, nodes };
      const address = subnet === undefined ? undefined : addressFromEnd(subnet, node);
      const declared = { prefix, image: images.cassandra, address, memory: memory.cassandra, ...place };
      return new DockerService({
        ...common,
        service: `cassandra-${node}`,
        container: `${prefix}-cassandra-${node}`,
        image: images.cassandra,
        hadData: withData.includes(`cassandra-${node}`),
        specFor: (hostPort, lost) => cassandraService({ ...declared, hostPort, lost: lost && nodes > 1 }),
        ready: ({ hostPort }) => cassandraVersion(hostPort, cassandra, place),
      });
    }),
    ...numbers(brokers).map((node) => {
      const declared = { prefix, image: images.kafka, node, nodes: brokers, memory: memory.kafka, credentials: kafka };
      return new DockerService({
        ...common,
        service: `kafka-${node}`,
        container: `${prefix}-kafka-${node}`,
        image: images.kafka,
        hadData: withData.includes(`kafka-${node}`),
        specFor: (hostPort) => kafkaService({ ...declared, hostPort }),
        ready: kafkaQuestion(kafka, node),
      });
    }),
  ];
}

function kafkaQuestion({ admin }: Credentials['kafka'], node: number): ReadyQuestion {
  return async (spec, container) => {
    try {
      await kafkaBrokers(spec.hostPort, admin);
    } catch (error) {
      // One of them makes the user for all.
      if (!isWrongLogin(error) || node !== 1) throw error;
      await createScramUser(container, spec.name, admin);
      await kafkaBrokers(spec.hostPort, admin);
    }
    return versionIn((await container.inspect()).Config.Env);
  };
}

/** Data that is spread over three servers is not whole on one, and one that joins others has to get its part first. */
async function assertSizes(containers: PlatformContainers, wanted: Readonly<Record<string, number>>): Promise<void> {
  const sizes = await containers.dataSizes();
  for (const [kind, size] of Object.entries(wanted)) {
    const there = sizes.get(kind);
    if (there !== undefined && there !== size) throw clusterSizeFixed(kind, there, size);
  }
}

async function memoryOf(engine: Engine, nodes: { cassandra: number; kafka: number }): Promise<ServiceMemory> {
  const { MemTotal } = await callEngine(
    engine,
    'asking the engine for its memory',
    (docker) => docker.info() as Promise<{ MemTotal: number }>,
  );
  const memory = planMemory(MemTotal, nodes);
  const [neededMb, haveMb] = [totalMemoryMb(memory, nodes), MemTotal / 2 ** 20];
  const clusters = nodes.cassandra > 1 || nodes.kafka > 1;
  if (clusters && neededMb > mostMemory * haveMb) throw engineMemoryTooSmall(nodes, neededMb, haveMb);
  return memory;
}

/** Official images say the version of Kafka in a variable. */
function versionIn(environment: readonly string[]): string | null {
  return environment.find((line) => line.startsWith('KAFKA_VERSION='))?.slice('KAFKA_VERSION='.length) ?? null;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
