import { PlatformFolder } from '../foundation/platform-folder.ts';
import { serveThread, threadInput } from '../foundation/thread-call.ts';
import type { LoadedPlatform } from './load.ts';
import { loadPlatform } from './load.ts';

/** What the profile thread offers. */
export interface ProfileCalls {
  load(): Promise<LoadedPlatform>;
}

const root = threadInput<string>();

serveThread({ load: () => loadPlatform(new PlatformFolder(root)) });
