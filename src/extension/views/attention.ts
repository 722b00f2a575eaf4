import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { RunRecord } from '../../protocol/ingestion-log.ts';
import type { PlatformStatus, TenantStatus } from '../../protocol/management.ts';
import { countWholeFiles } from '../quarantine/whole-files.ts';
import { hasFailed } from '../run-standing.ts';

/** A run that failed so long ago does not ask for attention any more. Milliseconds. */
const attentionMs = 24 * 3_600_000;

/** A platform as far as it may ask for attention; `PlatformSession` is one. */
interface AttentionSource {
  readonly folder: PlatformFolder;
  readonly status: Pick<PlatformStatus, 'tenants' | 'services'> | undefined;
  /** Another array when a run was recorded. */
  readonly recentRuns: readonly RunRecord[];
}

/**
 * Counts what asks for somebody: registered tenants with a problem or with refused files, services that do not come back by
 * themselves, and runs that failed, or whose files did, and that nobody has dealt with, that is whose files are in quarantine
 * still. A retry takes them out; when it fails in its turn, it is the retry that counts.
 */
export class Attention {
  readonly #changed: () => void;
  readonly #failures = new WeakMap<AttentionSource, { runs: readonly RunRecord[]; unsettled: readonly RunRecord[] }>();

  /** @param changed called when `count` would give something else, for quarantine was looked into */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** @param now milliseconds since the epoch */
  count(sources: readonly AttentionSource[], now: number): number {
    return sources.reduce((sum, source) => {
      const tenants = source.status?.tenants.filter(needsSomebody) ?? [];
      const failures = this.#unsettledOf(source, now).filter((run) => isRecent(run, now));
      const gone = source.status?.services.filter(({ state }) => state === 'failed' || state === 'unreachable') ?? [];
      return sum + tenants.length + gone.length + failures.length;
    }, 0);
  }

  /** As it was last seen; looked at again after runs were recorded. */
  #unsettledOf(source: AttentionSource, now: number): readonly RunRecord[] {
    const { recentRuns: runs } = source;
    const known = this.#failures.get(source);
    if (known?.runs === runs) return known.unsettled;
    const unsettled = known?.unsettled ?? [];
    this.#failures.set(source, { runs, unsettled });
    void this.#look(source, runs, now);
    return unsettled;
  }

  async #look(source: AttentionSource, runs: readonly RunRecord[], now: number): Promise<void> {
    const failed = runs.filter((run) => hasFailed(run) && isRecent(run, now));
    const open = await Promise.all(failed.map((run) => hasQuarantinedFile(source.folder, run)));
    // Meanwhile further runs were recorded: that look tells.
    if (this.#failures.get(source)?.runs !== runs) return;
    this.#failures.set(source, { runs, unsettled: failed.filter((_, index) => open[index]) });
    this.#changed();
  }
}

function needsSomebody({ registered, problem, refusedFiles }: TenantStatus): boolean {
  return registered && (problem !== null || refusedFiles > 0);
}

/** Whether a run ended so lately that it may ask for attention. @param now milliseconds since the epoch */
export function isRecent({ endedAt }: RunRecord, now: number): boolean {
  return endedAt > now - attentionMs;
}

/** Whether a file of the run lies in quarantine as a whole: its reason is beside it. */
async function hasQuarantinedFile(folder: PlatformFolder, { tenant, runId }: RunRecord): Promise<boolean> {
  try {
    return (await countWholeFiles(folder, tenant, runId)) > 0;
  } catch {
    return true;
  }
}
