import type { IntervalHistogram } from 'node:perf_hooks';
import type { Caller, ControlPlane } from '../api/control-plane.ts';
import type { Tokens } from '../api/tokens.ts';
import type { BatchManager } from '../batch/batch-manager.ts';
import { notYourRun } from '../batch/faults.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { RateLimit } from '../protocol/jobs.ts';
import type { BatchDemand, DemandStatus, LogQuery, PlatformStatus } from '../protocol/management.ts';
import type { RunReport } from '../protocol/reports.ts';
import type { RuntimeKind } from '../protocol/services.ts';
import type { IngestionLogs } from '../records/ingestion-logs.ts';
import type { MetadataStore } from '../records/metadata-store.ts';
import type { PlatformServices } from '../runtimes/services.ts';
import { registerTenant, setTenantEnabled, unregisterTenant } from '../tenants/registry.ts';
import type { CoreDmsOfTenants } from './core-dms-of-tenants.ts';
import { removeTenantWithData } from './remove-tenant.ts';

interface LocalParts {
  folder: PlatformFolder;
  batch: BatchManager;
  metadata: MetadataStore;
  logs: IngestionLogs;
  tokens: Tokens;
  startedAt: number;
  /** Name and time zone, as mysimbdp.yaml says now. */
  settings: () => { name: string; timeZone: string };
  runtime: RuntimeKind;
  services: PlatformServices;
  coreDms: CoreDmsOfTenants;
  eventLoopDelay: IntervalHistogram;
  /** Reads the platform folder again, now. */
  reload: () => Promise<void>;
  shutDown: () => void;
}

/** The control plane of this process, as the HTTP API and the editor use it. */
export class LocalControlPlane implements ControlPlane {
  readonly #parts: LocalParts;

  constructor(parts: LocalParts) {
    this.#parts = parts;
  }

  authenticate(token: string): Caller | undefined {
    return this.#parts.tokens.authenticate(token);
  }

  async nextStatus(after: number, waitMs: number, signal: AbortSignal): Promise<PlatformStatus> {
    await this.#parts.batch.revision.newerThan(after, waitMs, signal);
    return this.status();
  }

  status(): Promise<PlatformStatus> {
    const { folder, batch, startedAt, settings, runtime, services, eventLoopDelay } = this.#parts;
    return Promise.resolve({
      platform: settings().name,
      folder: folder.root,
      runtime,
      services: services.status(),
      pid: process.pid,
      startedAt,
      revision: batch.revision.number,
      recordedRuns: batch.recordedRuns,
      tenants: batch.tenantStatus(),
      runs: batch.runs.all().map((run) => run.status()),
      eventLoopDelayP99Ms: eventLoopDelay.count > 0 ? eventLoopDelay.percentile(99) / 1e6 : 0,
    });
  }

  demandBatch(demand: BatchDemand) {
    // A wrong demand rejects, like every other call; it does not throw.
    return new Promise<DemandStatus>((resolve) => resolve(this.#parts.batch.demands.add(demand)));
  }

  demandStatus(id: string, waitMs: number, signal: AbortSignal, after?: number) {
    return this.#parts.batch.demands.status(id, waitMs, signal, after);
  }

  acceptReport(caller: Caller, runId: string, report: RunReport) {
    this.#guard(caller, runId);
    return this.#parts.batch.accept(runId, report);
  }

  async directives(caller: Caller, runId: string, after: number, waitMs: number, signal: AbortSignal) {
    this.#guard(caller, runId);
    return this.#parts.batch.runs.get(runId).newerThan(after, waitMs, signal);
  }

  setRate(runId: string, rate: RateLimit) {
    return this.#parts.batch.setRate(runId, rate);
  }

  cancelRun(runId: string): Promise<void> {
    return this.#parts.batch.cancel(runId);
  }

  ingestionLog(query: LogQuery) {
    return this.#parts.metadata.ingestionLog(query);
  }

  runLog(query: LogQuery) {
    return this.#parts.metadata.runLog(query);
  }

  statistics(tenant: string | undefined) {
    const { metadata, settings } = this.#parts;
    const { timeZone } = settings();
    return metadata.statistics(tenant === undefined ? { timeZone } : { tenant, timeZone });
  }

  serviceUsage() {
    return this.#parts.services.usage();
  }

  async addTenant(tenant: string): Promise<void> {
    await registerTenant(this.#parts.folder, tenant);
    await this.#parts.reload();
  }

  async removeTenant(tenant: string, withData: boolean): Promise<void> {
    const { folder, batch, metadata, logs, coreDms, reload } = this.#parts;
    if (!withData) {
      await unregisterTenant(folder, tenant);
      await reload();
      return;
    }
    await batch.whileIdle(tenant, (looked) =>
      removeTenantWithData(folder, tenant, metadata, coreDms, async () => {
        await reload();
        await looked();
        await logs.forget(tenant);
      }),
    );
    logs.platform('warn', 'tenant-deleted', { tenant });
    batch.recordsDeleted();
    await reload();
  }

  async setTenantEnabled(tenant: string, enabled: boolean): Promise<void> {
    await setTenantEnabled(this.#parts.folder, tenant, enabled);
    await this.#parts.reload();
  }

  shutDown(): void {
    this.#parts.shutDown();
  }

  /** A tenant's token reports for that tenant's runs only. */
  #guard(caller: Caller, runId: string): void {
    const { tenant } = this.#parts.batch.runs.get(runId).facts;
    if (caller.role === 'tenant' && caller.tenant !== tenant) throw notYourRun(runId);
  }
}
