import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { packageExtension } from './package-extension.ts';

let made: Promise<string> | undefined;

/** The .vsix of what is in dist, made once for all suites, and removed behind the last. */
export function packagedExtension(): Promise<string> {
  return (made ??= make());
}

async function make(): Promise<string> {
  return packageExtension(await mkdtemp(join(tmpdir(), 'mysimbdp-vsix-')));
}

after(async () => {
  if (made) await rm(dirname(await made), { recursive: true, force: true });
});

/** Unpacks a .vsix and gives the folder of the extension in it. */
export async function unpack(vsix: string, into: string): Promise<string> {
  const archive = await openPromise(vsix);
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const file = join(into, entry.fileName);
    await mkdir(dirname(file), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(file, { mode: mode || 0o644 }));
  }
  return join(into, 'extension');
}
