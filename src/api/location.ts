import { mkdir, readFile, rm } from 'node:fs/promises';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { isAlive } from '../processes/is-alive.ts';
import { controlPlaneLocation, type ControlPlaneLocation } from '../protocol/management.ts';
import { ControlPlaneClient } from './client.ts';

/** Tells everyone who may read the file (its user) where the control plane of `folder` is. */
export async function writeLocation(folder: PlatformFolder, location: ControlPlaneLocation): Promise<void> {
  await mkdir(folder.state, { recursive: true });
  // A file left by a crash may be open to others; the new one is created, so that its mode is what is said here.
  await rm(`${folder.controlPlaneFile}.next`, { force: true });
  await writeFileAtomic(folder.controlPlaneFile, `${JSON.stringify(location, null, 2)}\n`, 0o600);
}

export async function removeLocation(folder: PlatformFolder): Promise<void> {
  await rm(folder.controlPlaneFile, { force: true });
}

/**
 * Where the running control plane of `folder` is; undefined when none runs: there is no file, it is not understood, its
 * process is gone, or what listens there is something else (a process id and a port can be used again).
 */
export async function findControlPlane(folder: PlatformFolder): Promise<ControlPlaneLocation | undefined> {
  const location = await readLocation(folder);
  if (!location || !isAlive(location.pid)) return undefined;
  try {
    const { pid } = await new ControlPlaneClient(location).health();
    return pid === location.pid ? location : undefined;
  } catch {
    return undefined;
  }
}

/** What the file says, without asking whether it is still true. */
export async function readLocation(folder: PlatformFolder): Promise<ControlPlaneLocation | undefined> {
  let text: string;
  try {
    text = await readFile(folder.controlPlaneFile, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const location = controlPlaneLocation.parse(JSON.parse(text));
    // The token goes nowhere but to this machine, whatever a copied folder says.
    return new URL(location.url).hostname === '127.0.0.1' ? location : undefined;
  } catch {
    return undefined;
  }
}
