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

/** Whether a file of one name may have another, as far as the tenant's profile goes. */
export type NamesAlike = (name: string, other: string) => boolean;

/** By a tenant's profile; without one nothing can be told, so that no file gets a name that no app takes. */
export function namesAlike(profile: TenantProfile | null): NamesAlike {
  if (!profile) return () => false;
  const admission = new Admission(profile);
  return (name, other) => admission.takesAlike(name, other);
}

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
    const byName = this.#decideByName(file.name);
    if ('refused' in byName) return byName;
    const { files, quota } = this.#profile.batch;
    if (file.size > files.maxFileSizeMb * 1e6) return { refused: fileTooLarge(file.size, files.maxFileSizeMb) };
    if (quota.mbPerDay !== null && file.size > quota.mbPerDay * 1e6) {
      return { refused: overDayQuota(file.size, quota.mbPerDay) };
    }
    return byName;
  }

  /** Whether a file that is admitted under one name would go to the same app under another. */
  takesAlike(name: string, other: string): boolean {
    const [decision, otherwise] = [this.#decideByName(name), this.#decideByName(other)];
    return 'refused' in decision || ('app' in otherwise && otherwise.app === decision.app);
  }

  #decideByName(name: string): Decision {
    const nameBytes = Buffer.byteLength(name);
    if (nameBytes > longestName) return { refused: nameTooLong(nameBytes, longestName) };
    const { extensions } = this.#profile.batch.files;
    const lower = name.toLowerCase();
    if (!extensions.some((extension) => lower.endsWith(`.${extension}`))) {
      return { refused: wrongExtension(name, extensions) };
    }
    const taker = this.#apps.find(({ takes }) => takes(name));
    if (taker) return { app: taker.app };
    const globs = this.#apps.map(({ app }) => app.files);
    return { refused: noAppTakes(name, globs) };
  }
}
