import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFault } from '../../../src/runner/faults.ts';
import { QuarantineFile } from '../../../src/runner/quarantine-file.ts';

const reject = { file: 'a.csv', line: 2, record: 1, column: null, character: null, code: 'X', reason: 'y' };

describe('the quarantine file of a run that goes on', () => {
  let folder: string;
  let path: string;
  /** What a checkpoint vouches for, in bytes. */
  let length: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mysimbdp-'));
    path = join(folder, 'acme-1', 'a.csv.rejected.ndjson');
    const file = new QuarantineFile(path, 0);
    file.append(reject, Buffer.from('x,a'));
    await file.flush();
    await file.dispose();
    length = file.length;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function goOn(): Promise<void> {
    const file = new QuarantineFile(path, length);
    try {
      await file.cutBack();
    } finally {
      await file.dispose();
    }
  }

  it('is cut back to what the checkpoint vouches for', async () => {
    const vouched = await readFile(path, 'utf8');
    await writeFile(path, `${vouched}{"half`);
    await goOn();
    assert.equal(await readFile(path, 'utf8'), vouched);
  });

  it('fails its file with words that help when somebody has removed it', async () => {
    await rm(path);
    const fault = { code: 'QUARANTINE_CHANGED', message: /removed or changed/, hint: /stage the file again/ };
    await assert.rejects(goOn(), fault);
    await assert.rejects(goOn(), FileFault);
  });

  it('is not filled up with nothing when somebody has shortened it', async () => {
    await truncate(path, length - 5);
    await assert.rejects(goOn(), { code: 'QUARANTINE_CHANGED' });
    assert.equal((await readFile(path)).length, length - 5);
  });
});
