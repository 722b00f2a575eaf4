import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ExpectedFile } from './expectations.ts';
import { expectFile, storedKeys } from './expectations.ts';
import { assertAccounted, itemsProfile, PlatformFixture } from './platform-fixture.ts';

/** What a runner may use, whatever its file is. Bytes. */
const mostMemory = 250e6;

/** Gzip data of `first`, then `times` times `again`: what takes a few bytes of disk for each megabyte. */
function bomb(first: string, again: Buffer, times: number): Buffer {
  return Buffer.concat([gzipSync(first), ...Array<Buffer>(times).fill(gzipSync(again, { level: 1 }))]);
}

const megabyteOf = (text: string) => Buffer.alloc(1e6, text);
const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const csvLines = (from: number, count: number) =>
  ids(from, count)
    .map((id) => `${id},name\n`)
    .join('');
const jsonLines = (from: number, count: number) =>
  ids(from, count)
    .map((id) => `{"id":${id},"name":"name"}\n`)
    .join('');
const limited = (maxDecompressedMb: number, options: { app?: string; format?: string } = {}) =>
  itemsProfile({ ...options, batch: `{ files: { settleSeconds: 0, maxDecompressedMb: ${maxDecompressedMb} } }` });
const ndjson = { format: '{ type: ndjson }', files: '*.ndjson*' };

interface Case extends ExpectedFile {
  tenant: string;
  profile: string;
  file: string;
  content: Buffer;
  stored: number[];
  /** Line and code of each rejected record. */
  rejected: [number, string][];
}

const tooLarge = (megabytes: number) =>
  ({
    outcome: 'failed',
    cause: 'GZIP_TOO_LARGE',
    says: new RegExp(`more than the ${megabytes} MB.*split it.*batch\\.files\\.maxDecompressedMb`),
    place: 'quarantine',
  }) as const;

/** 50 MB, in a record's place behind `before` and in front of `after`. */
const longLine = (before: string, start: string, end: string, after: string) =>
  Buffer.concat([Buffer.from(before + start), Buffer.alloc(50e6, 'x'), Buffer.from(end + after)]);

const cases: Record<string, Case> = {
  'a gzip bomb of one endless line': {
    tenant: 'endless_line',
    profile: limited(400),
    file: 'items.csv.gz',
    content: bomb(`id,name\n${csvLines(1, 500)}501,`, megabyteOf('x'), 2000),
    ...tooLarge(400),
    counts: [501, 500, 0, 1],
    stored: ids(1, 500),
    rejected: [[502, 'RECORD_TOO_LONG']],
  },
  'a gzip bomb whose header never ends': {
    tenant: 'endless_header',
    profile: limited(400),
    file: 'items.csv.gz',
    content: bomb('id,name', megabyteOf('x'), 2000),
    outcome: 'failed',
    cause: 'HEADER_UNREADABLE',
    says: /line 1 cannot be read: it is longer than the 1048576 bytes/,
    place: 'quarantine',
    counts: [0, 0, 0, 0],
    stored: [],
    rejected: [],
  },
  'a gzip bomb of millions of short lines': {
    tenant: 'short_lines',
    profile: limited(2),
    file: 'items.csv.gz',
    content: bomb('id,name\n', megabyteOf('7,a\n'), 100),
    ...tooLarge(2),
    counts: [499_998, 499_998, 0, 0],
    stored: [7],
    rejected: [],
  },
  'a gzip bomb in UTF-16, of an encoding that makes less of it': {
    tenant: 'wide_lines',
    profile: limited(0.1, { format: '{ type: csv, encoding: utf-16le }' }),
    file: 'items.csv.gz',
    content: bomb('i\0d\0,\0n\0a\0m\0e\0\n\0', megabyteOf('7\0,\0a\0\n\0'), 100),
    ...tooLarge(0.1),
    counts: [12_498, 12_498, 0, 0],
    stored: [7],
    rejected: [],
  },
  'a line of 50 MB in CSV': {
    tenant: 'long_csv',
    profile: itemsProfile(),
    file: 'items.csv',
    content: longLine(`id,name\n${csvLines(1, 1000)}`, '1001,', '\n', csvLines(1002, 1000)),
    outcome: 'partial',
    counts: [2001, 2000, 0, 1],
    place: 'archive',
    stored: [...ids(1, 1000), ...ids(1002, 1000)],
    rejected: [[1002, 'RECORD_TOO_LONG']],
  },
  'a line of 50 MB in NDJSON': {
    tenant: 'long_ndjson',
    profile: itemsProfile(ndjson),
    file: 'items.ndjson',
    content: longLine(jsonLines(1, 1000), '{"id":1001,"name":"', '"}\n', jsonLines(1002, 1000)),
    outcome: 'partial',
    counts: [2001, 2000, 0, 1],
    place: 'archive',
    stored: [...ids(1, 1000), ...ids(1002, 1000)],
    rejected: [[1001, 'RECORD_TOO_LONG']],
  },
  'a line of 50 MB that ends the file, without a line end': {
    tenant: 'long_last',
    profile: itemsProfile(ndjson),
    file: 'items.ndjson',
    content: longLine(jsonLines(1, 10), '{"id":11,"name":"', '', ''),
    outcome: 'partial',
    counts: [11, 10, 0, 1],
    place: 'archive',
    stored: ids(1, 10),
    rejected: [[11, 'RECORD_TOO_LONG']],
  },
};

