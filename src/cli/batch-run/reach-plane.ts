import { pause } from '../../foundation/deadlines.ts';
import type { PlatformFolder } from '../../foundation/platform-folder.ts';
import type { ControlPlaneLocation } from '../../protocol/management.ts';
import { isPlatformOwned } from '../errors.ts';
import { runningPlatform } from '../platform-access.ts';
import { notesOfServices } from '../terminal/service-progress.ts';
import { printable } from '../terminal/text.ts';
import type { DemandView } from './demand-view.ts';
import type { BatchPlane } from './watch-demand.ts';

/** How long another process may have the platform and not answer: it starts, or ends. Milliseconds. */
const ownedMs = 30_000;
const everyMs = 250;

/** A control plane that takes a demand. */
interface ReachedPlane {
  plane: BatchPlane;
  /** Where that of another process is; undefined for one that was started for this demand. */
  location: ControlPlaneLocation | undefined;
  /** Ends what was started. */
  leave: () => Promise<void>;
}

/**
 * The platform that is up, else one that is started and ends with the demand. One that another process is starting is waited for.
 * @throws PlatformError PLATFORM_OWNED when that does not answer in time, and what a start throws
 */
export async function reachPlane(folder: PlatformFolder, view: DemandView, signal: AbortSignal): Promise<ReachedPlane> {
  const deadline = performance.now() + ownedMs;
  for (let told = false; ; told = true) {
    const running = await runningPlatform(folder);
    if (running) return { plane: running.client, location: running.location, leave: () => Promise.resolve() };
    try {
      const plane = await startOwn(folder, view, signal);
      return { plane: plane.controlPlane, location: undefined, leave: () => plane.stop({ unasked: true }) };
    } catch (error) {
      if (!isPlatformOwned(error) || performance.now() >= deadline) throw error;
      if (!told) view.note('Another process has the platform and does not answer yet; waiting for it.');
      await pause(everyMs, signal);
    }
  }
}

async function startOwn(folder: PlatformFolder, view: DemandView, signal: AbortSignal) {
  const { startPlatform } = await import('../../platform/start-platform.ts');
  return startPlatform(folder, {
    signal,
    onServiceProgress: notesOfServices(view),
    log: (level, message) => {
      if (level === 'warn' || level === 'error') view.note(`${level.padEnd(5)} ${printable(message)}`);
    },
  });
}
