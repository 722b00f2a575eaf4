import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { PlatformError } from '../foundation/errors.ts';
import { serveThread } from '../foundation/thread-call.ts';
import type { FileHash, HashApi } from './file-hash.ts';

const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
// A named pipe would be waited for until somebody writes to it. Windows does not know the flag.
const withoutWaiting = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

async function hash(path: string, cancelled: Int32Array): Promise<FileHash> {
  const file = await open(path, constants.O_RDONLY | withoutWaiting);
  try {
    if (!(await file.stat()).isFile()) throw notAFile(path);
    const sum = createHash('sha256');
    let size = 0;
    while (Atomics.load(cancelled, 0) === 0) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      sum.update(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return { sha256: sum.digest('hex'), size };
  } finally {
    await file.close();
  }
}

function notAFile(path: string): PlatformError {
  return new PlatformError({
    code: 'NOT_A_FILE',
    message: `${path} is not a regular file`,
    hint: 'Put regular files into the staging directory.',
  });
}

serveThread({ hash } satisfies HashApi);
