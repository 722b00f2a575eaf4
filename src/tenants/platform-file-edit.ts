import { stat } from 'node:fs/promises';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { pause } from '../foundation/deadlines.ts';
import { PlatformError } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';

// Whoever changes mysimbdp.yaml reads it first, and what another writes in between would be lost: in this process edits come one
// after another, and among processes by a lock that ends with its process.

/** With a thousand tenants an edit takes seconds, and a script may register many of them at a time. Milliseconds. */
const patienceMs = 60_000;
const everyMs = 20;

let last: Promise<unknown> = Promise.resolve();

/** Does `work`, which reads mysimbdp.yaml and replaces it, while nobody else does. @throws PlatformError PLATFORM_FILE_BUSY */
export async function editPlatformFile(folder: PlatformFolder, work: () => Promise<void>): Promise<void> {
  const mine = last.then(async () => {
    const lock = await lockOf(folder);
    try {
      await work();
    } finally {
      lock.close();
    }
  });
  last = mine.catch(() => undefined);
  await mine;
}

export async function replacePlatformFile({ platformFile }: PlatformFolder, text: string): Promise<void> {
  const { mode } = await stat(platformFile);
  await writeFileAtomic(platformFile, text, mode & 0o777);
}

async function lockOf(folder: PlatformFolder): Promise<{ close: () => void }> {
  // Loads SQLite, which only those need who edit.
  const { exclusiveLock } = await import('../records/exclusive-lock.ts');
  const end = performance.now() + patienceMs;
  for (;;) {
    const lock = exclusiveLock(folder.platformFileLock, 0);
    if (lock) return lock;
    if (performance.now() > end) throw platformFileBusy();
    // Not all at the same moment again.
    await pause(everyMs * (1 + Math.random()));
  }
}

function platformFileBusy(): PlatformError {
  return new PlatformError({
    code: 'PLATFORM_FILE_BUSY',
    message: `another process has been changing mysimbdp.yaml for ${patienceMs / 1000} s`,
    hint: 'Try again when it is done.',
    kind: 'conflict',
  });
}
