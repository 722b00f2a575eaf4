import { messageOf, PlatformError } from '../foundation/errors.ts';
import { bytesFor } from '../protocol/byte-limits.ts';
import type { Counters, FileCheckpoint, Position } from '../protocol/checkpoints.ts';
import type { BatchJob, JobFile } from '../protocol/jobs.ts';
import type { InputChunk, WrangledNotice, WrittenNotice } from './chunks.ts';
import type { Decoded, Decoder } from './decode/decoder.ts';
import { withoutLineEnd } from './decode/decoder.ts';
import { decoderFor } from './decode/decoder-for.ts';
import { FileFault, notTolerated, quarantineTooLarge } from './faults.ts';
import type { SettledChunk } from './in-flight.ts';
import { InFlight } from './in-flight.ts';
import { QuarantineFile } from './quarantine-file.ts';
import type { TokenBucket } from './quota.ts';
import { ReadAhead } from './read-ahead.ts';
import { readRecords } from './read-records.ts';
import { FileSource } from './source/file-source.ts';

/** Chunks between reading and acknowledgement: enough to keep three threads busy. */
const chunksInFlight = 6;
const checkpointMs = 1000;
/** The first one comes sooner: that a file has come any further decides whether a run that is cut off is tried again. */
const firstCheckpointMs = 250;
/** How long the writer may take over what it already has when the run is over. Milliseconds. */
const lastWritesMs = 4000;

/** What a file needs of its run. */
export interface IngestionPorts {
  job: BatchJob;
  bucket: TokenBucket;
  /** Hands a chunk to the app; its outcomes come back through `wrangled` and `written`. */
  send(chunk: InputChunk): void;
  nextSequence(): number;
  /** Resolves when every row that was acknowledged so far survives a power cut. */
  sync(): Promise<void>;
  /** Makes the checkpoint durable with the file's state as it is now. */
  save(): Promise<void>;
  /** Whether an answer of the writer can still come. */
  writes(): boolean;
  /** Aborted with the cause when the run cannot go on. */
  signal: AbortSignal;
  /** Aborted when no more should be read, but what was read should be finished. */
  drain: AbortSignal;
}

/**
 * One file from its checkpoint to its end: source → (unseal) → decode → quota → app → … → ack → checkpoint. The stages
 * behind the app are the writer's (write/writer-thread.ts); this one reads, and takes the acknowledgements back.
 */
export class FileIngestion {
  readonly source: FileSource;
  /** What was acknowledged so far; the checkpoint follows once the quarantine file is on disk. */
  readonly counters: Counters;
  #position: Position;
  /** As they are known there: a header that is read again is no record. */
  #columns: readonly string[] | null;
  readonly #ports: IngestionPorts;
  readonly #file: JobFile;
  readonly #state: FileCheckpoint;
  readonly #decoder: Decoder;
  readonly #ahead: ReadAhead;
  readonly #inFlight = new InFlight(chunksInFlight);
  readonly #quarantine: QuarantineFile;
  readonly #mostQuarantine: number;
  /** Whether too many records were rejected: nothing more is read, but what was read is finished. */
  #tooManyRejects = false;
  #saving = false;
  readonly #began = performance.now();
  readonly #secondsBefore: number;
  #savedAt = performance.now() - checkpointMs + firstCheckpointMs;

  constructor(file: JobFile, state: FileCheckpoint, ports: IngestionPorts) {
    this.#file = file;
    this.#state = state;
    this.#ports = ports;
    this.#secondsBefore = state.seconds;
    this.counters = { ...state.counters };
    this.#position = state.position;
    this.#columns = state.columns;
    const { limits } = ports.job;
    this.#mostQuarantine = bytesFor(file.size, limits.quarantine);
    this.source = new FileSource(file, ports.job.format, bytesFor(file.size, limits.decompressed));
    this.#decoder = decoderFor(ports.job, state.position, state.columns);
    this.#ahead = new ReadAhead(ports.bucket);
    this.#quarantine = new QuarantineFile(file.quarantinePath, state.quarantineBytes);
  }

  /** Whether only CoreDms, or the disk of the checkpoint, keeps the file from going on. */
  get waitsForStore(): boolean {
    return this.#inFlight.answered && (this.#saving || !this.#inFlight.empty);
  }

  wrangled(notice: WrangledNotice): void {
    this.#ahead.observePace(this.#inFlight.wrangled(notice), notice.milliseconds);
  }

  written(notice: WrittenNotice): void {
    this.#inFlight.written(notice);
  }

