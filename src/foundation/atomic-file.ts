import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file as a whole: readers see the old content or the new, also after a crash. The content is on disk when
 * the promise resolves. Of several writers at a time, in one process or in many, one is the last.
 */
export async function writeFileAtomic(path: string, content: string, mode = 0o666): Promise<void> {
  const next = `${path}.${randomUUID()}.next`;
  try {
    const handle = await open(next, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}
