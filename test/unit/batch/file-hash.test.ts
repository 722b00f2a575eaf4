import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FileHasher, type HashApi } from '../../../src/batch/file-hash.ts';
import type { Reading } from '../../../src/batch/line-count.ts';
import { PlatformError } from '../../../src/foundation/errors.ts';
import { programPath } from '../../../src/foundation/programs.ts';
import { Thread } from '../../../src/foundation/thread-call.ts';

describe('the hashing thread', () => {
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

  const plain: Reading = { compression: 'auto', maxDecompressedBytes: 1e9 };
  const hash = (path: string, signal?: AbortSignal, tenant = 'acme') =>
    hasher.hash(tenant, path, plain, signal ? { signal } : {});

  async function file(name: string, content: Buffer | string): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  it('gives the SHA-256 and the size of a file', async () => {
    const content = Buffer.alloc(3_000_001, 'mysimbdp');
    assert.deepEqual(await hash(await file('some.tsv', content)), {
      sha256: createHash('sha256').update(content).digest('hex'),
      size: 3_000_001,
      lines: 1,
    });
  });

  it('knows the hash of nothing', async () => {
    assert.deepEqual(await hash(await file('empty.tsv', '')), {
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      size: 0,
      lines: 1,
    });
  });

  it('answers several at once, each with its own hash', async () => {
    const paths = await Promise.all(['a', 'b', 'c', 'd'].map((text) => file(`${text}.csv`, text)));
    const hashes = await Promise.all(paths.map((path) => hash(path)));
    assert.deepEqual(
      hashes.map(({ sha256 }) => sha256),
      ['a', 'b', 'c', 'd'].map((text) => createHash('sha256').update(text).digest('hex')),
    );
  });

  it('says by code why a file cannot be read, and goes on', async () => {
    await assert.rejects(hash(join(folder, 'gone')), (error) => {
      assert.ok(error instanceof PlatformError);
      assert.equal(error.code, 'ENOENT');
      return true;
    });
    await assert.rejects(hash(folder), { code: 'NOT_A_FILE' });
    assert.equal((await hash(await file('next.csv', 'x'))).size, 1);
  });

  it('does not wait for somebody to write into a named pipe', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'pipe.tsv');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    await assert.rejects(hash(pipe), { code: 'NOT_A_FILE' });
  });

  it('gives a file up when asked to, so that the next one does not wait for it', async () => {
    const large = await file('large.tsv', '');
    await truncate(large, 2 ** 40); // sparse: would take hours
    const giveUp = new AbortController();
    const hashing = hash(large, giveUp.signal);
    giveUp.abort(new Error('the run was cancelled'));
    await assert.rejects(hashing, /the run was cancelled/);
    assert.equal((await hash(await file('small.csv', 'x'))).size, 1);
    await assert.rejects(hash(large, giveUp.signal), /the run was cancelled/);
  });

  it('takes turns between tenants, so that a small file of one does not wait for the large ones of another', async () => {
    const giveUp = new AbortController();
    const large = await Promise.all(['large1', 'large2'].map((name) => file(`${name}.csv`, '')));
    await Promise.all(large.map((path) => truncate(path, 2 ** 40)));
    const hashing = large.map((path) => hash(path, giveUp.signal));
    for (const at of [1, 2, 3]) {
      const path = await file('quick.csv', Buffer.alloc(9_000_000, at));
      assert.equal((await hash(path, undefined, 'other')).size, 9_000_000);
    }
    // The same tenant has others, too.
    assert.equal((await hash(await file('quick.csv', 'x'))).size, 1);
    giveUp.abort(new Error('enough'));
    for (const one of hashing) await assert.rejects(one, /enough/);
  });

  describe('counts the lines', () => {
    const lines = async (content: Buffer | string, reading: Partial<Reading> = {}) =>
      (await hasher.hash('acme', await file('counted', content), { ...plain, ...reading })).lines;

    it('of a file, also without a line end behind the last', async () => {
      assert.equal(await lines('id\n1\n2'), 3);
      assert.equal(await lines('id\r\n1\r\n'), 3);
      assert.equal(await lines('1234567\n'.repeat(1_000_000)), 1_000_001);
      assert.equal(await lines(Buffer.from('id\n1\n2', 'utf16le')), 3);
    });

    it('of what a compressed file becomes, with all its members, as far as it is read', async () => {
      const member = gzipSync('1234567\n'.repeat(300_000));
      assert.equal(await lines(Buffer.concat([member, member])), 600_001);
      const random = randomBytes(300_000);
      assert.equal(await lines(gzipSync(random)), random.filter((byte) => byte === 10).length + 1);
      // Cut off: what is before the end counts.
      const cut = await lines(member.subarray(0, member.length >> 1));
      assert.ok(cut > 100_000 && cut < 200_000, `${cut} lines`);
      // Damaged: whoever reads it comes no further.
      const damaged = Buffer.concat([member, member, member]).fill(0xff, member.length + 1000, member.length + 1100);
      const sound = await lines(damaged);
      assert.ok(sound > 300_000 && sound < 600_000, `${sound} lines`);
      // A bomb costs what may become of it, and not more.
      const bomb = gzipSync(Buffer.alloc(200_000_000, '\n'));
      const few = await lines(bomb, { maxDecompressedBytes: 1_000_000 });
      assert.ok(few > 1_000_000 && few < 40_000_000, `${few} lines`);
    });

    it('as they are where nothing is to be decompressed', async () => {
      const member = gzipSync('1\n'.repeat(1000));
      assert.equal(await lines(member, { compression: 'none' }), member.filter((byte) => byte === 10).length + 1);
    });
  });

  describe('of apps', () => {
    let entry: string;
    const appHash = (terms = '') =>
      hasher.appHash('acme', { folder: join(folder, 'app'), code: { form: 'module', entry } }, terms);
    before(async () => {
      await mkdir(join(folder, 'app', 'lib'), { recursive: true });
      entry = await file('app/app.ts', 'export default {}');
      await file('app/lib/trim.ts', 'trim');
    });

    it('is another one when the terms, a file or a name is another', async () => {
      const first = await appHash();
      assert.equal(await appHash(), first);
      const seen = new Set([first, await appHash('other terms')]);
      await file('app/lib/trim.ts', 'trim!');
      seen.add(await appHash());
      await file('app/lib/more.ts', '');
      seen.add(await appHash());
      assert.equal(seen.size, 4);
    });

    it('is the same one when the app has written logs, caches or state', async () => {
      const first = await appHash();
      const written = ['app.log', 'app.log.1', 'logs/today.txt', 'tmp/x.ts', 'state.json', 'seen.sqlite-wal', 'a.pid'];
      for (const name of written) {
        await mkdir(dirname(join(folder, 'app', name)), { recursive: true });
        await file(`app/${name}`, 'x');
      }
      assert.equal(await appHash(), first);
      await file('app/cursor.txt', 'x');
      assert.notEqual(await appHash(), first);
    });

    it('is another one when a module with the name of a state or a cache is', async () => {
      await mkdir(join(folder, 'app/lib/cache'), { recursive: true });
      const seen = new Set([await appHash()]);
      for (const name of ['state.ts', 'cache.py', 'lib/cache/index.ts']) {
        await file(`app/${name}`, 'x');
        seen.add(await appHash());
      }
      assert.equal(seen.size, 4);
    });

    it('leaves out what the app names in .mysimbdpignore, and counts what it names there as code', async () => {
      await file('app/.mysimbdpignore', '# where it stands\n/cursor*\nout/\n!lookup.db\n');
      await file('app/lookup.db', 'x');
      const first = await appHash();
      await file('app/cursor-2.txt', 'y');
      await mkdir(join(folder, 'app', 'out'), { recursive: true });
      await file('app/out/a.ts', 'y');
      assert.equal(await appHash(), first);
      await file('app/lookup.db', 'y');
      assert.notEqual(await appHash(), first);
    });

    it('takes the size and the time of a file that is too large to be read, and reads those beside it', async () => {
      const model = await file('app/a-model.bin', '');
      await truncate(model, 1_500_000_000);
      const memory = process.resourceUsage().maxRSS;
      const seen = new Set([await appHash()]);
      assert.ok(process.resourceUsage().maxRSS - memory < 200_000, 'the file was read into memory');
      await utimes(model, 1_000_000, 1_000_000);
      seen.add(await appHash());
      await truncate(model, 3_000_000_000);
      await utimes(model, 1_000_000, 1_000_000);
      seen.add(await appHash());
      await file('app/lib/trim.ts', 'trim!!');
      seen.add(await appHash());
      assert.equal(seen.size, 4);
    });

    it('does not wait for somebody to write into a named pipe', async function () {
      if (process.platform === 'win32') this.skip();
      const pipe = join(folder, 'app', 'pipe');
      execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
      entry = pipe;
      assert.match(await appHash(), /^[0-9a-f]{64}$/);
    });
  });

  it('goes on with the files of others in another thread when one gives nothing any more', async () => {
    // As a read from a network mount whose server is gone.
    const stuck = { part: () => new Promise<never>(() => undefined), close: () => Promise.resolve() };
    const threads = ['stuck', 'sound'];
    const patient = new FileHasher(() => {
      const thread = new Thread<HashApi>('hash-worker', programPath('hash-worker'), undefined);
      if (threads.shift() === 'stuck') Object.defineProperty(thread, 'call', { value: stuck });
      return thread;
    }, 300);
    const path = await file('dead.csv', 'a');
    const other = await file('alive.csv', 'b');
    const [dead, alive] = await Promise.allSettled([
      patient.hash('acme', path, plain),
      patient.hash('other', other, plain),
    ]);
    assert.equal(dead.status === 'rejected' && (dead.reason as PlatformError).code, 'FILE_STUCK');
    assert.equal(alive.status === 'fulfilled' && alive.value.size, 1);
    await patient.dispose();
  });
});
