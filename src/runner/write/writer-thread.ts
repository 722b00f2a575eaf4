import { parentPort } from 'node:worker_threads';
import { connectCoreDms } from '../../coredms/connect.ts';
import type { CoreDms } from '../../coredms/core-dms.ts';
import type { CqlValue } from '../../coredms/cql-values.ts';
import { faultOf } from '../../foundation/errors.ts';
import { threadInput } from '../../foundation/thread-call.ts';
import type { ChunkReject, OutputChunk, WrittenNotice } from '../chunks.ts';
import type { Unfit } from './convert.ts';
import { RowConverter } from './convert.ts';
import type { RowStage } from './row-stage.ts';
import type { FromWriter, ToWriter, WriterInput } from './writer-messages.ts';

// The writer: convert → quality → protect → sinks, in a thread of its own so that reading, the app and writing share two
// cores evenly. Chunks are written in the order in which they come.

const input = threadInput<WriterInput>();
const port = parentPort;
if (!port) throw new Error('writer is a worker thread');
const tell = (message: FromWriter) => port.postMessage(message);

const converter = new RowConverter(input.table);
/** Quality and protect, once a profile asks for them. */
const stages: readonly RowStage[] = [];

async function write(coreDms: CoreDms, chunk: OutputChunk): Promise<WrittenNotice> {
  const rejects: ChunkReject[] = [];
  const rows: CqlValue[][] = [];
  const writeTimes: number[] = [];
  const fileTime = input.writeTimes[chunk.file] as number;
  let stored = 0;
  let at = 0;
  for (let index = 0; index < chunk.rowCounts.length; index++) {
    const count = chunk.rowCounts[index] as number;
    if (count === 0) continue;
    const ofRecord = chunk.rows.slice(at, at + count);
    at += count;
    const unfit = firstUnfit(ofRecord);
    if (unfit) {
      rejects.push({ index, ...unfit });
      continue;
    }
    stored++;
    for (const row of ofRecord) {
      rows.push(row as CqlValue[]);
      writeTimes.push(fileTime + (chunk.numbers[index] as number));
    }
  }
  if (rows.length > 0) await coreDms.write(input.table, { rows, writeTimes });
  return { sequence: chunk.sequence, stored, rows: rows.length, rejects };
}

function firstUnfit(rows: unknown[][]): Unfit | undefined {
  for (const row of rows) {
    const unfit = converter.convert(row);
    if (unfit) return unfit;
    for (const stage of stages) {
      const refused = stage.apply(row as CqlValue[]);
      if (refused) return refused;
    }
  }
  return undefined;
}

let broken = false;
let work: Promise<void> = (async () => {
  const coreDms = await connectCoreDms(input.coreDms, 'write');
  await coreDms.ensureTable(input.table);
  const inTurn = (task: () => Promise<FromWriter>) => {
    work = work
      .then(async () => {
        // Nothing is written behind a chunk that failed: what is acknowledged stays contiguous.
        if (!broken) tell(await task());
      })
      .catch(fail);
  };
  port.on('message', (message: ToWriter) => {
    if (message.type === 'sync') {
      inTurn(async () => {
        await coreDms.sync();
        return { type: 'synced' };
      });
      return;
    }
    message.port.on('message', (chunk: OutputChunk) => {
      inTurn(async () => ({ type: 'written', notice: await write(coreDms, chunk) }));
    });
  });
  tell({ type: 'ready' });
})().catch(fail);

function fail(error: unknown): void {
  broken = true;
  tell({ type: 'failed', fault: faultOf(error, 'COREDMS_FAILED') });
}
