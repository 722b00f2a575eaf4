import { within } from '../foundation/deadlines.ts';
import type { AsyncDisposer } from '../foundation/disposables.ts';
import type { PlatformFolder } from '../foundation/platform-folder.ts';
import { programPath } from '../foundation/programs.ts';
import { Thread } from '../foundation/thread-call.ts';
import type { SampleProposal } from './csv-proposal.ts';
import type { LoadedPlatform } from './load.ts';
import type { ProfileCalls } from './profile-thread.ts';

const loadMs = 120_000;
const sampleMs = 60_000;

/** Reads platform folders in a thread of its own: a thousand profiles are seconds of parsing. */
export class ProfileLoader implements AsyncDisposer {
  readonly #folder: PlatformFolder;
  readonly #thread: Thread<ProfileCalls>;

  constructor(folder: PlatformFolder) {
    this.#folder = folder;
    this.#thread = new Thread('profiles', programPath('profile-thread'), folder.root);
  }

  /** As `loadPlatform`. */
  async load(): Promise<LoadedPlatform> {
    const loaded = await within(loadMs, 'reading the profiles', this.#thread.call.load());
    // What comes out of a thread is data: the folder's paths are made anew.
    return { ...loaded, settings: loaded.settings && { ...loaded.settings, folder: this.#folder } };
  }

  /** As `examineSample`. */
  examineSample(path: string): Promise<SampleProposal> {
    return within(sampleMs, `reading ${path}`, this.#thread.call.examineSample(path));
  }

  /** As `countSharedKeys`. */
  countSharedKeys(path: string, indexes: readonly number[]): Promise<number> {
    return within(sampleMs, `reading ${path}`, this.#thread.call.countSharedKeys(path, indexes));
  }

  async dispose(): Promise<void> {
    await this.#thread.dispose();
  }
}
