import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A measurement that makes what it needs in a folder and prints its figures. */
export type Scene = (folder: string) => Promise<void>;

/** Plays scenes one after another, each in a folder of its own. @param only names of scenes; all when there are none */
export async function play(scenes: Readonly<Record<string, Scene>>, only: readonly string[]): Promise<void> {
  for (const [name, scene] of Object.entries(scenes)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const folder = await mkdtemp(join(tmpdir(), 'mysimbdp-bench-'));
    try {
      await scene(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
