import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileHasher } from '../../../src/batch/file-hash.ts';
import { PlatformError } from '../../../src/foundation/errors.ts';

describe('the file hasher', () => {
  let folder: string;
  let hasher: FileHasher;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hash-'));
    hasher = new FileHasher();
  });
  after(async () => {
    await hasher.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function file(name: string, content: Buffer | string): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  it('gives the SHA-256 and the size of a file', async () => {
    const content = Buffer.alloc(3_000_001, 'mysimbdp');
    assert.deepEqual(await hasher.hash(await file('some.tsv', content)), {
      sha256: createHash('sha256').update(content).digest('hex'),
      size: 3_000_001,
    });
  });

  it('knows the hash of nothing', async () => {
    assert.deepEqual(await hasher.hash(await file('empty.tsv', '')), {
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      size: 0,
    });
  });

  it('answers several at once, each with its own hash', async () => {
    const paths = await Promise.all(['a', 'b', 'c', 'd'].map((text) => file(`${text}.csv`, text)));
    const hashes = await Promise.all(paths.map((path) => hasher.hash(path)));
    assert.deepEqual(
      hashes.map(({ sha256 }) => sha256),
      ['a', 'b', 'c', 'd'].map((text) => createHash('sha256').update(text).digest('hex')),
    );
  });

  it('says by code why a file cannot be read, and goes on', async () => {
    await assert.rejects(hasher.hash(join(folder, 'gone')), (error) => {
      assert.ok(error instanceof PlatformError);
      assert.equal(error.code, 'ENOENT');
      return true;
    });
    await assert.rejects(hasher.hash(folder), { code: 'NOT_A_FILE' });
    assert.equal((await hasher.hash(await file('next.csv', 'x'))).size, 1);
  });

  it('does not wait for somebody to write into a named pipe', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'pipe.tsv');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    await assert.rejects(hasher.hash(pipe), { code: 'NOT_A_FILE' });
  });

  it('gives a file up when asked to, so that the next one does not wait for it', async () => {
    const large = await file('large.tsv', '');
    await truncate(large, 2 ** 40); // sparse: would take hours
    const giveUp = new AbortController();
    const hashing = hasher.hash(large, giveUp.signal);
    giveUp.abort(new Error('the run was cancelled'));
    await assert.rejects(hashing, /the run was cancelled/);
    assert.equal((await hasher.hash(await file('small.csv', 'x'))).size, 1);
    await assert.rejects(hasher.hash(large, giveUp.signal), /the run was cancelled/);
  });
});
