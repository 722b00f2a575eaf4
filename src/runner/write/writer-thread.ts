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
import { WriteQueue } from './write-queue.ts';
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

interface Prepared {
  notice: WrittenNotice;
  rows: CqlValue[][];
  writeTimes: number[];
}

/** Converts and judges a chunk; what is unfit stays out of its rows. */
function prepare(chunk: OutputChunk): Prepared {
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
  return { notice: { sequence: chunk.sequence, stored, rows: rows.length, rejects }, rows, writeTimes };
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

async function write(coreDms: CoreDms, chunks: readonly OutputChunk[]): Promise<void> {
  const prepared = chunks.map(prepare);
  const rows = prepared.flatMap((chunk) => chunk.rows);
  const writeTimes = prepared.flatMap((chunk) => chunk.writeTimes);
  if (rows.length > 0) await coreDms.write(input.table, { rows, writeTimes });
  for (const { notice } of prepared) tell({ type: 'written', notice });
}

/** Until the thread is ended, or something fails: nothing is written behind that, so what is acknowledged stays contiguous. */
async function run(): Promise<never> {
  const coreDms = await connectCoreDms(input.coreDms, 'write');
  await coreDms.ensureTable(input.table);
  const queue = new WriteQueue();
  port?.on('message', (message: ToWriter) => {
    if (message.type === 'sync') queue.push('sync');
    else message.port.on('message', (chunk: OutputChunk) => queue.push(chunk));
  });
  tell({ type: 'ready' });
  for (;;) {
    const { chunks, sync } = await queue.next();
    await write(coreDms, chunks);
    if (!sync) continue;
    await coreDms.sync();
    tell({ type: 'synced' });
  }
}

run().catch((error: unknown) => tell({ type: 'failed', fault: faultOf(error, 'COREDMS_FAILED') }));
