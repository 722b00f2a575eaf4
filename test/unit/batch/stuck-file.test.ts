import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unlessStuck } from '../../../src/batch/stuck-file.ts';
import { pause } from '../../../src/foundation/deadlines.ts';

describe('a file that is taken', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stuck-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is given up when neither its end nor any bytes come', async () => {
    const never = new Promise<never>(() => undefined);
    await assert.rejects(unlessStuck(never, 'a.csv', folder, 200), { code: 'FILE_STUCK', message: /a\.csv/ });
  });

  it('is waited for as long as bytes come', async () => {
    const copying = async () => {
      for (let i = 0; i < 20; i++) {
        await appendFile(join(folder, '.copy'), 'some');
        await pause(100);
      }
      return 'copied';
    };
    assert.equal(await unlessStuck(copying(), 'a.csv', folder, 1000), 'copied');
  });
});
