import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { PlatformError } from '../foundation/errors.ts';
import { serveThread } from '../foundation/thread-call.ts';
import { hashApp } from './app-hash.ts';
import type { FileHash, HashApi } from './file-hash.ts';
import { LineCount, type Reading } from './line-count.ts';
import { openWithoutWaiting } from './open-file.ts';

/** What is hashed of a file before it is the next one's turn: some milliseconds. */
const partBytes = 4 * 2 ** 20;
const buffer = Buffer.allocUnsafeSlow(2 ** 20);

interface OpenFile {
  file: FileHandle;
  sum: Hash;
  size: number;
  lines: LineCount;
}

/** Files that are hashed in part: one or a few of each tenant that has a run prepared. */
const files = new Map<number, OpenFile>();

async function part(id: number, path: string, reading: Reading): Promise<FileHash | number> {
  const open = files.get(id) ?? (await opened(path, reading));
  files.set(id, open);
  try {
    for (let left = partBytes; left > 0;) {
      const { bytesRead } = await open.file.read(buffer, 0, Math.min(buffer.length, open.lines.bytesAtOnce), null);
      if (bytesRead === 0) {
        await open.lines.finish();
        await close(id);
        return { sha256: open.sum.digest('hex'), size: open.size, lines: open.lines.lines };
      }
      const bytes = buffer.subarray(0, bytesRead);
      open.sum.update(bytes);
      open.size += bytesRead;
      left -= Math.max(bytesRead, await open.lines.take(bytes));
    }
    return open.size;
  } catch (error) {
    await close(id);
    throw error;
  }
}

async function close(id: number): Promise<void> {
  const open = files.get(id);
  files.delete(id);
  open?.lines.dispose();
  await open?.file.close();
}

async function opened(path: string, reading: Reading): Promise<OpenFile> {
  const file = await openWithoutWaiting(path);
  if (!file) throw notAFile(path);
  return { file, sum: createHash('sha256'), size: 0, lines: new LineCount(reading) };
}

function notAFile(path: string): PlatformError {
  return new PlatformError({
    code: 'NOT_A_FILE',
    message: `${path} is not a regular file`,
    hint: 'Put regular files into the staging directory.',
  });
}

serveThread({ part, close, app: (app, terms) => hashApp(app, terms, buffer) } satisfies HashApi);
