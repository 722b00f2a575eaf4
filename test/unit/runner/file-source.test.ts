import assert from 'node:assert/strict';
import type { FileFormat } from '../../../src/protocol/formats.ts';
import { FileFault } from '../../../src/runner/faults.ts';
import { FileSource } from '../../../src/runner/source/file-source.ts';

const format: FileFormat = { type: 'ndjson', nulls: [], encoding: 'utf-8', compression: 'none' };

async function read(path: string): Promise<void> {
  const source = new FileSource({ name: 'a.ndjson', path, size: 100, mtimeMs: 0 }, format, 1000);
  const blocks = source.read(0, new AbortController().signal);
  assert.ok((await blocks.next()).done, 'it could be read');
}

describe('a file that cannot be read', () => {
  it('is to blame itself when it is gone, or is no file', async () => {
    await assert.rejects(
      read('/nothing/a.ndjson'),
      (error) => error instanceof FileFault && error.code === 'FILE_GONE',
    );
    await assert.rejects(read('.'), (error) => error instanceof FileFault && error.code === 'FILE_UNREADABLE');
  });

  it('is not to blame for what may pass: a disk in trouble, say', async function () {
    // The first page of a process is never there: reading it is an input/output error.
    if (process.platform !== 'linux') this.skip();
    await assert.rejects(read('/proc/self/mem'), (error) => {
      assert.ok(error instanceof Error && !(error instanceof FileFault), String(error));
      assert.equal((error as { code?: string }).code, 'EIO');
      assert.match((error as { hint?: string }).hint ?? '', /tried again/);
      return true;
    });
  });
});
