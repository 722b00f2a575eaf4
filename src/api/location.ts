import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { systemCode } from '../foundation/errors.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { isAlive } from '../processes/is-alive.ts';
import { controlPlaneLocation, controlPlaneStop, type ControlPlaneLocation } from '../protocol/management.ts';
import { ControlPlaneClient } from './client.ts';

/** Tells everyone who may read the file (its user) where the control plane of `folder` is. */
export async function writeLocation(folder: PlatformFolder, location: ControlPlaneLocation): Promise<void> {
  await mkdir(folder.state, { recursive: true });
  await writeFileAtomic(folder.controlPlaneFile, `${JSON.stringify(location, null, 2)}\n`, 0o600);
}

/** Takes `location` back; that of another control plane, in a state that was replaced meanwhile, stays. */
export async function removeLocation(folder: PlatformFolder, location: ControlPlaneLocation): Promise<void> {
  const now = await readLocation(folder);
  if (now?.token === location.token) await rm(folder.controlPlaneFile, { force: true });
}

/**
 * Tells those who are attached that the control plane ends because somebody wants that, and not with its window or process.
 * Where the state was removed there is nobody to tell.
 */
export async function writeStop(folder: PlatformFolder, { pid, startedAt }: ControlPlaneLocation): Promise<void> {
  try {
    await writeFile(folder.stopFile, `${JSON.stringify({ pid, startedAt })}\n`);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/** Whether the control plane that was at `location` was stopped because somebody wanted that. */
export async function wasStopped(folder: PlatformFolder, location: ControlPlaneLocation): Promise<boolean> {
  try {
    const { pid, startedAt } = controlPlaneStop.parse(JSON.parse(await readFile(folder.stopFile, 'utf8')));
    return pid === location.pid && startedAt === location.startedAt;
  } catch {
    return false;
  }
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
