import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

// A named pipe would be waited for until somebody writes to it. Windows does not know the flag.
const withoutWaiting = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

/** Opens a regular file to be read. @returns null for anything else that has the name, as a pipe; @throws the system's error */
export async function openWithoutWaiting(path: string): Promise<FileHandle | null> {
  const file = await open(path, constants.O_RDONLY | withoutWaiting);
  let isFile = false;
  try {
    isFile = (await file.stat()).isFile();
    return isFile ? file : null;
  } finally {
    if (!isFile) await file.close();
  }
}
