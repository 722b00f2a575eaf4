import type { ControlPlaneClient } from '../api/client.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import type { ControlPlaneLocation } from '../protocol/management.ts';

/** The control plane that runs for `folder` now, whoever started it; undefined when none does. */
export async function runningPlatform(
  folder: PlatformFolder,
): Promise<{ client: ControlPlaneClient; location: ControlPlaneLocation } | undefined> {
  const [{ findControlPlane }, { ControlPlaneClient }] = await Promise.all([
    import('../api/location.ts'),
    import('../api/client.ts'),
  ]);
  const location = await findControlPlane(folder);
  return location && { location, client: new ControlPlaneClient(location) };
}
