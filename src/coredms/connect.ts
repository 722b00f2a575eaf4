import type { CoreDmsTarget } from '../protocol/jobs.ts';
import type { CoreDms } from './core-dms.ts';

/**
 * Opens a tenant's keyspace where the target says it is; `write` creates what is missing, `read` never changes anything.
 * COREDMS_UNAVAILABLE, COREDMS_BUSY. The embedded store works synchronously in the calling thread.
 */
export async function connectCoreDms(target: CoreDmsTarget, mode: 'read' | 'write'): Promise<CoreDms> {
  const { EmbeddedCoreDms } = await import('./embedded/embedded-core-dms.ts');
  return EmbeddedCoreDms.open(target.file, mode);
}