  /**
   * Resolves when every record has its outcome and the checkpoint says so, with false when the run drains before the end.
   * @throws FileFault when the file is useless (what was acknowledged is in the checkpoint); the signal's reason when the run ends
   */
  async run(): Promise<boolean> {
    const { drain, signal } = this.#ports;
    try {
      await this.#quarantine.cutBack();
      let fault: unknown;
      // Each is done whatever became of the one before; what failed first is what there is to tell.
      const attempt = async (step: () => Promise<void>) => {
        try {
          await step();
          return true;
        } catch (error) {
          fault ??= error;
          return false;
        }
      };
      await attempt(() => this.#read());
      // What was read before the trouble is finished all the same.
      if (!(await attempt(() => this.#acknowledgeAll()))) await attempt(() => this.#acknowledgeAnswered());
      // Where this one fails, the checkpoint before it holds.
      await attempt(() => this.#checkpoint());
      if (fault !== undefined) {
        // What ended the run is what there is to tell, not what failed for it: asking a writer that is gone, say.
        if (!(fault instanceof FileFault)) signal.throwIfAborted();
        throw fault as Error;
      }
      return !drain.aborted;
    } finally {
      await this.#quarantine.dispose();
    }
  }

  async #read(): Promise<void> {
    const { signal, drain } = this.#ports;
    const reading = { from: this.#state.position.bytes, ahead: this.#ahead, drain, signal };
    for await (const decoded of readRecords(this.source, this.#decoder, reading)) await this.#pass(decoded);
  }

  /** Sends decoded records on their way, as soon as the quota and the number of chunks in flight allow. */
  async #pass(decoded: Decoded): Promise<void> {
    const records = decoded.numbers.length + decoded.rejects.length;
    if (records === 0 && decoded.consumed === 0) return;
    await this.#ports.bucket.take(records, decoded.consumed, this.#ports.signal);
    await this.#acknowledgeSettled();
    while (this.#inFlight.full || (this.#ahead.tentative && !this.#inFlight.empty)) await this.#acknowledgeNext();
    const toApp = decoded.numbers.length > 0;
    const sequence = this.#ports.nextSequence();
    this.#inFlight.add(sequence, decoded, toApp);
    if (!toApp) return;
    const { texts, objects, numbers } = decoded;
    this.#ports.send({
      sequence,
      file: this.#state.index,
      columns: this.#decoder.columns ?? [],
      texts,
      objects,
      numbers,
    });
    // The values belong to the app now; only places and bytes are needed for rejects.
    decoded.texts = [];
    decoded.objects = [];
  }

  async #acknowledgeSettled(): Promise<void> {
    for (let chunk = this.#inFlight.take(); chunk; chunk = this.#inFlight.take()) await this.#acknowledge(chunk);
  }

  async #acknowledgeAll(): Promise<void> {
    while (!this.#inFlight.empty) await this.#acknowledgeNext();
  }

  async #acknowledgeNext(): Promise<void> {
    await untilAborted(this.#inFlight.settled(), this.#ports.signal);
    await this.#acknowledgeSettled();
  }

  /** When the run is over at once: what the app has answered is being written, so it counts. */
  async #acknowledgeAnswered(): Promise<void> {
    const deadline = AbortSignal.timeout(lastWritesMs);
    await this.#acknowledgeSettled();
    while (this.#inFlight.writing && this.#ports.writes() && !deadline.aborted) {
      await untilAborted(this.#inFlight.settled(), deadline).catch(() => undefined);
      await this.#acknowledgeSettled();
    }
  }

  /** The ack stage: outcomes are counted, rejects go to quarantine, the position moves on. */
  async #acknowledge(chunk: SettledChunk): Promise<void> {
    const { decoded } = chunk;
    const read = decoded.numbers.length + decoded.rejects.length;
    const quarantined = decoded.rejects.length + chunk.rejects.length;
    if (read !== chunk.stored + chunk.filtered + quarantined) {
      throw new PlatformError({
        code: 'INTERNAL',
        message: `of ${read} records, ${chunk.stored} were stored, ${chunk.filtered} filtered and ${quarantined} rejected`,
        hint: 'this is a fault of the platform; please report it with the run’s log',
      });
    }
    if (quarantined > 0) this.#reject(chunk);
    this.#ahead.observeRows(decoded.numbers.length, chunk.rows);
    const { counters } = this;
    counters.bytes += decoded.consumed;
    counters.read += read;
    counters.stored += chunk.stored;
    counters.filtered += chunk.filtered;
    counters.quarantined += quarantined;
    counters.rows += chunk.rows;
    this.#position = decoded.position;
    this.#columns = decoded.columns;
    await this.#quarantine.drain();
    this.#checkRejects();
    if (performance.now() - this.#savedAt >= checkpointMs) await this.#checkpoint();
  }

  /** @throws FileFault, once, when it is certain that the file has more rejects than it may have */
  #checkRejects(): void {
    if (this.#tooManyRejects) return;
    const { quarantined } = this.counters;
    const { toleratedPercent } = this.#ports.job.limits;
    const leastPercent = (100 * quarantined) / Math.max(1, this.#file.mostRecords);
    const isBeyond = this.#quarantine.length > this.#mostQuarantine;
    if (!isBeyond && leastPercent <= toleratedPercent) return;
    this.#tooManyRejects = true;
    throw isBeyond
      ? quarantineTooLarge(quarantined, this.#mostQuarantine)
      : notTolerated(quarantined, toleratedPercent);
  }

  #reject({ decoded, rejects }: SettledChunk): void {
    const all = decoded.rejects.map((reject) => ({ ...reject, record: reject.number, column: null as string | null }));
    for (const { index, column, code, reason } of rejects) {
      const number = decoded.numbers[index] as number;
      const raw = withoutLineEnd(decoded.buffer, decoded.starts[index] as number, decoded.ends[index] as number);
      const line = decoded.lines[index] as number;
      all.push({ number, record: number, line, character: null, column, code, reason, raw });
    }
    all.sort((a, b) => a.record - b.record);
    for (const { raw, line, record, column, character, code, reason } of all) {
      this.#quarantine.append({ file: this.#file.name, line, record, column, character, code, reason }, raw);
    }
  }

  /** The checkpoint stage: rows and the quarantine file first, for the checkpoint vouches for both. */
  async #checkpoint(): Promise<void> {
    const { position, counters } = { position: this.#position, counters: { ...this.counters } };
    this.#saving = true;
    await Promise.all([this.#ports.sync(), this.#quarantine.flush()]);
    this.#state.position = position;
    this.#state.counters = counters;
    this.#state.columns = this.#columns === null ? null : [...this.#columns];
    this.#state.quarantineBytes = this.#quarantine.length;
    this.#state.seconds = this.#secondsBefore + (performance.now() - this.#began) / 1000;
    await this.#ports.save();
    this.#savedAt = performance.now();
    this.#saving = false;
  }
}

/** Settles with `work`, or rejects with the signal's reason when that comes first. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error(messageOf(signal.reason)));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
