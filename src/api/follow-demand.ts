import type { BatchDemand, DemandStatus } from '../protocol/management.ts';

/** The part of a control plane that takes demands, reached over HTTP or in this process. */
export interface DemandPlane {
  demandBatch(demand: BatchDemand): Promise<DemandStatus>;
  demandStatus(id: string, waitMs: number, signal: AbortSignal, after: number): Promise<DemandStatus>;
}

/**
 * Makes a demand and yields how it stands until it is finished and all its records were told; each record is in one of the answers.
 * @param everyMs how often it is asked, in milliseconds
 * @throws what the control plane answers; the signal's reason when it aborts
 */
export async function* followDemand(
  plane: DemandPlane,
  demand: BatchDemand,
  everyMs: number,
  signal: AbortSignal,
): AsyncGenerator<DemandStatus> {
  let status = await plane.demandBatch(demand);
  let told = 0;
  for (;;) {
    yield status;
    told += status.records.length;
    if (status.finished && told >= status.recorded) return;
    signal.throwIfAborted();
    status = await plane.demandStatus(status.id, everyMs, signal, told);
  }
}
