import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { DockerSettings } from '../runtimes/runtime-settings.ts';
import { defaults } from '../tenants/defaults.ts';
import { loadPlatform } from '../tenants/load.ts';

/** What mysimbdp.yaml says of the docker runtime; the defaults while it has errors. */
export async function dockerSettingsOf(folder: PlatformFolder): Promise<DockerSettings> {
  const { settings } = await loadPlatform(folder);
  return settings?.runtime.docker ?? { host: undefined, ...defaults.runtime.docker };
}
