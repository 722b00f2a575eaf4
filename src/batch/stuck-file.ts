import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileStuck } from './faults.ts';

/** How long a file may give nothing before it is given up: one on a network mount whose server is gone never will. Milliseconds. */
export const stuckMs = 60_000;

/**
 * Settles with `taking`, or rejects with FILE_STUCK once neither its end nor bytes in `folder` have come for `patienceMs`. The
 * work itself is not stopped: nothing can stop it.
 */
export async function unlessStuck<T>(
  taking: Promise<T>,
  name: string,
  folder: string,
  patienceMs = stuckMs,
): Promise<T> {
  let watch: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    let [seen, since] = [-1, performance.now()];
    // A look at a folder that hangs takes a thread of the process: one is enough.
    let looking = false;
    watch = setInterval(() => {
      if (performance.now() - since >= patienceMs) reject(fileStuck(name, patienceMs));
      if (looking) return;
      looking = true;
      void bytesIn(folder).then((bytes) => {
        looking = false;
        if (bytes !== seen) [seen, since] = [bytes, performance.now()];
      });
    }, patienceMs / 10);
  });
  try {
    return await Promise.race([taking, stuck]);
  } finally {
    clearInterval(watch);
  }
}

/** Never rejects: what cannot be looked at has not grown. */
async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    sum += await lstat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return sum;
}
