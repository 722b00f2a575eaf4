import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../foundation/errors.ts';
import { rotate } from './rotation.ts';

export interface RotationLimits {
  /** A file that would grow beyond this many bytes is rotated away first. */
  maxBytes: number;
  /** Rotated files that are kept. */
  keep: number;
}

/**
 * Adds whole lines to the file, which is created with its folder when absent and rotated when full. When the disk takes
 * only a part, that part is cut off again and the error thrown, so that the same lines can be tried again later. The file
 * is open for no longer than the call: it can be moved or deleted by anyone in between.
 */
export async function appendLines(path: string, lines: Buffer, { maxBytes, keep }: RotationLimits): Promise<void> {
  let file = await openToAppend(path);
  try {
    let { size } = await file.stat();
    if (size > 0 && size + lines.length > maxBytes) {
      // Windows does not rename a file that is open.
      await file.close();
      await rotate(path, keep);
      file = await openToAppend(path);
      size = 0;
    }
    try {
      if (await endsWithinLine(file, size)) await write(file, Buffer.from('\n'));
      await write(file, lines);
    } catch (error) {
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+', 0o640);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'a+', 0o640);
  }
}

/** Whether the process that wrote last was cut off within a line. */
async function endsWithinLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== 0x0a;
}

async function write(file: FileHandle, data: Buffer): Promise<void> {
  for (let done = 0; done < data.length;) done += (await file.write(data, done)).bytesWritten;
}
