import { ControlPlaneClient } from '../../api/client.ts';
import type { Fault } from '../../foundation/errors.ts';
import type { IngestionRecord, RunRecord } from '../../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus, LogQuery, PlatformStatus } from '../../protocol/management.ts';
import { forEditor } from '../commands/error-help.ts';

/** A client whose faults say what a user of the editor can do, wherever they are shown: their own hints name the command line. */
export class EditorClient extends ControlPlaneClient {
  override async status(signal?: AbortSignal): Promise<PlatformStatus> {
    return statusForEditor(await super.status(signal));
  }
  override async nextStatus(after: number, waitMs: number, signal?: AbortSignal): Promise<PlatformStatus> {
    return statusForEditor(await super.nextStatus(after, waitMs, signal));
  }
  override async demandBatch(demand: BatchDemand): Promise<DemandStatus> {
    return demandForEditor(await super.demandBatch(demand));
  }
  override async demandStatus(id: string, waitMs: number, signal?: AbortSignal, after = 0): Promise<DemandStatus> {
    return demandForEditor(await super.demandStatus(id, waitMs, signal, after));
  }
  override async ingestionLog(query: Partial<LogQuery>): Promise<IngestionRecord[]> {
    return (await super.ingestionLog(query)).map(recordForEditor);
  }
  override async runLog(query: Partial<LogQuery>): Promise<RunRecord[]> {
    return (await super.runLog(query)).map(runForEditor);
  }
}

function statusForEditor(status: PlatformStatus): PlatformStatus {
  const tenants = status.tenants.map((tenant) => {
    if (!tenant.problem && !tenant.retries) return tenant;
    const retries = tenant.retries?.map((run) => ({ ...run, cause: maybe(run.cause) }));
    return { ...tenant, problem: maybe(tenant.problem), ...(retries ? { retries } : {}) };
  });
  return { ...status, tenants };
}

function demandForEditor(status: DemandStatus): DemandStatus {
  return { ...status, records: status.records.map(recordForEditor) };
}

function recordForEditor(record: IngestionRecord): IngestionRecord {
  return record.cause ? { ...record, cause: forEditor(record.cause) } : record;
}

function runForEditor(run: RunRecord): RunRecord {
  const { cause, firstFailure } = run;
  return {
    ...run,
    cause: maybe(cause),
    firstFailure: firstFailure && { ...firstFailure, cause: forEditor(firstFailure.cause) },
  };
}

function maybe(fault: Fault | null): Fault | null {
  return fault && forEditor(fault);
}
