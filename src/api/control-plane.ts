import type { IngestionRecord, RunRecord, StatisticsReport } from '../protocol/ingestion-log.ts';
import type { RateLimit } from '../protocol/jobs.ts';
import type { BatchDemand, DemandStatus, LogQuery, PlatformStatus } from '../protocol/management.ts';
import type { Directives, RunReport } from '../protocol/reports.ts';
import type { ServiceUsage } from '../protocol/services.ts';

/** Who a token speaks for. */
export type Caller = { role: 'platform' } | { role: 'tenant'; tenant: string };

/**
 * What the HTTP API offers, whoever implements it. Methods throw PlatformError: `not-found` for unknown tenants, runs and
 * demands, `forbidden` when a tenant's token names another tenant's run.
 */
export interface ControlPlane {
  authenticate(token: string): Caller | undefined;

  status(): Promise<PlatformStatus>;
  /** Answers as soon as the status is newer than revision `after`, or after `waitMs` with what it is then. */
  nextStatus(after: number, waitMs: number, signal: AbortSignal): Promise<PlatformStatus>;
  demandBatch(demand: BatchDemand): Promise<DemandStatus>;
  /**
   * Answers when the demand is finished or after `waitMs`, whichever comes first, or when one answer cannot have all its records.
   * @param after how many of the records are known already
   */
  demandStatus(id: string, waitMs: number, signal: AbortSignal, after?: number): Promise<DemandStatus>;

  acceptReport(caller: Caller, runId: string, report: RunReport): Directives;
  /** Answers as soon as the directives are newer than `after`, or after `waitMs` with what they are then. */
  directives(caller: Caller, runId: string, after: number, waitMs: number, signal: AbortSignal): Promise<Directives>;
  setRate(runId: string, rate: RateLimit): Directives;
  /** Resolves when it is durable that the run is cancelled. */
  cancelRun(runId: string): Promise<void>;

  ingestionLog(query: LogQuery): Promise<IngestionRecord[]>;
  runLog(query: LogQuery): Promise<RunRecord[]>;
  statistics(tenant: string | undefined): Promise<StatisticsReport>;
  /** What each service of the runtime takes of the machine now; none on the embedded runtime. */
  serviceUsage(): Promise<ServiceUsage[]>;

  /** Registers a tenant that is present in the platform folder. */
  addTenant(tenant: string): Promise<void>;
  /**
   * Unregisters. The tenant's folder and data stay; or, `withData`, they are deleted, and the tenant is as if it had never been:
   * `conflict` TENANT_BUSY while a run of it is open.
   */
  removeTenant(tenant: string, withData: boolean): Promise<void>;
  setTenantEnabled(tenant: string, enabled: boolean): Promise<void>;

  /** Lets runs drain and ends; resolves when the stop has begun. */
  shutDown(): void;
}
