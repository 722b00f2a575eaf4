import { statSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing } from './required.ts';

const memory = '/dev/shm';

/** Folders on another device than the temporary folder; a suite that uses them is skipped where there is none. */
export class OtherDevice {
  readonly #folders: string[] = [];

  static orMissing(context: Mocha.Context): OtherDevice {
    const device = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev;
    const there = device(memory);
    if (there === undefined || there === device(tmpdir())) {
      missing(context, 'other-device', `${memory} is not there, or is no other device than ${tmpdir()}.`);
    }
    return new OtherDevice();
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(memory, 'mysimbdp-'));
    this.#folders.push(folder);
    return folder;
  }

  /** Has an empty folder, or one that is not there yet, lie on the other device. @returns where */
  async put(path: string): Promise<string> {
    const folder = await this.folder();
    await rm(path, { recursive: true, force: true });
    await symlink(folder, path);
    return folder;
  }

  async dispose(): Promise<void> {
    for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true, force: true });
  }
}
