import type { BatchDemand, DemandStatus, PlatformStatus } from '../../protocol/management.ts';
import { endingInOrder } from '../errors.ts';
import type { DemandView } from './demand-view.ts';

/** The part of a control plane that a batch run needs, reached over HTTP or in this process. */
export interface BatchPlane {
  status(): Promise<PlatformStatus>;
  demandBatch(demand: BatchDemand): Promise<DemandStatus>;
  demandStatus(id: string, waitMs: number, signal: AbortSignal): Promise<DemandStatus>;
}

/** How often progress is asked for, in milliseconds: reports come once a second from each run. */
const everyMs = 400;

/** Demands a batch run and shows it until it is finished; resolves early, with what there is, when `signal` aborts. */
export async function watchDemand(
  plane: BatchPlane,
  demand: BatchDemand,
  view: DemandView,
  signal: AbortSignal,
): Promise<Pick<DemandStatus, 'records' | 'further' | 'finished'>> {
  let status = await plane.demandBatch(demand);
  let told = 0;
  const tell = () => view.note(endingInOrder);
  signal.addEventListener('abort', tell, { once: true });
  try {
    for (;;) {
      view.update(status, status.records.slice(told));
      told = status.records.length;
      if (status.finished) break;
      signal.throwIfAborted();
      status = await plane.demandStatus(status.id, everyMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', tell);
    view.end();
  }
  const { records, further, finished } = status;
  return { records, finished, ...(further ? { further } : {}) };
}