describe('input that is larger than it may be', () => {
  let fixture: PlatformFixture;
  before(async () => {
    const tenants = Object.values(cases).map(({ tenant, profile }) => ({ name: tenant, profile }));
    const rubbish = { name: 'rubbish', profile: limited(0.1) };
    const fitting = { name: 'fitting', profile: limited(1) };
    fixture = await PlatformFixture.create([...tenants, rubbish, fitting]);
    for (const { tenant, file, content } of Object.values(cases)) await fixture.stage(tenant, file, content);
    await fixture.stage('rubbish', 'items.csv.gz', bomb('id,name\n', megabyteOf('x\n'), 100));
    const exact = `id,name\n${csvLines(1, 10)}`;
    await fixture.stage('fitting', 'items.csv.gz', gzipSync(exact.padEnd(1e6, '\n')));
    await fixture.run();
  });
  after(() => fixture.dispose());

  for (const [what, { tenant, file, stored, rejected, ...expected }] of Object.entries(cases)) {
    it(`${what}: ${expected.cause ?? expected.outcome}`, async () => {
      const record = await expectFile(fixture, tenant, file, expected);
      const rejects = await fixture.rejects(record);
      assert.deepEqual(
        rejects.map(({ line, code }) => [line, code]),
        rejected,
      );
      for (const { raw } of rejects) assert.ok(String(raw).length <= 4096, 'a rejected line is kept in whole');
      assert.deepEqual(await storedKeys(fixture, tenant), stored);
      await expectLittleMemory(tenant);
    });
  }

  it('a gzip bomb of millions of lines that are no records: its quarantine ends where it does', async () => {
    const record = await expectFile(fixture, 'rubbish', 'items.csv.gz', {
      ...tooLarge(0.1),
      counts: [49_996, 0, 0, 49_996],
    });
    const { size } = await stat(join(fixture.folder.root, record.quarantine ?? ''));
    assert.ok(size < 49_996 * 300, `${size} bytes of quarantine`);
    await expectLittleMemory('rubbish');
  });

  it('a file that becomes exactly what it may is ingested', async () => {
    const expected: ExpectedFile = { outcome: 'ingested', counts: [10, 10, 0, 0], place: 'archive' };
    await expectFile(fixture, 'fitting', 'items.csv.gz', expected);
  });

  async function expectLittleMemory(tenant: string): Promise<void> {
    const [run] = await fixture.runs(tenant);
    assert.ok(run && run.peakRssBytes > 0 && run.peakRssBytes < mostMemory, `${run?.peakRssBytes ?? 0} bytes`);
  }
});

