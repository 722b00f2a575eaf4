import type { CoreDmsTarget, Login } from '../protocol/jobs.ts';
import type { CoreDms } from './core-dms.ts';
import { coreDmsLoginRefused } from './core-dms-errors.ts';

/** A tenant's keyspace, and who is let in; null where nobody has to log in. */
export interface CoreDmsAccess {
  target: CoreDmsTarget;
  login: Login | null;
}

/**
 * Opens a tenant's keyspace where the target says it is; `write` creates what is missing, `read` never changes anything.
 * COREDMS_UNAVAILABLE, COREDMS_AWAY, COREDMS_BUSY, COREDMS_LOGIN_REFUSED. The embedded store works synchronously in the
 * calling thread; Cassandra's driver is loaded with its first use.
 */
export async function connectCoreDms({ target, login }: CoreDmsAccess, mode: 'read' | 'write'): Promise<CoreDms> {
  if (target.kind === 'embedded') {
    const { EmbeddedCoreDms } = await import('./embedded/embedded-core-dms.ts');
    return EmbeddedCoreDms.open(target.file, mode);
  }
  if (!login) throw coreDmsLoginRefused('nobody', undefined);
  const { CassandraCoreDms } = await import('./cassandra/cassandra-core-dms.ts');
  return CassandraCoreDms.open(target.cluster, target.keyspace, login, mode);
}
