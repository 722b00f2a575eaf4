import { listFromProc } from './proc-filesystem.ts';
import { listFromPowerShell, listFromPs } from './process-list-commands.ts';

/** A process of this machine that is alive (not a zombie). */
export interface ProcessInfo {
  pid: number;
  /** 0 when there is none or it is unknown. */
  parentPid: number;
  /** Process group and session; null where the operating system has none or does not tell. */
  groupId: number | null;
  sessionId: number | null;
  /** Pages shared with other processes are counted in each of them. */
  residentBytes: number;
  /** User and system time of the process itself, without its children. */
  cpuSeconds: number;
  /** Tells a process from a later one with the same pid, and older from newer ones; the unit is the system's own. */
  startedAt: number;
}

/**
 * All processes that this user can see. Yields to the event loop at least once a millisecond of work, so that it can be
 * called twice a second in the editor's extension host.
 * @throws PlatformError DEADLINE_EXCEEDED, PROCESS_LIST_FAILED
 */
export async function listProcesses(): Promise<ProcessInfo[]> {
  switch (process.platform) {
    case 'linux':
      return listFromProc();
    case 'win32':
      return listFromPowerShell();
    default:
      return listFromPs();
  }
}