describe('a file of which too much is rejected', () => {
  let fixture: PlatformFixture;
  const rubbish = (lines: number) => `id,name\n${csvLines(1, 100)}${'x\n'.repeat(lines)}`;
  const tolerating = (what: string) => itemsProfile({ app: `tolerance: { ${what} }` });
  before(async () => {
    fixture = await PlatformFixture.create([
      { name: 'by_default' },
      { name: 'by_profile', profile: tolerating('maxQuarantineMb: 0.5') },
      { name: 'in_percent', profile: tolerating('quarantinedPercent: 2') },
    ]);
    // 90 kB that become 90 MB, and would be ten gigabytes of quarantine.
    await fixture.stage('by_default', 'items.csv.gz', bomb(rubbish(0), megabyteOf('x\n'), 20));
    await fixture.stage('by_profile', 'items.csv', rubbish(100_000));
    await fixture.stage('in_percent', 'items.csv', rubbish(100_000));
    await fixture.run();
  });
  after(() => fixture.dispose());

  /** It is over long before its end, and everything that was rejected until then is told. */
  async function expectEarlyEnd(tenant: string, file: string, cause: string, says: RegExp) {
    const record = (await fixture.log(tenant)).find((candidate) => candidate.file === file);
    assert.deepEqual([record?.outcome, record?.cause?.code], ['failed', cause]);
    assert.match(`${record!.cause!.message}; ${record!.cause!.hint}`, says);
    assertAccounted(record!);
    assert.equal(record!.counters.stored, 100);
    const rejects = await fixture.rejects(record!);
    assert.equal(rejects.length, record!.counters.quarantined);
    assert.deepEqual(
      rejects.slice(0, 3).map(({ line }) => line),
      [102, 103, 104],
    );
    return { ...record!.counters, bytes: (await stat(join(fixture.folder.root, record!.quarantine!))).size };
  }

  it('ends at what its quarantine may take by its size', async () => {
    const { bytes } = await expectEarlyEnd('by_default', 'items.csv.gz', 'QUARANTINE_TOO_LARGE', /more than the 50 MB/);
    assert.ok(bytes > 50e6 && bytes < 55e6, `${bytes} bytes`);
  });

  it('ends at what its quarantine may take by the profile', async () => {
    const says = /more than the 0.5 MB.*maxQuarantineMb/;
    const { bytes } = await expectEarlyEnd('by_profile', 'items.csv', 'QUARANTINE_TOO_LARGE', says);
    assert.ok(bytes > 0.5e6 && bytes < 3e6, `${bytes} bytes`);
  });

  it('ends as soon as it cannot be within its tolerance any more', async () => {
    const { read, quarantined } = await expectEarlyEnd('in_percent', 'items.csv', 'TOLERANCE_EXCEEDED', /the 2 %/);
    assert.ok(quarantined > 2000 && read < 20_000, `${read} read`);
  });
});

describe('an app that gives many rows for each record', () => {
  let fixture: PlatformFixture;
  afterEach(() => fixture.dispose());

  it('gets fewer records at a time, and needs no more memory', async () => {
    const app = `import { defineBatchApp } from 'mysimbdp/sdk';
      export default defineBatchApp({
        wrangle: ({ id, name }) => Array.from({ length: 500 }, (_, i) => ({ id: Number(id) * 500 + i, name })),
      });`;
    fixture = await PlatformFixture.create([{ name: 'acme', files: { 'apps/items/app.ts': app } }]);
    const record = await fixture.ingest('acme', 'items.csv', `id,name\n${csvLines(0, 1000)}`);
    assert.deepEqual([record.outcome, record.counters.stored, record.counters.rows], ['ingested', 1000, 500_000]);
    const [run] = await fixture.runs('acme');
    assert.ok(run!.peakRssBytes < 1.4 * mostMemory, `${Math.round(run!.peakRssBytes / 1e6)} MB`);
  });
});
