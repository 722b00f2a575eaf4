import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { ControlPlaneClient } from '../api/client.ts';
import { findControlPlane } from '../api/location.ts';
import { until } from '../foundation/deadlines.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { holdOwnerLock } from '../records/owner-lock.ts';
import { isPlatformOwned } from './errors.ts';

/** How long a platform may take to drain its runs and end, in milliseconds. */
const stopMs = 120_000;

/** Stops the platform that runs for `folder` and waits until it is gone; false when none runs. Throws DEADLINE_EXCEEDED. */
export async function stopPlatform(folder: PlatformFolder, signal: AbortSignal): Promise<boolean> {
  const location = await findControlPlane(folder);
  if (!location) return false;
  await new ControlPlaneClient(location).shutDown();
  await until(
    stopMs,
    `the stop of the platform (process ${location.pid})`,
    async () => (await findControlPlane(folder)) === undefined,
    signal,
    100,
  );
  await until(stopMs, `the end of the platform (process ${location.pid})`, () => isFree(folder), signal, 250);
  return true;
}

/** Whether no control plane owns the folder: what happens behind its last answer is over too. */
function isFree(folder: PlatformFolder): boolean {
  try {
    holdOwnerLock(folder.ownerFile).close();
    return true;
  } catch (error) {
    if (isPlatformOwned(error)) return false;
    throw error;
  }
}

/** Does what a control plane must not see, one that is starting included. Throws PLATFORM_OWNED while one owns the folder. */
export async function whileNobodyOwns(folder: PlatformFolder, work: () => Promise<void>): Promise<void> {
  if (!existsSync(folder.state)) return;
  const lock = holdOwnerLock(folder.ownerFile);
  try {
    await work();
  } finally {
    lock.close();
  }
}

/** Deletes the runtime state. Throws PLATFORM_OWNED while a control plane that does not answer holds it. */
export async function purgeState(folder: PlatformFolder): Promise<void> {
  holdOwnerLock(folder.ownerFile).close();
  await rm(folder.state, { recursive: true, force: true, maxRetries: 3 });
}
