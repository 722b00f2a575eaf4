import { faultOf, type Fault } from '../foundation/errors.ts';
import type { RunRecord } from '../protocol/ingestion-log.ts';
import type { RateLimit } from '../protocol/jobs.ts';
import type { IngestionLogs } from '../records/ingestion-logs.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import type { Demands } from './demands.ts';
import type { RunInPreparation } from './run-in-preparation.ts';
import { filesOf } from './run-plan.ts';
import { prepareRun, type PreparationPorts, type PreparedRun } from './run-preparation.ts';
import type { TenantDesk } from './tenant-desk.ts';

/** How long nothing is started for a tenant after the platform itself failed on it. Milliseconds. */
const pauseAfterFaultMs = 10_000;

interface PreparationsPorts extends Pick<PreparationPorts, 'folder' | 'metadata' | 'hasher' | 'coreDmsOf' | 'now'> {
  logs: IngestionLogs;
  demands: Demands;
  /** Keeps what nobody waits for until it is done. */
  track: (work: Promise<void>) => void;
  stopping: () => boolean;
}

/** Makes runs of what tenants' desks have reserved, and keeps the desks to what became of it. */
export class Preparations {
  readonly #ports: PreparationsPorts;

  constructor(ports: PreparationsPorts) {
    this.#ports = ports;
  }

  /** The run, open; null when there is none: nothing was left of its files, or it failed. Never rejects. */
  async prepare(
    desk: TenantDesk,
    profile: TenantProfile,
    app: BatchApp,
    preparation: RunInPreparation,
    context: { trigger: RunRecord['trigger']; places: number; rate: RateLimit },
  ): Promise<PreparedRun | null> {
    const { logs, demands, now, stopping, track } = this.#ports;
    const reserved = preparation.files;
    let prepared: PreparedRun | null = null;
    const held = new Map<string, string>();
    /** The names that files have in staging again, by those that they had. */
    const returned = new Map<string, string>();
    try {
      preparation.signal.throwIfAborted();
      const { files, day } = await desk.intake.withinQuota(reserved, app, profile);
      const ports: PreparationPorts = {
        ...this.#ports,
        notAdmitted: (name, reason) => track(desk.intake.keepOut(name, reason)),
        held: (file, name, runId) => {
          returned.set(file, name);
          held.set(name, runId);
        },
        returned: (file, name) => void returned.set(file, name),
        leftBehind: (runId: string, problem: Fault) => desk.intake.leaveBehind(runId, problem),
      };
      if (files.length > 0) {
        prepared = await prepareRun(ports, profile, app, preparation, files, { ...context, day });
      }
    } catch (error) {
      if (!stopping()) desk.pauseFor(pauseAfterFaultMs, now(), faultOf(error));
      const level = stopping() ? 'info' : 'error';
      logs.platform(level, 'run-not-started', { tenant: desk.tenant, app: app.name, ...faultOf(error) });
    }
    // Files that left staging may come again under the same name.
    for (const { name } of reserved) desk.taken.delete(name);
    for (const [name, runId] of held) desk.intake.hold(name, runId);
    const run = new Set(prepared ? filesOf(prepared.plan) : []);
    const left = reserved.filter(({ name }) => !run.has(name));
    const back = left.map(({ name }) => returned.get(name) ?? name);
    desk.due.taken(app.name, context.trigger, back);
    demands.renamed(desk.tenant, app.name, returned);
    desk.looks.owe();
    return prepared;
  }
}
