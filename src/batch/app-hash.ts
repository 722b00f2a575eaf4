import { createHash } from 'node:crypto';
import { opendir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppFiles } from './app-files.ts';
import type { AppCode } from './file-hash.ts';
import { openWithoutWaiting } from './open-file.ts';

const mostFiles = 500;
/** Entries that are looked at, of all folders together: more would take too long, and too much memory. */
const mostEntries = 10_000;
/** Of all files together; what is beyond, as a model beside the code, counts by its size and time. */
const mostBytes = 20 * 2 ** 20;

/**
 * See `FileHasher.appHash`.
 * @param buffer is read into; so much is in memory at a time
 */
export async function hashApp({ folder, code }: AppCode, terms: string, buffer: Buffer): Promise<string> {
  const hash = createHash('sha256').update(terms);
  const files = await codeFiles(folder);
  if (code.form === 'module' && !files.includes(code.entry)) files.push(code.entry);
  let left = mostBytes;
  for (const path of files) {
    // What cannot be read counts by its name: the app fails for it, or does without.
    const facts = await stat(path).catch(() => null);
    const size = facts?.size ?? 0;
    const isRead = size <= left;
    hash.update(JSON.stringify([relative(folder, path), size, isRead ? null : facts?.mtimeMs]));
    if (!isRead) continue;
    left -= size;
    await readInto(path, size, buffer, (bytes) => hash.update(bytes)).catch(() => undefined);
  }
  return hash.digest('hex');
}

/** Reads the first `size` bytes of a file. */
async function readInto(path: string, size: number, buffer: Buffer, take: (bytes: Buffer) => void): Promise<void> {
  const file = await openWithoutWaiting(path);
  if (!file) return;
  try {
    for (let left = size; left > 0;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(left, buffer.length), null);
      if (bytesRead === 0) return;
      take(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function codeFiles(folder: string): Promise<string[]> {
  const appFiles = await AppFiles.of(folder);
  const found: string[] = [];
  const folders = [folder];
  const left = { entries: mostEntries };
  for (let next = folders.pop(); next !== undefined && found.length < mostFiles; next = folders.pop()) {
    for (const entry of await entriesOf(next, left)) {
      const path = join(next, entry.name);
      if (!appFiles.isCode(relative(folder, path).replaceAll(sep, '/'), entry.isDirectory())) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) found.push(path);
    }
  }
  return found.slice(0, mostFiles);
}

/** By name, whatever order the file system gives them in. */
async function entriesOf(folder: string, left: { entries: number }) {
  const entries = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (left.entries-- <= 0) break;
      entries.push(entry);
    }
  } catch {
    // What cannot be listed has nothing to count.
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
