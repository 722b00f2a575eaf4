import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PlatformError } from '../foundation/errors.ts';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { defaults } from './defaults.ts';
import { hasErrors } from './diagnostics.ts';
import type { PlatformSettings } from './effective-profile.ts';
import type { KnownLimits } from './limit-checks.ts';
import { checkConstraints, checkResources } from './limit-checks.ts';
import type { PlatformFile } from './profile-schema.ts';
import { platformFileSchema } from './profile-schema.ts';
import type { Partially } from './schema-diagnostics.ts';
import { checkAgainst } from './schema-diagnostics.ts';
import type { YamlSource } from './yaml-source.ts';
import { valueAt } from './yaml-source.ts';

/** What mysimbdp.yaml says, as far as it can be understood. */
export interface PlatformFileContent {
  /** Undefined when the file has errors, other than in the list of tenants as such. */
  settings: PlatformSettings | undefined;
  /** The registered tenants in the order of the file, each once, with the index of its entry. */
  registered: { name: string; index: number }[];
  known: KnownLimits;
  /** Also plans that are wrong in themselves. */
  planNames: string[];
}

export function notAPlatformFolder(folder: string): PlatformError {
  return new PlatformError({
    code: 'NOT_A_PLATFORM_FOLDER',
    message: `${folder} is not a platform folder: there is no mysimbdp.yaml in it`,
    hint: 'Make one with `mysimbdp init`, or name another folder with --platform.',
    kind: 'usage',
  });
}

/** The platform folder that `start` is, or is in. */
export function findPlatformFolder(start: string): PlatformFolder {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = new PlatformFolder(folder);
    if (existsSync(candidate.platformFile)) return candidate;
    if (dirname(folder) === folder) throw notAPlatformFolder(resolve(start));
  }
}

/** Checks mysimbdp.yaml. Entries of tenants that are doubled or too many are reported and left out of the settings. */
export function checkPlatformFile(source: YamlSource, folder: PlatformFolder): PlatformFileContent {
  const checked = checkAgainst(platformFileSchema, source);
  const valid = checked?.valid ?? {};
  const known = knownLimits(source, valid);
  if (valid.timeZone !== undefined) checkTimeZone(source, valid.timeZone);
  for (const [name, plan] of Object.entries(valid.plans ?? {})) {
    checkConstraints(source, ['plans', name, 'batch'], plan?.batch, known);
    checkResources(source, ['plans', name, 'resources'], plan?.resources, known);
  }
  const usable = !hasErrors(source.diagnostics);
  const registered = checkTenants(source, valid.tenants ?? [], known.limits.maxTenants);
  const planNames = source.keysAt(['plans']) ?? [];
  const complete = usable ? checked?.complete : undefined;
  const settings = complete && settingsOf(complete, folder, registered);
  return { settings, registered, known, planNames };
}

function settingsOf(
  file: PlatformFile,
  folder: PlatformFolder,
  registered: PlatformFileContent['registered'],
): PlatformSettings {
  const limits = { ...defaults.limits, extensions: [...defaults.limits.extensions], ...given(file.limits) };
  return {
    name: file.platform,
    folder,
    timeZone: file.timeZone ?? defaults.timeZone,
    limits,
    capacity: { ...defaults.capacity, ...given(file.capacity) },
    plans: new Map(Object.entries(file.plans ?? {})),
    tenants: registered.slice(0, limits.maxTenants).map(({ name, index }) => ({
      name,
      enabled: file.tenants?.[index]?.enabled ?? true,
    })),
  };
}

function knownLimits(source: YamlSource, valid: Partially<PlatformFile>): KnownLimits {
  const limits = given(valid.limits);
  const complete = { ...defaults.limits, extensions: [...defaults.limits.extensions], ...limits };
  const capacity = { ...defaults.capacity, ...given(valid.capacity) };
  const isWrong = (section: 'limits' | 'capacity', key: string) =>
    valueAt(source.value, [section, key]) !== undefined && valueAt(valid, [section, key]) === undefined;
  const { extensions } = complete;
  return {
    limits: {
      ...without(complete, (key) => isWrong('limits', key)),
      // A list with a wrong item may have meant to allow anything.
      extensions: extensions.some((one) => one === undefined) ? undefined : extensions,
    },
    capacity: without(capacity, (key) => isWrong('capacity', key)),
  };
}
