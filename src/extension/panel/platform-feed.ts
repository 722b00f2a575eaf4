import type { PlatformStatus } from '../../protocol/management.ts';
import type { Feed } from './feed.ts';
import { clipped, clippedName } from './log-entry.ts';
import type { MonitorSource } from './monitor-source.ts';
import { bounds, type PlatformView } from './panel-protocol.ts';
import { Whole } from './whole.ts';

/** State and figures of the platform, and its tenants' problems. */
export class PlatformFeed implements Feed<'platform'> {
  readonly #view = new Whole<PlatformView>(platformView(undefined));

  observe(source: MonitorSource | undefined): void {
    this.#view.set(platformView(source));
  }
  snapshot(): PlatformView {
    return this.#view.snapshot();
  }
  delta(): PlatformView | undefined {
    return this.#view.delta();
  }
  dispose(): void {
    // nothing is held
  }
}

function platformView(source: MonitorSource | undefined): PlatformView {
  const status = source?.status;
  const tenants = status?.tenants ?? [];
  const problems = tenants.flatMap(({ tenant, problem }) => (problem ? [{ tenant, ...problem }] : []));
  return {
    state: source?.state ?? 'none',
    name: clippedName(source?.name ?? ''),
    folder: source?.folder.root ?? '',
    runtime: status?.runtime ?? null,
    startedAt: status?.startedAt ?? null,
    eventLoopDelayP99Ms: roundedDelay(status),
    tenants: tenants.length,
    tenantNames: tenants
      .map(({ tenant }) => tenant)
      .sort()
      .slice(0, bounds.tenants),
    activeRuns: status?.runs.length ?? 0,
    waitingFiles: tenants.reduce((sum, { waitingFiles }) => sum + waitingFiles, 0),
    waitingBytes: tenants.reduce((sum, { waitingBytes }) => sum + waitingBytes, 0),
    problems: problems.slice(0, bounds.problems).map(({ tenant, code, message, hint }) => ({
      tenant,
      code,
      message: clipped(message),
      hint: hint === undefined ? null : clipped(hint),
    })),
    moreProblems: Math.max(0, problems.length - bounds.problems),
  };
}

/** To a tenth, so that noise is not sent. */
function roundedDelay(status: PlatformStatus | undefined): number | null {
  return status ? Math.round(status.eventLoopDelayP99Ms * 10) / 10 : null;
}
