import { open, rename } from 'node:fs/promises';

/**
 * Replaces a file as a whole: readers see the old content or the new, also after a crash. The content is on disk when
 * the promise resolves. One writer a path.
 */
export async function writeFileAtomic(path: string, content: string, mode = 0o666): Promise<void> {
  const next = `${path}.next`;
  const handle = await open(next, 'w', mode);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(next, path);
}
