import type { Fault } from '../../foundation/errors.ts';
import { faultOf } from '../../foundation/errors.ts';
import type { SampleJob, SampleOutcome, SampleResult } from '../../protocol/samples.ts';
import type { InputChunk } from '../chunks.ts';
import { changesNothing, sampleTimeout } from '../faults.ts';
import { AskedApp } from './asked-app.ts';
import { OutcomeOfRecord } from './sample-outcome.ts';
import type { SampleInput } from './sample-records.ts';
import { isDecoded, sampleRecords } from './sample-records.ts';
import { SampleReport } from './sample-report.ts';
import { takeFile } from './taken-file.ts';

/** Seconds in which a sample has to be through: less than its process may take, so that what there is can be told. */
const mostSeconds = 50;
/** Of these an app may take so many over one record: the profile's figure is about a whole chunk. */
const mostSecondsOfRecord = 20;

/** One try of an app on the first records of a file: the stages of a run up to the sinks, and nothing is stored. */
export class SampleRun {
  readonly #job: SampleJob;
  readonly #abort = new AbortController();
  readonly #report: SampleReport;
  readonly #outcome: OutcomeOfRecord;
  #log: SampleResult['log'] = [];

  constructor(job: SampleJob) {
    const { limits } = job;
    const chunkTimeoutSeconds = Math.min(limits.chunkTimeoutSeconds, mostSecondsOfRecord);
    this.#job = { ...job, limits: { ...limits, chunkTimeoutSeconds } };
    this.#report = new SampleReport(job);
    this.#outcome = new OutcomeOfRecord(job.table);
  }

  /** Resolves with what became of the records so far, whatever happens. */
  async execute(): Promise<SampleResult> {
    const began = performance.now();
    const seconds = Math.min(this.#job.limits.timeoutSeconds, mostSeconds);
    const timer = setTimeout(() => this.#abort.abort(sampleTimeout(seconds)), seconds * 1000);
    let whole = false;
    let fault: Fault | null = null;
    const warnings: Fault[] = [];
    try {
      const file = await takeFile(this.#job.file, this.#abort.signal);
      const app = new AskedApp(this.#job, file);
      try {
        whole = await this.#askAll(app, sampleRecords(this.#job, file, this.#abort.signal));
        const changed = await app.finish(this.#abort.signal);
        if (!changed && this.#report.stored > 0) warnings.push(changesNothing(this.#job.app.name));
      } finally {
        this.#log.push(...app.takeLog());
        await app.end();
      }
    } catch (error) {
      fault = faultOf(error);
    }
    clearTimeout(timer);
    return this.#report.result({
      whole,
      log: this.#log,
      fault: fault && told(fault),
      warnings: warnings.map(told),
      seconds: (performance.now() - began) / 1000,
    });
  }

  /** @returns whether there are no more records in the file */
  async #askAll(app: AskedApp, records: AsyncIterable<SampleInput | false>): Promise<boolean> {
    let begun = false;
    for await (const record of records) {
      if (record === false || this.#report.full) return false;
      const { content } = record;
      if (!isDecoded(content)) {
        const { code, reason } = content;
        this.#report.add(record, { kind: 'rejected', column: null, code, reason }, { log: [], milliseconds: 0 });
        continue;
      }
      const askedAt = performance.now();
      try {
        // What an app says while it is loaded is not about its first record.
        if (!begun) this.#log = (await app.ask(empty(content), this.#abort.signal)).log;
        begun = true;
        const { output, notice, log } = await app.ask(content, this.#abort.signal);
        const { milliseconds, rejects } = notice;
        this.#report.add(record, this.#outcome.of(output, rejects), { log, milliseconds });
      } catch (error) {
        const unanswered: SampleOutcome = { kind: 'unanswered' };
        const log = begun ? app.takeLog() : [];
        this.#report.add(record, unanswered, { log, milliseconds: performance.now() - askedAt });
        throw error;
      }
    }
    return true;
  }
}

function empty(chunk: InputChunk): InputChunk {
  return { ...chunk, sequence: -1, texts: [], objects: [], numbers: [] };
}

/** As JSON has it: what is not there is left out. */
function told({ code, message, hint }: Fault): SampleResult['warnings'][number] {
  return hint === undefined ? { code, message } : { code, message, hint };
}
