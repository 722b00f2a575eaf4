import { followDemand, type DemandPlane } from '../../api/follow-demand.ts';
import type { IngestionRecord } from '../../protocol/ingestion-log.ts';
import type { BatchDemand, DemandStatus, PlatformStatus } from '../../protocol/management.ts';
import { endingInOrder } from '../errors.ts';
import type { DemandView } from './demand-view.ts';
import { namesOf } from './still-written.ts';

/** The part of a control plane that a batch run needs, reached over HTTP or in this process. */
export interface BatchPlane extends DemandPlane {
  status(): Promise<PlatformStatus>;
}

/** How often progress is asked for, in milliseconds: reports come once a second from each run. */
const everyMs = 400;

/** Demands a batch run and shows it until it is finished; resolves early, with what there is, when `signal` aborts. */
export async function watchDemand(
  plane: BatchPlane,
  demand: BatchDemand,
  view: DemandView,
  signal: AbortSignal,
): Promise<Pick<DemandStatus, 'records' | 'further' | 'finished' | 'stillWritten'>> {
  const records: IngestionRecord[] = [];
  let last: DemandStatus | undefined;
  let told = '';
  const tell = () => view.note(endingInOrder);
  signal.addEventListener('abort', tell, { once: true });
  try {
    for await (const status of followDemand(plane, demand, everyMs, signal)) {
      view.update(status);
      records.push(...status.records);
      last = status;
      const names = namesOf(status.stillWritten);
      if (names !== '' && names !== told && !status.finished) {
        view.note(`Still being written: ${names}; once all else is done this is waited for no longer than a minute.`);
        told = names;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', tell);
    view.end();
  }
  const complete = last?.finished === true && records.length >= last.recorded;
  const { further, stillWritten } = last ?? {};
  return {
    records,
    finished: complete,
    ...(further ? { further } : {}),
    ...(stillWritten ? { stillWritten } : {}),
  };
}
