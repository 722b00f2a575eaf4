import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { SampleJob } from '../../protocol/samples.ts';
import { fileUnreadable } from '../faults.ts';
import type { TakenFile } from '../source/file-source.ts';

/** Of a larger file only so much is hashed: its row ids then are not those of a run, but as stable. Bytes. */
const hashedBytes = 64 * 1024 * 1024;

/** A file that a sample is taken from, as it is now. @throws FileFault FILE_UNREADABLE */
export async function takeFile(
  { name, path }: SampleJob['file'],
  signal: AbortSignal,
): Promise<TakenFile & { sha256: string }> {
  try {
    const { size, mtimeMs } = await stat(path);
    const hash = createHash('sha256');
    const head = createReadStream(path, { end: hashedBytes - 1, signal });
    for await (const bytes of head as AsyncIterable<Buffer>) hash.update(bytes);
    return { name, path, size, mtimeMs, sha256: hash.digest('hex') };
  } catch (error) {
    signal.throwIfAborted();
    throw fileUnreadable(name, error);
  }
}
