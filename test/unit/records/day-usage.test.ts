import assert from 'node:assert/strict';
import { dayOf } from '../../../src/records/day-usage.ts';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { temporaryFolder } from './samples.ts';

describe('dayOf', () => {
  const cases: [instant: string, timeZone: string, day: string][] = [
    ['2024-05-01T00:00:00.000Z', 'UTC', '2024-05-01'],
    ['2024-04-30T23:59:59.999Z', 'UTC', '2024-04-30'],
    ['2024-04-30T21:00:00.000Z', 'Europe/Helsinki', '2024-05-01'],
    ['2024-04-30T20:59:59.999Z', 'Europe/Helsinki', '2024-04-30'],
    ['2024-01-01T07:59:59.999Z', 'America/Los_Angeles', '2023-12-31'],
    ['2024-04-30T18:15:00.000Z', 'Asia/Kathmandu', '2024-05-01'],
    ['2024-04-30T18:14:59.999Z', 'Asia/Kathmandu', '2024-04-30'],
    ['2024-02-29T12:00:00.000Z', 'UTC', '2024-02-29'],
    // Clocks go forward on 2024-03-31 at 01:00 UTC: this day has 23 hours in Helsinki.
    ['2024-03-30T22:00:00.000Z', 'Europe/Helsinki', '2024-03-31'],
    ['2024-03-31T20:59:59.999Z', 'Europe/Helsinki', '2024-03-31'],
    ['2024-03-31T21:00:00.000Z', 'Europe/Helsinki', '2024-04-01'],
    // And back on 2024-10-27: 25 hours.
    ['2024-10-26T21:00:00.000Z', 'Europe/Helsinki', '2024-10-27'],
    ['2024-10-27T21:59:59.999Z', 'Europe/Helsinki', '2024-10-27'],
    ['2024-10-27T22:00:00.000Z', 'Europe/Helsinki', '2024-10-28'],
    // In Cairo the clocks went forward at midnight: 2024-04-26 began at 01:00.
    ['2024-04-25T21:59:59.999Z', 'Africa/Cairo', '2024-04-25'],
    ['2024-04-25T22:00:00.000Z', 'Africa/Cairo', '2024-04-26'],
  ];
  for (const [instant, timeZone, day] of cases)
    it(`${instant} is ${day} in ${timeZone}`, () => assert.equal(dayOf(Date.parse(instant), timeZone), day));

  it('refuses an unknown time zone', () => {
    assert.throws(() => dayOf(0, 'Europe/Atlantis'), { code: 'UNKNOWN_TIME_ZONE', kind: 'usage' });
  });
});

describe('day usage', () => {
  const folder = temporaryFolder();
  const open = () => MetadataStore.open({ metadata: folder.path('metadata.db') });

  it('adds up by tenant and day, across restarts', async () => {
    let store = await open();
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 0);
    await store.addDayUsage('gift_card', '2024-05-01', 1_500_000_000);
    await store.addDayUsage('gift_card', '2024-05-01', 1_500_000_000);
    await store.addDayUsage('gift_card', '2024-05-02', 7);
    await store.addDayUsage('music', '2024-05-01', 9);
    await store.dispose();
    store = await open();
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 3_000_000_000);
    assert.equal(await store.dayUsage('gift_card', '2024-05-02'), 7);
    assert.equal(await store.dayUsage('music', '2024-05-01'), 9);
    await store.dispose();
  });

  it('gives back, never below nothing', async () => {
    const store = await open();
    await store.addDayUsage('gift_card', '2024-05-01', -5);
    await store.addDayUsage('gift_card', '2024-05-01', 10);
    await store.addDayUsage('gift_card', '2024-05-01', -4);
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 6);
    await store.addDayUsage('gift_card', '2024-05-01', -40);
    assert.equal(await store.dayUsage('gift_card', '2024-05-01'), 0);
    await store.dispose();
  });
});
