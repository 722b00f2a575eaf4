import assert from 'node:assert/strict';
import { until } from '../../../src/foundation/deadlines.ts';
import type { IngestionRecord } from '../../../src/protocol/ingestion-log.ts';
import { assertAccounted, type PlatformFixture } from '../../platform/platform-fixture.ts';
import type { SuiteCassandra } from './use-cassandra.ts';

/** Every tenth record is left out by the app, and the price of one in a hundred is none. */
const isFiltered = (id: number) => id % 10 === 3;
const isRejected = (id: number) => id % 100 === 7;

/** A file with some thousand records that a tenant of items ingests, while something happens to the store. */
export class FileOnItsWay {
  readonly #platform: PlatformFixture;
  readonly #tenant: string;
  readonly #name: string;
  readonly #count: number;
  #demand = '';

  private constructor(platform: PlatformFixture, tenant: string, name: string, count: number) {
    this.#platform = platform;
    this.#tenant = tenant;
    this.#name = name;
    this.#count = count;
  }

  /** Stages the file and demands it. */
  static async begin(platform: PlatformFixture, tenant: string, name: string, count: number): Promise<FileOnItsWay> {
    const lines = Array.from({ length: count }, (_, id) => {
      const note = isFiltered(id) ? 'drop' : `note ${id}`;
      return `${id},name of item ${id},${isRejected(id) ? 'much' : '1.50'},2024-02-29,${note},true`;
    });
    await platform.stage(tenant, name, `id,name,price,day,note,checked\n${lines.join('\n')}\n`);
    const file = new FileOnItsWay(platform, tenant, name, count);
    const { controlPlane } = await platform.up();
    file.#demand = (await controlPlane.demandBatch({ tenant })).id;
    return file;
  }

  /** Waits until so many rows are in CoreDms, and more are to come. */
  async reached(rows: number): Promise<void> {
    const { controlPlane } = await this.#platform.up();
    await until(60_000, `${rows} rows of ${this.#name}`, async () => {
      const { runs } = await controlPlane.status();
      const counters = runs.find(({ tenant }) => tenant === this.#tenant)?.report?.counters;
      assert.ok(!counters || counters.read < this.#count, 'the file is through already');
      return (counters?.rows ?? 0) >= rows;
    });
  }

  /** What became of it. */
  async end(ms = 120_000): Promise<IngestionRecord> {
    const { controlPlane } = await this.#platform.up();
    const { signal } = new AbortController();
    const { records } = await until(ms, `the end of ${this.#name}`, async () => {
      const status = await controlPlane.demandStatus(this.#demand, 1000, signal);
      return status.finished ? status : undefined;
    });
    const record = records.find(({ file }) => file === this.#name);
    assert.ok(record, `no record of ${this.#name}`);
    assertAccounted(record);
    return record;
  }

  /** Holds that every record is accounted for, and that in Cassandra are exactly the rows that should be. */
  async assertWhole(cassandra: SuiteCassandra, record: IngestionRecord): Promise<void> {
    const ids = Array.from({ length: this.#count }, (_, id) => id);
    const filtered = ids.filter(isFiltered).length;
    const quarantined = ids.filter((id) => isRejected(id) && !isFiltered(id)).length;
    assert.deepEqual([record.outcome, record.cause], ['partial', null]);
    const { read, stored, ...counted } = record.counters;
    assert.deepEqual(
      { read, stored, filtered: counted.filtered, quarantined: counted.quarantined },
      { read: this.#count, stored: this.#count - filtered - quarantined, filtered, quarantined },
    );
    assert.equal((await this.#platform.rejects(record)).length, quarantined);
    const wanted = ids.filter((id) => !isFiltered(id) && !isRejected(id)).map(String);
    const present = await cassandra.storedIds(this.#tenant);
    const missing = wanted.filter((id) => !present.delete(id));
    assert.deepEqual([missing.slice(0, 10), [...present].slice(0, 10)], [[], []], 'missing and superfluous rows');
  }
}
