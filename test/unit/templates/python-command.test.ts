import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';

const folder = join(packageRoot, 'templates', 'python-command', 'apps', 'zip_codes');
const python = process.platform === 'win32' ? 'python' : 'python3';

interface Reply {
  id: number;
  rows?: Record<string, unknown>[];
  reject?: string;
}

describe('the Python command', function () {
  before(function () {
    if (spawnSync(python, ['--version']).status !== 0) this.skip();
  });

  const place = {
    zip_code: '00501',
    latitude: '40.9',
    longitude: '-72.6',
    city: 'Cañon',
    state: 'NY',
    county: 'Suffolk',
  };

  function ask(changes: Partial<Record<keyof typeof place, string | null>>[]): { replies: Reply[]; log: string } {
    const lines = changes.map((change, index) => JSON.stringify({ id: index + 1, row: { ...place, ...change } }));
    const { stdout, stderr, status } = spawnSync(python, ['app.py'], {
      cwd: folder,
      input: lines.map((line) => `${line}\n`).join(''),
      encoding: 'utf8',
      // Its own settings decide how text is read, not those of the machine.
      env: { ...process.env, LC_ALL: 'C', PYTHONUTF8: '0' },
    });
    assert.equal(status, 0, stderr);
    return {
      replies: stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Reply),
      log: stderr,
    };
  }

  it('answers each record once, with zip codes of five digits, numbers and the region', () => {
    const { replies, log } = ask([{ zip_code: '501' }, { zip_code: ' 90210 ', county: null }]);
    const known = { ...place, latitude: 40.9, longitude: -72.6 };
    assert.deepEqual(replies, [
      { id: 1, rows: [{ ...known, zip_code: '00501', region: 'Northeast' }] },
      { id: 2, rows: [{ ...known, zip_code: '90210', county: null, region: 'Pacific' }] },
    ]);
    assert.match(log, /2 records/);
  });

  it('rejects what cannot be, and goes on', () => {
    const { replies } = ask([
      { latitude: '91' },
      { longitude: '-180.5' },
      { latitude: '0', longitude: '0' },
      { latitude: 'north' },
      { latitude: 'nan' },
      { longitude: null },
      { zip_code: '1234567' },
      { zip_code: 'A1B2C' },
      { zip_code: null },
      {},
    ]);
    assert.deepEqual(
      replies.map(({ reject }) => reject),
      [
        'latitude 91.0 is not on Earth',
        'longitude -180.5 is not on Earth',
        '0, 0 is in the ocean: the coordinates are missing',
        "latitude is 'north', not a number",
        'latitude nan is not on Earth',
        'longitude is None, not a number',
        "'1234567' is not a zip code",
        "'A1B2C' is not a zip code",
        'None is not a zip code',
        undefined,
      ],
    );
  });

  it('ends quietly when there is nothing to do', () => {
    assert.deepEqual(ask([]).replies, []);
  });
});
