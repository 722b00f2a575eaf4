import * as z from 'zod';
import { fault } from './checkpoints.ts';

// What the platform says of the services beside the managers: Cassandra and Kafka.

/** Where services come from. */
export const runtimeKind = z.enum(['embedded', 'docker', 'external']);
export type RuntimeKind = z.infer<typeof runtimeKind>;

export const serviceStatus = z.strictObject({
  /** `cassandra-1`: the software and the number of the node; `cassandra`: an external cluster. */
  service: z.string(),
  state: z.enum(['starting', 'running', 'restarting', 'stopped', 'failed', 'unreachable']),
  /** Where programs of this machine reach it: `127.0.0.1:32768`, or several with commas; null before it has a port. */
  endpoint: z.string().nullable(),
  /** Null: it is not of the platform, which only asks it. */
  image: z.string().nullable(),
  /** What the server itself says once it answers. */
  version: z.string().nullable(),
  container: z.string().nullable(),
  /** How often it was started again after it had ended by itself. */
  restarts: z.number().int(),
  /** What is wrong, or was when it ended last; null when all is well. */
  problem: fault.nullable(),
});
export type ServiceStatus = z.infer<typeof serviceStatus>;

/** What a service takes of the machine. */
export const serviceUsage = z.strictObject({
  service: z.string(),
  /** Cores: 1.5 is one and a half. */
  cpus: z.number(),
  memoryBytes: z.number(),
  memoryLimitBytes: z.number(),
  /** Of its volume; null where the engine does not tell. */
  diskBytes: z.number().nullable(),
});
export type ServiceUsage = z.infer<typeof serviceUsage>;
