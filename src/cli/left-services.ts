import { existsSync } from 'node:fs';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { dockerSettingsOf } from './runtime-settings.ts';

/** Stops servers that no control plane holds any more. @returns lines that say so */
export async function stopServices(folder: PlatformFolder): Promise<string[]> {
  if (!existsSync(folder.servicesFile)) return [];
  const { stopLeftServices } = await import('../runtimes/docker/found-services.ts');
  const stopped = await stopLeftServices(folder, (await dockerSettingsOf(folder)).host);
  return stopped.map((service) => `Stopped ${service}, which was left running.`);
}

/** Removes what the platform has made in the container engine. @returns lines that say so */
export async function removeServices(folder: PlatformFolder): Promise<string[]> {
  if (!existsSync(folder.servicesFile)) return [];
  const { purgeServices } = await import('../runtimes/docker/found-services.ts');
  const removed = await purgeServices(folder, (await dockerSettingsOf(folder)).host);
  return removed.map((what) => `Removed the ${what}.`);
}
