import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { exclusiveLock } from './exclusive-lock.ts';
import { platformOwned } from './metadata-errors.ts';

// Two that try at the very same moment can both find it busy; each then tries again for this long.
const patienceMs = 500;

/** Takes the lock of whoever owns the platform folder, see `exclusiveLock`. Throws PLATFORM_OWNED when another has it. */
export function holdOwnerLock(file: string): DatabaseSyncInstance {
  const lock = exclusiveLock(file, patienceMs);
  if (!lock) throw platformOwned();
  return lock;
}
