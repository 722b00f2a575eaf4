import type { ClusterSecrets, CoreDmsTarget } from '../protocol/jobs.ts';
import type { CoreDms } from './core-dms.ts';

/** A tenant's keyspace, and what lets its clients in. */
export interface CoreDmsAccess {
  target: CoreDmsTarget;
  secrets: ClusterSecrets;
}

/**
 * Opens a tenant's keyspace where the target says it is; `write` creates what is missing, `read` never changes anything.
 * COREDMS_UNAVAILABLE, COREDMS_AWAY, COREDMS_BUSY, COREDMS_LOGIN_REFUSED, COREDMS_UNTRUSTED. The embedded store works synchronously in the
 * calling thread; Cassandra's driver is loaded with its first use.
 */
export async function connectCoreDms({ target, secrets }: CoreDmsAccess, mode: 'read' | 'write'): Promise<CoreDms> {
  if (target.kind === 'embedded') {
    const { EmbeddedCoreDms } = await import('./embedded/embedded-core-dms.ts');
    return EmbeddedCoreDms.open(target.file, mode);
  }
  const { CassandraCoreDms } = await import('./cassandra/cassandra-core-dms.ts');
  return CassandraCoreDms.open(target.cluster, target.keyspace, secrets, mode);
}
