import type { Fault } from '../foundation/errors.ts';
import { fileGlob } from '../tenants/file-glob.ts';
import type { BatchApp, TenantProfile } from '../tenants/effective-profile.ts';
import {
  fileTooLarge,
  nameTooLong,
  nameUnreadable,
  noAppTakes,
  notAFile,
  overDayQuota,
  symbolicLink,
  wrongExtension,
} from './faults.ts';
import type { StagedFile } from './staging.ts';

/** Bytes of a file name: `.rejected.ndjson`, or the id of a run, is added to it, and file systems take 255. */
const longestName = 190;

export type Decision = { app: BatchApp } | { refused: Fault };

/**
 * Holds staged files against the constraints of platform and tenant (the profile is within the platform's limits already).
 * The first app whose glob matches takes a file.
 */
export class Admission {
  readonly #profile: TenantProfile;
  readonly #apps: { app: BatchApp; takes: (name: string) => boolean }[];

  constructor(profile: TenantProfile) {
    this.#profile = profile;
    this.#apps = profile.apps.map((app) => ({ app, takes: fileGlob(app.files) }));
  }

  decide(file: StagedFile): Decision {
    if (file.kind === 'link') return { refused: symbolicLink() };
    if (file.kind === 'other') return { refused: notAFile() };
    if (file.kind === 'unreadable-name') return { refused: nameUnreadable() };
    const nameBytes = Buffer.byteLength(file.name);
    if (nameBytes > longestName) return { refused: nameTooLong(nameBytes, longestName) };
    const { files, quota } = this.#profile.batch;
    const name = file.name.toLowerCase();
    if (!files.extensions.some((extension) => name.endsWith(`.${extension}`))) {
      return { refused: wrongExtension(file.name, files.extensions) };
    }
    const taker = this.#apps.find(({ takes }) => takes(file.name));
    if (!taker) {
      return {
        refused: noAppTakes(
          file.name,
          this.#apps.map(({ app }) => app.files),
        ),
      };
    }
    if (file.size > files.maxFileSizeMb * 1e6) return { refused: fileTooLarge(file.size, files.maxFileSizeMb) };
    if (quota.mbPerDay !== null && file.size > quota.mbPerDay * 1e6) {
      return { refused: overDayQuota(file.size, quota.mbPerDay) };
    }
    return { app: taker.app };
  }
}
