import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { AppForm } from '../protocol/jobs.ts';
import type { BatchApp } from '../tenants/effective-profile.ts';

const passedOver = new Set(['node_modules', '__pycache__', '.git', '.venv']);
const mostFiles = 500;
const mostBytes = 20 * 2 ** 20;

/** What the profile says of an app, as one text that changes with it. */
export function appTerms(app: BatchApp): string {
  const { code, ...terms } = app;
  const command = code.form === 'command' ? code.command : null;
  return createHash('sha256')
    .update(JSON.stringify({ ...terms, folder: '', command }))
    .digest('hex');
}

/**
 * Hash of an app: its code as it is now, and the terms that its run began with. A run that continues with another hash begins
 * its file anew. Of very large app folders only the first files count.
 */
export async function appHash(app: { code: AppForm; folder: string }, terms: string): Promise<string> {
  const hash = createHash('sha256').update(terms);
  const files = await codeFiles(app.folder);
  if (app.code.form === 'module' && !files.includes(app.code.entry)) files.push(app.code.entry);
  let bytes = 0;
  for (const file of files) {
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    bytes += content.length;
    if (bytes > mostBytes) break;
    hash.update(relative(app.folder, file)).update('\0').update(content).update('\0');
  }
  return hash.digest('hex');
}

async function codeFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined && found.length < mostFiles; next = folders.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory() && !passedOver.has(entry.name)) folders.push(join(next, entry.name));
      else if (entry.isFile()) found.push(join(next, entry.name));
    }
  }
  return found.slice(0, mostFiles);
}
