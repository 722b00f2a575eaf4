import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileLine } from '../../../src/cli/batch-run/file-line.ts';
import { rejectionsOf } from '../../../src/cli/batch-run/rejections.ts';
import { summaryLines } from '../../../src/cli/batch-run/summary.ts';
import { totalsOf } from '../../../src/cli/batch-run/totals.ts';
import { PlatformFolder } from '../../../src/foundation/platform-folder.ts';
import { exampleRecord } from './examples.ts';

const screen = { columns: 120, paint: (_: unknown, text: string) => text };
const refused = exampleRecord({
  runId: null,
  app: null,
  file: 'big.tsv',
  outcome: 'refused',
  counters: { bytes: 0, read: 0, stored: 0, filtered: 0, quarantined: 0, rows: 0 },
  cause: { code: 'FILE_TOO_LARGE', message: '200 MB, more than 100 MB', hint: 'Split it.' },
  location: 'tenants/north/staging/big.tsv',
});

describe('the summary of a batch run', () => {
  const folder = new PlatformFolder('/platform');

  it('tells each tenant and the platform what was read and what became of it', () => {
    const south = exampleRecord({ tenant: 'south', startedAt: 2_000, endedAt: 5_000 });
    const lines = summaryLines(folder, [exampleRecord(), refused, south], [], screen);
    assert.deepEqual(lines.slice(0, 6), [
      'tenant    files   read  stored  filtered  quarantined   rows    time  rows/s',
      '────────  ─────  ─────  ──────  ────────  ───────────  ─────  ──────  ──────',
      'north         2  1,000     990        10            0    990  2.00 s     495',
      'south         1  1,000     990        10            0    990  3.00 s     330',
      '────────  ─────  ─────  ──────  ────────  ───────────  ─────  ──────  ──────',
      'platform      3  2,000   1,980        20            0  1,980  4.00 s     495',
    ]);
    assert.ok(lines.includes('3 files: 2 ingested, 1 refused'));
    assert.ok(lines.includes('2,000 read = 1,980 stored + 20 filtered + 0 quarantined'));
  });

  it('says aloud when records are missing', () => {
    const record = exampleRecord();
    const lines = summaryLines(folder, [{ ...record, counters: { ...record.counters, filtered: 9 } }], [], screen);
    assert.ok(lines.some((line) => line.startsWith('the account does not balance')));
  });

  it('says of each file that was kept out why, where it is, and what to do', () => {
    const text = summaryLines(folder, [refused], [], screen).join('\n');
    assert.match(
      text,
      /Kept out\n {2}north\/big\.tsv {2}refused, FILE_TOO_LARGE: 200 MB, more than 100 MB → tenants\/north\/staging\/big\.tsv\n {4}Split it\./,
    );
  });

  it('stays short with very many files that were kept out', () => {
    const lines = summaryLines(
      folder,
      Array.from({ length: 1_000 }, () => refused),
      [],
      screen,
    );
    assert.ok(lines.length < 60, `${lines.length.toString()} lines`);
    assert.ok(lines.some((line) => line.includes('… and 985 more')));
  });

  it('gathers equal warnings', () => {
    const warned = exampleRecord({ warnings: [{ code: 'UNCHANGED', message: 'every record is as it was' }] });
    const lines = summaryLines(folder, [warned, warned], [], screen);
    assert.ok(lines.includes('  north/reviews  UNCHANGED: every record is as it was (2 files)'));
  });

  it('says where to look further', () => {
    const text = summaryLines(folder, [exampleRecord({ quarantine: '.mysimbdp/quarantine/north/x' })], [], screen).join(
      '\n',
    );
    assert.match(text, /mysimbdp query north reviews --limit 5\n.*mysimbdp logs north\n.*quarantine.north\/$/);
  });

  it('takes the time of files that run side by side once', () => {
    const { seconds, rowsPerSecond } = totalsOf([exampleRecord(), exampleRecord()]);
    assert.deepEqual([seconds, rowsPerSecond], [2, 990]);
  });

  it('has one line for a file, with the cause of a refusal', () => {
    assert.equal(
      fileLine(exampleRecord(), screen.paint),
      'ingested   north/reviews  one.tsv  1,000 read, 990 stored, 10 filtered  495 rows/s  2.00 s',
    );
    assert.equal(
      fileLine({ ...refused, file: 'a\u001b[2J' }, screen.paint),
      'refused    north  a\\x1b[2J  50 kB  FILE_TOO_LARGE: 200 MB, more than 100 MB',
    );
  });
});

describe('reasons of quarantined records', () => {
  let folder: PlatformFolder;
  beforeEach(async () => {
    folder = new PlatformFolder(await mkdtemp(join(tmpdir(), 'mysimbdp-reasons-')));
    await mkdir(folder.quarantine('north'), { recursive: true });
  });
  afterEach(() => rm(folder.root, { recursive: true, force: true }));

  const quarantine = '.mysimbdp/quarantine/north/one.ndjson';
  const record = (quarantined: number) =>
    exampleRecord({ quarantine, counters: { ...exampleRecord().counters, quarantined } });
  const line = (number: number, code: string, reason: string, column: string | null = null) =>
    `${JSON.stringify({ file: 'one.tsv', line: number, column, character: null, code, reason, raw: 'x' })}\n`;

  it('are counted, alike but for their values, the most frequent first', async () => {
    await writeFile(
      join(folder.root, quarantine),
      line(3, 'COLUMN_COUNT', '14 columns instead of 15') +
        line(5, 'NOT_CONVERTED', '"five" is not an int', 'star_rating') +
        line(9, 'NOT_CONVERTED', '"six" is not an int', 'star_rating'),
    );
    const reasons = await rejectionsOf(folder, [record(3)]);
    assert.deepEqual(
      reasons.map(({ count, reason, example }) => [count, reason, example.line]),
      [
        [2, 'star_rating: "five" is not an int', 5],
        [1, '14 columns instead of 15', 3],
      ],
    );
    const text = summaryLines(folder, [record(3)], reasons, screen).join('\n');
    assert.match(text, /2 × north\/reviews {2}NOT_CONVERTED: .* \(first in one\.tsv:5\)/);
  });

  it('pass over a file that is gone, and a line that is cut', async () => {
    assert.deepEqual(await rejectionsOf(folder, [record(1)]), []);
    await writeFile(join(folder.root, quarantine), `${line(3, 'A', 'b')}{"file":"one.t`);
    assert.equal((await rejectionsOf(folder, [record(2)]))[0]?.count, 1);
  });
});
