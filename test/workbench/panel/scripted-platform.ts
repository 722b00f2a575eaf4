import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeLocation } from '../../../src/api/location.ts';
import { startApiServer, type ApiServer } from '../../../src/api/server.ts';
import { PlatformError } from '../../../src/foundation/errors.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import type { RunRecord, StatisticsReport } from '../../../src/protocol/ingestion-log.ts';
import type { ActiveRun, LogQuery, PlatformStatus, TenantStatus } from '../../../src/protocol/management.ts';
import type { ServiceStatus, ServiceUsage } from '../../../src/protocol/services.ts';
import { InMemoryControlPlane } from '../../unit/api/in-memory-control-plane.ts';
import { noStatistics } from '../../unit/cli/examples.ts';

/** A platform whose figures a test says, behind the real HTTP API; its logs are files as the real one writes them. */
export class ScriptedPlatform extends InMemoryControlPlane {
  readonly folder: PlatformFolder;
  tenants: TenantStatus[] = [];
  runs: ActiveRun[] = [];
  ended: RunRecord[] = [];
  services: ServiceStatus[] = [];
  usage: ServiceUsage[] = [];
  report: StatisticsReport = { total: noStatistics(), byTenant: [], byDay: [], byApp: [] };
  #revision = 1;
  #server: ApiServer | undefined;
  readonly #startedAt = Date.now() - 47 * 60_000;
  readonly #news = new EventTarget();

  constructor(root: string) {
    super();
    this.folder = new PlatformFolder(root);
  }

  async start(): Promise<void> {
    this.#server = await startApiServer(this);
    const { url } = this.#server;
    const token = this.platformToken;
    await writeLocation(this.folder, { url, pid: process.pid, startedAt: this.#startedAt, token });
  }

  async stop(): Promise<void> {
    await this.#server?.dispose();
  }

  /** Tells whoever waits that something has changed. */
  changed(): void {
    this.#revision++;
    this.#news.dispatchEvent(new Event('news'));
  }

  /** Adds lines to the log of a tenant; null: to the platform's. */
  async log(tenant: string | null, ...entries: Record<string, unknown>[]): Promise<void> {
    const path = tenant === null ? this.folder.platformLog : this.folder.batchAppLog(tenant);
    const head = { time: new Date().toISOString(), level: 'info', type: 'app', app: 'reviews', stream: 'stdout' };
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, entries.map((entry) => `${JSON.stringify({ ...head, ...entry })}\n`).join(''));
  }

  override async status(): Promise<PlatformStatus> {
    return {
      ...(await super.status()),
      platform: 'commerce',
      folder: this.folder.root,
      startedAt: this.#startedAt,
      revision: this.#revision,
      recordedRuns: this.ended.length,
      tenants: this.tenants,
      runs: this.runs,
      services: this.services,
      eventLoopDelayP99Ms: 1.8,
    };
  }

  override async nextStatus(after: number, waitMs: number, signal: AbortSignal): Promise<PlatformStatus> {
    if (this.#revision <= after)
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, waitMs);
        const done = () => {
          clearTimeout(timer);
          resolve();
        };
        this.#news.addEventListener('news', done, { once: true });
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    return this.status();
  }

  override runLog({ runId }: LogQuery): Promise<RunRecord[]> {
    return Promise.resolve(this.ended.filter((run) => runId === undefined || run.runId === runId));
  }

  override serviceUsage() {
    return Promise.resolve(this.usage);
  }

  override statistics(): Promise<StatisticsReport> {
    return Promise.resolve(this.report);
  }

  override async cancelRun(runId: string): Promise<void> {
    if (!this.runs.some((run) => run.runId === runId))
      throw new PlatformError({ code: 'NO_SUCH_RUN', message: `no run ${runId}`, kind: 'not-found' });
    this.calls.push(['cancelRun', runId]);
    return Promise.resolve();
  }
}
