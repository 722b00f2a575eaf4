import type { SampledRecord, SampleJob, SampleOutcome, SampleResult } from '../../protocol/samples.ts';
import type { SampleInput } from './sample-records.ts';
import { isDecoded } from './sample-records.ts';
import { cellText, shortened } from './sample-outcome.ts';

/** What the records of a result may take together; the sample ends there. Characters. */
const mostCharacters = 2_000_000;
/** Columns that are shown: more than any table has. Objects can bring any number of names. */
const mostColumns = 500;

/** Collects what became of the records of a sample, in bounds. */
export class SampleReport {
  readonly #job: SampleJob;
  readonly #columns = new Set<string>();
  readonly #records: (Omit<SampledRecord, 'input'> & { values: Map<string, string | null> | null })[] = [];
  readonly #counts: SampleResult['counts'] = { read: 0, stored: 0, filtered: 0, rejected: 0, rows: 0 };
  #characters = 0;

  constructor(job: SampleJob) {
    this.#job = job;
  }

  get full(): boolean {
    return this.#characters >= mostCharacters;
  }

  /** Records that a run would have stored. */
  get stored(): number {
    return this.#counts.stored;
  }

  add(
    { number, line, raw, content }: SampleInput,
    outcome: SampleOutcome,
    said: Pick<SampledRecord, 'log' | 'milliseconds'>,
  ): void {
    const values = isDecoded(content) ? this.#values(content) : null;
    const record = { number, line, raw: shortened(raw.toString('utf8')), outcome, ...said, values };
    this.#records.push(record);
    this.#characters += JSON.stringify({ ...record, values: [...(values?.values() ?? [])] }).length;
    this.#counts.read++;
    if (outcome.kind === 'unanswered') return;
    this.#counts[outcome.kind]++;
    if (outcome.kind === 'stored') this.#counts.rows += outcome.rows.length;
  }

  result(rest: Pick<SampleResult, 'whole' | 'log' | 'fault' | 'warnings' | 'seconds'>): SampleResult {
    const columns = [...this.#columns];
    return {
      tenant: this.#job.tenant,
      app: this.#job.app.name,
      file: this.#job.file.name,
      columns,
      table: this.#job.table,
      records: this.#records.map(({ values, ...record }) => ({
        ...record,
        input: values && columns.map((name) => values.get(name) ?? null),
      })),
      counts: this.#counts,
      ...rest,
    };
  }

  #values({ columns, texts: [fields], objects: [object] }: Extract<SampleInput['content'], { texts: unknown }>) {
    const entries: [string, unknown][] = fields
      ? columns.map((name, i) => [name, fields[i]])
      : Object.entries(object ?? {});
    const values = new Map<string, string | null>();
    for (const [name, value] of entries) {
      if (!this.#columns.has(name)) {
        if (this.#columns.size === mostColumns) continue;
        this.#columns.add(name);
      }
      values.set(name, cellText(value));
    }
    return values;
  }
}
