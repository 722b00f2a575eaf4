import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PlatformError } from '../foundation/errors.ts';
import { PlatformFolder } from '../foundation/platform-folder.ts';
import { didYouMean } from '../foundation/suggestions.ts';
import { defaults } from './defaults.ts';
import { hasErrors } from './diagnostics.ts';
import type { PlatformSettings } from './effective-profile.ts';
import { externalSettings } from './external-settings.ts';
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
  /** Also plans that are wrong in themselves; undefined when the file cannot be understood so far. */
  planNames: string[] | undefined;
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
  checkRuntime(source, valid.runtime);
  for (const [name, plan] of Object.entries(valid.plans ?? {})) {
    checkConstraints(source, ['plans', name, 'batch'], plan?.batch, known);
    checkResources(source, ['plans', name, 'resources'], plan?.resources, known);
  }
  const usable = !hasErrors(source.diagnostics);
  const registered = checkTenants(source, valid.tenants ?? [], known.limits.maxTenants);
  const withoutPlans = source.keysAt([])?.includes('plans') === false;
  const planNames = withoutPlans ? [] : source.keysAt(['plans']);
  const complete = usable ? checked?.complete : undefined;
  const settings = complete && settingsOf(complete, folder, registered);
  return { settings, registered, known, planNames };
}

function settingsOf(
  file: PlatformFile,
  folder: PlatformFolder,
  registered: PlatformFileContent['registered'],
): PlatformSettings {
  const { limits, capacity } = file;
  const maxTenants = limits?.maxTenants ?? defaults.limits.maxTenants;
  const maxFileSizeMb = limits?.maxFileSizeMb ?? defaults.limits.maxFileSizeMb;
  return {
    name: file.platform,
    folder,
    timeZone: file.timeZone ?? defaults.timeZone,
    limits: {
      maxTenants,
      extensions: limits?.extensions ?? [...defaults.limits.extensions],
      maxFiles: limits?.maxFiles ?? defaults.limits.maxFiles,
      maxFileSizeMb,
      maxDecompressedMb: limits?.maxDecompressedMb ?? maxFileSizeMb * defaults.decompressed.times,
      concurrentRuns: limits?.concurrentRuns ?? defaults.limits.concurrentRuns,
      memoryMb: limits?.memoryMb ?? defaults.limits.memoryMb,
      timeoutSeconds: limits?.timeoutSeconds ?? defaults.limits.timeoutSeconds,
    },
    capacity: {
      rowsPerSecond: capacity?.rowsPerSecond ?? defaults.capacity.rowsPerSecond,
      mbPerSecond: capacity?.mbPerSecond ?? defaults.capacity.mbPerSecond,
    },
    runtime: {
      kind: file.runtime?.kind ?? defaults.runtime.kind,
      docker: {
        host: file.runtime?.docker?.host,
        images: {
          cassandra: file.runtime?.docker?.images?.cassandra ?? defaults.runtime.docker.images.cassandra,
          kafka: file.runtime?.docker?.images?.kafka ?? defaults.runtime.docker.images.kafka,
        },
        nodes: file.runtime?.docker?.nodes ?? defaults.runtime.docker.nodes,
        brokers: file.runtime?.docker?.brokers ?? defaults.runtime.docker.brokers,
        readySeconds: file.runtime?.docker?.readySeconds ?? defaults.runtime.docker.readySeconds,
      },
      external: externalSettings(file.runtime?.external),
    },
    plans: new Map(Object.entries(file.plans ?? {})),
    tenants: registered.slice(0, maxTenants).map(({ name, index }) => ({
      name,
      enabled: file.tenants?.[index]?.enabled ?? true,
    })),
  };
}

