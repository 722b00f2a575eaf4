/** Memory of one container, in MiB. */
export interface MemoryPlan {
  limitMb: number;
  heapMb: number;
}

/** What the services of a platform take of the machine. */
export interface ServiceMemory {
  cassandra: MemoryPlan;
  kafka: MemoryPlan;
}

/**
 * A quarter of the engine's memory for Cassandra, a twelfth for Kafka, shared by their nodes, the rest for runners, the page
 * cache and the user's editor. Half of a container is heap: Cassandra keeps memtables off the heap, and both live on the page
 * cache, which counts for the container. Below the smallest heaps here the servers do not start.
 * @param engineBytes memory of the engine's machine
 */
export function planMemory(engineBytes: number, nodes: { cassandra: number; kafka: number }): ServiceMemory {
  const totalMb = engineBytes / 2 ** 20;
  return {
    cassandra: plan(totalMb / 4 / nodes.cassandra, { least: 1024, most: 8192 }),
    kafka: plan(totalMb / 12 / nodes.kafka, { least: 768, most: 2048 }),
  };
}

/** All of it together, in MiB. */
export function totalMemoryMb(memory: ServiceMemory, nodes: { cassandra: number; kafka: number }): number {
  return memory.cassandra.limitMb * nodes.cassandra + memory.kafka.limitMb * nodes.kafka;
}

function plan(shareMb: number, { least, most }: { least: number; most: number }): MemoryPlan {
  const limitMb = Math.round(Math.min(most, Math.max(least, shareMb)));
  return { limitMb, heapMb: Math.round(limitMb / 2) };
}
