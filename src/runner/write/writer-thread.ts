import { parentPort } from 'node:worker_threads';
import { connectCoreDms } from '../../coredms/connect.ts';
import type { CoreDms } from '../../coredms/core-dms.ts';
import { tableGone } from '../../coredms/core-dms-errors.ts';
import { faultOf } from '../../foundation/errors.ts';
import { threadInput } from '../../foundation/thread-call.ts';
import type { OutputChunk } from '../chunks.ts';
import { ChunkPreparation } from './chunk-preparation.ts';
import { noticesOf } from './refused-rows.ts';
import { rowStages } from './row-stage.ts';
import { WriteQueue } from './write-queue.ts';
import type { FromWriter, ToWriter, WriterInput } from './writer-messages.ts';

// The writer: convert → quality → protect → sinks, in a thread of its own so that reading, the app and writing share two
// cores evenly. Writes begin in the order in which chunks come; several can be under way, as CoreDms likes it best.

const input = threadInput<WriterInput>();
const port = parentPort;
if (!port) throw new Error('writer is a worker thread');
const tell = (message: FromWriter) => port.postMessage(message);

const preparation = new ChunkPreparation(input.table, input.writeTimes, rowStages);

async function write(coreDms: CoreDms, chunks: readonly OutputChunk[]): Promise<void> {
  const prepared = chunks.map((chunk) => preparation.prepare(chunk));
  const rows = prepared.flatMap((chunk) => chunk.rows);
  const writeTimes = prepared.flatMap((chunk) => chunk.writeTimes);
  const refused = rows.length > 0 ? await coreDms.write(input.table, { rows, writeTimes }) : [];
  for (const notice of noticesOf(prepared, refused)) tell({ type: 'written', notice });
}

/** Until the thread is ended, or something fails: nothing is written behind that, so what is acknowledged stays contiguous. */
async function run(): Promise<never> {
  const coreDms = await connectCoreDms(input.coreDms, 'write');
  const isThere = async () => (await coreDms.tables()).some(({ name }) => name === input.table.name);
  if (input.resumes && !(await isThere())) throw tableGone(input.table.name);
  await coreDms.ensureTable(input.table);
  const queue = new WriteQueue();
  port?.on('message', (message: ToWriter) => {
    if (message.type === 'sync') queue.push('sync');
    else if (message.type === 'end') void Promise.resolve(coreDms.dispose()).finally(() => process.exit(0));
    else message.port.on('message', (chunk: OutputChunk) => queue.push(chunk));
  });
  tell({ type: 'ready' });
  const writing = new Set<Promise<void>>();
  for (;;) {
    while (writing.size >= coreDms.writesAtOnce) await Promise.race(writing);
    const { chunks, sync } = await Promise.race([queue.next(), failureOf(writing)]);
    const written = write(coreDms, chunks).finally(() => writing.delete(written));
    writing.add(written);
    if (!sync) continue;
    await Promise.all(writing);
    await coreDms.sync();
    tell({ type: 'synced' });
  }
}

/** Rejects as soon as one of them does, and never resolves. */
function failureOf(writing: Iterable<Promise<void>>): Promise<never> {
  return new Promise((_, reject) => {
    for (const one of writing) one.catch(reject);
  });
}

run().catch((error: unknown) => tell({ type: 'failed', fault: faultOf(error, 'COREDMS_FAILED') }));
