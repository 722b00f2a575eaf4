import type { Caller, ControlPlane } from '../../../src/api/control-plane.ts';
import { Tokens } from '../../../src/api/tokens.ts';
import { PlatformError } from '../../../src/foundation/errors.ts';
import type { IngestionRecord, RunRecord, StatisticsReport } from '../../../src/protocol/ingestion-log.ts';
import type { RateLimit } from '../../../src/protocol/jobs.ts';
import type { BatchDemand, DemandStatus, LogQuery, PlatformStatus } from '../../../src/protocol/management.ts';
import type { Directives, RunReport } from '../../../src/protocol/reports.ts';
import type { ServiceUsage } from '../../../src/protocol/services.ts';
import { noStatistics } from '../cli/examples.ts';

/** The smallest control plane that behaves as the interface says: one run `run-1`, of the tenant `north`. */
export class InMemoryControlPlane implements ControlPlane {
  readonly tokens = new Tokens();
  readonly platformToken = this.tokens.issue({ role: 'platform' });
  readonly northToken = this.tokens.issue({ role: 'tenant', tenant: 'north' });
  readonly southToken = this.tokens.issue({ role: 'tenant', tenant: 'south' });

  readonly calls: unknown[][] = [];
  readonly reports: RunReport[] = [];
  /** Signals of the long polls, in the order they came. */
  readonly polls: AbortSignal[] = [];
  /** What became of the files of every demand. */
  records: IngestionRecord[] = [];
  /** What every demand has not waited for any longer. */
  stillWritten: DemandStatus['stillWritten'];
  /** What the next call of `status` throws. */
  breakage: Error | undefined;
  directivesNow: Directives = {
    version: 1,
    rate: { rowsPerSecond: null, bytesPerSecond: null },
    drain: false,
    stop: false,
  };
  #changed = new EventTarget();

  authenticate(token: string): Caller | undefined {
    return this.tokens.authenticate(token);
  }

  async status(): Promise<PlatformStatus> {
    if (this.breakage) throw this.breakage;
    return Promise.resolve({
      platform: 'test',
      folder: '/platform',
      runtime: 'embedded',
      services: [],
      pid: process.pid,
      startedAt: 0,
      revision: this.directivesNow.version,
      recordedRuns: 0,
      tenants: [],
      runs: [],
      eventLoopDelayP99Ms: 1,
    });
  }
  async nextStatus(after: number, waitMs: number, signal: AbortSignal): Promise<PlatformStatus> {
    if (this.directivesNow.version <= after) await this.#wait(waitMs, signal);
    return this.status();
  }
  async demandBatch(demand: BatchDemand): Promise<DemandStatus> {
    this.calls.push(['demandBatch', demand]);
    return Promise.resolve({ id: 'd-1', finished: false, waitingFiles: 2, runs: [], recorded: 0, records: [] });
  }
  async demandStatus(id: string, waitMs: number, signal: AbortSignal, after = 0): Promise<DemandStatus> {
    if (id !== 'd-1')
      throw new PlatformError({ code: 'NO_SUCH_DEMAND', message: `no demand ${id}`, kind: 'not-found' });
    if (waitMs > 0 && this.records.length === 0) await this.#wait(waitMs, signal);
    const records = this.records.slice(after);
    const { stillWritten } = this;
    return {
      id,
      finished: true,
      waitingFiles: 0,
      runs: [],
      recorded: this.records.length,
      records,
      ...(stillWritten ? { stillWritten } : {}),
    };
  }

  acceptReport(caller: Caller, runId: string, report: RunReport): Directives {
    this.#own(caller, runId);
    this.reports.push(report);
    return this.directivesNow;
  }
  async directives(
    caller: Caller,
    runId: string,
    after: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Directives> {
    this.#own(caller, runId);
    if (this.directivesNow.version <= after) await this.#wait(waitMs, signal);
    return this.directivesNow;
  }
  setRate(runId: string, rate: RateLimit): Directives {
    this.#own({ role: 'platform' }, runId);
    this.directivesNow = { ...this.directivesNow, version: this.directivesNow.version + 1, rate };
    this.#changed.dispatchEvent(new Event('change'));
    return this.directivesNow;
  }
  async cancelRun(runId: string): Promise<void> {
    this.#own({ role: 'platform' }, runId);
    this.calls.push(['cancelRun', runId]);
    return Promise.resolve();
  }

  async ingestionLog(query: LogQuery): Promise<IngestionRecord[]> {
    this.calls.push(['ingestionLog', query]);
    return Promise.resolve([]);
  }
  async runLog(query: LogQuery): Promise<RunRecord[]> {
    this.calls.push(['runLog', query]);
    return Promise.resolve([]);
  }
  serviceUsage(): Promise<ServiceUsage[]> {
    return Promise.resolve([]);
  }
  async statistics(tenant: string | undefined): Promise<StatisticsReport> {
    this.calls.push(['statistics', tenant]);
    return Promise.resolve({ total: noStatistics(), byTenant: [], byDay: [], byApp: [] });
  }

  async addTenant(tenant: string): Promise<void> {
    this.calls.push(['addTenant', tenant]);
    if (tenant === 'north') {
      throw new PlatformError({
        code: 'TENANT_REGISTERED',
        message: 'north is registered',
        hint: 'Nothing to do.',
        kind: 'conflict',
      });
    }
    return Promise.resolve();
  }
  async removeTenant(tenant: string, withData: boolean): Promise<void> {
    this.calls.push(['removeTenant', tenant, withData]);
    return Promise.resolve();
  }
  async setTenantEnabled(tenant: string, enabled: boolean): Promise<void> {
    this.calls.push(['setTenantEnabled', tenant, enabled]);
    return Promise.resolve();
  }
  shutDown(): void {
    this.calls.push(['shutDown']);
  }

  #own(caller: Caller, runId: string): void {
    if (runId !== 'run-1')
      throw new PlatformError({ code: 'NO_SUCH_RUN', message: `no run ${runId}`, kind: 'not-found' });
    if (caller.role === 'tenant' && caller.tenant !== 'north') {
      throw new PlatformError({ code: 'FOREIGN_RUN', message: 'not a run of this tenant', kind: 'forbidden' });
    }
  }

  #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.polls.push(signal);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#changed.addEventListener('change', () => resolve(), { once: true });
      signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  }
}
