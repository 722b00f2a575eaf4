import assert from 'node:assert/strict';
import { numberedName } from '../../../src/batch/numbered-name.ts';
import { fileGlob } from '../../../src/tenants/file-glob.ts';

describe('another name for a file whose own is taken', () => {
  const cases: [name: string, numbered: string, ...globs: string[]][] = [
    ['a.csv', 'a.1.csv', '*.csv', 'a*', '*.{csv,tsv}'],
    ['b.csv.gz', 'b.1.csv.gz', '*.csv.gz', '*.csv*', 'b.*.gz'],
    ['sales_2026.01.05.ndjson.gz', 'sales_2026.1.01.05.ndjson.gz', '*.ndjson.gz', 'sales_*'],
    ['README', 'README.1', 'READ*'],
    ['.hidden.csv', '.hidden.1.csv'],
  ];
  for (const [name, numbered, ...globs] of cases) {
    it(`is ${numbered} for ${name}, and is taken by what takes that`, () => {
      assert.equal(numberedName(name, 1), numbered);
      for (const glob of globs)
        assert.deepEqual([glob, fileGlob(glob)(name), fileGlob(glob)(numbered)], [glob, true, true]);
    });
  }

  it('keeps the extension of a long name full of dots', () => {
    const name = `a.${'b'.repeat(250)}.csv`;
    assert.match(numberedName(name, 12), /\.csv$/);
    assert.ok(Buffer.byteLength(numberedName(name, 12)) <= 255);
  });
});