function knownLimits(source: YamlSource, { limits, capacity }: Partially<PlatformFile>): KnownLimits {
  const known = <T>(
    section: 'limits' | 'capacity',
    key: string,
    written: T | undefined,
    fallback: T,
  ): T | undefined => {
    const wrong = valueAt(source.value, [section]) !== undefined && source.keysAt([section])?.includes(key) !== false;
    return written ?? (wrong ? undefined : fallback);
  };
  const maxFileSizeMb = known('limits', 'maxFileSizeMb', limits?.maxFileSizeMb, defaults.limits.maxFileSizeMb);
  const maxDecompressedMb = maxFileSizeMb === undefined ? undefined : maxFileSizeMb * defaults.decompressed.times;
  const extensions = limits?.extensions?.filter((one) => one !== undefined);
  // A list with a wrong item may have meant to allow anything.
  const whole = extensions?.length === limits?.extensions?.length ? extensions : undefined;
  return {
    limits: {
      maxTenants: known('limits', 'maxTenants', limits?.maxTenants, defaults.limits.maxTenants),
      extensions: known('limits', 'extensions', whole, [...defaults.limits.extensions]),
      maxFiles: known('limits', 'maxFiles', limits?.maxFiles, defaults.limits.maxFiles),
      maxFileSizeMb,
      maxDecompressedMb: known('limits', 'maxDecompressedMb', limits?.maxDecompressedMb, maxDecompressedMb),
      concurrentRuns: known('limits', 'concurrentRuns', limits?.concurrentRuns, defaults.limits.concurrentRuns),
      memoryMb: known('limits', 'memoryMb', limits?.memoryMb, defaults.limits.memoryMb),
      timeoutSeconds: known('limits', 'timeoutSeconds', limits?.timeoutSeconds, defaults.limits.timeoutSeconds),
    },
    capacity: {
      rowsPerSecond: known('capacity', 'rowsPerSecond', capacity?.rowsPerSecond, null),
      mbPerSecond: known('capacity', 'mbPerSecond', capacity?.mbPerSecond, null),
    },
  };
}

function checkTimeZone(source: YamlSource, timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    const zones = Intl.supportedValuesOf('timeZone');
    const city = (zone: string) => zone.slice(zone.lastIndexOf('/') + 1);
    const nearCity = didYouMean(city(timeZone), zones.map(city));
    source.report(['timeZone'], 'value', {
      code: 'INVALID_TIME_ZONE',
      message: `"${timeZone}" is not a time zone; write an IANA name like Europe/Helsinki`,
      suggestion: didYouMean(timeZone, zones) ?? zones.find((zone) => city(zone) === nearCity),
    });
  }
}

/** What is chosen has to be there. */
function checkRuntime(source: YamlSource, runtime: Partially<PlatformFile>['runtime']): void {
  if (runtime?.kind !== 'external' || (source.keysAt(['runtime', 'external']) ?? []).length > 0) return;
  source.report(['runtime', 'kind'], 'value', {
    code: 'EXTERNAL_NOT_CONFIGURED',
    message: 'the runtime is external, but no cluster is named: write runtime.external with cassandra, kafka or both',
  });
}

function checkTenants(
  source: YamlSource,
  entries: Partially<NonNullable<PlatformFile['tenants']>>,
  maxTenants: number | undefined,
): PlatformFileContent['registered'] {
  const registered = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    if (entry?.name === undefined) continue;
    const first = registered.get(entry.name);
    if (first === undefined) registered.set(entry.name, index);
    else {
      const { line } = source.locate(['tenants', first, 'name']);
      const message = `the tenant \`${entry.name}\` is registered twice; it is first on line ${line}`;
      source.report(['tenants', index, 'name'], 'value', { code: 'DUPLICATE_TENANT', message });
    }
  }
  const all = [...registered].map(([name, index]) => ({ name, index }));
  const beyond = maxTenants === undefined ? undefined : all[maxTenants];
  if (beyond) {
    source.report(['tenants', beyond.index, 'name'], 'value', {
      code: 'TOO_MANY_TENANTS',
      message: `${all.length} tenants are registered, more than limits.maxTenants of ${maxTenants ?? 0}; \`${beyond.name}\` and those after it are left out`,
    });
  }
  return all;
}
