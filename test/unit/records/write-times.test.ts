import assert from 'node:assert/strict';
import { MetadataStore } from '../../../src/records/metadata-store.ts';
import { temporaryFolder } from './samples.ts';

const second = 1_000_000;
const now = 1_700_000_000 * second;

describe('write times', () => {
  const folder = temporaryFolder();
  let store: MetadataStore;
  beforeEach(async () => {
    store = await MetadataStore.open({ metadata: folder.path('metadata.db') });
  });
  afterEach(() => store.dispose());

  let ranges: { name: string; first: number; last: number }[];
  beforeEach(() => void (ranges = []));

  /** The write time that a file is given; one of each name. */
  async function pin(name: string, time: number, records: number, more: { table?: string; app?: string } = {}) {
    const { table = 'items', app = 'items' } = more;
    const claim = { tenant: 'acme', app, table, sha256: name, runId: 'acme-1', file: name, size: 1, records };
    const result = await store.claim({ ...claim, terms: null, writeTimeMicros: time });
    assert.ok(result.claimed);
    const first = result.writeTimeMicros;
    if (table === 'items') ranges.push({ name, first, last: first + records });
    return first;
  }

  /** Names in the order in which their rows win; fails where two have a time in common. */
  function order(): string[] {
    const sorted = [...new Map(ranges.map((range) => [range.name, range])).values()].sort((a, b) => a.first - b.first);
    for (const [i, range] of sorted.entries()) {
      const next = sorted[i + 1];
      assert.ok(!next || range.last < next.first, `${range.name} reaches into ${next?.name ?? ''}`);
    }
    return sorted.map(({ name }) => name);
  }

  it('are the time of the file where nothing is in the way, and stay what they are', async () => {
    assert.equal(await pin('a', now, 1000), now);
    assert.equal(await pin('b', now + second, 1000), now + second);
    assert.equal(await pin('a', now + 9 * second, 1000), now);
    assert.deepEqual(order(), ['a', 'b']);
  });

  it('of files with the same time follow one another in the order in which they were taken', async () => {
    for (const name of ['c', 'a', 'b']) await pin(name, now, 1000);
    assert.deepEqual(order(), ['c', 'a', 'b']);
  });

  it('of a later file are behind those of one that has more records than microseconds lie between them', async () => {
    await pin('large', now, 3 * second);
    await pin('next', now + second, 10);
    assert.deepEqual(order(), ['large', 'next']);
    assert.equal(await pin('later', now + 10 * second, 10), now + 10 * second);
  });

  it('of an older file that comes later are before those of the newer one', async () => {
    await pin('newer', now + second, 10);
    assert.equal(await pin('fits', now, 1000), now);
    assert.deepEqual(order(), ['fits', 'newer']);
  });

  it('begin earlier than the file where it would else reach into a newer one', async () => {
    await pin('newer', now + 100, 10);
    assert.equal(await pin('older', now, 1000), now + 100 - 1001);
    assert.deepEqual(order(), ['older', 'newer']);
  });

  it('of a file that comes when there is no room for it are behind its neighbours, and in nobody’s way', async () => {
    await pin('first', now, 1000);
    await pin('second', now + 500, 1000);
    await pin('third', now + 5000, 1000);
    await pin('late', now + 100, 5000);
    assert.deepEqual(order(), ['first', 'second', 'third', 'late']);
    await pin('small', now + 100, 500);
    assert.deepEqual(order(), ['first', 'second', 'small', 'third', 'late']);
    await pin('after all', now + 6000, 10);
    assert.deepEqual(order().at(-1), 'after all');
  });

  it('are given by table, whichever app writes to it', async () => {
    await pin('a', now, 1000);
    await pin('a', now, 1000, { app: 'others' }).then((first) => assert.equal(first, now + 1001));
    assert.equal(await pin('a', now, 1000, { table: 'others', app: 'third' }), now);
  });

  it('are new ones for a file that turns out to have more records', async () => {
    await pin('a', now, 10);
    await pin('b', now + 20, 10);
    const again = await pin('a', now, 1000);
    assert.ok(again + 1000 < now || again > now + 30);
    assert.equal(await pin('a', now, 1000), again);
  });

  it('are forgotten with the tenant', async () => {
    await pin('a', now, 1000);
    await store.forgetTenant('acme');
    assert.equal(await pin('b', now, 1000), now);
  });
});
