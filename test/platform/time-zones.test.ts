import assert from 'node:assert/strict';
import { until } from '../../src/foundation/deadlines.ts';
import type { IngestionRecord } from '../../src/protocol/ingestion-log.ts';
import { itemsProfile, PlatformFixture } from './platform-fixture.ts';

const patienceMs = 20_000;

describe('the time zone of the platform', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  const inZone = async (timeZone: string) => {
    const before = await fixture.read('mysimbdp.yaml');
    await fixture.write('mysimbdp.yaml', before.replace(/^timeZone:.*$/m, `timeZone: ${timeZone}`));
  };

  it('is that of cron schedules; changed while the platform runs, they follow it', async () => {
    // Every second of this hour and the next, as clocks five hours east of Greenwich show it.
    const hour = new Date().getUTCHours();
    const schedule = `* * ${(hour + 5) % 24},${(hour + 6) % 24} * * *`;
    const bySecond = (more: string) => itemsProfile({ app: `schedule: "* * * * * *"\n${more}` });
    fixture = await PlatformFixture.create(
      [
        { name: 'by_hour', profile: itemsProfile({ app: `schedule: "${schedule}"` }) },
        { name: 'by_second', profile: bySecond('') },
      ],
      'timeZone: UTC',
    );
    await fixture.up();
    const untilIngested = (tenant: string) =>
      until(patienceMs, `the run of ${tenant}`, async () => (await fixture.runs(tenant))[0]);
    await fixture.stage('by_hour', 'items.csv', 'id,name\n1,a\n');
    await fixture.stage('by_second', 'items.csv', 'id,name\n1,a\n');
    await untilIngested('by_second');
    assert.deepEqual(await fixture.staging('by_hour'), ['items.csv']);

    await inZone('Etc/GMT-5');
    assert.equal((await untilIngested('by_hour')).trigger, 'cron');

    await inZone('UTC');
    // Both files are read at once: when the one has been taken over, so has the other.
    await fixture.write('tenants/by_second/tenant.yaml', `tenant: by_second\n${bySecond('maxRecordBytes: 1000')}`);
    await until(patienceMs, 'the new time zone', async () => {
      return (await fixture.read('.mysimbdp/logs/platform.log')).includes(
        '"type":"profile-changed","tenant":"by_second"',
      );
    });
    await fixture.stage('by_hour', 'more.csv', 'id,name\n2,b\n');
    await fixture.stage('by_second', 'more.csv', 'id,name\n2,b\n');
    await until(patienceMs, 'one more run', async () => (await fixture.runs('by_second')).length === 2);
    assert.deepEqual(await fixture.staging('by_hour'), ['more.csv']);
  });

  /** A tenant that may ingest one file a day, at a time of its own. */
  class Days {
    now = 0;
    #files = 0;

    async begin(timeZone: string): Promise<void> {
      const batch = '{ files: { settleSeconds: 0 }, quota: { mbPerDay: 0.0015 } }';
      const profile = itemsProfile({ batch });
      fixture = await PlatformFixture.create([{ name: 'acme', profile }], `timeZone: ${timeZone}`);
    }

    /** Stages a file of two thirds of a day's quota; what became of everything that waits, at that time. */
    async stageAt(time: string): Promise<string[]> {
      const n = ++this.#files;
      await this.at(time);
      await fixture.stage('acme', `f${n}.csv`, `id,name\n${n},${'x'.repeat(1000)}\n`);
      return this.outcomes(time);
    }

    async at(time: string): Promise<void> {
      this.now = Date.parse(time);
      await fixture.up({ now: () => this.now });
    }

    async outcomes(time: string): Promise<string[]> {
      await this.at(time);
      const { records } = await fixture.run('acme');
      return records.map(({ file, outcome }: IngestionRecord) => `${file} ${outcome}`).sort();
    }
  }

  it('is that of days: one of 23 hours ends an hour early', async () => {
    const days = new Days();
    await days.begin('Europe/Helsinki');
    assert.deepEqual(await days.stageAt('2026-03-28T22:10:00Z'), ['f1.csv ingested']);
    assert.deepEqual(await days.stageAt('2026-03-28T22:20:00Z'), ['f2.csv deferred']);
    assert.deepEqual(await days.outcomes('2026-03-29T20:59:00Z'), ['f2.csv deferred']);
    assert.deepEqual(await days.outcomes('2026-03-29T21:01:00Z'), ['f2.csv ingested']);
  });

  it('is that of days: one of 25 hours ends an hour late, also after a restart', async () => {
    const days = new Days();
    await days.begin('Europe/Helsinki');
    assert.deepEqual(await days.stageAt('2026-10-24T21:10:00Z'), ['f1.csv ingested']);
    await fixture.down();
    assert.deepEqual(await days.stageAt('2026-10-25T00:30:00Z'), ['f2.csv deferred'], 'the hour that comes twice');
    assert.deepEqual(await days.outcomes('2026-10-25T01:30:00Z'), ['f2.csv deferred'], 'its second time');
    await fixture.down();
    assert.deepEqual(await days.outcomes('2026-10-25T21:59:00Z'), ['f2.csv deferred']);
    await fixture.down();
    assert.deepEqual(await days.outcomes('2026-10-25T22:01:00Z'), ['f2.csv ingested']);
  });

  it('changed while files wait for the next day: where that has begun they are ingested', async () => {
    const days = new Days();
    await days.begin('UTC');
    assert.deepEqual(await days.stageAt('2026-03-01T12:00:00Z'), ['f1.csv ingested']);
    assert.deepEqual(await days.stageAt('2026-03-01T22:30:00Z'), ['f2.csv deferred']);
    await inZone('Europe/Helsinki');
    await until(patienceMs, 'the next day', async () => {
      return (await days.outcomes('2026-03-01T22:31:00Z')).includes('f2.csv ingested');
    });
    // And what was used of that day counts there, also when the clocks are put back to where the day before is not over.
    assert.deepEqual(await days.stageAt('2026-03-01T22:32:00Z'), ['f3.csv deferred']);
    await inZone('UTC');
    await fixture.down();
    assert.deepEqual(await days.outcomes('2026-03-01T22:33:00Z'), ['f3.csv deferred']);
    await fixture.down();
    assert.deepEqual(await days.outcomes('2026-03-02T00:01:00Z'), ['f3.csv deferred'], 'f2 was of this day');
    assert.deepEqual(await days.outcomes('2026-03-03T00:01:00Z'), ['f3.csv ingested']);
  });
});
