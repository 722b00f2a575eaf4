import type { PlatformError } from '../../foundation/errors.ts';
import type { Endpoint, Provisioning } from '../runtime-settings.ts';
import type { Provision } from './provision.ts';
import { inStep, tellWarnings, type TellStep } from './steps.ts';

/** A login that lives, by which a cluster is asked. */
export interface ClusterSession {
  /** What the server says of itself; for Kafka at least that: `3.9+`. */
  version: string;
  /** How many nodes of Cassandra are in the data center that this machine works with. */
  readonly localNodes?: number;
  /** A real question. @throws whatever the client of the service throws */
  ask(): Promise<void>;
  /** What is missing for these tenants. @throws PlatformError QUESTION_FAILED */
  look(tenants: readonly string[]): Promise<Provision>;
  close(): Promise<void>;
}

/** How the servers of a cluster are spoken with, once the secrets are read. */
export interface ClusterAccess {
  warnings: PlatformError[];
  /** Resolves when a server speaks the right protocol with us. */
  reach: (endpoint: Endpoint, tell: TellStep) => Promise<unknown>;
  /** The same, then logs in and asks for the version. */
  open: (endpoint: Endpoint, tell: TellStep) => Promise<ClusterSession>;
}

/** A cluster of somebody else. */
export interface ExternalCluster {
  service: 'cassandra' | 'kafka';
  endpoints: readonly Endpoint[];
  provision: Provisioning;
  /** Reads secrets and certificates. @throws PlatformError SECRET_MISSING, TLS_FILE_UNUSABLE */
  access: () => Promise<ClusterAccess>;
}

/**
 * Logs in at the first server that lets us.
 * @param everywhere whether the others are gone to as well, up to their first words: for who wants to know
 * @throws PlatformError what the first server has met when none lets us
 */
export async function openCluster(
  { endpoints, access }: ExternalCluster,
  tell: TellStep,
  everywhere = false,
): Promise<ClusterSession> {
  const { warnings, reach, open } = await inStep(
    tell,
    'settings',
    undefined,
    access,
    () => 'secrets and certificates are to be had',
  );
  tellWarnings(tell, 'settings', warnings);
  let session: ClusterSession | undefined;
  let first: unknown;
  for (const endpoint of endpoints) {
    if (session && !everywhere) break;
    try {
      if (session) await reach(endpoint, tell);
      else session = await open(endpoint, tell);
    } catch (error) {
      first ??= error;
    }
  }
  if (!session) throw first as Error;
  return session;
}
